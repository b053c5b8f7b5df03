"""Which answers a client written by the documents would expect, and which it would not."""

from typing import Any

import pytest

from tests.contract.checker import SpecChecker
from tests.contract.samples import (
    ANOMALIES,
    COMMENT,
    HTML_HEADERS,
    ISSUE,
    JSON_HEADERS,
    body,
    text,
)

ERRORS = {"errorMessages": ["no"], "errors": {"summary": "too long"}, "status": 400}
USER = {"accountId": "5b10", "accountType": "atlassian", "displayName": "Mia", "active": True}
PAGE = b"<!doctype html><title>Log in</title>"


def answer(
    checker: SpecChecker,
    method: str,
    path: str,
    status: int,
    value: Any,
    headers: dict[str, str] = JSON_HEADERS,
) -> list[str]:
    raw = value if isinstance(value, bytes) else body(value)
    return checker.check_response(method, path, status, headers, raw)


@pytest.mark.parametrize(
    ("method", "path", "status", "value"),
    [
        ("GET", "/rest/api/3/myself", 200, USER),
        ("GET", "/rest/api/3/myself", 401, {"errorMessages": ["no"], "errors": {}}),
        ("POST", ISSUE, 201, {"id": "10001", "key": "DQ-7", "self": "https://x/10001"}),
        ("POST", ISSUE, 400, ERRORS),
        (
            "POST",
            COMMENT,
            201,
            {"id": "1", "body": text(), "created": "2026-01-17T12:34:00.0+0000"},
        ),
        ("POST", COMMENT, 404, ERRORS),
        ("GET", f"{ISSUE}/DQ-7", 404, b""),
        ("DELETE", "/rest/api/3/comment/10001/properties/qjira", 204, b""),
        ("PUT", "/rest/api/3/comment/10001/properties/qjira", 200, {}),
        ("PUT", f"{ISSUE}/DQ-7", 204, b""),
        ("GET", f"{ISSUE}/createmeta/NOPE/issuetypes", 404, {"errorMessages": ["no project"]}),
    ],
)
def test_an_answer_of_jira_by_the_document_passes(
    jira_checker: SpecChecker, method: str, path: str, status: int, value: Any
) -> None:
    assert answer(jira_checker, method, path, status, value) == []


@pytest.mark.parametrize(
    ("method", "path", "status", "value", "complaint"),
    [
        ("GET", "/rest/api/3/myself", 200, USER | {"age": 3}, "'age' was unexpected"),
        ("GET", "/rest/api/3/myself", 200, USER | {"emailAddress": None}, "body.emailAddress:"),
        ("GET", "/rest/api/3/myself", 200, USER | {"accountType": "robot"}, "body.accountType:"),
        ("GET", "/rest/api/3/myself", 200, b"", "its body is missing"),
        ("POST", ISSUE, 200, {"id": "10001"}, "the status is not documented"),
        ("POST", ISSUE, 404, ERRORS, "the status is not documented"),
        ("POST", ISSUE, 201, {"id": 10001}, "body.id:"),
        ("POST", ISSUE, 201, b'{"id": "1", "id": "2"}', "'id' appears twice"),
        ("POST", ISSUE, 400, {"errors": {"summary": ["a", "b"]}}, "body.errors.summary:"),
        ("POST", ISSUE, 400, b"", "its body is missing"),
        ("DELETE", "/rest/api/3/comment/1/properties/qjira", 204, {}, "none is documented"),
        ("PUT", f"{ISSUE}/DQ-7", 204, {}, "none is documented"),
        ("GET", f"{ISSUE}/createmeta/NOPE/issuetypes", 403, ERRORS, "the status is not documented"),
        ("GET", "/rest/api/3/nonsense", 200, {}, "is not an operation"),
        (
            "GET",
            "/rest/api/3/issue/createmeta/DQ/issuetypes/10004",
            200,
            {"fields": [{"fieldId": "summary", "name": "Summary", "required": True}]},
            "body.fields[0]:",
        ),
    ],
)
def test_an_answer_of_jira_against_the_document_is_named(
    jira_checker: SpecChecker, method: str, path: str, status: int, value: Any, complaint: str
) -> None:
    problems = answer(jira_checker, method, path, status, value)
    assert problems
    assert complaint in problems[0]


@pytest.mark.parametrize("status", [401, 429, 500, 502, 503])
def test_a_limiter_or_gateway_may_answer_in_its_own_words(
    jira_checker: SpecChecker, status: int
) -> None:
    label = "/rest/api/3/label"  # documents 200 alone
    assert answer(jira_checker, "GET", label, status, PAGE, HTML_HEADERS) == []


@pytest.mark.parametrize("status", [200, 400, 404])
def test_a_web_page_is_no_answer_of_an_api(jira_checker: SpecChecker, status: int) -> None:
    (problem,) = answer(jira_checker, "GET", COMMENT, status, PAGE, HTML_HEADERS)
    assert "is of type 'text/html'" in problem or "body is of type" in problem


def test_qualytics_errors_pass_in_each_documented_shape(qualytics_checker: SpecChecker) -> None:
    path = f"{ANOMALIES}/824"
    fault = {
        "code": "x", "fault_domain": "d", "who": "w", "retryable": False, "title": "t",
        "hint": "h", "phase": None,
    }  # fmt: skip
    for status, value in (
        (404, {"detail": "gone"}),
        (409, {"detail": "conflict", "fault_context": None}),
        (403, {"detail": "not yours", "fault_context": fault}),
        (422, {"detail": [{"loc": ["query", "size"], "msg": "too large", "type": "value"}]}),
        (422, b""),
        (401, {"detail": "token expired"}),
        (503, b"upstream gone"),
    ):
        assert answer(qualytics_checker, "GET", path, status, value) == [], (status, value)


@pytest.mark.parametrize(
    ("method", "path", "status", "value", "complaint"),
    [
        ("GET", f"{ANOMALIES}/824", 404, {"detail": ["gone"]}, "body.detail:"),
        ("GET", f"{ANOMALIES}/824", 410, {"detail": "gone"}, "the status is not documented"),
        ("DELETE", ANOMALIES, 200, [], "the status is not documented"),
        ("DELETE", ANOMALIES, 204, [], "none is documented"),
        ("GET", "/api/health", 204, {"ok": True}, "none is documented"),
        ("GET", ANOMALIES, 200, {"items": [], "total": 0, "page": 1, "size": 50}, '"pages" is a'),
        ("POST", "/api/comments", 201, {"id": 5, "message": "a", "created": "now"}, "date-time"),
        ("POST", "/api/comments", 201, {"id": 5, "message": None}, "body"),
    ],
)
def test_an_answer_of_qualytics_against_the_document_is_named(
    qualytics_checker: SpecChecker,
    method: str,
    path: str,
    status: int,
    value: Any,
    complaint: str,
) -> None:
    problems = answer(qualytics_checker, method, path, status, value)
    assert problems
    assert complaint in problems[0]


def test_any_success_may_stand_where_the_code_is_unknown(qualytics_checker: SpecChecker) -> None:
    comment = {"id": 5, "message": "a", "created": "2026-09-08T08:00:00Z"}
    for status in (200, 201):
        assert answer(qualytics_checker, "POST", "/api/comments", status, comment) == []


def test_a_list_answer_may_carry_what_newer_builds_add(qualytics_checker: SpecChecker) -> None:
    page = {"items": [], "total": 0, "page": 1, "size": 50, "pages": 0, "took_ms": 4}
    assert answer(qualytics_checker, "GET", ANOMALIES, 200, page) == []
