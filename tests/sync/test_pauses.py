"""Pauses, limits and refused sign-ins: what is asked meanwhile, and what is left alone."""

from typing import Any

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.connection import JiraLogin
from qjira_gui.domain.errors import NotTheApiError, OfflineError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, EntryState, Site
from tests.sync.acts import act, arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import entry_of


@pytest.mark.parametrize("reason", ["jira-quota-global-based", "jira-quota-tenant-based"])
async def test_a_quota_holds_the_whole_site_for_as_long_as_it_says(
    place: Place, desk: Desk, issue: Issue, reason: str
) -> None:
    one, other = await some_anomalies(desk, 2)
    desk.actions.tickets.link(one, issue)
    await ticket_form(desk)
    place.server.set_fault(
        "jira", "429", method="POST", path="*/comment", times=1, reason=reason, retry_after=600
    )
    desk.actions.triage.acknowledge([one.id])
    await place.rests(desk)
    await new_ticket(desk, other)
    # Reading goes on, and succeeds; it must not lift the pause.
    await desk.actions.tickets.search("DATA-101")
    await place.passes(desk, 590)
    assert (arrived(place, EntryKind.ISSUE), arrived(place, EntryKind.ISSUE_COMMENT)) == (0, 0)
    await place.passes(desk, 20)
    assert (arrived(place, EntryKind.ISSUE), arrived(place, EntryKind.ISSUE_COMMENT)) == (1, 1)


async def test_a_burst_limit_slows_its_endpoint_and_leaves_the_others_alone(
    place: Place, desk: Desk, issue: Issue
) -> None:
    one, other = await some_anomalies(desk, 2)
    second = (await desk.actions.tickets.search("DATA-102"))[0]
    desk.actions.tickets.link(one, issue)
    await ticket_form(desk)
    place.server.set_fault(
        "jira", "429", path="*/comment", times=1, reason="jira-burst-based", retry_after=60
    )
    desk.actions.triage.acknowledge([one.id])
    await place.rests(desk)
    desk.actions.tickets.link(other, second)
    desk.actions.triage.acknowledge([other.id])
    await new_ticket(desk, one)
    await place.passes(desk, 55)
    assert (arrived(place, EntryKind.ISSUE), arrived(place, EntryKind.ISSUE_COMMENT)) == (1, 0)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE_COMMENT) == 2


async def test_being_offline_for_a_moment_does_not_cut_a_pause_short(
    place: Place, desk: Desk, issue: Issue
) -> None:
    one, other = await some_anomalies(desk, 2)
    desk.actions.tickets.link(other, issue)
    quota: dict[str, Any] = {"reason": "jira-quota-global-based", "retry_after": 600}
    place.server.set_fault("jira", "429", path="*/comment", times=1, **quota)
    await act(desk, EntryKind.ISSUE_COMMENT, one, issue)
    await place.rests(desk)
    place.server.set_fault("jira", "offline")
    with pytest.raises(OfflineError):
        await desk.actions.tickets.refresh(desk.actions.anomalies.links(one.id))
    desk.actions.triage.acknowledge([other.id])
    await place.passes(desk, 10)
    place.server.clear_faults()
    await place.passes(desk, 500)
    assert desk.actions.connections.status(Site.JIRA).state == "connected"
    assert arrived(place, EntryKind.ISSUE_COMMENT) == 0
    assert await place.settles(desk) == []


async def test_a_site_that_is_away_is_asked_less_and_less_often_and_never_in_a_rush(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "html")
    await act(desk, EntryKind.STATUS, anomaly, issue)
    with pytest.raises(NotTheApiError):
        await desk.actions.anomalies.detail(anomaly.id)
    before = len(place.server.ledger()["requests"])
    await place.passes(desk, 600)
    assert 8 <= len(place.server.ledger()["requests"]) - before <= 20
    place.server.clear_faults()
    assert await place.settles(desk) == []


