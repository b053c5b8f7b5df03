"""An entry in doubt: how long it is looked for, and what nothing found means."""

from msgspec.structs import replace

from qjira_gui.domain.outbox import CANNOT_LOOK, LOOK_AFTER, Entry, EntryKind, EntryState

#: Seconds after which an issue that no search finds may be created again: Jira's index lags
#: "a few seconds to minutes" behind (jira-api.md, section 7).
SETTLE = 5 * 60.0
#: Looks that must have found nothing before that: time alone proves little when a clock was set.
LEAST_LOOKS = 4
#: The same for everything else, which is read from where it is written: as long as a request may
#: take, since a gateway may give up long before the server behind it does.
SHORT_SETTLE = 120.0
SHORT_LOOKS = 2


def look_again(entry: Entry, now: float) -> Entry:
    """Return an entry that no look has found yet and that may not be repeated yet."""
    first, (settle, least) = entry.first_sent_at, _patience(entry)
    if first is None or first > now:
        first = now  # the clock was set back
    wait = min(LOOK_AFTER * 2 ** min(entry.looks, 20), settle)
    left = first + settle - now
    # Looks come further apart, and the last one not later than the settling time.
    if left > 0 and entry.looks + 1 >= least:
        wait = min(wait, max(left, LOOK_AFTER))
    why = entry.failure and replace(entry.failure, at=min(entry.failure.at, now))
    return replace(
        entry,
        state=EntryState.WAITING,
        failure=why,
        first_sent_at=first,
        looks=entry.looks + 1,
        starts=0,
        due_at=now + wait,
    )


def settled(entry: Entry, now: float) -> bool:
    """Say whether what is in doubt and this look has not found either surely is not there."""
    if entry.first_sent_at is None:
        return True
    settle, least = _patience(entry)
    return now - entry.first_sent_at >= settle and entry.looks + 1 >= least


def _patience(entry: Entry) -> tuple[float, int]:
    """Return for how many seconds, and how often, an entry in doubt must be looked for."""
    return (SETTLE, LEAST_LOOKS) if entry.kind is EntryKind.ISSUE else (SHORT_SETTLE, SHORT_LOOKS)


def without_doubt(entry: Entry) -> Entry:
    """Return the entry once it is sure that the server has nothing of it: as if never sent.

    What is sent now gets its own time to settle, should its answer be missing as well.
    """
    return replace(
        entry,
        state=EntryState.WAITING,
        in_doubt=False,
        first_sent_at=None,
        account="",
        looks=0,
        starts=0,
        due_at=0.0,
    )


def only_a_look_tells(entry: Entry) -> bool:
    """Say whether nobody but a person can find out whether a server has an entry."""
    return entry.failure is not None and entry.failure.reason == CANNOT_LOOK
