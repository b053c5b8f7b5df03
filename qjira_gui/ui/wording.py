"""Entries and events in words: what it is, where it stands, and what can be done."""

from typing import TYPE_CHECKING

from qjira_gui.domain.event import Event, EventKind
from qjira_gui.domain.failure import Hold
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, FailureKind, Site
from qjira_gui.ui.moment import clock_time

if TYPE_CHECKING:
    from qjira_gui.actions.outbox import OutboxActions

SITE_NAMES = {Site.QUALYTICS: "Qualytics", Site.JIRA: "Jira"}
#: What an entry brings, for a place that says already where to.
NOUNS = {
    EntryKind.STATUS: "Status",
    EntryKind.ARCHIVE: "Archiving",
    EntryKind.COMMENT: "Comment",
    EntryKind.ISSUE: "Ticket",
    EntryKind.ISSUE_COMMENT: "Comment",
    EntryKind.LINK: "Link",
}
#: Pauses that say more than what an entry waits behind.
_SITE_WIDE = (FailureKind.OFFLINE, FailureKind.SIGN_IN, FailureKind.ELSEWHERE)
_TIMES = {1: "1st", 2: "2nd", 3: "3rd"}


def title(entry: Entry, issue: str = "") -> str:
    """Return what an entry does; `issue` is the key of the issue it goes to."""
    payload = entry.payload
    match entry.kind:
        case EntryKind.STATUS:
            return f"Set anomaly {entry.anomaly_id} to {payload.get('status', '')}"
        case EntryKind.ARCHIVE:
            return f"Archive anomaly {entry.anomaly_id} as {payload.get('status', '')}"
        case EntryKind.COMMENT:
            return f"Comment on anomaly {entry.anomaly_id}: {_short(payload.get('message'))}"
        case EntryKind.ISSUE:
            fields = payload.get("fields")
            summary = fields.get("summary") if isinstance(fields, dict) else ""
            return f"Create ticket: {_short(summary)}"
        case EntryKind.LINK:
            return f"Look whether {payload.get('key', '')} exists, to link it"
        case EntryKind.ISSUE_COMMENT:
            return f"Comment on {issue or 'the new ticket'}: {_short(payload.get('text'))}"


class Standing:
    """Says where entries stand, as the outbox is at this moment."""

    def __init__(self, outbox: "OutboxActions", now: float) -> None:
        """Ask `outbox` about each entry; `now` in UTC seconds."""
        self._outbox, self._now = outbox, now

    def __call__(self, entry: Entry) -> str:
        """Return it in one line, with the reason where an entry waits or needs somebody."""
        failure = entry.failure
        if entry.state is EntryState.NEEDS_YOU and failure is not None:
            # That it needs somebody stands beside it already.
            return failure.sentence
        if entry.state is not EntryState.WAITING:
            return state(entry, self._now)
        hold, before = self._outbox.why_waiting(entry), ""
        first = self._outbox.comes_first(entry)
        if first.id < entry.id:
            before = title(first, self._outbox.issue_name(first))
            before += " (needs you)" if first.state is EntryState.NEEDS_YOU else ""
        said = state(entry, self._now, hold, paused=self._outbox.paused, before=before)
        # The pause of a site says it all already, and so does what comes first.
        if failure is not None and hold is None and not before:
            said += f". {failure.sentence}"
        return said


def state(
    entry: Entry,
    now: float,
    hold: Hold | None = None,
    *,
    paused: bool = False,
    before: str = "",
) -> str:
    """Return where an entry stands, in one line; `before` is what must go out first."""
    match entry.state:
        case EntryState.SENT:
            when = clock_time(entry.finished_at or now, now)
            if entry.adopted:
                return f"Was already there at {when}, not sent again"
            return f"{'Found' if entry.kind is EntryKind.LINK else 'Sent'} {when}"
        case EntryState.SENDING:
            return "Looking whether it arrived" if entry.in_doubt else "Sending"
        case EntryState.CANCELLED:
            return "Cancelled"
        case EntryState.NEEDS_YOU:
            return "Needs you"
    if paused:
        return "Waiting: the outbox is paused"
    held = _held(entry, now, hold)
    site_wide = hold is not None and hold.kind in _SITE_WIDE
    if before and not site_wide:
        return f"Waits for: {before}"
    return held or _planned(entry, now)


def _held(entry: Entry, now: float, hold: Hold | None) -> str:
    """Say what pause keeps an entry back, empty where none does."""
    if hold is None:
        return ""
    name = SITE_NAMES[entry.site]
    if hold.asked and hold.until is not None:
        return f"{name} asks for a pause until {clock_time(hold.until, now)}"
    match hold.kind:
        case FailureKind.ELSEWHERE:
            return f"Waits for {entry.place}: another {name} is connected"
        case FailureKind.OFFLINE:
            return f"Waiting until {name} can be reached"
        case FailureKind.SIGN_IN:
            return f"Waiting for a new sign-in to {name}"
        case FailureKind.REFUSED if entry.kind is EntryKind.ISSUE_COMMENT:
            return "Waiting: a comment like it was refused; mend or cancel that one"
        case FailureKind.REFUSED:
            return "Waiting: a ticket of this project and type was refused; mend or cancel that one"
    return ""


def _planned(entry: Entry, now: float) -> str:
    """Say when an entry goes out that nothing holds back."""
    left = entry.due_at - now
    if left > 0 and entry.failure is None and not (entry.attempts or entry.in_doubt):
        return f"Goes out in {max(1.0, left):.0f} s"
    if left > 1:
        verb = "Will look whether it arrived" if entry.in_doubt else "Will try again"
        when = f"in {left:.0f} s" if left < 60 else f"at {clock_time(entry.due_at, now)}"
        again = f"{verb} {when}"
        return f"{again} ({_nth(entry.attempts + 1)} time)" if entry.attempts else again
    return "Waiting to be sent"


def event_text(event: Event) -> str:
    """Return what happened, for the activity."""
    match event.kind:
        case EventKind.ACKNOWLEDGED:
            return "You acknowledged it"
        case EventKind.ARCHIVED:
            return f"You archived it as {event.text}"
        case EventKind.COMMENTED:
            return f"You commented: {event.text}"
        case EventKind.CREATED:
            return f"You opened a ticket: {event.text}"
        case EventKind.LINKED:
            return f"You linked {event.text}"
        case EventKind.UNLINKED:
            return f"You unlinked {event.text}"


def _short(text: object) -> str:
    said = " ".join(str(text or "").split())
    return said if len(said) <= 90 else said[:89] + "…"


def _nth(number: int) -> str:
    return _TIMES.get(number, f"{number}th")
