"""What the checker lets us send to Jira, and what it stops."""

from typing import Any

import pytest

from tests.contract.checker import SpecChecker
from tests.contract.samples import COMMENT, ISSUE, JSON_HEADERS, body, issue, text

Pairs = list[tuple[str, str]]
SEARCH = "/rest/api/3/search/jql"


def read(checker: SpecChecker, path: str, query: Pairs | None = None) -> list[str]:
    return checker.check_request("GET", path, query or [], {}, b"")


def send(checker: SpecChecker, path: str, value: Any, method: str = "POST") -> list[str]:
    return checker.check_request(method, path, [], JSON_HEADERS, body(value))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/rest/api/3/myself", []),
        ("/rest/api/3/mypermissions", [("permissions", "CREATE_ISSUES"), ("projectKey", "DQ")]),
        ("/rest/api/3/issue/createmeta/DQ/issuetypes/10004", [("maxResults", "200")]),
        (SEARCH, [("jql", 'project = "DQ"'), ("fields", "summary"), ("fields", "status")]),
        (SEARCH, [("jql", "project = DQ"), ("reconcileIssues", "10001"), ("failFast", "true")]),
        (COMMENT, [("orderBy", "-created"), ("expand", "properties")]),
        ("/rest/api/3/comment/10001/properties/our%2Fkey", []),
    ],
)
def test_a_read_by_the_document_passes(jira_checker: SpecChecker, path: str, query: Pairs) -> None:
    assert read(jira_checker, path, query) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (ISSUE, issue()),
        (ISSUE, issue(description=None, customfield_10050=text("why it matters"))),
        (COMMENT, {"body": text(), "properties": [{"key": "qjira", "value": {"op": "7f3k2"}}]}),
        (COMMENT, {"body": text(), "visibility": {"type": "role", "identifier": None}}),
        ("/rest/api/3/comment/list", {"ids": [10001, 10002]}),
        ("/rest/api/3/issue/bulkfetch", {"issueIdsOrKeys": ["DQ-7"], "fields": ["status"]}),
        (SEARCH, {"jql": "project = DQ", "fields": ["id"], "reconcileIssues": [10001]}),
        (f"{ISSUE}/DQ-7/remotelink", {"globalId": "q:824", "object": {"url": "u", "title": "t"}}),
    ],
)
def test_a_write_by_the_document_passes(jira_checker: SpecChecker, path: str, value: Any) -> None:
    assert send(jira_checker, path, value) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rest/api/3/nonsense"),
        ("GET", "/rest/api/2/myself"),
        ("GET", "/rest/api/3/myself/"),
        ("GET", "/rest/api/3/issue//comment"),
        ("PATCH", ISSUE),
        # The words of the path decide before the method: this is not an issue named "picker".
        ("DELETE", "/rest/api/3/issue/picker"),
    ],
)
def test_a_call_that_jira_does_not_offer_is_stopped(
    jira_checker: SpecChecker, method: str, path: str
) -> None:
    (problem,) = jira_checker.check_request(method, path, [], {}, b"")
    assert "is not an operation of" in problem


@pytest.mark.parametrize(
    "path", ["/rest/api/3/priority", "/rest/api/3/search", "/rest/api/3/issue/createmeta"]
)
def test_a_call_that_jira_will_take_away_is_stopped(jira_checker: SpecChecker, path: str) -> None:
    (problem,) = read(jira_checker, path)
    assert "is deprecated" in problem


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ([("jql", "a"), ("total", "true")], "the query parameter 'total' is unknown"),
        ([("jql", "a"), ("maxResults", "many")], "'maxResults': \"many\" is not of type"),
        ([("jql", "a"), ("failFast", "True")], "'failFast': \"True\" is not of type"),
        ([("jql", "a"), ("jql", "b")], "'jql' is given 2 times"),
        ([("jql", "a"), ("reconcileIssues", "DQ-7")], "'reconcileIssues'[0]: \"DQ-7\" is not"),
    ],
)
def test_a_search_with_a_wrong_parameter_is_stopped(
    jira_checker: SpecChecker, query: Pairs, complaint: str
) -> None:
    (problem,) = read(jira_checker, SEARCH, query)
    assert complaint in problem


def test_a_missing_parameter_that_jira_requires_is_named(jira_checker: SpecChecker) -> None:
    (problem,) = read(jira_checker, "/rest/api/3/user/bulk")
    assert "'accountId' is missing" in problem


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (ISSUE, issue() | {"labels": ["a"]}, "'labels' was unexpected"),
        (ISSUE, {"fields": [issue()]}, "body.fields:"),
        (COMMENT, {"body": text(), "propertys": []}, "'propertys' was unexpected"),
        (COMMENT, {"body": text(), "properties": [{"name": "a"}]}, "'name' was unexpected"),
        (COMMENT, {"body": text(), "visibility": {"type": "team"}}, "body.visibility.type:"),
        (COMMENT, {"body": text(), "visibility": {"value": None}}, "body.visibility.value: null"),
        ("/rest/api/3/comment/list", {"ids": ["10001"]}, "body.ids[0]:"),
        ("/rest/api/3/comment/list", {}, '"ids" is a required property'),
        (SEARCH, {"jql": "project = DQ", "startAt": 50}, "'startAt' was unexpected"),
        (f"{ISSUE}/DQ-7/remotelink", {"globalId": "q:824"}, '"object" is a required property'),
    ],
)
def test_a_body_against_the_document_is_stopped_with_the_place(
    jira_checker: SpecChecker, path: str, value: Any, complaint: str
) -> None:
    (problem,) = send(jira_checker, path, value)
    assert complaint in problem


def test_what_only_the_server_writes_is_not_ours_to_send(jira_checker: SpecChecker) -> None:
    (problem,) = send(jira_checker, COMMENT, {"body": text(), "created": "2026-01-23"})
    assert "'created' was unexpected" in problem


def test_a_body_must_be_there_when_wanted_and_of_the_right_type(
    jira_checker: SpecChecker,
) -> None:
    check = jira_checker.check_request
    assert "its body is missing" in check("POST", ISSUE, [], JSON_HEADERS, b"")[0]
    assert "takes no body" in check("GET", "/rest/api/3/myself", [], JSON_HEADERS, b"{}")[0]
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert "is wanted" in check("POST", ISSUE, [], form, body(issue()))[0]
    charset = {"content-type": "application/json; charset=UTF-8"}
    assert check("POST", ISSUE, [], charset, body(issue())) == []


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b'{"fields": {"summary": "a", "summary": "b"}}', "'summary' appears twice"),
        (b'{"fields": {"customfield_1": NaN}}', "NaN is not JSON"),
        (b'{"fields": {', "is not JSON"),
        (b'{"fields": {"summary": "\xff"}}', "is not UTF-8"),
    ],
)
def test_text_that_two_readers_could_read_differently_is_stopped(
    jira_checker: SpecChecker, raw: bytes, complaint: str
) -> None:
    (problem,) = jira_checker.check_request("POST", ISSUE, [], JSON_HEADERS, raw)
    assert complaint in problem
