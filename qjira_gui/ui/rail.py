"""The left rail: the pages, with a badge for what waits and what needs somebody."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.pieces import button, label, row

#: Name, icon and key of each page, from top to bottom.
PAGES = (
    ("Anomalies", Icon.ANOMALIES, "Ctrl+1"),
    ("Tickets", Icon.TICKET, "Ctrl+2"),
    ("Outbox", Icon.OUTBOX, "Ctrl+3"),
    ("Connections", Icon.CONNECTIONS, "Ctrl+4"),
    ("Practice", Icon.PRACTICE, "Ctrl+5"),
)

#: Pixels.
WIDE, NARROW = 176, 56


class Rail(QFrame):
    """Emits the page that somebody chose."""

    chosen = Signal(str)

    def __init__(self, theme: look.Theme) -> None:
        """Show the pages; Practice is hidden until there is a practice server."""
        super().__init__()
        self.setProperty("role", "rail")
        self.setFixedWidth(WIDE)
        self._theme = theme
        self._narrow = False
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, look.LARGE, 0, look.MEDIUM)
        lines.setSpacing(2)
        self._name = label("QJira", "title")
        self._name.setContentsMargins(look.LARGE, 0, 0, look.MEDIUM)
        lines.addWidget(self._name)
        self.badge, self.waiting = _badge(), _badge()
        for page, symbol, keys in PAGES:
            one = button(page, role="rail", symbol=symbol, theme=theme, tip=keys)
            one.setCheckable(True)
            one.setShortcut(keys)
            one.clicked.connect(lambda _=False, wanted=page: self.chosen.emit(wanted))
            self._group.addButton(one)
            self._buttons[page] = one
            lines.addWidget(one)
            if page == "Outbox":
                self._badges = row(None, self.waiting, self.badge, gap=look.TIGHT)
                self._badges.setContentsMargins(0, 0, look.MEDIUM, 0)
                one.setLayout(self._badges)
        lines.addStretch(1)
        self._buttons["Practice"].hide()
        self.choose("Anomalies")

    def choose(self, page: str) -> None:
        """Mark a page as the one that is shown."""
        self._buttons[page].setChecked(True)

    def button(self, page: str) -> QPushButton:
        """Return the button of a page."""
        return self._buttons[page]

    def offer_practice(self, shown: bool) -> None:
        """Show or hide the practice page."""
        self._buttons["Practice"].setVisible(shown)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons only, or icons and names."""
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        side = Qt.AlignmentFlag.AlignHCenter if narrow else Qt.AlignmentFlag.AlignLeft
        self._name.setAlignment(side)
        self._name.setContentsMargins(0 if narrow else look.LARGE, 0, 0, look.MEDIUM)
        self._name.setText("Q" if narrow else "QJira")
        # Beside the icon, not over it.
        self._badges.setContentsMargins(0, 0, 2 if narrow else look.MEDIUM, 18 if narrow else 0)
        for page, _, keys in PAGES:
            one = self._buttons[page]
            one.setText("" if narrow else page)
            # Qt takes a button's key away with its text.
            one.setShortcut(keys)
            one.setToolTip(f"{page} ({keys})")

    def show_badge(self, waiting: int, needs_you: int) -> None:
        """Show how much is on its way; what needs somebody comes first, in words and colour."""
        need = f"{needs_you:,} {'needs' if needs_you == 1 else 'need'} you" if needs_you else ""
        wait = f"{waiting:,} waiting" if waiting else ""
        for badge, count, tone in (
            (self.badge, needs_you, self._theme.red),
            (self.waiting, waiting, self._theme.amber),
        ):
            # On the narrow rail there is room for one, and somebody's need comes first.
            shown = bool(count) and not (self._narrow and badge is self.waiting and needs_you)
            badge.setText(_short(count))
            badge.setVisible(shown)
            badge.setStyleSheet(
                f"color: {tone.text}; background: {tone.ground}; border-radius: 8px;"
                f" padding: 1px 5px; font-size: {look.CAPTION}px; font-weight: 600;"
            )
        said = ", ".join(part for part in (need, wait) if part)
        self._buttons["Outbox"].setAccessibleName(f"Outbox, {said}" if said else "Outbox")
        keys = self._buttons["Outbox"].shortcut().toString()
        self._buttons["Outbox"].setToolTip(f"Outbox ({keys}){': ' if said else ''}{said}")


def _badge() -> QLabel:
    made = QLabel()
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    made.hide()
    return made


def _short(count: int) -> str:
    """Return a number that fits into a badge."""
    return f"{count:,}" if count < 1000 else f"{count // 1000}k"