async def test_a_page_that_answers_nothing_but_one_request_is_not_asked_for_ever(
    place: Place, desk: Desk
) -> None:
    one, other = await some_anomalies(desk, 2)
    place.server.set_fault("qualytics", "html", method="POST", path="/api/comments")
    desk.actions.triage.comment(one.id, "odd words")
    await place.passes(desk, 1200)
    asked = [one for one in place.writes() if one[1] == "/api/comments"]
    assert 4 <= len(asked) <= 20
    desk.actions.triage.acknowledge([other.id])
    await place.passes(desk, 10)
    assert arrived(place, EntryKind.STATUS) == 1


async def test_a_dead_token_at_the_start_costs_one_request_however_much_waits(
    place: Place, desk: Desk
) -> None:
    several = await some_anomalies(desk, 20)
    place.server.set_fault("qualytics", "offline")
    desk.actions.triage.acknowledge([anomaly.id for anomaly in several])
    await place.rests(desk)
    place.server.clear_faults()
    place.server.set_fault("qualytics", "dead_token")
    before = len(place.server.ledger()["requests"])
    await place.passes(desk, 600)
    assert len(place.server.ledger()["requests"]) - before == 1
    place.server.clear_faults()
    desk.actions.outbox.try_now(Site.QUALYTICS)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.STATUS) == 20


async def test_a_dead_token_is_not_tried_again_by_whoever_looks_for_news(place: Place) -> None:
    async with place.open(at_work=True) as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        await place.passes(desk, 90)
        place.server.set_fault("qualytics", "dead_token")
        await place.passes(desk, 600)
        refused = [one for one in place.server.ledger()["requests"] if one[2] == 401]
        assert len(refused) == 1
        place.server.clear_faults()
        place.server.change_anomaly(anomaly.id, "Acknowledged")
        desk.actions.outbox.try_now(Site.QUALYTICS)
        await place.passes(desk, 120)
        assert len(place.comments(issue.key)) == 1


async def test_whoever_looks_for_news_does_not_knock_at_a_site_that_is_away(place: Place) -> None:
    async with place.open(at_work=True) as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        await place.passes(desk, 90)
        place.server.set_fault("qualytics", "html")
        await place.passes(desk, 90)
        before = len(place.server.ledger()["requests"])
        await place.passes(desk, 600)
        # A look at whether it is back each minute, and nothing besides.
        assert len(place.server.ledger()["requests"]) - before <= 12


async def test_what_anybody_may_read_does_not_end_the_wait_for_a_new_sign_in(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("jira", "dead_token", method="POST", path="*/comment")
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    await place.rests(desk)
    assert desk.actions.connections.status(Site.JIRA).state == "sign in again"
    for _ in range(3):
        await desk.actions.tickets.search("nightly load")
        await place.passes(desk, 60)
    assert desk.actions.connections.status(Site.JIRA).state == "sign in again"
    assert [status for _, _, status in place.writes() if status == 401] == [401]


async def test_a_new_token_sends_what_waited_for_it(place: Place) -> None:
    known = {**place.environment}
    known.pop("JIRA_TOKEN")
    async with place.open(environment=known) as desk:
        await place.rests(desk)
        anomaly = (await some_anomalies(desk))[0]
        desk.actions.tickets.link(anomaly, Issue(id="10401", key="DATA-101"))
        desk.actions.triage.acknowledge([anomaly.id])
        await place.passes(desk, 600)
        assert desk.actions.connections.status(Site.JIRA).state == "sign in again"
        assert entry_of(desk, EntryKind.ISSUE_COMMENT).state is EntryState.WAITING
        login = JiraLogin(place.server.jira_url, place.server.jira_email, place.server.jira_token)
        await desk.actions.connections.save_jira(login, "DATA")
        assert await place.settles(desk) == []
        assert arrived(place, EntryKind.ISSUE_COMMENT) == 1
