"""How a call is found and its parameters judged, on a small document made for the purpose."""

from typing import Any

import pytest

from tests.contract.checker import SpecChecker

INTEGER = {"type": "integer"}
OK: dict[str, Any] = {"responses": {"200": {"description": "fine"}}}


def parameter(name: str, place: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": {"type": "string"}} | more


@pytest.fixture
def checker() -> SpecChecker:
    things = OK | {
        "parameters": [
            parameter("old", deprecated=True),
            parameter("ids", schema={"type": "array", "items": INTEGER}),
            parameter("ratio", schema={"type": "number", "maximum": 1}),
            parameter("X-Origin", "header", required=True),
            {"$ref": "#/components/parameters/Page"},
        ]
    }
    named = OK | {"parameters": [parameter("id", "path", required=True, schema=INTEGER)]}
    return SpecChecker(
        {
            "openapi": "3.0.1",
            "info": {"title": "Things"},
            "paths": {
                "/things/{id}": {"get": named, "post": named},
                "/things/new": {"get": OK | {"deprecated": True}, "put": OK},
                "/things/{id}/{part}": {"get": OK},
                "/{kind}/new/all": {"get": OK | {"deprecated": True}},
                "/things": {"get": things, "parameters": [parameter("shared")]},
            },
            "components": {"parameters": {"Page": parameter("page", schema=INTEGER)}},
        }
    )


def ask(checker: SpecChecker, path: str, *query: tuple[str, str], **headers: str) -> str:
    """The problems of a GET, as one text."""
    given = {"X-ORIGIN": "here"} | headers
    return "\n".join(checker.check_request("GET", path, query, given, b""))


def test_literal_words_win_over_braces_from_the_left(checker: SpecChecker) -> None:
    assert "GET /things/new is deprecated" in ask(checker, "/things/new")
    assert ask(checker, "/things/5") == ""
    assert "GET /{kind}/new/all is deprecated" in ask(checker, "/other/new/all")
    assert ask(checker, "/things/new/all") == ""


def test_once_the_words_match_no_vaguer_path_is_tried(checker: SpecChecker) -> None:
    (problem,) = checker.check_request("POST", "/things/new", [], {}, b"")
    assert problem == "POST /things/new is not an operation of Things"


def test_what_stands_in_the_path_has_a_type(checker: SpecChecker) -> None:
    assert "the path parameter 'id': \"five\" is not of type" in ask(checker, "/things/five")
    assert ask(checker, "/things/%35") == ""


def test_parameters_of_the_path_and_referred_ones_are_known(checker: SpecChecker) -> None:
    assert ask(checker, "/things", ("shared", "a"), ("page", "2"), ("ids", "1")) == ""
    assert "'page': \"two\"" in ask(checker, "/things", ("page", "two"))


def test_numbers_are_judged_as_numbers(checker: SpecChecker) -> None:
    assert ask(checker, "/things", ("ratio", "0.5"), ("ids", "1"), ("ids", "-2")) == ""
    assert "greater than the maximum" in ask(checker, "/things", ("ratio", "1.5"))
    assert "'ids'[1]" in ask(checker, "/things", ("ids", "1"), ("ids", "1,2"))


def test_a_parameter_on_its_way_out_is_stopped(checker: SpecChecker) -> None:
    assert "'old' of GET /things is deprecated" in ask(checker, "/things", ("old", "x"))


def test_a_header_that_the_document_requires_must_be_sent(checker: SpecChecker) -> None:
    (problem,) = checker.check_request("GET", "/things", [], {"X-Other": "a"}, b"")
    assert "the header parameter 'X-Origin' is missing" in problem
