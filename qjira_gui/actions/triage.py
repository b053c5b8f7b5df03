"""Acknowledge, archive, comment: kept on disk first, sent from there."""

from collections.abc import Callable, Sequence

from qjira_gui.domain.anomaly import AnomalyStatus
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import Event, EventKind
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.domain.text import clean
from qjira_gui.store.profile import Store


class Triage:
    """What is done to anomalies; every method returns when it is durable, not when it is sent."""

    def __init__(
        self, store: Store, now: Callable[[], float], on_added: Callable[[], None]
    ) -> None:
        """`on_added` is called when entries wait."""
        self._store = store
        self._now = now
        self._on_added = on_added

    def acknowledge(self, anomaly_ids: Sequence[int]) -> list[Entry]:
        """Acknowledge some anomalies; archived ones come back open (Restore does the same)."""
        status = AnomalyStatus.ACKNOWLEDGED.value
        return self._all(anomaly_ids, EntryKind.STATUS, {"status": status}, EventKind.ACKNOWLEDGED)

    def archive(self, anomaly_ids: Sequence[int], status: str, comment: str = "") -> list[Entry]:
        """Archive some anomalies under a status, with a comment if one is given."""
        payload = {"status": status, "comment": clean(comment).strip()}
        return self._all(anomaly_ids, EntryKind.ARCHIVE, payload, EventKind.ARCHIVED)

    def comment(self, anomaly_id: int, message: str) -> Entry:
        """Comment on an anomaly; raises AppError for an empty comment."""
        message = clean(message).strip()
        if not message:
            raise AppError("The comment is empty. Write something first.")
        payload = {"message": message}
        return self._all([anomaly_id], EntryKind.COMMENT, payload, EventKind.COMMENTED)[0]

    def _all(
        self, ids: Sequence[int], kind: EntryKind, payload: dict[str, str], event: EventKind
    ) -> list[Entry]:
        outbox, written = self._store.outbox, []
        with self._store.transaction():
            for anomaly_id in ids:
                entry = outbox.add(kind, anomaly_id, dict(payload))
                written.append(entry)
                self._store.events.put(
                    Event(
                        id=outbox.new_id(),
                        at=self._now(),
                        anomaly_id=anomaly_id,
                        kind=event,
                        text=payload.get("message") or payload.get("status") or "",
                        entry_id=entry.id,
                    )
                )
        self._on_added()
        return written
