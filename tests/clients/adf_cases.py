"""What the tests of Jira's documents share: the official schema's judge, and hard Markdown."""

from hypothesis import strategies as st

from qjira_gui.clients.adf import Node
from tests.contract import specs
from tests.contract.fixtures import adf_official


def judge(adf: Node) -> None:
    """Fail unless the official schema accepts a document; skip where the schema is absent.

    Last in each test, so that all else is checked without the schema, too.
    """
    specs.need_specs()
    assert adf_official().document_problems(adf, "document") == []


def texts(node: Node) -> list[Node]:
    if node["type"] == "text":
        return [node]
    return [text for child in node.get("content", []) for text in texts(child)]


TRICKY = {
    "nothing": "",
    "only blanks": " \n\t\n ",
    "heading 7": "####### seven",
    "empty heading": "#",
    "empty item": "-\n- x\n-",
    "empty quotation": ">",
    "empty cells": "| a | |\n|---|---|\n| | b |",
    "table without rows": "| a |\n|---|",
    "table in a list": "- x\n\n  | a | b |\n  |---|---|\n  | `1` | **2** |",
    "table in a quotation": "> | a |\n> |---|\n> | 1 |",
    "heading, rule, quotation in a list": "- # a\n\n  ---\n\n  > b",
    "heading, rule, quotation in a quotation": "> # a `b`\n> \n> ---\n>\n> > b\n> > - c",
    "lists in lists": "- - - 1. x\n        2. y",
    "list starting at 0": "0. a\n1. b",
    "code among marks": "**`a`** _~~`b`~~_ [`c`](https://x.io) ***d***",
    "strong in strong": "**a **b** c**",
    "code blocks": "```sql\nselect 1\n\n```\n\n    indented\n\n```\n```",
    "code block in a list": "1. ```\n   x\n   ```",
    "html": "<script>alert(1)</script>\n\n<b>x</b> <!-- c -->",
    "images": "![a](https://x.io/a.png) [![b](b.png)](https://x.io) ![](https://x.io/c.png)",
    "breaks": "a  \nb\\\nc\nd",
    "controls": "a\x00b\x07c\x1b[0m\ud800 \udfff",
    "entities": "&#0; &#xD800; &#1; &nbsp;x &copy;",
    "right to left": "شذوذ في **الجدول** ‏ORDERS\u202eabc\u202c",
    "emoji": "👩‍👩‍👧‍👦 **🇺🇦** e\u0301",
    "deep quotations": ">" * 300 + "x",
    "deep lists": "- " * 300 + "x",
    "deep images": "![a" * 400 + "](x)" * 400,
    "deep emphasis": "*a " * 400 + "b*" * 400,
}


FRAGMENTS = st.sampled_from(
    [
        *[
            "# ",
            "- ",
            "1. ",
            "> ",
            "```",
            "`",
            "**",
            "*",
            "_",
            "~~",
            "[",
            "](",
            ")",
            "![",
            "<",
            ">",
        ],
        *["|", "|-|-|", "\n", "\n\n", "  ", "    ", "\t", "---", "\\", "https://x.io/a", "data:"],
        *["👩‍👧", "שלום", "\u0301", "\ud83d", "\x00", '"', "&lt;", "<b>", "word", " "],
    ]
)
MARKDOWN = st.lists(FRAGMENTS | st.text(max_size=4), max_size=40).map("".join)
