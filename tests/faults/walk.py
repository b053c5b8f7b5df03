"""Two desks on one pair of servers, each with a clock and a network of its own, and who judges."""

import asyncio
import random
import shutil
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, Site
from qjira_gui.practice import PracticeServer
from qjira_gui.store.credentials import ThisRun
from tests.sync.acts import Form, new_ticket
from tests.sync.clock import START, FakeClock

SAID = (EntryKind.COMMENT, EntryKind.ARCHIVE)
JsonObject = dict[str, Any]


@dataclass
class Subjects:
    """What the desks work on; read once, the same after each reset of the server."""

    anomalies: list[Anomaly]
    issues: list[Issue]
    form: Form


class Cable(httpx.AsyncBaseTransport):
    """The way to a site, which may be cut; counts what is under way."""

    def __init__(self, inner: httpx.AsyncBaseTransport, seat: "Seat") -> None:
        self._inner, self._seat = inner, seat

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if any(str(request.url).startswith(url) for url in self._seat.cut):
            raise httpx.ConnectError("cut", request=request)
        self._seat.under_way += 1
        try:
            return await self._inner.handle_async_request(request)
        finally:
            self._seat.under_way -= 1

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass
class Seat:
    """One desk, its profile, clock and network."""

    profile: Path
    server: PracticeServer
    clock: FakeClock
    dice: random.Random
    cut: set[str] = field(default_factory=set)
    under_way: int = 0
    troubles: list[AppError] = field(default_factory=list)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    kills: int = 0

    async def open(self) -> None:
        server = self.server
        known = {
            "QUALYTICS_URL": server.qualytics_url,
            "QUALYTICS_TOKEN": server.qualytics_token,
            "JIRA_URL": server.jira_url,
            "JIRA_EMAIL": server.jira_email,
            "JIRA_TOKEN": server.jira_token,
        }
        self.stack = AsyncExitStack()
        self.desk = await self.stack.enter_async_context(
            Desk.open(
                self.profile,
                environment=known,
                clock=self.clock,
                random_source=self.dice,
                credentials=ThisRun(known),
                wrap=lambda inner: Cable(inner, self),
                on_trouble=self.troubles.append,
            )
        )
        await self.rests()

    async def restart(self, *, killed: bool) -> None:
        left = self.profile
        if killed:
            # The file as it is on disk right now is what a kill would leave.
            self.kills += 1
            left = self.profile.with_name(f"{self.profile.name}-{self.kills}")
            left.mkdir()
            for ending in ("", "-wal"):
                file = self.profile / f"qjira.db{ending}"
                if file.exists():
                    shutil.copy(file, left / file.name)
        await self.stack.aclose()
        self.profile = left
        await self.open()

    def entries(self) -> list[Entry]:
        return self.desk.actions.outbox.entries()

    async def rests(self) -> None:
        """Wait until nothing happens any more unless the clock moves."""
        quiet = 0
        while quiet < 12:
            sending = any(e.state is EntryState.SENDING for e in self.entries())
            busy = self.under_way or sending or not self.clock.is_waited_on
            quiet = 0 if busy else quiet + 1
            await asyncio.sleep(0.0005 if busy else 0)

    async def passes(self, seconds: float) -> None:
        """Let time pass for this desk, stopping wherever it waits for a moment."""
        end = self.clock.at + seconds
        while (until := self.clock.waited_for) is not None and until <= end:
            self.clock.move(until - self.clock.at)
            await self.rests()
        self.clock.move(end - self.clock.at)
        await self.rests()


