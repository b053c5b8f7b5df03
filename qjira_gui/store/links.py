"""Which anomaly and which issue belong together."""

from qjira_gui.domain.link import Link
from qjira_gui.domain.outbox import Entry
from qjira_gui.store.database import Database
from qjira_gui.store.rows import Rows


class LinkStore:
    """The links of a profile; removed ones stay, so that Undo and history have them."""

    def __init__(self, database: Database) -> None:
        """Read what is there."""
        self.rows = Rows(database, "links", Link)

    def get(self, link_id: str) -> Link | None:
        """Return a link, removed or not."""
        return self.rows.get(link_id)

    def project_of(self, entry: Entry) -> str:
        """Return the key of the project that an entry's issue is in, empty where it has none."""
        link = self.rows.get(entry.link_id) if entry.link_id else None
        return link.issue.key.rpartition("-")[0] if link is not None and link.issue else ""

    def put(self, link: Link) -> None:
        """Keep a link."""
        self.rows.put(link)

    def all(self) -> list[Link]:
        """Return the links that hold, oldest first."""
        return [link for link in self.rows.all() if link.removed_at is None]

    def of(self, anomaly_id: int) -> list[Link]:
        """Return one anomaly's links, oldest first."""
        return [link for link in self.all() if link.anomaly_id == anomaly_id]

    def by_anomaly(self) -> dict[int, list[Link]]:
        """Return every anomaly's links at one go, for a list of many rows."""
        found: dict[int, list[Link]] = {}
        for link in self.all():
            found.setdefault(link.anomaly_id, []).append(link)
        return found
