"""Turns news about an anomaly into entries for its issues; the button and the watcher meet here."""

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.comment import comment_text
from qjira_gui.domain.link import Link, lane_of, observe
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.store.profile import Store


class Tracker:
    """Call it inside the transaction that stores the news itself."""

    def __init__(self, store: Store) -> None:
        """Write to this store."""
        self._store = store

    def saw(self, anomaly: Anomaly, at: float) -> list[Entry]:
        """Note the anomaly as it now is; return the status comments that this gives."""
        written = []
        for link in self._store.links.of(anomaly.id):
            told, text = observe(link, anomaly, at)
            if told != link:
                self._store.links.put(told)
            if text is not None:
                written.append(self._comment(link, text, status=anomaly.status))
        return written

    def commented(self, anomaly_id: int, message: str) -> list[Entry]:
        """Pass a comment that Qualytics has taken on to each issue; return the entries."""
        text = comment_text(message)
        return [self._comment(link, text) for link in self._store.links.of(anomaly_id)]

    def _comment(self, link: Link, text: str, status: str = "") -> Entry:
        payload = {"text": text, "status": status} if status else {"text": text}
        return self._store.outbox.add(
            EntryKind.ISSUE_COMMENT,
            link.anomaly_id,
            payload,
            lane=lane_of(link.id),
            link_id=link.id,
        )
