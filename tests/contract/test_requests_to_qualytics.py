"""What the checker lets us send to Qualytics, and what it stops."""

from typing import Any

import pytest

from tests.contract import specs
from tests.contract.checker import SpecChecker
from tests.contract.fixtures import qualytics_official
from tests.contract.samples import ANOMALIES, JSON_HEADERS, body

UUID = "8e8b9f8b-1234-4abc-9def-012345678901"


def read(checker: SpecChecker, *query: tuple[str, str]) -> list[str]:
    return checker.check_request("GET", ANOMALIES, query, {}, b"")


def send(checker: SpecChecker, method: str, path: str, value: Any) -> list[str]:
    return checker.check_request(method, path, [], JSON_HEADERS, body(value))


def test_repeated_keys_are_one_list(qualytics_checker: SpecChecker) -> None:
    assert read(
        qualytics_checker,
        ("status", "Active"),
        ("status", "Acknowledged"),
        ("id", "824"),
        ("id", UUID),
        ("datastore", "3"),
        ("source_enriched", "true"),
        ("created_date", "2026-09-08"),
        ("archived", "include"),
        ("sort_created", "desc"),
        ("size", "100"),
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "Open"),
        ("archived", "false"),
        ("size", "101"),
        ("page", "0"),
        ("datastore", "ORDERS"),
        ("id", "824,825"),
        ("rule_type", "NotNull"),
        ("created_date", "08.09.2026"),
        ("source_enriched", "yes"),
        ("sort_weight", "down"),
    ],
)
def test_a_filter_that_qualytics_refuses_is_stopped(
    qualytics_checker: SpecChecker, key: str, value: str
) -> None:
    (problem,) = read(qualytics_checker, (key, value))
    assert f"the query parameter '{key}'" in problem


def test_a_filter_that_takes_one_value_is_not_given_two(qualytics_checker: SpecChecker) -> None:
    (problem,) = read(qualytics_checker, ("anomaly_type", "shape"), ("anomaly_type", "record"))
    assert "is given 2 times" in problem


def test_an_unknown_filter_is_stopped(qualytics_checker: SpecChecker) -> None:
    (problem,) = read(qualytics_checker, ("limit", "10"))
    assert "the query parameter 'limit' is unknown" in problem


@pytest.mark.parametrize(
    ("method", "path", "value"),
    [
        ("PATCH", ANOMALIES, [{"id": 824, "status": "Acknowledged", "assignee_ids": []}]),
        ("PATCH", ANOMALIES, [{"id": UUID, "description": None}]),
        ("DELETE", ANOMALIES, [{"id": 824, "archive": True, "status": "Resolved"}]),
        ("PUT", f"{ANOMALIES}/824", {"status": "Active"}),
        ("POST", "/api/comments", {"anomaly_id": 824, "message": "looking into it"}),
        ("PUT", "/api/comments/5", {"message": "done"}),
    ],
)
def test_a_write_by_the_document_passes(
    qualytics_checker: SpecChecker, method: str, path: str, value: Any
) -> None:
    assert send(qualytics_checker, method, path, value) == []


@pytest.mark.parametrize(
    ("method", "path", "value", "complaint"),
    [
        ("PATCH", ANOMALIES, [{"id": 824, "state": "Active"}], "body[0]: Additional prop"),
        ("PATCH", ANOMALIES, [{"id": 824, "status": "Resolved"}], "body[0].status:"),
        ("PATCH", ANOMALIES, [{"status": "Active"}], '"id" is a required property'),
        ("PATCH", ANOMALIES, {"id": 824}, "is not of type"),
        ("PATCH", ANOMALIES, [{"id": "824", "status": None}], "body[0].id:"),
        ("PUT", f"{ANOMALIES}/824", {"tags": None}, "body.tags: null"),
        ("PUT", f"{ANOMALIES}/824", {"comment": "no"}, "'comment' was unexpected"),
        ("POST", "/api/comments", {"anomaly_id": 824, "text": "a"}, "'text' was unexpected"),
        ("POST", "/api/comments", {"anomaly_id": 1, "partition_id": 2}, "was unexpected"),
    ],
)
def test_a_body_that_qualytics_would_refuse_or_ignore_is_stopped(
    qualytics_checker: SpecChecker, method: str, path: str, value: Any, complaint: str
) -> None:
    (problem,) = send(qualytics_checker, method, path, value)
    assert complaint in problem


@pytest.mark.parametrize("spoilt", [{}, {"archive": None}, {"archive": False}])
def test_nothing_is_deleted_that_was_to_be_archived(
    qualytics_checker: SpecChecker, spoilt: dict[str, Any]
) -> None:
    good = {"id": 823, "archive": True, "status": "Invalid"}
    (problem,) = send(
        qualytics_checker, "DELETE", ANOMALIES, [good, {"id": 824, "status": "Resolved"} | spoilt]
    )
    assert 'body[1]: without "archive": true the anomaly would be destroyed' in problem


def test_the_form_of_delete_that_nobody_documents_is_stopped(
    qualytics_checker: SpecChecker,
) -> None:
    query = [("archive", "true"), ("status", "Resolved")]
    (problem,) = qualytics_checker.check_request("DELETE", f"{ANOMALIES}/824", query, {}, b"")
    assert "is not an operation of" in problem


@pytest.mark.parametrize("root", ["", "/", "/gw/x/api"])
def test_an_api_served_elsewhere_is_checked_there(root: str) -> None:
    specs.need_specs()
    checker = qualytics_official(root)
    place = root.rstrip("/")
    assert checker.check_request("GET", f"{place}/anomalies/{UUID}", [], {}, b"") == []
    assert checker.check_request("GET", ANOMALIES, [], {}, b"") != []
