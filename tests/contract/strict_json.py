"""Reads JSON as a careful reader would: a key twice, NaN or broken UTF-8 is a problem."""

import json
from typing import Any

Json = Any


def decode(body: bytes) -> tuple[Json, list[str]]:
    """The value and what is wrong with its text; the value is None when it cannot be read."""
    problems: list[str] = []

    def whole(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        # msgspec and json both keep the last of two equal keys in silence; servers differ in
        # which one they keep.
        kept = dict(pairs)
        if len(kept) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    problems.append(f"the key {key!r} appears twice in one object")
                seen.add(key)
        return kept

    def no_constant(name: str) -> Json:
        problems.append(f"{name} is not JSON")

    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [f"the body is not UTF-8: {error.reason} at byte {error.start}"]
    try:
        value = json.loads(text, object_pairs_hook=whole, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        return None, [f"the body is not JSON: {error.msg} at character {error.pos}"]
    return value, problems
