"""Holding anomalies and issues together, and letting go of them again."""

from collections.abc import Callable

from msgspec.structs import replace

from qjira_gui.domain.activity import row_state, with_pending
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import Event, EventKind
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link, Origin, lane_of, links_to
from qjira_gui.domain.outbox import UNFINISHED, EntryKind, EntryState, Site
from qjira_gui.store.profile import Store

_UNDER_WAY = "Something for this issue is on its way right now. Try again in a moment."
_LOOKING = (
    "Jira has not answered whether it opened this ticket, and QJira is looking for it. "
    "If you do not want to wait for that, cancel the ticket in the Outbox."
)


class Linking:
    """Everything here is local: Jira hears of none of it."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], float],
        on_added: Callable[[], None],
        newest_comment: Callable[[int], int | None],
    ) -> None:
        """`on_added` is called when entries wait, or do not wait any more; `newest_comment` gives
        the last comment on an anomaly that was read, None where none was looked for."""
        self._store = store
        self._now = now
        self._on_added = on_added
        self._newest_comment = newest_comment

    def link(self, anomaly: Anomaly, issue: Issue) -> Link:
        """Hold an anomaly and an issue together; Jira is not touched.

        Raises AppError where they are linked already.
        """
        self._must_not_be_linked(anomaly.id, issue)
        with self._store.transaction():
            link = self._new_link(anomaly, Origin.LINKED, issue.summary, issue)
            self._event(EventKind.LINKED, link, issue.key, self._now())
        self._on_added()
        return link

    def link_by_key(self, anomaly: Anomaly, key: str) -> Link:
        """Link an issue that Jira cannot be asked for now; it is looked for as soon as it can.

        Raises AppError where the two are linked already.
        """
        if any(link.name == key for link in self._store.links.of(anomaly.id)):
            raise AppError(f"{key} is linked to this anomaly already.")
        with self._store.transaction():
            link = self._new_link(anomaly, Origin.LINKED, "", None, key)
            entry = self._store.outbox.add(
                EntryKind.LINK, anomaly.id, {"key": key}, lane=lane_of(link.id), link_id=link.id
            )
            self._event(EventKind.LINKED, link, key, self._now(), entry.id)
        self._on_added()
        return link

    def unlink(self, link: Link) -> None:
        """Take a link away; what waits for its issue is cancelled, the issue stays as it is.

        Raises AppError while the issue is being created.
        """
        with self._store.transaction():
            self._let_go(link)
        self._on_added()

    def relink(self, link: Link) -> None:
        """Undo an unlinking, with what was cancelled by it.

        Raises AppError where the issue was linked again meanwhile.
        """
        gone = self._store.links.get(link.id)
        if gone is None or gone.removed_at is None:
            return
        if gone.issue is not None:
            self._must_not_be_linked(gone.anomaly_id, gone.issue)
        with self._store.transaction():
            revive(self._store, gone)
            self._store.links.put(replace(gone, removed_at=None))
            self._event(EventKind.LINKED, gone, gone.name, self._now())
        self._on_added()

    def _must_not_be_linked(self, anomaly_id: int, issue: Issue) -> None:
        if links_to(self._store.links.all(), anomaly_id, issue) is not None:
            raise AppError(f"{issue.key} is linked to this anomaly already.")

    def _let_go(self, link: Link) -> None:
        """Unlink inside a transaction."""
        now = self._now()
        held = self._store.links.get(link.id)
        if held is None or held.removed_at is not None:
            return
        waiting = [e for e in self._store.outbox.unfinished() if e.link_id == link.id]
        if any(e.state is EntryState.SENDING for e in waiting):
            raise AppError(_UNDER_WAY)
        if any(e.kind is EntryKind.ISSUE and e.in_doubt for e in waiting):
            raise AppError(_LOOKING)
        self._store.links.put(replace(held, removed_at=now))
        for entry in waiting:
            gone = replace(entry, state=EntryState.CANCELLED, finished_at=now)
            self._store.outbox.save(gone)
        self._event(EventKind.UNLINKED, held, held.name, now)

    def _as_left(self, anomaly: Anomaly) -> Anomaly:
        """Return the anomaly with the status that the analyst's last act asks for.

        What an issue is told must not depend on how fast the network is: an act that was done
        before counts as done.
        """
        waiting = [e for e in self._store.outbox.of(anomaly.id) if e.state in UNFINISHED]
        return with_pending(anomaly, row_state(waiting).get(anomaly.id))

    def _new_link(
        self,
        anomaly: Anomaly,
        origin: Origin,
        summary: str,
        issue: Issue | None,
        local_name: str = "",
    ) -> Link:
        anomaly = self._as_left(anomaly)
        link = Link(
            id=self._store.outbox.new_id(),
            anomaly_id=anomaly.id,
            origin=origin,
            created_at=self._now(),
            issue=issue,
            summary=summary,
            anomaly_text=anomaly.text,
            anomaly_status=anomaly.status,
            # The description says this status, or the analyst linked knowing it: no news.
            reported_status=anomaly.status,
            local_name=local_name,
            comment_mark=self._newest_comment(anomaly.id),
            qualytics=self._store.places.of(Site.QUALYTICS),
            jira=self._store.places.of(Site.JIRA),
        )
        self._store.links.put(link)
        return link

    def _event(self, kind: EventKind, link: Link, text: str, at: float, entry_id: str = "") -> None:
        self._store.events.put(
            Event(
                id=self._store.outbox.new_id(),
                at=at,
                anomaly_id=link.anomaly_id,
                kind=kind,
                text=text,
                entry_id=entry_id,
                link_id=link.id,
                place=self._store.places.of(Site.QUALYTICS),
            )
        )


def revive(store: Store, gone: Link) -> None:
    """Let what was cancelled by unlinking wait again; call it inside a transaction."""
    together = [
        entry
        for entry in store.outbox.all()
        if entry.link_id == gone.id
        and entry.finished_at == gone.removed_at
        and entry.state is EntryState.CANCELLED
    ]
    store.outbox.take_up(together)
