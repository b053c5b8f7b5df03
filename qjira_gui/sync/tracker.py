"""Turns news about an anomaly into entries for its issues; the button and the watcher meet here."""

import itertools
import math
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from qjira_gui.domain.anomaly import Anomaly, Comment
from qjira_gui.domain.comment import comment_text
from qjira_gui.domain.link import Link, Origin, lane_of, observe
from qjira_gui.domain.outbox import (
    UNFINISHED,
    Entry,
    EntryKind,
    EntryState,
    Site,
    asks_for_status,
    turns,
)
from qjira_gui.store.profile import Store
from qjira_gui.sync.delivery import seconds

Payload = dict[str, Any]


class Tracker:
    """Call it inside the transaction that stores the news itself.

    An act concerns the issues that were linked when the analyst did it, however late it goes out:
    what the issues are told must not depend on the network. Ids sort by time, so an act with a
    greater id than a link came after it.
    """

    def __init__(self, store: Store) -> None:
        """Write to this store."""
        self._store = store
        self._questions = itertools.count(1)
        #: How anomalies stood when they were read, by address and number, and when that was asked.
        self._seen: dict[tuple[str, int], tuple[str, float]] = {}
        #: The youngest question about each anomaly that has been answered.
        self._answered: dict[int, int] = {}

    def ask(self) -> int:
        """Return the number of a question that is about to be asked."""
        return next(self._questions)

    def busy(self, anomaly_id: int, asked_at: float, now: float) -> bool:
        """Say whether an act of ours is on its way, or went out after a question did.

        An older answer must not look like news then. What needs the analyst may do so for weeks,
        with all that waits behind it; that hides news only while it is in doubt. An end in the
        future is from before the clock was set back.
        """
        acts = [e for e in self._store.outbox.of(anomaly_id) if e.site is Site.QUALYTICS]
        first = next(turns(acts), None)
        stuck = first is not None and first.state is EntryState.NEEDS_YOU and not first.in_doubt
        return any(
            not (stuck and act.state in UNFINISHED)
            and (act.finished_at is None or asked_at <= act.finished_at <= now)
            for act in acts
        )

    def saw(self, anomaly: Anomaly, at: float, question: int, wait: float = 0.0) -> list[Entry]:
        """Note an anomaly as somebody read it; return the status comments that this gives.

        Answers may overtake each other: one to an older `question` than was answered is no news.
        Somebody else's act may be reported from another desk too: after `wait` seconds the issue
        is looked at before it is told.
        """
        if question < self._answered.get(anomaly.id, 0):
            return []
        self._answered[anomaly.id] = question
        written = []
        for link in self._store.links.of(anomaly.id):
            if link.reported_status:
                written += self._observe(link, anomaly, at, due_at=at + wait, look=True)
            elif anomaly.status:
                # Nobody knows what stood when the link was made, so this is where news begins.
                seen = replace(observe(link, anomaly, at)[0], reported_status=anomaly.status)
                self._store.links.put(seen)
        return written

    def done(self, act: Entry, anomaly: Anomaly, at: float, *, look: bool = False) -> list[Entry]:
        """Note an anomaly as an act has left it; return the status comments that this gives."""
        # Whatever was asked before this was known is older.
        self._answered[anomaly.id] = self.ask()
        waiting = [
            one.id
            for one in self._store.outbox.towards(anomaly.id, act.place)
            if one.state in UNFINISHED and asks_for_status(one) and one.id > act.id
        ]
        written = []
        for link in self._store.links.about(anomaly.id, act.place):
            # A link made after several acts knows the status that the last of them gives.
            if not any(act.id < later < link.id for later in waiting):
                written += self._observe(link, anomaly, at, act=act.id, look=look)
        return written

    def commented(
        self, act: Entry, message: str, number: str = "", *, look: bool = False
    ) -> list[Entry]:
        """Pass a comment that Qualytics has taken on to each issue; return the entries.

        `number` is the comment's own, where Qualytics told it: other desks know it by that.
        """
        since = act.first_sent_at or act.created_at
        payload: Payload = {"text": comment_text(message), "since": since}
        if number.isdigit():
            payload["comment"] = int(number)
        if look:
            payload["look"] = True
        payload["act"] = act.id
        held = self._store.links
        for gone in held.unlinked(act.anomaly_id, act.place, since=act.created_at):
            if gone.id < act.id:
                # Undo brings it back, with what would have gone to its issue meanwhile.
                entry = self._comment(gone, payload)
                taken = replace(entry, state=EntryState.CANCELLED, finished_at=gone.removed_at)
                self._store.outbox.save(taken)
        links = held.about(act.anomaly_id, act.place)
        return [self._comment(link, payload) for link in links if link.id < act.id]

    def tell(self, link: Link, comment: Comment, at: float) -> Entry:
        """Pass on a comment that somebody else wrote, at `at` unless another desk was quicker."""
        payload: Payload = {"text": comment_text(comment.message or ""), "comment": comment.id}
        made = seconds(comment.created)
        if math.isfinite(made):
            payload["since"] = made
        return self._comment(link, {**payload, "look": True}, due_at=at)

    def cancelled(self, act: Entry) -> None:
        """Note that an act was taken back whose status links were made with."""
        if not asks_for_status(act):
            return
        for link in self._store.links.about(act.anomaly_id, act.place):
            # A new ticket's description names the status, so the true one will be news for it.
            silent = link.origin is Origin.LINKED and link.id > act.id
            if silent and link.reported_status == act.payload["status"]:
                self._store.links.put(replace(link, reported_status=""))

    def taken_up(self, act: Entry) -> None:
        """Note that an act waits again: links that were made with its status know of it."""
        if not asks_for_status(act):
            return
        for link in self._store.links.about(act.anomaly_id, act.place):
            if not link.reported_status and link.id > act.id:
                status = str(act.payload["status"])
                self._store.links.put(replace(link, reported_status=status))

    def noted(self, seen: Iterable[Anomaly], asked_at: float) -> None:
        """Note how anomalies of the Qualytics in use stood; `asked_at` in UTC seconds."""
        place = self._store.places.of(Site.QUALYTICS)
        for one in seen:
            if one.status and asked_at >= self._seen.get((place, one.id), ("", 0.0))[1]:
                self._seen[place, one.id] = one.status, asked_at

    def leaving(self, act: Entry) -> Entry:
        """Return an act as it leaves for the first time, with the status that it is to change:
        that tells one that never arrived from one that was changed since."""
        if not asks_for_status(act) or act.first_sent_at is not None:
            return act
        return replace(act, payload={**act.payload, "before": self._standing(act)})

    def _standing(self, act: Entry) -> str:
        """Return the status that an act is about to change, empty where nobody knows it."""
        asks = [e for e in self._store.outbox.towards(act.anomaly_id, act.place) if _is_sent(e)]
        last = max(asks, key=lambda e: (e.finished_at or 0.0, e.id), default=None)
        status, asked_at = self._seen.get((act.place, act.anomaly_id), ("", 0.0))
        if last is None or (last.finished_at or 0.0) < asked_at:
            return status
        return str(last.payload["status"])

    def _observe(
        self,
        link: Link,
        anomaly: Anomaly,
        at: float,
        *,
        due_at: float = 0.0,
        act: str = "",
        look: bool = False,
    ) -> list[Entry]:
        told, text = observe(link, anomaly, at)
        if told != link:
            self._store.links.put(told)
        if text is None:
            return []
        payload: Payload = {"text": text, "status": anomaly.status}
        if act:
            payload["act"] = act
        return [self._comment(link, {**payload, "look": True} if look else payload, due_at=due_at)]

    def _comment(self, link: Link, payload: Payload, due_at: float = 0.0) -> Entry:
        return self._store.outbox.add(
            EntryKind.ISSUE_COMMENT,
            link.anomaly_id,
            payload,
            lane=lane_of(link.id),
            link_id=link.id,
            due_at=due_at,
            place=link.jira or None,
        )


def _is_sent(entry: Entry) -> bool:
    return entry.state is EntryState.SENT and asks_for_status(entry)
