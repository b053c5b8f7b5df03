"""What was begun, tickets and comments: kept while it is typed, gone when it is queued."""

from typing import Any

import msgspec

from qjira_gui.domain.text import clean
from qjira_gui.domain.ticket import TicketDraft


class KeptDraft(msgspec.Struct, frozen=True):
    """A draft under its anomaly's address and number."""

    id: str
    draft: TicketDraft
    saved_at: float


class BegunComment(msgspec.Struct, frozen=True):
    """Half a comment under its anomaly's address and number."""

    id: str
    text: str
    saved_at: float


def kept(id: str, draft: TicketDraft, now: float) -> KeptDraft:
    """Return the row for a draft; one anomaly has one draft."""
    return KeptDraft(id=id, draft=cleaned(draft), saved_at=now)


def cleaned(draft: TicketDraft) -> TicketDraft:
    """Return a draft that can be written: pasted text may hold half a character, JSON may not."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(draft)), type=TicketDraft)


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case list() | tuple():
            return [_cleaned(one) for one in value]
        case dict():
            return {_cleaned(key): _cleaned(one) for key, one in value.items()}
    return value
