"""Several desks and Qualytics' own integration on one anomaly: its issue hears each thing once."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.comment import comment_text, status_text
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState
from tests.sync.place import Place, some_anomalies

#: Seconds between two looks of each desk.
LOOK = 60.0
Desks = tuple[Desk, Desk]


@pytest.fixture
async def desks(place: Place) -> AsyncIterator[Desks]:
    """Ours and a colleague's: the same servers, a profile each."""
    async with place.open() as a, place.open(place.profile.with_name("colleague")) as b:
        yield a, b


@pytest.fixture
async def subject(place: Place, desks: Desks) -> tuple[Anomaly, Issue]:
    """An anomaly and an issue that both desks hold together and have looked at."""
    anomaly, issue = await place.subjects(desks[0])
    for desk in desks:
        desk.actions.tickets.link(anomaly, issue)
        await desk.look_once()
    return anomaly, issue


def statuses(place: Place, issue: Issue) -> list[str]:
    return [text.rpartition(": ")[2] for text in place.comments(issue.key)]


def adopted(desk: Desk) -> list[Entry]:
    return [one for one in desk.actions.outbox.entries() if one.adopted]


async def look(place: Place, *desks: Desk) -> None:
    """Everybody looks, and what comes of it goes out."""
    place.clock.move(LOOK)
    for desk in desks:
        with suppress(AppError):
            await desk.look_once()
    for desk in desks:
        assert await place.settles(desk) == []


async def test_what_one_desk_does_is_told_by_that_desk_alone(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue]
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    a.actions.triage.acknowledge([anomaly.id])
    a.actions.triage.comment(anomaly.id, "Seen")
    await place.settles(a)
    await look(place, b, a)
    assert sorted(statuses(place, issue)) == ["Acknowledged", "Seen"]
    assert [one.kind for one in adopted(b)] == [EntryKind.ISSUE_COMMENT] * 2
    assert adopted(a) == []


async def test_a_comment_that_went_along_with_an_archiving_is_told_once(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue]
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    a.actions.triage.archive([anomaly.id], "Resolved", "fixed")
    await place.settles(a)
    await look(place, b, a)
    assert sorted(statuses(place, issue)) == ["Resolved", "fixed"]


async def test_what_a_desk_did_is_not_told_again_after_the_other_told_it_for_it(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue]
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    # Jira cannot be reached from here for a while: Qualytics has our acts, the issue has not.
    place.server.set_fault("jira", "offline")
    a.actions.triage.acknowledge([anomaly.id])
    a.actions.triage.comment(anomaly.id, "Seen")
    await place.rests(a)
    a.actions.outbox.pause(True)
    place.server.clear_faults()
    place.clock.move(LOOK)
    await look(place, b)
    assert sorted(statuses(place, issue)) == ["Acknowledged", "Seen"]
    a.actions.outbox.pause(False)
    assert await place.settles(a) == []
    assert sorted(statuses(place, issue)) == ["Acknowledged", "Seen"]


@pytest.mark.parametrize("news", ["status", "comment"])
async def test_what_a_third_person_did_is_told_by_the_desk_that_is_first(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue], news: str
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    if news == "status":
        place.server.change_anomaly(anomaly.id, "Invalid")
    else:
        place.server.add_comment(anomaly.id, "Invalid")
    await look(place, a, b)
    assert statuses(place, issue) == ["Invalid"]
    assert len(adopted(a)) + len(adopted(b)) == 1


async def test_desks_that_draw_the_same_moment_look_before_they_tell(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The one gap that is left: both look within the second that the other's request takes. Here
    # they come due at once, and each ends its own look before the other one tells.
    (a, b), (anomaly, issue) = desks, subject
    draw: Callable[[], float] = lambda: 0.5  # noqa: E731
    for desk in desks:
        monkeypatch.setattr(desk._watcher, "_draw", draw)
    place.server.change_anomaly(anomaly.id, "Invalid")
    for desk in desks:
        await desk.look_once()
    due = {one.due_at for d in desks for one in d.actions.outbox.unfinished()}
    assert len(due) == 1
    # A moment apart is enough.
    b.actions.outbox.pause(True)
    await place.settles(a)
    b.actions.outbox.pause(False)
    await place.settles(b)
    assert statuses(place, issue) == ["Invalid"]


@pytest.mark.parametrize("news", ["status", "comment"])
async def test_what_qualytics_own_integration_wrote_already_is_not_told_again(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue], news: str
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    if news == "status":
        place.server.change_anomaly(anomaly.id, "Resolved")
        text = status_text(place.clock.at + 2, "Resolved")
    else:
        place.server.add_comment(anomaly.id, "Broken upstream,\nsee the feed")
        text = comment_text("Broken upstream,\nsee the feed")
    place.server.change_issue(issue.key, comment=text)
    await look(place, a, b)
    assert len(place.comments(issue.key)) == 1
    assert len(adopted(a)) == len(adopted(b)) == 1


async def test_a_status_that_comes_back_is_news_again(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue]
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    for status in ("Acknowledged", "Resolved", "Acknowledged"):
        place.server.change_anomaly(anomaly.id, status)
        await look(place, a, b)
    assert statuses(place, issue) == ["Acknowledged", "Resolved", "Acknowledged"]


async def test_words_that_come_back_are_news_again(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue]
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    a.actions.triage.archive([anomaly.id], "Resolved", "fixed")
    await place.settles(a)
    await look(place, a, b)
    place.clock.move(3600)
    place.server.add_comment(anomaly.id, "fixed")
    await look(place, a, b)
    assert statuses(place, issue).count("fixed") == 2


async def test_one_issue_for_two_anomalies_hears_of_both(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue]
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    other = (await some_anomalies(a, 2))[1]
    for desk in desks:
        desk.actions.tickets.link(other, issue)
    for one in (anomaly, other):
        place.server.change_anomaly(one.id, "Acknowledged")
        await look(place, a, b)
    told = [one["properties"]["qjira.entry"]["anomaly"] for one in place.ledger("comments")]
    assert told == [anomaly.id, other.id]
    # What was said of one is not the last word on the other.
    place.server.change_anomaly(other.id, "Resolved")
    await look(place, a, b)
    assert len(place.comments(issue.key)) == 3


async def test_the_word_of_the_newest_marker_counts_and_not_an_older_one(
    place: Place, desks: Desks, subject: tuple[Anomaly, Issue]
) -> None:
    (a, b), (anomaly, issue) = desks, subject
    a.actions.triage.acknowledge([anomaly.id])
    a.actions.triage.archive([anomaly.id], "Invalid")
    await place.settles(a)
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    await look(place, b, a)
    assert statuses(place, issue) == ["Acknowledged", "Invalid", "Acknowledged"]
    states = {one.state for desk in desks for one in desk.actions.outbox.entries()}
    assert states == {EntryState.SENT}
