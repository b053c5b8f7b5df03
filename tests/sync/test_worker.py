"""Lanes go on beside each other, and nothing holds up what it does not concern."""

import asyncio
from typing import Any

import pytest

from qjira_gui.clients.sites import Sites
from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.connection import JiraLogin
from qjira_gui.domain.doubt import SHORT_SETTLE
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, Site
from tests.sync.acts import ROUTES, act, arrived
from tests.sync.place import Place, some_anomalies


def desk_sites(desk: Desk) -> Sites:
    return desk.actions.connections._sites


TROUBLES = [
    ("429", {"reason": "jira-per-issue-on-write", "retry_after": 600}),
    ("429", {"reason": "jira-per-issue-on-write"}),
    ("500", {}),
    ("503", {"retry_after": 600}),
    ("cut_before", {}),
    ("cut_after", {}),
    ("slow", {"seconds": 0.2}),
    ("hang", {"seconds": 0.2}),
]


@pytest.mark.parametrize(("kind", "options"), TROUBLES, ids=str)
async def test_trouble_with_one_issue_holds_up_no_other(
    place: Place, desk: Desk, issue: Issue, kind: str, options: dict[str, Any]
) -> None:
    one, other = await some_anomalies(desk, 2)
    second = (await desk.actions.tickets.search("DATA-102"))[0]
    desk.actions.tickets.link(one, issue)
    desk.actions.tickets.link(other, second)
    path = f"/rest/api/3/issue/{issue.id}/comment"
    place.server.set_fault("jira", kind, method="POST", path=path, **options)
    desk.actions.triage.acknowledge([one.id, other.id])
    await place.until(lambda: bool(place.comments(second.key)))
    assert place.comments(issue.key) == [] or kind == "cut_after"
    place.server.clear_faults()
    assert await place.settles(desk) == []
    assert len(place.comments(issue.key)) == 1


@pytest.mark.parametrize("kind", [EntryKind.STATUS, EntryKind.ISSUE_COMMENT])
async def test_a_refused_entry_holds_up_its_own_lane_only(
    place: Place, desk: Desk, issue: Issue, kind: EntryKind
) -> None:
    one, other = await some_anomalies(desk, 2)
    site, method, path = ROUTES[kind]
    desk.actions.tickets.link(one, issue)
    place.server.set_fault(site, "no_permission", method=method, path=path)
    desk.actions.triage.acknowledge([one.id])
    (stuck,) = await place.settles_but(desk)
    assert stuck.kind is kind
    place.server.clear_faults()
    desk.actions.triage.acknowledge([other.id])
    desk.actions.triage.archive([one.id], "Invalid")
    await place.passes(desk, 60)
    assert [one["anomaly"] for one in place.ledger("status_changes")].count(other.id) == 1
    # What is behind the refused one waits, so that its order is kept.
    assert place.comments(issue.key) == []
    desk.actions.outbox.send_now([stuck.id])
    assert await place.settles(desk) == []
    assert [text.rpartition(": ")[2] for text in place.comments(issue.key)] == [
        "Acknowledged",
        "Invalid",
    ]


async def test_a_jira_that_hangs_leaves_qualytics_as_quick_as_ever(
    place: Place, desk: Desk, issue: Issue
) -> None:
    several = await some_anomalies(desk, 12)
    for anomaly in several[:10]:
        desk.actions.tickets.link(anomaly, issue)
    place.server.set_fault("jira", "hang", method="POST", path="*/comment")
    desk.actions.triage.acknowledge([anomaly.id for anomaly in several[:10]])
    await place.until(lambda: sum(s == 0 for _, _, s in place.writes()) == 8)
    desk.actions.triage.acknowledge([anomaly.id for anomaly in several[10:]])
    await place.until(lambda: len(place.ledger("status_changes")) == 12)
    place.server.clear_faults()
    assert await place.settles(desk) == []
    assert len(place.comments(issue.key)) == 10


