"""A place where desks are killed again and again, on one profile."""

import asyncio
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from qjira_gui.desk import Desk
from qjira_gui.domain.outbox import EntryState
from qjira_gui.practice import PracticeServer
from qjira_gui.store.credentials import ThisRun
from tests.faults.child import SPEED, FastClock, Job, Said
from tests.faults.judge import Left, left_of
from tests.sync.acts import ticket_form
from tests.sync.place import some_anomalies

ROOT = Path(__file__).parents[2]
#: 2026-11-20 10:00:00 UTC.
START = 1_795_168_800.0
ACTS = ("acknowledge", "archive", "comment", "create", "link")
#: Anomalies that one process works on.
AT_ONCE = 30
#: Kills after which everything may go out for once, so that what waits does not pile up.
DRAINED_EVERY = 50
#: Real seconds after which a test gives up.
PATIENCE = 60.0


def new_clock() -> FastClock:
    return FastClock(START - time.monotonic() * SPEED)


def environment_of(server: PracticeServer) -> dict[str, str]:
    return {
        "QUALYTICS_URL": server.qualytics_url,
        "QUALYTICS_TOKEN": server.qualytics_token,
        "JIRA_URL": server.jira_url,
        "JIRA_EMAIL": server.jira_email,
        "JIRA_TOKEN": server.jira_token,
    }


async def job_at(desk: Desk, server: PracticeServer, clock: FastClock, anomalies: int) -> Job:
    """Look around while everything can be reached, so that acts need nobody afterwards."""
    found = [await desk.actions.tickets.search(f"DATA-10{n}") for n in range(1, 5)]
    return Job(
        profile="",
        environment=environment_of(server),
        zero=clock.zero,
        seed=0,
        anomalies=[one.id for one in await some_anomalies(desk, anomalies)],
        issues=[issues[0] for issues in found],
        form=await ticket_form(desk),
    )


@dataclass
class Killer:
    """Has a process do acts, kills it, and remembers which acts were acknowledged."""

    server: PracticeServer
    clock: FastClock
    profile: Path
    job: Job
    process: "subprocess.Popen[bytes]"
    acts: list[Said] = field(default_factory=list)
    kills: int = 0
    #: How often the analyst had to say that something is to be sent again.
    asked: int = 0

    def begin(self, seed: int, first: int = 0, **more: Any) -> int:
        """Start a process on the profile, at the anomalies from `first` on; return its number."""
        job = msgspec.structs.replace(
            self.job,
            profile=str(self.profile),
            zero=self.clock.zero,
            seed=seed,
            anomalies=self.job.anomalies[first : first + AT_ONCE],
            **more,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(msgspec.json.encode(job) + b"\n")
        self.process.stdin.flush()
        return self.until("born").number

    def until(self, *what: str) -> Said:
        """Read lines up to one of these; acts are noted."""
        assert self.process.stdout is not None
        while True:
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            line = self.process.stdout.readline() if ready else b""
            assert line, f"The process said no {what}."
            said = msgspec.json.decode(line, type=Said)
            if said.what in ACTS:
                self.acts.append(said)
            if said.what in what:
                return said

    def killed_after(self, child: int, seconds: float) -> None:
        """Kill a process after so many seconds, wherever it is."""
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        self.died()

    def dies(self, point: str, **more: Any) -> None:
        """Have a process kill itself where it passes a named point."""
        self.begin(self.kills, point=point, **more)
        self.died()

    def works(self, acts: int) -> None:
        """Have a process try so many acts, and kill it some time after."""
        child = self.begin(1000 + self.kills, most_acts=acts)
        self.until("tired")
        self.killed_after(child, 0.0)

    def died(self) -> None:
        ended = self.until("ended")
        assert ended.number == -signal.SIGKILL, "It ended by itself."
        self.kills += 1

    def kill_again_and_again(self, kills: int, seed: int) -> None:
        chance = random.Random(seed)
        for number in range(kills):
            first = (len(self.job.anomalies) - AT_ONCE) * number // kills
            child = self.begin(seed * 100_000 + number, first)
            # Most are killed at work, some while they open the profile.
            if chance.random() < 0.85:
                self.until(*ACTS)
                self.killed_after(child, chance.random() * 0.4)
            else:
                self.killed_after(child, chance.random() * 0.1)
            if self.kills % DRAINED_EVERY == 0:
                self.drain()

    def drain(self) -> "Left":
        """Open the profile in peace, wait until nothing waits, and return what is there then."""
        return asyncio.run(self._drain())

    async def _drain(self) -> "Left":
        environment = environment_of(self.server)
        end = time.monotonic() + PATIENCE
        async with Desk.open(
            self.profile,
            environment=environment,
            clock=self.clock,
            credentials=ThisRun(environment),
        ) as desk:
            outbox = desk.actions.outbox
            while unfinished := outbox.unfinished():
                assert time.monotonic() < end, (outbox.tally(), unfinished[:3])
                for entry in unfinished:
                    if entry.state is EntryState.NEEDS_YOU:
                        # Three kills in a row while it was being sent: the analyst has the word.
                        assert entry.starts, entry
                        self.asked += 1
                        outbox.send_now([entry.id])
                await asyncio.sleep(0.02)
            return await left_of(desk, self.job)


@contextmanager
def child_process() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.child"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
