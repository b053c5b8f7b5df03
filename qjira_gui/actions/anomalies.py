"""Looking at anomalies: the list, one anomaly, and what has happened to it."""

import asyncio
import hashlib
import logging
import math
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

import msgspec

from qjira_gui.actions.site import Reach
from qjira_gui.clients.qualytics import PAGE, decode_page
from qjira_gui.domain.activity import RowState, outcomes, row_state
from qjira_gui.domain.anomaly import Anomaly, AnomalyDetail, Comment
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import Event
from qjira_gui.domain.link import Link
from qjira_gui.domain.outbox import Entry, Site
from qjira_gui.domain.page import AnomalyFilter, Batch
from qjira_gui.store.cache import Cache
from qjira_gui.store.profile import Store
from qjira_gui.sync.tracker import Tracker

#: Pages under way at once behind the first.
AHEAD = 4
#: Seconds for which comments that were read count as those of this moment.
JUST = 120.0

log = logging.getLogger(__name__)
T = TypeVar("T")


class Anomalies:
    """Everything is read-only here."""

    def __init__(
        self,
        store: Store,
        cache: Cache,
        reach: Reach,
        tracker: Tracker,
        now: Callable[[], float],
        on_news: Callable[[], None],
        place: Callable[[], str],
    ) -> None:
        """`on_news` is called when what was read made entries for Jira; `place` says
        which Qualytics it is."""
        self._store = store
        self._cache = cache
        self._reach = reach
        self._tracker = tracker
        self._now = now
        self._on_news = on_news
        self._place = place
        #: The last comment on each anomaly whose comments were read, 0 where there was none, and
        #: when that was; by address and number.
        self._newest_comments: dict[tuple[str, int], tuple[int, float]] = {}

    async def load(self, wanted: AnomalyFilter) -> AsyncIterator[Batch]:
        """Yield the first page at once and the rest behind it, up to the limit of the settings.

        Raises AppError; what was yielded before stays true.
        """
        limit, asked_at = self._store.settings.list_limit, self._now()
        async with self._reach.qualytics() as client:
            first = await client.page(wanted, 1)
            self._tracker.noted(first.items, asked_at)
            yield first
            raw = [first.raw]
            last = min(-(-first.total // PAGE), -(-limit // PAGE))
            for start in range(2, last + 1, AHEAD):
                numbers = range(start, min(start + AHEAD, last + 1))
                batches = await asyncio.gather(*(client.page(wanted, n) for n in numbers))
                for batch in batches:
                    raw.append(batch.raw)
                    self._tracker.noted(batch.items, asked_at)
                    yield batch
        pages = [msgspec.Raw(one) for one in raw]
        await self._keep(_question(wanted), msgspec.json.encode(pages))

    async def cached(self, wanted: AnomalyFilter) -> tuple[list[Anomaly], float] | None:
        """Return the last list for this filter and when it was read (UTC seconds)."""
        kept = await asyncio.to_thread(self._cache.get, self._name(_question(wanted)))
        if kept is None:
            return None
        raw, saved_at = kept
        try:
            pages = msgspec.json.decode(raw, type=list[msgspec.Raw])
            items = [item for page in pages for item in decode_page(bytes(page)).items]
        except (msgspec.DecodeError, AppError):
            return None
        self._tracker.noted(items, saved_at)
        return items, saved_at

    async def detail(self, anomaly_id: int) -> AnomalyDetail:
        """Return one anomaly as it is now; news for its issues goes on its way."""
        place, asked_at, question = self._place(), self._now(), self._tracker.ask()
        async with self._reach.qualytics() as client:
            detail = await client.anomaly(anomaly_id)
        if place == self._place():
            # The same number means something else at a site that was connected meanwhile.
            self.noticed([detail], asked_at, question)
        await self._keep(f"anomaly {anomaly_id}", msgspec.json.encode(detail))
        return detail

    async def kept_detail(self, anomaly_id: int) -> tuple[AnomalyDetail, float] | None:
        """Return an anomaly as it was last opened, and how many seconds ago that was."""
        found = await self._kept(f"anomaly {anomaly_id}", AnomalyDetail)
        if found is not None:
            self._tracker.noted([found[0]], self._now() - found[1])
        return found

    async def _keep(self, question: str, answer: bytes) -> None:
        await asyncio.to_thread(self._cache.put, self._name(question), answer)

    async def _kept(self, question: str, kind: type[T]) -> tuple[T, float] | None:
        """Return the last answer to a question and its age in seconds, None where none is kept."""
        kept = await asyncio.to_thread(self._cache.get, self._name(question))
        if kept is None:
            return None
        try:
            return msgspec.json.decode(kept[0], type=kind), self._now() - kept[1]
        except msgspec.DecodeError:
            return None

    def noticed(
        self, seen: Sequence[Anomaly], asked_at: float, question: int | None = None
    ) -> None:
        """Pass statuses that somebody else changed on to linked issues.

        `asked_at` says since when the answer may be out of date, in UTC seconds; `question` is its
        number where another answer may have overtaken it.
        """
        self._tracker.noted(seen, asked_at)
        question = question or self._tracker.ask()
        linked = self._store.links.by_anomaly()
        now = self._now()
        written: list[Entry] = []
        try:
            with self._store.transaction():
                for anomaly in seen:
                    links = linked.get(anomaly.id, [])
                    # A link knows the status that stood when it was made, which is newer.
                    made_since = any(asked_at < link.created_at <= now for link in links)
                    if (
                        links
                        and not made_since
                        and not self._tracker.busy(anomaly.id, asked_at, now)
                    ):
                        written += self._tracker.saw(anomaly, now, question)
        except AppError as error:
            # The disk refused it. What was read can be shown, and will be news again next time.
            log.warning("not noted: %s", error.detail)
            return
        if written:
            self._on_news()

    def newest_comment(self, anomaly_id: int) -> int | None:
        """Return the last comment on an anomaly, 0 for none, None where nobody has just looked."""
        newest, at = self._newest_comments.get((self._place(), anomaly_id), (0, -math.inf))
        return newest if 0 <= self._now() - at <= JUST else None

    def _name(self, question: str) -> str:
        """Return the name under which an answer is kept: numbers mean nothing on another site."""
        asked = f"{self._place()} {question}"
        return hashlib.sha256(asked.encode()).hexdigest()[:24]

    async def comments(self, anomaly_id: int) -> list[Comment] | None:
        """Return the comments in Qualytics, oldest first; None where this build lists none."""
        place, asked_at = self._place(), self._now()
        async with self._reach.qualytics() as client:
            found = await client.comments(anomaly_id)
        if found is not None:
            newest = max((one.id for one in found), default=0)
            self._newest_comments[place, anomaly_id] = newest, asked_at
            await self._keep(f"comments {anomaly_id}", msgspec.json.encode(found))
        return found

    async def kept_comments(self, anomaly_id: int) -> tuple[list[Comment], float] | None:
        """Return the comments as they were last read, and how many seconds ago that was."""
        return await self._kept(f"comments {anomaly_id}", list[Comment])

    async def source_record(self, anomaly_id: int) -> str:
        """Return the source rows as JSON text."""
        async with self._reach.qualytics() as client:
            return await client.source_record(anomaly_id)

    def events(self, anomaly_id: int) -> list[tuple[Event, Entry | None]]:
        """Return what was done here, oldest first, with what became of it."""
        places = self._store.places
        mine = [
            event
            for event in self._store.events.all()
            if event.anomaly_id == anomaly_id and not places.elsewhere(Site.QUALYTICS, event.place)
        ]
        mine.sort(key=lambda event: event.id)
        return [(event, self._store.outbox.get(event.entry_id)) for event in mine]

    def links(self, anomaly_id: int) -> list[Link]:
        """Return the issues of one anomaly, oldest first."""
        return self._store.links.of(anomaly_id)

    def all_links(self) -> dict[int, list[Link]]:
        """Return every anomaly's issues."""
        return self._store.links.by_anomaly()

    def links_elsewhere(self) -> list[Link]:
        """Return the links that belong to sites which are not connected now."""
        return self._store.links.elsewhere()

    def outcomes(self, since: float) -> dict[int, str]:
        """Return the statuses that went out after `since`, by anomaly."""
        return outcomes(self._store.outbox.all(), since)

    def pending(self) -> dict[int, RowState]:
        """Return what is on its way, by anomaly, for the rows of the list."""
        outbox = self._store.outbox
        return row_state(entry for entry in outbox.unfinished() if not outbox.elsewhere(entry))


def _question(wanted: AnomalyFilter) -> str:
    return f"anomalies {msgspec.json.encode(wanted).decode()}"
