"""Tests that an anomaly's comments are found in whatever way a build lists them, and cheaply."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from qjira_gui.clients import qualytics_comments
from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.connection import Network, QualyticsLogin
from qjira_gui.domain.errors import NotTheApiError, OfflineError, RateError, RefusedError
from qjira_gui.practice import PracticeServer
from tests.clients.builds import Build, remark
from tests.clients.wire import http_at

SITE = "http://127.0.0.1:1"


@asynccontextmanager
async def connected(build: Any) -> AsyncIterator[QualyticsClient]:
    async with http_at(SITE, wrap=lambda inner: httpx.MockTransport(build)) as http:
        yield QualyticsClient(http, SITE)


async def numbers(client: QualyticsClient, anomaly: int = 7) -> list[int] | None:
    found = await client.comments(anomaly)
    return None if found is None else [one.id for one in found]


OWN_PATH = "/api/anomalies/{anomaly_id}/comments"
REMARKS = [remark(3), remark(1), remark(2, 8), remark(4, 8)]


@pytest.mark.parametrize(
    ("build", "first", "later"),
    [
        (Build(described=(OWN_PATH, "/api/comments"), own=True), 2, 1),
        (Build(described=("/anomalies/{id}/comments",), own=True), 2, 1),
        (Build(described=(OWN_PATH,), own=True, bare=True), 2, 1),
        (Build(described=("/api/anomalies/{id}",), inside=True, listing=False), 2, 1),
        (Build(described=("/api/comments",), inside=True), 2, 1),
        (Build(described=("/api/comments",)), 3, 1),
        (Build(described=("/gw/x/api/comments",), bare=True), 3, 1),
        # A build that describes nothing is tried out, once.
        (Build(described=None, own=True), 2, 1),
        (Build(described=None, inside=True), 3, 1),
        (Build(described=None), 4, 1),
    ],
)
async def test_the_cheapest_way_is_found_once_and_kept(
    build: Build, first: int, later: int
) -> None:
    build.remarks = list(REMARKS)
    async with connected(build) as client:
        assert await numbers(client) == [1, 3]
        assert build.requests == first
        assert await numbers(client, 8) == [2, 4]
        assert build.requests == first + later


@pytest.mark.parametrize("described", [None, ("/api/anomalies",), ("/api/comments",)])
async def test_a_build_that_lists_no_comments_is_not_asked_again(
    described: tuple[str, ...] | None,
) -> None:
    build = Build(described=described, listing=False)
    async with connected(build) as client:
        assert await client.comments(7) is None
        before = build.requests
        assert await client.comments(8) is None
        assert build.requests == before


async def test_five_thousand_comments_are_read_once_and_then_one_page_at_a_time() -> None:
    build = Build(remarks=[remark(at, at % 50) for at in range(1, 5_001)])
    async with connected(build) as client:
        assert len(await numbers(client) or []) == 100
        assert build.asked["/comments"] == 50
        for anomaly in range(20):
            await client.comments(anomaly)
        assert build.asked["/comments"] == 70
        build.remarks.append(remark(5_001))
        assert (await numbers(client) or [])[-1] == 5_001
        assert build.asked["/comments"] == 71


async def test_a_comment_that_was_taken_away_elsewhere_is_gone_here_too() -> None:
    build = Build(remarks=[remark(at) for at in range(1, 251)])
    async with connected(build) as client:
        assert len(await numbers(client) or []) == 250
        del build.remarks[10]
        found = await numbers(client) or []
    assert len(found) == 249
    assert 11 not in found


async def test_an_edit_of_an_old_comment_is_seen_after_some_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build = Build(remarks=[remark(at) for at in range(1, 251)])
    async with connected(build) as client:
        await client.comments(7)
        build.remarks[3]["message"] = "mended"
        monkeypatch.setattr(qualytics_comments, "REREAD", -1.0)
        found = await client.comments(7)
    assert found is not None
    assert found[3].message == "mended"


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("page", [100, 30])
async def test_order_page_size_and_total_are_the_server_s_own_affair(
    total: bool, page: int
) -> None:
    build = Build(oldest_first=True, total=total, page=page)
    build.remarks = [remark(at) for at in range(1, 251)]
    async with connected(build) as client:
        assert await numbers(client) == list(range(1, 251))
        # One goes, one comes, at an end that the first page does not show.
        build.remarks = [*build.remarks[:200], *build.remarks[201:], remark(251)]
        found = await numbers(client) or []
    assert found == [*range(1, 201), *range(202, 252)]


async def test_an_anomaly_s_own_list_is_read_to_its_end() -> None:
    build = Build(described=(OWN_PATH,), own=True, remarks=[remark(at) for at in range(1, 251)])
    async with connected(build) as client:
        assert await numbers(client) == list(range(1, 251))
    assert build.asked["/anomalies/7/comments"] == 3


async def test_comments_that_name_no_anomaly_are_of_no_use() -> None:
    async with connected(Build(remarks=[remark(1, None), remark(2, None)])) as client:
        assert await client.comments(7) is None
    async with connected(Build(remarks=[remark(1, None), remark(2, 7)])) as client:
        assert await numbers(client) == [2]
    async with connected(Build()) as client:
        assert await client.comments(7) == []


@pytest.mark.parametrize(
    "build",
    [Build(described=(OWN_PATH,), own=True), Build(described=None, own=True), Build(inside=True)],
)
async def test_an_anomaly_that_is_gone_does_not_change_how_comments_are_found(build: Build) -> None:
    build.remarks, build.gone = list(REMARKS), {9}
    async with connected(build) as client:
        with pytest.raises(RefusedError):
            await client.comments(9)
        assert await numbers(client) == [1, 3]


async def test_what_came_from_a_ticket_is_told_apart_whatever_it_looks_like() -> None:
    sources: list[object] = [{"ticket_number": "DATA-1"}, "jira", ["x"], None]
    remarks = [remark(at, external_source=one) for at, one in enumerate(sources)]
    async with connected(Build(remarks=remarks)) as client:
        found = await client.comments(7)
    assert [one.external_source is None for one in found or []] == [False, False, False, True]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<!DOCTYPE html><title>Qualytics</title>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"paths": None}),
        httpx.Response(403, json={"detail": "no"}),
        httpx.Response(500, text="boom"),
    ],
)
async def test_a_description_that_cannot_be_read_is_done_without(answer: httpx.Response) -> None:
    build = Build(own=True, remarks=list(REMARKS))

    def answered(request: httpx.Request) -> httpx.Response:
        return answer if request.url.path == "/openapi.json" else build(request)

    async with connected(answered) as client:
        assert await numbers(client) == [1, 3]


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (httpx.ConnectError("down"), OfflineError),
        (httpx.Response(429), RateError),
        (httpx.Response(200, html="<html>hotel</html>"), NotTheApiError),
    ],
)
async def test_trouble_is_no_proof_that_there_are_no_comments(
    trouble: httpx.Response | httpx.ConnectError, kind: type[Exception]
) -> None:
    build, broken = Build(remarks=list(REMARKS)), True

    def answered(request: httpx.Request) -> httpx.Response:
        if broken and isinstance(trouble, httpx.ConnectError):
            raise trouble
        return trouble if broken and isinstance(trouble, httpx.Response) else build(request)

    async with connected(answered) as client:
        with pytest.raises(kind):
            await client.comments(7)
        broken = False
        assert await numbers(client) == [1, 3]


async def comments_of(client: QualyticsClient, server: PracticeServer) -> list[list[int]]:
    """What was made and what is listed."""
    made = [server.add_comment(10_400, text)["id"] for text in ("one", "two", "three")]
    return [made, await numbers(client, 10_400) or []]


@pytest.mark.parametrize("fault", [None, "comments_in_anomaly"])
async def test_each_build_of_the_practice_server_lists_the_same_comments(
    qualytics: QualyticsClient, server: PracticeServer, fault: str | None
) -> None:
    if fault:
        server.set_fault("qualytics", fault)
    made, found = await comments_of(qualytics, server)
    assert found == made


async def test_a_newer_practice_build_is_asked_for_one_anomaly_s_comments_only(
    server: PracticeServer,
) -> None:
    server.set_fault("qualytics", "anomaly_comments")
    # Past the checks of the document, which lacks this path.
    login = QualyticsLogin(server.qualytics_url, server.qualytics_token)
    client = await Sites().build_qualytics(login, Network())
    made, found = await comments_of(client, server)
    await client.http.aclose()
    assert found == made
    paths = [path for _, path, _ in server.ledger()["requests"]]
    assert paths == ["/api/openapi.json", "/api/anomalies/10400/comments"]


async def test_a_practice_build_without_a_list_says_none(
    qualytics: QualyticsClient, server: PracticeServer
) -> None:
    server.set_fault("qualytics", "no_comment_listing")
    assert await qualytics.comments(10_400) is None
