"""Tickets that were begun: kept while they are typed, gone when they are created."""

import msgspec

from qjira_gui.domain.ticket import TicketDraft


class KeptDraft(msgspec.Struct, frozen=True):
    """A draft under its anomaly's number."""

    id: str
    draft: TicketDraft
    saved_at: float


def kept(draft: TicketDraft, now: float) -> KeptDraft:
    """Return the row for a draft; one anomaly has one draft."""
    return KeptDraft(id=str(draft.anomaly_id), draft=draft, saved_at=now)
