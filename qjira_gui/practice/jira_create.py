"""Judges the fields of a new issue as Jira does, and turns them into what it keeps."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

from qjira_gui.practice import adf
from qjira_gui.practice.jira_access import Access
from qjira_gui.practice.jira_catalog import (
    DEFAULT_PRIORITY,
    FIELDS,
    PRIORITIES,
    TYPES,
    Field,
    IssueType,
    Option,
    Project,
    project_of,
    screen,
)
from qjira_gui.practice.jira_people import MY_ACCOUNT, accounts
from qjira_gui.practice.jira_state import JiraState
from qjira_gui.practice.jira_words import NEWLINES, NOT_ADF, NOT_ON_SCREEN, TOO_LONG, refuse

JsonObject = dict[str, Any]
LONGEST_TEXT = 32_767


class Wrong(ValueError):
    """The value of one field is refused, in Jira's words."""


class Judge:
    """Collects every field's refusal, so that all of them come in one answer."""

    def __init__(self, state: JiraState, access: Access) -> None:
        self._state, self._access = state, access

    def place(self, fields: JsonObject) -> tuple[Project, IssueType]:
        """The project and type that an issue is to be created in."""
        given = fields.get("project")
        named = given.get("id") or given.get("key") if isinstance(given, dict) else None
        project = project_of(str(named)) if named else None
        if project is None or not self._access.may("BROWSE_PROJECTS", project):
            raise refuse(400, project="Specify a valid project ID or key")
        self._access.need(
            "CREATE_ISSUES", project, "You do not have permission to create issues in this project."
        )
        wanted = fields.get("issuetype")
        if not isinstance(wanted, dict):
            raise refuse(400, issuetype="Specify an issue type")
        for type_id in project.screens:
            one = TYPES[type_id]
            if str(wanted.get("id", "")) == one.id or wanted.get("name") == one.name:
                return project, one
        raise refuse(400, issuetype="Specify a valid issue type")

    def fields(
        self, project: Project, kind: IssueType, given: JsonObject, *, whole: bool = True
    ) -> JsonObject:
        """What is kept, or a refusal of every wrong field; an edit is not `whole`."""
        shown = screen(project, kind.id)
        wrong: dict[str, str] = {}
        kept: JsonObject = {"priority": DEFAULT_PRIORITY, "reporter": MY_ACCOUNT} if whole else {}
        for name, value in given.items():
            if name in ("project", "issuetype"):
                continue
            if name not in shown:
                wrong[name] = NOT_ON_SCREEN.format(name)
                continue
            if value is None:
                kept[name] = None
                continue
            try:
                kept[name] = self._value(FIELDS[name], value, project)
            except Wrong as refusal:
                wrong[name] = str(refusal)
        for name, mark in shown.items():
            if mark != "!" or name in ("project", "issuetype") or name in wrong:
                continue
            if not whole and name not in given:
                continue
            if kept.get(name) in (None, "", []):
                summary = "You must specify a summary of the issue."
                wrong[name] = summary if name == "summary" else f"{FIELDS[name].name} is required."
        if whole and "customfield_10111" in shown:
            kept.setdefault(
                "customfield_10111", _option(FIELDS["customfield_10111"], {"id": "10222"})
            )
        if wrong:
            raise refuse(400, **wrong)
        return kept

    def _value(self, field: Field, value: Any, project: Project) -> Any:
        if field.rich:
            return _document(value)
        match field.id:
            case "summary":
                return _summary(value)
            case "labels":
                return _labels(value)
            case "priority":
                return _priority(value)
            case "assignee" | "reporter":
                return self._person(value, field, assignable=field.id == "assignee")
            case "components":
                return [_component(one, project) for one in _list(value)]
            case "parent":
                return self._parent(value)
        match field.type:
            case "number":
                if isinstance(value, bool) or not isinstance(value, int | float):
                    raise Wrong("Operation value must be a number")
                return value
            case "date":
                return _date(value)
            case "datetime":
                return _datetime(value)
            case "user":
                return self._person(value, field, assignable=False)
            case "option":
                return _option(field, value)
            case "option-with-child":
                return _cascade(field, value)
            case "array" if field.items == "option":
                return [_option(field, one) for one in _list(value)]
            case "array" if field.items == "json":
                if isinstance(value, bool) or not isinstance(value, int):
                    raise Wrong("Number value expected as the Sprint id.")
                return [{"id": value, "name": f"Sprint {value}", "state": "active"}]
        return _string(value, 255 if field.custom in ("textfield", "url") else LONGEST_TEXT)

    def _person(self, value: Any, field: Field, *, assignable: bool) -> str:
        if not isinstance(value, dict):
            raise Wrong("Operation value must be an object")
        known = accounts().get(str(value.get("accountId") or value.get("id") or ""))
        if known is None:
            raise Wrong(f"Specify a valid value for {field.name.lower()}")
        if assignable and (not known.active or known.kind != "atlassian"):
            raise Wrong(f"User '{known.id}' cannot be assigned issues.")
        return known.id

    def _parent(self, value: Any) -> str:
        named = value.get("key") or value.get("id") if isinstance(value, dict) else None
        issue = self._state.find(str(named)) if named else None
        if issue is None:
            raise Wrong("Could not find valid 'id' or 'key' for the parent.")
        return issue.key


