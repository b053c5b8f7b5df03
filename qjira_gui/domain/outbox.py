"""An entry on its way out, which one is next, and what a failure makes of it."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace

#: Seconds; the longest wait doubles from the first with each try, up to the cap.
FIRST_WAIT = 5.0
LONGEST_WAIT = 15 * 60.0
#: Seconds before anybody looks for what an answer failed to tell: the server may still be at work.
LOOK_AFTER = 3.0
#: Starts of the app that one entry may survive unsent before it needs a person.
MOST_STARTS = 3


class Site(StrEnum):
    """The two servers."""

    QUALYTICS = "qualytics"
    JIRA = "jira"


class EntryKind(StrEnum):
    """What an entry asks of its server; the part before the dot names the server."""

    STATUS = "qualytics.status"
    ARCHIVE = "qualytics.archive"
    COMMENT = "qualytics.comment"
    ISSUE = "jira.issue"
    ISSUE_COMMENT = "jira.comment"
    LINK = "jira.link"  #: only reads, so it is never in doubt: whether a linked issue exists

    @property
    def site(self) -> Site:
        """The server that it goes to."""
        return _SITES[self]


_SITES = {kind: Site(kind.value.partition(".")[0]) for kind in EntryKind}


class EntryState(StrEnum):
    """Where an entry stands."""

    WAITING = "waiting"  #: its turn, or its `due_at`, has not come
    SENDING = "sending"  #: on disk before the request leaves
    SENT = "sent"  #: the server's answer is on disk
    NEEDS_YOU = "needs you"  #: nothing goes on without the analyst
    CANCELLED = "cancelled"  #: the analyst took it back


#: The states in which an entry still holds up its lane.
UNFINISHED = (EntryState.WAITING, EntryState.SENDING, EntryState.NEEDS_YOU)


class FailureKind(StrEnum):
    """What a failure means for the entry and its neighbours."""

    OFFLINE = "offline"  #: no attempt used, the site waits
    RATE = "rate"  #: slows only what the server named
    PASSING = "passing"  #: comes back by itself
    SIGN_IN = "sign-in"  #: the site waits for new credentials
    REFUSED = "refused"  #: repeating it as it is changes nothing
    ELSEWHERE = "elsewhere"  #: another site is connected than the one that this belongs to
    BUG = "bug"  #: our own mistake; kept, shown, never repeated blindly


#: The reason of a failure after which only a person can find out whether the server has it.
CANNOT_LOOK = "cannot look"


class Failure(msgspec.Struct, frozen=True):
    """What went wrong at the last attempt; `at` in UTC seconds, `retry_after` in seconds."""

    kind: FailureKind
    sentence: str
    at: float
    detail: str = ""
    retry_after: float | None = None
    reason: str = ""
    request_id: str = ""
    #: The HTTP status of a refusal or a plea for a pause, 0 for anything else.
    status: int = 0
    #: The request may have been carried out.
    in_doubt: bool = False
    #: The server's own words by field id.
    fields: dict[str, str] = {}


class Entry(msgspec.Struct, frozen=True):
    """One row of the outbox; times in UTC seconds."""

    id: str
    kind: EntryKind
    lane: str
    anomaly_id: int
    created_at: float
    payload: dict[str, Any] = {}
    link_id: str = ""
    #: The address of the site that it belongs to: it goes nowhere else.
    place: str = ""
    #: Not to be tried before; 0 means at once, whatever the clock says.
    due_at: float = 0.0
    state: EntryState = EntryState.WAITING
    attempts: int = 0
    starts: int = 0
    #: When the first request left that may have been carried out; None while none has.
    first_sent_at: float | None = None
    #: The account whose request that was, where it is known.
    account: str = ""
    #: How often somebody looked for it at the server and found nothing.
    looks: int = 0
    failure: Failure | None = None
    in_doubt: bool = False
    #: The server's id for what was sent.
    remote_id: str = ""
    #: It was found at the server instead of being sent again.
    adopted: bool = False
    #: The analyst has cleared it from the list; it is kept a while, to know its like by.
    cleared: bool = False
    finished_at: float | None = None

    @property
    def site(self) -> Site:
        """The server that it goes to."""
        return self.kind.site


def anomaly_lane(anomaly_id: int, place: str = "") -> str:
    """Return the lane that keeps one anomaly's entries towards one Qualytics in order."""
    return f"anomaly:{anomaly_id} {place}".strip()


def lane_at(lane: str, place: str) -> str:
    """Return an anomaly's lane at another address of its Qualytics."""
    return f"{lane.partition(' ')[0]} {place}".strip()


def asks_for_status(entry: Entry) -> bool:
    """Say whether an entry changes its anomaly's status; its payload names which."""
    return entry.kind in (EntryKind.STATUS, EntryKind.ARCHIVE)


def next_id(now: float, previous: str, draw: int) -> str:
    """Return an id that sorts after `previous` even if the clock went back.

    `draw` (48 random bits) keeps two desks apart: the id goes to Jira as the comment's marker.
    """
    stamp = int(now * 1000)
    if previous:
        stamp = max(stamp, int(previous[:12], 16) + 1)
    return f"{stamp:012x}{draw:012x}"


