"""Random walks of two desks, the network and the clock: nothing lost, nothing told twice."""

import asyncio
import ssl
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from qjira_gui.clients import sites
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.link import Link
from qjira_gui.practice import PracticeServer
from qjira_gui.sync import worker
from tests.faults.walk import Seat, Subjects, World, fresh_clock
from tests.sync.acts import ticket_form
from tests.sync.clock import FakeClock
from tests.sync.place import some_anomalies

T = TypeVar("T")
WHO = st.integers(0, 1)
ANOMALY = st.integers(0, 2)
ISSUE = st.integers(0, 1)
SITES = st.sampled_from(["qualytics", "jira"])
OPEN = st.sampled_from(["Acknowledged", "Active"])
ARCHIVED = st.sampled_from(["Resolved", "Invalid"])
TROUBLE = st.sampled_from(["cut_after", "cut_before", "500", "429", "html"])


class Ground:
    """What all walks of this module share."""

    def __init__(self) -> None:
        self.clock: FakeClock = fresh_clock()
        self.server = PracticeServer(anomalies=60, seed=7, now=self.clock)
        self.subjects: Subjects | None = None


class Walk(RuleBasedStateMachine):
    """One day of two analysts, drawn at random."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.ground.clock.reset()
        self.world = self.do(self.begin())

    async def begin(self) -> World:
        ground = self.ground
        if ground.subjects is None:
            reader = World(ground.server, Path(self.folder.name) / "reader", Subjects([], [], None))  # type: ignore[arg-type]
            await reader.seats[0].open()
            desk = reader.seats[0].desk
            keys = ("DATA-101", "DATA-102")
            issues = [(await desk.actions.tickets.search(key))[0] for key in keys]
            anomalies = await some_anomalies(desk, 3)
            ground.subjects = Subjects(anomalies, issues, await ticket_form(desk))
            await reader.seats[0].stack.aclose()
        world = World(ground.server, Path(self.folder.name), ground.subjects)
        await world.open()
        return world

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def seat(self, who: int) -> Seat:
        return self.world.seats[who]

    def rest(self, who: int) -> None:
        self.do(self.seat(who).rests())

    def links(self, who: int) -> list[Link]:
        held = self.seat(who).desk.actions.anomalies.all_links().values()
        return [link for links in held for link in links]

    @rule(who=WHO, anomaly=ANOMALY, hold=st.sampled_from([0.0, 5.0]))
    def acknowledge(self, who: int, anomaly: int, hold: float) -> None:
        one = self.world.subjects.anomalies[anomaly]
        self.seat(who).desk.actions.triage.acknowledge([one.id], hold=hold)
        self.rest(who)

    @rule(who=WHO, anomaly=ANOMALY, status=ARCHIVED, speaks=st.booleans())
    def archive(self, who: int, anomaly: int, status: str, speaks: bool) -> None:
        one = self.world.subjects.anomalies[anomaly]
        words = self.world.words() if speaks else ""
        self.seat(who).desk.actions.triage.archive([one.id], status, words)
        self.rest(who)

    @rule(who=WHO, anomaly=ANOMALY)
    def comment(self, who: int, anomaly: int) -> None:
        one = self.world.subjects.anomalies[anomaly]
        self.seat(who).desk.actions.triage.comment(one.id, self.world.words())
        self.rest(who)

    @rule(who=WHO, anomaly=ANOMALY)
    def create(self, who: int, anomaly: int) -> None:
        self.do(self.world.create(self.seat(who), self.world.subjects.anomalies[anomaly]))
        self.rest(who)

    @rule(who=WHO, anomaly=ANOMALY, issue=ISSUE, by_key=st.booleans())
    def link(self, who: int, anomaly: int, issue: int, by_key: bool) -> None:
        one, to = self.world.subjects.anomalies[anomaly], self.world.subjects.issues[issue]
        tickets = self.seat(who).desk.actions.tickets
        with suppress(AppError):
            if by_key:
                tickets.link_by_key(one, to.key)
            else:
                tickets.link(one, to)
        self.rest(who)

    @rule(who=WHO, nth=st.integers(0, 5), regret=st.booleans())
    def unlink(self, who: int, nth: int, regret: bool) -> None:
        held, tickets = self.links(who), self.seat(who).desk.actions.tickets
        if held:
            with suppress(AppError):
                tickets.unlink(held[nth % len(held)])
                if regret:
                    tickets.relink(held[nth % len(held)])
        self.rest(who)

    @rule(who=WHO, nth=st.integers(0, 5), retry=st.booleans())
    def handle(self, who: int, nth: int, retry: bool) -> None:
        """Undo, cancel, or try again at once."""
        outbox = self.seat(who).desk.actions.outbox
        entries = [one for one in outbox.unfinished() if not one.in_doubt or retry]
        if entries:
            with suppress(AppError):
                chosen = entries[-1 - nth % len(entries)].id
                if retry:
                    outbox.send_now([chosen])
                else:
                    outbox.cancel(chosen)
        self.rest(who)

    @rule(anomaly=ANOMALY, status=OPEN | ARCHIVED)
    def somebody_sets_a_status(self, anomaly: int, status: str) -> None:
        one = self.world.subjects.anomalies[anomaly]
        with suppress(ValueError):
            self.ground.server.change_anomaly(one.id, status)

    @rule(anomaly=ANOMALY)
    def somebody_comments(self, anomaly: int) -> None:
        one = self.world.subjects.anomalies[anomaly]
        self.ground.server.add_comment(one.id, self.world.words())

    @rule(who=WHO)
    def look(self, who: int) -> None:
        with suppress(AppError):
            self.do(self.seat(who).desk.look_once())
        self.rest(who)

    @rule(site=SITES, kind=TROUBLE, times=st.integers(1, 3))
    def trouble(self, site: str, kind: str, times: int) -> None:
        self.ground.server.set_fault(site, kind, times=times)

    @rule(who=WHO, site=SITES)
    def cut(self, who: int, site: str) -> None:
        server = self.ground.server
        self.seat(who).cut ^= {server.jira_url if site == "jira" else server.qualytics_url}

    @rule(seconds=st.sampled_from([1.0, 10.0, 60.0, 600.0]))
    def time_passes(self, seconds: float) -> None:
        self.do(self.world.passes(self.ground.clock, seconds))

    @rule(who=WHO)
    def the_clock_is_set_back_a_day(self, who: int) -> None:
        self.seat(who).clock.move(-86_400)
        self.rest(who)

    @rule(who=WHO, killed=st.booleans())
    def restart(self, who: int, killed: bool) -> None:
        self.do(self.seat(who).restart(killed=killed))

    @invariant()
    def the_sum_holds(self) -> None:
        for seat in self.world.seats:
            sums = seat.desk.actions.outbox.tally()
            assert sums.queued == sums.sent + sums.waiting + sums.needs_you + sums.cancelled
            assert sums.queued == sum(not entry.cleared for entry in seat.entries())

    def teardown(self) -> None:
        try:
            self.do(self.world.ends(self.ground.clock))
            self.world.judge()
            assert all(not seat.troubles for seat in self.world.seats)
        finally:
            self.do(self.world.close())
            self.do(self.loop.shutdown_asyncgens())
            self.loop.close()
            self.folder.cleanup()


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Walk]]:
    monkeypatch.setattr(worker, "GRACE", 0.05)
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(sites, "tls_context", lambda ca_file: plain)
    ground = Ground()
    with ground.server:
        yield type("WalkHere", (Walk,), {"ground": ground})


def steps(examples: int, length: int, *, same: bool) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=length,
        derandomize=same,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
def test_a_few_walks_lose_nothing_and_tell_nothing_twice(walk: type[Walk]) -> None:
    run_state_machine_as_test(walk, settings=steps(6, 20, same=True))


@pytest.mark.soak
def test_many_walks_lose_nothing_and_tell_nothing_twice(walk: type[Walk]) -> None:
    run_state_machine_as_test(walk, settings=steps(300, 40, same=False))
