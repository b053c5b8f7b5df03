"""Unlinking cancels what waits, undo brings it back, and Jira hears of neither."""

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, EntryState
from tests.sync.acts import act, new_ticket, ticket_form
from tests.sync.place import Place
from tests.sync.test_faults import Trouble, entry_of, holds


async def test_unlinking_cancels_what_waits_and_undo_sends_it(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    link = desk.actions.tickets.link(anomaly, issue)
    place.server.set_fault("jira", "offline")
    desk.actions.triage.acknowledge([anomaly.id])
    desk.actions.triage.comment(anomaly.id, "one")
    await place.passes(desk, 60)
    desk.actions.tickets.unlink(link)
    assert desk.actions.outbox.tally().cancelled == 2
    place.clock.move(5)
    place.server.clear_faults()
    await place.passes(desk, 60)
    assert place.comments(issue.key) == []
    desk.actions.tickets.relink(link)
    assert await place.settles(desk) == []
    assert len(place.comments(issue.key)) == 2
    assert holds(desk)


async def test_undo_sends_nothing_a_second_time(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    await place.settles(desk)
    (link,) = desk.actions.anomalies.links(anomaly.id)
    # In the same tick of the clock: on Windows one lasts 16 ms.
    desk.actions.tickets.unlink(link)
    desk.actions.tickets.relink(link)
    desk.actions.tickets.relink(link)
    await place.settles(desk)
    assert len(place.comments(issue.key)) == 1
    assert len(desk.actions.anomalies.links(anomaly.id)) == 1


async def test_undo_does_not_link_an_issue_a_second_time(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    link = desk.actions.tickets.link(anomaly, issue)
    desk.actions.tickets.unlink(link)
    desk.actions.tickets.link(anomaly, issue)
    with pytest.raises(AppError, match="linked to this anomaly already"):
        desk.actions.tickets.relink(link)
    assert len(desk.actions.anomalies.links(anomaly.id)) == 1


async def test_an_unlinked_issue_hears_no_more_and_can_be_linked_again(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.unlink(desk.actions.tickets.link(anomaly, issue))
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles(desk)
    assert place.comments(issue.key) == []
    desk.actions.tickets.link(await desk.actions.anomalies.detail(anomaly.id), issue)
    desk.actions.triage.archive([anomaly.id], "Resolved")
    await place.settles(desk)
    assert len(place.comments(issue.key)) == 1


async def test_a_comment_in_doubt_does_not_keep_a_link_from_being_taken_away(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    Trouble("cut_after").strike(place, EntryKind.ISSUE_COMMENT)
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    await place.rests(desk)
    (link,) = desk.actions.anomalies.links(anomaly.id)
    assert entry_of(desk, EntryKind.ISSUE_COMMENT).in_doubt
    desk.actions.tickets.unlink(link)
    desk.actions.tickets.relink(link)
    assert await place.settles(desk) == []
    assert len(place.comments(issue.key)) == 1


async def test_a_ticket_in_doubt_cannot_be_unlinked_and_says_what_can_be_done(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await ticket_form(desk)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    link = await new_ticket(desk, anomaly)
    await place.rests(desk)
    with pytest.raises(AppError, match="cancel the ticket in the Outbox"):
        desk.actions.tickets.unlink(link)
    desk.actions.outbox.cancel(entry_of(desk, EntryKind.ISSUE).id)
    assert desk.actions.anomalies.links(anomaly.id) == []
    await place.passes(desk, 600)
    assert len(place.ledger("issues")) == 1


async def test_what_is_under_way_cannot_be_unlinked_or_cancelled(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    Trouble("hang", {"committed": True, "seconds": 0.3}).strike(place, EntryKind.ISSUE_COMMENT)
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    await place.until(lambda: bool(place.comments(issue.key)))
    (link,) = desk.actions.anomalies.links(anomaly.id)
    entry = entry_of(desk, EntryKind.ISSUE_COMMENT)
    assert entry.state is EntryState.SENDING
    with pytest.raises(AppError, match="Try again in a moment"):
        desk.actions.tickets.unlink(link)
    with pytest.raises(AppError, match="cannot be taken back"):
        desk.actions.outbox.cancel(entry.id)
    desk.actions.outbox.send_now([entry.id])
    desk.actions.outbox.mark_sent(entry.id)
    assert entry_of(desk, EntryKind.ISSUE_COMMENT) == entry
    assert await place.settles(desk) == []
    assert len(place.comments(issue.key)) == 1


async def test_unlinking_twice_leaves_one_trace(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    link = desk.actions.tickets.link(anomaly, issue)
    desk.actions.tickets.unlink(link)
    desk.actions.tickets.unlink(link)
    kinds = [event.kind for event, _ in desk.actions.anomalies.events(anomaly.id)]
    assert kinds == ["linked", "unlinked"]
