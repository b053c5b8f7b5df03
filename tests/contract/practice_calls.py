"""One call to the practice server and what must come of it; the calls are in two lists beside this.

Strings in braces, `{anomaly}`, stand for what the server holds; test_practice.py fills them in.
"""

import re
from dataclasses import dataclass
from typing import Any

World = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """One call and the status that it must get; `wrong` ones break the document on purpose."""

    method: str
    path: str
    status: int
    query: Pairs = ()
    body: Any = None
    wrong: bool = False

    def __str__(self) -> str:
        told = "&".join(f"{key}={value}" for key, value in self.query)
        return f"{self.method} {self.path}{'?' if told else ''}{told} {self.status}"


def wrong(method: str, path: str, status: int, query: Pairs = (), body: Any = None) -> Case:
    """A call that the checker would stop, to see how it is refused."""
    return Case(method, path, status, query, body, wrong=True)


def fill(value: Any, world: World) -> Any:
    """The value with every `{name}` replaced; alone in a string, it keeps its type."""
    if isinstance(value, dict):
        return {key: fill(part, world) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [fill(part, world) for part in value]
    if not isinstance(value, str):
        return value
    if alone := re.fullmatch(r"\{(\w+)\}", value):
        return world[alone[1]]
    return re.sub(r"\{(\w+)\}", lambda found: str(world[found[1]]), value)
