"""On an issue where much is written, and a project where much is opened, nothing is told twice."""

import httpx
import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, EntryState
from tests.sync.acts import act, arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import Trouble, entry_of

CHATTER = 230


async def chatter(place: Place, issue: Issue, count: int = CHATTER) -> None:
    """People write on the issue, as fast as Jira lets them."""
    server = place.server
    auth = (server.jira_email, server.jira_token)
    async with httpx.AsyncClient(auth=auth, trust_env=False) as jira:
        for number in range(count):
            text = {"type": "text", "text": f"And what about {number}?"}
            body = {"type": "doc", "version": 1, "content": [{"type": "paragraph"}]}
            body["content"] = [{"type": "paragraph", "content": [text]}]
            url = f"{server.jira_url}/rest/api/3/issue/{issue.key}/comment"
            (await jira.post(url, json={"body": body})).raise_for_status()
            place.clock.move(0.5)


def told(place: Place, issue: Issue) -> list[str]:
    return [text for text in place.comments(issue.key) if "Qualytics" in text]


@pytest.mark.parametrize("words", ["a status", "a comment"])
async def test_a_report_in_doubt_is_found_behind_two_hundred_others(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, words: str
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    Trouble("cut_after").strike(place, EntryKind.ISSUE_COMMENT)
    if words == "a status":
        desk.actions.triage.acknowledge([anomaly.id])
    else:
        desk.actions.triage.comment(anomaly.id, words)
    await place.until(lambda: len(told(place, issue)) == 1)
    await place.rests(desk)
    assert entry_of(desk, EntryKind.ISSUE_COMMENT).in_doubt
    desk.actions.outbox.pause(True)
    await chatter(place, issue)
    desk.actions.outbox.pause(False)
    assert await place.settles(desk) == []
    assert entry_of(desk, EntryKind.ISSUE_COMMENT).adopted
    assert len(told(place, issue)) == 1


async def test_what_another_desk_told_is_found_behind_two_hundred_others(place: Place) -> None:
    other = place.profile.with_name("colleague")
    async with place.open() as desk, place.open(other) as colleague:
        anomaly, issue = await place.subjects(desk)
        for one in (desk, colleague):
            one.actions.tickets.link(anomaly, issue)
            await one.look_once()
        desk.actions.triage.archive([anomaly.id], "Resolved", "mended")
        assert await place.settles(desk) == []
        await chatter(place, issue)
        assert await colleague.look_once() > 0
        assert await place.settles(colleague) == []
    assert len(told(place, issue)) == 2


async def test_a_quiet_issue_takes_one_question(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await chatter(place, issue, 120)
    place.clock.move(3 * 86_400)
    desk.actions.tickets.link(anomaly, issue)
    place.server.set_fault("jira", "offline")
    desk.actions.triage.comment(anomaly.id, "new")
    # So late that another desk may have told it: that is looked up.
    await place.passes(desk, 60)
    place.server.clear_faults()
    assert await place.settles(desk) == []
    asked = place.server.ledger()["requests"]
    reads = [path for method, path, _ in asked if method == "GET" and path.endswith("/comment")]
    assert len(reads) == 1
    assert len(told(place, issue)) == 1


async def test_a_ticket_in_doubt_is_found_among_hundreds_that_were_opened_since(
    place: Place, desk: Desk
) -> None:
    form, anomalies = await ticket_form(desk), await some_anomalies(desk, 30)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    place.server.set_fault("jira", "short_pages", size=10)
    await new_ticket(desk, anomalies[0], form, summary="In doubt")
    await place.rests(desk)
    desk.actions.outbox.pause(True)
    server = place.server
    async with httpx.AsyncClient(
        auth=(server.jira_email, server.jira_token), trust_env=False
    ) as jira:
        for number in range(130):
            fields = {
                "project": {"id": form[0].id},
                "issuetype": {"id": form[1].id},
                "summary": f"Other {number}",
            }
            url = f"{server.jira_url}/rest/api/3/issue"
            (await jira.post(url, json={"fields": fields})).raise_for_status()
    desk.actions.outbox.pause(False)
    assert await place.settles(desk) == []
    (entry,) = [e for e in desk.actions.outbox.entries() if e.kind is EntryKind.ISSUE]
    assert (entry.state, entry.adopted) == (EntryState.SENT, True)
    assert sum(one["summary"] == "In doubt" for one in place.ledger("issues")) == 1


@pytest.mark.parametrize("ahead", [-5 * 3600.0, 5 * 3600.0], ids=["behind", "ahead"])
async def test_a_computer_whose_clock_is_hours_off_knows_its_own_comment(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, ahead: float
) -> None:
    place.clock.server_ahead = -ahead
    Trouble("cut_after").strike(place, EntryKind.COMMENT)
    await act(desk, EntryKind.COMMENT, anomaly, issue)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.COMMENT) == 1
