"""What happened to an anomaly and what waits: acts from here, comments from Qualytics."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from qjira_gui.domain.anomaly import Comment
from qjira_gui.domain.event import Event
from qjira_gui.domain.outbox import Entry, EntryState
from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.moment import clock_time, full, parse
from qjira_gui.ui.pieces import button, empty, label, row, symbol
from qjira_gui.ui.wording import event_text


class ActivityView(QWidget):
    """Oldest first, like a conversation."""

    #: Somebody wants to do something about an entry, where its buttons are.
    outbox_requested = Signal(object)

    def __init__(self, theme: look.Theme) -> None:
        """Start empty."""
        super().__init__()
        self._theme = theme
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(look.SMALL)

    def show_activity(
        self,
        events: list[tuple[Event, Entry | None]],
        comments: list[Comment],
        now: float,
        standing: Callable[[Entry], str],
        note: str = "",
    ) -> None:
        """Show events and the comments that were not written here; `note` says what is missing."""
        empty(self._lines)
        mine = {entry.remote_id for _, entry in events if entry is not None and entry.remote_id}
        items: list[tuple[float, QHBoxLayout]] = []
        for event, entry in events:
            items.append((event.at, self._event(event, entry, now, standing)))
        for comment in comments:
            if str(comment.id) in mine:
                continue
            written = parse(comment.created)
            items.append((written.timestamp() if written else 0.0, self._comment(comment)))
        for _, line in sorted(items, key=lambda item: item[0]):
            self._lines.addLayout(line)
        if not items and not note:
            self._lines.addWidget(label("Nothing has happened here yet.", "muted"))
        if note:
            self._lines.addWidget(label(note, "caption", wrap=True))

    def _event(
        self, event: Event, entry: Entry | None, now: float, standing: Callable[[Entry], str]
    ) -> QHBoxLayout:
        which, colour = Icon.CHECK, self._theme.success
        where = clock_time(event.at, now)
        if entry is not None:
            stands = standing(entry)
            where = stands if stands.endswith(where) else f"{where} · {stands}"
            if entry.state in (EntryState.WAITING, EntryState.SENDING):
                which, colour = Icon.WAITING, self._theme.warning
            elif entry.state is EntryState.NEEDS_YOU:
                which, colour = Icon.PROBLEM, self._theme.danger
            elif entry.state is EntryState.CANCELLED:
                which, colour = Icon.CLOSE, self._theme.muted
        way_out = None
        if entry is not None and entry.state is EntryState.NEEDS_YOU:
            way_out = button("Show in Outbox", role="link")
            way_out.clicked.connect(lambda: self.outbox_requested.emit(entry))
        return self._line(which, colour, event_text(event), where, way_out)

    def _comment(self, comment: Comment) -> QHBoxLayout:
        who = comment.user.label if comment.user else "Somebody"
        where = full(comment.created)
        if comment.external_source:
            where += " · came from the ticket system, not passed on"
        return self._line(Icon.COMMENT, self._theme.muted, f"{who}: {comment.message or ''}", where)

    def _line(
        self, which: Icon, colour: str, text: str, where: str, way_out: QWidget | None = None
    ) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(text, wrap=True, select=True))
        words.addWidget(label(where, "caption", wrap=True))
        if way_out is not None:
            words.addLayout(row(way_out, None))
        picture = QVBoxLayout()
        picture.addWidget(symbol(which, colour))
        picture.addStretch(1)
        line = row(picture, words)
        line.setStretch(1, 1)
        return line
