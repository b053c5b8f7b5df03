"""A quiet line above the pages while a backlog goes out."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QProgressBar

from qjira_gui.ui import theme as look
from qjira_gui.ui.pieces import label, row

if TYPE_CHECKING:
    from qjira_gui.domain.drain import Drain


class Progress(QFrame):
    """Hidden while there is no backlog."""

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        self.setProperty("role", "calm")
        self.text = label("")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setMaximumWidth(240)
        self._bar.setAccessibleName("What waited and has arrived")
        line = row(self.text, self._bar, None, gap=look.LARGE)
        line.setContentsMargins(look.LARGE, look.SMALL, look.LARGE, look.SMALL)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.hide()

    def show_drain(self, drain: "Drain") -> None:
        """Show how far it is."""
        self.setVisible(drain.under_way)
        if drain.under_way:
            self.text.setText(drain.words)
            self._bar.setRange(0, max(1, drain.done + drain.left))
            self._bar.setValue(drain.done)
