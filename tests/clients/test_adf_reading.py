"""Tests of Jira's documents read back: nothing is too strange, nothing gets through unescaped."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qjira_gui.clients.adf import Node, document, from_markdown, html, plain

FROM_JIRA: Node = {
    "type": "doc",
    "content": [
        {"type": "paragraph", "attrs": {"localId": "x"}, "content": [
            {"type": "mention", "attrs": {"id": "1", "text": "@Ann"}},
            {"type": "text", "text": " <hi> "},
            {"type": "emoji", "attrs": {"shortName": ":smile:"}},
            {"type": "status", "attrs": {"text": "DONE", "color": "green"}},
            {"type": "date", "attrs": {"timestamp": "1705314600000"}},
            {"type": "inlineCard", "attrs": {"url": "https://x.io/b"}},
        ]},
        {"type": "someday", "content": [{"type": "paragraph", "content": [
            {"type": "text", "text": "new", "marks": [{"type": "sparkle"}, "?"]},
            {"type": "text", "text": "bad", "marks": [
                {"type": "link", "attrs": {"href": "javascript:alert(1)"}}]},
        ]}]},
        {"type": "orderedList", "attrs": {"order": 3}, "content": [
            {"type": "listItem", "content": [{"type": "paragraph", "content": [
                {"type": "text", "text": "third"}]}]}]},
        {"type": "heading", "content": [{"type": "text", "text": 7}]},
        {"type": "table", "content": [{"type": "tableRow", "content": [
            {"type": "tableCell", "content": [{"type": "paragraph"}]}, None, 3]}]},
        {"type": "paragraph", "content": None},
    ],
}  # fmt: skip


def test_what_jira_answers_is_read_though_half_of_it_is_unknown() -> None:
    assert plain(FROM_JIRA).split("\n\n") == [
        "@Ann <hi> :smile:DONE2024-01-15https://x.io/b",
        "newbad",
        "3. third",
        "7",
        " |  | ",
    ]


def test_the_preview_escapes_everything_and_links_nothing_dangerous() -> None:
    shown = html(FROM_JIRA)
    assert "&lt;hi&gt;" in shown
    assert "javascript" not in shown
    assert '<ol start="3"><li><p>third</p></li></ol>' in shown
    safe = document(*from_markdown('[<b>"x"</b>](https://x.io/?a=1&b="2")\n\n```\n<i>\n```'))
    assert html(safe) == (
        '<p><a href="https://x.io/?a=1&amp;b=%222%22">&lt;b&gt;&quot;x&quot;&lt;/b&gt;</a></p>'
        "<pre>&lt;i&gt;</pre>"
    )


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "content", "attrs", "marks", "text"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(answer=JSON)
def test_no_answer_is_too_strange_to_read(answer: Any) -> None:
    assert isinstance(plain(answer), str)
    assert isinstance(html(answer), str)


def test_a_document_made_to_be_deep_is_read_to_a_depth() -> None:
    deep: Node = {"type": "text", "text": "x"}
    for _ in range(5_000):
        deep = {"type": "blockquote", "content": [deep]}
    assert plain(deep)[:2] == "> "
    assert html(deep).startswith("<blockquote>")


def test_a_string_in_place_of_a_document_is_read_as_it_is() -> None:
    assert plain("from Data Center") == "from Data Center"
    assert plain(None) == ""
    assert html("<b>") == "&lt;b&gt;"
