"""Which entries of the outbox are old enough to go; links and history stay."""

from collections.abc import Iterable

from qjira_gui.domain.outbox import UNFINISHED, Entry

#: Finished entries that are kept at most, and for how many seconds.
KEEP = 5000
AGE = 90 * 86400.0
#: Seconds for which an entry is kept that was cleared from the list: longer than anybody looks back
#: who has to tell one comment from another of the same words.
CLEARED = 2 * 86400.0


def prunable(entries: Iterable[Entry], now: float, keep: int = KEEP, age: float = AGE) -> list[str]:
    """Return the ids of sent and cancelled entries beyond the newest `keep`, or older than `age`.

    Cleared ones go as soon as nothing can ask for them. What an unfinished entry of the same lane
    follows stays: it may still be asked for. So does everything else that is not finished.
    `entries` come in the order of their ids.
    """
    held: set[str] = set()
    finished = 0
    gone = []
    for entry in reversed(list(entries)):
        if entry.state in UNFINISHED:
            held.add(entry.lane)
            continue
        finished += not entry.cleared
        since = entry.created_at if entry.finished_at is None else entry.finished_at
        old = finished > keep or now - since > (CLEARED if entry.cleared else age)
        if entry.lane not in held and old:
            gone.append(entry.id)
    return gone[::-1]
