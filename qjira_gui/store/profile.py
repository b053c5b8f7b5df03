"""One profile's durable data: the outbox, links, history, settings and drafts, in one file."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec.structs import replace

from qjira_gui.domain.connection import Settings
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import Event
from qjira_gui.domain.outbox import Site
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
        self.places = Places()
        self.outbox = OutboxStore(database, now, draw, self.places)
        self.links = LinkStore(database, self.places)
        self.events = Rows(database, "events", Event)
        self.drafts = Rows(database, "drafts", KeptDraft)
        self.begun = Rows(database, "begun", BegunComment)
        self._settings = Rows(database, "settings", Settings)
        # Links and events share the entries' ids, and their order says what came first.
        self.outbox.start_after(link.id for link in self.links.rows.all())
        self.outbox.start_after(event.id for event in self.events.all())

    @classmethod
    def open(cls, profile: Path, now: Callable[[], float], draw: Callable[[int], int]) -> "Store":
        """Open the profile's file, made where missing; raises the errors of Database.open."""
        store = cls(Database.open(profile / "qjira.db"), now, draw)
        damage = store._database.damage
        if damage is not None:
            # A scheduler may meet it first, and a window may be closed without an answer.
            store.save_settings(replace(store.settings, damage=damage.sentence))
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
        """Give what was kept before addresses were to the sites in use."""
        places = {site: self.places.of(site) for site in Site}
        with self.transaction():
            for entry in self.outbox.unfinished():
                if not entry.place and places[entry.site]:
                    self.outbox.save(replace(entry, place=places[entry.site]))
            for link in self.links.all():
                named = replace(
                    link,
                    qualytics=link.qualytics or places[Site.QUALYTICS],
                    jira=link.jira or places[Site.JIRA],
                )
                if named != link:
                    self.links.put(named)

    def move(self, site: Site, old: str, new: str) -> None:
        """A site has another address now: what belonged to the old one belongs to the new one."""
        with self.transaction():
            for entry in self.outbox.all():
                if entry.site is site and entry.place == old:
                    self.outbox.save(replace(entry, place=new))
            for link in self.links.rows.all():
                if getattr(link, site.value) == old:
                    self.links.put(replace(link, **{site.value: new}))
            for event in self.events.all():
                if site is Site.QUALYTICS and event.place == old:
                    self.events.put(replace(event, place=new))

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
