"""Tests of lists that Jira hands out in pages, in all the ways in which it says where they end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest

from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.jira_comments import newest_comments
from qjira_gui.domain.errors import NotTheApiError
from tests.clients.wire import http_at

SITE = "http://127.0.0.1:1"
JsonObject = dict[str, Any]
Handler = Callable[[httpx.Request], httpx.Response]
MYSELF = {"accountId": "712020:me", "displayName": "Dana"}


@asynccontextmanager
async def jira_that(answers: Handler) -> AsyncIterator[JiraClient]:
    """A client of a Jira that answers as told, and knows its account."""

    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/myself":
            return httpx.Response(200, json=MYSELF)
        return answers(request)

    async with http_at(SITE, wrap=lambda inner: httpx.MockTransport(answered)) as http:
        yield JiraClient(http, SITE)


class Pages:
    """A list of many, told in one of the forms that are about."""

    def __init__(self, name: str, items: list[JsonObject], form: str, most: int = 100) -> None:
        self.name, self.items, self.form, self.most = name, items, form, most
        self.asked: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert len(self.asked) < 20, "read for ever"
        start = int(request.url.params.get("startAt", 0))
        size = min(int(request.url.params["maxResults"]), self.most)
        if self.form == "same page always":
            start = 0
        self.asked.append(start)
        shown = self.items[start : start + size]
        last = start + size >= len(self.items)
        ends: dict[str, JsonObject] = {
            "total": {"total": len(self.items)},
            "isLast": {"isLast": last},
            "both": {"total": len(self.items), "isLast": last},
            "total null": {"total": None, "isLast": last},
            "nothing": {},
            "same page always": {},
        }
        return httpx.Response(200, json={self.name: shown, "startAt": start, **ends[self.form]})


def many(count: int, **more: Any) -> list[JsonObject]:
    kinds = [{"id": str(at), "key": f"P{at}", "name": f"Project {at}"} for at in range(count)]
    return [{**one, "fieldId": f"customfield_{one['id']}", "schema": {}, **more} for one in kinds]


FORMS = ("total", "isLast", "both", "total null", "nothing")
Lists = Callable[[JiraClient], Awaitable[list[Any]]]
LISTS: list[tuple[str, Lists]] = [
    ("values", lambda jira: jira.projects()),
    ("issueTypes", lambda jira: jira.issue_types("10000")),
    ("values", lambda jira: jira.issue_types("10000")),
    ("fields", lambda jira: jira.form("10000", "10001")),
    ("values", lambda jira: jira.form("10000", "10001")),
]
IDS = ("projects", "types", "types of a data centre", "form", "form of a data centre")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "look"), LISTS, ids=IDS)
@pytest.mark.parametrize("count", [1, 100, 250])
async def test_a_long_list_is_read_to_its_end(
    name: str, look: Lists, form: str, count: int
) -> None:
    pages = Pages(name, many(count), form)
    async with jira_that(pages) as jira:
        found = await look(jira)
    assert [one.id.removeprefix("customfield_") for one in found] == [str(n) for n in range(count)]
    assert len(pages.asked) <= count // 100 + 2


@pytest.mark.parametrize(("name", "look"), LISTS, ids=IDS)
async def test_a_server_that_repeats_its_first_page_is_not_read_for_ever(
    name: str, look: Lists
) -> None:
    async with jira_that(Pages(name, many(100), "same page always")) as jira:
        assert len(await look(jira)) == 100


@pytest.mark.parametrize(("name", "look"), LISTS, ids=IDS)
@pytest.mark.parametrize("answer", [{}, {"total": 3}, [], None, "x", {"errors": []}])
async def test_an_answer_without_its_list_never_looks_like_an_empty_list(
    name: str, look: Lists, answer: object
) -> None:
    async with jira_that(lambda request: httpx.Response(200, json=answer)) as jira:
        with pytest.raises(NotTheApiError):
            await look(jira)


async def test_one_broken_entry_does_not_cost_the_others() -> None:
    odd: list[Any] = [None, 7, {"id": None, "key": "X"}, {"id": "1"}, {"id": 5, "key": "NUM"}]
    items = [*odd, {"id": "2", "key": "OK", "name": None}]
    async with jira_that(lambda request: httpx.Response(200, json={"values": items})) as jira:
        found = await jira.projects()
    assert [(one.id, one.key, one.name) for one in found] == [("5", "NUM", ""), ("2", "OK", "")]


LOOKS: dict[str, Callable[[JiraClient], Awaitable[object]]] = {
    "search": lambda jira: jira.search("project = DATA"),
    "issues": lambda jira: jira.issues(["1"]),
    "comments": lambda jira: newest_comments(jira.http, "1"),
}


@pytest.mark.parametrize("answer", [{}, {"isLast": True}, {"issues": None, "comments": None}])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
async def test_looking_before_repeating_never_takes_a_strange_answer_for_not_there(
    look: Callable[[JiraClient], Awaitable[object]], answer: object
) -> None:
    async with jira_that(lambda request: httpx.Response(200, json=answer)) as jira:
        with pytest.raises(NotTheApiError):
            await look(jira)


async def test_markers_that_cannot_be_fetched_are_not_taken_for_none() -> None:
    listed = {"comments": [{"id": "1", "body": None}, {"id": "draft", "body": None}]}

    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/comment/list":
            assert msgspec.json.decode(request.content) == {"ids": [1]}
            return httpx.Response(200, json={})
        return httpx.Response(200, json=listed)

    async with jira_that(answered) as jira:
        with pytest.raises(NotTheApiError):
            await newest_comments(jira.http, "7")


@pytest.mark.parametrize("repeats", [False, True])
async def test_a_search_survives_empty_pages_and_tokens_that_repeat(repeats: bool) -> None:
    bodies: list[JsonObject] = []

    def answered(request: httpx.Request) -> httpx.Response:
        bodies.append(msgspec.json.decode(request.content))
        at = len(bodies)
        if at == 1 or repeats:
            return httpx.Response(200, json={"issues": [], "nextPageToken": "t1"})
        if at == 2:
            found = [{"id": "1", "key": "DATA-1"}, {"id": None}]
            return httpx.Response(
                200, json={"issues": found, "nextPageToken": "t2", "isLast": None}
            )
        return httpx.Response(200, json={"issues": [{"id": "2", "key": "DATA-2"}], "isLast": True})

    async with jira_that(answered) as jira:
        found = await jira.search("project = DATA", reconcile=["5"], limit=9)
    assert [raw.id for raw in found] == ([] if repeats else ["1", "2"])
    assert len(bodies) == (2 if repeats else 3)
    assert all(
        body["reconcileIssues"] == [5] and body["jql"] == "project = DATA" for body in bodies
    )
    assert [body.get("nextPageToken") for body in bodies][:2] == [None, "t1"]


@pytest.mark.parametrize("limit", [1, 3])
async def test_no_search_returns_more_than_was_asked_for(limit: int) -> None:
    issues = [{"id": str(n), "key": f"DATA-{n}"} for n in range(10)]
    async with jira_that(lambda request: httpx.Response(200, json={"issues": issues})) as jira:
        assert len(await jira.search("project = DATA", limit=limit)) == limit


async def test_an_issue_that_was_made_without_a_word_about_its_key_is_made() -> None:
    async with jira_that(lambda request: httpx.Response(201, json={"id": 10001})) as jira:
        made = await jira.create({"summary": "x"}, {"op": "1"})
    assert (made.id, made.key, made.summary) == ("10001", "", "x")
