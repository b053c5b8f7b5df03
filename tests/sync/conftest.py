"""One practice server for each module of tests, and a desk on a clock that stands still."""

import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from qjira_gui.clients import http, sites
from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.practice import PracticeServer
from qjira_gui.sync import worker
from tests.contract.fixtures import checked_transports
from tests.sync.clock import FakeClock
from tests.sync.place import Place

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what takes real time and is not looked at: certificates, and a slow goodbye."""
    monkeypatch.setattr(worker, "GRACE", 0.05)
    monkeypatch.setattr(http, "GRACE", 0.05)
    monkeypatch.setattr(sites, "tls_context", lambda ca_file: TLS)


@pytest.fixture(scope="module")
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def running(clock: FakeClock, request: pytest.FixtureRequest) -> Iterator[PracticeServer]:
    """A small one, made anew for each test in milliseconds, unless a module wants ANOMALIES."""
    count = getattr(request.module, "ANOMALIES", 100)
    with PracticeServer(anomalies=count, seed=7, now=clock) as server:
        yield server


@pytest.fixture
def place(
    running: PracticeServer, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """As at its start; at the end no request may have departed from the official documents, the
    server must not have failed by itself, and nothing may ever be destroyed."""
    in_no_time(monkeypatch)
    clock.reset()
    running.reset()
    with checked_transports() as transports:
        yield Place(running, clock, tmp_path / "profile", transports)
    ledger = running.ledger()
    running.clear_faults()
    assert ledger["crashes"] == []
    assert ledger["hard_deletes"] == []


@pytest.fixture
async def desk(place: Place) -> AsyncIterator[Desk]:
    async with place.open() as desk:
        await place.rests(desk)
        yield desk


@pytest.fixture
async def subjects(place: Place, desk: Desk) -> tuple[Anomaly, Issue]:
    return await place.subjects(desk)


@pytest.fixture
def anomaly(subjects: tuple[Anomaly, Issue]) -> Anomaly:
    return subjects[0]


@pytest.fixture
def issue(subjects: tuple[Anomaly, Issue]) -> Issue:
    return subjects[1]
