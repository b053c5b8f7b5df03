"""What came of one attempt to deliver an entry."""

import msgspec

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue


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
