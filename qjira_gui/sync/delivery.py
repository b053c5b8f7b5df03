"""What came of one attempt to deliver an entry."""

from datetime import datetime

import msgspec

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.doubt import settled
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry


class Delivered(msgspec.Struct, frozen=True):
    """The server has it: sent now, or found there."""

    remote_id: str
    adopted: bool = False
    #: The anomaly as it is afterwards, where the act changed one.
    anomaly: Anomaly | None = None
    #: The issue that was created or found.
    issue: Issue | None = None


class NotFoundYet(msgspec.Struct, frozen=True):
    """Looked and found nothing, and it is too early to send it again."""


class NotThere(msgspec.Struct, frozen=True):
    """Looked for long enough: the server has nothing of it, so it may be sent as if for the first
    time. Kept before it is sent, so that a crash after that looks for long enough again."""


class CannotLook(msgspec.Struct, frozen=True):
    """The server shows nobody whether it has it: a person must look; `sentence` says where."""

    sentence: str


Outcome = Delivered | NotFoundYet | NotThere | CannotLook


def not_found(entry: Entry, now: float) -> Outcome:
    """Return what it means that a look has not found an entry."""
    return NotThere() if settled(entry, now) else NotFoundYet()


def seconds(created: str) -> float:
    """Return a server's time as UTC seconds; one that nobody can read counts as new."""
    try:
        return datetime.fromisoformat(created).timestamp()
    except ValueError:
        return float("inf")
