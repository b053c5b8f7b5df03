"""What stands above the pages: one pill a connection."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton

from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon, spaced_icon
from qjira_gui.ui.moment import ago

if TYPE_CHECKING:
    from qjira_gui.domain.connection import SiteStatus

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
