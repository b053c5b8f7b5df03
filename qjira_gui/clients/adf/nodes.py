"""The nodes of Jira's document format that QJira writes, each valid by construction."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from qjira_gui.domain.text import clean

Node = dict[str, Any]
Mark = dict[str, Any]

STRONG: Final[Mark] = {"type": "strong"}
EM: Final[Mark] = {"type": "em"}
STRIKE: Final[Mark] = {"type": "strike"}
CODE: Final[Mark] = {"type": "code"}

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", "}": "{"}


def document(*blocks: Node) -> Node:
    """Return a whole document."""
    return {"type": "doc", "version": 1, "content": list(blocks)}


def text(value: str, *marks: Mark) -> list[Node]:
    """Return `value` as text nodes: none where it is empty, a visible break for each newline."""
    nodes: list[Node] = []
    for number, line in enumerate(clean(value).split("\n")):
        if number:
            nodes.append({"type": "hardBreak"})
        if line:
            nodes.append({"type": "text", "text": line, **_marked(marks)})
    return nodes


def linked_text(value: str, *marks: Mark) -> list[Node]:
    """Return `value` as text nodes in which the web addresses can be clicked."""
    value = clean(value)
    nodes: list[Node] = []
    done = 0
    for match in _URL.finditer(value):
        url = _without_tail(match[0])
        if mark := link(url):
            nodes += text(value[done : match.start()], *marks) + text(url, *marks, mark)
            done = match.start() + len(url)
    return nodes + text(value[done:], *marks)


def link(href: str) -> Mark | None:
    """Return the mark of a link, none where the address is nothing to click in a ticket.

    The official schema takes any string, `javascript:` included: Jira leaves that to us.
    """
    href = clean(href).strip()
    try:
        address = urlsplit(href)
    except ValueError:
        return None
    if any(character.isspace() for character in href):
        return None
    web = address.scheme in ("http", "https") and address.hostname
    if web or (address.scheme == "mailto" and address.path):
        return {"type": "link", "attrs": {"href": href}}
    return None


def paragraph(inline: Iterable[Node] = ()) -> Node:
    """Return a paragraph; an empty one is valid."""
    return _with_content({"type": "paragraph"}, inline)


def heading(level: int, inline: Iterable[Node]) -> Node:
    """Return a heading of level 1 to 6."""
    node = {"type": "heading", "attrs": {"level": max(1, min(level, 6))}}
    return _with_content(node, inline)


def rule() -> Node:
    """Return a line across the page."""
    return {"type": "rule"}


def code_block(code: str, language: str = "") -> Node:
    """Return a block of code; its newlines stay newlines, and it knows no marks."""
    node: Node = {"type": "codeBlock"}
    if language := clean(language).strip():
        node["attrs"] = {"language": language}
    code = clean(code)
    return _with_content(node, [{"type": "text", "text": code}] if code else [])


def blockquote(blocks: Sequence[Node]) -> Node:
    """Return a quotation."""
    return {"type": "blockquote", "content": list(blocks) or [paragraph()]}


def list_item(blocks: Sequence[Node]) -> Node:
    """Return one point of a list.

    Older editors of Jira want a paragraph first; the official schema does not mind it.
    """
    first = blocks[0]["type"] if blocks else ""
    lead = [] if first in ("paragraph", "codeBlock") else [paragraph()]
    return {"type": "listItem", "content": [*lead, *blocks]}


def bullet_list(items: Sequence[Node]) -> Node:
    """Return a list with dots; it must have an item."""
    return {"type": "bulletList", "content": list(items)}


def ordered_list(items: Sequence[Node], start: int = 1) -> Node:
    """Return a numbered list; it must have an item."""
    node: Node = {"type": "orderedList", "content": list(items)}
    return node if start == 1 else {**node, "attrs": {"order": start}}


def table(rows: Sequence[Node]) -> Node:
    """Return a table; it must have a row."""
    return {"type": "table", "content": list(rows)}


def table_row(cells: Sequence[Node]) -> Node:
    """Return a row of a table."""
    return {"type": "tableRow", "content": list(cells)}


def table_cell(inline: Iterable[Node], *, header: bool = False) -> Node:
    """Return a cell; an empty one holds an empty paragraph, nothing at all would be refused."""
    return {"type": "tableHeader" if header else "tableCell", "content": [paragraph(inline)]}


def paragraphs(value: str) -> list[Node]:
    """Return plain text as typed: a paragraph after each empty line, a break for each newline."""
    parts = re.split(r"\n(?:[^\S\n]*\n)+", clean(value).strip("\n"))
    return [paragraph(linked_text(part)) for part in parts if part.strip()]


def marked(node: Node, mark: Mark) -> Node:
    """Return an inline node with one more mark, where it may have it."""
    if node["type"] != "text":
        return node
    return {**node, **_marked([*node.get("marks", ()), mark])}


def _with_content(node: Node, content: Iterable[Node]) -> Node:
    children = list(content)
    return {**node, "content": children} if children else node


def _marked(marks: Sequence[Mark]) -> Node:
    """Return the marks that may stand together, each once: beside code only a link may."""
    kinds = {mark["type"]: mark for mark in marks}
    if "code" in kinds:
        kinds = {kind: mark for kind, mark in kinds.items() if kind in ("code", "link")}
    return {"marks": list(kinds.values())} if kinds else {}


def _without_tail(url: str) -> str:
    """Return a web address without the punctuation of the sentence around it."""
    while url:
        last = url[-1]
        opening = _PAIRS.get(last)
        if last not in ".,;:!?'*_~" and (not opening or url.count(opening) >= url.count(last)):
            break
        url = url[:-1]
    return url
