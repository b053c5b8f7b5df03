"""One sentence above the pages while something holds the work up, and the way out of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.moment import clock_time
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

    def show_trouble(
        self, found: Sequence["SiteStatus"], now: float, *, paused: bool, waiting: int
    ) -> None:
        """Say what holds the work up, what needs the analyst first, and how much waits for it."""
        text, action = said(found, now, paused=paused, waiting=waiting)
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


def said(
    found: Sequence["SiteStatus"], now: float, *, paused: bool, waiting: int
) -> tuple[str, str]:
    """Return the sentence and the word on its button, both empty where all is well."""
    from qjira_gui.domain.connection import ConnectionState

    for state, action in (
        # A site that was never connected has nothing to say: the first start does.
        (ConnectionState.ABSENT, _CONNECT),
        (ConnectionState.SIGN_IN, _CONNECT),
        (ConnectionState.OFFLINE, _TRY),
    ):
        hit = [status for status in found if status.state is state and status.sentence]
        if hit and state is ConnectionState.OFFLINE:
            return _offline(hit, now, waiting), action
        if hit:
            # The same for both sites is said once.
            return " ".join(dict.fromkeys(status.sentence for status in hit)), action
    if paused:
        return f"{_PAUSED} {_waits(waiting)}".strip(), _RESUME
    return "", ""


def _offline(hit: Sequence["SiteStatus"], now: float, waiting: int) -> str:
    """Say who cannot be reached, since when, and what becomes of what is done meanwhile."""
    plain = [one for one in hit if one.sentence.startswith(f"{_name(one)} cannot be reached.")]
    if len(plain) < len(hit):
        # A certificate or a sign-in page in between is worth its own words.
        return next(one.sentence for one in hit if one not in plain)
    names = " and ".join(_name(one) for one in hit)
    seen = [one.ok_at for one in hit if one.ok_at is not None]
    since = f" since {clock_time(min(seen), now)}" if seen else ""
    kept = "What you do is kept and goes out by itself"
    count = f"; {waiting:,} {'act waits' if waiting == 1 else 'acts wait'} now" if waiting else ""
    return f"{names} cannot be reached{since}. {kept}{count}."


def _waits(waiting: int) -> str:
    if not waiting:
        return ""
    one = waiting == 1
    return f"{waiting:,} {'act waits' if one else 'acts wait'} here."


def _name(status: "SiteStatus") -> str:
    return status.site.value.capitalize()
