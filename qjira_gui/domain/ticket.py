"""A ticket on its way: what the analyst typed, kept whole until Jira has it."""

from typing import Any

import msgspec

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.fields import FormField, missing
from qjira_gui.domain.issue import IssueType, Project


class TicketDraft(msgspec.Struct, frozen=True):
    """The form as it stands; ids and text only, so that it survives a crash."""

    anomaly_id: int
    project: Project | None = None
    type: IssueType | None = None
    summary: str = ""
    description: str = ""
    priority: str = ""
    assignee: str = ""
    labels: tuple[str, ...] = ()
    #: Values of the other fields by field id, as the form holds them.
    extra: dict[str, Any] = {}
    #: The entry that it changes; empty for a ticket that is new.
    entry_id: str = ""


def finding_label(anomaly_id: int) -> str:
    """Return the label by which an issue of this anomaly can be found with JQL."""
    return f"qualytics-anomaly-{anomaly_id}"


def first_draft(anomaly: Anomaly, project: Project | None, summary: str) -> TicketDraft:
    """Return the draft that a new form starts with."""
    return TicketDraft(
        anomaly_id=anomaly.id,
        project=project,
        summary=summary,
        labels=("qualytics", finding_label(anomaly.id)),
    )


def values_of(draft: TicketDraft) -> dict[str, Any]:
    """Return every value of the draft by Jira field id, chosen or not."""
    return {
        **draft.extra,
        "project": draft.project,
        "issuetype": draft.type,
        "summary": draft.summary.strip(),
        "description": draft.description,
        "priority": draft.priority,
        "assignee": draft.assignee,
        "labels": list(draft.labels),
        # The analyst is the reporter unless the form says otherwise; Jira fills it in.
        "reporter": draft.extra.get("reporter") or "me",
    }


def missing_names(draft: TicketDraft, fields: list[FormField]) -> list[str]:
    """Return the names of what has to be filled in before the ticket can be created."""
    names = []
    if draft.project is None:
        names.append("Project")
    if draft.type is None:
        names.append("Issue type")
    if not draft.summary.strip():
        names.append("Summary")
    # The description is never empty: the anomaly's block is always in it.
    own = ("project", "issuetype", "summary", "description")
    asked = [f for f in fields if f.id not in own]
    return names + [field.name for field in missing(asked, values_of(draft))]
