"""Whatever is typed, pasted or answered: a sentence that says what to do, and nothing is lost."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.connection import JiraLogin, Outcome, QualyticsLogin, Step
from qjira_gui.domain.errors import AppError, RefusedError
from qjira_gui.domain.issue import Issue, Project
from qjira_gui.domain.outbox import EntryKind, Site
from qjira_gui.domain.page import AnomalyFilter
from tests.sync.acts import act, arrived, new_ticket
from tests.sync.place import Place

LINE = "שלום עולם 👩‍👩‍👧‍👦 e\u0301 🇩🇪 "
ARABIC = "قيمة فارغة في العمود"


def failed(steps: list[Step]) -> Step:
    (found,) = [step for step in steps if step.outcome is Outcome.FAILED]
    assert found.found
    assert found.remedy
    return found


@pytest.mark.parametrize("url", ["", "not an address", "ftp://x", "http://", "https://a b"])
async def test_what_is_no_address_is_refused_before_anything_is_kept(desk: Desk, url: str) -> None:
    connections = desk.actions.connections
    before = desk.actions.settings.current
    with pytest.raises(AppError) as qualytics:
        await connections.save_qualytics(QualyticsLogin(url, "secret"))
    with pytest.raises(AppError) as jira:
        await connections.save_jira(JiraLogin(url, "a@b.c", "secret"), "DATA")
    assert desk.actions.settings.current == before
    assert all(len(one.value.sentence) > 20 for one in (qualytics, jira))


async def test_the_wrong_server_fails_the_test_with_a_remedy(place: Place, desk: Desk) -> None:
    """Jira's address for Qualytics and the other way round, and one where nobody listens."""
    nobody = "http://127.0.0.1:9"
    place.checked = False
    for url in (nobody, place.server.jira_url):
        steps: list[Step] = []
        login = QualyticsLogin(url, "x")
        assert not await desk.actions.connections.test_qualytics(login, steps.append)
        failed(steps)
    for url in (nobody, place.server.qualytics_url):
        steps = []
        jira = JiraLogin(url, "a@b.c", "x")
        assert await desk.actions.connections.test_jira(jira, "", steps.append) is None
        failed(steps)


async def test_a_web_page_instead_of_an_api_fails_the_test_with_a_remedy(
    place: Place, desk: Desk
) -> None:
    for site in ("qualytics", "jira"):
        place.server.set_fault(site, "html")
    steps: list[Step] = []
    connections = desk.actions.connections
    login = await connections.qualytics_login()
    assert not await connections.test_qualytics(login, steps.append)
    assert "web page" in failed(steps).found
    steps = []
    assert await connections.test_jira(await connections.jira_login(), "", steps.append) is None
    assert "web page" in failed(steps).found


@pytest.mark.parametrize("token", ["wrong", "line\nbreak", "ünïcode", " "])
async def test_a_token_that_cannot_be_right_fails_the_test_and_never_shows(
    place: Place, desk: Desk, token: str
) -> None:
    steps: list[Step] = []
    connections = desk.actions.connections
    login = QualyticsLogin(place.server.qualytics_url, token)
    assert not await connections.test_qualytics(login, steps.append)
    jira = JiraLogin(place.server.jira_url, place.server.jira_email, token)
    assert await connections.test_jira(jira, "DATA", steps.append) is None
    assert sum(step.outcome is Outcome.FAILED for step in steps) == 2
    if token.strip() and token.isascii():
        assert not any(token in step.found + step.remedy for step in steps)


