"""What was read, said or done before is no news, and what is known of it outlasts a restart."""

import httpx
import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, EntryState, Site
from qjira_gui.domain.page import AnomalyFilter
from tests.sync.acts import arrived
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import Trouble, entry_of
from tests.sync.trouble import looks, tamper, words

ACTIVE = AnomalyFilter(statuses=("Active",))


async def test_comments_from_between_reading_them_and_linking_are_not_told(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await desk.actions.anomalies.comments(anomaly.id)
    await place.passes(desk, 3600)
    place.server.add_comment(anomaly.id, "before the link")
    await place.passes(desk, 3600)
    desk.actions.tickets.link(anomaly, issue)
    await looks(place, desk)
    place.server.add_comment(anomaly.id, "after the link")
    await looks(place, desk)
    assert words(place, issue.key) == ["after the link"]


async def test_an_answer_from_before_an_act_is_no_news_although_the_clock_was_set_back(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.clock.move(7200)
    asked_at, question = place.clock.now(), desk.actions.anomalies._tracker.ask()
    place.clock.move(-3600)
    desk.actions.triage.acknowledge([anomaly.id])
    assert await place.settles(desk) == []
    desk.actions.anomalies.noticed([anomaly], asked_at, question)
    assert await place.settles(desk) == []
    assert words(place, issue.key) == ["Acknowledged"]


@pytest.mark.parametrize("seen", ["not since the start", "in a kept list", "in a kept page"])
async def test_a_colleagues_status_is_left_alone_also_when_nothing_was_read_since_the_start(
    place: Place, seen: str
) -> None:
    async with place.open() as desk:
        await place.rests(desk)
        async for _ in desk.actions.anomalies.load(ACTIVE):
            pass
        (anomaly,) = await some_anomalies(desk)
        await desk.actions.anomalies.detail(anomaly.id)
    async with place.open() as desk:
        await place.rests(desk)
        if seen == "in a kept list":
            assert await desk.actions.anomalies.cached(ACTIVE) is not None
        elif seen == "in a kept page":
            assert await desk.actions.anomalies.kept_detail(anomaly.id) is not None
        Trouble("cut_after").strike(place, EntryKind.STATUS)
        desk.actions.triage.acknowledge([anomaly.id])
        await place.rests(desk)
        place.server.change_anomaly(anomaly.id, "Resolved")
        (stuck,) = await place.settles_but(desk)
        assert stuck.state is EntryState.NEEDS_YOU
        assert (await desk.actions.anomalies.detail(anomaly.id)).status == "Resolved"
    mine = [one for one in place.ledger("status_changes") if one["by"] != "Priya Raman"]
    assert len(mine) == 1


async def test_a_status_that_the_watcher_saw_is_no_reason_to_ask_the_analyst(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    await looks(place, desk)
    Trouble("cut_before").strike(place, EntryKind.ARCHIVE)
    desk.actions.triage.archive([anomaly.id], "Invalid")
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ARCHIVE) == 1
    assert words(place, issue.key) == ["Acknowledged", "Invalid"]


async def test_words_that_were_changed_are_told_although_a_colleague_told_the_earlier_ones(
    place: Place,
) -> None:
    away = True

    async def answering(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
        if away:
            raise httpx.ConnectError("This desk alone cannot reach Jira.")
        return await inner.handle_async_request(request)

    colleagues = place.profile.with_name("colleague")
    async with place.open() as desk, place.open(colleagues) as colleague:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        colleague.actions.tickets.link(anomaly, issue)
        await colleague.look_once()
        tamper(desk, Site.JIRA, answering)
        desk.actions.triage.comment(anomaly.id, "fist words")
        await place.rests(desk)
        waiting = entry_of(desk, EntryKind.ISSUE_COMMENT)
        assert (waiting.state, waiting.in_doubt) == (EntryState.WAITING, False)
        desk.actions.outbox.begin_edit(waiting.id)
        place.clock.move(1200)
        await colleague.look_once()
        await place.passes(colleague, 60)
        assert words(place, issue.key) == ["fist words"]
        desk.actions.outbox.edit(waiting.id, "first words")
        away = False
        assert await place.settles(desk) == []
    assert words(place, issue.key) == ["fist words", "first words"]
