"""What happened to an anomaly here, for its activity."""

from enum import StrEnum

import msgspec


class EventKind(StrEnum):
    """The acts that leave a trace in the activity."""

    ACKNOWLEDGED = "acknowledged"
    ARCHIVED = "archived"
    COMMENTED = "commented"
    CREATED = "created"
    LINKED = "linked"
    UNLINKED = "unlinked"


class Event(msgspec.Struct, frozen=True):
    """One thing the analyst did; `entry_id` leads to what became of it."""

    id: str
    at: float
    anomaly_id: int
    kind: EventKind
    text: str = ""
    entry_id: str = ""
    link_id: str = ""
    #: The address of the Qualytics that the anomaly is in.
    place: str = ""
