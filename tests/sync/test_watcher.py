"""What somebody else did to a linked anomaly reaches its issues once, and nothing else does."""

import asyncio

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.comment import status_text
from qjira_gui.domain.errors import AppError, OfflineError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link
from qjira_gui.domain.outbox import EntryKind
from qjira_gui.sync.watcher import BACKGROUND, FOREGROUND, SPREAD
from tests.sync.acts import arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies

#: So that more than two pages of them can be linked.
ANOMALIES = 400
PASSED_ON = "Comment from Qualytics: "
FROM_JIRA = {
    "ticket_number": "DATA-101",
    "ticket_url": None,
    "integration_type": "jira",
    "author_name": "Elena Petrova",
}


@pytest.fixture
async def link(desk: Desk, anomaly: Anomaly, issue: Issue) -> Link:
    """Linked, looked at once, and nothing is news."""
    made = desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    return made


def lists(place: Place, path: str = "/api/anomalies") -> int:
    """How often a list was read."""
    asked = place.server.ledger()["requests"]
    return len([one for one in asked if one[:2] == ["GET", path]])


def words(place: Place, issue: Issue) -> list[str]:
    """What an issue was told, without what introduces it."""
    return [text.rpartition(": ")[2] for text in place.comments(issue.key)]


async def looked(place: Place, desk: Desk) -> int:
    """A look, and all that follows from it."""
    place.clock.move(60)
    told = await desk.look_once()
    assert await place.settles(desk) == []
    return told


async def test_a_status_set_elsewhere_is_told_to_each_issue_once_after_a_while(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, link: Link
) -> None:
    other = (await desk.actions.tickets.search("DATA-102"))[0]
    desk.actions.tickets.link(anomaly, other)
    place.server.change_anomaly(anomaly.id, "Resolved")
    seen = place.clock.at
    assert await desk.look_once() == 2
    await place.rests(desk)
    assert place.ledger("comments") == []
    assert await place.settles(desk) == []
    for key in (issue.key, other.key):
        assert place.comments(key) == [status_text(seen, "Resolved")]
    for one in place.ledger("comments"):
        assert SPREAD[0] <= one["at"] - seen <= SPREAD[1]
    assert await looked(place, desk) == 0
    assert arrived(place, EntryKind.ISSUE_COMMENT) == 2


async def test_a_comment_made_elsewhere_is_passed_on_word_for_word(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, link: Link
) -> None:
    place.server.add_comment(anomaly.id, "Seen in *prod* 😀\nsince May")
    place.server.add_comment(anomaly.id, "And in test")
    assert await looked(place, desk) == 2
    said = [" ".join(text.split()) for text in place.comments(issue.key)]
    assert sorted(said) == [PASSED_ON + "And in test", PASSED_ON + "Seen in *prod* 😀 since May"]
    assert await looked(place, desk) == 0


