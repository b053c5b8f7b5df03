"""Finds the operation that a method and a path mean, and judges its parameters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.contract.schemas import Schema, Schemas
from tests.contract.specs import Document

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_INTEGER = re.compile(r"-?\d+\Z")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


@dataclass(frozen=True)
class Operation:
    """One method of one path, its references resolved."""

    method: str
    template: str
    parameters: tuple[Schema, ...]
    body: Schema | None
    responses: dict[str, Schema]
    deprecated: bool

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def response(self, status: int) -> Schema | None:
        """What the document says of a status: by its number, its class (`2XX`) or `default`."""
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self.responses:
                return self.responses[key]
        return None


@dataclass(frozen=True)
class Call:
    """An operation, and what stood in the braces of its path."""

    operation: Operation
    path_values: dict[str, str]


class Operations:
    """All operations of a document, served under `root` instead of the document's own root.

    Qualytics' paths all begin with `/api`, which is only the default: a deployment may serve them
    anywhere. Jira's begin at the site, or at `/ex/jira/<cloud id>` behind the gateway.
    """

    def __init__(self, document: Document, schemas: Schemas, root: str | None) -> None:
        self._schemas = schemas
        paths: dict[str, Schema] = document["paths"]
        own = "/api" if all(path.startswith("/api/") for path in paths) else ""
        self._root = own if root is None else root.rstrip("/")
        self._cache: dict[tuple[str, str], Operation] = {}
        self._by_length: dict[int, list[tuple[tuple[str, ...], str, Schema]]] = {}
        for template, item in paths.items():
            segments = tuple(template.removeprefix(own).split("/"))
            self._by_length.setdefault(len(segments), []).append((segments, template, item))
        for alike in self._by_length.values():
            # A literal segment before a templated one, from the left: /search/jql is no issue.
            alike.sort(key=lambda entry: [segment.startswith("{") for segment in entry[0]])

    def find(self, method: str, path: str) -> Call | None:
        """The call that a method and a raw (percent-encoded) path mean."""
        if self._root and not path.startswith(self._root + "/"):
            return None
        segments = path.removeprefix(self._root).split("/")
        for template, name, item in self._by_length.get(len(segments), ()):
            if not all(
                given == want or (want.startswith("{") and given != "")
                for given, want in zip(segments, template, strict=True)
            ):
                continue
            if method.lower() not in item or method.lower() not in _METHODS:
                # A server does not look for a vaguer path once the words have matched.
                return None
            values = {
                want.strip("{}"): unquote(given)
                for given, want in zip(segments, template, strict=True)
                if want.startswith("{")
            }
            return Call(self._operation(method.upper(), name, item), values)
        return None

    def _operation(self, method: str, template: str, item: Schema) -> Operation:
        key = (method, template)
        if key not in self._cache:
            raw: Schema = item[method.lower()]
            parameters = [*item.get("parameters", ()), *raw.get("parameters", ())]
            body = raw.get("requestBody")
            self._cache[key] = Operation(
                method=method,
                template=template,
                parameters=tuple(self._schemas.resolve(one) for one in parameters),
                body=None if body is None else self._schemas.resolve(body),
                responses={
                    status: self._schemas.resolve(one) for status, one in raw["responses"].items()
                },
                deprecated=bool(raw.get("deprecated")),
            )
        return self._cache[key]


def parameter_problems(
    call: Call, query: Iterable[tuple[str, str]], headers: dict[str, str], schemas: Schemas
) -> list[str]:
    """What is wrong with the path, the query and the headers that the operation asks for."""
    given: dict[str, list[str]] = {}
    for key, value in query:
        given.setdefault(key, []).append(value)
    problems: list[str] = []
    known: set[str] = set()
    for parameter in call.operation.parameters:
        name, place = parameter["name"], parameter["in"]
        if place == "path":
            values = [call.path_values[name]] if name in call.path_values else []
        elif place == "query":
            known.add(name)
            values = given.get(name, [])
        elif place == "header":
            values = [headers[name.lower()]] if name.lower() in headers else []
        else:
            continue
        where = f"the {place} parameter {name!r}"
        if not values:
            if parameter.get("required"):
                problems.append(f"{where} is missing, and {call.operation} requires it")
            continue
        if parameter.get("deprecated"):
            problems.append(f"{where} of {call.operation} is deprecated")
        problems += _value_problems(parameter, values, where, schemas)
    problems += [
        f"the query parameter {name!r} is unknown to {call.operation}"
        for name in given
        if name not in known
    ]
    return problems


def _value_problems(
    parameter: Schema, values: list[str], where: str, schemas: Schemas
) -> list[str]:
    schema: Schema = parameter.get("schema", {})
    variants = _variants(schema, schemas)
    array = next((one for one in variants if one.get("type") == "array"), None)
    value: Any
    if array is not None:
        items = _variants(array.get("items", {}), schemas)
        value = [_coerce(text, items) for text in values]
    elif len(values) > 1:
        return [f"{where} is given {len(values)} times, and takes one value"]
    else:
        value = _coerce(values[0], variants)
    return schemas.problems(schema, value, "request", where)


def _variants(schema: Schema, schemas: Schemas) -> list[Schema]:
    schema = schemas.resolve(schema)
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return [variant for branch in branches for variant in _variants(branch, schemas)]
    return [schema]


def _coerce(text: str, variants: list[Schema]) -> Any:
    """The text as the type that its schema asks for, or as it is when it does not look like one."""
    types = {variant.get("type") for variant in variants}
    if "integer" in types and _INTEGER.match(text):
        return int(text)
    if "number" in types and _NUMBER.match(text):
        return float(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return text