class World:
    """The servers, two seats, and time for all of them."""

    def __init__(self, server: PracticeServer, folder: Path, subjects: Subjects) -> None:
        server.reset()
        self.server, self.subjects = server, subjects
        self.seats = [
            Seat(folder / name, server, FakeClock(), random.Random(name)) for name in ("a", "b")
        ]
        self.number = 0

    async def open(self) -> None:
        for seat in self.seats:
            await seat.open()

    async def close(self) -> None:
        for seat in self.seats:
            await seat.stack.aclose()

    def words(self) -> str:
        """Words that nobody has said before."""
        self.number += 1
        return f"remark {self.number}"

    async def create(self, seat: Seat, anomaly: Anomaly) -> None:
        await new_ticket(seat.desk, anomaly, self.subjects.form, summary=self.words())

    async def passes(self, clock: FakeClock, seconds: float) -> None:
        """Time passes for everybody; whoever is second comes a moment later."""
        left = seconds
        while left > 0:
            step = min(left, 10.0 if seconds <= 60 else 60.0)
            clock.move(step)
            for seat in self.seats:
                await seat.passes(step)
            left -= step

    async def ends(self, clock: FakeClock) -> None:
        """All trouble is over: everything that can go out does, and everybody looks once more."""
        self.server.clear_faults()
        for seat in self.seats:
            seat.cut.clear()
        for _ in range(3):
            for seat in self.seats:
                for site in Site:
                    seat.desk.actions.outbox.try_now(site)
                for entry in seat.entries():
                    if entry.state is EntryState.NEEDS_YOU:
                        seat.desk.actions.outbox.send_now([entry.id])
                await seat.rests()
            for _ in range(40):
                if not any(seat.desk.actions.outbox.tally().waiting for seat in self.seats):
                    break
                await self.passes(clock, 120)
            for seat in self.seats:
                await seat.desk.look_once()
                await seat.passes(40)

    def judge(self) -> None:
        """By the ledger: nothing lost, nothing twice, everything in order."""
        ledger = self.server.ledger()
        told, issues = ledger["comments"], ledger["issues"]
        ops = [one["properties"]["qjira.entry"]["op"] for one in [*told, *issues]]
        assert not [op for op, times in Counter(ops).items() if times > 1]
        # Two anomalies may have got the same words before anybody sat down here.
        passed_on = Counter(
            (one["issue"], one["properties"]["qjira.entry"]["anomaly"], one["text"])
            for one in told
            if "Comment" in one["text"]
        )
        assert not [one for one, times in passed_on.items() if times > 1], "told twice"
        said = Counter(one["message"] for one in ledger["anomaly_comments"])
        assert max(said.values(), default=0) <= 1, f"said twice: {said}"
        assert ledger["hard_deletes"] == []
        self._statuses(ledger)
        for seat in self.seats:
            self._seat(seat, ops, said)

    def _statuses(self, ledger: JsonObject) -> None:
        """An issue hears of a status at most as often as the anomaly has come to it."""
        came = Counter(
            (one["anomaly"], one["status"]) for one in ledger["status_changes"] + ledger["archives"]
        )
        told: Counter[tuple[str, int, str]] = Counter()
        for one in ledger["comments"]:
            marker = one["properties"]["qjira.entry"]
            if marker.get("status"):
                told[one["issue"], marker["anomaly"], marker["status"]] += 1
        for (issue, anomaly, status), times in told.items():
            # A link knows what stood when it was made, which a first report may say again.
            most = came[anomaly, status] + (status == "Active")
            assert times <= most, f"{issue} of {anomaly}: {status} {times} times, came {most}"

    def _seat(self, seat: Seat, ops: list[str], said: Counter[str]) -> None:
        by_lane: dict[str, list[int]] = {}
        order = list(said)
        # What was cancelled and taken up again arrives as an entry of its own.
        sent = {_words(e) for e in seat.entries() if e.state is EntryState.SENT}
        for entry in seat.entries():
            if entry.state is EntryState.NEEDS_YOU:
                assert entry.failure is not None
                continue
            if entry.state is EntryState.WAITING:
                stuck = [e.lane for e in seat.entries() if e.state is EntryState.NEEDS_YOU]
                assert entry.lane in stuck, f"waits for nothing: {entry}"
                continue
            arrived = entry.state is EntryState.SENT
            if entry.kind in SAID and (words := _words(entry)):
                assert said[words] == (1 if words in sent else 0), entry
                if arrived:
                    by_lane.setdefault(entry.lane, []).append(order.index(words))
            if entry.kind in (EntryKind.ISSUE, EntryKind.ISSUE_COMMENT):
                if arrived and not entry.adopted:
                    assert ops.count(entry.id) == 1, entry
                if entry.id in ops and entry.kind is EntryKind.ISSUE_COMMENT:
                    by_lane.setdefault(entry.lane, []).append(ops.index(entry.id))
                if not arrived and not entry.in_doubt:
                    assert entry.id not in ops, f"cancelled and there: {entry}"
        for lane, places in by_lane.items():
            assert places == sorted(places), f"out of order: {lane} {places}"


def _words(entry: Entry) -> str:
    return str(entry.payload.get("message") or entry.payload.get("comment") or "")


def fresh_clock() -> FakeClock:
    """The servers' own clock."""
    clock = FakeClock()
    clock.at = START
    return clock
