"""One mistake is one message: what is like a refused entry waits until that one is mended."""

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.failure import tickets_at_once
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, FailureKind
from tests.sync.acts import Form, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies

COUNT = 40


def stuck(desk: Desk) -> list[Entry]:
    return [e for e in desk.actions.outbox.unfinished() if e.state is EntryState.NEEDS_YOU]


def asked(place: Place) -> int:
    """How often Jira was asked for an issue."""
    asked = place.server.ledger()["requests"]
    return sum(method == "POST" and path.endswith("/issue") for method, path, _ in asked)


async def day_offline(place: Place, desk: Desk, **values: object) -> tuple[list[Anomaly], Form]:
    """Forty tickets of one sort that were written on a train, and a reconnection."""
    form, anomalies = await ticket_form(desk), await some_anomalies(desk, COUNT)
    place.server.set_fault("jira", "offline")
    for number, anomaly in enumerate(anomalies):
        await new_ticket(desk, anomaly, form, summary=f"Ticket {number}", **values)
    await place.rests(desk)
    place.server.clear_faults()
    await place.passes(desk, 120)
    return anomalies, form


async def test_forty_tickets_with_one_mistake_are_one_request_and_one_message(
    place: Place, desk: Desk
) -> None:
    anomalies, form = await day_offline(place, desk, priority="999")
    (refused,) = stuck(desk)
    assert asked(place) == 1
    (other, *_) = [e for e in desk.actions.outbox.unfinished() if e.id != refused.id]
    hold = desk.actions.outbox.why_waiting(other)
    assert hold is not None
    assert hold.kind is FailureKind.REFUSED
    # The first is mended in its place; the second has the mistake still, and says so alone.
    desk.actions.tickets.reopen(refused.id)
    await place.rests(desk)
    assert asked(place) == 1
    await new_ticket(desk, anomalies[0], form, summary="Mended", priority="")
    await place.passes(desk, 120)
    assert [one["summary"] for one in place.ledger("issues")] == ["Mended"]
    assert len(stuck(desk)) == 1
    assert asked(place) == 3


async def test_after_a_restart_one_ticket_tries_and_not_eight(place: Place) -> None:
    async with place.open() as desk:
        await day_offline(place, desk, priority="999")
        assert asked(place) == 1
    async with place.open() as desk:
        await place.passes(desk, 120)
        assert len(stuck(desk)) == 2
    assert asked(place) == 2


@pytest.mark.parametrize("way", ["cancelled", "unlinked", "sent again"])
async def test_what_waited_behind_a_refusal_goes_out_when_that_is_gone(
    place: Place, desk: Desk, way: str
) -> None:
    form, anomalies = await ticket_form(desk), await some_anomalies(desk, 5)
    place.server.set_fault("jira", "no_permission", permissions=["CREATE_ISSUES"])
    for number, anomaly in enumerate(anomalies):
        await new_ticket(desk, anomaly, form, summary=f"Ticket {number}")
    await place.passes(desk, 60)
    (refused,) = stuck(desk)
    place.server.clear_faults()
    await place.passes(desk, 600)
    assert place.ledger("issues") == []
    match way:
        case "cancelled":
            desk.actions.outbox.cancel(refused.id)
        case "unlinked":
            desk.actions.tickets.unlink(desk.actions.anomalies.links(anomalies[0].id)[0])
        case "sent again":
            desk.actions.outbox.send_now([refused.id])
    assert await place.settles(desk) == []
    assert len(place.ledger("issues")) == (5 if way == "sent again" else 4)


async def test_what_is_wrong_with_one_ticket_alone_holds_back_no_other(
    place: Place, desk: Desk
) -> None:
    form, anomalies = await ticket_form(desk), await some_anomalies(desk, 3)
    await new_ticket(desk, anomalies[0], form, assignee="nobody")
    await place.rests(desk)
    for anomaly in anomalies[1:]:
        await new_ticket(desk, anomaly, form)
    await place.passes(desk, 60)
    assert len(stuck(desk)) == 1
    assert len(place.ledger("issues")) == 2


async def test_a_project_that_takes_no_comments_is_told_of_once_and_holds_back_no_other(
    place: Place, desk: Desk
) -> None:
    anomalies = await some_anomalies(desk, 31)
    issue = (await desk.actions.tickets.search("DATA-101"))[0]
    for anomaly in anomalies[:-1]:
        desk.actions.tickets.link(anomaly, issue)
    desk.actions.outbox.pause(True)
    desk.actions.triage.acknowledge([anomaly.id for anomaly in anomalies])
    place.server.set_fault("jira", "no_permission", permissions=["ADD_COMMENTS"])
    desk.actions.outbox.pause(False)
    await place.passes(desk, 120)
    # As many as were under way at once, and no more.
    assert 1 <= len(stuck(desk)) <= 8
    waits = next(e for e in desk.actions.outbox.unfinished() if e.state is EntryState.WAITING)
    hold = desk.actions.outbox.why_waiting(waits)
    assert hold is not None
    assert hold.scope == f"{EntryKind.ISSUE_COMMENT}:DATA"
    assert len(place.ledger("status_changes")) == 31
    place.server.clear_faults()
    assert desk.actions.outbox.retry_all() == len(stuck(desk)) or stuck(desk) == []
    assert await place.settles(desk) == []
    assert len(place.comments(issue.key)) == 30


def test_tickets_of_a_sort_go_alone_until_two_were_taken() -> None:
    assert [tickets_at_once(taken, 8) for taken in (0, 1, 2, 5, 8, 50)] == [1, 1, 2, 5, 8, 8]
