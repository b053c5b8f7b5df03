"""Pages by `startAt` and `maxResults`, as most of Jira has them."""

from __future__ import annotations

from typing import Any

from qjira_gui.practice.jira_words import refuse
from qjira_gui.practice.wire import Call


def paged(call: Call, items: list[Any], *, default: int, most: int) -> tuple[list[Any], int, int]:
    """One page and its `startAt` and `maxResults`; a larger page than allowed is made smaller."""
    start = max(number(call, "startAt", 0), 0)
    size = min(max(number(call, "maxResults", default), 0), most)
    return items[start : start + size], start, size


def number(call: Call, name: str, default: int) -> int:
    text = call.one(name)
    if text is None or text == "":
        return default
    try:
        return int(text)
    except ValueError as wrong:
        raise refuse(
            400, f"The value '{text}' of the parameter '{name}' is not a number."
        ) from wrong
