"""What a project and an issue type ask for, and in which JSON type each answer goes out."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec


class FieldKind(StrEnum):
    """How a field is asked for; a kind that nobody here knows is UNKNOWN, never dropped."""

    TEXT = "text"
    PARAGRAPH = "paragraph"
    NUMBER = "number"
    DATE = "date"
    OPTION = "option"
    OPTIONS = "options"
    CASCADE = "cascade"
    USER = "user"
    LABELS = "labels"
    PARENT = "parent"
    UNKNOWN = "unknown"


class Choice(msgspec.Struct, frozen=True):
    """One value that Jira allows."""

    id: str
    label: str
    children: tuple["Choice", ...] = ()


class FormField(msgspec.Struct, frozen=True):
    """One field of the create screen."""

    id: str
    name: str
    kind: FieldKind
    required: bool = False
    #: Jira fills it in when nothing is sent.
    has_default: bool = False
    choices: tuple[Choice, ...] = ()


#: Fields with a place of their own in the form.
OWN_PLACE = ("project", "issuetype", "summary", "description", "priority", "labels", "assignee")

_BY_TYPE = {
    "number": FieldKind.NUMBER,
    "date": FieldKind.DATE,
    "option": FieldKind.OPTION,
    "priority": FieldKind.OPTION,
    "version": FieldKind.OPTION,
    "component": FieldKind.OPTION,
    "option-with-child": FieldKind.CASCADE,
    "user": FieldKind.USER,
    "issuelink": FieldKind.PARENT,
}


def kind_of(schema: Mapping[str, Any]) -> FieldKind:
    """Return how to ask for a field of this createmeta schema (`{type, items, system, custom}`)."""
    kind, items = schema.get("type"), schema.get("items")
    custom = str(schema.get("custom") or "")
    if kind == "string":
        long = schema.get("system") in ("description", "environment") or custom.endswith("textarea")
        return FieldKind.PARAGRAPH if long else FieldKind.TEXT
    if kind == "array":
        if items in ("option", "component", "version"):
            return FieldKind.OPTIONS
        # An array of strings is labels or a field that behaves like them; sprints are not.
        return FieldKind.LABELS if items == "string" else FieldKind.UNKNOWN
    return _BY_TYPE.get(str(kind), FieldKind.UNKNOWN)


def _choice(raw: Mapping[str, Any]) -> Choice:
    label = raw.get("name") or raw.get("value") or raw.get("key") or raw.get("id") or ""
    children = tuple(_choice(child) for child in raw.get("children") or [])
    return Choice(id=str(raw.get("id") or ""), label=str(label), children=children)


def form_field(raw: Mapping[str, Any]) -> FormField:
    """Return the field of one createmeta entry; missing parts are taken for absent."""
    field_id = str(raw.get("fieldId") or raw.get("key") or "")
    return FormField(
        id=field_id,
        name=str(raw.get("name") or field_id),
        kind=kind_of(raw.get("schema") or {}),
        required=bool(raw.get("required")),
        has_default=bool(raw.get("hasDefaultValue")),
        choices=tuple(_choice(value) for value in raw.get("allowedValues") or []),
    )


def is_empty(value: object) -> bool:
    """Say whether a form value stands for nothing chosen."""
    return value is None or value == "" or value == [] or value == ()


def outgoing(field: FormField, value: Any) -> Any:
    """Return `value` as Jira wants it for this field.

    Choices come in as ids, numbers as text or number; raises ValueError for text that is no number.
    A PARAGRAPH stays text here: whoever sends it turns it into ADF.
    """
    match field.kind:
        case FieldKind.NUMBER:
            number = float(str(value).replace(",", "."))
            return int(number) if number.is_integer() else number
        case FieldKind.OPTION:
            return {"id": str(value)}
        case FieldKind.OPTIONS:
            return [{"id": str(one)} for one in value]
        case FieldKind.CASCADE:
            parent, _, child = str(value).partition("/")
            return {"id": parent, "child": {"id": child}} if child else {"id": parent}
        case FieldKind.USER:
            return {"accountId": str(value)}
        case FieldKind.LABELS:
            return list(value)
        case FieldKind.PARENT:
            return {"key": str(value).strip().upper()}
        case _:
            return value


def missing(fields: Iterable[FormField], values: Mapping[str, object]) -> list[FormField]:
    """Return the fields that Jira insists on and that `values` (by field id) leaves out."""
    return [
        field
        for field in fields
        if field.required and not field.has_default and is_empty(values.get(field.id))
    ]
