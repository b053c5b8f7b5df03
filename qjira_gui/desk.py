"""Everything but the window: builds store, clients, sync and actions, and closes them in order."""

import os
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from qjira_gui.actions import Actions
from qjira_gui.actions.anomalies import Anomalies
from qjira_gui.actions.connections import Connections
from qjira_gui.actions.form import FormActions
from qjira_gui.actions.outbox import OutboxActions
from qjira_gui.actions.remembered import Remembered
from qjira_gui.actions.settings import SettingsActions
from qjira_gui.actions.site import Reach
from qjira_gui.actions.tickets import Tickets
from qjira_gui.actions.triage import Triage
from qjira_gui.clients.http import Wrap
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.errors import AppError
from qjira_gui.store.cache import Cache
from qjira_gui.store.credentials import Credentials
from qjira_gui.store.profile import Store
from qjira_gui.sync.clock import Clock
from qjira_gui.sync.gate import Gate
from qjira_gui.sync.tracker import Tracker
from qjira_gui.sync.worker import Worker


def _nothing() -> None:
    """Hear nothing."""


def _ignore(error: AppError) -> None:
    """Hear nothing."""


class Desk:
    """A profile at work; open it with `async with Desk.open(…)`."""

    def __init__(self, store: Store, actions: Actions) -> None:
        """Hold what `open` has built."""
        self.actions = actions
        #: What was wrong with a data file that was set aside at this start, if anything was.
        self.damage = store.damage
        #: How many rows of the data file this version cannot read; they stay on disk.
        self.unreadable = store.unreadable

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        profile: Path,
        *,
        environment: Mapping[str, str] = os.environ,
        clock: Clock | None = None,
        random_source: random.Random | None = None,
        wrap: Wrap | None = None,
        credentials: Credentials | None = None,
        on_change: Callable[[], None] = _nothing,
        on_trouble: Callable[[AppError], None] = _ignore,
    ) -> AsyncIterator["Desk"]:
        """Open a profile, connect what is known and deliver until the block ends.

        `on_change` is called, on the loop, when the outbox, a link or a pill changed;
        `on_trouble` when the disk refused something. `wrap` goes around every transport.
        Raises AppError where the profile cannot be opened.
        """
        clock = clock or Clock()
        # Ids must differ between two desks, so they come from the system's own source.
        dice = random_source or random.SystemRandom()
        store = Store.open(profile, clock.now, dice.getrandbits)
        sites = Sites(wrap)
        try:
            gate = Gate(on_change)
            tracker = Tracker(store)
            worker = Worker(
                store, sites, gate, tracker, clock, dice.random, on_change, on_trouble
            )  # fmt: skip

            def added() -> None:
                worker.wake()
                on_change()

            reach = Reach(sites, gate, clock.now)
            cache = Cache(profile / "cache", now=clock.now)
            remembered = Remembered(cache)
            form = FormActions(store, reach, remembered)

            def connected() -> None:
                form.forget()
                added()

            actions = Actions(
                anomalies=Anomalies(store, cache, reach, tracker, clock.now, added),
                triage=Triage(store, clock.now, added),
                tickets=Tickets(
                    store,
                    reach,
                    clock.now,
                    lambda: sites.qualytics.web_url if sites.qualytics else "",
                    lambda key: sites.jira.browse(key) if sites.jira else "",
                    added,
                ),
                form=form,
                outbox=OutboxActions(store, gate, tracker, clock.now, added),
                connections=Connections(
                    store,
                    sites,
                    gate,
                    credentials or Credentials(environment),
                    environment,
                    clock.now,
                    connected,
                ),
                settings=SettingsActions(store, on_change),
            )
            await actions.connections.open()
            async with worker.running():
                yield cls(store, actions)
        finally:
            try:
                await sites.aclose()
            finally:
                store.close()
