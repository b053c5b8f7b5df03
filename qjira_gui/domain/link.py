"""An anomaly and an issue held together, and what has been told to the issue so far."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from qjira_gui.domain.anomaly import OPEN, Anomaly
from qjira_gui.domain.comment import status_text
from qjira_gui.domain.issue import Issue


class Origin(StrEnum):
    """How a link came to be."""

    CREATED = "created"  #: the issue was opened from the anomaly
    LINKED = "linked"  #: the issue existed and was only linked


class Link(msgspec.Struct, frozen=True):
    """One anomaly and one issue; kept here, never in Jira."""

    id: str
    anomaly_id: int
    origin: Origin
    created_at: float
    #: None until Jira has given the issue a key.
    issue: Issue | None = None
    #: What the card says until there is a key.
    summary: str = ""
    #: The anomaly as last seen: what the Tickets page shows beside the issue.
    anomaly_text: str = ""
    anomaly_status: str = ""
    #: The status that the issue has been told, or that stood when the link was made.
    reported_status: str = ""
    removed_at: float | None = None
    #: The addresses that the anomaly's number and the issue's belong to.
    qualytics: str = ""
    jira: str = ""
    #: What it is called until Jira's key takes its place everywhere.
    local_name: str = ""
    #: Up to which comment the anomaly has been looked at; None before the first look.
    comment_mark: int | None = None

    @property
    def name(self) -> str:
        """The key, or words for an issue that has none yet."""
        return self.issue.key if self.issue else self.local_name or "New ticket"


def lane_of(link_id: str) -> str:
    """Return the lane that keeps one link's entries in order."""
    return f"link:{link_id}"


def links_to(links: Iterable[Link], anomaly_id: int, issue: Issue) -> Link | None:
    """Return the link that already holds these two together.

    By number, since a moved issue has a new key.
    """
    for link in links:
        held = link.anomaly_id == anomaly_id and link.removed_at is None
        if held and link.issue and issue.id == link.issue.id:
            return link
    return None


def observe(link: Link, anomaly: Anomaly, at: float) -> tuple[Link, str | None]:
    """Return the link after `anomaly` was seen, and the comment to send, if there is news.

    `at` is the time that the comment names, in UTC seconds.
    """
    seen = msgspec.structs.replace(
        link, anomaly_status=anomaly.status, anomaly_text=anomaly.text or link.anomaly_text
    )
    if not anomaly.status or anomaly.status == link.reported_status:
        return seen, None
    told = msgspec.structs.replace(seen, reported_status=anomaly.status)
    return told, status_text(at, anomaly.status)


def drift(link: Link) -> str:
    """Say how an anomaly and its issue have drifted apart, empty where they have not.

    Nothing follows from it by itself: Jira never changes an anomaly, nor the other way round.
    """
    if link.issue is None or not link.issue.category or not link.anomaly_status:
        return ""
    open_ = link.anomaly_status in OPEN
    if link.issue.category == "done" and open_:
        return "Done in Jira, still open"
    if link.issue.category != "done" and not open_:
        return "Archived, open in Jira"
    return ""
