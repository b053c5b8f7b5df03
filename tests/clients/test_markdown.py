"""Tests of the analyst's Markdown: what Jira has for it, and its words where Jira has nothing."""

import pytest
from hypothesis import given, settings

from qjira_gui.clients.adf import Node, document, from_markdown, plain
from tests.clients.adf_cases import MARKDOWN, TRICKY, judge, texts


@pytest.mark.parametrize("markdown", TRICKY.values(), ids=TRICKY)
def test_whatever_the_analyst_types_becomes_a_valid_document(markdown: str) -> None:
    judge(document(*from_markdown(markdown)))


@settings(deadline=None, max_examples=60)
@given(markdown=MARKDOWN)
def test_so_does_what_nobody_would_think_of(markdown: str) -> None:
    judge(document(*from_markdown(markdown)))


def shape(node: Node) -> str:
    """The types of a node and of what it holds, in one line: `listItem(paragraph)`."""
    inner = ",".join(shape(c) for c in node.get("content", []) if c["type"] != "text")
    return f"{node['type']}({inner})" if inner else str(node["type"])


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# a", "heading"),
        ("- a\n  1. b", "bulletList(listItem(paragraph,orderedList(listItem(paragraph))))"),
        ("- # a\n\n  ---", "bulletList(listItem(paragraph,paragraph))"),
        ("- > a\n  > - b", "bulletList(listItem(paragraph,bulletList(listItem(paragraph))))"),
        ("- - a", "bulletList(listItem(paragraph,bulletList(listItem(paragraph))))"),
        ("> > a\n>\n> ---", "blockquote(paragraph,paragraph)"),
        ("- |a|b|\n  |-|-|\n  |1|2|", "bulletList(listItem(paragraph,paragraph))"),
        ("|a|\n|-|\n|1|", "table(tableRow(tableHeader(paragraph)),tableRow(tableCell(paragraph)))"),
        ("a\nb", "paragraph(hardBreak)"),
        ("```py\nx\n```", "codeBlock"),
    ],
)
def test_markdown_becomes_what_jira_has_for_it(markdown: str, expected: str) -> None:
    assert ",".join(map(shape, from_markdown(markdown))) == expected


def test_what_jira_cannot_nest_keeps_its_words() -> None:
    said = plain(
        document(*from_markdown("> # Title\n> |a|b|\n> |-|-|\n> |1|**2**|\n>\n> > deeper"))
    )
    assert [line for line in said.split("\n") if line != ">"] == [
        "> Title",
        "> a | b",
        "> 1 | 2",
        "> deeper",
    ]


@pytest.mark.parametrize(
    "markdown", [TRICKY["deep quotations"], "- " * 300 + "x", "[ORDERS]: missing"]
)
def test_nothing_that_was_typed_vanishes(markdown: str) -> None:
    assert plain(document(*from_markdown(markdown))) == markdown


@pytest.mark.parametrize(
    ("markdown", "text", "href"),
    [
        ("[a](https://x.io/?q=1)", "a", "https://x.io/?q=1"),
        ("<mailto:a@x.io>", "mailto:a@x.io", "mailto:a@x.io"),
        ("see (https://x.io/a_(b)).", "see (https://x.io/a_(b)).", "https://x.io/a_(b)"),
        ("![chart](https://x.io/c.png)", "chart", "https://x.io/c.png"),
        ("[](https://x.io)", "https://x.io", "https://x.io"),
        ("[![b](b.png)](https://x.io)", "b", "https://x.io"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))", None),
        ("[a](JaVaScRiPt:x)", "[a](JaVaScRiPt:x)", None),
        ("[a](data:text/html,x)", "[a](data:text/html,x)", None),
        ("![a](data:image/png;base64,x)", "a (data:image/png;base64,x)", None),
        ("[a](file:///etc/passwd)", "[a](file:///etc/passwd)", None),
        ("[a](/relative)", "a (/relative)", None),
        ("[a](//host/x)", "a (//host/x)", None),
        ("[a](https:)", "a (https:)", None),
        ("<ftp://x.io>", "ftp://x.io", None),
        ("`https://x.io`", "https://x.io", None),
    ],
)
def test_only_web_and_mail_addresses_become_links(
    markdown: str, text: str, href: str | None
) -> None:
    adf = document(*from_markdown(markdown))
    marks = [mark for node in texts(adf) for mark in node.get("marks", [])]
    assert plain(adf) == text
    assert [m["attrs"]["href"] for m in marks if m["type"] == "link"] == ([href] if href else [])


def test_code_stands_with_no_mark_but_a_link() -> None:
    [paragraph] = from_markdown("**`a`** [**`b`**](https://x.io) ***c***")
    kinds = {n["text"]: [m["type"] for m in n.get("marks", [])] for n in paragraph["content"]}
    assert kinds == {"a": ["code"], " ": [], "b": ["link", "code"], "c": ["em", "strong"]}
