"""One odd anomaly, answer or act keeps no news of the others, nor its own, from the issues."""

import asyncio

import httpx

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.comment import status_text
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, EntryState, Site
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import entry_of
from tests.sync.trouble import intercept, looks, tamper, words


async def hours(place: Place, desk: Desk, count: int = 20) -> None:
    """So many hours pass in which the desk looks for news now and then."""
    for _ in range(count):
        place.clock.move(3600)
        await desk.look_once()
        await place.passes(desk, 60)


async def test_an_anomaly_whose_comments_cannot_be_read_hides_no_news_of_another(
    place: Place, desk: Desk, issue: Issue
) -> None:
    # No document describes this build, which lists comments by anomaly.
    place.checked = False
    place.server.set_fault("qualytics", "anomaly_comments")
    bad, good = sorted(await some_anomalies(desk, 2), key=lambda one: one.id)
    for anomaly in (bad, good):
        desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    path = f"/api/anomalies/{bad.id}/comments"
    place.server.set_fault("qualytics", "500", method="GET", path=path)
    place.server.add_comment(good.id, "news")
    await looks(place, desk, 5)
    assert words(place, issue.key) == ["news"]


async def test_one_answer_that_is_no_list_does_not_end_the_looking(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    odd = intercept(desk, ("GET", "/api/comments"), 200, {"message": "busy"}, times=1)
    place.server.add_comment(anomaly.id, "news")
    await looks(place, desk, 5)
    assert len(odd) == 1
    assert words(place, issue.key) == ["news"]


async def test_a_comment_from_between_linking_and_the_first_look_is_news(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    # Offline, or QJira was closed.
    place.clock.move(3600)
    place.server.add_comment(anomaly.id, "news")
    await looks(place, desk)
    assert words(place, issue.key) == ["news"]


async def test_a_look_whose_answer_was_overtaken_by_a_newer_one_takes_no_status_back(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    answered, goes_on = asyncio.Event(), asyncio.Event()

    async def answering(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
        answer = await inner.handle_async_request(request)
        if request.url.path == "/api/anomalies" and not answered.is_set():
            answered.set()
            await goes_on.wait()
        return answer

    tamper(desk, Site.QUALYTICS, answering)
    looking = asyncio.create_task(desk.look_once())
    await answered.wait()
    place.clock.move(1)
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    await desk.actions.anomalies.detail(anomaly.id)
    goes_on.set()
    await looking
    await looks(place, desk)
    assert words(place, issue.key) == ["Acknowledged"]


async def test_a_refused_comment_keeps_back_neither_the_next_act_nor_later_news(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    place.server.set_fault("qualytics", "no_permission", method="POST", path="/api/comments")
    desk.actions.triage.comment(anomaly.id, "refused")
    desk.actions.triage.acknowledge([anomaly.id])
    (stuck,) = await place.settles_but(desk)
    assert stuck.kind is EntryKind.COMMENT
    place.server.change_anomaly(anomaly.id, "Resolved")
    await hours(place, desk)
    assert words(place, issue.key) == ["Acknowledged", "Resolved"]


async def test_a_status_that_somebody_else_set_is_told_while_a_refused_archiving_holds_up_ours(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    place.server.set_fault("qualytics", "no_permission", method="DELETE", path="/api/anomalies")
    desk.actions.triage.archive([anomaly.id], "Invalid")
    desk.actions.triage.acknowledge([anomaly.id])
    (stuck,) = await place.settles_but(desk)
    assert stuck.kind is EntryKind.ARCHIVE
    place.server.change_anomaly(anomaly.id, "Resolved")
    await hours(place, desk)
    assert words(place, issue.key) == ["Resolved"]
    # What is behind the refused one waits, so that its order is kept.
    assert entry_of(desk, EntryKind.STATUS).state is EntryState.WAITING
    assert place.ledger("status_changes") == []


async def test_a_status_that_the_integration_told_of_one_anomaly_hides_none_of_another(
    place: Place, desk: Desk, issue: Issue
) -> None:
    one, other = await some_anomalies(desk, 2)
    for anomaly in (one, other):
        desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    place.server.change_issue(issue.key, comment=status_text(place.clock.at, "Resolved"))
    place.clock.move(30 * 86_400)
    place.server.change_anomaly(other.id, "Resolved")
    await looks(place, desk)
    told = [made["properties"] for made in place.ledger("comments") if made["properties"]]
    assert [each["qjira.entry"]["anomaly"] for each in told] == [other.id]
