"""A day on a train: all that was done offline goes out by itself in the evening, in order, once."""

import asyncio
import itertools
import random
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from qjira_gui.clients import sites
from qjira_gui.desk import Desk
from qjira_gui.domain.connection import ConnectionState
from qjira_gui.domain.outbox import EntryState, Site
from qjira_gui.domain.tally import Tally
from qjira_gui.practice import PracticeServer
from qjira_gui.store.credentials import ThisRun
from tests.faults.child import FastClock, Job, Said, one_act
from tests.faults.judge import judge, left_of
from tests.faults.kill import environment_of, job_at, new_clock
from tests.sync.conftest import TLS

HOUR = 3600.0
#: 200 acts, 100 before noon and 100 after it; most of what makes a link comes early, so that
#: there is somebody whom the rest is told to.
MORNING = {"create": 20, "link": 30, "comment": 25, "acknowledge": 20, "archive": 5}
AFTERNOON = {"comment": 50, "acknowledge": 25, "archive": 25}
ANOMALIES = 60


def nothing() -> None:
    """Hear nothing."""


@asynccontextmanager
async def opened(
    profile: Path,
    server: PracticeServer,
    clock: FastClock,
    on_change: Callable[[], None] = nothing,
) -> AsyncIterator[Desk]:
    environment = environment_of(server)
    async with Desk.open(
        profile,
        environment=environment,
        clock=clock,
        credentials=ThisRun(environment),
        on_change=on_change,
    ) as desk:
        yield desk


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.005)


class Traveller:
    """Does acts until the plan is through, on every anomaly in turn."""

    def __init__(self, job: Job, clock: FastClock) -> None:
        self._job, self._clock = job, clock
        self._chance = random.Random(5)
        self._turns = list(job.anomalies)
        self.acts: list[Said] = []

    def works(self, desk: Desk, plan: dict[str, int]) -> None:
        kinds = [kind for kind, count in plan.items() for _ in range(count)]
        self._chance.shuffle(kinds)
        for kind in kinds:
            self.acts.append(self._next(desk, kind))
            self._clock.zero += 4 * HOUR / len(kinds)

    def _next(self, desk: Desk, kind: str) -> Said:
        """On the anomaly whose turn it is, or the next that allows such an act."""
        for anomaly in list(self._turns):
            said = one_act(desk, self._job, self._chance, len(self.acts), kind, anomaly)
            if said is not None:
                self._turns.remove(anomaly)
                self._turns.append(anomaly)
                return said
        raise AssertionError(f"No anomaly allows to {kind}.")


def holds(tally: Tally) -> bool:
    return tally.queued == tally.sent + tally.waiting + tally.needs_you + tally.cancelled


@pytest.mark.slow
async def test_two_hundred_acts_of_a_day_offline_go_out_in_order_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sites, "tls_context", lambda ca_file: TLS)
    clock = new_clock()
    profile = tmp_path / "profile"
    with PracticeServer(anomalies=400, seed=7, now=clock) as server:
        async with opened(profile, server, clock) as desk:
            job = await job_at(desk, server, clock, ANOMALIES)
            traveller = Traveller(job, clock)
            for site in Site:
                server.set_fault(site.value, "offline")
            traveller.works(desk, MORNING)
            pills = desk.actions.connections
            await until(lambda: all(pills.status(s).state is ConnectionState.OFFLINE for s in Site))
            noon = desk.actions.outbox.tally()
        progress: list[Tally] = []
        desks: list[Desk] = []

        def changed() -> None:
            progress.extend(desk.actions.outbox.tally() for desk in desks)

        async with opened(profile, server, clock, changed) as desk:
            assert desk.actions.outbox.tally() == noon
            traveller.works(desk, AFTERNOON)
            evening = desk.actions.outbox.tally()
            assert server.ledger()["events"] == []
            assert len({act.anomaly for act in traveller.acts}) == ANOMALIES

            desks.append(desk)
            server.clear_faults()
            outbox = desk.actions.outbox
            await until(lambda: not outbox.tally().waiting or outbox.tally().needs_you > 0)
            assert outbox.unfinished() == []
            desks.clear()
            left = await left_of(desk, job)
        ledger = server.ledger()

    # A link to an issue that was known needs no server: all other acts waited.
    assert evening == Tally(queued=170, waiting=170)
    verdict = judge(ledger, traveller.acts, left)
    assert (verdict.lost, verdict.doubled, verdict.disordered) == ([], [], [])
    assert verdict.unacknowledged == 0
    assert len(traveller.acts) == 200
    assert len(ledger["issues"]) == 20
    assert all(entry.state is EntryState.SENT for entry in left.entries)
    assert left.news == 0

    sent = [tally.sent for tally in progress]
    assert sent == sorted(sent)
    assert all(map(holds, progress))
    assert not any(tally.needs_you or tally.cancelled for tally in progress)
    # Somebody who watches sees it go on, entry by entry.
    steps = sorted(set(sent))
    assert max(after - before for before, after in itertools.pairwise(steps)) <= 2
    assert steps[-1] == len(left.entries) > 170
    with capsys.disabled():
        sys.stdout.write(
            f"\na day offline: {len(traveller.acts)} acts on {ANOMALIES} anomalies, "
            f"{len(left.entries)} entries sent; {verdict.expected} effects in the ledger once, "
            f"{len(ledger['comments'])} of them Jira comments; {len(steps)} steps seen\n"
        )
