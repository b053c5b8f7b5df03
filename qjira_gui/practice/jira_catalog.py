"""What the practice Jira is set up with: projects, issue types, screens, statuses, priorities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]
_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"


@dataclass(frozen=True, slots=True)
class Status:
    id: str
    name: str
    category: str  # new, indeterminate or done


@dataclass(frozen=True, slots=True)
class IssueType:
    id: str
    name: str
    description: str
    subtask: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    value: str
    children: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field as createmeta describes it; `options` are its allowed values."""

    id: str
    name: str
    type: str
    items: str | None = None
    system: str | None = None
    custom: str | None = None
    options: tuple[Option, ...] = ()

    def schema(self) -> JsonObject:
        shown: JsonObject = {"type": self.type}
        if self.items:
            shown["items"] = self.items
        if self.system:
            shown["system"] = self.system
        if self.custom:
            prefix = "" if "." in self.custom else _TYPES
            shown["custom"] = f"{prefix}{self.custom}"
            shown["customId"] = int(self.id.removeprefix("customfield_"))
        return shown

    @property
    def rich(self) -> bool:
        """Whether the value is a document (ADF) and not a string."""
        return self.id in ("description", "environment") or self.custom == "textarea"


@dataclass(frozen=True, slots=True)
class Project:
    id: str
    key: str
    name: str
    kind: str
    description: str
    screens: dict[str, str]  # type id → field ids; `!` means required, `=` required with a default
    statuses: tuple[str, ...] = ("10000", "10001", "10002", "10003")
    components: tuple[Option, ...] = ()
    visible: bool = True
    create: bool = True


PRIORITIES = (
    ("1", "Highest", "#d04437"),
    ("2", "High", "#f15C75"),
    ("3", "Medium", "#f79232"),
    ("4", "Low", "#707070"),
    ("5", "Lowest", "#999999"),
)
DEFAULT_PRIORITY = "3"

STATUSES = {
    one.id: one
    for one in (
        Status("10000", "To Do", "new"),
        Status("10001", "In Progress", "indeterminate"),
        Status("10002", "In Review", "indeterminate"),
        Status("10003", "Done", "done"),
        Status("10004", "Open", "new"),
        Status("10005", "Under Investigation", "indeterminate"),
        Status("10006", "Waiting for Vendor", "indeterminate"),
        Status("10007", "Resolved", "done"),
    )
}
CATEGORIES: dict[str, JsonObject] = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {
        "id": 4,
        "key": "indeterminate",
        "colorName": "yellow",
        "name": "In Progress",
    },
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}

TYPES = {
    one.id: one
    for one in (
        IssueType("10001", "Task", "A small, distinct piece of work."),
        IssueType("10002", "Bug", "A problem or error."),
        IssueType("10003", "Story", "Functionality expressed as a user goal."),
        IssueType("10004", "Epic", "A big user story that needs to be broken down.", level=1),
        IssueType(
            "10005", "Sub-task", "A piece of work within a larger one.", subtask=True, level=-1
        ),
        IssueType("10006", "Data Incident", "Wrong or missing figures in a report."),
        IssueType("10007", "Change Request", "A change to a report or its calculation."),
        IssueType("10008", "Incident", "An interruption of a service."),
    )
}


def _options(first: int, *values: str) -> tuple[Option, ...]:
    return tuple(Option(str(first + at), value) for at, value in enumerate(values))


_UNITS = (
    Option("10240", "Europe", _options(10241, "Retail", "Wholesale")),
    Option("10250", "Americas", _options(10251, "Retail", "Online")),
)

