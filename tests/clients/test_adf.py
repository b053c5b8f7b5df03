"""Tests of what Jira gets as text: always valid, never too long, never without the link."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjira_gui.clients.adf import Node, comment, description, document, field, from_markdown, plain
from qjira_gui.clients.adf.fit import LIMIT, fit, size
from qjira_gui.domain.comment import Context, context_lines, is_from_integration
from tests.clients.adf_cases import MARKDOWN, TRICKY, judge, texts

URL = "https://acme.qualytics.io/datastores/23/anomalies?id=824"
LINK = {"type": "link", "attrs": {"href": URL}}


def context(**changes: Any) -> Context:
    usual: dict[str, Any] = {
        "at": 1_769_199_724,
        "anomaly_id": 824,
        "status": "Acknowledged",
        "type": "shape",
        "detected": "2025-12-21T01:48:42.988233Z",
        "message": "2103 orders had a null AMOUNT",
        "fields": ["AMOUNT"],
        "failed_checks": ["2103 rows failed notNull on AMOUNT"],
        "url": URL,
    }
    return Context(**{**usual, **changes})


def has_link(adf: Node) -> bool:
    return any(text["text"] == URL and LINK in text.get("marks", []) for text in texts(adf))


@pytest.mark.parametrize("markdown", TRICKY.values(), ids=TRICKY)
def test_whatever_the_analyst_types_jira_gets_a_valid_document(markdown: str) -> None:
    sent = description(markdown, context())
    assert has_link(sent.adf)
    judge(sent.adf)
    judge(comment(markdown).adf)


@settings(deadline=None, max_examples=60)
@given(markdown=MARKDOWN, room=st.integers(0, 1500))
def test_any_markdown_stays_valid_wherever_it_is_cut(markdown: str, room: int) -> None:
    kept = fit(from_markdown(markdown), room)
    assert size(document(*kept)) <= size(document()) + room
    judge(document(*kept))


@settings(deadline=None, max_examples=30)
@given(
    markdown=MARKDOWN,
    times=st.sampled_from([1, 1, 1, 60]),
    check=st.text(max_size=80),
    checks=st.sampled_from([0, 1, 3, 400]),
    message=st.none() | MARKDOWN,
)
def test_any_description_has_its_link_and_fits(
    markdown: str, times: int, check: str, checks: int, message: str | None
) -> None:
    told = context(failed_checks=[check] * checks, message=message)
    sent = description(markdown * times, told)
    assert has_link(sent.adf)
    assert size(sent.adf) <= LIMIT
    assert json.loads(json.dumps(sent.adf)) == sent.adf
    judge(sent.adf)


def test_the_description_ends_with_the_block_that_qualytics_users_know() -> None:
    sent = description("Please look at **this**.", context(failed_checks=["first", "second"]))
    lines = [line for line in plain(sent.adf).split("\n") if line]
    block = context_lines(context(failed_checks=["first", "second"]))
    assert lines == ["Please look at this.", "---", *block]
    assert block[0] == "Qualytics Anomaly Linked [2026-01-23 20:22:04 UTC]"
    assert not sent.shortened
    kinds = [node["type"] for node in sent.adf["content"]]
    assert kinds == ["paragraph", "rule", "heading", *["paragraph"] * 2, "bulletList", "paragraph"]


def test_without_words_of_the_analyst_the_block_stands_alone() -> None:
    sent = description("  \n", context(failed_checks=[], message=None, fields=[]))
    assert [node["type"] for node in sent.adf["content"]] == ["heading", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    "long",
    [
        "😀" * 40_000,
        "عطل " * 10_000,
        "x" * 40_000,
        '"\\' * 20_000,
        ("- " + "row " * 50 + "\n") * 200,
    ],
    ids=["emoji", "right to left", "one word", "escaped", "list"],
)
def test_forty_thousand_characters_are_cut_and_the_analyst_is_told(long: str) -> None:
    sent = description(long, context())
    assert sent.shortened
    assert LIMIT - 200 < size(sent.adf) <= LIMIT
    assert has_link(sent.adf)
    assert "(Shortened: the text was longer than the 32,767 characters" in plain(sent.adf)
    assert "\n".join(context_lines(context())[1:7]) in plain(sent.adf)

    said = comment(f"Comment from Qualytics: {long}")
    assert said.shortened
    assert LIMIT - 200 < size(said.adf) <= LIMIT
    assert plain(said.adf).endswith("All of it is in Qualytics.)")
    judge(sent.adf)
    judge(said.adf)


def test_a_table_that_is_cut_keeps_its_columns() -> None:
    [table] = from_markdown("|a|b|c|\n|-|-|-|\n|1|2|3|\n|x|" + "long " * 100 + "|y|")
    for room in range(0, size(table), 7):
        kept = fit([table], room)
        assert all(len(row["content"]) == 3 for node in kept for row in node["content"])
    cut_inside = document(*fit([table], size(table) - 470))
    assert "long lon… | " in plain(cut_inside)
    judge(cut_inside)


def test_an_emoji_is_never_cut_in_two() -> None:
    family = "👩‍👩‍👧‍👦"
    said = plain(description(family * 5_000, context()).adf).split("\n")[0]
    assert set(said.removesuffix("…").split(family)) == {""}


def test_hundreds_of_long_failed_checks_leave_room_for_the_analyst() -> None:
    checks = [f"check {number}: " + "wrong " * 100 for number in range(300)]
    sent = description("My words. " * 1_000, context(failed_checks=checks))
    assert sent.shortened
    assert plain(sent.adf).count("My words.") == 1_000
    assert "more failed checks: see Qualytics.)" in plain(sent.adf)
    assert has_link(sent.adf)
    assert size(sent.adf) <= LIMIT
    judge(sent.adf)


def test_even_an_absurd_anomaly_fits() -> None:
    rude = '"' * 5_000
    told = dict.fromkeys(("status", "type", "detected", "message"), rude)
    absurd = context(**told, fields=[rude] * 9, failed_checks=[rude] * 50, url=URL + rude)
    for words in ("", "\n" * 50_000, "word " * 9_000):
        sent = description(words, absurd)
        assert size(sent.adf) <= LIMIT
        judge(sent.adf)


def test_a_long_field_of_the_form_claims_no_copy_in_qualytics() -> None:
    sent = field("impact " * 9_000)
    assert sent.shortened
    assert size(sent.adf) <= LIMIT
    assert plain(sent.adf).endswith("characters that Jira accepts.)")
    assert "Qualytics" not in plain(sent.adf)
    assert plain(field("a\n**b**").adf) == "a\n**b**"
    judge(sent.adf)


def test_a_comment_is_sent_as_it_was_typed() -> None:
    typed = "Comment from Qualytics: **not bold**\n  indented\n\n\nsee https://x.io/a, please"
    sent = comment(typed)
    assert not sent.shortened
    assert plain(sent.adf) == typed.replace("\n\n\n", "\n\n")
    assert is_from_integration(plain(sent.adf))
    first, second = sent.adf["content"]
    assert [node["type"] for node in first["content"]] == ["text", "hardBreak", "text"]
    assert second["content"][1]["marks"] == [{"type": "link", "attrs": {"href": "https://x.io/a"}}]
