"""Changing what has not left yet: nothing leaves half changed, and nothing is lost on the way."""

from typing import Any

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import EventKind
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState
from tests.sync.acts import new_ticket, ticket_form
from tests.sync.place import Place
from tests.sync.test_faults import Trouble, entry_of, holds


def said(place: Place) -> list[str]:
    return [one["message"] for one in place.ledger("anomaly_comments")]


async def offline_comment(place: Place, desk: Desk, anomaly: Anomaly, text: str) -> Entry:
    place.server.set_fault("qualytics", "offline")
    desk.actions.triage.comment(anomaly.id, text)
    await place.rests(desk)
    return entry_of(desk, EntryKind.COMMENT)


async def test_a_comment_that_waits_goes_out_with_its_new_words(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    entry = await offline_comment(place, desk, anomaly, "fist draft")
    desk.actions.outbox.begin_edit(entry.id)
    desk.actions.outbox.edit(entry.id, "  first draft ")
    place.server.clear_faults()
    assert await place.settles(desk) == []
    assert said(place) == ["first draft"]
    assert place.comments(issue.key) == ["Comment from Qualytics: first draft"]
    events = desk.actions.anomalies.events(anomaly.id)
    assert [e.text for e, _ in events if e.kind is EventKind.COMMENTED] == ["first draft"]


async def test_nothing_leaves_while_it_is_changed_and_leaving_it_puts_it_back(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    entry = desk.actions.triage.comment(anomaly.id, "held", hold=5.0)
    before = desk.actions.outbox.begin_edit(entry.id)
    await place.passes(desk, 600)
    assert said(place) == []
    assert holds(desk)
    desk.actions.outbox.leave_edit(before)
    assert entry_of(desk, EntryKind.COMMENT) == entry
    await place.passes(desk, 1)
    assert said(place) == ["held"]


async def test_a_crash_while_a_comment_is_changed_sends_neither_version_by_itself(
    place: Place, anomaly: Anomaly
) -> None:
    async with place.open(place.profile.with_name("other")) as desk:
        entry = await offline_comment(place, desk, anomaly, "as it was")
        desk.actions.outbox.begin_edit(entry.id)
        left = place.left_by_a_kill(place.profile.with_name("other"))
    place.server.clear_faults()
    async with place.open(left) as desk:
        await place.passes(desk, 600)
        assert said(place) == []
        (stuck,) = desk.actions.outbox.unfinished()
        assert stuck.failure is not None
        assert "Press Edit to go on, Send now" in stuck.failure.sentence
        assert desk.actions.outbox.retry_all() == 0
        desk.actions.outbox.send_now([stuck.id])
        assert await place.settles(desk) == []
        assert said(place) == ["as it was"]


async def test_what_may_have_arrived_cannot_be_changed(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    place.server.set_fault("qualytics", "cut_after", method="POST", path="/api/comments", times=1)
    desk.actions.triage.comment(anomaly.id, "once")
    await place.rests(desk)
    with pytest.raises(AppError, match="cannot be changed"):
        desk.actions.outbox.begin_edit(entry_of(desk, EntryKind.COMMENT).id)
    assert await place.settles(desk) == []
    with pytest.raises(AppError, match="cannot be changed"):
        desk.actions.outbox.edit(entry_of(desk, EntryKind.COMMENT).id, "twice")
    assert said(place) == ["once"]


async def test_an_empty_comment_is_refused_and_stays_to_be_changed(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    entry = await offline_comment(place, desk, anomaly, "words")
    desk.actions.outbox.begin_edit(entry.id)
    with pytest.raises(AppError, match="empty"):
        desk.actions.outbox.edit(entry.id, " \n ")
    desk.actions.outbox.edit(entry.id, "more words")
    assert entry_of(desk, EntryKind.COMMENT).payload["message"] == "more words"


async def stuck_ticket(place: Place, desk: Desk, anomaly: Anomaly, **values: Any) -> Entry:
    await new_ticket(desk, anomaly, priority="999", **values)
    (stuck,) = await place.settles(desk)
    assert stuck.failure is not None
    assert list(stuck.failure.fields) == ["priority"]
    return stuck


async def test_a_changed_ticket_keeps_its_place_and_what_waits_behind_it(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    stuck = await stuck_ticket(place, desk, anomaly, description="typed for an hour")
    (link,) = desk.actions.anomalies.links(anomaly.id)
    desk.actions.triage.acknowledge([anomaly.id])
    desk.actions.triage.comment(anomaly.id, "behind it")
    await place.rests(desk)
    draft = desk.actions.tickets.reopen(stuck.id)
    assert (draft.description, draft.entry_id) == ("typed for an hour", stuck.id)
    assert desk.actions.tickets.draft(anomaly) == draft
    await new_ticket(desk, anomaly, priority="", summary="Better")
    assert await place.settles(desk) == []
    (issue,) = place.ledger("issues")
    assert issue["summary"] == "Better"
    assert [text.rpartition(": ")[2] for text in place.comments(issue["key"])] == [
        "Acknowledged",
        "behind it",
    ]
    (after,) = desk.actions.anomalies.links(anomaly.id)
    assert (after.id, after.summary) == (link.id, "Better")
    assert desk.actions.tickets.draft(anomaly).entry_id == ""
    assert desk.actions.outbox.tally().cancelled == 0


async def test_a_ticket_that_is_changed_does_not_leave_when_jira_comes_back(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await ticket_form(desk)
    place.server.set_fault("jira", "offline")
    await new_ticket(desk, anomaly, description="on a train")
    await place.rests(desk)
    entry = entry_of(desk, EntryKind.ISSUE)
    assert desk.actions.tickets.reopen(entry.id).description == "on a train"
    place.server.clear_faults()
    await place.passes(desk, 600)
    assert place.ledger("issues") == []
    # Going on with it is no other ticket that was begun.
    desk.actions.tickets.keep_draft(desk.actions.tickets.draft(anomaly))
    desk.actions.tickets.reopen(entry.id)
    desk.actions.outbox.send_now([entry.id])
    assert await place.settles(desk) == []
    assert len(place.ledger("issues")) == 1
    with pytest.raises(AppError, match="look in Jira first"):
        desk.actions.tickets.reopen(entry.id)
    with pytest.raises(AppError, match="left meanwhile as it was"):
        await new_ticket(desk, anomaly, entry_id=entry.id)
    assert await place.settles(desk) == []
    assert len(place.ledger("issues")) == 1


async def test_a_changed_ticket_that_was_cancelled_meanwhile_is_a_new_one(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    stuck = await stuck_ticket(place, desk, anomaly)
    desk.actions.tickets.reopen(stuck.id)
    desk.actions.outbox.cancel(stuck.id)
    await new_ticket(desk, anomaly, priority="")
    assert await place.settles(desk) == []
    assert len(place.ledger("issues")) == 1
    tickets = [e for e in desk.actions.outbox.entries() if e.kind is EntryKind.ISSUE]
    assert [e.state for e in tickets] == [EntryState.CANCELLED, EntryState.SENT]


async def test_a_ticket_in_doubt_cannot_be_changed(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await new_ticket(desk, anomaly)
    await place.rests(desk)
    entry = entry_of(desk, EntryKind.ISSUE)
    assert entry.in_doubt
    with pytest.raises(AppError, match="look in Jira first"):
        desk.actions.tickets.reopen(entry.id)
    assert entry_of(desk, EntryKind.ISSUE).state is EntryState.WAITING
