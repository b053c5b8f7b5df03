"""Somebody, or a rule of Jira's, changes what is still in doubt: nothing is doubled or undone."""

import httpx
import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, Site
from qjira_gui.practice.jira_people import account_by_name
from qjira_gui.store import backup
from tests.sync.acts import new_ticket, ticket_form
from tests.sync.place import JsonObject, Place, some_anomalies
from tests.sync.test_faults import Trouble, entry_of
from tests.sync.trouble import intercept, tamper, words

#: The analyst's word on what nobody but a person can decide.
WAYS_OUT = ("It is not there", "It is there")


def mine(place: Place) -> list[JsonObject]:
    """The statuses that this desk has set."""
    return [one for one in place.ledger("status_changes") if one["by"] != "Priya Raman"]


def decide(desk: Desk, entry: Entry, word: str) -> None:
    """Say it of an entry that asks for it, and that nothing else moves."""
    assert entry.state is EntryState.NEEDS_YOU
    assert entry.failure is not None
    assert all(way in entry.failure.sentence for way in WAYS_OUT)
    assert desk.actions.outbox.retry_all() == 0
    if word == "It is there":
        desk.actions.outbox.mark_sent(entry.id)
    else:
        desk.actions.outbox.send_now([entry.id])


async def test_a_ticket_that_was_moved_before_it_was_found_is_found(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    form = await ticket_form(desk)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await new_ticket(desk, anomaly, form)
    await place.rests(desk)
    (made,) = place.ledger("issues")
    place.server.change_issue(made["key"], move_to="OPS")
    assert await place.settles(desk) == []
    assert len(place.ledger("issues")) == 1


async def test_a_ticket_without_labels_that_a_rule_gave_to_another_reporter_is_found(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    form = await ticket_form(desk)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await new_ticket(desk, anomaly, form, labels=[])
    await place.rests(desk)
    (made,) = place.ledger("issues")
    issue, elena = place.server._made.jira.find(made["key"]), account_by_name("Elena Petrova")
    assert issue is not None
    assert elena is not None
    issue.fields["reporter"] = elena.id
    assert await place.settles(desk) == []
    assert len(place.ledger("issues")) == 1


@pytest.mark.parametrize("word", WAYS_OUT)
async def test_a_status_that_a_colleague_set_before_anybody_looked_is_left_to_the_analyst(
    place: Place, desk: Desk, anomaly: Anomaly, word: str
) -> None:
    Trouble("cut_after").strike(place, EntryKind.STATUS)
    desk.actions.triage.acknowledge([anomaly.id])
    await place.rests(desk)
    place.server.change_anomaly(anomaly.id, "Resolved")
    (stuck,) = await place.settles_but(desk)
    assert len(mine(place)) == 1
    decide(desk, stuck, word)
    assert await place.settles(desk) == []
    there = word == "It is there"
    assert len(mine(place)) == (1 if there else 2)
    status = (await desk.actions.anomalies.detail(anomaly.id)).status
    assert status == ("Resolved" if there else "Acknowledged")


@pytest.mark.parametrize("word", WAYS_OUT)
async def test_an_earlier_copy_of_the_profile_takes_no_later_act_back_by_itself(
    place: Place, word: str
) -> None:
    async with place.open() as desk:
        (anomaly,) = await some_anomalies(desk)
        place.server.set_fault("qualytics", "offline")
        desk.actions.triage.acknowledge([anomaly.id])
        await place.rests(desk)
        assert await desk.actions.triage._store.back_up(place.profile, place.clock.now()) is None
        place.server.clear_faults()
        await place.settles(desk)
        desk.actions.triage.archive([anomaly.id], "Resolved")
        await place.settles(desk)
    copy = backup.newest(place.profile)
    assert copy is not None
    backup.restore(place.profile, copy, place.clock.now())
    async with place.open() as desk:
        (stuck,) = await place.settles_but(desk)
        assert (await desk.actions.anomalies.detail(anomaly.id)).status == "Resolved"
        assert len(mine(place)) == 1
        decide(desk, stuck, word)
        assert await place.settles(desk) == []
        there = word == "It is there"
        assert len(mine(place)) == (1 if there else 2)
        status = (await desk.actions.anomalies.detail(anomaly.id)).status
        assert status == ("Resolved" if there else "Acknowledged")


async def test_a_status_comes_back_that_a_colleague_told_the_issue_once(place: Place) -> None:
    colleagues = place.profile.with_name("colleague")
    async with place.open() as desk, place.open(colleagues) as colleague:
        anomaly, issue = await place.subjects(colleague)
        colleague.actions.tickets.link(anomaly, issue)
        colleague.actions.triage.acknowledge([anomaly.id])
        await place.settles(colleague)
        desk.actions.tickets.link(await desk.actions.anomalies.detail(anomaly.id), issue)
        desk.actions.triage.archive([anomaly.id], "Resolved")
        await place.settles(desk)
        place.clock.move(60)
        # So late that somebody else may have told it: that is looked up.
        place.server.set_fault("jira", "offline")
        desk.actions.triage.acknowledge([anomaly.id])
        await place.passes(desk, 60)
        place.server.clear_faults()
        await place.passes(desk, 120)
        assert words(place, issue.key) == ["Acknowledged", "Resolved", "Acknowledged"]


async def test_a_status_that_was_taken_is_not_sent_again_when_reading_it_back_fails(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    refused: list[httpx.Request] = []

    async def answering(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH":
            # Some builds do not say how the anomaly is afterwards, so it has to be read.
            await inner.handle_async_request(request)
            return httpx.Response(200, json={"updated": 1})
        reads = request.method == "GET" and request.url.path.endswith(str(anomaly.id))
        if reads and not refused:
            refused.append(request)
            return httpx.Response(429, json={})
        return await inner.handle_async_request(request)

    tamper(desk, Site.QUALYTICS, answering)
    desk.actions.triage.acknowledge([anomaly.id])
    assert await place.settles(desk) == []
    assert len(refused) == 1
    assert len(place.ledger("status_changes")) == 1


async def test_a_status_that_the_server_answered_for_and_did_not_set_does_not_count_as_sent(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    asked = intercept(desk, ("PATCH", "/api/anomalies"), 200, [])
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles_but(desk)
    assert asked
    assert place.ledger("status_changes") == []
    assert entry_of(desk, EntryKind.STATUS).state is not EntryState.SENT


@pytest.mark.parametrize("word", WAYS_OUT)
async def test_an_archiving_whose_words_never_arrived_is_not_taken_for_somebody_elses(
    place: Place, desk: Desk, anomaly: Anomaly, word: str
) -> None:
    Trouble("cut_before").strike(place, EntryKind.ARCHIVE)
    desk.actions.triage.archive([anomaly.id], "Resolved", "mended on Monday")
    await place.rests(desk)
    place.server.change_anomaly(anomaly.id, "Resolved")
    (stuck,) = await place.settles(desk)
    decide(desk, stuck, word)
    assert await place.settles(desk) == []
    said = [one["message"] for one in place.ledger("anomaly_comments")]
    assert said == (["mended on Monday"] if word == "It is not there" else [])
