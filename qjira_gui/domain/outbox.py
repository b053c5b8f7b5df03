"""An entry on its way out, which one is next, and what a failure makes of it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace

#: Seconds; the longest wait doubles from the first with each try, up to the cap.
FIRST_WAIT = 5.0
LONGEST_WAIT = 15 * 60.0
#: Seconds before anybody looks for what an answer failed to tell: the server may still be at work.
LOOK_AFTER = 3.0
#: Seconds after which an issue that no search finds may be created again: Jira's index lags
#: "a few seconds to minutes" behind (jira-api.md, section 7).
SETTLE = 5 * 60.0
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

    @property
    def site(self) -> Site:
        """The server that it goes to."""
        return Site(self.value.partition(".")[0])


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
    BUG = "bug"  #: our own mistake; kept, shown, never repeated blindly


class Failure(msgspec.Struct, frozen=True):
    """What went wrong at the last attempt; `at` in UTC seconds, `retry_after` in seconds."""

    kind: FailureKind
    sentence: str
    at: float
    detail: str = ""
    retry_after: float | None = None
    reason: str = ""
    request_id: str = ""
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
    due_at: float = 0.0
    state: EntryState = EntryState.WAITING
    attempts: int = 0
    starts: int = 0
    #: When its first request left; None while none has.
    first_sent_at: float | None = None
    failure: Failure | None = None
    in_doubt: bool = False
    #: The server's id for what was sent.
    remote_id: str = ""
    #: It was found at the server instead of being sent again.
    adopted: bool = False
    finished_at: float | None = None

    @property
    def site(self) -> Site:
        """The server that it goes to."""
        return self.kind.site


def anomaly_lane(anomaly_id: int) -> str:
    """Return the lane that keeps one anomaly's entries towards Qualytics in order."""
    return f"anomaly:{anomaly_id}"


def next_id(now: float, previous: str, draw: int) -> str:
    """Return an id that sorts after `previous` even if the clock went back.

    `draw` (48 random bits) keeps two desks apart: the id goes to Jira as the comment's marker.
    """
    stamp = int(now * 1000)
    if previous:
        stamp = max(stamp, int(previous[:12], 16) + 1)
    return f"{stamp:012x}{draw:012x}"


def heads(entries: Iterable[Entry]) -> list[Entry]:
    """Return the first unfinished entry of each lane; `entries` come in the order of their ids."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.state in UNFINISHED:
            first.setdefault(entry.lane, entry)
    return list(first.values())


def sending(entry: Entry, now: float) -> Entry:
    """Return the entry as it must be on disk before its request leaves."""
    return replace(
        entry,
        state=EntryState.SENDING,
        first_sent_at=entry.first_sent_at if entry.first_sent_at is not None else now,
    )


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


def found_at_start(entry: Entry) -> Entry:
    """Return the entry as the app finds it after a restart: `sending` means in doubt."""
    if entry.state is not EntryState.SENDING:
        return entry
    starts = entry.starts + 1
    if starts >= MOST_STARTS:
        why = Failure(
            kind=FailureKind.BUG,
            sentence="QJira stopped three times while this was being sent. "
            "Nothing is lost; look at it and press Retry.",
            at=entry.first_sent_at or entry.created_at,
            in_doubt=True,
        )
        return replace(entry, state=EntryState.NEEDS_YOU, in_doubt=True, starts=starts, failure=why)
    return replace(entry, state=EntryState.WAITING, in_doubt=True, starts=starts)


def after_failure(entry: Entry, failure: Failure, *, draw: float) -> Entry:
    """Return the entry as it stands after `failure`; `draw` is in [0, 1).

    Being offline and being asked to slow down are not the entry's fault: they use up no attempt.
    """
    doubt = entry.in_doubt or failure.in_doubt
    # A request that surely did nothing leaves no trace to look for.
    first = entry.first_sent_at if doubt else None
    changed = replace(entry, failure=failure, in_doubt=doubt, first_sent_at=first)
    match failure.kind:
        case FailureKind.REFUSED | FailureKind.BUG:
            return replace(changed, state=EntryState.NEEDS_YOU)
        case FailureKind.OFFLINE | FailureKind.SIGN_IN:
            # The site waits as a whole; the entry is due as soon as the site is back.
            return replace(changed, state=EntryState.WAITING, due_at=failure.at)
        case FailureKind.RATE:
            wait = failure.retry_after if failure.retry_after is not None else FIRST_WAIT
            return replace(changed, state=EntryState.WAITING, due_at=failure.at + wait)
    # Full jitter: entries that failed together must not come back together.
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(entry.attempts, 20))
    wait = max(failure.retry_after or 0.0, draw * longest, LOOK_AFTER if doubt else 0.0)
    return replace(
        changed,
        state=EntryState.WAITING,
        attempts=entry.attempts + 1,
        due_at=failure.at + wait,
    )


def look_again(entry: Entry, now: float) -> Entry:
    """Return an issue's entry that no search has found yet and that may not be repeated yet."""
    waited = now - (entry.first_sent_at or now)
    # Looks come further apart, and never later than the settling time.
    wait = min(max(LOOK_AFTER, waited), max(LOOK_AFTER, SETTLE - waited))
    return replace(entry, state=EntryState.WAITING, due_at=now + wait)


def settled(entry: Entry, now: float) -> bool:
    """Say whether an issue in doubt may be created again: nothing was found for long enough."""
    return entry.first_sent_at is None or now - entry.first_sent_at >= SETTLE


class Tally(msgspec.Struct, frozen=True):
    """The sum that must hold: queued = sent + waiting + needs you + cancelled."""

    queued: int = 0
    waiting: int = 0
    sent: int = 0
    needs_you: int = 0
    cancelled: int = 0


def tally(entries: Iterable[Entry]) -> Tally:
    """Count the entries; one that is being sent still counts as waiting."""
    counts = dict.fromkeys(EntryState, 0)
    for entry in entries:
        counts[entry.state] += 1
    return Tally(
        queued=sum(counts.values()),
        waiting=counts[EntryState.WAITING] + counts[EntryState.SENDING],
        sent=counts[EntryState.SENT],
        needs_you=counts[EntryState.NEEDS_YOU],
        cancelled=counts[EntryState.CANCELLED],
    )
