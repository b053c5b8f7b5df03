"""What was cancelled and is queued again goes behind what was done since, once, and by itself."""

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryKind, Site
from tests.sync.acts import arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import Trouble, entry_of
from tests.sync.trouble import looks, words


async def cancelled(place: Place, desk: Desk, anomaly: Anomaly) -> Entry:
    """Acknowledge while Qualytics is away and take it back; the site is there again then."""
    place.server.set_fault("qualytics", "offline")
    (entry,) = desk.actions.triage.acknowledge([anomaly.id])
    await place.rests(desk)
    desk.actions.outbox.cancel(entry.id)
    place.server.clear_faults()
    return entry


async def test_an_act_behind_one_that_was_taken_back_needs_nobody(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    place.server.set_fault("qualytics", "offline")
    (first,) = desk.actions.triage.acknowledge([anomaly.id])
    desk.actions.triage.archive([anomaly.id], "Invalid")
    await place.rests(desk)
    desk.actions.outbox.cancel(first.id)
    place.server.clear_faults()
    Trouble("cut_before").strike(place, EntryKind.ARCHIVE)
    desk.actions.outbox.try_now(Site.QUALYTICS)
    assert await place.settles(desk) == []
    assert (arrived(place, EntryKind.STATUS), arrived(place, EntryKind.ARCHIVE)) == (0, 1)


async def test_many_acts_that_were_undone_at_once_leave_those_behind_them_sure(
    place: Place, desk: Desk
) -> None:
    numbers = [anomaly.id for anomaly in await some_anomalies(desk, 2)]
    entries = desk.actions.triage.acknowledge(numbers, hold=5.0)
    desk.actions.triage.archive(numbers, "Invalid", hold=5.0)
    assert desk.actions.triage.undo(entries) == 0
    place.server.set_fault("qualytics", "504", method="DELETE", path="/api/anomalies", times=2)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.STATUS) == 0
    archived = [one["anomaly"] for one in place.ledger("archives")]
    assert sorted(archived) == sorted(numbers)


@pytest.mark.parametrize("known", [True, False], ids=["listed", "not listed since the start"])
async def test_what_is_queued_again_does_not_overtake_what_is_in_doubt(
    place: Place, known: bool
) -> None:
    async with place.open() as desk:
        (anomaly,) = await some_anomalies(desk)
    async with place.open() as desk:
        await place.rests(desk)
        if known:
            await some_anomalies(desk)
        first = await cancelled(place, desk, anomaly)
        Trouble("cut_after").strike(place, EntryKind.ARCHIVE)
        desk.actions.triage.archive([anomaly.id], "Invalid")
        desk.actions.outbox.try_now(Site.QUALYTICS)
        await place.rests(desk)
        assert entry_of(desk, EntryKind.ARCHIVE).in_doubt
        desk.actions.outbox.take_up([first.id])
        assert await place.settles(desk) == []
        assert (await desk.actions.anomalies.detail(anomaly.id)).status == "Acknowledged"
    assert (arrived(place, EntryKind.STATUS), arrived(place, EntryKind.ARCHIVE)) == (1, 1)


async def test_what_the_analyst_did_in_between_is_not_taken_for_somebody_elses(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    first = await cancelled(place, desk, anomaly)
    desk.actions.triage.archive([anomaly.id], "Invalid")
    desk.actions.outbox.try_now(Site.QUALYTICS)
    assert await place.settles(desk) == []
    Trouble("cut_before").strike(place, EntryKind.STATUS)
    desk.actions.outbox.take_up([first.id])
    assert await place.settles(desk) == []
    assert (await desk.actions.anomalies.detail(anomaly.id)).status == "Acknowledged"


async def test_a_ticket_and_the_comment_behind_it_that_were_cancelled_one_by_one_come_back(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    form = await ticket_form(desk)
    place.server.set_fault("jira", "offline")
    await new_ticket(desk, anomaly, form)
    desk.actions.triage.comment(anomaly.id, "behind it")
    await place.passes(desk, 30)
    ticket, comment = [entry.id for entry in desk.actions.outbox.unfinished()]
    for entry_id in (comment, ticket):
        desk.actions.outbox.cancel(entry_id)
        place.clock.move(0.01)
    place.server.clear_faults()
    assert desk.actions.outbox.take_up([comment, ticket]) == 0
    assert await place.settles(desk) == []
    (made,) = place.ledger("issues")
    assert words(place, made["key"]) == ["behind it"]


async def test_an_issue_that_was_linked_before_the_cancel_is_not_told_what_it_knew(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "offline")
    (act,) = desk.actions.triage.acknowledge([anomaly.id])
    await place.rests(desk)
    desk.actions.tickets.link(anomaly, issue)
    desk.actions.outbox.cancel(act.id)
    desk.actions.outbox.take_up([act.id])
    place.server.clear_faults()
    assert await place.settles(desk) == []
    await looks(place, desk)
    assert arrived(place, EntryKind.STATUS) == 1
    assert place.ledger("comments") == []


async def test_a_comment_reaches_the_issue_that_was_linked_after_the_cancel(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "offline")
    entry = desk.actions.triage.comment(anomaly.id, "again")
    await place.rests(desk)
    desk.actions.outbox.cancel(entry.id)
    desk.actions.tickets.link(anomaly, issue)
    place.clock.move(3600)
    place.server.clear_faults()
    desk.actions.outbox.take_up([entry.id])
    assert await place.settles(desk) == []
    await looks(place, desk)
    assert arrived(place, EntryKind.COMMENT) == 1
    assert words(place, issue.key) == ["again"]
