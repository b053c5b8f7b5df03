"""Servers that are slow, in a hurry or at odds with the clock get each thing once, and in time."""

import asyncio

import httpx
import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, Site
from tests.sync.acts import PAGES, arrived
from tests.sync.place import Place, some_anomalies
from tests.sync.trouble import intercept

#: So that there are enough that are Active.
ANOMALIES = 400


@pytest.mark.parametrize("kind", [EntryKind.COMMENT, EntryKind.ISSUE_COMMENT])
async def test_what_is_carried_out_after_a_gateway_gave_up_is_not_sent_again(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, kind: EntryKind
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    path = "/comment" if kind.site is Site.JIRA else "/comments"
    late = intercept(desk, ("POST", path), 504, {}, site=kind.site, times=1)
    desk.actions.triage.comment(anomaly.id, "slow")
    await place.passes(desk, 10)
    (request,) = late
    assert arrived(place, kind) == 0
    # Ten seconds later the server behind the gateway comes to it.
    async with httpx.AsyncClient(trust_env=False) as gateway:
        again = gateway.build_request(
            "POST", request.url, headers=request.headers, content=request.content
        )
        (await gateway.send(again)).raise_for_status()
    assert await place.settles(desk) == []
    assert len(place.ledger(PAGES[kind])) == 1


async def test_a_server_that_asks_for_no_pause_at_all_is_not_asked_in_a_rush(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    place.server.set_fault("qualytics", "429", method="PATCH", path="/api/anomalies", retry_after=0)
    desk.actions.triage.acknowledge([anomaly.id])
    # The desk's clock stands still, so what is asked now is asked without any pause.
    await asyncio.sleep(1.0)
    assert 1 <= len(place.writes()) <= 2
    place.server.clear_faults()
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.STATUS) == 1


async def test_one_thing_that_the_token_may_not_do_is_not_tried_again_with_each_that_it_may(
    place: Place, desk: Desk
) -> None:
    anomalies = await some_anomalies(desk, 41)
    asked = intercept(desk, ("POST", "/api/comments"), 401, {"detail": "scope"})
    desk.actions.triage.comment(anomalies[0].id, "no")
    desk.actions.triage.acknowledge([anomaly.id for anomaly in anomalies[1:]])
    await place.rests(desk)
    assert 1 <= len(asked) <= 2
    assert arrived(place, EntryKind.STATUS) == 40


async def test_a_clock_that_was_set_back_a_day_does_not_make_a_busy_issue_wait_for_it(
    place: Place, desk: Desk, issue: Issue
) -> None:
    anomalies = await some_anomalies(desk, 17)
    for anomaly in anomalies:
        desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.acknowledge([anomaly.id for anomaly in anomalies[:16]])
    await place.settles(desk)
    place.clock.move(-86_400)
    desk.actions.triage.acknowledge([anomalies[16].id])
    await place.passes(desk, 3600)
    assert len(place.comments(issue.key)) == 17
