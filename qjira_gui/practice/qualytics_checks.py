"""Parameters and bodies judged as FastAPI does it: everything wrong at once, as 422 with a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from qjira_gui.practice.wire import BadJson, Call, JsonObject, Refused

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_INT = re.compile(r"[+-]?\d+")
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


class Problems:
    """Collects what is wrong with one request."""

    def __init__(self) -> None:
        self.found: list[JsonObject] = []

    def add(self, where: list[Any], kind: str, message: str, value: Any = None) -> None:
        self.found.append({"type": kind, "loc": where, "msg": message, "input": value})

    def settle(self) -> None:
        if self.found:
            raise Refused(422, {"detail": self.found})


def anomaly_id(value: Any) -> bool:
    """Whether this can be the id of an anomaly: a number or a UUID."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return True
    return isinstance(value, str) and bool(_INT.fullmatch(value) or _UUID.fullmatch(value))


class Query:
    """Typed access to the query of one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.problems = Problems()

    def ints(self, name: str) -> list[int]:
        return [
            number
            for value in self._call.all(name)
            if (number := self._int(name, value)) is not None
        ]

    def int_or(self, name: str, default: int, low: int, high: int | None = None) -> int:
        text = self._call.one(name)
        if text is None:
            return default
        number = self._int(name, text)
        if number is None:
            return default
        if number < low:
            message = f"Input should be greater than or equal to {low}"
            self.problems.add(["query", name], "greater_than_equal", message, text)
        if high is not None and number > high:
            message = f"Input should be less than or equal to {high}"
            self.problems.add(["query", name], "less_than_equal", message, text)
        return number

    def int_or_none(self, name: str) -> int | None:
        text = self._call.one(name)
        return None if text is None else self._int(name, text)

    def texts(self, name: str) -> list[str]:
        return self._call.all(name)

    def ids(self, name: str) -> list[str]:
        for value in self._call.all(name):
            if not anomaly_id(value):
                message = "Input should be a valid integer or UUID"
                self.problems.add(["query", name], "int_parsing", message, value)
        return [value.lower() for value in self._call.all(name)]

    def choices(self, name: str, allowed: tuple[str, ...]) -> list[str]:
        return [value for value in self._call.all(name) if self._choice(name, value, allowed)]

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self._call.one(name)
        return value if value is not None and self._choice(name, value, allowed) else None

    def flag(self, name: str) -> bool | None:
        value = self._call.one(name)
        if value is None:
            return None
        if value.lower() not in _TRUE + _FALSE:
            message = "Input should be a valid boolean, unable to interpret input"
            self.problems.add(["query", name], "bool_parsing", message, value)
        return value.lower() in _TRUE

    def day(self, name: str) -> date | None:
        value = self._call.one(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            message = "Input should be a valid date in the format YYYY-MM-DD"
            self.problems.add(["query", name], "date_from_datetime_parsing", message, value)
            return None

    def _int(self, name: str, value: str) -> int | None:
        if _INT.fullmatch(value):
            return int(value)
        message = "Input should be a valid integer, unable to parse string as an integer"
        self.problems.add(["query", name], "int_parsing", message, value)
        return None

    def _choice(self, name: str, value: str, allowed: tuple[str, ...]) -> bool:
        if value in allowed:
            return True
        quoted = [f"'{one}'" for one in allowed]
        message = f"Input should be {', '.join(quoted[:-1])} or {quoted[-1]}"
        self.problems.add(["query", name], "enum", message, value)
        return False


def body(call: Call) -> Any:
    try:
        return call.json()
    except BadJson as problem:
        problems = Problems()
        problems.add(["body", 0], "json_invalid", "JSON decode error", {"error": str(problem)})
        problems.settle()


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_ints(value: Any) -> bool:
    return isinstance(value, list) and all(type(one) is int for one in value)


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def one_of(allowed: tuple[str, ...]) -> Callable[[Any], bool]:
    return lambda value: value in allowed


# name → (required, may be null, test, what it should be)
Shape = dict[str, tuple[bool, bool, Callable[[Any], bool], str]]


def judge(item: Any, shape: Shape, where: list[Any], problems: Problems) -> None:
    """Whether an object has what it must have; keys that the shape does not name are ignored."""
    if not isinstance(item, dict):
        problems.add(where, "model_attributes_type", "Input should be a valid dictionary", item)
        return
    for name, (required, nullable, fits, expected) in shape.items():
        if name not in item:
            if required:
                problems.add([*where, name], "missing", "Field required", item)
        elif item[name] is None and nullable:
            continue
        elif not fits(item[name]):
            problems.add([*where, name], "value_error", f"Input should be {expected}", item[name])


def array(call: Call, shape: Shape) -> list[JsonObject]:
    """A body that must be a list of objects."""
    items, problems = body(call), Problems()
    if not isinstance(items, list):
        problems.add(["body"], "list_type", "Input should be a valid list", items)
        problems.settle()
    for at, item in enumerate(items):
        judge(item, shape, ["body", at], problems)
    problems.settle()
    return list(items)


def thing(call: Call, shape: Shape) -> JsonObject:
    """A body that must be one object."""
    item, problems = body(call), Problems()
    judge(item, shape, ["body"], problems)
    problems.settle()
    return dict(item)
