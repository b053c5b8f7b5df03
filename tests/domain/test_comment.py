"""Tests of the words that QJira leaves in Jira, and of the limits of Jira's text fields."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjira_gui.domain.comment import (
    Context,
    comment_text,
    context_text,
    cut,
    is_from_integration,
    label_text,
    one_line,
    parse_status_text,
    status_text,
    summary_text,
)
from qjira_gui.domain.text import units

AT = 1_705_314_600.0
STATUS = "[2024-01-15 10:30:00 UTC] Qualytics Anomaly Status: Acknowledged"


def test_a_status_comment_reads_as_qualytics_writes_it() -> None:
    assert status_text(AT, "Acknowledged") == STATUS
    assert status_text(AT + 0.999, "Acknowledged") == STATUS


def test_a_comment_says_where_it_comes_from() -> None:
    assert comment_text("fixed\r\nupstream \n") == "Comment from Qualytics: fixed\nupstream"


@pytest.mark.parametrize(
    "text",
    [
        STATUS,
        f"  {STATUS}\n",
        STATUS.replace(" ", "\xa0"),
        STATUS.replace("] ", "]\n"),
        f"**{STATUS}",
        f"{STATUS}\nReason: known load problem",
    ],
)
def test_a_status_comment_is_recognised_whoever_wrote_it(text: str) -> None:
    assert parse_status_text(text) == (AT, "Acknowledged")
    assert is_from_integration(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Acknowledged",
        f"Did you see {STATUS}?",
        f"> {STATUS}",
        f"{STATUS}, but why was nobody told?",
        "[2024-13-45 10:30:00 UTC] Qualytics Anomaly Status: Acknowledged",
        "[2024-01-15 10:30:00 UTC] Qualytics Anomaly Status:",
        "[2024-01-15 10:30] Qualytics Anomaly Status: Acknowledged",
    ],
)
def test_what_a_person_writes_is_no_status_comment(text: str) -> None:
    assert parse_status_text(text) is None


@settings(deadline=None, max_examples=60)
@given(
    seconds=st.integers(0, 250_000_000_000),
    words=st.lists(st.text("abcXYZ_é", min_size=1), min_size=1, max_size=3),
)
def test_a_status_comment_is_read_back_even_for_statuses_not_known_yet(
    seconds: int, words: list[str]
) -> None:
    status = " ".join(words)
    assert parse_status_text(status_text(seconds, status)) == (seconds, status)


CONTEXT = Context(
    at=1_769_199_724,
    anomaly_id=1,
    status="Acknowledged",
    type="shape",
    detected="2025-12-21T01:48:42.988233Z",
    message=None,
    fields=["CUSTOMER_NAME"],
    failed_checks=["8 values in CUSTOMER_NAME\nwere resolved", ""],
    url="https://acme.qualytics.io/datastores/1/anomalies?id=1",
)
BLOCK = """\
Qualytics Anomaly Linked [2026-01-23 20:22:04 UTC]
Anomaly ID: 1
Status: Acknowledged
Type: shape
Detected: 2025-12-21 01:48:42.988233+00:00
Field: CUSTOMER_NAME
Failed Checks:
- 8 values in CUSTOMER_NAME were resolved
View in Qualytics: https://acme.qualytics.io/datastores/1/anomalies?id=1"""


def test_the_block_says_what_qualytics_own_tickets_say() -> None:
    assert context_text(CONTEXT) == BLOCK


@pytest.mark.parametrize("detected", ["", "yesterday", "2025-12-21T01:48:42"])
def test_a_time_that_nobody_understands_is_shown_as_received(detected: str) -> None:
    strange = Context(
        at=0, anomaly_id=1, status="Odd", type="x", detected=detected, url="https://x.io"
    )
    assert (f"Detected: {detected}" in context_text(strange)) == bool(detected)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        (BLOCK, True),
        (" ".join(f"words of a person --- {BLOCK}".split()), True),
        ("## Qualytics Anomaly Linked [2026-01-23 20:22:04 UTC]\n**Anomaly ID:** 824", True),
        ("Comment from Qualytics: hello", True),
        ("\xa0Comment\xa0from Qualytics:\nhello", True),
        ("Is there a Comment from Qualytics: on this?", False),
        ("The Qualytics Anomaly Linked here is old", False),
        ("", False),
    ],
)
def test_texts_of_the_integration_are_told_from_those_of_people(text: str, ours: bool) -> None:
    assert is_from_integration(text) is ours


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("two\r\nlines", "two lines"),
        ("a\u2028b\x85c\x0bd\te", "a b c d e"),
        ("nul\x00 bell\x07 \x9besc", "nul bell esc"),
        ("half \ud83d a pair, whole \ud83d\ude00", "half a pair, whole 😀"),
        ("\u200fشذوذ\u200f 👩‍👧", "\u200fشذوذ\u200f 👩‍👧"),
        (" \n ", ""),
    ],
)
def test_a_pasted_text_becomes_one_clean_line(pasted: str, line: str) -> None:
    assert one_line(pasted) == line


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("long words", 6, "long…"),
        ("ab", 1, "…"),
        ("ab", 0, ""),
        ("😀😀😀", 6, "😀😀😀"),
        ("😀😀😀", 5, "😀😀…"),
        ("😀😀😀", 4, "😀…"),
        ("abe\u0301x", 4, "ab…"),
        ("abe\u0301xyz", 5, "abe\u0301…"),
        ("a👩‍👩‍👧‍👦bc", 10, "a…"),
        ("a👍🏽bcd", 5, "a…"),
        ("🇺🇦🇩🇪🇫🇷", 11, "🇺🇦🇩🇪…"),
        ("🇺🇦🇩🇪🇫🇷", 8, "🇺🇦…"),
        ("x🇺🇦🇩🇪", 8, "x🇺🇦…"),
        ("한국어입니다".encode().decode(), 4, "한국어…"),
        (unicodedata.normalize("NFD", "한국어"), 6, unicodedata.normalize("NFD", "한") + "…"),
        ("e" + "\u0301" * 100, 50, "e" + "\u0301" * 48 + "…"),
    ],
)
def test_text_is_cut_between_characters_as_people_see_them(
    text: str, limit: int, expected: str
) -> None:
    assert cut(text, limit) == expected


@settings(deadline=None, max_examples=60)
@given(
    text=st.text(st.characters() | st.sampled_from("\u200d\u0301🇺🏽👩")), limit=st.integers(1, 20)
)
def test_a_cut_text_fits_and_is_the_beginning(text: str, limit: int) -> None:
    kept = cut(text, limit)
    assert units(kept) <= limit
    assert "\ud83d" not in kept
    whole = cut(text, 10_000)
    assert kept == whole or (kept.endswith("…") and whole.startswith(kept[:-1]))


def test_a_summary_of_three_hundred_characters_and_two_lines_is_accepted() -> None:
    said = summary_text("null amounts\n" + "x" * 300)
    assert len(said) == 254
    assert said.startswith("null amounts xxx")
    assert said.endswith("x…")
    assert units(summary_text("😀" * 300)) <= 254


def test_a_label_has_no_spaces_and_no_more_than_jira_takes() -> None:
    assert label_text("  data quality\tOrders ") == "data-quality-Orders"
    assert label_text("über\u00a0alles 😀") == "über-alles-😀"
    assert label_text("x" * 300) == "x" * 255