def turns(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the unfinished entry whose turn it is in each lane; those that need somebody last.

    `entries` come in the order of their ids, and no more are asked for than are needed. A comment
    that was refused keeps back no status: an anomaly that is archived takes no comment before it
    is open again. Words never overtake words, and no status overtakes another.
    """
    first: dict[str, Entry] = {}
    closed: set[str] = set()
    for entry in entries:
        if entry.state not in UNFINISHED or entry.lane in closed:
            continue
        before = first.get(entry.lane)
        if before is not None and not (_refused_comment(before) and asks_for_status(entry)):
            continue
        if before is not None and entry.payload.get("comment"):
            closed.add(entry.lane)
            continue
        first[entry.lane] = entry
        if entry.state is not EntryState.NEEDS_YOU:
            yield entry
    yield from (entry for entry in first.values() if entry.state is EntryState.NEEDS_YOU)


def heads(entries: Iterable[Entry]) -> list[Entry]:
    """Return the unfinished entry whose turn it is in each lane."""
    return list(turns(entries))


def _refused_comment(entry: Entry) -> bool:
    refused = entry.state is EntryState.NEEDS_YOU and not entry.in_doubt
    by_server = entry.failure is not None and entry.failure.status != 0
    return refused and by_server and entry.kind is EntryKind.COMMENT


def sending(entry: Entry, now: float, account: str = "") -> Entry:
    """Return the entry as it must be on disk before its request leaves."""
    if entry.first_sent_at is not None:
        return replace(entry, state=EntryState.SENDING)
    return replace(entry, state=EntryState.SENDING, first_sent_at=now, account=account)


def sent(entry: Entry, remote_id: str, now: float, *, adopted: bool = False) -> Entry:
    """Return the entry once the server has it."""
    return replace(
        entry,
        state=EntryState.SENT,
        remote_id=remote_id,
        adopted=adopted,
        in_doubt=False,
        failure=None,
        finished_at=now,
    )


def due(entry: Entry, now: float) -> bool:
    """Say whether an entry's time has come; one whose clock was set back never waits for long."""
    if entry.due_at <= now:
        return True
    if entry.failure is not None and now < entry.failure.at:
        return True
    longest = (entry.failure and entry.failure.retry_after) or 0.0
    return entry.due_at - now > max(LONGEST_WAIT, longest)


def found_at_start(entry: Entry, now: float) -> Entry:
    """Return the entry as the app finds it after a restart: `sending` means in doubt."""
    if entry.state is not EntryState.SENDING:
        return entry
    starts = entry.starts + 1
    if starts >= MOST_STARTS:
        why = Failure(
            kind=FailureKind.BUG,
            sentence="QJira stopped three times while this was being sent. "
            "Nothing is lost; look at it and press Send now.",
            at=now,
            in_doubt=True,
        )
        return replace(entry, state=EntryState.NEEDS_YOU, in_doubt=True, starts=starts, failure=why)
    # A restart may take less time than the server needs for what it was given before.
    doubt = entry.kind is not EntryKind.LINK
    return replace(
        entry, state=EntryState.WAITING, in_doubt=doubt, starts=starts, due_at=now + LOOK_AFTER
    )


def after_failure(entry: Entry, failure: Failure, *, draw: float) -> Entry:
    """Return the entry as it stands after `failure`; `draw` is in [0, 1).

    Being offline and being asked to slow down are not the entry's fault: they use up no attempt.
    """
    doubt = (entry.in_doubt or failure.in_doubt) and entry.kind is not EntryKind.LINK
    changed = replace(
        entry,
        failure=failure,
        in_doubt=doubt,
        starts=0,
        # A request that surely did nothing leaves no trace to look for.
        first_sent_at=entry.first_sent_at if doubt else None,
    )
    match failure.kind:
        case FailureKind.REFUSED | FailureKind.BUG:
            return replace(changed, state=EntryState.NEEDS_YOU)
        case FailureKind.SIGN_IN:
            return replace(changed, state=EntryState.WAITING, due_at=0.0)
        case FailureKind.OFFLINE if not failure.in_doubt:
            # The site waits as a whole; the entry is due as soon as the site is back.
            return replace(changed, state=EntryState.WAITING, due_at=0.0)
        case FailureKind.RATE:
            wait = FIRST_WAIT if failure.retry_after is None else max(failure.retry_after, 1.0)
            return replace(changed, state=EntryState.WAITING, due_at=failure.at + wait)
    # A web page in an answer's place counts as well: were it due as soon as a look at the site
    # succeeds, a page that answers nothing but this one request would be asked for ever.
    # Full jitter: entries that failed together must not come back together.
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(entry.attempts, 20))
    wait = max(failure.retry_after or 0.0, draw * longest, LOOK_AFTER if doubt else 0.0)
    return replace(
        changed,
        state=EntryState.WAITING,
        attempts=entry.attempts + 1,
        due_at=failure.at + wait,
    )
