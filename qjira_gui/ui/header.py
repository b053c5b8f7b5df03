"""What stands above and over the pages: one pill a connection, and passing notices."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon, spaced_icon
from qjira_gui.ui.moment import ago
from qjira_gui.ui.pieces import button, label, row

if TYPE_CHECKING:
    from qjira_gui.domain.connection import SiteStatus

#: Milliseconds that a passing notice stays, long enough to read it and press Undo.
NOTICE = 5000

_LOOKS = {
    "connected": (Icon.DONE, "success"),
    "connecting": (Icon.WAITING, "muted"),
    "not connected": (Icon.UNLINK, "muted"),
    "offline": (Icon.OFFLINE, "warning"),
    "sign in again": (Icon.KEY, "danger"),
    "has trouble": (Icon.WARNING, "warning"),
}


class Pill(QPushButton):
    """How one site stands, in a word and a sign; pressing it leads to the connections."""

    def __init__(self, name: str, theme: look.Theme) -> None:
        """Show a site of which nothing is known yet."""
        super().__init__()
        self.setProperty("role", "pill")
        self._name, self._theme = name, theme
        self._show("connecting", "")

    def show_status(self, status: "SiteStatus", now: float) -> None:
        """Show how the site stands, and when it last answered."""
        seen = f"Last answer {ago(now - status.ok_at)}. " if status.ok_at is not None else ""
        self._show(status.state.value, f"{seen}{status.sentence}".strip())

    def _show(self, state: str, tip: str) -> None:
        which, colour = _LOOKS[state]
        self.setIcon(spaced_icon(which, getattr(self._theme, colour)))
        self.setIconSize(QSize(22, 16))
        self.setText(f"{self._name} {state}")
        self.setAccessibleName(self.text())
        self.setToolTip(tip)


class Toast(QFrame):
    """A notice over the page that goes by itself; Undo where there is one."""

    def __init__(self, parent: QWidget, theme: look.Theme) -> None:
        """Start hidden at the foot of `parent`."""
        super().__init__(parent)
        self._over = parent
        self.setProperty("role", "toast")
        self.text = label("")
        self.undo = button("Undo", self._undone)
        self._undo: object = None
        line = row(self.text, self.undo)
        line.setContentsMargins(look.LARGE, look.SMALL, look.LARGE, look.SMALL)
        line.setSpacing(look.LARGE)
        self.setLayout(line)
        self._gone = QTimer(self, singleShot=True, interval=NOTICE)
        self._gone.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, undo: object = None) -> None:
        """Show a notice; `undo` is called when its button is pressed."""
        self.text.setText(text)
        self._undo = undo
        self.undo.setVisible(undo is not None)
        self.adjustSize()
        over = self._over
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - 24)
        self.show()
        self.raise_()
        self._gone.start()

    def _undone(self) -> None:
        self.hide()
        if callable(self._undo):
            self._undo()
