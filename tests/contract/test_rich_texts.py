"""Rich texts are checked wherever Jira keeps one, by the official schema."""

from typing import Any

import pytest

from tests.contract.adf import AdfChecker
from tests.contract.checker import SpecChecker
from tests.contract.samples import COMMENT, ISSUE, JSON_HEADERS, body, issue, text

EMPTY = text("")


def paragraph(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(nodes)}


def document(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(blocks)}


def marked(*marks: str) -> dict[str, Any]:
    return {"type": "text", "text": "AMOUNT", "marks": [{"type": mark} for mark in marks]}


@pytest.mark.parametrize(
    "good",
    [
        document(),
        document(paragraph()),
        document(paragraph(marked("strong", "em")), {"type": "rule"}),
        document({"type": "codeBlock", "content": [{"type": "text", "text": "SELECT 1"}]}),
        text("🦊 שלום"),
    ],
)
def test_a_good_text_passes(adf_checker: AdfChecker, good: dict[str, Any]) -> None:
    assert adf_checker.document_problems(good, "text") == []


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (EMPTY, 'text.content[0].content[0].text: "" is shorter than 1 character'),
        ({"type": "doc", "content": []}, 'text: "version" is a required property'),
        (document(paragraph(marked("strong", "code"))), "text.content[0]"),
        (document(paragraph(marked("loud"))), "text.content[0]"),
        (document({"type": "text", "text": "bare"}), "text.content[0]"),
        (document({"type": "bulletList", "content": []}), "text.content[0]"),
        (document({"type": "heading", "attrs": {"level": 7}}), "text.content[0].attrs.level"),
        (document({"type": "codeBlock", "content": [marked("em")]}), "text.content[0]"),
        ("plain words", "text: rich text must be an ADF document, not a str"),
    ],
)
def test_a_bad_text_is_stopped_with_the_place(
    adf_checker: AdfChecker, bad: Any, complaint: str
) -> None:
    problems = adf_checker.document_problems(bad, "text")
    assert problems[0].startswith(complaint), problems


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (COMMENT, {"body": EMPTY}, "body.body."),
        (COMMENT, {"body": "plain"}, "body.body:"),
        (ISSUE, issue(description=EMPTY), "body.fields.description."),
        (ISSUE, issue(description="plain"), "body.fields.description:"),
        (ISSUE, issue(environment=EMPTY), "body.fields.environment."),
        (ISSUE, issue(customfield_10050=EMPTY), "body.fields.customfield_10050."),
        (ISSUE, issue() | {"update": {"comment": [{"add": {"body": EMPTY}}]}}, "body.update."),
        (f"{ISSUE}/bulk", {"issueUpdates": [issue(description=EMPTY)]}, "body.issueUpdates[0]."),
    ],
)
def test_a_bad_text_is_found_wherever_it_is_sent(
    jira_checker: SpecChecker, path: str, value: Any, place: str
) -> None:
    (problem,) = jira_checker.check_request("POST", path, [], JSON_HEADERS, body(value))
    assert place in problem


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{ISSUE}/DQ-7", {"id": "10001", "fields": {"description": EMPTY}}),
        (f"{ISSUE}/DQ-7", {"id": "10001", "fields": {"comment": {"comments": [{"body": "a"}]}}}),
        ("/rest/api/3/search/jql", {"issues": [{"id": "1", "fields": {"environment": "a"}}]}),
        (COMMENT, {"comments": [{"id": "1", "body": EMPTY}], "total": 1}),
    ],
)
def test_a_bad_text_is_found_wherever_it_comes_from(
    jira_checker: SpecChecker, path: str, value: Any
) -> None:
    problems = jira_checker.check_response("GET", path, 200, JSON_HEADERS, body(value))
    assert len(problems) == 1, problems
    assert "ADF" in problems[0]


def test_what_only_talks_about_descriptions_is_not_taken_for_one(
    jira_checker: SpecChecker,
) -> None:
    answer = {
        "id": "10001",
        "fields": {"issuetype": {"description": "A task"}, "parent": {"id": "1"}},
        "names": {"description": "Description"},
        "schema": {"description": {"type": "string"}},
        "properties": {"qjira": {"body": "plain"}},
    }
    check = jira_checker.check_response
    assert check("GET", f"{ISSUE}/DQ-7", 200, JSON_HEADERS, body(answer)) == []
