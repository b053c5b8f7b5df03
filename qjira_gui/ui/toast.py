"""A notice over the page that goes by itself, with Undo for as long as that can be done."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.pieces import button, label, row

#: Seconds that a notice stays, long enough to read it.
NOTICE = 5.0
#: Pixels below it: the foot of a page, with its buttons and reasons, stays readable.
FOOT = 108


@dataclass(frozen=True)
class Undo:
    """What takes an act back, and for how many seconds that is offered."""

    act: Callable[[], object]
    seconds: float = 8.0
    #: Acts of this kind come in a row, each of which can still be taken back: Undo takes all.
    gathers: bool = False


class Toast(QFrame):
    """One notice at a time, at the foot of the window."""

    def __init__(self, parent: QWidget) -> None:
        """Start hidden at the foot of `parent`."""
        super().__init__(parent)
        self._over = parent
        self.setProperty("role", "toast")
        self.text = label("")
        self.undo = button("Undo", self.take_back, tip="Ctrl+Z")
        self.undo.setAccessibleName("Undo")
        self._undos: list[Undo] = []
        line = row(self.text, self.undo)
        line.setContentsMargins(look.LARGE, look.SMALL, look.LARGE, look.SMALL)
        line.setSpacing(look.LARGE)
        self.setLayout(line)
        self._gone = QTimer(self, singleShot=True)
        self._gone.timeout.connect(self._go)
        self.hide()

    def say(self, text: str, undo: Undo | None = None) -> None:
        """Show a notice, with what takes its act back where something does."""
        if undo is None:
            self._undos = []
        elif undo.gathers and self._undos and self._undos[-1].gathers:
            self._undos.append(undo)
            text = f"{text} ({len(self._undos):,} acts)"
        else:
            self._undos = [undo]
        self.text.setText(text)
        self.undo.setVisible(bool(self._undos))
        self.place()
        self.show()
        self.raise_()
        self._gone.start(int(1000 * (undo.seconds if undo is not None else NOTICE)))

    def place(self) -> None:
        """Go to the foot of the window, which may have another size by now."""
        self.adjustSize()
        over = self._over
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - FOOT)

    def take_back(self) -> None:
        """Undo, the latest first; nothing where there is nothing to undo."""
        undos, self._undos = self._undos, []
        if undos:
            self.hide()
        for undo in reversed(undos):
            undo.act()

    def _go(self) -> None:
        self._undos = []
        self.hide()
