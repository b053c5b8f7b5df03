"""A day that may be left out."""

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QWidget

from qjira_gui.ui.pieces import row


class OptionalDate(QWidget):
    """A tick says whether there is a day at all: Qt's own date box always has one."""

    changed = Signal()

    def __init__(self) -> None:
        """Start without a day."""
        super().__init__()
        self.tick = QCheckBox("Has a date")
        self.date = QDateEdit(QDate.currentDate())
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("yyyy-MM-dd")
        # A day that is shown looks like a day that is set.
        self.date.hide()
        self.tick.toggled.connect(self.date.setVisible)
        self.tick.toggled.connect(lambda: self.changed.emit())
        self.date.dateChanged.connect(lambda: self.changed.emit())
        self.setFocusProxy(self.tick)
        line = row(self.tick, self.date, None)
        self.setLayout(line)

    def setAccessibleName(self, name: str) -> None:
        """Name both parts after the field."""
        super().setAccessibleName(name)
        self.tick.setAccessibleName(f"{name}: has a date")
        self.date.setAccessibleName(name)

    def iso(self) -> str:
        """Return `yyyy-mm-dd`, empty for no day."""
        return self.date.date().toString("yyyy-MM-dd") if self.tick.isChecked() else ""

    def set_iso(self, text: str) -> None:
        """Show a day; what is none takes the tick away."""
        day = QDate.fromString(text, "yyyy-MM-dd")
        self.tick.setChecked(day.isValid())
        if day.isValid():
            self.date.setDate(day)
