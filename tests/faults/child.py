"""A process that does random acts at a desk until it is killed, one for each job that it is given.

Importing everything takes half a second, so this process does it once and splits itself for each
job: the one that opens the desk is a process of its own, and SIGKILL ends it like any other.
"""

import asyncio
import os
import random
import re
import signal
import ssl
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from qjira_gui.clients import sites
from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.fields import FormField
from qjira_gui.domain.issue import Issue, IssueType, Project
from qjira_gui.domain.outbox import EntryKind, asks_for_status
from qjira_gui.store.credentials import ThisRun
from qjira_gui.store.database import Database
from qjira_gui.store.migration import Documents
from qjira_gui.sync.clock import LONGEST, Clock
from qjira_gui.sync.upkeep import Upkeep
from tests.sync.acts import ROUTES

#: How much faster the desk's time passes, and the practice server's with it.
SPEED = 300.0
ARCHIVE = ("Resolved", "Duplicate", "Invalid", "Discarded")
#: Acts as they are drawn.
KINDS = ("acknowledge", "archive", "comment", "comment", "create", "link", "link")
READS = ("/search/jql", "/comment/list", "/issue/bulkfetch")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What one process is to do."""

    profile: str
    environment: dict[str, str]
    #: UTC seconds of the clock where `time.monotonic`, which all processes share, is zero.
    zero: float
    seed: int
    #: Numbers of anomalies that are active at first.
    anomalies: list[int]
    #: Issues that were in Jira before.
    issues: list[Issue]
    form: tuple[Project, IssueType, list[FormField]]
    #: Where it kills itself, and at which passing of that point.
    point: str = ""
    passing: int = 1
    #: The kind of entry that must come past it, where it is to be one.
    entry: EntryKind | None = None
    acts: tuple[str, ...] = KINDS
    most_acts: int = 1000
    #: Open as the program's next version, which migrates the file.
    newer: bool = False
    at_work: bool = False


class Said(msgspec.Struct, frozen=True):
    """One line: an act that is durable, since the action has returned, or what else happened."""

    what: str
    #: The entry's, or the link's for what makes one.
    id: str = ""
    anomaly: int = 0
    text: str = ""
    status: str = ""
    number: int = 0


class FastClock(Clock):
    """The same time in every process, and none of the computer's."""

    def __init__(self, zero: float) -> None:
        self.zero = zero

    def __call__(self) -> float:
        return self.now()

    def now(self) -> float:
        return self.zero + time.monotonic() * SPEED

    async def wait(self, wake: asyncio.Event, until: float | None) -> None:
        left = LONGEST if until is None else min(LONGEST, until - self.now())
        if left <= 0 or wake.is_set():
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(left / SPEED):
                await wake.wait()
        except TimeoutError:
            pass


def marked(documents: Documents) -> Documents:
    """What the next version's file might look like: every entry with something more in it."""
    entries = {key: {**entry, "next": True} for key, entry in documents.get("entries", {}).items()}
    return {**documents, "entries": entries}


def opens_as_the_next_version(reached: Callable[[str], None]) -> Callable[..., Database]:
    """What takes the place of `Database.open` where the next version is at work."""
    plain = Database.open

    def open_newer(path: Path, **more: Any) -> Database:
        return plain(path, **{**more, "migrations": (marked,), "reached": reached})

    return open_newer


