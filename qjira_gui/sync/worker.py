"""Delivers what waits: lanes in order, eight at once, nothing twice."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress

from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.errors import AppError, OfflineError, SignInError
from qjira_gui.domain.failure import failure_of, sort_of_ticket
from qjira_gui.domain.outbox import (
    Entry,
    EntryKind,
    EntryState,
    Failure,
    FailureKind,
    Site,
    due,
    sending,
)
from qjira_gui.domain.pacing import earliest, recent
from qjira_gui.store.database import DiskFullError
from qjira_gui.store.profile import Store
from qjira_gui.sync import to_jira, to_qualytics
from qjira_gui.sync.background import background
from qjira_gui.sync.clock import Clock
from qjira_gui.sync.delivery import Delivered, Outcome
from qjira_gui.sync.following import keep
from qjira_gui.sync.gate import Gate
from qjira_gui.sync.known import known_of
from qjira_gui.sync.probe import probe, refused_alone
from qjira_gui.sync.tracker import Tracker

#: Lanes under way at once for each site: one that hangs must not take the other's places.
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
        #: What is under way, by lane.
        self._lanes: dict[str, Entry] = {}
        self._probing: set[Site] = set()
        #: When each issue was written on lately, by its number.
        self._written: dict[str, list[float]] = {}
        self._disk_until = 0.0
        self._disk_told = False
        self._idle = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look again at once: something was added or changed."""
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while the block lasts; what is under way gets a moment to end."""
        async with background(self.run(), "Sending", self._on_trouble):
            try:
                yield
            finally:
                self._stopping = True
                with suppress(TimeoutError):
                    async with asyncio.timeout(GRACE):
                        while self._lanes:
                            self._idle.clear()
                            await self._idle.wait()

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
            if site not in self._probing and self._client_of(site) is not None:
                self._probing.add(site)
                group.create_task(self._probe(site), name=f"probe {site}")
        later = [t for t in (self._gate.next_change(now),) if t is not None]
        if self._gate.paused:
            return min(later, default=None)
        if now < self._disk_until <= now + DISK_PAUSE:
            return self._disk_until
        if self._gate.refuses:
            unfinished = self._store.outbox.unfinished()
            self._gate.still_refused(e for e in unfinished if e.state is EntryState.NEEDS_YOU)
        for site in Site:
            if self._client_of(site) is None or self._gate.holds(site, now):
                continue
            with closing(self._store.outbox.heads(site)) as waiting:
                for entry in waiting:
                    if not self._site_has_place(site):
                        break
                    if entry.lane in self._lanes or self._gate.hold_for(entry, now) is not None:
                        continue
                    paced = self._paced(entry, now)
                    if not due(entry, now):
                        later.append(entry.due_at)
                    elif paced > now:
                        later.append(paced)
                    elif self._sort_has_place(entry):
                        if not self._mark(entry, now):
                            return self._disk_until
                        group.create_task(self._deliver(entry.id), name=f"deliver {entry.id}")
        return min(later, default=None)

    def _site_has_place(self, site: Site) -> bool:
        return sum(one.site is site for one in self._lanes.values()) < MOST_AT_ONCE

    def _sort_has_place(self, entry: Entry) -> bool:
        """Say whether one more ticket of this sort may be under way."""
        if entry.kind is not EntryKind.ISSUE:
            return True
        sort, there = sort_of_ticket(entry), self._lanes.values()
        alike = sum(one.kind is entry.kind and sort_of_ticket(one) == sort for one in there)
        return alike < self._gate.tickets_at_once(entry, MOST_AT_ONCE)

    def _client_of(self, site: Site) -> QualyticsClient | JiraClient | None:
        return self._sites.jira if site is Site.JIRA else self._sites.qualytics

    def _mark(self, entry: Entry, now: float) -> bool:
        """Put `sending` on disk before the request leaves; without that nothing leaves."""
        try:
            client = self._client_of(entry.site)
            known = self._tracker.leaving(entry)
            self._store.outbox.save(sending(known, now, client.account if client else ""))
        except AppError as error:
            self._disk_until = now + DISK_PAUSE
            self._disk_refused(error)
            return False
        self._disk_told = False
        self._lanes[entry.lane] = entry
        if issue := self._issue_of(entry):
            self._written[issue] = [*recent(self._written.get(issue, ()), now), now]
        self._on_change()
        return True

    def _issue_of(self, entry: Entry) -> str:
        """Return the number of the issue that an entry writes on, empty where it writes on none."""
        if entry.kind is not EntryKind.ISSUE_COMMENT:
            return ""
        link = self._store.links.get(entry.link_id)
        return link.issue.id if link and link.issue else ""

    def _paced(self, entry: Entry, now: float) -> float:
        """Return from when on Jira's limit for one issue lets an entry through."""
        return earliest(self._written.get(self._issue_of(entry), ()), now)

    async def _deliver(self, entry_id: str) -> None:
        entry = self._store.outbox.get(entry_id)
        assert entry is not None
        try:
            outcome = await self._attempt(entry)
            while not self._keep(entry, outcome):
                # The server has its say, the disk has not: nothing else may happen to this lane.
                await self._clock.wait(asyncio.Event(), self._clock.now() + DISK_PAUSE)
        except Exception as error:
            # Left as `sending` it blocks its lane alone, and is looked for at the next start.
            log.exception("%s %s was not kept", entry.kind, entry.id)
            self._on_trouble(
                AppError(
                    "QJira made a mistake with something that was being sent. Nothing is lost: "
                    "start QJira again, and it looks whether it arrived.",
                    f"{type(error).__name__}: {error}",
                )
            )
        finally:
            del self._lanes[entry.lane]
            self._idle.set()
            self._wake.set()
            self._on_change()

    async def _attempt(self, entry: Entry) -> Outcome | Failure:
        client = self._client_of(entry.site)
        now = self._clock.now
        try:
            try:
                outcome = await self._send(entry)
            except SignInError as error:
                if entry.failure is None or entry.failure.kind is not FailureKind.SIGN_IN:
                    raise
                # It was let through since then: one route may refuse a token that is good for
                # all the others.
                raise await refused_alone(client, error) from error
        except AppError as error:
            failure = failure_of(error, now())
            log.info("%s %s: %s (%s)", entry.kind, entry.id, failure.kind, failure.detail)
            # What the old connection says tells nothing about the one that took its place.
            if client is self._client_of(entry.site):
                self._gate.failed(entry.site, failure, entry)
            return failure
        except Exception as error:
            # A bug of ours must not stop the other lanes, and must not be repeated blindly.
            log.exception("%s %s", entry.kind, entry.id)
            return Failure(
                kind=FailureKind.BUG,
                sentence="QJira made a mistake while sending this. It is kept; press Send now, and "
                "if it happens again copy the details for whoever looks after QJira.",
                detail=f"{type(error).__name__}: {error}",
                at=now(),
                in_doubt=True,
            )
        if client is self._client_of(entry.site):
            # A look that found nothing says nothing about what Jira takes.
            taken = entry if isinstance(outcome, Delivered) else None
            self._gate.answered(entry.site, now(), entry=taken)
        return outcome

    async def _send(self, entry: Entry) -> Outcome:
        # What was in doubt before this attempt decides whether to look, not the mark of this one.
        qualytics, jira = self._sites.qualytics, self._sites.jira
        # A comment may be looked for at any time: another desk may have told the issue.
        known = known_of(self._store, entry, self._clock.now())
        if entry.site is Site.QUALYTICS and qualytics is not None:
            return await to_qualytics.deliver(qualytics, entry, known)
        if entry.site is Site.JIRA and jira is not None:
            link = self._store.links.get(entry.link_id)
            issue = link.issue if link else None
            return await to_jira.deliver(jira, entry, issue, known)
        raise OfflineError("The connection was taken away. Go to Connections.")

    def _keep(self, entry: Entry, outcome: Outcome | Failure) -> bool:
        """Write what came of an attempt, with all that follows from it, in one commit."""
        try:
            with self._store.transaction():
                keep(self._store, self._tracker, entry, outcome, self._clock.now(), self._draw())
        except AppError as error:
            self._disk_refused(error)
            return False
        self._disk_told = False
        return True

    def _disk_refused(self, error: AppError) -> None:
        """Say it once: every lane runs into it, again and again, until there is space."""
        if self._disk_told:
            return
        self._disk_told = True
        if isinstance(error, DiskFullError):
            # Its own sentence is for an act that was not saved; a second try would double this one.
            error = AppError(
                "The disk is full, so QJira cannot note what it sends and has stopped sending. "
                "What waits is safe. Free some space, and it goes on by itself.",
                error.detail,
            )
        self._on_trouble(error)

    async def _probe(self, site: Site) -> None:
        client = self._client_of(site)
        try:
            if client is None:  # taken away before this began
                return
            failure = await probe(client, self._clock.now)
        finally:
            self._probing.discard(site)
            self._wake.set()
        if client is not self._client_of(site):
            return
        if failure is None:
            self._gate.answered(site, self._clock.now())
        else:
            self._gate.failed(site, failure)
