"""A ticket draft as the `fields` of Jira's create call: only what the create screen has."""

from collections.abc import Iterable
from typing import Any

import msgspec

from qjira_gui.clients import adf
from qjira_gui.domain.comment import Context
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.fields import FieldKind, FormField, is_empty, outgoing
from qjira_gui.domain.text import label_text, summary_text
from qjira_gui.domain.ticket import TicketDraft


class Ticket(msgspec.Struct, frozen=True):
    """What Jira will get, and what had to be cut to fit."""

    fields: dict[str, Any]
    shortened: bool = False
    #: Names of what was filled in but is not on this create screen.
    left_out: tuple[str, ...] = ()


def ticket(draft: TicketDraft, form: list[FormField], context: Context) -> Ticket:
    """Return the fields of a complete draft; raises AppError where a value has no valid form.

    An empty `form` (nobody could ask Jira) means: the standard fields, and hope.
    """
    if draft.project is None or draft.type is None:
        raise AppError("Choose a project and an issue type first.")
    summary = summary_text(draft.summary)
    if not summary:
        raise AppError("Write a summary first: Jira takes no issue without one.")
    screen = {field.id: field for field in form}
    text = adf.description(draft.description, context)
    fields: dict[str, Any] = {
        "project": {"id": draft.project.id},
        "issuetype": {"id": draft.type.id},
        "summary": summary,
    }
    wanted: dict[str, Any] = {
        "description": text.adf,
        "labels": _labels(draft.labels),
        "priority": {"id": draft.priority} if draft.priority else None,
        "assignee": {"accountId": draft.assignee} if draft.assignee else None,
    }
    left_out, shortened = [], text.shortened
    for name, value in wanted.items():
        if is_empty(value):
            continue
        # A field that is not on the screen makes Jira refuse the whole issue.
        if form and name not in screen:
            left_out.append(name)
        else:
            fields[name] = value
    for name, value in draft.extra.items():
        if is_empty(value):
            continue
        field = screen.get(name)
        if field is None:
            # Typed for another project or type, or nobody could ask what kind of value it takes.
            left_out.append(name)
        elif field.kind is FieldKind.PARAGRAPH:
            long = adf.field(str(value))
            shortened = shortened or long.shortened
            fields[name] = long.adf
        else:
            fields[name] = _value(field, value)
    return Ticket(fields=fields, shortened=shortened, left_out=tuple(left_out))


def _value(field: FormField, value: Any) -> Any:
    if field.kind is FieldKind.LABELS:
        return _labels(outgoing(field, value))
    try:
        return outgoing(field, value)
    except ValueError as error:
        raise AppError(f"{field.name} must be a number.", str(error)) from error


def _labels(given: Iterable[object]) -> list[str]:
    """Return labels as Jira takes them, each once."""
    labels = (label_text(str(one)) for one in given)
    return list(dict.fromkeys(label for label in labels if label))
