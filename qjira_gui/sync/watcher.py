"""Looks for what was done elsewhere to linked anomalies: the web page, a colleague."""

import asyncio
import logging
from collections.abc import Callable

from msgspec.structs import replace

from qjira_gui.clients.qualytics import PAGE, QualyticsClient
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import (
    AppError,
    InDoubtError,
    OfflineError,
    PassingError,
    RateError,
    SignInError,
)
from qjira_gui.domain.failure import failure_of
from qjira_gui.domain.outbox import EntryKind, EntryState, Site
from qjira_gui.domain.watching import OwnText, comment_news
from qjira_gui.store.profile import Store
from qjira_gui.sync.clock import Clock
from qjira_gui.sync.delivery import seconds
from qjira_gui.sync.gate import Gate
from qjira_gui.sync.to_jira import SKEW, TOLD_ELSEWHERE
from qjira_gui.sync.tracker import Tracker

#: Seconds between two looks while somebody works in the window, and while nobody does.
FOREGROUND, BACKGROUND = 60.0, 300.0
#: Seconds until it is seen that Qualytics can be asked again; this asks nobody.
HELD = 5.0
#: Seconds over which reports of news are spread, so that two desks do not send at once: the
#: later one finds the report of the earlier.
SPREAD = (TOLD_ELSEWHERE, 25.0)

log = logging.getLogger(__name__)


class Watcher:
    """`run()` never returns; cancel it to stop. `look()` looks once."""

    def __init__(
        self,
        store: Store,
        sites: Sites,
        gate: Gate,
        tracker: Tracker,
        clock: Clock,
        draw: Callable[[], float],
        on_news: Callable[[], None],
    ) -> None:
        """`draw` gives [0, 1); `on_news` is called when something was written to the store."""
        self._store = store
        self._sites = sites
        self._gate = gate
        self._tracker = tracker
        self._clock = clock
        self._draw = draw
        self._on_news = on_news
        #: Whether somebody works in the window: then news are looked for more often.
        self.foreground = True
        #: When all linked anomalies were last looked at, in UTC seconds; None before that.
        self.looked_at: float | None = None
        #: Whether this Qualytics lists comments; None until somebody has asked.
        self.lists_comments: bool | None = None
        self._told_by: QualyticsClient | None = None

    async def run(self) -> None:
        """Look again and again, gently; trouble is the gate's affair."""
        never = asyncio.Event()
        while True:
            # A dead token must not be tried each minute, nor a site that is away.
            held = self._gate.holds(Site.QUALYTICS, self._clock.now())
            try:
                if not held:
                    await self.look()
            except AppError as error:
                self._gate.failed(Site.QUALYTICS, failure_of(error, self._clock.now()))
            # A tenth more or less: a team's desks must not all ask in the same second.
            share, since = 0.9 + 0.2 * self._draw(), self._clock.now()
            while True:
                # The clock wakes whoever waits at least once a minute; somebody may be back.
                pause = FOREGROUND if self.foreground else BACKGROUND
                until = since + share * (HELD if held else pause)
                # One that was set back must not make this wait for a day.
                if not since <= self._clock.now() < until:
                    break
                await self._clock.wait(never, until)

    async def look(self) -> int:
        """Look once at every linked anomaly; return how many reports came of it.

        Raises AppError where Qualytics cannot be asked.
        """
        client = self._sites.qualytics
        linked = sorted(self._store.links.by_anomaly())
        if client is None or not linked:
            return 0
        written = 0
        for start in range(0, len(linked), PAGE):
            asked_at, question = self._clock.now(), self._tracker.ask()
            seen = await client.by_ids(linked[start : start + PAGE])
            if client is not self._sites.qualytics:
                return written  # the numbers mean something else at the site in use now
            self._tracker.noted(seen, asked_at)
            written += self._statuses(seen, asked_at, question)
        trouble: AppError | None = None
        for anomaly_id in linked:
            if self.lists_comments is False and self._told_by is client:
                break
            try:
                written += await self._comments(client, anomaly_id)
            except (OfflineError, SignInError, RateError):
                raise
            except AppError as error:
                # Deleted, out of the analyst's sight, or trouble with this one: no reason to miss
                # the others.
                log.info("comments of anomaly %s: %s", anomaly_id, error.detail)
                if isinstance(error, InDoubtError | PassingError):
                    trouble = trouble or error
        if written:
            self._on_news()
        if trouble is not None:
            raise trouble
        self.looked_at = self._clock.now()
        self._gate.answered(Site.QUALYTICS, self.looked_at)
        return written

    def _statuses(self, seen: list[Anomaly], asked_at: float, question: int) -> int:
        written, now = 0, self._clock.now()
        with self._store.transaction():
            for anomaly in seen:
                if not self._tracker.busy(anomaly.id, asked_at, now):
                    told = self._tracker.saw(anomaly, now, question, self._later())
                    written += len(told)
        return written

    async def _comments(self, client: QualyticsClient, anomaly_id: int) -> int:
        asked_at = self._clock.now()
        found = await client.comments(anomaly_id)
        if client is not self._sites.qualytics:
            return 0
        self.lists_comments, self._told_by = found is not None, client
        if found is None or self._tracker.busy(anomaly_id, asked_at, self._clock.now()):
            return 0
        own, texts = self._own(anomaly_id)
        timed = [(comment, seconds(comment.created)) for comment in found]
        written = 0
        with self._store.transaction():
            for link in self._store.links.of(anomaly_id):
                surely_later = link.created_at + SKEW
                news = comment_news(timed, link.comment_mark, own, texts, surely_later)
                if news.mark != link.comment_mark:
                    self._store.links.put(replace(link, comment_mark=news.mark))
                for comment in news.comments:
                    self._tracker.tell(link, comment, self._clock.now() + self._later())
                    written += 1
        return written

    def _own(self, anomaly_id: int) -> tuple[frozenset[int], list[OwnText]]:
        """Return the comments that went out from here: by number, and by text."""
        numbers: set[int] = set()
        texts: list[OwnText] = []
        for entry in self._store.outbox.of(anomaly_id):
            if entry.state is not EntryState.SENT:
                continue
            if entry.kind is EntryKind.COMMENT and entry.remote_id.isdigit():
                numbers.add(int(entry.remote_id))
                continue
            said = entry.payload.get("message") or entry.payload.get("comment")
            if said and entry.kind in (EntryKind.COMMENT, EntryKind.ARCHIVE):
                left = entry.first_sent_at or entry.created_at
                texts.append(OwnText(text=str(said), since=left - SKEW))
        return frozenset(numbers), texts

    def _later(self) -> float:
        low, high = SPREAD
        return low + (high - low) * self._draw()
