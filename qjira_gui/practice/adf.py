"""The Atlassian Document Format as the practice Jira takes it, keeps it and reads it aloud."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

JsonObject = dict[str, Any]

_INLINE = {"text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status", "placeholder"}
_INLINE |= {"inlineExtension", "mediaInline"}
_LISTS = {"bulletList", "orderedList", "taskList", "decisionList"}
_MEDIA = {"mediaSingle", "mediaGroup"}
_SIMPLE = {"paragraph", "codeBlock"} | _LISTS | _MEDIA
_CELL = _SIMPLE | {
    "heading",
    "blockquote",
    "panel",
    "rule",
    "nestedExpand",
    "blockCard",
    "embedCard",
}
_CELL |= {"extension"}
_TOP = _CELL - {"nestedExpand"} | {"table", "expand", "layoutSection", "bodiedExtension"}

# node → what it may hold, and whether it must hold something
_CONTENT: dict[str, tuple[set[str], bool]] = {
    "doc": (_TOP, False),
    "paragraph": (_INLINE, False),
    "heading": (_INLINE, False),
    "codeBlock": ({"text"}, False),
    "blockquote": (_SIMPLE, True),
    "bulletList": ({"listItem"}, True),
    "orderedList": ({"listItem"}, True),
    "listItem": (_SIMPLE | {"extension"}, True),
    "taskList": ({"taskItem", "taskList"}, True),
    "taskItem": (_INLINE, False),
    "decisionList": ({"decisionItem"}, True),
    "decisionItem": (_INLINE, False),
    "panel": (_SIMPLE | {"heading", "rule", "blockCard"}, True),
    "expand": (_CELL | {"table"}, True),
    "nestedExpand": (_SIMPLE | {"heading", "panel", "blockquote", "rule"}, True),
    "table": ({"tableRow"}, True),
    "tableRow": ({"tableCell", "tableHeader"}, False),
    "tableCell": (_CELL, True),
    "tableHeader": (_CELL, True),
}
_MARKS = {"strong", "em", "underline", "strike", "code", "link", "subsup", "textColor"}
_MARKS |= {"backgroundColor", "border", "annotation"}
_PANELS = {"info", "note", "tip", "warning", "error", "success", "custom"}
_NEEDED = {"mention": "id", "emoji": "shortName", "date": "timestamp", "status": "text"}
_KEEPS_ID = {
    "paragraph",
    "heading",
    "codeBlock",
    "blockquote",
    "bulletList",
    "orderedList",
    "listItem",
}
_KEEPS_ID |= {"panel", "rule", "expand", "table", "tableRow", "tableCell", "tableHeader"}
_BLOCKS = {"paragraph", "heading", "codeBlock", "rule", "tableRow", "blockCard"}


def is_document(value: Any) -> bool:
    """Whether Jira would take this for a document at all, rather than for a plain string."""
    return isinstance(value, dict) and value.get("type") == "doc"


def valid(value: Any) -> bool:
    """Whether Jira accepts it; like Jira, this lets an empty text pass, the schema does not."""
    return is_document(value) and value.get("version") == 1 and _node_ok(value)


def _node_ok(node: JsonObject) -> bool:
    kind, attrs, content = node.get("type"), node.get("attrs", {}), node.get("content", [])
    if not isinstance(attrs, dict) or not isinstance(content, list) or not isinstance(kind, str):
        return False
    if kind == "text":
        return isinstance(node.get("text"), str) and _marks_ok(node.get("marks", []))
    if kind in _NEEDED and not attrs.get(_NEEDED[kind]):
        return False
    if kind in ("inlineCard", "blockCard") and not ("url" in attrs or "data" in attrs):
        return False
    if kind == "heading" and attrs.get("level") not in range(1, 7):
        return False
    if kind == "panel" and attrs.get("panelType") not in _PANELS:
        return False
    if kind not in _CONTENT:
        return True
    allowed, needed = _CONTENT[kind]
    if needed and not content:
        return False
    for child in content:
        if not isinstance(child, dict) or child.get("type") not in allowed or not _node_ok(child):
            return False
        if kind == "codeBlock" and child.get("marks"):
            return False
    return True


def _marks_ok(marks: Any) -> bool:
    if not isinstance(marks, list) or not all(isinstance(mark, dict) for mark in marks):
        return False
    names = [mark.get("type") for mark in marks]
    if not set(names) <= _MARKS or len(set(names)) != len(names):
        return False
    if "code" in names and set(names) - {"code", "link", "annotation"}:
        return False
    links = [mark.get("attrs") for mark in marks if mark.get("type") == "link"]
    return all(isinstance(link, dict) and isinstance(link.get("href"), str) for link in links)


def kept(node: JsonObject, place: str = "") -> JsonObject:
    """What Jira gives back: every block with a `localId`, neighbouring texts of one look merged."""
    place = place or repr(node)
    made = {name: value for name, value in node.items() if name != "content"}
    if node.get("type") in _KEEPS_ID:
        local = blake2b(place.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        made["attrs"] = {"localId": local, **node.get("attrs", {})}
    if "content" in node:
        parts = [kept(child, f"{place}/{at}") for at, child in enumerate(node["content"])]
        made["content"] = _merged(parts)
    return made


def _merged(nodes: list[JsonObject]) -> list[JsonObject]:
    made: list[JsonObject] = []
    for node in nodes:
        last = made[-1] if made else {}
        if node.get("type") == "text" == last.get("type") and node.get("marks") == last.get(
            "marks"
        ):
            made[-1] = {**last, "text": last["text"] + node["text"]}
        else:
            made.append(node)
    return made


def text_of(node: Any) -> str:
    """The words of a document, a line for each block."""
    lines: list[str] = [""]

    def walk(one: JsonObject) -> None:
        kind, attrs = one.get("type"), one.get("attrs", {})
        if kind in _BLOCKS and lines[-1]:
            lines.append("")
        if kind == "text":
            lines[-1] += one["text"]
        elif kind == "hardBreak":
            lines.append("")
        elif kind == "rule":
            lines[-1] = "---"
        elif kind in ("mention", "status", "emoji"):
            lines[-1] += attrs.get("text") or attrs.get("shortName") or ""
        elif kind in ("inlineCard", "blockCard"):
            lines[-1] += attrs.get("url", "")
        for at, child in enumerate(one.get("content", [])):
            if kind == "tableRow" and at:
                lines[-1] += " "
            inside = kind in ("tableRow", "tableCell", "tableHeader")
            if inside and child.get("type") == "paragraph":
                for leaf in child.get("content", []):
                    walk(leaf)
            else:
                walk(child)

    if isinstance(node, dict):
        walk(node)
    return "\n".join(lines).strip("\n")


def document(text: str) -> JsonObject:
    """A document of plain paragraphs."""
    content = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
        for line in text.split("\n")
    ]
    return {"type": "doc", "version": 1, "content": content}
