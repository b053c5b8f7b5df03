"""Whatever moment the program is killed at: every act that it took arrives, once."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from qjira_gui.clients import sites
from qjira_gui.desk import Desk
from qjira_gui.domain.outbox import EntryKind, EntryState
from qjira_gui.practice import PracticeServer
from qjira_gui.store.credentials import ThisRun
from qjira_gui.store.database import Database
from tests.faults.child import FastClock, Job, opens_as_the_next_version
from tests.faults.judge import Left, Verdict, judge
from tests.faults.kill import (
    Killer,
    child_process,
    environment_of,
    job_at,
    new_clock,
)
from tests.sync.conftest import TLS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL and fork")

DAYS = 86400.0
#: What makes an entry of each kind.
ACTS_FOR = {
    EntryKind.STATUS: ("acknowledge",),
    EntryKind.ARCHIVE: ("archive",),
    EntryKind.COMMENT: ("comment",),
    EntryKind.ISSUE: ("create",),
    EntryKind.ISSUE_COMMENT: ("link", "comment", "archive"),
}
Tell = Callable[[str], None]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    """One server and one process that splits itself, for all tests here."""
    patch = pytest.MonkeyPatch()
    patch.setattr(sites, "tls_context", lambda ca_file: TLS)
    clock = new_clock()
    with PracticeServer(anomalies=1500, seed=7, now=clock) as server, child_process() as process:
        first = tmp_path_factory.mktemp("first")
        job = asyncio.run(_look_around(server, clock, first))
        yield Killer(server, clock, first, job, process)
    patch.undo()


async def _look_around(server: PracticeServer, clock: FastClock, profile: Path) -> Job:
    environment = environment_of(server)
    async with Desk.open(
        profile, environment=environment, clock=clock, credentials=ThisRun(environment)
    ) as desk:
        return await job_at(desk, server, clock, 300)


@pytest.fixture
def killer(ground: Killer, tmp_path: Path) -> Iterator[Killer]:
    ground.clock.zero = new_clock().zero
    ground.server.reset()
    yield replace(ground, profile=tmp_path / "profile", acts=[], kills=0)
    ledger = ground.server.ledger()
    ground.server.clear_faults()
    assert ledger["crashes"] == []
    assert ledger["hard_deletes"] == []


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Writes figures where people see them, also when the test passes."""

    def tell(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return tell


def just(killer: Killer, left: Left) -> Verdict:
    verdict = judge(killer.server.ledger(), killer.acts, left)
    assert verdict.lost == []
    assert verdict.doubled == []
    assert verdict.disordered == []
    # What a kill has cut off before it was acknowledged may be there, but no more than that.
    assert verdict.unacknowledged <= killer.kills
    assert all(entry.state is EntryState.SENT for entry in left.entries)
    assert left.news == 0
    return verdict


@pytest.mark.slow
@pytest.mark.parametrize(
    "point",
    [
        "before the entry",
        "after the entry",
        "before the request",
        "after the server committed",
        "before the answer is stored",
    ],
)
def test_a_kill_at_a_named_point_of_each_kind_of_entry_loses_and_doubles_nothing(
    killer: Killer, point: str, tell: Tell
) -> None:
    for entry, acts in ACTS_FOR.items():
        killer.dies(point, entry=entry, acts=acts)
    left = killer.drain()
    verdict = just(killer, left)
    match point:
        case "before the entry":
            assert verdict.unacknowledged == 0
        case "after the entry":
            assert verdict.unacknowledged == killer.kills
        case "after the server committed" | "before the answer is stored":
            # What the server had was found there, and not sent again.
            assert verdict.adopted >= killer.kills
    tell(
        f"{point}: {killer.kills} kills, {len(killer.acts)} acts acknowledged, "
        f"{verdict.unacknowledged} on disk unacknowledged, {verdict.expected} effects in the "
        f"ledger once, {verdict.adopted} adopted"
    )


@pytest.mark.slow
@pytest.mark.parametrize("point", ["during pruning", "after pruning"])
def test_a_kill_while_old_entries_go_takes_nothing_that_waits_and_sends_nothing_again(
    killer: Killer, point: str
) -> None:
    killer.works(40)
    before = killer.drain()
    for site in ("qualytics", "jira"):
        killer.server.set_fault(site, "offline")
    killer.works(20)
    killer.clock.zero += 100 * DAYS
    killer.dies(point, most_acts=0, at_work=True)
    killer.server.clear_faults()
    left = killer.drain()
    old, kept = {e.id for e in before.entries}, {e.id for e in left.entries}
    assert old
    assert old <= kept if point == "during pruning" else not old <= kept
    everything = {e.id: e for e in (*before.entries, *left.entries)}
    just(killer, replace(left, entries=[everything[id] for id in sorted(everything)]))


@pytest.mark.parametrize(
    "point", ["before migration", "during migration", "before the commit", "after migration"]
)
def test_a_kill_while_the_next_version_takes_over_loses_no_act(
    killer: Killer, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for site in ("qualytics", "jira"):
        killer.server.set_fault(site, "offline")
    killer.works(30)
    killer.dies(point, most_acts=0, newer=True)
    killer.server.clear_faults()
    reached: list[str] = []
    monkeypatch.setattr(Database, "open", opens_as_the_next_version(reached.append))
    just(killer, killer.drain())
    assert bool(reached) is (point != "after migration")


def killed_at_random(killer: Killer, tell: Tell, kills: int, seed: int) -> None:
    began = time.monotonic()
    # An issue is created when a search does not show it yet: in doubt, one has to wait.
    killer.server.set_fault("jira", "index_lag", seconds=60)
    killer.kill_again_and_again(kills, seed)
    at_work = time.monotonic() - began
    left = killer.drain()
    verdict = judge(killer.server.ledger(), killer.acts, left)
    ledger = killer.server.ledger()
    tell(
        f"{killer.kills} kills: {len(killer.acts)} acts acknowledged, "
        f"{verdict.unacknowledged} on disk unacknowledged; {verdict.expected} effects expected, "
        f"in the ledger {len(ledger['status_changes'])} statuses, {len(ledger['archives'])} "
        f"archives, {len(ledger['anomaly_comments'])} comments, {len(ledger['issues'])} issues, "
        f"{len(ledger['comments'])} Jira comments; adopted {verdict.adopted}, the analyst asked "
        f"{killer.asked} times; lost {len(verdict.lost)}, doubled {len(verdict.doubled)}, out of "
        f"order {len(verdict.disordered)}; {at_work:.1f} s of kills, "
        f"{time.monotonic() - began:.1f} s in all"
    )
    just(killer, left)
    assert killer.kills == kills
    assert len(killer.acts) > kills


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_kills_at_random_moments_lose_nothing_and_double_nothing(
    killer: Killer, tell: Tell, seed: int
) -> None:
    few = msgspec.structs.replace(killer.job, anomalies=killer.job.anomalies[:40])
    killed_at_random(replace(killer, job=few), tell, 20, seed)


@pytest.mark.soak
def test_five_hundred_kills_at_random_moments_lose_nothing_and_double_nothing(
    killer: Killer, tell: Tell
) -> None:
    killed_at_random(killer, tell, 500, seed=3)
