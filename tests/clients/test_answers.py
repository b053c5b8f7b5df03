"""Tests of answers that are no success: each becomes one error, in words, whatever shape it has."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjira_gui.clients.answers import error_of
from qjira_gui.domain.errors import (
    AppError,
    NotTheApiError,
    PassingError,
    RefusedError,
    SignInError,
)

SITE = "http://127.0.0.1:1"
DATE = "Fri, 20 Nov 2026 10:00:00 GMT"


def answered(status: int, body: object = None, **headers: str) -> AppError | None:
    """What becomes of an answer; a body that is no text is sent as JSON."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    as_it_is = body if isinstance(body, str | bytes) else None
    content = json.dumps(body) if body is not None and as_it_is is None else as_it_is
    told.setdefault("Content-Type", "application/json" if as_it_is is None else "text/plain")
    request = httpx.Request("POST", f"{SITE}/issue?x=1")
    return error_of("Jira", httpx.Response(status, headers=told, content=content, request=request))


def refused(body: object, status: int = 400, **headers: str) -> RefusedError:
    error = answered(status, body, **headers)
    assert isinstance(error, RefusedError)
    return error


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"detail": "Container id: 10 has not been profiled", "fault_context": None}, "Container"),
        (
            {"detail": "Container gone", "fault_context": {"code": "x", "hint": "y"}},
            "Container gone",
        ),
        (
            {"detail": [{"loc": ["query", "archived"], "msg": "not a valid enum", "type": "enum"}]},
            "query.archived: not a valid enum",
        ),
        ({"detail": [{"loc": "archived", "msg": "no"}, {"msg": "nor this"}]}, "no nor this"),
        (
            {"detail": [{"loc": 7, "msg": "odd place"}, "and plain text"]},
            "odd place and plain text",
        ),
        ({"detail": {"message": "wrapped once more"}}, "wrapped once more"),
        ({"errorMessages": ["No issue", "No right"], "errors": {}}, "No issue No right"),
        ({"errorMessages": "one text, no list"}, "one text, no list"),
        ({"errorMessages": None, "errors": None, "message": "Gone", "status-code": 400}, "Gone"),
        ({"error": "invalid_scope"}, "invalid_scope"),
        ({"errors": ["a list", "of texts"]}, "a list of texts"),
        ({"errors": [{"message": "a list of objects"}]}, "a list of objects"),
        (["bare", "list"], "bare list"),
        ("upstream connect error", "upstream connect error"),
        ("  two\n lines ", "two lines"),
        ('"only a string"', "only a string"),
        (b"bad \xff byte", "bad \ufffd byte"),
        (b'{"message": "bad \xff byte"}', "bad \ufffd byte"),
        (b'\xef\xbb\xbf{"message": "with a mark"}', "with a mark"),
        (b'{"message": "half \\ud83d"}', "half ?"),
    ],
)
def test_the_server_s_own_words_are_passed_on(body: object, said: str) -> None:
    error = refused(body)
    assert error.sentence.startswith(f"Jira refused this: {said}")
    assert error.detail.startswith(f"HTTP 400 POST /issue {said}")
    assert error.status == 400


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "   ",
        "<html><body>Forbidden by policy</body></html>",
        {},
        [],
        7,
        "null",
        "{",
        {"detail": None},
        {"detail": 7, "errorMessages": 3, "errors": 5, "message": {}, "error": [None]},
        {"errorMessages": {}, "errors": []},
        b"[" * 50_000,
    ],
)
@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (403, "A permission is missing for this."),
        (404, "It is not there, or this account may not see it."),
        (410, "This server no longer offers it."),
        (413, "The issue is full: Jira takes no more of these."),
        (422, "It gave no reason."),
    ],
)
def test_a_server_without_words_is_explained(body: object, status: int, meaning: str) -> None:
    assert refused(body, status).sentence == f"Jira refused this: {meaning}"


def test_what_is_wrong_with_a_field_comes_with_its_name() -> None:
    said = {"summary": "You must specify a summary.", "priority": ["No such.", "Nor that."]}
    error = refused({"errorMessages": [], "errors": {**said, "odd": 7}})
    assert error.fields["summary"] == "You must specify a summary."
    assert error.fields["priority"] == "No such. Nor that."
    assert error.fields["odd"] == "7"
    assert "summary: You must specify a summary." in error.sentence


