"""One sentence above the pages while something holds the work up, and the way out of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.pieces import button, label, row, symbol

if TYPE_CHECKING:
    from qjira_gui.domain.connection import SiteStatus

_CONNECT, _TRY, _RESUME = "Open Connections", "Try now", "Resume"
_PAUSED = "The outbox is paused: nothing leaves for Qualytics or Jira until you resume it."


class Banner(QFrame):
    """Hidden while all is well; never more than one sentence at a time."""

    connections_requested = Signal()
    try_requested = Signal()
    resume_requested = Signal()

    def __init__(self, theme: look.Theme) -> None:
        """Start hidden."""
        super().__init__()
        self.setProperty("role", "banner")
        self.text = label("", wrap=True)
        self.action = button("", self._act)
        line = row(symbol(Icon.WARNING, theme.amber.text), self.text, self.action)
        line.setContentsMargins(look.LARGE, look.SMALL, look.LARGE, look.SMALL)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.hide()

    def show_trouble(self, found: Sequence["SiteStatus"], *, paused: bool) -> None:
        """Say what holds the work up, what needs the analyst first."""
        text, action = said(found, paused=paused)
        self.text.setText(text)
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.setVisible(bool(text))

    def _act(self) -> None:
        acts = {
            _CONNECT: self.connections_requested,
            _TRY: self.try_requested,
            _RESUME: self.resume_requested,
        }
        acts[self.action.text()].emit()


def said(found: Sequence["SiteStatus"], *, paused: bool) -> tuple[str, str]:
    """Return the sentence and the word on its button, both empty where all is well."""
    from qjira_gui.domain.connection import ConnectionState

    for state, action in (
        # A site that was never connected has nothing to say: the first start does.
        (ConnectionState.ABSENT, _CONNECT),
        (ConnectionState.SIGN_IN, _CONNECT),
        (ConnectionState.OFFLINE, _TRY),
    ):
        for status in found:
            if status.state is state and status.sentence:
                return status.sentence, action
    return (_PAUSED, _RESUME) if paused else ("", "")
