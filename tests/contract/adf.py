"""Finds the rich texts in what Jira gets and gives, and holds them against the ADF schema."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from tests.contract.schemas import explain
from tests.contract.specs import Document

# Below these keys an issue describes its fields instead of carrying them, or keeps JSON of others.
_NOT_TEXTS = {"editmeta", "transitions", "schema", "names", "properties", "renderedFields"}
_RICH_FIELDS = {"description", "environment"}


class AdfChecker:
    """Judges documents by the official schema of the Atlassian Document Format (draft-04)."""

    def __init__(self, schema: Document) -> None:
        self._validator = jsonschema_rs.Draft4Validator(schema, validate_formats=False)

    def document_problems(self, document: Any, where: str) -> list[str]:
        """What is wrong with one document."""
        if not isinstance(document, dict):
            kind = type(document).__name__
            return [f"{where}: rich text must be an ADF document, not a {kind}"]
        if self._validator.is_valid(document):
            return []
        return [
            f"{problem} (not valid ADF)"
            for problem in explain(self._validator.iter_errors(document), where)
        ]

    def problems(self, value: Any, where: str) -> list[str]:
        """What is wrong with all rich texts of a body."""
        return [
            problem
            for place, document in rich_texts(value, where)
            for problem in self.document_problems(document, place)
        ]


def rich_texts(value: Any, where: str, parent: str = "") -> Iterator[tuple[str, Any]]:
    """Each place where the API wants a rich text, and whatever else looks like one.

    The OpenAPI document leaves a comment's `body` and an issue's `fields` untyped, so these places
    are named here. A textarea among the custom fields can only be known by its look.
    """
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from rich_texts(item, f"{where}[{index}]", parent)
        return
    if not isinstance(value, dict):
        return
    for key, part in value.items():
        place = f"{where}.{key}"
        if key in _NOT_TEXTS or part is None:
            continue
        if key == "body" or (parent == "fields" and key in _RICH_FIELDS) or _looks_rich(part):
            yield place, part
        else:
            yield from rich_texts(part, place, key)


def _looks_rich(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == "doc"
        and ("content" in value or "version" in value)
    )
