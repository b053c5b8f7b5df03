"""The words in an entry that a person wrote, and the entry while they are changed and after."""

from msgspec.structs import replace

from qjira_gui.domain.comment import COMMENT_LEAD, comment_text
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, Failure, FailureKind

#: In the payload of a comment on an issue whose words are not Qualytics' any more.
EDITED = "edited"
#: The reason of a failure that is none: the analyst has begun to change the entry.
EDITING = "editing"
_BEGUN = (
    "You began to change this and have not finished. Press Edit to go on, Send now to send it as "
    "it was, or Cancel to take it back."
)
#: Where each kind keeps its words.
_PLACES = {
    EntryKind.COMMENT: "message",
    EntryKind.ARCHIVE: "comment",
    EntryKind.ISSUE_COMMENT: "text",
}


def words_in(entry: Entry) -> str | None:
    """Return what the analyst wrote, None where nobody did: a status, a report, a ticket."""
    said = str(entry.payload.get(_PLACES.get(entry.kind, "")) or "")
    if entry.kind is EntryKind.ISSUE_COMMENT:
        return said.removeprefix(COMMENT_LEAD).strip() if said.startswith(COMMENT_LEAD) else None
    return said or None


def editable(entry: Entry) -> bool:
    """Say whether its words can still be changed: what may have arrived keeps those it has."""
    still = entry.state in (EntryState.WAITING, EntryState.NEEDS_YOU) and not entry.in_doubt
    return still and (entry.kind is EntryKind.ISSUE or words_in(entry) is not None)


def is_edited(entry: Entry) -> bool:
    """Say whether somebody has begun to change an entry and not finished."""
    stuck = entry.state is EntryState.NEEDS_YOU
    return stuck and entry.failure is not None and entry.failure.reason == EDITING


def put_aside(entry: Entry, now: float) -> Entry:
    """Return the entry as it waits for somebody's new words, also through a crash.

    What a server said of the old ones stays readable behind the sentence.
    """
    if is_edited(entry):
        return entry
    last = entry.failure
    why = Failure(
        kind=FailureKind.REFUSED,
        sentence=_BEGUN,
        at=now,
        detail=f"Before: {last.sentence} {last.detail}".strip() if last else "",
        reason=EDITING,
        fields=last.fields if last else {},
    )
    return replace(entry, state=EntryState.NEEDS_YOU, failure=why)


def with_words(entry: Entry, text: str) -> Entry:
    """Return an entry with other words, as if it had never been tried with the old ones."""
    if entry.kind is EntryKind.ISSUE_COMMENT:
        # Where another desk has told the old words, the new ones are still to be said.
        return as_new(entry, {**entry.payload, "text": comment_text(text), EDITED: True})
    return as_new(entry, {**entry.payload, _PLACES[entry.kind]: text})


def as_new(entry: Entry, payload: dict[str, object]) -> Entry:
    """Return an entry that was mended: its turn is now, and what went wrong before is over."""
    return replace(
        entry,
        payload=payload,
        state=EntryState.WAITING,
        failure=None,
        attempts=0,
        starts=0,
        due_at=0.0,
    )


def taken_back(entry: Entry) -> Entry:
    """Return a cancelled entry as it waits again, for somebody's words where it did before."""
    edited = entry.failure is not None and entry.failure.reason == EDITING
    state = EntryState.NEEDS_YOU if edited else EntryState.WAITING
    failure = entry.failure if edited else None
    fresh = as_new(entry, entry.payload)
    return replace(fresh, state=state, failure=failure, finished_at=None)
