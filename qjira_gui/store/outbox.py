"""Every act on its way out, on disk before the window says so."""

from collections.abc import Callable, Container, Generator, Iterable, Iterator, Sequence
from heapq import merge
from typing import Any

from msgspec.structs import replace

from qjira_gui.domain.editing import taken_back
from qjira_gui.domain.event import Event
from qjira_gui.domain.outbox import (
    UNFINISHED,
    Entry,
    EntryKind,
    EntryState,
    Site,
    anomaly_lane,
    found_at_start,
    next_id,
    turns,
)
from qjira_gui.domain.tally import Tally, tally
from qjira_gui.store.database import Database
from qjira_gui.store.places import Places
from qjira_gui.store.rows import Rows


class OutboxStore:
    """The entries of a profile, in the order in which they came."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], float],
        draw: Callable[[int], int],
        places: Places,
        events: Rows[Event],
    ) -> None:
        """Read what is there; `sending` found now was in flight when the app stopped."""
        self.rows = Rows(database, "entries", Entry)
        self._now = now
        self._draw = draw
        self._places = places
        self._events = events
        entries = self.rows.all()
        self._last_id = max((entry.id for entry in entries), default="")
        # Twenty thousand entries must not be gone through for each one that is sent. What these
        # hold may be more than what is there (a commit may be taken back), never less.
        self._open = {site: _Open() for site in Site}
        self._about: dict[int, dict[str, None]] = {}
        self._remote: dict[tuple[EntryKind, str], str] = {}
        for entry in entries:
            self._index(entry)
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
        place: str | None = None,
    ) -> Entry:
        """Put an entry at the end of its lane (the anomaly's, unless named) and return it.

        It belongs to `place`, unless named the address in use.
        """
        place = self._places.of(kind.site) if place is None else place
        entry = Entry(
            id=self.new_id(),
            kind=kind,
            lane=lane or anomaly_lane(anomaly_id, place),
            anomaly_id=anomaly_id,
            created_at=self._now(),
            payload=payload,
            link_id=link_id,
            place=place,
            due_at=due_at,
        )
        self.save(entry)
        return entry

    def get(self, entry_id: str) -> Entry | None:
        """Return an entry."""
        return self.rows.get(entry_id)

    def save(self, *entries: Entry) -> None:
        """Keep entries as they now are, in one commit."""
        self.rows.put(*entries)
        for entry in entries:
            self._index(entry)

    def take_up(self, cancelled: Sequence[Entry]) -> None:
        """Let cancelled entries wait again, in their order, behind what their lanes hold now.

        They become new ones: what was done since then went before them, and an issue that was
        linked meanwhile hears of them. Only what may have arrived keeps its place and its id, by
        which it is looked for.
        """
        for entry in cancelled:
            if entry.in_doubt:
                self.save(replace(entry, state=EntryState.WAITING, finished_at=None))
                continue
            again = replace(taken_back(entry), id=self.new_id())
            self.save(replace(entry, cleared=True), again)
            for event in self._events.all():
                if event.entry_id == entry.id:
                    self._events.put(replace(event, entry_id=again.id))

    def all(self) -> list[Entry]:
        """Return every entry, oldest first."""
        return self.rows.all()

    def of(self, anomaly_id: int) -> list[Entry]:
        """Return every entry about one anomaly of the sites in use, oldest first."""
        return [entry for entry in self._of(anomaly_id) if not self.elsewhere(entry)]

    def towards(self, anomaly_id: int, place: str) -> list[Entry]:
        """Return every entry about one anomaly towards one Qualytics, oldest first."""
        lane = anomaly_lane(anomaly_id, place)
        return [entry for entry in self._of(anomaly_id) if entry.lane == lane]

    def _of(self, anomaly_id: int) -> list[Entry]:
        found = (self.rows.get(entry_id) for entry_id in sorted(self._about.get(anomaly_id, ())))
        return [entry for entry in found if entry is not None]

    def elsewhere(self, entry: Entry) -> bool:
        """Say whether an entry belongs to a site that is not in use now."""
        return self._places.elsewhere(entry.site, entry.place)

    def unfinished(self) -> list[Entry]:
        """Return what is still on its way or needs the analyst, oldest first."""
        ids = merge(*(ids.in_order() for ids in self._open.values()))
        return list(self._unfinished(ids, []))

    def heads(self, site: Site) -> Generator[Entry, None, None]:
        """Yield a site's waiting entries whose turn it is in their lane, due or not.

        Not to be called inside a transaction, which may still be taken back. Whoever has enough
        stops, and what comes after that is not looked at.
        """
        done: list[str] = []
        try:
            for entry in turns(self._unfinished(self._open[site].in_order(), done)):
                if entry.state is EntryState.WAITING:
                    yield entry
        finally:
            self._open[site].drop(done)

    def taken(self, kind: EntryKind) -> Container[str]:
        """Return the servers' numbers of what entries of a kind have sent, for looking one up."""
        return _Taken(self, kind)

    def sent_as(self, kind: EntryKind, remote_id: str) -> bool:
        """Say whether an entry of a kind was sent and is this at the server."""
        entry = self.rows.get(self._remote.get((kind, remote_id), ""))
        return entry is not None and _is_sent_as(entry, remote_id)

    def tally(self) -> Tally:
        """Count the entries."""
        return tally(self.rows.all())

    def _unfinished(self, ids: Iterable[str], done: list[str]) -> Iterator[Entry]:
        """Yield those of these entries that are unfinished; `done` hears of the others."""
        for entry_id in ids:
            entry = self.rows.get(entry_id)
            if entry is None or _is_done(entry):
                done.append(entry_id)
            else:
                yield entry

    def _index(self, entry: Entry) -> None:
        self._about.setdefault(entry.anomaly_id, {})[entry.id] = None
        if not _is_done(entry):
            self._open[entry.site].add(entry.id)
        if entry.state is EntryState.SENT and entry.remote_id:
            self._remote[entry.kind, entry.remote_id] = entry.id


class _Open:
    """Ids that come in order nearly always, and are sorted only where one did not."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}
        self._sorted = True

    def add(self, entry_id: str) -> None:
        if entry_id not in self._ids:
            self._sorted = self._sorted and entry_id > next(reversed(self._ids), "")
            self._ids[entry_id] = None

    def drop(self, ids: Iterable[str]) -> None:
        for entry_id in ids:
            self._ids.pop(entry_id, None)

    def in_order(self) -> list[str]:
        if not self._sorted:
            self._ids, self._sorted = dict.fromkeys(sorted(self._ids)), True
        return list(self._ids)


class _Taken(Container[str]):
    """Numbers that are looked up when somebody asks: a commit may have been taken back since."""

    def __init__(self, outbox: OutboxStore, kind: EntryKind) -> None:
        self._outbox, self._kind = outbox, kind

    def __contains__(self, remote_id: object) -> bool:
        return isinstance(remote_id, str) and self._outbox.sent_as(self._kind, remote_id)


def _is_done(entry: Entry) -> bool:
    return entry.state not in UNFINISHED


def _is_sent_as(entry: Entry, remote_id: str) -> bool:
    return entry.state is EntryState.SENT and entry.remote_id == remote_id
