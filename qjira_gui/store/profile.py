"""One profile's durable data: the outbox, links, history, settings and drafts, in one file."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from qjira_gui.domain.connection import Settings
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import Event
from qjira_gui.domain.outbox import Site, lane_at
from qjira_gui.store import backup
from qjira_gui.store.database import Database
from qjira_gui.store.drafts import BegunComment, KeptDraft
from qjira_gui.store.links import LinkStore
from qjira_gui.store.outbox import OutboxStore
from qjira_gui.store.places import Places
from qjira_gui.store.rows import Rows


class Store:
    """Everything of a profile that must survive; open it once, close it once."""

    def __init__(
        self, database: Database, now: Callable[[], float], draw: Callable[[int], int]
    ) -> None:
        """`now` gives UTC seconds, `draw(bits)` that many random bits."""
        self._database = database
        self._settings = Rows(database, "settings", Settings)
        self.places = Places(self.settings.places)
        self.events = Rows(database, "events", Event)
        self.outbox = OutboxStore(database, now, draw, self.places, self.events)
        self.links = LinkStore(database, self.places)
        self.drafts = Rows(database, "drafts", KeptDraft)
        self.begun = Rows(database, "begun", BegunComment)
        # Links and events share the entries' ids, and their order says what came first.
        self.outbox.start_after(link.id for link in self.links.rows.all())
        self.outbox.start_after(event.id for event in self.events.all())

    @classmethod
    def open(cls, profile: Path, now: Callable[[], float], draw: Callable[[int], int]) -> "Store":
        """Open the profile's file, made where missing; raises the errors of Database.open."""
        path = profile / "qjira.db"
        database = Database.open(path)
        try:
            store = cls(database, now, draw)
            if database.damage is not None:
                # Kept until it is answered: a scheduler may meet it first, and a window may be
                # closed without a word.
                store.save_settings(replace(store.settings, damage=database.damage.sentence))
        except BaseException:
            database.close()
            if database.damage is not None:
                # Without the empty file in its place the next start finds the damage again.
                path.unlink(missing_ok=True)
            raise
        return store

    @property
    def damage(self) -> AppError | None:
        """What was wrong with a file that was set aside, until somebody has answered."""
        found = self._database.damage
        return found or (AppError(self.settings.damage) if self.settings.damage else None)

    def damage_answered(self) -> None:
        """The analyst knows, and goes on with what there is."""
        self._database.damage = None
        self.save_settings(replace(self.settings, damage=""))

    @property
    def unreadable(self) -> int:
        """How many rows a newer or damaged version left that this one cannot read."""
        kept = (self.outbox.rows, self.links.rows, self.events, self.drafts, self.begun)
        return sum(len(rows.unreadable) for rows in (*kept, self._settings))

    def settle_in(self) -> None:
        """Note the addresses in use, and give them what was kept before addresses were."""
        with self.transaction():
            self.save_settings(replace(self.settings, places=self.places.known()))
            self._move({site: ("", self.places.of(site)) for site in Site})

    def move(self, site: Site, old: str, new: str) -> None:
        """A site has another address now: what belonged to the old one belongs to the new one."""
        with self.transaction():
            self._move({site: (old, new)})

    def _move(self, moves: dict[Site, tuple[str, str]]) -> None:
        for entry in self.outbox.all():
            old, new = moves.get(entry.site, ("", ""))
            if new and entry.place == old:
                lane = lane_at(entry.lane, new) if entry.site is Site.QUALYTICS else entry.lane
                self.outbox.save(replace(entry, place=new, lane=lane))
        for link in self.links.rows.all():
            found = {site.value: new for site, (old, new) in moves.items()
                     if new and getattr(link, site.value) == old}  # fmt: skip
            if found:
                self.links.put(replace(link, **found))
        old, new = moves.get(Site.QUALYTICS, ("", ""))
        if not new:
            return
        for event in self.events.all():
            if event.place == old:
                self.events.put(replace(event, place=new))
        _rename(self.drafts, old, new)
        _rename(self.begun, old, new)

    def at_place(self, anomaly_id: int) -> str:
        """Return the id for what is kept once for each anomaly of the Qualytics in use."""
        return f"{self.places.of(Site.QUALYTICS)} {anomaly_id}".strip()

    @property
    def settings(self) -> Settings:
        """What the profile remembers."""
        return self._settings.get("settings") or Settings()

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings."""
        self._settings.put(settings)

    def transaction(self) -> AbstractContextManager[None]:
        """Everything written inside is one commit; an exception leaves nothing of it."""
        return self._database.transaction()

    async def back_up(self, profile: Path, now: float) -> AppError | None:
        """Copy the open file into the profile's backups; return what went wrong.

        Not before damage is answered: the newest copy must stay the one from before it.
        """
        if self.damage is not None:
            return None
        return await backup.take(self._database, profile, now)

    def close(self) -> None:
        """Close the file and give up its lock."""
        self._database.close()


T = TypeVar("T", KeptDraft, BegunComment)


def _rename(rows: Rows[T], old: str, new: str) -> None:
    for kept in rows.all():
        place, _, number = kept.id.rpartition(" ")
        if place == old:
            rows.remove(kept.id)
            rows.put(replace(kept, id=f"{new} {number}"))
