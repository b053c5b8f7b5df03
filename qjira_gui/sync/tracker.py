"""Turns news about an anomaly into entries for its issues; the button and the watcher meet here."""

from msgspec.structs import replace

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.comment import comment_text
from qjira_gui.domain.link import Link, Origin, lane_of, observe
from qjira_gui.domain.outbox import Entry, EntryKind, asks_for_status
from qjira_gui.store.profile import Store


class Tracker:
    """Call it inside the transaction that stores the news itself.

    An act concerns the issues that were linked when the analyst did it, however late it goes out:
    what the issues are told must not depend on the network. Ids sort by time, so an act with a
    greater id than a link came after it.
    """

    def __init__(self, store: Store) -> None:
        """Write to this store."""
        self._store = store

    def saw(self, anomaly: Anomaly, at: float) -> list[Entry]:
        """Note an anomaly as somebody read it; return the status comments that this gives."""
        written = []
        for link in self._store.links.of(anomaly.id):
            if link.reported_status:
                written += self._observe(link, anomaly, at)
            elif anomaly.status:
                # Nobody knows what stood when the link was made, so this is where news begins.
                seen = replace(observe(link, anomaly, at)[0], reported_status=anomaly.status)
                self._store.links.put(seen)
        return written

    def done(self, act: Entry, anomaly: Anomaly, at: float) -> list[Entry]:
        """Note an anomaly as an act has left it; return the status comments that this gives."""
        waiting = [
            one.id
            for one in self._store.outbox.unfinished()
            if one.anomaly_id == anomaly.id and asks_for_status(one) and one.id > act.id
        ]
        written = []
        for link in self._store.links.of(anomaly.id):
            # A link made after several acts knows the status that the last of them gives.
            if not any(act.id < later < link.id for later in waiting):
                written += self._observe(link, anomaly, at)
        return written

    def commented(self, act: Entry, message: str) -> list[Entry]:
        """Pass a comment that Qualytics has taken on to each issue; return the entries."""
        text = comment_text(message)
        links = self._store.links.of(act.anomaly_id)
        return [self._comment(link, text) for link in links if link.id < act.id]

    def cancelled(self, act: Entry) -> None:
        """Note that an act was taken back whose status links were made with."""
        if not asks_for_status(act):
            return
        for link in self._store.links.of(act.anomaly_id):
            # A new ticket's description names the status, so the true one will be news for it.
            silent = link.origin is Origin.LINKED and link.id > act.id
            if silent and link.reported_status == act.payload["status"]:
                self._store.links.put(replace(link, reported_status=""))

    def _observe(self, link: Link, anomaly: Anomaly, at: float) -> list[Entry]:
        told, text = observe(link, anomaly, at)
        if told != link:
            self._store.links.put(told)
        return [self._comment(link, text, status=anomaly.status)] if text is not None else []

    def _comment(self, link: Link, text: str, status: str = "") -> Entry:
        payload = {"text": text, "status": status} if status else {"text": text}
        return self._store.outbox.add(
            EntryKind.ISSUE_COMMENT,
            link.anomaly_id,
            payload,
            lane=lane_of(link.id),
            link_id=link.id,
        )
