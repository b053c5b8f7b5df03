"""What is on its way for an anomaly, as its row and its activity say it."""

from collections.abc import Iterable

import msgspec

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.outbox import Entry, EntryState, asks_for_status


class RowState(msgspec.Struct, frozen=True):
    """The unfinished entries of one anomaly in a nutshell."""

    waiting: int = 0
    needs_you: int = 0
    #: The status that the last act asks for, empty where none does.
    status: str = ""


def row_state(unfinished: Iterable[Entry]) -> dict[int, RowState]:
    """Sum up unfinished entries (oldest first) by anomaly."""
    found: dict[int, RowState] = {}
    for entry in unfinished:
        old = found.get(entry.anomaly_id, RowState())
        stuck = entry.state is EntryState.NEEDS_YOU
        asks = asks_for_status(entry)
        found[entry.anomaly_id] = RowState(
            waiting=old.waiting + (not stuck),
            needs_you=old.needs_you + stuck,
            status=str(entry.payload.get("status", "")) if asks else old.status,
        )
    return found


def outcomes(entries: Iterable[Entry], since: float) -> dict[int, str]:
    """Return the statuses that Qualytics took after `since`: a list read before lacks them."""
    found: dict[int, str] = {}
    for entry in entries:
        taken = entry.state is EntryState.SENT and (entry.finished_at or 0.0) >= since
        if taken and asks_for_status(entry):
            found[entry.anomaly_id] = str(entry.payload.get("status", ""))
    return found


def with_pending(anomaly: Anomaly, state: RowState | None) -> Anomaly:
    """Return the anomaly as the analyst left it: with the status that is on its way."""
    if state is None or not state.status:
        return anomaly
    return with_status(anomaly, state.status)


def with_status(anomaly: Anomaly, status: str) -> Anomaly:
    """Return the anomaly under another status; whether it is archived follows from that."""
    return msgspec.structs.replace(anomaly, status=status, archived=None)