def properties(given: Any) -> dict[str, Any]:
    """Entity properties sent along with an issue or a comment."""
    if given is None:
        return {}
    if not isinstance(given, list):
        raise refuse(400, "The properties must be a list of key and value.")
    made: dict[str, Any] = {}
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("key"), str) or "value" not in one:
            raise refuse(400, "A property must have a key and a value.")
        made[one["key"]] = checked_property(one["key"], one["value"])
    return made


def checked_property(key: str, value: Any) -> Any:
    if not 0 < len(key) <= 255:
        raise refuse(400, "The property key must be between 1 and 255 characters long.")
    if len(json.dumps(value, ensure_ascii=False)) > 32_768:
        raise refuse(400, "The property value cannot be longer than 32768 characters.")
    return value


def _document(value: Any) -> JsonObject:
    """ADF as it is kept; bad ADF fails the whole request, and no place is named."""
    if not adf.is_document(value):
        raise Wrong(NOT_ADF)
    if not adf.valid(value):
        raise refuse(400, "INVALID_INPUT")
    if len(adf.text_of(value)) > LONGEST_TEXT:
        raise Wrong(TOO_LONG)
    return adf.kept(value)


def comment_body(value: Any) -> JsonObject:
    """The body of a comment, judged."""
    try:
        _document(value)
    except Wrong as refusal:
        raise refuse(400, comment=str(refusal)) from refusal
    if not adf.text_of(value).strip() and "media" not in json.dumps(value):
        raise refuse(400, comment="Comment body can not be empty!")
    return dict(value)


def _string(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise Wrong("Operation value must be a string")
    if len(value) > longest:
        raise Wrong(TOO_LONG if longest > 255 else "The entered text is too long. It exceeds the "
                    "allowed limit of 255 characters.")  # fmt: skip
    return value


def _summary(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong("Operation value must be a string")
    if re.search(r"[\r\n]", value):
        raise Wrong(NEWLINES)
    if len(value) > 255:
        raise Wrong("Summary must be less than 255 characters.")
    return value.strip()


def _labels(value: Any) -> list[str]:
    labels = _list(value)
    for label in labels:
        if not isinstance(label, str):
            raise Wrong("string expected at index 0")
        if re.search(r"\s", label):
            raise Wrong(f"The label '{label}' contains spaces which is invalid.")
        if len(label) > 255:
            raise Wrong(f"The label '{label}' exceeds the maximum length of 255 characters.")
    return sorted(set(labels))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Wrong("data was not an array")
    return value


def _priority(value: Any) -> str:
    if isinstance(value, dict):
        for one, name, _color in PRIORITIES:
            if value.get("id") == one or value.get("name") == name:
                return one
    raise Wrong("Specify a valid 'id' or 'name' for priority")


def _pick(options: tuple[Option, ...], value: Any) -> Option:
    if not isinstance(value, dict):
        raise Wrong("Specify a valid 'id' or 'name' for the option")
    for one in options:
        if value.get("id") == one.id or ("id" not in value and value.get("value") == one.value):
            return one
    if "id" in value:
        raise Wrong(f"Option id '{value['id']}' is not valid")
    raise Wrong(f"Option value '{value.get('value')}' is not valid")


def _option(field: Field, value: Any) -> JsonObject:
    one = _pick(field.options, value)
    return {"value": one.value, "id": one.id}


def _cascade(field: Field, value: Any) -> JsonObject:
    one = _pick(field.options, value)
    kept: JsonObject = {"value": one.value, "id": one.id}
    if value.get("child") is not None:
        child = _pick(one.children, value["child"])
        kept["child"] = {"value": child.value, "id": child.id}
    return kept


def _component(value: Any, project: Project) -> JsonObject:
    for one in project.components:
        if isinstance(value, dict) and (
            value.get("id") == one.id or value.get("name") == one.value
        ):
            return {"id": one.id, "name": one.value}
    raise Wrong("Component name is not valid")


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as problem:
        raise Wrong(f"Error parsing date string: {value}") from problem


def _datetime(value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as problem:
        raise Wrong(f"Error parsing time: {value}") from problem
    if moment.tzinfo is None:
        raise Wrong(f"Error parsing time: {value}")
    return str(value)
