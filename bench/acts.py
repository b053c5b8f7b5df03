"""What an act costs: its way into the outbox, and from there to the server."""

import asyncio
import gc
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bench.figures import Figure, in_turns, milliseconds
from bench.server import Addresses, headers, pages, practice
from qjira_gui.clients.qualytics import decode_page
from qjira_gui.desk import Desk
from qjira_gui.domain.outbox import EntryKind
from qjira_gui.store.credentials import ThisRun
from qjira_gui.store.profile import Store

#: Beside the source: a temporary folder may be in memory, where a commit costs nothing.
DISK = Path(__file__).resolve().parents[1] / "build"
PUTS, TURNS = 100, 6
#: As many as the desk has under way (clients/http.py).
AT_ONCE = 8
#: Seconds that a turn may take before something is wrong.
LONGEST = 10
MESSAGE = "Seen before: the nightly load ran twice."


def figures() -> Iterator[Figure]:
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="qjira-bench-", dir=DISK) as folder:
        yield outbox(Path(folder))
        with practice(1000) as at:
            yield asyncio.run(delivery(Path(folder) / "profile", at))


def outbox(folder: Path) -> Figure:
    """Put entries, a commit each, beside inserts of the same bytes, a commit each."""
    dice = random.Random(7)
    store = Store.open(folder / "ours", time.time, dice.getrandbits)
    numbers = count()
    with closing(store), closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as bare:
        bare.execute("pragma locking_mode=EXCLUSIVE")
        bare.execute("pragma journal_mode=WAL")
        bare.execute("pragma synchronous=FULL")
        bare.execute("create table docs(id primary key, doc blob not null) without rowid")

        def put() -> None:
            for _ in range(PUTS):
                store.outbox.add(EntryKind.COMMENT, next(numbers), {"message": MESSAGE})

        put()
        blob = msgspec.json.encode(store.outbox.all()[-1])

        def insert() -> None:
            for _ in range(PUTS):
                bare.execute("insert into docs values(?, ?)", (f"{next(numbers):024x}", blob))

        ours, peer = in_turns(lambda: milliseconds(put), lambda: milliseconds(insert), 9, 1)
    return Figure("put an act into the outbox", "an SQLite insert", ours / PUTS, peer / PUTS)


async def delivery(profile: Path, at: Addresses) -> Figure:
    """Comment through the desk until all is sent, beside the same POSTs by httpx alone."""
    first = decode_page(pages(at, 3)[2]).items
    ids = [anomaly.id for anomaly in first if not anomaly.is_archived]
    environment = {name.upper(): at[name] for name in ("qualytics_url", "qualytics_token")}
    ours, peer, changed = [], [], asyncio.Event()
    async with (
        Desk.open(
            profile,
            environment=environment,
            credentials=ThisRun(environment),
            on_change=changed.set,
        ) as desk,
        httpx.AsyncClient(base_url=at["qualytics_url"], headers=headers(at), timeout=30) as bare,
    ):
        for _ in range(TURNS):
            ours.append(await timed(through_the_desk(desk, changed, ids)))
            peer.append(await timed(by_httpx_alone(bare, ids)))
        tally = desk.actions.outbox.tally()
    assert tally.sent == tally.queued == TURNS * len(ids)
    # The first turn opened the connections.
    each, alone = (statistics.median(turns[1:]) / len(ids) for turns in (ours, peer))
    name = f"comment, act to answer ({1000 / each:,.0f} acts/s)"
    return Figure(name, f"httpx POSTs, {AT_ONCE} at once ({1000 / alone:,.0f}/s)", each, alone)


async def timed(work: Coroutine[Any, Any, None]) -> float:
    gc.collect()
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


async def through_the_desk(desk: Desk, changed: asyncio.Event, ids: Sequence[int]) -> None:
    for anomaly_id in ids:
        desk.actions.triage.comment(anomaly_id, MESSAGE)
    async with asyncio.timeout(LONGEST):
        while desk.actions.outbox.tally().waiting:
            changed.clear()
            await changed.wait()


async def by_httpx_alone(client: httpx.AsyncClient, ids: Sequence[int]) -> None:
    limit = asyncio.Semaphore(AT_ONCE)

    async def post(anomaly_id: int) -> None:
        body = {"anomaly_id": anomaly_id, "message": MESSAGE}
        async with limit:
            (await client.post("/api/comments", json=body)).raise_for_status()

    await asyncio.gather(*map(post, ids))
