"""Tests of a draft as Jira gets it, and of every form of the practice server filled in and sent."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.ticket import ticket
from qjira_gui.domain.comment import Context
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.fields import OWN_PLACE, Choice, FieldKind, FormField
from qjira_gui.domain.issue import IssueType, Project
from qjira_gui.domain.ticket import TicketDraft, missing_names
from qjira_gui.practice import PracticeServer
from tests.clients.adf_cases import judge

URL = "https://acme.qualytics.io/datastores/23/anomalies?id=824"
CONTEXT = Context(
    at=1_769_199_724, anomaly_id=824, status="Active", type="record",
    detected="2025-12-21T01:48:42Z", fields=["AMOUNT"], failed_checks=["null"], url=URL,
)  # fmt: skip
DRAFT = TicketDraft(
    anomaly_id=824,
    project=Project("10000", "DATA"),
    type=IssueType("10001", "Task"),
    summary="Null AMOUNT",
)
STANDARD = [
    FormField(name, name.title(), FieldKind.UNKNOWN) for name in (*OWN_PLACE, "duedate", "parent")
]


def draft(**changes: Any) -> TicketDraft:
    return replace(DRAFT, **changes)


def sent(kind: FieldKind, value: object) -> Any:
    """What goes out for one custom field."""
    field = FormField("customfield_1", "Severity", kind)
    made = ticket(draft(extra={field.id: value}), [*STANDARD, field], CONTEXT)
    return made.fields.get(field.id)


@pytest.mark.parametrize(
    ("kind", "value", "out"),
    [
        (FieldKind.TEXT, "R-2026", "R-2026"),
        (FieldKind.TEXT, "two\nlines\x00", "two lines"),
        (FieldKind.TEXT, 7, "7"),
        (FieldKind.NUMBER, "2103", 2103),
        (FieldKind.NUMBER, " -7 ", -7),
        (FieldKind.NUMBER, "2.5", 2.5),
        (FieldKind.NUMBER, "2,5", 2.5),
        (FieldKind.NUMBER, "0,125", 0.125),
        (FieldKind.NUMBER, "1e3", 1000),
        (FieldKind.NUMBER, "12345678901234567", 12345678901234567),
        (FieldKind.NUMBER, 0, 0),
        (FieldKind.NUMBER, 2.0, 2),
        (FieldKind.DATE, "2026-11-20", "2026-11-20"),
        (FieldKind.OPTION, "10201", {"id": "10201"}),
        (FieldKind.OPTIONS, ["10211", "10212"], [{"id": "10211"}, {"id": "10212"}]),
        (FieldKind.OPTIONS, "10211", [{"id": "10211"}]),
        (FieldKind.CASCADE, "10240/10241", {"id": "10240", "child": {"id": "10241"}}),
        (FieldKind.CASCADE, "10240", {"id": "10240"}),
        (FieldKind.USER, "712020:me", {"accountId": "712020:me"}),
        (FieldKind.LABELS, ["two words", "one", "", "one", " "], ["two-words", "one"]),
        (FieldKind.PARENT, " data-12 ", {"key": "DATA-12"}),
        (FieldKind.UNKNOWN, {"any": ["thing"]}, {"any": ["thing"]}),
    ],
)
def test_each_kind_of_field_goes_out_in_its_own_json_type(
    kind: FieldKind, value: object, out: object
) -> None:
    made = sent(kind, value)
    assert made == out
    assert type(made) is type(out)


def test_long_text_of_a_field_goes_out_as_a_document() -> None:
    document = sent(FieldKind.PARAGRAPH, "First.\n\nSecond 😀")
    assert document["type"] == "doc"
    judge(document)


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize("value", ["", "  \n", None, [], ()])
def test_what_was_not_filled_in_is_not_sent(kind: FieldKind, value: object) -> None:
    assert sent(kind, value) is None


@pytest.mark.parametrize(
    "value", ["many", "nan", "inf", "-Infinity", "1e999", "1.2.3", "1,234,567", "12 000", True]
)
def test_what_is_no_number_is_a_sentence_with_the_field_s_name(value: object) -> None:
    with pytest.raises(AppError, match="Severity must be a number"):
        sent(FieldKind.NUMBER, value)


@pytest.mark.parametrize("value", ["1,000", "12,345", "-999,999"])
def test_a_number_that_reads_in_two_ways_is_asked_for_again(value: str) -> None:
    with pytest.raises(AppError, match="Severity must be a number") as caught:
        sent(FieldKind.NUMBER, value)
    assert "two ways" in caught.value.detail


def test_only_what_is_on_the_screen_goes_out_and_the_rest_is_named() -> None:
    screen = [FormField(name, name, FieldKind.UNKNOWN) for name in ("summary", "description")]
    filled = draft(
        labels=("qualytics",),
        priority="3",
        assignee="712020:me",
        extra={"customfield_9": "typed for another type", "customfield_8": "", "duedate": None},
    )
    made = ticket(filled, screen, CONTEXT)
    assert set(made.fields) == {"project", "issuetype", "summary", "description"}
    assert made.left_out == ("labels", "priority", "assignee", "customfield_9")


def test_without_a_form_the_standard_fields_go_out_and_the_others_are_named() -> None:
    filled = draft(
        labels=("a b", "a b"), priority="3", assignee="712020:me", extra={"customfield_9": "x"}
    )
    made = ticket(filled, [], CONTEXT)
    assert made.fields["labels"] == ["a-b"]
    assert made.fields["priority"] == {"id": "3"}
    assert made.fields["assignee"] == {"accountId": "712020:me"}
    assert made.left_out == ("customfield_9",)


def test_long_texts_are_cut_to_fit_and_the_link_stays() -> None:
    filled = draft(
        summary="word 😀 " * 60 + "\nend",
        description="long text 😀 " * 4_000,
        extra={"c": "y " * 20_000},
    )
    made = ticket(filled, [*STANDARD, FormField("c", "C", FieldKind.PARAGRAPH)], CONTEXT)
    assert made.shortened
    assert len(made.fields["summary"].encode("utf-16-le")) // 2 <= 254
    assert "\n" not in made.fields["summary"]
    assert URL in str(made.fields["description"])
    for name in ("description", "c"):
        judge(made.fields[name])


def test_text_that_fits_is_not_called_shortened() -> None:
    assert not ticket(draft(description="short"), STANDARD, CONTEXT).shortened


@pytest.mark.parametrize("changes", [{"project": None}, {"type": None}])
def test_nothing_goes_out_without_a_place_to_go(changes: dict[str, None]) -> None:
    with pytest.raises(AppError, match="Choose a project and an issue type first"):
        ticket(draft(**changes), STANDARD, CONTEXT)


@pytest.mark.parametrize("summary", ["", " \n ", "\x00\x01", "\u2028"])
def test_nothing_goes_out_without_a_summary(summary: str) -> None:
    with pytest.raises(AppError, match="Write a summary first"):
        ticket(draft(summary=summary), STANDARD, CONTEXT)


def filled_in(field: FormField, person: str, parent: str) -> Any:
    """What an analyst would put into a field, as the form keeps it."""
    first = field.choices[0] if field.choices else Choice("", "")
    child = first.children[0].id if first.children else ""
    values: dict[FieldKind, Any] = {
        FieldKind.TEXT: "R-2026-11 😀",
        FieldKind.PARAGRAPH: "First.\n\nSecond & third.",
        FieldKind.NUMBER: "2103,5",
        FieldKind.DATE: "2026-11-20",
        FieldKind.OPTION: first.id,
        FieldKind.OPTIONS: [choice.id for choice in field.choices],
        FieldKind.CASCADE: f"{first.id}/{child}",
        FieldKind.USER: person,
        FieldKind.LABELS: ["month end"],
        FieldKind.PARENT: parent,
        # Nothing here can fill it in; the form says so where it is required.
        FieldKind.UNKNOWN: "",
    }
    return values[field.kind]


async def test_a_whole_form_of_every_project_and_type_becomes_an_issue(
    jira: JiraClient, server: PracticeServer
) -> None:
    person = (await jira.people("DATA", "dana"))[0].account_id
    made: dict[str, set[str]] = {}
    kinds: set[FieldKind] = set()
    for project in await jira.projects():
        for kind in await jira.issue_types(project.id):
            form = await jira.form(project.id, kind.id)
            extra = {
                field.id: filled_in(field, person, "DATA-106")
                for field in form
                if field.id not in OWN_PLACE
            }
            whole = TicketDraft(
                anomaly_id=824, project=project, type=kind, summary=f"{project.key} {kind.name}",
                description="**Bold** and `code`", priority="2", assignee=person,
                labels=("qualytics", "two words"), extra=extra,
            )  # fmt: skip
            assert missing_names(whole, form) == []
            out = ticket(whole, form, CONTEXT)
            issue = await jira.create(out.fields, {"op": f"{project.id}-{kind.id}"})
            made[f"{project.key} {kind.name}"] = set(out.left_out)
            kinds |= {field.kind for field in form}
            shown = await jira.issue(issue.key)
            assert (shown.summary, shown.type, shown.project) == (
                whole.summary,
                kind.name,
                project.key,
            )
    assert len(server.ledger()["issues"]) == len(made) == 17
    # OPS has a screen for tasks that holds next to nothing; all the others take all of it.
    assert {name: left for name, left in made.items() if left} == {
        "OPS Task": {"priority", "labels"}
    }
    assert kinds == set(FieldKind)


async def test_the_least_that_each_form_insists_on_is_enough(
    jira: JiraClient, server: PracticeServer
) -> None:
    person = (await jira.people("FIN", "dana"))[0].account_id
    asked: set[FieldKind] = set()
    for project in await jira.projects():
        for kind in await jira.issue_types(project.id):
            form = await jira.form(project.id, kind.id)
            needed = [f for f in form if f.required and not f.has_default and f.id not in OWN_PLACE]
            bare = TicketDraft(anomaly_id=824, project=project, type=kind, summary="Null AMOUNT")
            assert missing_names(bare, form) == [field.name for field in needed]
            extra = {field.id: filled_in(field, person, "DATA-106") for field in needed}
            out = ticket(replace(bare, extra=extra), form, CONTEXT)
            await jira.create(out.fields, {"op": "1"})
            asked |= {field.kind for field in needed}
    assert len(server.ledger()["issues"]) == 17
    assert asked >= {
        FieldKind.OPTION, FieldKind.NUMBER, FieldKind.DATE, FieldKind.OPTIONS, FieldKind.USER,
        FieldKind.TEXT, FieldKind.PARAGRAPH,
    }  # fmt: skip


async def test_what_the_form_calls_missing_jira_refuses_too(
    jira: JiraClient, server: PracticeServer
) -> None:
    """The two must agree on every required field, or people fill in forms for nothing."""
    form = await jira.form("10001", "10006")
    person = (await jira.people("FIN", "dana"))[0].account_id
    needed = [f for f in form if f.required and not f.has_default and f.id not in OWN_PLACE]
    extra = {field.id: filled_in(field, person, "DATA-106") for field in needed}
    place = draft(project=Project("10001", "FIN"), type=IssueType("10006"))

    async def without(field: FormField) -> None:
        less = replace(place, extra={k: v for k, v in extra.items() if k != field.id})
        assert missing_names(less, form) == [field.name]
        with pytest.raises(AppError) as caught:
            await jira.create(ticket(less, form, CONTEXT).fields, {"op": "1"})
        assert f"{field.id}: {field.name} is required." in caught.value.sentence

    await asyncio.gather(*(without(field) for field in needed))
    assert server.ledger()["issues"] == []
