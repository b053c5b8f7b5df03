"""Tests of how Jira's fields are asked for, and of what it must not be sent without."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.fields import (
    Choice,
    FieldKind,
    FormField,
    form_field,
    is_empty,
    kind_of,
    missing,
    outgoing,
)
from qjira_gui.domain.issue import IssueType, Project
from qjira_gui.domain.ticket import TicketDraft, finding_label, first_draft, missing_names

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string", "system": "summary"}, FieldKind.TEXT),
        ({"type": "string", "system": "description"}, FieldKind.PARAGRAPH),
        ({"type": "string", "system": "environment"}, FieldKind.PARAGRAPH),
        ({"type": "string", "custom": f"{CUSTOM}textfield"}, FieldKind.TEXT),
        ({"type": "string", "custom": f"{CUSTOM}textarea"}, FieldKind.PARAGRAPH),
        ({"type": "string", "custom": f"{CUSTOM}url"}, FieldKind.TEXT),
        ({"type": "string", "custom": None}, FieldKind.TEXT),
        ({"type": "number", "custom": f"{CUSTOM}float"}, FieldKind.NUMBER),
        ({"type": "date", "system": "duedate"}, FieldKind.DATE),
        ({"type": "option", "custom": f"{CUSTOM}select"}, FieldKind.OPTION),
        ({"type": "option", "custom": f"{CUSTOM}radiobuttons"}, FieldKind.OPTION),
        ({"type": "priority", "system": "priority"}, FieldKind.OPTION),
        ({"type": "version"}, FieldKind.OPTION),
        ({"type": "securitylevel", "system": "security"}, FieldKind.OPTION),
        ({"type": "array", "items": "option"}, FieldKind.OPTIONS),
        ({"type": "array", "items": "component"}, FieldKind.OPTIONS),
        ({"type": "array", "items": "version"}, FieldKind.OPTIONS),
        ({"type": "option-with-child"}, FieldKind.CASCADE),
        ({"type": "user", "system": "reporter"}, FieldKind.USER),
        ({"type": "array", "items": "string", "system": "labels"}, FieldKind.LABELS),
        ({"type": "issuelink", "system": "parent"}, FieldKind.PARENT),
        # Nobody here knows how to ask for these; the form says so instead of guessing.
        ({"type": "array", "items": "json", "custom": "…:gh-sprint"}, FieldKind.UNKNOWN),
        ({"type": "array", "items": "user"}, FieldKind.UNKNOWN),
        ({"type": "array"}, FieldKind.UNKNOWN),
        ({"type": "datetime"}, FieldKind.UNKNOWN),
        ({"type": "any"}, FieldKind.UNKNOWN),
        ({"type": "timetracking"}, FieldKind.UNKNOWN),
        ({"type": ["string"]}, FieldKind.UNKNOWN),
        ({"type": None}, FieldKind.UNKNOWN),
        ({}, FieldKind.UNKNOWN),
    ],
)
def test_a_field_is_asked_for_by_what_its_schema_says(
    schema: dict[str, Any], kind: FieldKind
) -> None:
    assert kind_of(schema) is kind


def test_a_field_keeps_its_name_its_duty_and_its_choices() -> None:
    raw = {
        "fieldId": "customfield_1", "key": "customfield_1", "name": "Unit", "required": True,
        "hasDefaultValue": True, "schema": {"type": "option-with-child"},
        "allowedValues": [
            {"id": 1, "value": "Europe", "children": [{"id": "2", "value": "Retail"}]},
            {"id": "3", "name": "Named", "value": "not this"},
            {"id": "4"},
            {"value": "without a number nobody can choose it"},
            "text", None, 7,
        ],
    }  # fmt: skip
    assert form_field(raw) == FormField(
        id="customfield_1", name="Unit", kind=FieldKind.CASCADE, required=True, has_default=True,
        choices=(
            Choice("1", "Europe", (Choice("2", "Retail"),)), Choice("3", "Named"), Choice("4", "4"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"fieldId": None, "key": None, "name": None, "schema": None, "allowedValues": None},
        {"fieldId": "f", "schema": "string", "allowedValues": {"id": "1"}, "required": None},
        {"key": "f", "schema": [], "allowedValues": "abc", "hasDefaultValue": "no"},
        {"key": "f", "schema": {"type": "option"}, "allowedValues": [{"id": "1", "children": 7}]},
    ],
)
def test_a_field_that_is_hardly_described_is_read_all_the_same(raw: dict[str, Any]) -> None:
    field = form_field(raw)
    assert field.name == field.id
    assert field.id in ("", "f")


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
JSON = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "value", "name", "type", "items", "children"]), inner
        )
    ),
    max_leaves=10,
)
PARTS = ["fieldId", "key", "name", "schema", "allowedValues", "required", "hasDefaultValue"]


@given(st.dictionaries(st.sampled_from(PARTS), JSON))
def test_no_description_of_a_field_stops_the_form(raw: dict[str, Any]) -> None:
    field = form_field(raw)
    assert all(choice.id and choice.label for choice in field.choices)


@given(st.text())
def test_no_text_in_a_number_field_does_more_than_be_refused(text: str) -> None:
    try:
        number = outgoing(FormField("n", "N", FieldKind.NUMBER), text)
    except ValueError:
        return
    assert float("-inf") < number < float("inf")


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_every_number_that_people_write_goes_out_as_that_number(number: float) -> None:
    field = FormField("n", "N", FieldKind.NUMBER)
    assert outgoing(field, str(number)) == number
    assert outgoing(field, number) == number


@pytest.mark.parametrize("value", [None, "", " ", "\n\t", [], ()])
def test_blanks_are_nothing_chosen(value: object) -> None:
    assert is_empty(value)


@pytest.mark.parametrize("value", [0, False, "0", [""], {"id": ""}, 0.0])
def test_nought_is_something(value: object) -> None:
    assert not is_empty(value)


@pytest.mark.parametrize(
    ("required", "has_default", "value", "lacking"),
    [
        (True, False, None, True),
        (True, False, "  ", True),
        (True, False, [], True),
        (True, False, "x", False),
        (True, True, None, False),
        (False, False, None, False),
    ],
)
def test_a_field_is_missing_only_if_jira_insists_and_fills_in_nothing(
    required: bool, has_default: bool, value: object, lacking: bool
) -> None:
    field = FormField("f", "F", FieldKind.TEXT, required=required, has_default=has_default)
    assert missing([field], {"f": value}) == ([field] if lacking else [])
    assert missing([field], {}) == ([field] if required and not has_default else [])


def test_a_new_form_starts_with_labels_by_which_its_issue_can_be_found() -> None:
    draft = first_draft(Anomaly(id=824), None, "Null AMOUNT")
    assert draft.labels == ("qualytics", "qualytics-anomaly-824")
    assert finding_label(824) in draft.labels
    assert missing_names(draft, []) == ["Project", "Issue type"]


def test_the_appended_block_is_description_enough() -> None:
    names = ("project", "issuetype", "summary", "description", "reporter", "labels", "assignee")
    form = [FormField(name, name.title(), FieldKind.TEXT, required=True) for name in names]
    place = {"project": Project("1", "DATA"), "type": IssueType("2")}
    draft = TicketDraft(anomaly_id=7, summary="Null AMOUNT", labels=("one",), **place)  # type: ignore[arg-type]
    assert missing_names(draft, form) == ["Assignee"]
    assert missing_names(TicketDraft(anomaly_id=7, summary=" "), form) == [
        "Project", "Issue type", "Summary", "Labels", "Assignee",
    ]  # fmt: skip
