"""What an issue is told does not depend on the network, and nothing is told twice or hidden."""

import asyncio

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, EntryState
from tests.sync.acts import act, arrived, new_ticket, ticket_form
from tests.sync.place import Place
from tests.sync.test_faults import Trouble, entry_of


def statuses(texts: list[str]) -> list[str]:
    return [text.rpartition(": ")[2] for text in texts]


@pytest.mark.parametrize("offline", [False, True], ids=["online", "offline"])
async def test_an_act_before_a_ticket_stands_in_its_description_and_is_no_news(
    place: Place, desk: Desk, anomaly: Anomaly, offline: bool
) -> None:
    await ticket_form(desk)
    if offline:
        place.server.set_fault("qualytics", "offline")
    desk.actions.triage.acknowledge([anomaly.id])
    desk.actions.triage.comment(anomaly.id, "before")
    if not offline:
        await place.settles(desk)
        anomaly = await desk.actions.anomalies.detail(anomaly.id)
    await new_ticket(desk, anomaly)
    desk.actions.triage.comment(anomaly.id, "after")
    await place.rests(desk)
    place.server.clear_faults()
    await place.settles(desk)
    (made,) = place.ledger("issues")
    assert "Status: Acknowledged" in made["description"]
    assert place.comments(made["key"]) == ["Comment from Qualytics: after"]
    await desk.actions.anomalies.detail(anomaly.id)
    await place.settles(desk)
    assert place.comments(made["key"]) == ["Comment from Qualytics: after"]


@pytest.mark.parametrize("offline", [False, True], ids=["online", "offline"])
async def test_linking_after_several_acts_tells_the_issue_none_of_them(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, offline: bool
) -> None:
    if offline:
        place.server.set_fault("qualytics", "offline")
    desk.actions.triage.acknowledge([anomaly.id])
    desk.actions.triage.archive([anomaly.id], "Invalid", "not ours")
    if not offline:
        await place.settles(desk)
        anomaly = await desk.actions.anomalies.detail(anomaly.id)
    desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.acknowledge([anomaly.id])
    place.server.clear_faults()
    assert await place.settles(desk) == []
    assert statuses(place.comments(issue.key)) == ["Acknowledged"]


async def test_an_act_that_is_taken_back_after_linking_is_not_told_as_news(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "offline")
    (entry,) = desk.actions.triage.acknowledge([anomaly.id])
    desk.actions.tickets.link(anomaly, issue)
    await place.rests(desk)
    desk.actions.outbox.cancel(entry.id)
    place.server.clear_faults()
    await place.passes(desk, 60)
    await desk.actions.anomalies.detail(anomaly.id)
    await place.settles(desk)
    assert place.comments(issue.key) == []
    desk.actions.triage.archive([anomaly.id], "Resolved")
    await place.settles(desk)
    assert statuses(place.comments(issue.key)) == ["Resolved"]


