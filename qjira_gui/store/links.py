"""Which anomaly and which issue belong together."""

from qjira_gui.domain.link import Link
from qjira_gui.domain.outbox import Entry, Site
from qjira_gui.store.database import Database
from qjira_gui.store.places import Places
from qjira_gui.store.rows import Rows


class LinkStore:
    """The links of a profile; removed ones stay, so that Undo and history have them."""

    def __init__(self, database: Database, places: Places) -> None:
        """Read what is there."""
        self.rows = Rows(database, "links", Link)
        self._places = places

    def get(self, link_id: str) -> Link | None:
        """Return a link, removed or not."""
        return self.rows.get(link_id)

    def issue_of(self, entry: Entry) -> str:
        """Return the key of an entry's issue, empty where it has none."""
        link = self.rows.get(entry.link_id) if entry.link_id else None
        return link.issue.key if link is not None and link.issue else ""

    def put(self, link: Link) -> None:
        """Keep a link."""
        self.rows.put(link)

    def all(self) -> list[Link]:
        """Return the links that hold at the sites in use, oldest first."""
        return [link for link in self._held() if self._is_here(link)]

    def elsewhere(self) -> list[Link]:
        """Return the links that hold at sites that are not in use now."""
        return [link for link in self._held() if not self._is_here(link)]

    def of(self, anomaly_id: int) -> list[Link]:
        """Return one anomaly's links, oldest first."""
        return [link for link in self.all() if link.anomaly_id == anomaly_id]

    def unlinked(self, anomaly_id: int, since: float) -> list[Link]:
        """Return one anomaly's links that were taken away since a moment (UTC seconds)."""
        gone = (link for link in self.rows.all() if link.anomaly_id == anomaly_id)
        return [one for one in gone if one.removed_at is not None and one.removed_at >= since]

    def by_anomaly(self) -> dict[int, list[Link]]:
        """Return every anomaly's links at one go, for a list of many rows."""
        found: dict[int, list[Link]] = {}
        for link in self.all():
            found.setdefault(link.anomaly_id, []).append(link)
        return found

    def _held(self) -> list[Link]:
        return [link for link in self.rows.all() if link.removed_at is None]

    def _is_here(self, link: Link) -> bool:
        places = self._places
        return not (
            places.elsewhere(Site.QUALYTICS, link.qualytics)
            or places.elsewhere(Site.JIRA, link.jira)
        )
