"""Which comments of Qualytics are accounted for by what was sent, and which may be a lost one."""

from collections.abc import Iterable, Sequence

from qjira_gui.domain.anomaly import Comment
from qjira_gui.domain.outbox import Entry, EntryKind


def unclaimed(same: Sequence[Comment], sent: Iterable[Entry], words: str) -> list[Comment]:
    """Return the comments that no sent entry has brought.

    `same` are the analyst's comments of these words on one anomaly, oldest first; `sent` are the
    sent entries about that anomaly, oldest first. Most know the number of their comment. One that
    went along with an archiving, or was taken without a word about its number, claims the oldest
    that is free: so each act has a comment of its own, however alike their words.
    """
    numbers: set[str] = set()
    nameless = 0
    for entry in sent:
        if entry.kind is EntryKind.COMMENT and entry.remote_id.isdigit():
            numbers.add(entry.remote_id)
        elif _words(entry) == words.strip():
            nameless += 1
    return [comment for comment in same if str(comment.id) not in numbers][nameless:]


def _words(entry: Entry) -> str:
    place = {EntryKind.COMMENT: "message", EntryKind.ARCHIVE: "comment"}.get(entry.kind, "")
    return str(entry.payload.get(place) or "").strip()