def test_a_stack_trace_of_a_megabyte_does_not_fill_the_window() -> None:
    error = refused({"message": "java.lang.Exception at\n" * 50_000, "errors": {"a": "x" * 9_999}})
    assert len(error.sentence) < 1_100
    assert len(error.detail) < 1_100
    assert len(error.fields["a"]) == 1_000
    assert "\n" not in error.sentence


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (401, {}),
        (200, {"X_Seraph_LoginReason": "AUTHENTICATED_FAILED"}),
        (404, {"X_Seraph_LoginReason": "AUTHENTICATED_FAILED"}),
        (404, {"X_Seraph_LoginReason": "OK, AUTHENTICATED_FAILED"}),
        (503, {"X_Seraph_LoginReason": "AUTHENTICATED_FAILED"}),
        (403, {"X_Seraph_LoginReason": "AUTHENTICATION_DENIED"}),
    ],
)
def test_a_rejected_sign_in_is_known_by_its_header_whatever_the_status(
    status: int, headers: dict[str, str]
) -> None:
    error = answered(status, {"errorMessages": ["Issue does not exist"]}, **headers)
    assert isinstance(error, SignInError)
    assert error.sentence == (
        "Jira does not accept the sign-in. Everything is kept; enter a new token in Connections "
        "and it goes on."
    )


@pytest.mark.parametrize(("status", "expected"), [(200, None), (404, RefusedError)])
@pytest.mark.parametrize("reason", ["OK", "AUTHORISED", "AUTHENTICATED", ""])
def test_a_login_reason_that_rejects_nothing_changes_nothing(
    status: int, expected: type[AppError] | None, reason: str
) -> None:
    error = answered(status, {}, X_Seraph_LoginReason=reason)
    assert error is None if expected is None else type(error) is expected


@pytest.mark.parametrize("login", ["AUTHENTICATION_DENIED", ""])
def test_a_captcha_is_told_from_a_wrong_token(login: str) -> None:
    denied = "CAPTCHA_CHALLENGE; login-url=https://jira.acme.example/login.jsp"
    error = answered(403, {}, X_Seraph_LoginReason=login, X_Authentication_Denied_Reason=denied)
    assert isinstance(error, SignInError)
    assert error.sentence == "Jira wants you to sign in once in the browser before it lets apps in."


def test_a_missing_e_mail_is_a_matter_of_signing_in_though_jira_says_403() -> None:
    error = answered(403, {"error": "Failed to parse Connect Session Auth Token"})
    assert isinstance(error, SignInError)
    assert type(answered(403, {"error": "No permission"})) is RefusedError


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", [{"detail": "down"}, "<html>nginx</html>", None])
def test_trouble_at_the_other_end_passes(status: int, body: object) -> None:
    error = answered(status, body, Retry_After="12")
    assert isinstance(error, PassingError)
    assert error.retry_after == 12.0
    assert error.sentence == f"Jira has trouble (HTTP {status}). QJira tries again by itself."


@pytest.mark.parametrize("header", ["atl-traceid", "X-AREQUESTID", "X-Request-ID"])
@pytest.mark.parametrize("status", [400, 401, 429, 503])
def test_the_server_s_name_for_a_request_is_kept_for_whoever_searches_its_log(
    header: str, status: int
) -> None:
    error = answered(status, {}, **{header: "7f3k2" * 100})
    assert error is not None
    assert error.request_id.startswith("7f3k2")
    assert len(error.request_id) <= 100


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "<!DOCTYPE html><title>Sign in</title>", "text/html"),
        (200, "<!DOCTYPE html><title>Sign in</title>", "text/html; charset=utf-8"),
        (200, "upstream is fine", "text/plain"),
        (200, b"\x00\x01", "application/octet-stream"),
        (302, "", "text/html"),
        (304, "", "application/json"),
        (303, "{}", "application/json"),
    ],
)
def test_whatever_is_not_the_api_is_called_a_web_page(
    status: int, body: str | bytes, kind: str
) -> None:
    error = answered(status, body, Content_Type=kind)
    assert isinstance(error, NotTheApiError)
    assert error.sentence.startswith("A web page answered instead of Jira.")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "{}", "application/json"),
        (201, "{}", "application/json;charset=UTF-8"),
        (200, "{}", "Application/JSON"),
        (200, "{}", "application/problem+json"),
        (204, "", "text/html"),
        (200, "", ""),
    ],
)
def test_a_success_is_no_error(status: int, body: str, kind: str) -> None:
    assert answered(status, body, Content_Type=kind) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["detail", "errors", "errorMessages", "message", "error", "msg", "loc"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Retry-After", "Date", "X-RateLimit-Reset", "X-Seraph-LoginReason", "atl-traceid"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
)


@settings(deadline=None, max_examples=150)
@given(status=st.integers(200, 599), body=JSON | st.binary(max_size=40), headers=HEADERS)
def test_no_answer_whatsoever_is_more_than_an_error_with_a_sentence(
    status: int, body: Any, headers: dict[str, str]
) -> None:
    error = answered(status, body, **headers)
    if error is None:
        assert status < 300
    else:
        assert error.sentence.startswith(("Jira ", "A web page answered instead of Jira"))
        assert error.detail.startswith(f"HTTP {status} POST /issue")
