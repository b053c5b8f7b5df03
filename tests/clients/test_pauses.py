"""Tests of how long a server asks to wait, in every way in which it can say so."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.clients.answers import request_id, retry_after
from qjira_gui.domain.errors import RateError
from tests.clients.test_answers import DATE, answered


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"Retry_After": "30"}, 30.0),
        ({"Retry_After": "1.5"}, 1.5),
        ({"Retry_After": "3600"}, 3600.0),
        ({"Retry_After": "-5"}, 0.0),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "nan"}, None),
        ({"Retry_After": "inf"}, None),
        ({"Retry_After": "1e999"}, None),
        ({"Retry_After": ""}, None),
        ({"Retry_After": "Fri, 20 Nov 2026 10:00:42 GMT", "Date": DATE}, 42.0),
        ({"Retry_After": "Fri, 20 Nov 2026 10:00:42 -0000", "Date": DATE}, 42.0),
        ({"Retry_After": "Fri, 20 Nov 2026 09:00:00 GMT", "Date": DATE}, 0.0),
        ({"Retry_After": "Fri, 20 Nov 2026 10:00:42 GMT"}, None),
        ({"Retry_After": "Fri, 20 Nov 2026 10:00:42 GMT", "Date": "today"}, None),
        ({"X_RateLimit_Reset": "2026-11-20T10:01Z", "Date": DATE}, 60.0),
        ({"X_RateLimit_Reset": "2026-11-20T10:01:00", "Date": DATE}, 60.0),
        ({"X_RateLimit_Reset": "2026-11-20T09:00Z", "Date": DATE}, 0.0),
        ({"X_RateLimit_Reset": "2026-11-20T10:01Z"}, None),
        ({"X_RateLimit_Reset": "1795168860", "Date": DATE}, None),
        ({"Retry_After": "7", "X_RateLimit_Reset": "2026-11-20T10:01Z", "Date": DATE}, 7.0),
    ],
)
def test_a_pause_lasts_as_long_as_the_server_s_own_clock_says(
    headers: dict[str, str], wait: float | None
) -> None:
    error = answered(429, {"errorMessages": ["Rate limit exceeded."]}, **headers)
    assert isinstance(error, RateError)
    assert error.retry_after == wait
    assert error.sentence == "Jira asks for a pause. It goes on by itself."


def test_the_reason_of_a_pause_is_kept() -> None:
    error = answered(429, {}, RateLimit_Reason="jira-per-issue-on-write")
    assert isinstance(error, RateError)
    assert error.reason == "jira-per-issue-on-write"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_no_header_makes_a_pause_that_is_no_time(value: str) -> None:
    response = httpx.Response(429, headers={"Retry-After": value, "Date": DATE})
    wait = retry_after(response)
    assert wait is None or 0.0 <= wait < float("inf")
    assert request_id(response) == ""
