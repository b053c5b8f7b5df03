"""Acknowledge, archive, comment: kept on disk first, sent from there."""

from collections.abc import Callable, Sequence

from qjira_gui.domain.anomaly import AnomalyStatus
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import Event, EventKind
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.domain.text import clean
from qjira_gui.store.drafts import BegunComment
from qjira_gui.store.profile import Store


class Triage:
    """What is done to anomalies; every method returns when it is durable, not when it is sent."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], float],
        on_added: Callable[[], None],
        cancel: Callable[[str], object],
    ) -> None:
        """`on_added` is called when entries wait; `cancel` takes one back."""
        self._store = store
        self._now = now
        self._on_added = on_added
        self._cancel = cancel

    def acknowledge(self, anomaly_ids: Sequence[int], hold: float = 0.0) -> list[Entry]:
        """Acknowledge some anomalies; archived ones come back open (Restore does the same).

        Nothing leaves before `hold` seconds have passed, so that it can be undone without a trace.
        """
        status = AnomalyStatus.ACKNOWLEDGED.value
        payload = {"status": status}
        return self._all(anomaly_ids, EntryKind.STATUS, payload, EventKind.ACKNOWLEDGED, hold)

    def archive(
        self, anomaly_ids: Sequence[int], status: str, comment: str = "", hold: float = 0.0
    ) -> list[Entry]:
        """Archive some anomalies under a status, with a comment if one is given."""
        payload = {"status": status, "comment": clean(comment).strip()}
        return self._all(anomaly_ids, EntryKind.ARCHIVE, payload, EventKind.ARCHIVED, hold)

    def comment(self, anomaly_id: int, message: str, hold: float = 0.0) -> Entry:
        """Comment on an anomaly; raises AppError for an empty comment."""
        message = clean(message).strip()
        if not message:
            raise AppError("The comment is empty. Write something first.")
        payload = {"message": message}
        with self._store.transaction():
            self._drop_begun(anomaly_id)
            (entry,) = self._write(
                [anomaly_id], EntryKind.COMMENT, payload, EventKind.COMMENTED, hold
            )
        self._on_added()
        return entry

    def begun(self, anomaly_id: int) -> str:
        """Return the comment that was begun and left, empty where none was."""
        found = self._store.begun.get(self._store.at_place(anomaly_id))
        return found.text if found is not None else ""

    def keep_begun(self, anomaly_id: int, text: str) -> None:
        """Keep half a comment, so that it survives a crash; blanks alone are none."""
        text = clean(text)
        if not text.strip():
            self._drop_begun(anomaly_id)
        elif text != self.begun(anomaly_id):
            self._store.begun.put(BegunComment(self._store.at_place(anomaly_id), text, self._now()))

    def undo(self, entries: Sequence[Entry]) -> int:
        """Take back acts that have not left yet; return how many had left already.

        The words of a comment are those that were begun then.
        """
        late = 0
        for entry in entries:
            now = self._store.outbox.get(entry.id)
            try:
                if now is None or now.in_doubt:
                    raise AppError("It may have arrived.")
                self._cancel(entry.id)
            except AppError:
                late += 1
                continue
            if entry.kind is EntryKind.COMMENT and not self.begun(entry.anomaly_id):
                # Taken back to be said better, more often than not.
                self.keep_begun(entry.anomaly_id, str(now.payload["message"]))
        return late

    def _drop_begun(self, anomaly_id: int) -> None:
        self._store.begun.remove(self._store.at_place(anomaly_id))

    def _all(
        self,
        ids: Sequence[int],
        kind: EntryKind,
        payload: dict[str, str],
        event: EventKind,
        hold: float,
    ) -> list[Entry]:
        with self._store.transaction():
            written = self._write(ids, kind, payload, event, hold)
        self._on_added()
        return written

    def _write(
        self,
        ids: Sequence[int],
        kind: EntryKind,
        payload: dict[str, str],
        event: EventKind,
        hold: float,
    ) -> list[Entry]:
        """Add an entry and an event for each anomaly, inside a transaction."""
        outbox, written = self._store.outbox, []
        for anomaly_id in ids:
            due_at = self._now() + hold if hold > 0 else 0.0
            entry = outbox.add(kind, anomaly_id, dict(payload), due_at=due_at)
            written.append(entry)
            self._store.events.put(
                Event(
                    id=outbox.new_id(),
                    at=self._now(),
                    anomaly_id=anomaly_id,
                    kind=event,
                    text=payload.get("message") or payload.get("status") or "",
                    entry_id=entry.id,
                    place=entry.place,
                )
            )
        return written
