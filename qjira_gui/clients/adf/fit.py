"""How large a document is for Jira, and how it is cut so that what is left stays valid."""

import json
from collections.abc import Sequence

from qjira_gui.clients.adf.nodes import Node, paragraph
from qjira_gui.domain.text import ELLIPSIS, cut, units

#: Jira takes 32,767 characters; whether it counts the text or our JSON nobody says, so both fit.
LIMIT = 32_000


def size(node: object) -> int:
    """Return the length of the node's JSON, as it is sent, in the units in which Jira counts."""
    return units(json.dumps(node, ensure_ascii=False, separators=(",", ":")))


def total(blocks: Sequence[Node]) -> int:
    """Return what `blocks` take within a document, each with its comma."""
    return sum(size(block) + 1 for block in blocks)


def fit(blocks: Sequence[Node], room: int) -> list[Node]:
    """Return as much of `blocks`, from the start, as `room` holds; the last one may be cut."""
    kept: list[Node] = []
    for block in blocks:
        needed = size(block) + 1
        if needed > room:
            if part := _part(block, room - 1):
                kept.append(part)
            break
        kept.append(block)
        room -= needed
    return kept


def _part(node: Node, room: int) -> Node | None:
    """Return the beginning of a node that is larger than `room`; none where nothing remains."""
    if node["type"] == "text":
        return _text_part(node, room)
    if node["type"] == "tableRow":
        return _row_part(node, room)
    content = node.get("content")
    if not content:
        return None
    kept = fit(content, room - size({**node, "content": []}))
    return {**node, "content": kept} if kept else None


def _text_part(node: Node, room: int) -> Node | None:
    """Return the longest beginning of a text that fits, marked as cut; none where that is nothing.

    Counted character by character, since quotes, backslashes and newlines take two in JSON.
    """
    room -= size({**node, "text": ELLIPSIS})
    limit = 0
    for character in node["text"]:
        length = units(character)
        room -= 2 if character in '"\\\n\t' else length
        if room < 0:
            break
        limit += length
    said = cut(node["text"], limit, mark="")
    return {**node, "text": said + ELLIPSIS} if said else None


def _row_part(row: Node, room: int) -> Node | None:
    """Return a row with all its cells, since a table needs as many in each; the last ones empty."""
    hollow = [{**cell, "content": [paragraph()]} for cell in row["content"]]
    room -= size({**row, "content": hollow})
    if room < 0:
        return None
    cells: list[Node] = []
    for cell, empty in zip(row["content"], hollow, strict=True):
        whole = size(cell) - size(empty)
        chosen = cell if whole <= room else _part(cell, size(empty) + room)
        cells.append(chosen or empty)
        room = room - whole if chosen is cell else 0
    return {**row, "content": cells}
