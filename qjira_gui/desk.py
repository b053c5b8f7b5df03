"""Everything but the window: builds store, clients, sync and actions, and closes them in order."""

import os
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from qjira_gui.actions import Actions
from qjira_gui.actions.anomalies import Anomalies
from qjira_gui.actions.connections import Connections
from qjira_gui.actions.diagnostics import Diagnostics
from qjira_gui.actions.exchange import Exchange
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
from qjira_gui.domain.exchange import Addresses
from qjira_gui.domain.outbox import Site
from qjira_gui.store.cache import Cache
from qjira_gui.store.credentials import Credentials
from qjira_gui.store.profile import Store
from qjira_gui.sync.background import background
from qjira_gui.sync.clock import Clock
from qjira_gui.sync.gate import Gate
from qjira_gui.sync.tracker import Tracker
from qjira_gui.sync.upkeep import Upkeep
from qjira_gui.sync.watcher import Watcher
from qjira_gui.sync.worker import Worker


def _nothing() -> None:
    """Hear nothing."""


def _ignore(error: AppError) -> None:
    """Hear nothing."""


class Desk:
    """A profile at work; open it with `async with Desk.open(…)`."""

    def __init__(self, store: Store, actions: Actions, watcher: Watcher) -> None:
        """Hold what `open` has built."""
        self._watcher = watcher
        self.actions = actions
        #: What was wrong with a data file that was set aside at this start, if anything was.
        self.damage = store.damage
        #: How many rows of the data file this version cannot read; they stay on disk.
        self.unreadable = store.unreadable

    async def look_once(self) -> int:
        """Look once for what was done elsewhere; return how many reports came of it.

        Raises AppError where Qualytics cannot be asked.
        """
        return await self._watcher.look()

    def come_and_go(self, *, foreground: bool) -> None:
        """Say whether somebody works in the window: then news are looked for more often."""
        self._watcher.foreground = foreground

    @property
    def lists_comments(self) -> bool | None:
        """Whether this Qualytics lists comments; None until somebody has asked."""
        return self._watcher.lists_comments

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
        at_work: bool = False,
    ) -> AsyncIterator["Desk"]:
        """Open a profile, connect what is known and deliver until the block ends.

        `on_change` is called, on the loop, when the outbox, a link or a pill changed;
        `on_trouble` when the disk refused something. `wrap` goes around every transport.
        `at_work` also looks for news again and again and keeps daily copies, as the window wants.
        Raises AppError where the profile cannot be opened.
        """
        clock = clock or Clock()
        # Ids must differ between two desks, so they come from the system's own source.
        dice = random_source or random.SystemRandom()
        store = Store.open(profile, clock.now, dice.getrandbits)
        sites = Sites(wrap)
        try:

            def moved() -> None:
                # What a pause held back may go now; whoever lifted it need not know the worker.
                worker.wake()
                on_change()

            gate = Gate(moved, store.links.issue_of, store.outbox.elsewhere)
            gate.paused = store.settings.paused
            tracker = Tracker(store)
            worker = Worker(
                store, sites, gate, tracker, clock, dice.random, on_change, on_trouble
            )  # fmt: skip

            upkeep = Upkeep(store, profile, clock, on_trouble)

            def web_url() -> str:
                return sites.qualytics.web_url if sites.qualytics else ""

            def added() -> None:
                worker.wake()
                on_change()

            watcher = Watcher(store, sites, gate, tracker, clock, dice.random, added)
            reach = Reach(sites, gate, clock.now)
            cache = Cache(profile / "cache", now=clock.now)
            remembered = Remembered(cache)
            form = FormActions(store, reach, remembered, clock.now)

            def connected() -> None:
                form.forget()
                added()

            outbox = OutboxActions(store, gate, tracker, clock.now, added)
            anomalies = Anomalies(store, cache, reach, tracker, clock.now, added, web_url)
            actions = Actions(
                anomalies=anomalies,
                triage=Triage(store, clock.now, added, outbox.cancel),
                tickets=Tickets(
                    store,
                    reach,
                    clock.now,
                    web_url,
                    lambda key: sites.jira.browse(key) if sites.jira else "",
                    added,
                    anomalies.newest_comment,
                    gate.mended,
                ),
                form=form,
                outbox=outbox,
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
                diagnostics=Diagnostics(store, gate, clock.now),
                exchange=Exchange(
                    store,
                    clock.now,
                    lambda: Addresses(
                        qualytics=store.places.of(Site.QUALYTICS),
                        jira=store.places.of(Site.JIRA),
                    ),
                    added,
                ),
            )
            await actions.connections.open()
            # On a full disk everything still opens, and what is kept belongs to any site as before.
            with suppress(AppError):
                store.settle_in()
            async with AsyncExitStack() as running:
                await running.enter_async_context(worker.running())
                if at_work:
                    for work, name in (
                        (watcher.run(), "Looking for news"),
                        (upkeep.run(), "Keeping copies"),
                    ):
                        await running.enter_async_context(background(work, name, on_trouble))
                yield cls(store, actions, watcher)
        finally:
            try:
                await sites.aclose()
            finally:
                store.close()
