"""One practice server for each module of tests, on a clock that only tests move."""

from collections.abc import Iterator

import httpx
import pytest

from qjira_gui.practice import PracticeServer
from tests.practice.helpers import Clock


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def running(clock: Clock) -> Iterator[PracticeServer]:
    with PracticeServer(anomalies=400, seed=7, now=clock) as server:
        yield server


@pytest.fixture
def server(running: PracticeServer, clock: Clock) -> Iterator[PracticeServer]:
    """As at its start, faults and ledger included; a failure of its own fails the test."""
    clock.at = Clock().at
    running.reset()
    yield running
    crashes = running.ledger()["crashes"]
    running.clear_faults()
    assert crashes == []


@pytest.fixture
def qualytics(server: PracticeServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {server.qualytics_token}"}
    url = f"{server.qualytics_url}/api"
    with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=3) as client:
        yield client


@pytest.fixture
def jira(server: PracticeServer) -> Iterator[httpx.Client]:
    url, auth = f"{server.jira_url}/rest/api/3", (server.jira_email, server.jira_token)
    with httpx.Client(base_url=url, auth=auth, trust_env=False, timeout=3) as client:
        yield client
