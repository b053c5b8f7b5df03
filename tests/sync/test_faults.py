"""Every kind of trouble meets every kind of act: it arrives once, or says what to do."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, Site
from tests.sync.acts import PAGES, ROUTES, act, arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies

QUOTA = ("jira-quota-global-based", "jira-quota-tenant-based")
REASONS = ("jira-burst-based", "jira-per-issue-on-write", *QUOTA, "jira-cost-based")


@dataclass(frozen=True)
class Trouble:
    """One fault on the request that carries the act; it is over after one time."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    #: Seconds that must pass before the act may be tried again.
    least: float = 0.0

    def __str__(self) -> str:
        said = "-".join(f"{value}" for value in self.options.values())
        return f"{self.kind} {said}".strip()

    def strike(self, place: Place, kind: EntryKind) -> None:
        site, method, path = ROUTES[kind]
        options = dict(self.options)
        if site == "qualytics":
            options.pop("reason", None)
        place.server.set_fault(site, self.kind, method=method, path=path, times=1, **options)


PASSING = [
    Trouble("slow", {"seconds": 0.02}),
    Trouble("429"),
    Trouble("429", {"retry_after": 600}, least=600),
    *(Trouble("429", {"reason": reason, "retry_after": 7}, least=7) for reason in REASONS),
    *(Trouble(code) for code in ("408", "500", "502", "504")),
    Trouble("503", {"retry_after": 90}, least=90),
    *(Trouble(code, {"committed": True}) for code in ("500", "503")),
    Trouble("html"),
    Trouble("html", {"committed": True}),
    Trouble("text"),
    Trouble("text", {"status": 502, "committed": True}),
    Trouble("cut_before"),
    Trouble("cut_after"),
    Trouble("cut_during"),
]


def entry_of(desk: Desk, kind: EntryKind) -> Entry:
    (found,) = [one for one in desk.actions.outbox.entries() if one.kind is kind]
    return found


def holds(desk: Desk) -> bool:
    """The sum over the outbox holds."""
    sums = desk.actions.outbox.tally()
    return sums.queued == sums.sent + sums.waiting + sums.needs_you + sums.cancelled


@pytest.mark.parametrize("trouble", PASSING, ids=str)
async def test_passing_trouble_neither_loses_nor_doubles_an_act_of_any_kind(
    place: Place, desk: Desk, issue: Issue, trouble: Trouble
) -> None:
    form = await ticket_form(desk)
    first, second, third, fourth, fifth = await some_anomalies(desk, 5)
    before = place.clock.at
    for kind in PAGES:
        trouble.strike(place, kind)
    desk.actions.triage.acknowledge([first.id])
    desk.actions.triage.archive([second.id], "Invalid")
    desk.actions.triage.comment(third.id, "seen")
    await new_ticket(desk, fourth, form)
    desk.actions.tickets.link(fifth, issue)
    elsewhere = msgspec.structs.replace(fifth, status="Acknowledged")
    desk.actions.anomalies.noticed([elsewhere], before)
    assert await place.settles(desk) == []
    assert {kind: arrived(place, kind) for kind in PAGES} == dict.fromkeys(PAGES, 1)
    for entry in desk.actions.outbox.entries():
        assert entry.state is EntryState.SENT
        assert (entry.finished_at or 0) - before >= trouble.least, entry.kind
    # Each act has met it.
    assert place.server.faults() == []
    assert holds(desk)


@pytest.mark.parametrize("kind", PAGES)
async def test_offline_uses_up_no_attempt_and_everything_goes_out_afterwards(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, kind: EntryKind
) -> None:
    await ticket_form(desk)
    site = ROUTES[kind][0]
    place.server.set_fault(site, "offline")
    await act(desk, kind, anomaly, issue)
    await place.passes(desk, 3600)
    entry = entry_of(desk, kind)
    assert (entry.state, entry.attempts, entry.in_doubt) == (EntryState.WAITING, 0, False)
    hold = desk.actions.outbox.why_waiting(entry)
    assert hold is not None
    assert "goes out by itself" in hold.sentence
    assert desk.actions.connections.status(Site(site)).state == "offline"
    place.server.clear_faults()
    assert await place.settles(desk) == []
    assert arrived(place, kind) == 1
    assert desk.actions.connections.status(Site(site)).state == "connected"


