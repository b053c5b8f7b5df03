"""Every act on its way out, on disk before the window says so."""

from collections.abc import Callable, Iterable
from typing import Any

from qjira_gui.domain.outbox import (
    UNFINISHED,
    Entry,
    EntryKind,
    EntryState,
    anomaly_lane,
    found_at_start,
    heads,
    next_id,
)
from qjira_gui.domain.tally import Tally, tally
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
        entries = self.rows.all()
        self._last_id = max((entry.id for entry in entries), default="")
        # Ten thousand sent entries must not be gone through for each one that waits. Holds every
        # unfinished entry, and now and then one that is not any more; nearly in order, so that
        # sorting costs little.
        self._open = dict.fromkeys(entry.id for entry in entries if entry.state in UNFINISHED)
        with database.transaction():
            for entry in entries:
                found = found_at_start(entry, now())
                if found is not entry:
                    self.rows.put(found)

    def start_after(self, ids: Iterable[str]) -> None:
        """Give ids only that sort after all of these."""
        self._last_id = max(self._last_id, max(ids, default=""))

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
        due_at: float = 0.0,
    ) -> Entry:
        """Put an entry at the end of its lane (the anomaly's, unless named) and return it."""
        entry = Entry(
            id=self.new_id(),
            kind=kind,
            lane=lane or anomaly_lane(anomaly_id),
            anomaly_id=anomaly_id,
            created_at=self._now(),
            payload=payload,
            link_id=link_id,
            due_at=due_at,
        )
        self.save(entry)
        return entry

    def get(self, entry_id: str) -> Entry | None:
        """Return an entry."""
        return self.rows.get(entry_id)

    def save(self, entry: Entry) -> None:
        """Keep an entry as it now is."""
        self.rows.put(entry)
        if entry.state in UNFINISHED:
            self._open[entry.id] = None

    def all(self) -> list[Entry]:
        """Return every entry, oldest first."""
        return self.rows.all()

    def unfinished(self) -> list[Entry]:
        """Return what is still on its way or needs the analyst, oldest first."""
        found = (self.rows.get(entry_id) for entry_id in sorted(self._open))
        return [entry for entry in found if entry is not None and entry.state in UNFINISHED]

    def heads(self) -> list[Entry]:
        """Return the waiting entries whose turn it is in their lane, due or not.

        Not to be called inside a transaction, which may still be taken back.
        """
        unfinished = self.unfinished()
        self._open = dict.fromkeys(entry.id for entry in unfinished)
        return [entry for entry in heads(unfinished) if entry.state is EntryState.WAITING]

    def tally(self) -> Tally:
        """Count the entries."""
        return tally(self.rows.all())
