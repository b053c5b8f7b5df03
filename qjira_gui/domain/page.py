"""What a list asks for and what it got, with the truth about what is missing."""

import msgspec

from qjira_gui.domain.anomaly import Anomaly


class AnomalyFilter(msgspec.Struct, frozen=True):
    """What the server is asked for; finer filters work on what is loaded."""

    #: Any of the statuses; empty for all.
    statuses: tuple[str, ...] = ("Active", "Acknowledged")
    search: str = ""

    @property
    def archived(self) -> bool:
        """Whether archived anomalies are wanted: the server hides them unless asked."""
        return not self.statuses or any(s not in ("Active", "Acknowledged") for s in self.statuses)


class Batch(msgspec.Struct, frozen=True):
    """Some anomalies of a list that is being loaded."""

    items: list[Anomaly]
    #: How many the server says there are.
    total: int
    #: How many of this batch could not be read; they are counted, never hidden.
    unreadable: int = 0
    #: The answer as received, for the cache.
    raw: bytes = b""
