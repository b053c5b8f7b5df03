"""Connections that somebody typed, a second pair of sites, and answers of somebody else's."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import httpx

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.connection import JiraLogin, QualyticsLogin
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import EntryKind, Site
from qjira_gui.practice import PracticeServer
from tests.sync.acts import new_ticket, ticket_form
from tests.sync.place import Place
from tests.sync.test_faults import Trouble

#: Answers a request; the transport is the one that would have been asked.
Answering = Callable[[httpx.AsyncBaseTransport, httpx.Request], Awaitable[httpx.Response]]


async def connect(desk: Desk, site: Site, server: PracticeServer) -> None:
    """Type a server's address and token in Connections."""
    if site is Site.JIRA:
        jira = JiraLogin(server.jira_url, server.jira_email, server.jira_token)
        await desk.actions.connections.save_jira(jira, "DATA")
    else:
        qualytics = QualyticsLogin(server.qualytics_url, server.qualytics_token)
        await desk.actions.connections.save_qualytics(qualytics)


@asynccontextmanager
async def typed(place: Place) -> AsyncIterator[Desk]:
    """A desk whose connections can be changed, which the environment's cannot."""
    async with place.open(environment={}) as desk:
        for site in Site:
            await connect(desk, site, place.server)
        await place.rests(desk)
        yield desk


@contextmanager
def another(place: Place, seed: int = 8) -> Iterator[PracticeServer]:
    """A second pair of sites: other issues and anomalies have the numbers of the first pair's.

    With the seed of the first pair it is the same two sites at other addresses.
    """
    # The official documents are held against the addresses of the first pair alone.
    place.checked = False
    with PracticeServer(anomalies=100, seed=seed, now=place.clock) as server:
        yield server
        ledger = server.ledger()
    assert ledger["crashes"] == []
    assert ledger["hard_deletes"] == []


class Tampering(httpx.AsyncBaseTransport):
    """Stands between a client and its server."""

    def __init__(self, inner: httpx.AsyncBaseTransport, answering: Answering) -> None:
        self._inner, self._answering = inner, answering

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._answering(self._inner, request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def tamper(desk: Desk, site: Site, answering: Answering) -> None:
    """Let somebody else answer what this desk asks a site."""
    sites = desk.actions.connections._sites
    client = sites.jira if site is Site.JIRA else sites.qualytics
    assert client is not None
    http = client.http._client
    http._transport = Tampering(http._transport, answering)


def intercept(
    desk: Desk,
    kind: tuple[str, str],
    status: int,
    answer: object,
    *,
    site: Site = Site.QUALYTICS,
    times: int | None = None,
) -> list[httpx.Request]:
    """Answer requests of a kind (method, and how the path ends) in the server's place.

    Returns the list into which they go; the server never sees them.
    """
    kept: list[httpx.Request] = []

    async def answering(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
        ours = request.method == kind[0] and request.url.path.endswith(kind[1])
        if not ours or len(kept) == times:
            return await inner.handle_async_request(request)
        await request.aread()
        kept.append(request)
        return httpx.Response(status, json=answer)

    tamper(desk, site, answering)
    return kept


def words(place: Place, key: str) -> list[str]:
    """What an issue was told, in order, without what introduces it."""
    return [text.rpartition(": ")[2] for text in place.comments(key)]


async def looks(place: Place, desk: Desk, times: int = 3) -> None:
    """The desk looks for news as often as the window would in so many minutes, and tells them."""
    for _ in range(times):
        place.clock.move(60)
        with suppress(AppError):
            await desk.look_once()
        await place.passes(desk, 30)


async def ticket_in_doubt(place: Place, desk: Desk, anomaly: Anomaly) -> str:
    """Open a ticket whose answer is lost and that no search shows yet; return its key."""
    form = await ticket_form(desk)
    place.server.set_fault("jira", "index_lag", seconds=120, times=1)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await new_ticket(desk, anomaly, form)
    await place.passes(desk, 10)
    (made,) = place.ledger("issues")
    return str(made["key"])