async def test_comments_from_before_the_first_look_are_not_pushed(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.add_comment(anomaly.id, "old")
    desk.actions.tickets.link(anomaly, issue)
    assert await looked(place, desk) == 0
    # A second issue linked later has a baseline of its own.
    other = (await desk.actions.tickets.search("DATA-102"))[0]
    place.server.add_comment(anomaly.id, "between")
    desk.actions.tickets.link(anomaly, other)
    assert await looked(place, desk) == 1
    place.server.add_comment(anomaly.id, "new")
    assert await looked(place, desk) == 2
    assert place.comments(issue.key) == [PASSED_ON + "between", PASSED_ON + "new"]
    assert place.comments(other.key) == [PASSED_ON + "new"]


async def test_what_came_from_a_ticket_is_never_pushed_back(
    place: Place, desk: Desk, anomaly: Anomaly, link: Link
) -> None:
    place.server.add_comment(anomaly.id, "from Jira", external_source=FROM_JIRA)
    assert await looked(place, desk) == 0
    assert place.ledger("comments") == []


async def test_own_comments_are_passed_on_once_also_those_of_an_archiving(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, link: Link
) -> None:
    desk.actions.triage.comment(anomaly.id, "mine")
    desk.actions.triage.archive([anomaly.id], "Resolved", "fixed at the source")
    await place.settles(desk)
    assert await looked(place, desk) == 0
    assert words(place, issue) == ["mine", "fixed at the source", "Resolved"]


async def test_a_colleague_may_say_later_what_i_said_when_archiving(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, link: Link
) -> None:
    desk.actions.triage.archive([anomaly.id], "Resolved", "fixed")
    await place.settles(desk)
    assert await looked(place, desk) == 0
    place.clock.move(3600)
    place.server.add_comment(anomaly.id, "fixed")
    assert await looked(place, desk) == 1
    assert place.comments(issue.key).count(PASSED_ON + "fixed") == 2


async def test_an_answer_from_before_an_act_of_ours_is_no_news(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, link: Link
) -> None:
    place.server.set_fault("qualytics", "slow", method="GET", seconds=0.1, times=1)
    place.clock.move(60)
    look = asyncio.create_task(desk.look_once())
    await place.until(lambda: place.under_way == 1)
    place.clock.move(1)
    desk.actions.triage.acknowledge([anomaly.id])
    desk.actions.triage.archive([anomaly.id], "Invalid")
    await look
    assert await place.settles(desk) == []
    assert words(place, issue) == ["Acknowledged", "Invalid"]


async def test_news_are_seen_although_the_clock_was_set_back_a_day(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, link: Link
) -> None:
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles(desk)
    place.clock.move(-86_400)
    place.server.change_anomaly(anomaly.id, "Resolved")
    place.server.add_comment(anomaly.id, "done")
    assert await looked(place, desk) == 2
    told = words(place, issue)
    assert told[0] == "Acknowledged"
    assert sorted(told[1:]) == ["Resolved", "done"]


async def test_two_hundred_and_one_linked_anomalies_are_three_questions(
    place: Place, desk: Desk, issue: Issue
) -> None:
    anomalies = await some_anomalies(desk, 201)
    place.server.set_fault("qualytics", "no_comment_listing")
    for anomaly in anomalies:
        desk.actions.tickets.link(anomaly, issue)
    before = lists(place)
    await desk.look_once()
    assert lists(place) - before == 3
    place.server.change_anomaly(anomalies[200].id, "Resolved")
    place.server.change_anomaly(anomalies[0].id, "Acknowledged")
    assert await looked(place, desk) == 2


@pytest.mark.parametrize("build", ["anomaly_comments", "comments_in_anomaly"])
async def test_builds_that_list_comments_elsewhere_are_understood(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, build: str
) -> None:
    place.checked = False
    place.server.set_fault("qualytics", build)
    desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    place.server.add_comment(anomaly.id, "hello")
    assert await looked(place, desk) == 1
    assert desk.lists_comments is True
    assert place.comments(issue.key) == [PASSED_ON + "hello"]


async def test_a_build_without_comments_still_tells_statuses(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.checked = False
    place.server.set_fault("qualytics", "no_comment_listing")
    desk.actions.tickets.link(anomaly, issue)
    assert desk.lists_comments is None
    await desk.look_once()
    assert desk.lists_comments is False
    place.server.add_comment(anomaly.id, "unheard")
    place.server.change_anomaly(anomaly.id, "Invalid")
    assert await looked(place, desk) == 1
    assert words(place, issue) == ["Invalid"]


async def test_an_anomaly_that_is_gone_hides_no_news_of_the_others(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.checked = False
    place.server.set_fault("qualytics", "comments_in_anomaly")
    gone = Anomaly(id=1, status="Active")
    desk.actions.tickets.link(gone, issue)
    desk.actions.tickets.link(anomaly, issue)
    assert anomaly.id > gone.id
    await desk.look_once()
    place.server.add_comment(anomaly.id, "hello")
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    assert await looked(place, desk) == 2
    assert desk.lists_comments is True


async def test_a_look_that_is_cut_off_loses_no_news(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, link: Link
) -> None:
    place.server.add_comment(anomaly.id, "hello")
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    place.clock.move(60)
    place.server.set_fault("qualytics", "offline")
    with pytest.raises(OfflineError):
        await desk.look_once()
    place.server.clear_faults()
    # The second question of a look may fail as well.
    place.server.set_fault("qualytics", "cut_before", method="GET", path="/api/comments", times=9)
    with pytest.raises(AppError):
        await desk.look_once()
    place.server.clear_faults()
    await looked(place, desk)
    assert sorted(words(place, issue)) == ["Acknowledged", "hello"]


@pytest.mark.parametrize(("here", "pause"), [(True, FOREGROUND), (False, BACKGROUND)])
async def test_it_looks_more_rarely_while_nobody_works_here(
    place: Place, desk: Desk, link: Link, here: bool, pause: float
) -> None:
    desk.come_and_go(foreground=here)
    task = asyncio.create_task(desk._watcher.run())
    before = lists(place)
    await place.rests(desk)
    for _ in range(10):
        # As a clock does that wakes whoever waits at least once a minute.
        for _ in range(10):
            place.clock.move(pause / 10)
            await place.rests(desk)
    task.cancel()
    assert 9 <= lists(place) - before <= 12


async def test_trouble_with_a_look_does_not_end_the_looking(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, link: Link
) -> None:
    task = asyncio.create_task(desk._watcher.run())
    place.server.set_fault("qualytics", "offline")
    await place.passes(desk, 200)
    place.server.clear_faults()
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    await place.passes(desk, 300)
    assert not task.done()
    task.cancel()
    assert len(place.comments(issue.key)) == 1


async def test_after_a_restart_only_what_is_new_since_is_news(
    place: Place, anomaly: Anomaly, issue: Issue, desk: Desk
) -> None:
    profile = place.profile.with_name("other")
    async with place.open(profile) as first:
        first.actions.tickets.link(anomaly, issue)
        await first.look_once()
        place.server.add_comment(anomaly.id, "one")
        assert await looked(place, first) == 1
    place.server.add_comment(anomaly.id, "two")
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    async with place.open(profile) as again:
        assert await looked(place, again) == 2
        assert await looked(place, again) == 0
    assert len(place.comments(issue.key)) == 3


async def test_a_ticket_opened_here_hears_of_later_news_by_its_key(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await ticket_form(desk)
    await new_ticket(desk, anomaly)
    await place.settles(desk)
    await desk.look_once()
    place.server.change_anomaly(anomaly.id, "Duplicate")
    assert await looked(place, desk) == 1
    (made,) = place.ledger("issues")
    assert [text.rpartition(": ")[2] for text in place.comments(made["key"])] == ["Duplicate"]
