"""A workplace for tests: a profile, the practice server, a clock, and desks opened on them."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryState
from qjira_gui.domain.page import AnomalyFilter
from qjira_gui.practice import PracticeServer
from qjira_gui.store.credentials import ThisRun
from tests.contract.fixtures import TransportMaker
from tests.sync.clock import FakeClock

JsonObject = dict[str, Any]
#: Steps of the clock after which a test gives up.
MOST_STEPS = 400


class Counting(httpx.AsyncBaseTransport):
    """Knows how many requests are under way, so that a test knows when nothing happens any more."""

    def __init__(self, inner: httpx.AsyncBaseTransport, place: "Place") -> None:
        self._inner, self._place = inner, place
        self._checked = place.transports(place.server, faults=True, inner=inner)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._place.under_way += 1
        try:
            chosen = self._checked if self._place.checked else self._inner
            answer = await chosen.handle_async_request(request)
            # An answer whose body is still on its way is under way as well.
            await answer.aread()
            return answer
        finally:
            self._place.under_way -= 1

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass
class Place:
    """Opens desks on one profile, and waits until they have nothing left to do."""

    server: PracticeServer
    clock: FakeClock
    profile: Path
    transports: TransportMaker
    troubles: list[AppError] = field(default_factory=list)
    under_way: int = 0
    #: Whether requests and answers are held against the official documents.
    checked: bool = True
    seed: int = 7

    @property
    def environment(self) -> dict[str, str]:
        return {
            "QUALYTICS_URL": self.server.qualytics_url,
            "QUALYTICS_TOKEN": self.server.qualytics_token,
            "JIRA_URL": self.server.jira_url,
            "JIRA_EMAIL": self.server.jira_email,
            "JIRA_TOKEN": self.server.jira_token,
        }

    @asynccontextmanager
    async def open(
        self,
        profile: Path | None = None,
        environment: dict[str, str] | None = None,
        *,
        at_work: bool = False,
    ) -> AsyncIterator[Desk]:
        known = self.environment if environment is None else environment
        self.seed += 1

        def wrap(inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
            return Counting(inner, self)

        async with Desk.open(
            profile or self.profile,
            environment=known,
            clock=self.clock,
            random_source=random.Random(self.seed),
            credentials=ThisRun(known),
            wrap=wrap,
            on_trouble=self.troubles.append,
            at_work=at_work,
        ) as desk:
            yield desk

    async def rests(self, desk: Desk) -> None:
        """Wait until nothing happens any more unless the clock moves."""
        quiet = 0
        while quiet < 10:
            sending = [e for e in desk.actions.outbox.entries() if e.state is EntryState.SENDING]
            busy = self.under_way or sending or not self.clock.is_waited_on
            quiet = 0 if busy else quiet + 1
            await asyncio.sleep(0.001 if busy else 0)

    async def settles(self, desk: Desk) -> list[Entry]:
        """Let time pass until nothing waits; return what needs the analyst."""
        stuck = await self.settles_but(desk)
        assert not desk.actions.outbox.tally().waiting
        return stuck

    async def settles_but(self, desk: Desk) -> list[Entry]:
        """Let time pass until what waits, waits behind what needs the analyst; return that."""
        for _ in range(MOST_STEPS):
            await self.rests(desk)
            unfinished = desk.actions.outbox.unfinished()
            stuck = {e.lane: e for e in unfinished if e.state is EntryState.NEEDS_YOU}
            if all(entry.lane in stuck for entry in unfinished):
                return list(stuck.values())
            until = self.clock.waited_for
            if until is None:
                break
            self.clock.move(until - self.clock.at)
        raise AssertionError(f"It never ends: {desk.actions.outbox.unfinished()}")

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for what the server's thread does, without moving the clock."""
        while not true():
            await self.moment()

    async def passes(self, desk: Desk, seconds: float) -> None:
        """Let this much time pass, stopping wherever somebody waits for a moment."""
        end = self.clock.at + seconds
        while True:
            await self.rests(desk)
            until = self.clock.waited_for
            if until is None or until > end:
                break
            self.clock.move(until - self.clock.at)
        self.clock.move(end - self.clock.at)
        await self.rests(desk)

    async def moment(self) -> None:
        """Let the server's thread work."""
        await asyncio.sleep(0.001)

    async def subjects(self, desk: Desk) -> tuple[Anomaly, Issue]:
        """An anomaly, and an issue that was in Jira before anybody started."""
        issue = (await desk.actions.tickets.search("DATA-101"))[0]
        return (await some_anomalies(desk))[0], issue

    def left_by_a_kill(self, profile: Path | None = None) -> Path:
        """Copy a profile's file as it is on disk right now, as a kill would leave it."""
        profile = profile or self.profile
        left = self.profile.with_name(f"killed-{self.seed}")
        left.mkdir()
        for ending in ("", "-wal"):
            file = profile / f"qjira.db{ending}"
            if file.exists():
                shutil.copy(file, left / file.name)
        return left

    def ledger(self, kind: str) -> list[JsonObject]:
        return list(self.server.ledger()[kind])

    def comments(self, key: str) -> list[str]:
        """The texts that an issue was told, in order."""
        return [one["text"] for one in self.ledger("comments") if one["issue"] == key]

    def searches(self) -> int:
        """How often Jira was searched."""
        return sum(path.endswith("/search/jql") for _, path, _ in self.server.ledger()["requests"])

    def writes(self) -> list[tuple[str, str, int]]:
        """The requests that change something, in order; searches are no change."""
        asked = self.server.ledger()["requests"]
        reads = ("/search/jql", "/comment/list", "/issue/bulkfetch")
        return [
            (method, path, status)
            for method, path, status in asked
            if method != "GET" and not path.endswith(reads)
        ]


async def some_anomalies(desk: Desk, count: int = 1) -> list[Anomaly]:
    """Active anomalies as the list shows them; no more pages are read than needed."""
    found: list[Anomaly] = []
    async for batch in desk.actions.anomalies.load(AnomalyFilter(statuses=("Active",))):
        found += batch.items
        if len(found) >= count:
            break
    assert len(found) >= count, f"There are only {len(found)}."
    return found[:count]