class Points:
    """Kills this process when it comes past its point for the nth time."""

    def __init__(self, job: Job) -> None:
        self._job, self._left = job, job.passing

    def passed(self, point: str) -> None:
        if point == self._job.point:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch_commits(self) -> None:
        """Look at each commit just before the disk gets it, and at the end of each pruning."""
        plain, prune = Database._commit, Upkeep.prune

        def before(database: Database) -> None:
            for (table, _), blob in database._changes.items():
                kind = self._job.entry
                if table != "entries" or (kind and f'"{kind}"'.encode() not in (blob or b"")):
                    continue
                if blob is None:
                    self.passed("during pruning")
                elif b'"sent"' in blob:
                    self.passed("before the answer is stored")
                elif b'"waiting"' in blob:
                    self.passed("before the entry")

        def commit(database: Database) -> None:
            database.before_commit = lambda: before(database)
            plain(database)

        def pruned(upkeep: Upkeep) -> int:
            gone = prune(upkeep)
            self.passed("after pruning")
            return gone

        Database._commit = commit  # type: ignore[method-assign, assignment]
        Upkeep.prune = pruned  # type: ignore[method-assign, assignment]

    def wrap(self, inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        return _Deadly(inner, self)

    def concerns(self, request: httpx.Request) -> bool:
        """Whether this is a request that changes something, of the kind that is looked for."""
        path = request.url.path
        if self._job.entry is None:
            return request.method != "GET" and not path.endswith(READS)
        _, method, route = ROUTES[self._job.entry]
        return request.method == method and bool(
            re.fullmatch(re.sub("{.*?}", "[^/]+", route), path)
        )


class _Deadly(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport, points: Points) -> None:
        self._inner, self._points = inner, points

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        concerned = self._points.concerns(request)
        if concerned:
            self._points.passed("before the request")
        answer = await self._inner.handle_async_request(request)
        if concerned:
            self._points.passed("after the server committed")
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()


def say(said: Said) -> None:
    # One write of one short line: a kill cannot tear it.
    os.write(1, msgspec.json.encode(said) + b"\n")


def one_act(
    desk: Desk, job: Job, chance: random.Random, number: int, kind: str, anomaly: int
) -> Said | None:
    """Do something; None where that was not possible."""
    actions, entries = desk.actions, desk.actions.outbox.entries()
    asked = [e for e in entries if e.anomaly_id == anomaly and asks_for_status(e)]
    status = str(asked[-1].payload["status"]) if asked else "Active"
    text = f"act {job.seed}-{number} 😀"
    shown = Anomaly(id=anomaly, status=status, message=f"Trouble {anomaly}")
    match kind:
        case "acknowledge" if status != "Acknowledged":
            entry = actions.triage.acknowledge([anomaly])[0]
            return Said("acknowledge", entry.id, anomaly, "", "Acknowledged")
        case "archive":
            to = chance.choice([one for one in ARCHIVE if one != status])
            text = text if chance.random() < 0.7 else ""
            entry = actions.triage.archive([anomaly], to, text)[0]
            return Said("archive", entry.id, anomaly, text, to)
        # Qualytics takes no comment on what is archived.
        case "comment" if status not in ARCHIVE:
            return Said("comment", actions.triage.comment(anomaly, text).id, anomaly, text)
        case "create" if len(actions.anomalies.links(anomaly)) < 2:
            project, type_, fields = job.form
            draft = msgspec.structs.replace(
                actions.tickets.draft(shown), project=project, type=type_, summary=text
            )
            link = actions.tickets.create(draft, fields, shown)
            return Said("create", link.id, anomaly, text)
        case "link" if len(actions.anomalies.links(anomaly)) < 2:
            held = {link.issue.id for link in actions.anomalies.links(anomaly) if link.issue}
            free = [issue for issue in job.issues if issue.id not in held]
            if free:
                return Said("link", actions.tickets.link(shown, chance.choice(free)).id, anomaly)
    return None


async def work(job: Job) -> None:
    points, chance = Points(job), random.Random(job.seed)
    points.watch_commits()
    if job.newer:
        Database.open = opens_as_the_next_version(points.passed)  # type: ignore[method-assign]
    async with Desk.open(
        Path(job.profile),
        environment=job.environment,
        clock=FastClock(job.zero),
        wrap=points.wrap,
        credentials=ThisRun(job.environment),
        at_work=job.at_work,
    ) as desk:
        added = desk.actions.triage._on_added

        def after() -> None:
            points.passed("after the entry")
            added()

        desk.actions.triage._on_added = desk.actions.tickets._on_added = after
        say(Said("open"))
        for number in range(job.most_acts):
            kind, anomaly = chance.choice(job.acts), chance.choice(job.anomalies)
            said = one_act(desk, job, chance, number, kind, anomaly)
            if said is not None:
                say(said)
            await asyncio.sleep(chance.random() * 0.02)
        say(Said("tired"))
        await asyncio.Event().wait()


def main() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Reading the certificates of this computer takes long, and nothing here is encrypted.
    sites.tls_context = lambda ca_file: tls  # type: ignore[attr-defined]
    for line in sys.stdin.buffer:
        job = msgspec.json.decode(line, type=Job)
        child = os.fork()
        if not child:
            asyncio.run(work(job))
            os._exit(1)
        say(Said("born", number=child))
        _, ended = os.waitpid(child, 0)
        say(Said("ended", number=os.waitstatus_to_exitcode(ended)))


if __name__ == "__main__":
    main()
