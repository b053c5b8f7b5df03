"""One act of each kind of entry, and how often it has arrived by the ledger's account."""

from typing import Any

import msgspec

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.fields import FormField
from qjira_gui.domain.issue import Issue, IssueType, Project
from qjira_gui.domain.link import Link
from qjira_gui.domain.outbox import EntryKind
from tests.sync.place import Place

COMMENT = "Seen again 😀 today"
SUMMARY = "Null AMOUNT in ORDERS"

#: The request that carries each kind: site, method and path with its {places}.
ROUTES: dict[EntryKind, tuple[str, str, str]] = {
    EntryKind.STATUS: ("qualytics", "PATCH", "/api/anomalies"),
    EntryKind.ARCHIVE: ("qualytics", "DELETE", "/api/anomalies"),
    EntryKind.COMMENT: ("qualytics", "POST", "/api/comments"),
    EntryKind.ISSUE: ("jira", "POST", "/rest/api/3/issue"),
    EntryKind.ISSUE_COMMENT: ("jira", "POST", "/rest/api/3/issue/{issue}/comment"),
}


Form = tuple[Project, IssueType, list[FormField]]


async def ticket_form(desk: Desk) -> Form:
    """A project, a type and its fields; asked once, so a ticket can then be opened offline."""
    form, project = desk.actions.form, Project("10000", "DATA", "Data Platform")
    type_ = next(one for one in await form.types(project) if one.name == "Task")
    return project, type_, await form.fields(project, type_)


async def new_ticket(desk: Desk, anomaly: Anomaly, form: Form | None = None, **values: Any) -> Link:
    """Open a ticket in the project DATA, with `values` over those that a new form has."""
    project, type_, fields = form or await ticket_form(desk)
    given = {"project": project, "type": type_, "summary": SUMMARY, **values}
    draft = msgspec.structs.replace(desk.actions.tickets.draft(anomaly), **given)
    return desk.actions.tickets.create(draft, fields, anomaly)


async def act(desk: Desk, kind: EntryKind, anomaly: Anomaly, issue: Issue) -> None:
    """Do what makes one entry of this kind, and as few others as possible."""
    triage = desk.actions.triage
    match kind:
        case EntryKind.STATUS:
            triage.acknowledge([anomaly.id])
        case EntryKind.ARCHIVE:
            triage.archive([anomaly.id], "Invalid", COMMENT)
        case EntryKind.COMMENT:
            triage.comment(anomaly.id, COMMENT)
        case EntryKind.ISSUE:
            await new_ticket(desk, anomaly)
        case EntryKind.ISSUE_COMMENT:
            desk.actions.tickets.link(anomaly, issue)
            triage.acknowledge([anomaly.id])


#: Where the ledger keeps each kind.
PAGES = {
    EntryKind.STATUS: "status_changes",
    EntryKind.ARCHIVE: "archives",
    EntryKind.COMMENT: "anomaly_comments",
    EntryKind.ISSUE: "issues",
    EntryKind.ISSUE_COMMENT: "comments",
}


def arrived(place: Place, kind: EntryKind) -> int:
    """How often a server has taken this kind of act."""
    return len(place.ledger(PAGES[kind]))
