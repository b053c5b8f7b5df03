"""What a project and an issue type ask for, and in which JSON type each answer goes out."""

import math
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from qjira_gui.domain.text import clean, one_line


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
    "resolution": FieldKind.OPTION,
    "securitylevel": FieldKind.OPTION,
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


def _choices(raw: object) -> tuple[Choice, ...]:
    """Return what Jira allows; what has no number of its own cannot be sent back."""
    parts = raw if isinstance(raw, list) else []
    return tuple(_choice(one) for one in parts if isinstance(one, Mapping) and one.get("id"))


def _choice(raw: Mapping[str, Any]) -> Choice:
    label = raw.get("name") or raw.get("value") or raw.get("key") or raw["id"]
    return Choice(id=str(raw["id"]), label=str(label), children=_choices(raw.get("children")))


def form_field(raw: Mapping[str, Any]) -> FormField:
    """Return the field of one createmeta entry; missing parts are taken for absent."""
    field_id = str(raw.get("fieldId") or raw.get("key") or "")
    schema = raw.get("schema")
    return FormField(
        id=field_id,
        name=str(raw.get("name") or field_id),
        kind=kind_of(schema if isinstance(schema, Mapping) else {}),
        required=bool(raw.get("required")),
        has_default=bool(raw.get("hasDefaultValue")),
        choices=_choices(raw.get("allowedValues")),
    )


def is_empty(value: object) -> bool:
    """Say whether a form value stands for nothing chosen; blanks are nothing to Jira."""
    return value is None or (not value.strip() if isinstance(value, str) else value in ([], ()))


#: A comma before exactly three digits: a thousand in one country, one in the next.
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def _number(value: object) -> int | float:
    text = str(value).strip()
    if isinstance(value, bool) or _EITHER.fullmatch(text):
        raise ValueError(f"{text} can be read in two ways")
    try:
        # Whole numbers as they are: a float keeps sixteen digits.
        return int(text)
    except ValueError:
        number = float(text.replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return int(number) if number.is_integer() else number


def _several(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)


def outgoing(field: FormField, value: Any) -> Any:
    """Return `value` as Jira wants it for this field.

    Choices come in as ids, numbers as text or number; raises ValueError for text that is no number
    or that could be two. A PARAGRAPH stays text here: whoever sends it turns it into ADF.
    """
    match field.kind:
        case FieldKind.NUMBER:
            return _number(value)
        case FieldKind.OPTION:
            return {"id": str(value)}
        case FieldKind.OPTIONS:
            return [{"id": str(one)} for one in _several(value)]
        case FieldKind.CASCADE:
            parent, _, child = str(value).partition("/")
            return {"id": parent, "child": {"id": child}} if child else {"id": parent}
        case FieldKind.USER:
            return {"accountId": str(value)}
        case FieldKind.LABELS:
            return _several(value)
        case FieldKind.PARENT:
            return {"key": str(value).strip().upper()}
        case FieldKind.TEXT | FieldKind.DATE:
            return one_line(str(value))
        case FieldKind.PARAGRAPH:
            return clean(str(value))
        case _:
            return value


def missing(fields: Iterable[FormField], values: Mapping[str, object]) -> list[FormField]:
    """Return the fields that Jira insists on and that `values` (by field id) leaves out."""
    return [
        field
        for field in fields
        if field.required and not field.has_default and is_empty(values.get(field.id))
    ]
