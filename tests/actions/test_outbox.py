"""What the analyst can do with what waits, and what each word of theirs is worth."""

import sqlite3

import pytest
from msgspec.structs import replace

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.doubt import SHORT_SETTLE
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState
from qjira_gui.store.profile import Store
from tests.sync.acts import act, arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import Trouble, entry_of, holds


async def test_what_is_cancelled_is_not_sent_and_cannot_come_back(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "offline")
    await act(desk, EntryKind.STATUS, anomaly, issue)
    await place.rests(desk)
    entry = entry_of(desk, EntryKind.STATUS)
    desk.actions.outbox.cancel(entry.id)
    desk.actions.outbox.send_now([entry.id])
    with pytest.raises(AppError):
        desk.actions.outbox.cancel(entry.id)
    place.server.clear_faults()
    await place.passes(desk, 600)
    assert arrived(place, EntryKind.STATUS) == 0
    assert holds(desk)


async def test_cancelling_a_ticket_cancels_what_waits_behind_it(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await ticket_form(desk)
    place.server.set_fault("jira", "offline")
    await new_ticket(desk, anomaly)
    desk.actions.triage.comment(anomaly.id, "for the ticket")
    await place.passes(desk, 30)
    desk.actions.outbox.cancel(entry_of(desk, EntryKind.ISSUE).id)
    place.server.clear_faults()
    assert await place.settles(desk) == []
    assert (place.ledger("issues"), place.ledger("comments")) == ([], [])
    assert desk.actions.outbox.tally().cancelled == 2
    assert arrived(place, EntryKind.COMMENT) == 1
    assert desk.actions.anomalies.links(anomaly.id) == []


async def test_send_now_does_not_wait_for_the_time_that_was_planned(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "503", times=1, method="PATCH", retry_after=3000)
    await act(desk, EntryKind.STATUS, anomaly, issue)
    await place.rests(desk)
    entry = entry_of(desk, EntryKind.STATUS)
    assert entry.due_at == place.clock.at + 3000
    desk.actions.outbox.send_now([entry.id])
    await place.passes(desk, SHORT_SETTLE)
    assert arrived(place, EntryKind.STATUS) == 1


async def test_send_now_looks_at_once_whether_a_site_is_back(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "offline")
    await act(desk, EntryKind.STATUS, anomaly, issue)
    await place.passes(desk, 600)
    place.server.clear_faults()
    desk.actions.outbox.send_now([entry_of(desk, EntryKind.STATUS).id])
    await place.rests(desk)
    assert arrived(place, EntryKind.STATUS) == 1


async def test_send_now_does_not_cut_short_what_a_server_asked_for(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "429", times=1, method="PATCH", retry_after=600)
    await act(desk, EntryKind.STATUS, anomaly, issue)
    await place.rests(desk)
    entry = entry_of(desk, EntryKind.STATUS)
    desk.actions.outbox.send_now([entry.id])
    await place.rests(desk)
    assert arrived(place, EntryKind.STATUS) == 0
    hold = desk.actions.outbox.why_waiting(entry)
    assert hold is not None
    assert hold.until == place.clock.at + 600
    assert await place.settles(desk) == []


async def test_send_now_for_many_decides_nothing_that_only_a_look_at_each_can(
    place: Place, desk: Desk
) -> None:
    place.server.set_fault("qualytics", "no_comment_listing")
    place.server.set_fault("qualytics", "cut_before", method="POST", path="/api/comments", times=2)
    for anomaly in await some_anomalies(desk, 2):
        desk.actions.triage.comment(anomaly.id, "seen")
    stuck = [entry.id for entry in await place.settles(desk)]
    desk.actions.outbox.send_now(stuck)
    await place.passes(desk, 600)
    assert arrived(place, EntryKind.COMMENT) == 0
    desk.actions.outbox.send_now(stuck[:1])
    await place.passes(desk, 600)
    assert arrived(place, EntryKind.COMMENT) == 1


async def test_a_ticket_that_is_being_looked_for_is_not_sent_again_meanwhile(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await ticket_form(desk)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await new_ticket(desk, anomaly)
    await place.rests(desk)
    place.server.set_fault("jira", "slow", path="*/search/jql", seconds=0.1, times=1)
    until = place.clock.waited_for
    assert until is not None
    place.clock.move(until - place.clock.at)
    await place.until(lambda: entry_of(desk, EntryKind.ISSUE).state is EntryState.SENDING)
    with pytest.raises(AppError, match="looking for it right now"):
        desk.actions.outbox.send_again(entry_of(desk, EntryKind.ISSUE).id)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE) == 1
    desk.actions.outbox.send_again(entry_of(desk, EntryKind.ISSUE).id)
    await place.passes(desk, 60)
    assert arrived(place, EntryKind.ISSUE) == 1


async def test_a_ticket_cannot_be_called_sent_without_its_number(
    place: Place,
) -> None:
    async with place.open() as desk:
        anomaly, _ = await place.subjects(desk)
        await ticket_form(desk)
        desk.actions.outbox.pause(True)
        await new_ticket(desk, anomaly)
        entry = entry_of(desk, EntryKind.ISSUE)
    stuck(place, entry)
    async with place.open() as desk:
        with pytest.raises(AppError, match="Link it to the anomaly by its key"):
            desk.actions.outbox.mark_sent(entry.id)
        assert entry_of(desk, EntryKind.ISSUE).state is EntryState.NEEDS_YOU


def stuck(place: Place, entry: Entry) -> None:
    """Let an entry need the analyst, as three crashes would."""
    store = Store.open(place.profile, place.clock.now, lambda bits: 1)
    store.outbox.save(replace(entry, state=EntryState.SENDING, starts=2))
    store.close()


async def test_a_status_that_is_there_by_your_word_goes_on_to_the_issue(place: Place) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        desk.actions.outbox.pause(True)
        (entry,) = desk.actions.triage.archive([anomaly.id], "Resolved", "done")
    stuck(place, entry)
    async with place.open() as desk:
        desk.actions.outbox.mark_sent(entry.id)
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
        assert arrived(place, EntryKind.ARCHIVE) == 0
        assert [text.rpartition(": ")[2] for text in place.comments(issue.key)] == [
            "done",
            "Resolved",
        ]


async def test_details_hold_all_that_helps_and_no_secret(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("jira", "dead_token")
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    await place.rests(desk)
    text = desk.actions.outbox.details(entry_of(desk, EntryKind.ISSUE_COMMENT).id)
    assert "HTTP 401" in text
    assert place.server.jira_token not in text
    assert desk.actions.outbox.details("nobody") == ""


async def test_a_pause_outlives_a_restart_and_nothing_leaves_meanwhile(place: Place) -> None:
    async with place.open() as desk:
        anomaly, _ = await place.subjects(desk)
        desk.actions.outbox.pause(True)
        desk.actions.triage.comment(anomaly.id, "later")
    async with place.open() as desk:
        assert desk.actions.outbox.paused
        await place.passes(desk, 600)
        assert arrived(place, EntryKind.COMMENT) == 0
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
        assert arrived(place, EntryKind.COMMENT) == 1
    async with place.open() as desk:
        assert not desk.actions.outbox.paused


async def test_a_pause_that_the_disk_does_not_note_holds_until_qjira_closes(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    desk.actions.triage.comment(anomaly.id, "later", hold=5.0)
    desk.actions.outbox._store._database.before_commit = full
    with pytest.raises(AppError, match="after a restart it is as it was before"):
        desk.actions.outbox.pause(True)
    desk.actions.outbox._store._database.before_commit = lambda: None
    await place.passes(desk, 600)
    assert arrived(place, EntryKind.COMMENT) == 0


async def test_clearing_what_was_sent_takes_it_off_the_list_and_out_of_the_sum(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    assert await place.settles(desk) == []
    place.server.set_fault("qualytics", "offline")
    desk.actions.triage.comment(anomaly.id, "waits")
    await place.rests(desk)
    assert desk.actions.outbox.clear_sent() == 2
    assert desk.actions.outbox.clear_sent() == 0
    count = desk.actions.outbox.tally()
    assert (count.queued, count.sent, count.waiting) == (1, 0, 1)
    assert holds(desk)
    # The history of the anomaly still says what became of it.
    events = desk.actions.anomalies.events(anomaly.id)
    assert any(entry and entry.state is EntryState.SENT for _, entry in events)


async def test_the_same_words_again_are_not_taken_for_those_that_were_cleared(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    desk.actions.triage.comment(anomaly.id, "again")
    assert await place.settles(desk) == []
    desk.actions.outbox.clear_sent()
    place.server.set_fault("qualytics", "cut_before", method="POST", path="/api/comments", times=1)
    desk.actions.triage.comment(anomaly.id, "again")
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.COMMENT) == 2


async def test_retry_all_tries_what_was_refused_and_decides_nothing_else(
    place: Place, desk: Desk
) -> None:
    one, two = await some_anomalies(desk, 2)
    place.server.set_fault(
        "qualytics", "no_permission", method="POST", path="/api/comments", times=1
    )
    desk.actions.triage.comment(one.id, "refused")
    await place.settles(desk)
    place.server.set_fault("qualytics", "no_comment_listing")
    place.server.set_fault("qualytics", "cut_before", method="POST", path="/api/comments", times=1)
    desk.actions.triage.comment(two.id, "unseen")
    assert len(await place.settles(desk)) == 2
    assert desk.actions.outbox.retry_all() == 1
    (unseen,) = await place.settles(desk)
    assert unseen.anomaly_id == two.id
    assert [one["message"] for one in place.ledger("anomaly_comments")] == ["refused"]
