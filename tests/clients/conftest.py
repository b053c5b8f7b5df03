"""The two clients, signed in to a practice server whose every request and answer is checked."""

from collections.abc import AsyncIterator, Iterator

import pytest

from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.connection import JiraLogin, Network, QualyticsLogin
from qjira_gui.practice import PracticeServer
from tests.contract.fixtures import TransportMaker, checked_transport_for
from tests.practice.helpers import Clock

__all__ = ["checked_transport_for"]


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def running(clock: Clock) -> Iterator[PracticeServer]:
    with PracticeServer(anomalies=400, seed=7, now=clock) as server:
        yield server


@pytest.fixture
def server(running: PracticeServer, clock: Clock) -> Iterator[PracticeServer]:
    clock.at = Clock().at
    running.reset()
    yield running
    crashes = running.ledger()["crashes"]
    running.clear_faults()
    assert crashes == []


@pytest.fixture
def sites(server: PracticeServer, checked_transport_for: TransportMaker) -> Sites:
    return Sites(lambda inner: checked_transport_for(server, faults=True, inner=inner))


@pytest.fixture
async def qualytics(server: PracticeServer, sites: Sites) -> AsyncIterator[QualyticsClient]:
    login = QualyticsLogin(server.qualytics_url, server.qualytics_token)
    client = await sites.build_qualytics(login, Network())
    yield client
    await client.http.aclose()


@pytest.fixture
async def jira(server: PracticeServer, sites: Sites) -> AsyncIterator[JiraClient]:
    login = JiraLogin(server.jira_url, server.jira_email, server.jira_token)
    client = await sites.build_jira(login, Network())
    yield client
    await client.http.aclose()
