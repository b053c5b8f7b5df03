"""Each act of the analyst arrives once, in the words that the integration uses."""

import re

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind
from tests.sync.acts import COMMENT, PAGES, SUMMARY, act, arrived, new_ticket
from tests.sync.place import Place, some_anomalies

#: So that hundreds of them are open.
ANOMALIES = 400


@pytest.mark.parametrize("kind", PAGES)
async def test_an_act_arrives_once(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, kind: EntryKind
) -> None:
    await act(desk, kind, anomaly, issue)
    assert await place.settles(desk) == []
    assert arrived(place, kind) == 1
    tally = desk.actions.outbox.tally()
    assert tally.queued == tally.sent > 0


async def test_every_linked_issue_is_told_a_new_status(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    issues = [(await desk.actions.tickets.search(f"DATA-10{n}"))[0] for n in (1, 2, 3)]
    for issue in issues:
        desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles(desk)
    desk.actions.triage.archive([anomaly.id], "Duplicate")
    await place.settles(desk)
    for issue in issues:
        assert place.comments(issue.key) == [
            "[2026-11-20 10:00:00 UTC] Qualytics Anomaly Status: Acknowledged",
            "[2026-11-20 10:00:00 UTC] Qualytics Anomaly Status: Duplicate",
        ]


async def test_a_comment_is_passed_on_to_every_linked_issue(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    issues = [(await desk.actions.tickets.search(f"DATA-10{n}"))[0] for n in (1, 2)]
    for issue in issues:
        desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.comment(anomaly.id, f"  {COMMENT}\nsecond line ")
    await place.settles(desk)
    assert [one["message"] for one in place.ledger("anomaly_comments")] == [
        f"{COMMENT}\nsecond line"
    ]
    for issue in issues:
        assert place.comments(issue.key) == [f"Comment from Qualytics: {COMMENT}\nsecond line"]


async def test_archiving_with_a_comment_tells_the_issue_the_comment_then_the_status(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.archive([anomaly.id], "Resolved", "Loaded again")
    await place.settles(desk)
    assert place.comments(issue.key) == [
        "Comment from Qualytics: Loaded again",
        "[2026-11-20 10:00:00 UTC] Qualytics Anomaly Status: Resolved",
    ]
    assert [one["status"] for one in place.ledger("archives")] == ["Resolved"]
    assert [one["message"] for one in place.ledger("anomaly_comments")] == ["Loaded again"]


async def test_linking_and_unlinking_write_nothing_to_either_side(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    tickets = desk.actions.tickets
    link = tickets.link(anomaly, issue)
    tickets.unlink(link)
    tickets.relink(link)
    tickets.unlink(link)
    await place.passes(desk, 3600)
    assert place.writes() == []
    assert place.server.ledger()["events"] == []


async def test_the_same_issue_is_never_linked_twice_to_one_anomaly(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    tickets = desk.actions.tickets
    tickets.link(anomaly, issue)
    with pytest.raises(AppError, match="DATA-101 is linked to this anomaly already"):
        tickets.link(anomaly, issue)
    place.server.change_issue("DATA-101", move_to="OPS")
    moved = (await tickets.search("DATA-101"))[0]
    assert moved.key != "DATA-101"
    with pytest.raises(AppError, match="already"):
        tickets.link(anomaly, moved)
    assert len(desk.actions.anomalies.links(anomaly.id)) == 1


async def test_two_anomalies_may_share_an_issue_and_each_tells_it(
    place: Place, desk: Desk, issue: Issue
) -> None:
    one, other = await some_anomalies(desk, 2)
    desk.actions.tickets.link(one, issue)
    desk.actions.tickets.link(other, issue)
    desk.actions.triage.acknowledge([one.id, other.id])
    await place.settles(desk)
    assert len(place.comments(issue.key)) == 2


async def test_a_new_ticket_carries_the_anomalys_block_and_the_way_back(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await new_ticket(desk, anomaly)
    await place.settles(desk)
    (made,) = place.ledger("issues")
    assert made["summary"] == SUMMARY
    for words in (
        "Qualytics Anomaly Linked [2026-11-20 10:00:00 UTC]",
        str(anomaly.id),
        f"anomalies?id={anomaly.id}",
    ):
        assert words in made["description"]
    (link,) = desk.actions.anomalies.links(anomaly.id)
    assert link.issue is not None
    assert link.issue.key == made["key"]


async def test_comments_that_queue_behind_a_new_ticket_come_after_it_in_their_order(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    place.server.set_fault("jira", "429", method="POST", path="/rest/api/3/issue", retry_after=60)
    await new_ticket(desk, anomaly)
    desk.actions.triage.comment(anomaly.id, "one")
    desk.actions.triage.acknowledge([anomaly.id])
    desk.actions.triage.comment(anomaly.id, "two")
    await place.passes(desk, 30)
    place.server.clear_faults()
    assert await place.settles(desk) == []
    (made,) = place.ledger("issues")
    told = place.comments(made["key"])
    assert [re.sub(r"^\[.*?\]", "[]", text) for text in told] == [
        "Comment from Qualytics: one",
        "[] Qualytics Anomaly Status: Acknowledged",
        "Comment from Qualytics: two",
    ]


async def test_a_comment_that_came_from_a_ticket_is_not_sent_back_to_it(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.server.add_comment(
        anomaly.id, "Fixed upstream", external_source={"ticket_number": issue.key}
    )
    await desk.actions.anomalies.detail(anomaly.id)
    assert await desk.actions.anomalies.comments(anomaly.id)
    await place.passes(desk, 3600)
    assert place.comments(issue.key) == []


async def test_an_archived_anomaly_can_be_restored_and_the_issue_is_told(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.archive([anomaly.id], "Discarded")
    await place.settles(desk)
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles(desk)
    assert (await desk.actions.anomalies.detail(anomaly.id)).status == "Acknowledged"
    assert [text.rpartition(": ")[2] for text in place.comments(issue.key)] == [
        "Discarded",
        "Acknowledged",
    ]


async def test_every_archiving_says_in_so_many_words_that_nothing_is_destroyed(
    place: Place, desk: Desk
) -> None:
    several = await some_anomalies(desk, 4)
    for anomaly, status in zip(
        several, ("Resolved", "Invalid", "Duplicate", "Discarded"), strict=True
    ):
        desk.actions.triage.archive([anomaly.id], status)
    assert await place.settles(desk) == []
    assert len(place.ledger("archives")) == 4
    assert place.ledger("hard_deletes") == []


async def test_hundreds_are_acknowledged_at_one_go(place: Place, desk: Desk) -> None:
    ids = [anomaly.id for anomaly in await some_anomalies(desk, 200)]
    desk.actions.triage.acknowledge(ids)
    assert await place.settles(desk) == []
    assert sorted(one["anomaly"] for one in place.ledger("status_changes")) == sorted(ids)


async def test_somebody_elses_change_is_told_to_the_issue_once(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.server.change_anomaly(anomaly.id, "Acknowledged")
    for _ in range(3):
        await desk.actions.anomalies.detail(anomaly.id)
        await place.settles(desk)
    assert len(place.comments(issue.key)) == 1
