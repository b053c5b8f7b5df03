"""Which anomaly and which issue belong together."""

from collections.abc import Iterable, Iterator

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
        # Thousands of links must not be gone through for each comment that is sent. What these
        # hold may be more than what is there, never less.
        self._of_anomaly: dict[int, dict[str, None]] = {}
        self._of_issue: dict[str, dict[str, None]] = {}
        for link in self.rows.all():
            self._index(link)

    def get(self, link_id: str) -> Link | None:
        """Return a link, removed or not."""
        return self.rows.get(link_id)

    def issue_of(self, entry: Entry) -> str:
        """Return the key of an entry's issue, empty where it has none."""
        link = self.rows.get(entry.link_id) if entry.link_id else None
        return link.issue.key if link is not None and link.issue else ""

    def put(self, *links: Link) -> None:
        """Keep links, in one commit."""
        self.rows.put(*links)
        for link in links:
            self._index(link)

    def all(self) -> list[Link]:
        """Return the links that hold at the sites in use, oldest first."""
        return [link for link in self._held() if self.is_here(link)]

    def elsewhere(self) -> list[Link]:
        """Return the links that hold at sites that are not in use now."""
        return [link for link in self._held() if not self.is_here(link)]

    def of(self, anomaly_id: int) -> list[Link]:
        """Return one anomaly's links, oldest first."""
        found = self._some(self._of_anomaly.get(anomaly_id, ()))
        return [one for one in found if one.removed_at is None and self.is_here(one)]

    def with_issue(self, number: str) -> list[Link]:
        """Return the links that hold with one issue of the Jira in use."""
        found = self._some(self._of_issue.get(number, ()))
        held = (one for one in found if one.removed_at is None and self.is_here(one))
        return [one for one in held if one.issue is not None and one.issue.id == number]

    def about(self, anomaly_id: int, place: str) -> list[Link]:
        """Return the links of an anomaly at a Qualytics, oldest first, whatever is in use now.

        Also those of another Jira than the one in use: what they are told waits for it.
        """
        found = self._some(self._of_anomaly.get(anomaly_id, ()))
        return [one for one in found if one.removed_at is None and _is_at(one, place)]

    def unlinked(self, anomaly_id: int, place: str, since: float) -> list[Link]:
        """Return those that were taken away since a moment (UTC seconds)."""
        found = self._some(self._of_anomaly.get(anomaly_id, ()))
        gone = (one for one in found if one.removed_at is not None and _is_at(one, place))
        return [one for one in gone if (one.removed_at or 0.0) >= since]

    def by_anomaly(self) -> dict[int, list[Link]]:
        """Return every anomaly's links at one go, for a list of many rows."""
        found: dict[int, list[Link]] = {}
        for link in self.all():
            found.setdefault(link.anomaly_id, []).append(link)
        return found

    def _some(self, ids: Iterable[str]) -> Iterator[Link]:
        found = (self.rows.get(link_id) for link_id in sorted(ids))
        return (link for link in found if link is not None)

    def _index(self, link: Link) -> None:
        self._of_anomaly.setdefault(link.anomaly_id, {})[link.id] = None
        if link.issue is not None:
            self._of_issue.setdefault(link.issue.id, {})[link.id] = None

    def _held(self) -> list[Link]:
        return [link for link in self.rows.all() if link.removed_at is None]

    def is_here(self, link: Link) -> bool:
        """Say whether a link is one of the sites in use."""
        places = self._places
        return not (
            places.elsewhere(Site.QUALYTICS, link.qualytics)
            or places.elsewhere(Site.JIRA, link.jira)
        )


def _is_at(link: Link, place: str) -> bool:
    return link.qualytics == place or not (link.qualytics and place)