FIELDS = {
    one.id: one
    for one in (
        Field("summary", "Summary", "string", system="summary"),
        Field("issuetype", "Issue Type", "issuetype", system="issuetype"),
        Field("project", "Project", "project", system="project"),
        Field("description", "Description", "string", system="description"),
        Field("environment", "Environment", "string", system="environment"),
        Field("priority", "Priority", "priority", system="priority"),
        Field("labels", "Labels", "array", items="string", system="labels"),
        Field("assignee", "Assignee", "user", system="assignee"),
        Field("reporter", "Reporter", "user", system="reporter"),
        Field("duedate", "Due date", "date", system="duedate"),
        Field("components", "Components", "array", items="component", system="components"),
        Field("parent", "Parent", "issuelink", system="parent"),
        Field("customfield_10020", "Sprint", "array", items="json",
              custom="com.pyxis.greenhopper.jira:gh-sprint"),
        Field("customfield_10101", "Severity", "option", custom="select",
              options=_options(10201, "Critical", "Major", "Minor")),
        Field("customfield_10102", "Records affected", "number", custom="float"),
        Field("customfield_10103", "Impact date", "date", custom="datepicker"),
        Field("customfield_10104", "Regulations", "array", items="option", custom="multiselect",
              options=_options(10211, "SOX", "IFRS", "GDPR", "BCBS 239")),
        Field("customfield_10105", "Data owner", "user", custom="userpicker"),
        Field("customfield_10106", "Report reference", "string", custom="textfield"),
        Field("customfield_10107", "Root cause", "string", custom="textarea"),
        Field("customfield_10108", "Business unit", "option-with-child", custom="cascadingselect",
              options=_UNITS),
        Field("customfield_10109", "Detected at", "datetime", custom="datetime"),
        Field("customfield_10110", "Dashboard", "string", custom="url"),
        Field("customfield_10111", "Reporting period", "option", custom="radiobuttons",
              options=_options(10221, "Daily", "Monthly", "Quarterly")),
        Field("customfield_10112", "Informed", "array", items="option", custom="multicheckboxes",
              options=_options(10231, "Controlling", "Auditors", "Customers")),
    )
}  # fmt: skip

_BASE = "summary! issuetype! project! reporter= description priority= labels assignee duedate"
_DATA = f"{_BASE} components parent environment"
_FIN = (
    f"{_BASE} customfield_10101! customfield_10102! customfield_10103! customfield_10104! "
    "customfield_10105! customfield_10106! customfield_10107! customfield_10108 customfield_10109 "
    "customfield_10110 customfield_10111= customfield_10112 environment"
)
_PLAIN = "summary! issuetype! project! reporter= description assignee"
_COMPONENTS = _options(10301, "Ingestion", "Transformations", "Warehouse", "Reporting")

PROJECTS = {
    one.key: one
    for one in (
        Project("10000", "DATA", "Data Platform", "software", "Pipelines, warehouse and quality",
                {"10001": _DATA, "10002": _DATA, "10003": f"{_DATA} customfield_10020",
                 "10004": _BASE, "10005": f"{_BASE} parent!"}, components=_COMPONENTS),
        Project("10001", "FIN", "Finance Reporting", "software", "Ledger, filings, month end",
                {"10001": _BASE, "10006": _FIN, "10007": f"{_BASE} customfield_10106!"},
                statuses=("10004", "10005", "10006", "10007")),
        Project("10002", "OPS", "Data Operations", "business", "On-call for the data platform",
                {"10001": _PLAIN, "10008": f"{_BASE} customfield_10101"},
                statuses=("10004", "10005", "10007")),
        Project("10003", "HR", "People Analytics", "business", "Staff data; only its team creates",
                {"10001": _BASE}, create=False),
        Project("10004", "SEC", "Security Office", "software", "Restricted", {"10001": _BASE},
                visible=False, create=False),
        Project("10005", "CRM", "Customer Systems", "software", "CRM, consent and loyalty",
                {"10001": _BASE, "10002": _BASE, "10003": _BASE}),
        Project("10006", "SCM", "Supply Chain Systems", "software", "Warehouses and suppliers",
                {"10001": _BASE, "10002": _BASE}),
        Project("10007", "WEB", "Web Shop", "software", "Shop, app and tracking",
                {"10001": _BASE, "10002": _BASE, "10003": _BASE}),
    )
}  # fmt: skip


def project_of(key_or_id: str) -> Project | None:
    """By key, whatever its case, or by id."""
    for project in PROJECTS.values():
        if key_or_id.upper() == project.key or key_or_id == project.id:
            return project
    return None


def screen(project: Project, type_id: str) -> dict[str, str]:
    """The fields of a project's type: id → "", "!" (required) or "=" (required, with a default)."""
    shown: dict[str, str] = {}
    for word in project.screens[type_id].split():
        mark = word[-1] if word[-1] in "!=" else ""
        shown[word.rstrip("!=")] = mark
    return shown