async def test_a_project_that_does_not_exist_needs_you_at_its_field_and_can_be_mended(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    link = await new_ticket(
        desk, anomaly, project=Project("99999", "GONE"), description="typed for an hour"
    )
    (stuck,) = await place.settles(desk)
    assert stuck.failure is not None
    assert stuck.failure.fields == {"project": "Specify a valid project ID or key"}
    assert "Specify a valid project ID or key" in stuck.failure.sentence
    desk.actions.triage.comment(anomaly.id, "waits behind it")
    await place.rests(desk)
    draft = desk.actions.tickets.reopen(stuck.id)
    assert draft.description == "typed for an hour"
    assert desk.actions.tickets.draft(anomaly) == draft
    await new_ticket(desk, anomaly)
    assert await place.settles(desk) == []
    (issue,) = place.ledger("issues")
    assert place.comments(issue["key"]) == ["Comment from Qualytics: waits behind it"]
    assert [one.id for one in desk.actions.anomalies.links(anomaly.id)] == [link.id]


async def test_a_refused_field_comes_back_with_jiras_words_and_the_whole_draft(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    typed: dict[str, Any] = {
        "priority": "999",
        "labels": ("a b", "c"),
        "description": "**all** of it",
    }
    await new_ticket(desk, anomaly, **typed)
    (stuck,) = await place.settles(desk)
    assert stuck.failure is not None
    assert list(stuck.failure.fields) == ["priority"]
    draft = desk.actions.tickets.reopen(stuck.id)
    assert (draft.priority, draft.labels, draft.description) == tuple(typed.values())


async def test_changing_a_ticket_does_not_overwrite_another_that_was_begun(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await new_ticket(desk, anomaly, project=Project("99999", "GONE"), description="first")
    (stuck,) = await place.settles(desk)
    begun = desk.actions.tickets.draft(anomaly)
    desk.actions.tickets.keep_draft(begun)
    with pytest.raises(AppError, match="begun another ticket"):
        desk.actions.tickets.reopen(stuck.id)
    desk.actions.tickets.drop_draft(anomaly.id)
    assert desk.actions.tickets.reopen(stuck.id).description == "first"


async def test_a_long_summary_of_several_lines_and_labels_with_spaces_are_made_to_fit(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    await new_ticket(
        desk, anomaly, summary="one\r\ntwo\t" + LINE * 30, labels=("two words", " ", "x" * 300)
    )
    assert await place.settles(desk) == []
    (made,) = place.ledger("issues")
    assert made["summary"].startswith("one two שלום")
    assert "\n" not in made["summary"]
    assert 200 < len(made["summary"]) < 255
    assert made["labels"] == ["two-words", "x" * 255]


async def test_forty_thousand_characters_keep_the_way_back_to_the_anomaly(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    text = (LINE * 2000)[:40_000]
    await new_ticket(desk, anomaly, description=text)
    desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.comment(anomaly.id, text)
    assert await place.settles(desk) == []
    (made,) = place.ledger("issues")
    assert f"anomalies?id={anomaly.id}" in made["description"]
    assert "Shortened" in made["description"]
    (whole,) = place.ledger("anomaly_comments")
    assert whole["message"] == text.strip()
    (told,) = place.comments(issue.key)
    assert told.startswith("Comment from Qualytics: שלום")
    assert "All of it is in Qualytics" in told


async def test_half_a_character_in_pasted_text_loses_nothing_else(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    half = "be\ud800fore \ud83d\ude00 af\udfffter\x00\x1b"
    desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.comment(anomaly.id, half)
    desk.actions.triage.archive([anomaly.id], "Resolved", half)
    desk.actions.tickets.keep_draft(desk.actions.tickets.draft(anomaly))
    await new_ticket(
        desk, anomaly, summary=half, description=half, labels=(half,), extra={"k\ud800": half}
    )
    assert await place.settles(desk) == []
    assert place.comments(issue.key)[0] == "Comment from Qualytics: before 😀 after"
    (made,) = place.ledger("issues")
    assert made["summary"] == "before 😀 after"
    assert made["labels"] == ["before-😀-after"]


async def test_text_from_right_to_left_arrives_as_it_was_typed(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    desk.actions.triage.comment(anomaly.id, ARABIC)
    assert await place.settles(desk) == []
    assert place.comments(issue.key) == [f"Comment from Qualytics: {ARABIC}"]


@pytest.mark.parametrize("text", ["", "  \n\t ", "\ud800", "\x00"])
async def test_a_comment_without_a_word_is_not_sent(
    place: Place, desk: Desk, anomaly: Anomaly, text: str
) -> None:
    with pytest.raises(AppError, match="empty"):
        desk.actions.triage.comment(anomaly.id, text)
    assert desk.actions.outbox.entries() == []


async def test_unknown_words_and_nulls_of_a_newer_build_are_shown_and_can_be_acted_on(
    place: Place, desk: Desk
) -> None:
    place.server.set_fault("qualytics", "newer_build")
    # Its words are not in the documents: that is the point.
    place.checked = False
    rows: list[Anomaly] = []
    async for batch in desk.actions.anomalies.load(AnomalyFilter(statuses=())):
        assert batch.unreadable == 0
        rows += batch.items
    (strange,) = [row for row in rows if row.status == "Snoozed"]
    desk.actions.triage.acknowledge([strange.id])
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.STATUS) == 1


async def test_words_that_look_like_a_query_are_only_words(place: Place, desk: Desk) -> None:
    for text in ('"', "a) OR project = SEC (", "utf-8", "\\", "*?~", "ORDER BY", LINE, "x" * 5000):
        try:
            await desk.actions.tickets.search(text)
        except RefusedError as error:
            raise AssertionError(text) from error


async def test_an_issue_that_is_gone_needs_you_and_the_link_can_be_taken_away(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    link = desk.actions.tickets.link(anomaly, issue)
    place.server.change_issue(issue.key, delete=True)
    desk.actions.triage.acknowledge([anomaly.id])
    (stuck,) = await place.settles(desk)
    assert stuck.failure is not None
    assert "do not have permission to see it" in stuck.failure.sentence
    desk.actions.tickets.unlink(link)
    assert desk.actions.outbox.unfinished() == []


async def test_a_moved_issue_is_told_under_its_new_key(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    desk.actions.tickets.link(anomaly, issue)
    place.server.change_issue(issue.key, move_to="OPS")
    desk.actions.triage.acknowledge([anomaly.id])
    assert await place.settles(desk) == []
    await desk.actions.tickets.refresh(desk.actions.anomalies.links(anomaly.id))
    (link,) = desk.actions.anomalies.links(anomaly.id)
    assert link.issue is not None
    assert link.issue.key.startswith("OPS-")
    assert len(place.comments(link.issue.key)) == 1


async def test_a_pause_that_no_clock_can_add_does_not_stop_the_sending(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    for pause in ("inf", "nan", "-5", "1e300", "soon"):
        place.server.set_fault("qualytics", "429", method="PATCH", times=1, retry_after=pause)
        await act(desk, EntryKind.STATUS, anomaly, issue)
        assert await place.settles(desk) == []
    assert arrived(place, EntryKind.STATUS) == 5
    assert place.troubles == []


async def test_a_missing_certificate_file_is_named_and_nothing_is_sent(
    place: Place, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    settings = desk.actions.settings
    network = type(settings.current.network)(ca_file=str(tmp_path / "none.pem"))
    settings.keep(type(settings.current)(network=network))
    await desk.actions.connections.open()
    await asyncio.sleep(0)
    for site in Site:
        assert "none.pem" in desk.actions.connections.status(site).sentence
    assert desk.actions.triage.acknowledge([1])
    await place.passes(desk, 60)
    assert place.writes() == []