async def test_a_ticket_that_named_a_status_which_never_came_true_is_put_right(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await ticket_form(desk)
    place.server.set_fault("qualytics", "offline")
    (entry,) = desk.actions.triage.acknowledge([anomaly.id])
    await new_ticket(desk, anomaly)
    await place.rests(desk)
    desk.actions.outbox.cancel(entry.id)
    place.server.clear_faults()
    await place.passes(desk, 60)
    await desk.actions.anomalies.detail(anomaly.id)
    await place.settles(desk)
    (made,) = place.ledger("issues")
    assert "Status: Acknowledged" in made["description"]
    assert statuses(place.comments(made["key"])) == ["Active"]


async def test_a_refused_act_that_is_retried_after_linking_is_told_at_most_once(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "no_permission", method="PATCH", times=1)
    desk.actions.triage.acknowledge([anomaly.id])
    (stuck,) = await place.settles(desk)
    desk.actions.tickets.link(anomaly, issue)
    desk.actions.outbox.send_now([stuck.id])
    await place.settles(desk)
    await desk.actions.anomalies.detail(anomaly.id)
    await place.settles(desk)
    assert place.comments(issue.key) == []


async def test_an_answer_that_was_overtaken_is_no_news(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.clock.move(10)
    place.server.set_fault("qualytics", "slow", seconds=0.1, times=1)
    late = asyncio.create_task(desk.actions.anomalies.detail(anomaly.id))
    await place.until(lambda: place.under_way == 1)
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    await desk.actions.anomalies.detail(anomaly.id)
    # The first answer is the older one, whatever it says.
    place.server.change_anomaly(anomaly.id, "Active")
    await late
    await place.settles(desk)
    assert statuses(place.comments(issue.key)) == ["Acknowledged"]


async def test_an_answer_from_before_an_act_is_no_news(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    old = await desk.actions.anomalies.detail(anomaly.id)
    asked_at = place.clock.at
    place.clock.move(1)
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles(desk)
    place.clock.move(1)
    desk.actions.anomalies.noticed([old], asked_at)
    await place.settles(desk)
    assert statuses(place.comments(issue.key)) == ["Acknowledged"]


async def test_an_answer_from_before_a_link_is_no_news(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    old = await desk.actions.anomalies.detail(anomaly.id)
    asked_at = place.clock.at
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles(desk)
    place.clock.move(10)
    newer = await desk.actions.anomalies.detail(anomaly.id)
    desk.actions.tickets.link(newer, issue)
    place.clock.move(10)
    desk.actions.anomalies.noticed([old], asked_at)
    await place.settles(desk)
    assert place.comments(issue.key) == []


async def test_news_are_noticed_again_after_the_clock_was_set_back(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    await place.settles(desk)
    place.clock.move(-86_400)
    place.server.change_anomaly(anomaly.id, "Resolved")
    await desk.actions.anomalies.detail(anomaly.id)
    await place.settles(desk)
    assert statuses(place.comments(issue.key)) == ["Acknowledged", "Resolved"]


async def test_a_status_that_nobody_here_knows_is_told_as_it_is(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.clock.move(10)
    strange = Anomaly(id=anomaly.id, status="Snoozed\nforever")
    desk.actions.anomalies.noticed([strange, Anomaly(id=anomaly.id)], place.clock.at)
    await place.settles(desk)
    assert statuses(place.comments(issue.key)) == ["Snoozed forever"]


async def test_an_issue_that_was_linked_by_hand_while_in_doubt_is_linked_once(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await ticket_form(desk)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await new_ticket(desk, anomaly)
    await place.rests(desk)
    desk.actions.triage.comment(anomaly.id, "before it was found")
    await place.rests(desk)
    (made,) = place.ledger("issues")
    by_hand = (await desk.actions.tickets.search(made["key"]))[0]
    desk.actions.tickets.link(anomaly, by_hand)
    desk.actions.triage.comment(anomaly.id, "after it was found")
    assert await place.settles(desk) == []
    links = desk.actions.anomalies.links(anomaly.id)
    assert [link.issue and link.issue.id for link in links] == [by_hand.id]
    assert sorted(place.comments(made["key"])) == [
        "Comment from Qualytics: after it was found",
        "Comment from Qualytics: before it was found",
    ]
    assert arrived(place, EntryKind.ISSUE) == 1
    assert entry_of(desk, EntryKind.ISSUE).state is EntryState.SENT


async def test_the_same_words_with_an_archiving_are_a_second_comment_however_late(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.server.set_fault("jira", "offline")
    desk.actions.triage.comment(anomaly.id, "done")
    desk.actions.triage.comment(anomaly.id, "done")
    desk.actions.triage.archive([anomaly.id], "Resolved", "done")
    await place.passes(desk, 120)
    place.server.clear_faults()
    assert await place.settles(desk) == []
    told = place.comments(issue.key)
    assert told[:3] == ["Comment from Qualytics: done"] * 3
    assert statuses(told[3:]) == ["Resolved"]