async def test_changing_a_connection_while_something_is_sent_neither_loses_nor_doubles(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault(
        "jira", "hang", method="POST", path="*/comment", committed=True, times=1, seconds=5
    )
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    await place.until(lambda: arrived(place, EntryKind.ISSUE_COMMENT) == 1)
    login = JiraLogin(place.server.jira_url, place.server.jira_email, place.server.jira_token)
    await desk.actions.connections.save_jira(login, "DATA")
    assert await place.settles(desk) == []
    assert desk.actions.connections.status(Site.JIRA).state == "connected"
    assert arrived(place, EntryKind.ISSUE_COMMENT) == 1


async def test_what_is_paused_stays_until_it_is_resumed(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.outbox.pause(True)
    await act(desk, EntryKind.STATUS, anomaly, issue)
    await place.passes(desk, 3600)
    assert place.writes() == []
    desk.actions.outbox.pause(False)
    assert await place.settles(desk) == []


@pytest.mark.parametrize("back", [120.0, 86_400.0, 30 * 86_400.0])
@pytest.mark.parametrize("trouble", ["offline", "500", "429"])
async def test_a_clock_that_is_set_back_makes_nothing_wait_for_that_long(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, trouble: str, back: float
) -> None:
    method = "*" if trouble == "offline" else "PATCH"
    place.server.set_fault("qualytics", trouble, method=method)
    await act(desk, EntryKind.STATUS, anomaly, issue)
    await place.passes(desk, 30)
    place.clock.move(-back)
    again = place.clock.at
    place.server.clear_faults()
    assert await place.settles(desk) == []
    # What is in doubt is looked for as long as a request may take.
    assert place.clock.at - again <= (SHORT_SETTLE + 10 if trouble == "500" else 60)
    later = await some_anomalies(desk, 2)
    desk.actions.triage.acknowledge([later[1].id])
    await place.rests(desk)
    assert arrived(place, EntryKind.STATUS) == 2


async def test_a_bug_while_sending_needs_you_and_stops_nobody_else(
    place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await some_anomalies(desk, 2)
    client = desk_sites(desk).qualytics
    assert client is not None

    async def broken(anomaly_id: int, status: str) -> Anomaly:
        if anomaly_id == one.id:
            raise ZeroDivisionError
        return Anomaly(id=anomaly_id, status=status)

    monkeypatch.setattr(client, "set_status", broken)
    desk.actions.triage.acknowledge([one.id, other.id])
    (stuck,) = await place.settles_but(desk)
    assert stuck.anomaly_id == one.id
    assert stuck.in_doubt
    assert stuck.failure is not None
    assert "press Send now" in stuck.failure.sentence


async def test_a_bug_behind_an_answer_stops_its_lane_alone_and_is_told(
    place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await some_anomalies(desk, 2)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("qjira_gui.sync.worker.keep", broken)
        desk.actions.triage.acknowledge([one.id])
        await place.until(lambda: bool(place.troubles))
    assert "start QJira again" in place.troubles[0].sentence
    desk.actions.triage.acknowledge([other.id])
    await place.until(lambda: arrived(place, EntryKind.STATUS) == 2)


async def test_no_wake_up_is_lost_however_the_acts_fall(place: Place, desk: Desk) -> None:
    several = await some_anomalies(desk, 40)
    for at, anomaly in enumerate(several):
        desk.actions.triage.acknowledge([anomaly.id])
        for _ in range(at % 7):
            await asyncio.sleep(0)
    await place.rests(desk)
    assert arrived(place, EntryKind.STATUS) == 40


async def test_an_answer_on_a_kept_connection_that_the_server_dropped_is_looked_for(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    client = desk_sites(desk).jira
    assert client is not None
    await desk.actions.tickets.search("DATA-101")
    place.server.set_fault("jira", "offline")
    place.server.clear_faults()
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE_COMMENT) == 1
