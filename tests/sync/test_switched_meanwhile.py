"""A site is exchanged for another while an answer is on its way, and each issue hears its own."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from qjira_gui.clients import http
from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Site
from qjira_gui.practice import PracticeServer
from tests.sync.place import Place
from tests.sync.trouble import another, connect, looks, tamper, typed, words


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is under way ends before its connection is closed, however slow the computer is."""
    monkeypatch.setattr(http, "GRACE", 60.0)


class Late:
    """The first answer of a kind to a desk, kept back until the site has been exchanged."""

    def __init__(self, desk: Desk, method: str, path: str) -> None:
        self._desk, self._kind = desk, (method, path)
        self._answered, self._comes = asyncio.Event(), asyncio.Event()
        tamper(desk, Site.QUALYTICS, self._answer)

    async def _answer(
        self, inner: httpx.AsyncBaseTransport, request: httpx.Request
    ) -> httpx.Response:
        answer = await inner.handle_async_request(request)
        if (request.method, request.url.path) == self._kind and not self._answered.is_set():
            self._answered.set()
            await self._comes.wait()
        return answer

    async def after_the_switch_to(self, place: Place, server: PracticeServer) -> None:
        await self._answered.wait()
        sites = self._desk.actions.connections._sites
        before = sites.qualytics
        switch = asyncio.create_task(connect(self._desk, Site.QUALYTICS, server))
        await place.until(lambda: sites.qualytics is not before)
        self._comes.set()
        await switch


async def linked_at_both(
    place: Place, desk: Desk, other: PracticeServer
) -> tuple[Anomaly, Issue, Issue]:
    """Link a number that both sites have with two issues of one Jira, and stay at the first."""
    anomaly, issue = await place.subjects(desk)
    second = (await desk.actions.tickets.search("DATA-102"))[0]
    await connect(desk, Site.QUALYTICS, other)
    await place.passes(desk, 5)
    desk.actions.tickets.link(await desk.actions.anomalies.detail(anomaly.id), second)
    await connect(desk, Site.QUALYTICS, place.server)
    await place.rests(desk)
    desk.actions.tickets.link(anomaly, issue)
    return anomaly, issue, second


async def test_an_act_whose_answer_comes_late_is_told_to_the_issue_of_its_own_site(
    place: Place,
) -> None:
    async with typed(place) as desk:
        with another(place) as other:
            anomaly, issue, second = await linked_at_both(place, desk, other)
            late = Late(desk, "PATCH", "/api/anomalies")
            desk.actions.triage.acknowledge([anomaly.id])
            await late.after_the_switch_to(place, other)
            await place.passes(desk, 60)
            assert words(place, second.key) == []
            await connect(desk, Site.QUALYTICS, place.server)
            assert await place.settles(desk) == []
            await looks(place, desk)
            assert other.ledger()["status_changes"] == []
    assert (words(place, issue.key), words(place, second.key)) == (["Acknowledged"], [])
    assert len(place.ledger("status_changes")) == 1


async def test_a_comment_whose_answer_comes_late_reaches_the_issue_of_its_own_site(
    place: Place,
) -> None:
    async with typed(place) as desk:
        with another(place) as other:
            anomaly, issue, second = await linked_at_both(place, desk, other)
            late = Late(desk, "POST", "/api/comments")
            desk.actions.triage.comment(anomaly.id, "of the first")
            await late.after_the_switch_to(place, other)
            await place.passes(desk, 60)
            await connect(desk, Site.QUALYTICS, place.server)
            assert await place.settles(desk) == []
            await looks(place, desk)
            assert other.ledger()["anomaly_comments"] == []
    assert (words(place, issue.key), words(place, second.key)) == (["of the first"], [])
    assert len(place.ledger("anomaly_comments")) == 1


async def test_a_look_whose_answer_comes_late_is_no_news_of_the_other_site(place: Place) -> None:
    async with typed(place) as desk:
        with another(place) as other:
            anomaly, issue, second = await linked_at_both(place, desk, other)
            place.server.change_anomaly(anomaly.id, "Discarded")
            late = Late(desk, "GET", "/api/anomalies")
            look = asyncio.create_task(desk.look_once())
            await late.after_the_switch_to(place, other)
            with suppress(AppError):
                await look
            await place.passes(desk, 60)
            assert words(place, second.key) == []
            await connect(desk, Site.QUALYTICS, place.server)
            await looks(place, desk)
    assert (words(place, issue.key), words(place, second.key)) == (["Discarded"], [])


@pytest.mark.parametrize("who", ["the analyst", "a colleague"])
async def test_a_comment_from_while_another_jira_was_connected_reaches_its_issue(
    place: Place, who: str
) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        await looks(place, desk, 1)
        place.server.set_fault("qualytics", "offline")
        if who == "the analyst":
            desk.actions.triage.comment(anomaly.id, "for the first Jira")
        await place.rests(desk)
        with another(place) as other:
            await connect(desk, Site.JIRA, other)
            place.server.clear_faults()
            if who == "a colleague":
                place.server.add_comment(anomaly.id, "for the first Jira")
            await place.passes(desk, 300)
            await looks(place, desk)
            assert other.ledger()["comments"] == []
            await connect(desk, Site.JIRA, place.server)
            assert await place.settles(desk) == []
            await looks(place, desk)
    assert words(place, issue.key) == ["for the first Jira"]
