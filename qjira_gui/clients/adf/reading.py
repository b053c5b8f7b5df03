"""Jira's documents read back, lenient with whatever they hold: as plain text, and as safe HTML."""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from qjira_gui.clients.adf.nodes import link

# Jira nests some ten levels; a reader must not fall over a document made to be deep.
_MAX_DEPTH = 60
_TAGS = {
    "paragraph": "p",
    "bulletList": "ul",
    "listItem": "li",
    "blockquote": "blockquote",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
}
_MARK_TAGS = {"strong": "b", "em": "i", "strike": "s", "underline": "u", "code": "code"}
_LEVELS = (1, 2, 3, 4, 5, 6)
_INLINE = frozenset(
    {"text", "hardBreak", "mention", "emoji", "status", "inlineCard", "date", "mediaInline"}
)
#: Where a node without text keeps the words that people see, in order of preference.
_WORDS = ("text", "shortName", "alt", "title", "url")


def plain(adf: Any) -> str:
    """Return the text of a document, of any node, or of the string that Data Center has instead."""
    return adf if isinstance(adf, str) else _plain(adf, _MAX_DEPTH).strip("\n")


def html(adf: Any) -> str:
    """Return a document as simple HTML in which everything that came from outside is escaped."""
    return escape(adf) if isinstance(adf, str) else _html(adf, _MAX_DEPTH)


def _plain(node: Any, depth: int) -> str:
    if not isinstance(node, dict) or not depth:
        return ""
    kind, children = _kind(node), _children(node)
    if kind in _INLINE:
        return _word(node)
    parts = [_plain(child, depth - 1) for child in children]
    match kind:
        case "rule":
            return "---"
        case "bulletList":
            return "\n".join(_hung("- ", part) for part in parts)
        case "orderedList":
            start = _start(node)
            return "\n".join(_hung(f"{start + i}. ", part) for i, part in enumerate(parts))
        case "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in _stacked(children, parts).split("\n"))
        case "tableRow":
            return " | ".join(" ".join(part.split()) for part in parts)
        case "table" | "listItem" | "taskList" | "decisionList":
            return "\n".join(part for part in parts if part)
    return _stacked(children, parts) or _word(node)


def _stacked(children: list[Any], parts: list[str]) -> str:
    """Return inline parts side by side, blocks with an empty line between them."""
    said = ""
    for child, part in zip(children, parts, strict=True):
        block = isinstance(child, dict) and _kind(child) not in _INLINE
        said += f"\n\n{part}" if block and part and said else part
    return said


def _hung(bullet: str, part: str) -> str:
    return bullet + part.replace("\n", "\n" + " " * len(bullet))


def _html(node: Any, depth: int) -> str:
    if not isinstance(node, dict) or not depth:
        return ""
    kind = _kind(node)
    if kind == "hardBreak":
        return "<br>"
    if kind == "rule":
        return "<hr>"
    if kind in _INLINE:
        return _html_marks(node, escape(_word(node)))
    inner = "".join(_html(child, depth - 1) for child in _children(node))
    match kind:
        case "heading":
            level = _attrs(node).get("level")
            tag = f"h{level:d}" if isinstance(level, int) and level in _LEVELS else "h6"
            return f"<{tag}>{inner}</{tag}>"
        case "orderedList":
            return f'<ol start="{_start(node)}">{inner}</ol>'
        case "codeBlock":
            return f"<pre>{inner}</pre>"
        case "table":
            return f'<table border="1" cellspacing="0" cellpadding="4">{inner}</table>'
    if tag := _TAGS.get(kind, ""):
        return f"<{tag}>{inner}</{tag}>"
    return inner or escape(_word(node))


def _html_marks(node: dict[str, Any], inner: str) -> str:
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else []:
        kind = _kind(mark) if isinstance(mark, dict) else ""
        if kind == "link" and (safe := link(str(_attrs(mark).get("href", "")))):
            inner = f'<a href="{escape(safe["attrs"]["href"])}">{inner}</a>'
        elif tag := _MARK_TAGS.get(kind):
            inner = f"<{tag}>{inner}</{tag}>"
    return inner


def _word(node: dict[str, Any]) -> str:
    """Return what people see of a node that holds no others."""
    kind, attrs = _kind(node), _attrs(node)
    if kind == "text":
        return str(node.get("text") or "")
    if kind == "hardBreak":
        return "\n"
    if kind == "date":
        try:
            day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(attrs["timestamp"]))
        except (KeyError, TypeError, ValueError, OverflowError):
            return ""
        return day.date().isoformat()
    return next((str(attrs[name]) for name in _WORDS if attrs.get(name)), "")


def _kind(node: dict[str, Any]) -> str:
    return str(node.get("type") or "")


def _start(node: dict[str, Any]) -> int:
    order = _attrs(node).get("order")
    return order if isinstance(order, int) else 1


def _children(node: dict[str, Any]) -> list[Any]:
    content = node.get("content")
    return content if isinstance(content, list) else []


def _attrs(node: dict[str, Any]) -> dict[str, Any]:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}
