"""Tests of the questions to Jira: no input bends them, keys are found in what people paste."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjira_gui.clients.jql import created_since, jql, looks_like_key, words

SITE = "https://acme.atlassian.net"


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_values_are_quoted_and_numbers_and_lists_are_written_as_jql_has_them() -> None:
    asked = jql("project = {} AND id in {} AND labels in {} AND n = {}", "DA{}", [1, 2], ["a"], 7)
    assert asked == 'project = "DA{}" AND id in (1, 2) AND labels in ("a") AND n = 7'


def test_a_quote_in_a_name_does_not_end_the_value() -> None:
    assert jql("project = {}", 'x" OR key = "A-1') == r'project = "x\" OR key = \"A-1"'
    assert jql("project = {}", "x\\") == r'project = "x\\"'
    assert jql("project = {}", "a\nb\x00") == 'project = "a b"'


@settings(deadline=None, max_examples=60)
@given(value=st.text())
def test_no_value_leaves_its_quotes(value: str) -> None:
    assert re.fullmatch(r'x = "(?:[^"\\\n]|\\["\\])*"', jql("x = {}", value))


def test_a_forgotten_value_is_a_bug_and_says_so() -> None:
    with pytest.raises(ValueError, match="2 places but 1 values"):
        jql("a = {} AND b = {}", "x")


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("null  AMOUNT", "null AMOUNT"),
        ('(a+b) && "c" || !d*?', "a b c d"),
        ("sales/orders:AMOUNT~2 [x TO y]^3 {z} \\", "sales orders AMOUNT 2 x TO y 3 z"),
        ("NOT null AND Or", "not null and Or"),
        ("عطل 😀", "عطل 😀"),
        (" -?* ", ""),
    ],
)
def test_search_words_mean_nothing_but_themselves(typed: str, searched: str) -> None:
    assert words(typed) == searched


def test_while_typing_the_last_word_is_only_begun() -> None:
    assert words("null amo", prefix=True) == "null amo*"
    assert words("?", prefix=True) == ""


def test_a_pasted_page_is_searched_by_its_beginning() -> None:
    assert len(words("word " * 1_000)) <= 200


@pytest.mark.parametrize(
    ("pasted", "key"),
    [
        ("DATA-12", "DATA-12"),
        ("  data-12\n", "DATA-12"),
        ("A_B2-1", "A_B2-1"),
        ("[DATA-12] Nulls in AMOUNT - Jira", "DATA-12"),
        (f"{SITE}/browse/DATA-12", "DATA-12"),
        (f"{SITE}/browse/DATA-12?focusedId=1&page=x#comment-1", "DATA-12"),
        (f"<{SITE}/browse/data-12>", "DATA-12"),
        (f"see {SITE}/browse/DATA-12.", "DATA-12"),
        (f"[DATA-12]({SITE}/browse/DATA-12)", "DATA-12"),
        ("acme.atlassian.net/browse/DATA-12", "DATA-12"),
        ("https://ACME.atlassian.net/browse/DATA-12/", "DATA-12"),
        (f"{SITE}/jira/software/c/projects/DATA/boards/3?selectedIssue=DATA-12", "DATA-12"),
        (f"{SITE}/browse/OPS-1?selectedIssue=DATA-12", "DATA-12"),
        (f"{SITE}/jira/servicedesk/projects/HELP/queues/custom/9/HELP-7", "HELP-7"),
        (f"{SITE}/jira/software/projects/DATA/boards/3", None),
        ("https://other.atlassian.net/browse/DATA-12", None),
        ("https://[broken/browse/DATA-12", None),
        ("DATA-", None),
        ("DATA-0", None),
        ("D-1", None),
        ("DATA-١٢", None),
        ("DATA-12 and DATA-13", None),
        ("null amount", None),
        ("either/or e.g. this", None),
        ("", None),
    ],
)
def test_a_key_is_found_in_what_people_paste(pasted: str, key: str | None) -> None:
    assert looks_like_key(pasted, SITE) == key


def test_without_a_site_any_address_of_an_issue_will_do() -> None:
    assert looks_like_key("https://jira.acme.com/jira/browse/DATA-12") == "DATA-12"


@pytest.mark.parametrize(
    ("moment", "zone", "literal"),
    [
        ("2024-01-15T10:30:59Z", "UTC", "2024-01-15 10:30"),
        ("2024-01-15T10:30:00Z", "Europe/Berlin", "2024-01-15 11:30"),
        ("2024-01-15T00:10:00Z", "America/New_York", "2024-01-14 19:10"),
        ("2024-07-15T10:30:00Z", "Asia/Kathmandu", "2024-07-15 16:15"),
        ("2024-01-15T10:30:00Z", "Mars/Olympus", "2024-01-14 10:30"),
        ("2024-01-15T10:30:00Z", "../etc/passwd", "2024-01-14 10:30"),
        ("2024-01-15T10:30:00Z", "America", "2024-01-14 10:30"),
        ("2024-01-15T10:30:00Z", "", "2024-01-14 10:30"),
        ("2024-10-27T00:30:00Z", "Europe/Berlin", "2024-10-27 01:30"),
        ("2024-10-27T01:30:00Z", "Europe/Berlin", "2024-10-27 01:30"),
    ],
)
def test_a_date_is_written_in_the_users_zone(moment: str, zone: str, literal: str) -> None:
    assert created_since(at(moment), zone) == literal


ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Nowhere",
]


@settings(deadline=None, max_examples=60)
@given(moment=st.integers(0, 4_000_000_000), zone=st.sampled_from(ZONES), fold=st.integers(0, 1))
def test_a_date_never_leaves_out_what_was_created_at_that_moment(
    moment: int, zone: str, fold: int
) -> None:
    read = datetime.fromisoformat(created_since(moment, zone)).replace(fold=fold)
    known = ZoneInfo(zone) if zone != "Nowhere" else UTC
    assert read.replace(tzinfo=known).timestamp() <= moment
