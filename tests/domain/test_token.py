"""Tests of what a token says about its own end."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.domain.token import expires_at

END = 1_795_168_800


def token(claims: object) -> str:
    raw = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return f"head.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}.signature"


@pytest.mark.parametrize(
    ("claims", "end"),
    [
        ({"exp": END}, END),
        ({"exp": END + 0.5, "sub": "dana"}, END + 0.5),
        ({"sub": "dana?>~"}, None),
        ({"exp": None}, None),
        ({"exp": "1795168800"}, None),
        ({"exp": True}, None),
        ({"exp": -1}, None),
        ({"exp": 1e300}, None),
        ({"exp": 10**400}, None),
        ([END], None),
        (b"not json", None),
        (b"\xff\xfe", None),
        (b'{"a":' + b"[" * 50_000, None),
        (b"", None),
    ],
)
def test_a_token_tells_its_end_or_nothing(claims: object, end: float | None) -> None:
    assert expires_at(token(claims)) == end


@pytest.mark.parametrize(
    "text", ["", "abc", "a.b", "a.b.c.d", "..", "a.!!!.c", "a.ü.c", "\x00.\x00.\x00", "a.YQ.c"]
)
def test_what_is_no_jwt_tells_nothing(text: str) -> None:
    assert expires_at(text) is None


@given(st.text() | st.builds(token, st.dictionaries(st.just("exp"), st.integers() | st.floats())))
def test_every_end_that_is_told_can_be_shown_as_a_day(text: str) -> None:
    end = expires_at(text)
    if end is not None:
        assert datetime.fromtimestamp(end, UTC).year <= 9999
