"""What Qualytics found, in the columns that the list and the detail need."""

from enum import StrEnum
from typing import Any

import msgspec


class AnomalyStatus(StrEnum):
    """The statuses that this version knows; a server may send others, so fields stay `str`."""

    ACTIVE = "Active"
    ACKNOWLEDGED = "Acknowledged"
    RESOLVED = "Resolved"
    DUPLICATE = "Duplicate"
    INVALID = "Invalid"
    DISCARDED = "Discarded"


#: The statuses that need somebody's attention.
OPEN = (AnomalyStatus.ACTIVE, AnomalyStatus.ACKNOWLEDGED)
#: The statuses that archiving gives, in the order in which they are offered.
ARCHIVED = (
    AnomalyStatus.RESOLVED,
    AnomalyStatus.INVALID,
    AnomalyStatus.DISCARDED,
    AnomalyStatus.DUPLICATE,
)


# gc=False below: what comes from JSON is a tree, so nothing in it waits for the collector. Counted
# by it, ten thousand anomalies take four times as long to read, and every pause later is longer.


class Named(msgspec.Struct, frozen=True, gc=False):
    """A datastore, a table or a partition: what it is called, and its number."""

    name: str | None = None
    id: int | None = None


class Field(msgspec.Struct, frozen=True, gc=False):
    """A column that a check looks at; only the name is sure."""

    name: str | None = None


class QualityCheck(msgspec.Struct, frozen=True, gc=False):
    """The rule that an anomaly broke."""

    id: int | None = None
    rule_type: str | None = None
    fields: list[Field] | None = None
    description: str | None = None


class FailedCheck(msgspec.Struct, frozen=True, gc=False):
    """One rule that failed, and what it said."""

    quality_check: QualityCheck | None = None
    message: str | None = None
    suggested_field: str | None = None


class Tag(msgspec.Struct, frozen=True, gc=False):
    """A label of Qualytics."""

    name: str = ""
    color: str | None = None


class Person(msgspec.Struct, frozen=True, gc=False):
    """Somebody in Qualytics; `name` may be missing, `user_name` rarely is."""

    id: int | None = None
    name: str | None = None
    user_name: str | None = None

    @property
    def label(self) -> str:
        """The name that people know."""
        return self.name or self.user_name or "somebody"


class Anomaly(msgspec.Struct, frozen=True, gc=False):
    """One anomaly of the list; every list may be null, because real builds send null."""

    id: int
    status: str = ""
    type: str = ""
    created: str = ""
    message: str | None = None
    description: str | None = None
    weight: float | None = None
    anomalous_records_count: int | None = None
    archived: bool | None = None
    fingerprint: str | int | None = None
    uuid: str | None = None
    datastore: Named | None = None
    container: Named | None = None
    failed_checks: list[FailedCheck] | None = None
    global_tags: list[Tag] | None = None
    assignees: list[Person] | None = None

    @property
    def checks(self) -> list[FailedCheck]:
        """The failed checks, none where the server sent null."""
        return self.failed_checks or []

    @property
    def datastore_name(self) -> str:
        """The datastore's name, empty where unknown."""
        return (self.datastore and self.datastore.name) or ""

    @property
    def table_name(self) -> str:
        """The table's name, empty where unknown."""
        return (self.container and self.container.name) or ""

    @property
    def text(self) -> str:
        """The message in one line; the first failed check speaks where there is none."""
        said = self.message or next((c.message for c in self.checks if c.message), None) or ""
        return " ".join(said.split())

    @property
    def field_names(self) -> list[str]:
        """The columns that the failed checks look at, each once, in order."""
        names: dict[str, None] = {}
        for check in self.checks:
            for field in (check.quality_check and check.quality_check.fields) or []:
                if field.name:
                    names[field.name] = None
            if check.suggested_field:
                names[check.suggested_field] = None
        return list(names)

    @property
    def rules(self) -> list[str]:
        """The kinds of rule that failed, each once, in order."""
        found = (c.quality_check.rule_type for c in self.checks if c.quality_check)
        return list(dict.fromkeys(rule for rule in found if rule))

    @property
    def tag_names(self) -> list[str]:
        """The names of the tags."""
        return [tag.name for tag in self.global_tags or []]

    @property
    def assignee_names(self) -> list[str]:
        """The names of the people it is assigned to."""
        return [person.label for person in self.assignees or []]

    @property
    def is_archived(self) -> bool:
        """Whether it accepts no more comments; told by the status where the flag is missing."""
        return self.archived if self.archived is not None else self.status in ARCHIVED


class Operation(msgspec.Struct, frozen=True, gc=False):
    """The scan that found an anomaly."""

    id: int | None = None
    type: str | None = None
    start_time: str | None = None
    result: str | None = None


class AnomalyDetail(Anomaly, frozen=True, gc=False):
    """One anomaly as it is read when opened."""

    operation: Operation | None = None
    partition: Named | None = None


class Comment(msgspec.Struct, frozen=True, gc=False):
    """A comment on an anomaly in Qualytics."""

    id: int
    message: str | None = None
    created: str = ""
    user: Person | None = None
    anomaly_id: int | None = None
    #: Set, to whatever it may be, where the comment came from a ticket system: never pushed back.
    external_source: Any = None


def web_link(web_url: str, anomaly: Anomaly) -> str:
    """Return the anomaly's page in Qualytics, in the form that Qualytics itself writes.

    Without a datastore (null in some builds) the start page is the best that exists.
    """
    if anomaly.datastore is None or anomaly.datastore.id is None:
        return web_url
    return f"{web_url}/datastores/{anomaly.datastore.id}/anomalies?id={anomaly.id}"


def can_change_to(anomaly: Anomaly, status: str) -> bool:
    """Say whether an analyst may ask for `status`; Acknowledged never goes back to Active."""
    if status == anomaly.status:
        return False
    if status == AnomalyStatus.ACKNOWLEDGED:
        return True
    return status in ARCHIVED and not anomaly.is_archived