@pytest.mark.parametrize("kind", PAGES)
async def test_a_missing_permission_needs_you_and_retry_sends_it_once_it_is_granted(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, kind: EntryKind
) -> None:
    await ticket_form(desk)
    site, method, path = ROUTES[kind]
    place.server.set_fault(site, "no_permission", method=method, path=path)
    await act(desk, kind, anomaly, issue)
    (stuck,) = await place.settles(desk)
    assert stuck.failure is not None
    assert "permission" in stuck.failure.sentence
    assert (stuck.kind, stuck.in_doubt) == (kind, False)
    assert arrived(place, kind) == 0
    await place.passes(desk, 3600)
    assert len([one for one in place.writes() if one[2] == 403]) == 1
    place.server.clear_faults()
    desk.actions.outbox.send_now([stuck.id])
    assert await place.settles(desk) == []
    assert arrived(place, kind) == 1


@pytest.mark.parametrize("kind", PAGES)
async def test_a_dead_token_is_tried_once_and_everything_is_kept_until_it_works(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, kind: EntryKind
) -> None:
    await ticket_form(desk)
    site = Site(ROUTES[kind][0])
    place.server.set_fault(site, "dead_token")
    await act(desk, kind, anomaly, issue)
    await place.passes(desk, 3600)
    assert len([one for one in place.server.ledger()["requests"] if one[2] == 401]) == 1
    assert desk.actions.connections.status(site).state == "sign in again"
    entry = entry_of(desk, kind)
    assert (entry.state, entry.attempts, entry.in_doubt) == (EntryState.WAITING, 0, False)
    hold = desk.actions.outbox.why_waiting(entry)
    assert hold is not None
    assert "enter a new token in Connections" in hold.sentence
    place.server.clear_faults()
    desk.actions.outbox.try_now(site)
    assert await place.settles(desk) == []
    assert arrived(place, kind) == 1


async def test_a_ticket_that_no_search_shows_for_minutes_is_found_and_not_opened_again(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await ticket_form(desk)
    place.server.set_fault("jira", "index_lag", seconds=200)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await act(desk, EntryKind.ISSUE, anomaly, issue)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE) == 1
    entry = entry_of(desk, EntryKind.ISSUE)
    assert entry.adopted
    (link,) = desk.actions.anomalies.links(anomaly.id)
    assert link.issue is not None
    assert link.issue.id == entry.remote_id


async def test_a_ticket_is_found_on_a_later_page_of_a_search_with_short_pages(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    await ticket_form(desk)
    Trouble("cut_after").strike(place, EntryKind.ISSUE)
    await act(desk, EntryKind.ISSUE, anomaly, issue)
    await place.rests(desk)
    # Three more by the same account, newer than the one that is looked for.
    for _ in range(3):
        await act(desk, EntryKind.ISSUE, anomaly, issue)
    place.server.set_fault("jira", "short_pages", size=1)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE) == 4


async def test_a_comment_on_an_issue_is_known_even_where_jira_shows_no_markers(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("jira", "no_comment_properties")
    Trouble("cut_after").strike(place, EntryKind.ISSUE_COMMENT)
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE_COMMENT) == 1
    assert entry_of(desk, EntryKind.ISSUE_COMMENT).adopted


async def test_a_comment_that_nobody_can_look_for_needs_you_and_follows_your_word(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    place.server.set_fault("qualytics", "no_comment_listing")
    Trouble("cut_before").strike(place, EntryKind.COMMENT)
    await act(desk, EntryKind.COMMENT, anomaly, issue)
    (stuck,) = await place.settles(desk)
    assert stuck.failure is not None
    assert "Look at the anomaly in Qualytics" in stuck.failure.sentence
    assert arrived(place, EntryKind.COMMENT) == 0
    # It is missing, says the analyst, as the sentence asked.
    desk.actions.outbox.send_now([stuck.id])
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.COMMENT) == 1


async def test_a_comment_that_is_there_by_your_word_goes_on_to_the_issue(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.server.set_fault("qualytics", "no_comment_listing")
    Trouble("cut_after").strike(place, EntryKind.COMMENT)
    await act(desk, EntryKind.COMMENT, anomaly, issue)
    (stuck,) = await place.settles(desk)
    desk.actions.outbox.mark_sent(stuck.id)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.COMMENT) == 1
    assert len(place.comments(issue.key)) == 1


async def test_an_answer_that_never_comes_is_looked_for(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = desk.actions.connections._sites.jira
    assert client is not None
    monkeypatch.setattr(client.http._client, "timeout", 0.1)
    Trouble("hang", {"committed": True}).strike(place, EntryKind.ISSUE_COMMENT)
    await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.ISSUE_COMMENT) == 1
    assert entry_of(desk, EntryKind.ISSUE_COMMENT).adopted
