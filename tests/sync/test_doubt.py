"""What was sent when everything stopped is looked for, adopted if it is there, never doubled."""

import pytest
from msgspec.structs import replace

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.doubt import SETTLE
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import (
    EntryKind,
    EntryState,
)
from qjira_gui.store.profile import Store
from tests.sync.acts import PAGES, act, arrived, ticket_form
from tests.sync.place import Place
from tests.sync.test_faults import Trouble, entry_of


async def until_it_left(place: Place, kind: EntryKind) -> None:
    """Wait until the request that carries this kind has reached the server."""
    while not any(status == 0 for _, _, status in place.writes()):
        await place.moment()


@pytest.mark.parametrize("committed", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize("kind", PAGES)
async def test_a_kill_while_sending_neither_loses_nor_doubles(
    place: Place, kind: EntryKind, committed: bool
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        await ticket_form(desk)
        Trouble("hang", {"committed": committed}).strike(place, kind)
        await act(desk, kind, anomaly, issue)
        await until_it_left(place, kind)
        left = place.left_by_a_kill()
    assert arrived(place, kind) == committed
    async with place.open(left) as desk:
        assert entry_of(desk, kind).in_doubt
        assert await place.settles(desk) == []
        assert arrived(place, kind) == 1
        assert entry_of(desk, kind).adopted == committed


@pytest.mark.parametrize("kind", PAGES)
async def test_quitting_while_an_answer_is_awaited_neither_loses_nor_doubles(
    place: Place, kind: EntryKind
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        await ticket_form(desk)
        Trouble("hang", {"committed": True}).strike(place, kind)
        await act(desk, kind, anomaly, issue)
        await until_it_left(place, kind)
    async with place.open() as desk:
        assert await place.settles(desk) == []
        assert arrived(place, kind) == 1


@pytest.mark.parametrize("kind", PAGES)
async def test_killed_between_the_mark_and_the_request_it_is_sent_once(
    place: Place, kind: EntryKind
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        await ticket_form(desk)
        desk.actions.outbox.pause(True)
        await act(desk, kind, anomaly, issue)
        await place.rests(desk)
    store = Store.open(place.profile, place.clock.now, lambda bits: 1)
    (first, *_) = store.outbox.unfinished()
    store.outbox.save(replace(first, state=EntryState.SENDING, first_sent_at=place.clock.at))
    store.close()
    async with place.open() as desk:
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
        assert arrived(place, kind) == 1


async def test_after_a_restart_the_server_gets_a_moment_before_anybody_looks(
    place: Place,
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        Trouble("hang").strike(place, EntryKind.COMMENT)
        await act(desk, EntryKind.COMMENT, anomaly, issue)
        await until_it_left(place, EntryKind.COMMENT)
    async with place.open() as desk:
        await place.rests(desk)
        assert len(place.writes()) == 1
        assert await place.settles(desk) == []
        assert len(place.writes()) == 2


async def test_a_ticket_is_sent_again_on_your_word_and_looked_for_if_that_fails_too(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await ticket_form(desk)
    Trouble("cut_before").strike(place, EntryKind.ISSUE)
    await act(desk, EntryKind.ISSUE, anomaly, issue)
    await place.passes(desk, 20)
    entry = entry_of(desk, EntryKind.ISSUE)
    assert (entry.state, entry.in_doubt) == (EntryState.WAITING, True)
    assert arrived(place, EntryKind.ISSUE) == 0
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    desk.actions.outbox.send_again(entry.id)
    await place.rests(desk)
    assert arrived(place, EntryKind.ISSUE) == 1
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE) == 1
    assert entry_of(desk, EntryKind.ISSUE).adopted


async def test_the_second_try_of_a_ticket_gets_its_own_time_to_show_up_in_searches(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await ticket_form(desk)
    Trouble("cut_before").strike(place, EntryKind.ISSUE)
    await act(desk, EntryKind.ISSUE, anomaly, issue)
    await place.passes(desk, SETTLE - 30)
    assert len([one for one in place.writes() if one[1].endswith("/issue")]) == 1
    place.server.set_fault("jira", "index_lag", seconds=200)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE) == 1


async def test_killed_during_the_second_try_of_a_ticket_it_is_not_opened_a_third_time(
    place: Place,
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        await ticket_form(desk)
        Trouble("cut_before").strike(place, EntryKind.ISSUE)
        await act(desk, EntryKind.ISSUE, anomaly, issue)
        await place.passes(desk, 10)
        place.server.set_fault("jira", "index_lag", seconds=200)
        Trouble("hang", {"committed": True}).strike(place, EntryKind.ISSUE)
        while arrived(place, EntryKind.ISSUE) == 0:
            until = place.clock.waited_for
            if until is not None and not place.under_way:
                place.clock.move(until - place.clock.at)
            await place.moment()
        left = place.left_by_a_kill()
    async with place.open(left) as desk:
        assert await place.settles(desk) == []
        assert arrived(place, EntryKind.ISSUE) == 1


async def test_three_starts_without_an_end_need_you_and_retry_still_looks_first(
    place: Place,
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        place.server.set_fault(
            "qualytics", "hang", method="POST", path="/api/comments", committed=True, times=1
        )
        await act(desk, EntryKind.COMMENT, anomaly, issue)
        await until_it_left(place, EntryKind.COMMENT)
    place.server.set_fault("qualytics", "hang", method="GET", path="/api/openapi.json")
    for _ in range(2):
        async with place.open() as desk:
            place.clock.move(10)
            while entry_of(desk, EntryKind.COMMENT).state is not EntryState.SENDING:
                await place.moment()
    place.server.clear_faults()
    async with place.open() as desk:
        (stuck,) = await place.settles(desk)
        assert stuck.failure is not None
        assert "three times" in stuck.failure.sentence
        desk.actions.outbox.send_now([stuck.id])
        assert await place.settles(desk) == []
        assert arrived(place, EntryKind.COMMENT) == 1


async def test_being_offline_in_between_forgets_no_doubt(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    Trouble("cut_after").strike(place, EntryKind.COMMENT)
    await act(desk, EntryKind.COMMENT, anomaly, issue)
    await place.rests(desk)
    place.server.set_fault("qualytics", "offline")
    await place.passes(desk, 600)
    assert entry_of(desk, EntryKind.COMMENT).in_doubt
    place.server.clear_faults()
    place.server.set_fault("qualytics", "429", method="GET", times=2, retry_after=5)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.COMMENT) == 1


async def test_the_same_words_twice_are_two_comments_even_when_in_doubt(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await act(desk, EntryKind.COMMENT, anomaly, issue)
    await place.settles(desk)
    Trouble("cut_before").strike(place, EntryKind.COMMENT)
    await act(desk, EntryKind.COMMENT, anomaly, issue)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.COMMENT) == 2


async def test_the_same_words_from_a_ticket_are_not_taken_for_the_analysts(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    Trouble("cut_before").strike(place, EntryKind.COMMENT)
    desk.actions.triage.comment(anomaly.id, "Fixed")
    await place.rests(desk)
    place.server.add_comment(anomaly.id, "Fixed", external_source={"ticket_number": "DATA-101"})
    assert await place.settles(desk) == []
    mine = [one for one in place.ledger("anomaly_comments") if not one.get("external_source")]
    assert len(mine) == 1


@pytest.mark.parametrize("hours", [-8, 8])
async def test_a_clock_that_is_wrong_by_hours_does_not_hide_a_ticket(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, hours: int
) -> None:
    await ticket_form(desk)
    place.clock.server_ahead = hours * 3600
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await act(desk, EntryKind.ISSUE, anomaly, issue)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE) == 1


async def test_a_clock_set_back_a_day_neither_stops_nor_hurries_the_looking(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await ticket_form(desk)
    Trouble("cut_before").strike(place, EntryKind.ISSUE)
    await act(desk, EntryKind.ISSUE, anomaly, issue)
    await place.rests(desk)
    place.clock.move(-86_400)
    again = place.clock.at
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE) == 1
    assert SETTLE <= place.clock.at - again < 2 * SETTLE
    assert place.searches() < 15


async def test_a_clock_set_forward_does_not_open_a_second_ticket(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await ticket_form(desk)
    place.server.set_fault("jira", "index_lag", searches=2)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await act(desk, EntryKind.ISSUE, anomaly, issue)
    await place.rests(desk)
    place.clock.move(86_400)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE) == 1


async def test_an_archiving_in_doubt_is_known_by_its_comment_after_somebody_changed_the_status(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    Trouble("cut_after").strike(place, EntryKind.ARCHIVE)
    desk.actions.triage.archive([anomaly.id], "Resolved", "fixed")
    await place.rests(desk)
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    assert await place.settles(desk) == []
    assert [one["message"] for one in place.ledger("anomaly_comments")] == ["fixed"]
    assert arrived(place, EntryKind.ARCHIVE) == 1
    assert [text.rpartition(": ")[2] for text in place.comments(issue.key)] == [
        "fixed",
        "Acknowledged",
    ]
