"""One mistake is one message: what is like a refused entry waits until that one is mended."""

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.failure import comments_on, tickets_at_once
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryState, FailureKind
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


async def refused_comments(place: Place, desk: Desk, *keys: str) -> list[Issue]:
    """Thirty anomalies linked with these issues in turn, and news for all of them."""
    anomalies = await some_anomalies(desk, 30)
    issues = [(await desk.actions.tickets.search(key))[0] for key in keys]
    for number, anomaly in enumerate(anomalies):
        desk.actions.tickets.link(anomaly, issues[number % len(issues)])
    place.server.set_fault("jira", "no_permission", permissions=["ADD_COMMENTS"])
    desk.actions.triage.acknowledge([anomaly.id for anomaly in anomalies])
    await place.passes(desk, 120)
    return issues


@pytest.mark.parametrize(
    ("keys", "scope"),
    [
        pytest.param(("DATA-101",), "DATA-101", id="one issue that is locked"),
        pytest.param(("DATA-101", "DATA-102"), "DATA", id="a project without the permission"),
    ],
)
async def test_where_no_comment_is_taken_that_is_told_a_few_times_and_not_thirty(
    place: Place, desk: Desk, keys: tuple[str, ...], scope: str
) -> None:
    issues = await refused_comments(place, desk, *keys)
    # As many as were under way at once, and no more.
    assert 1 <= len(stuck(desk)) <= 8
    waits = next(e for e in desk.actions.outbox.unfinished() if e.state is EntryState.WAITING)
    held = [desk.actions.outbox.why_waiting(waits)]
    assert [hold and hold.kind for hold in held] == [FailureKind.REFUSED]
    assert {hold.scope for hold in held if hold} <= {comments_on(key) for key in (*keys, scope)}
    assert len(place.ledger("status_changes")) == 30
    place.server.clear_faults()
    desk.actions.outbox.retry_all()
    assert await place.settles(desk) == []
    assert sum(len(place.comments(issue.key)) for issue in issues) == 30


async def test_one_locked_issue_holds_back_no_other_of_its_project(
    place: Place, desk: Desk
) -> None:
    one, two = await some_anomalies(desk, 2)
    locked, free = [(await desk.actions.tickets.search(k))[0] for k in ("DATA-101", "DATA-102")]
    desk.actions.tickets.link(one, locked)
    desk.actions.tickets.link(two, free)
    place.server.set_fault("jira", "no_permission", permissions=["ADD_COMMENTS"])
    desk.actions.triage.acknowledge([one.id])
    await place.passes(desk, 5)
    assert len(stuck(desk)) == 1
    place.server.clear_faults()
    desk.actions.triage.acknowledge([two.id])
    await place.passes(desk, 5)
    assert len(place.comments(free.key)) == 1
    assert len(stuck(desk)) == 1


def test_tickets_of_a_sort_go_alone_until_two_were_taken() -> None:
    assert [tickets_at_once(taken, 8) for taken in (0, 1, 2, 5, 8, 50)] == [1, 1, 2, 5, 8, 8]
