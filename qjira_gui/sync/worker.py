"""Delivers what waits: lanes in order, eight at once, nothing twice."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from msgspec.structs import replace

from qjira_gui.clients.sites import Sites
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.failure import failure_of
from qjira_gui.domain.outbox import (
    Entry,
    EntryKind,
    EntryState,
    Failure,
    FailureKind,
    Site,
    after_failure,
    look_again,
    sending,
    sent,
)
from qjira_gui.store.profile import Store
from qjira_gui.sync import to_jira, to_qualytics
from qjira_gui.sync.clock import Clock
from qjira_gui.sync.delivery import Delivered, NotFoundYet
from qjira_gui.sync.gate import Gate
from qjira_gui.sync.tracker import Tracker

#: Requests under way at once across all lanes.
MOST_AT_ONCE = 8
#: Seconds that a request under way may take to end when the app quits.
GRACE = 3.0
#: Seconds before a full or broken disk is tried again.
DISK_PAUSE = 10.0

log = logging.getLogger(__name__)


class Worker:
    """`run()` never returns; cancel it to stop. What it was sending is then looked for at the
    next start."""

    def __init__(
        self,
        store: Store,
        sites: Sites,
        gate: Gate,
        tracker: Tracker,
        clock: Clock,
        draw: Callable[[], float],
        on_change: Callable[[], None],
        on_trouble: Callable[[AppError], None],
    ) -> None:
        """`draw` gives [0, 1); `on_trouble` hears what the disk refused."""
        self._store = store
        self._sites = sites
        self._gate = gate
        self._tracker = tracker
        self._clock = clock
        self._draw = draw
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._wake = asyncio.Event()
        self._lanes: set[str] = set()
        self._probing: set[Site] = set()
        self._disk_until = 0.0
        self._idle = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look again at once: something was added or changed."""
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while the block lasts; what is under way gets a moment to end."""
        task = asyncio.create_task(self.run(), name="worker")
        task.add_done_callback(self._ended)
        try:
            yield
        finally:
            self._stopping = True
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE):
                    while self._lanes:
                        self._idle.clear()
                        await self._idle.wait()
            task.cancel()
            await asyncio.wait({task})

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled():
            return
        log.error("the worker stopped", exc_info=task.exception())
        sentence = (
            "Sending has stopped because of a mistake in QJira. Nothing is lost: "
            "start QJira again and it goes on."
        )
        self._on_trouble(AppError(sentence, repr(task.exception())))

    async def run(self) -> None:
        """Deliver for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                until = self._start_what_is_due(group)
                await self._clock.wait(self._wake, until)

    def _start_what_is_due(self, group: asyncio.TaskGroup) -> float | None:
        """Start what may go now; return when to look again, None where nothing is planned."""
        now = self._clock.now()
        if self._stopping:
            return None
        for site in self._gate.to_probe(now):
            if site not in self._probing:
                self._probing.add(site)
                group.create_task(self._probe(site), name=f"probe {site}")
        later = [t for t in (self._gate.next_change(now),) if t is not None]
        if self._gate.paused:
            return min(later, default=None)
        if self._disk_until > now:
            return self._disk_until
        for entry in self._store.outbox.heads():
            if entry.lane in self._lanes or self._client_of(entry) is None:
                continue
            if self._gate.hold_for(entry, now) is not None:
                continue
            if entry.due_at > now:
                later.append(entry.due_at)
            elif len(self._lanes) < MOST_AT_ONCE:
                if not self._mark(entry, now):
                    return self._disk_until
                group.create_task(self._deliver(entry.id), name=f"deliver {entry.id}")
        return min(later, default=None)

    def _client_of(self, entry: Entry) -> object:
        return self._sites.jira if entry.site is Site.JIRA else self._sites.qualytics

    def _mark(self, entry: Entry, now: float) -> bool:
        """Put `sending` on disk before the request leaves; without that nothing leaves."""
        try:
            self._store.outbox.save(sending(entry, now))
        except AppError as error:
            self._disk_until = now + DISK_PAUSE
            self._on_trouble(error)
            return False
        self._lanes.add(entry.lane)
        self._on_change()
        return True

    async def _deliver(self, entry_id: str) -> None:
        entry = self._store.outbox.get(entry_id)
        assert entry is not None
        try:
            outcome = await self._attempt(entry)
            while not self._keep(entry, outcome):
                # The server has its say, the disk has not: nothing else may happen to this lane.
                await self._clock.wait(asyncio.Event(), self._clock.now() + DISK_PAUSE)
        finally:
            self._lanes.discard(entry.lane)
            self._idle.set()
            self._wake.set()
            self._on_change()

    async def _attempt(self, entry: Entry) -> Delivered | NotFoundYet | Failure:
        try:
            outcome = await self._send(entry)
        except AppError as error:
            failure = failure_of(error, self._clock.now())
            log.info("%s %s: %s (%s)", entry.kind, entry.id, failure.kind, failure.detail)
            return failure
        except Exception as error:
            # A bug of ours must not stop the other lanes, and must not be repeated blindly.
            log.exception("%s %s", entry.kind, entry.id)
            return Failure(
                kind=FailureKind.BUG,
                sentence="QJira made a mistake while sending this. It is kept; press Retry, and "
                "if it happens again copy the details for whoever looks after QJira.",
                detail=f"{type(error).__name__}: {error}",
                at=self._clock.now(),
                in_doubt=True,
            )
        self._gate.answered(entry.site, self._clock.now())
        return outcome

    async def _send(self, entry: Entry) -> Delivered | NotFoundYet:
        # What was in doubt before this attempt decides whether to look, not the mark of this one.
        if entry.site is Site.QUALYTICS:
            assert self._sites.qualytics is not None
            taken = {
                e.remote_id
                for e in self._store.outbox.all()
                if e.kind is EntryKind.COMMENT and e.state is EntryState.SENT
            }
            return await to_qualytics.deliver(self._sites.qualytics, entry, taken)
        assert self._sites.jira is not None
        link = self._store.links.get(entry.link_id)
        issue = link.issue if link else None
        return await to_jira.deliver(self._sites.jira, entry, issue, self._clock.now())

    def _keep(self, entry: Entry, outcome: Delivered | NotFoundYet | Failure) -> bool:
        """Write what came of an attempt, with all that follows from it, in one commit."""
        now = self._clock.now()
        try:
            with self._store.transaction():
                if isinstance(outcome, Delivered):
                    done = sent(entry, outcome.remote_id, now, adopted=outcome.adopted)
                    self._store.outbox.save(done)
                    self._follow(entry, outcome, now)
                elif isinstance(outcome, NotFoundYet):
                    self._store.outbox.save(look_again(entry, now))
                else:
                    failed = after_failure(entry, outcome, draw=self._draw())
                    self._store.outbox.save(failed)
        except AppError as error:
            self._on_trouble(error)
            return False
        if isinstance(outcome, Failure):
            self._gate.failed(entry.site, outcome, entry)
        return True

    def _follow(self, entry: Entry, outcome: Delivered, now: float) -> None:
        """Turn what Qualytics has taken into comments, and give a link its issue."""
        if entry.kind is EntryKind.COMMENT:
            self._tracker.commented(entry.anomaly_id, str(entry.payload["message"]))
        if entry.kind is EntryKind.ARCHIVE and entry.payload.get("comment"):
            self._tracker.commented(entry.anomaly_id, str(entry.payload["comment"]))
        if outcome.anomaly is not None:
            self._tracker.saw(outcome.anomaly, now)
        if outcome.issue is not None:
            link = self._store.links.get(entry.link_id)
            if link is not None:
                self._store.links.put(replace(link, issue=outcome.issue))

    async def _probe(self, site: Site) -> None:
        """Look whether a site is back, with the cheapest question it answers."""
        try:
            if site is Site.QUALYTICS and self._sites.qualytics is not None:
                await self._sites.qualytics.health()
            elif site is Site.JIRA and self._sites.jira is not None:
                await self._sites.jira.me()
            self._gate.answered(site, self._clock.now())
        except AppError as error:
            failure = failure_of(error, self._clock.now())
            if failure.kind is not FailureKind.SIGN_IN:
                # Whatever else is wrong with a cheap question, the site is of no use now.
                failure = replace(failure, kind=FailureKind.OFFLINE)
            self._gate.failed(site, failure)
        finally:
            self._probing.discard(site)
            self._wake.set()
