"""Every act on its way out, on disk before the window says so."""

from collections.abc import Callable
from typing import Any

from qjira_gui.domain.outbox import (
    UNFINISHED,
    Entry,
    EntryKind,
    EntryState,
    Tally,
    anomaly_lane,
    found_at_start,
    heads,
    next_id,
    tally,
)
from qjira_gui.store.database import Database
from qjira_gui.store.rows import Rows


class OutboxStore:
    """The entries of a profile, in the order in which they came."""

    def __init__(
        self, database: Database, now: Callable[[], float], draw: Callable[[int], int]
    ) -> None:
        """Read what is there; `sending` found now was in flight when the app stopped."""
        self.rows = Rows(database, "entries", Entry)
        self._now = now
        self._draw = draw
        self._last_id = max((entry.id for entry in self.rows.all()), default="")
        with database.transaction():
            for entry in self.rows.all():
                found = found_at_start(entry)
                if found is not entry:
                    self.rows.put(found)

    def new_id(self) -> str:
        """Return an id that sorts after all given so far, for entries, links and events."""
        self._last_id = next_id(self._now(), self._last_id, self._draw(48))
        return self._last_id

    def add(
        self,
        kind: EntryKind,
        anomaly_id: int,
        payload: dict[str, Any],
        *,
        lane: str = "",
        link_id: str = "",
    ) -> Entry:
        """Put an entry at the end of its lane (the anomaly's, unless named) and return it."""
        now = self._now()
        entry = Entry(
            id=self.new_id(),
            kind=kind,
            lane=lane or anomaly_lane(anomaly_id),
            anomaly_id=anomaly_id,
            created_at=now,
            due_at=now,
            payload=payload,
            link_id=link_id,
        )
        self.rows.put(entry)
        return entry

    def get(self, entry_id: str) -> Entry | None:
        """Return an entry."""
        return self.rows.get(entry_id)

    def save(self, entry: Entry) -> None:
        """Keep an entry as it now is."""
        self.rows.put(entry)

    def all(self) -> list[Entry]:
        """Return every entry, oldest first."""
        return self.rows.all()

    def unfinished(self) -> list[Entry]:
        """Return what is still on its way or needs the analyst, oldest first."""
        return [entry for entry in self.all() if entry.state in UNFINISHED]

    def heads(self) -> list[Entry]:
        """Return the waiting entries whose turn it is in their lane, due or not."""
        return [entry for entry in heads(self.all()) if entry.state is EntryState.WAITING]

    def tally(self) -> Tally:
        """Count the entries."""
        return tally(self.rows.all())
