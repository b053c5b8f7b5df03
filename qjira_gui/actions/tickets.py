"""Opening a Jira issue from an anomaly, and linking one that exists."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from qjira_gui.actions.site import Reach
from qjira_gui.clients import adf
from qjira_gui.clients.jql import jql, looks_like_key, words
from qjira_gui.clients.ticket import Ticket, ticket
from qjira_gui.domain.anomaly import Anomaly, web_link
from qjira_gui.domain.comment import Context
from qjira_gui.domain.errors import AppError, RefusedError
from qjira_gui.domain.event import Event, EventKind
from qjira_gui.domain.fields import FormField
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link, Origin, lane_of, links_to
from qjira_gui.domain.outbox import EntryKind, EntryState
from qjira_gui.domain.text import summary_text
from qjira_gui.domain.ticket import TicketDraft, finding_label, first_draft
from qjira_gui.store.drafts import kept
from qjira_gui.store.profile import Store

#: Why another anomaly's issue may fit, the strongest reason first.
LIKENESS: dict[str, Callable[[Anomaly, Anomaly], bool]] = {
    "same fingerprint": lambda a, b: bool(a.fingerprint) and a.fingerprint == b.fingerprint,
    "same check": lambda a, b: bool(_checks(a) & _checks(b)),
    "same table": lambda a, b: a.container is not None and a.container == b.container,
}


class Tickets:
    """Acts return when they are durable; looking things up asks Jira."""

    def __init__(
        self,
        store: Store,
        reach: Reach,
        now: Callable[[], float],
        web_url: Callable[[], str],
        browse_url: Callable[[str], str],
        on_added: Callable[[], None],
    ) -> None:
        """`web_url` gives where Qualytics' pages are, `browse_url` an issue's page by key;
        `on_added` is called when entries wait."""
        self._store = store
        self._reach = reach
        self._now = now
        self._web_url = web_url
        self._browse_url = browse_url
        self._on_added = on_added

    def web_link(self, anomaly: Anomaly) -> str:
        """Return the anomaly's page in Qualytics."""
        return web_link(self._web_url(), anomaly)

    def browse(self, issue: Issue) -> str:
        """Return the issue's page in Jira."""
        return self._browse_url(issue.key)

    def context(self, anomaly: Anomaly) -> Context:
        """Return what is appended to a description, with the status as it is now."""
        return Context(
            at=self._now(),
            anomaly_id=anomaly.id,
            status=anomaly.status,
            type=anomaly.type,
            detected=anomaly.created,
            message=anomaly.message,
            fields=anomaly.field_names,
            failed_checks=[check.message for check in anomaly.checks if check.message],
            url=self.web_link(anomaly),
        )

    def draft(self, anomaly: Anomaly) -> TicketDraft:
        """Return the draft that was begun for this anomaly, or a fresh one."""
        found = self._store.drafts.get(str(anomaly.id))
        if found is not None:
            return found.draft
        place = ".".join(part for part in (anomaly.datastore_name, anomaly.table_name) if part)
        said = anomaly.text or f"Anomaly {anomaly.id}"
        return first_draft(anomaly, None, summary_text(f"{place}: {said}" if place else said))

    def keep_draft(self, draft: TicketDraft) -> None:
        """Keep the form as it stands."""
        self._store.drafts.put(kept(draft, self._now()))

    def drop_draft(self, anomaly_id: int) -> None:
        """Forget a draft."""
        if self._store.drafts.get(str(anomaly_id)) is not None:
            self._store.drafts.remove(str(anomaly_id))

    def preview(self, draft: TicketDraft, form: list[FormField], anomaly: Anomaly) -> Ticket:
        """Return exactly what Jira would get; raises AppError for a value without valid form."""
        return ticket(draft, form, self.context(anomaly))

    def preview_html(self, draft: TicketDraft, anomaly: Anomaly) -> tuple[str, bool]:
        """Return the description as Jira will show it, and whether it had to be shortened."""
        text = adf.description(draft.description, self.context(anomaly))
        return adf.html(text.adf), text.shortened

    def create(self, draft: TicketDraft, form: list[FormField], anomaly: Anomaly) -> Link:
        """Queue the issue and return its link, which has a key once Jira has answered.

        Raises AppError where the draft cannot be sent; the draft stays then.
        """
        made = self.preview(draft, form, anomaly)
        outbox, now = self._store.outbox, self._now()
        with self._store.transaction():
            link = self._new_link(anomaly, Origin.CREATED, made.fields["summary"], None)
            entry = outbox.add(
                EntryKind.ISSUE,
                anomaly.id,
                {"fields": made.fields, "draft": msgspec.to_builtins(draft)},
                lane=lane_of(link.id),
                link_id=link.id,
            )
            self._event(EventKind.CREATED, link, made.fields["summary"], now, entry.id)
            self.drop_draft(anomaly.id)
        self._on_added()
        return link

    def take_back(self, entry_id: str) -> TicketDraft:
        """Turn a refused ticket back into a draft, to be mended; raises AppError if it is sent.

        What waits behind it is cancelled with it: it would go to an issue that never was.
        """
        entry = self._store.outbox.get(entry_id)
        stuck = entry is not None and entry.state is EntryState.NEEDS_YOU
        if entry is None or not stuck or entry.kind is not EntryKind.ISSUE or entry.in_doubt:
            raise AppError("This ticket is on its way or may exist already: look in Jira first.")
        draft = msgspec.convert(entry.payload["draft"], type=TicketDraft)
        link = self._store.links.get(entry.link_id)
        with self._store.transaction():
            self.keep_draft(draft)
            if link is not None:
                self.unlink(link)
        return draft

    def link(self, anomaly: Anomaly, issue: Issue) -> Link:
        """Hold an anomaly and an issue together; Jira is not touched.

        Raises AppError where they are linked already.
        """
        old = links_to(self._store.links.all(), anomaly.id, issue)
        if old is not None:
            raise AppError(f"{issue.key} is linked to this anomaly already.")
        with self._store.transaction():
            link = self._new_link(anomaly, Origin.LINKED, issue.summary, issue)
            self._event(EventKind.LINKED, link, issue.key, self._now())
        self._on_added()
        return link

    def unlink(self, link: Link) -> None:
        """Take a link away; what waits for its issue is cancelled, the issue stays as it is.

        Raises AppError while the issue is being created.
        """
        waiting = [e for e in self._store.outbox.unfinished() if e.link_id == link.id]
        if any(e.state is EntryState.SENDING or e.in_doubt for e in waiting):
            raise AppError(
                "Something for this issue is on its way right now. Try again in a moment."
            )
        now = self._now()
        with self._store.transaction():
            self._store.links.put(replace(link, removed_at=now))
            for entry in waiting:
                gone = replace(entry, state=EntryState.CANCELLED, finished_at=now)
                self._store.outbox.save(gone)
            self._event(EventKind.UNLINKED, link, link.name, now)
        self._on_added()

    def relink(self, link: Link) -> None:
        """Undo an unlinking, with what was cancelled by it."""
        with self._store.transaction():
            gone = self._store.links.get(link.id)
            if gone is None or gone.removed_at is None:
                return
            for entry in self._store.outbox.all():
                together = entry.finished_at == gone.removed_at
                if entry.link_id == link.id and together:
                    self._store.outbox.save(
                        replace(entry, state=EntryState.WAITING, finished_at=None)
                    )
            self._store.links.put(replace(gone, removed_at=None))
            self._event(EventKind.LINKED, gone, gone.name, self._now())
        self._on_added()

    async def refresh(self, links: list[Link]) -> None:
        """Read how linked issues stand in Jira; raises AppError."""
        known = [link for link in links if link.issue is not None]
        numbers = list(dict.fromkeys(link.issue.id for link in known if link.issue))
        found: dict[str, Issue] = {}
        async with self._reach.jira() as client:
            for start in range(0, len(numbers), 100):
                for issue in await client.issues(numbers[start : start + 100]):
                    found[issue.id] = replace(issue, checked_at=self._now())
        with self._store.transaction():
            for link in known:
                fresh = link.issue and found.get(link.issue.id)
                now = self._store.links.get(link.id)
                if fresh and now is not None:
                    self._store.links.put(replace(now, issue=fresh))

    async def search(self, text: str) -> list[Issue]:
        """Return issues for a key, a pasted address or words; raises AppError."""
        async with self._reach.jira() as client:
            key = looks_like_key(text, client.site_url)
            if key is not None:
                try:
                    return [await client.issue(key)]
                except RefusedError as error:
                    # "utf-8" looks like a key and is none: then the words count.
                    if error.status != 404:
                        raise
            if not words(text):
                return []
            picked = await client.pick(text)
            query = jql(
                "(summary ~ {} OR summary ~ {}) ORDER BY updated DESC",
                words(text),
                words(text, prefix=True),
            )
            fresh = [link.issue.id for link in self._store.links.all() if link.issue]
            found = [
                raw.issue() for raw in await client.search(query, reconcile=fresh[-50:], limit=25)
            ]
        seen = {issue.key for issue in found}
        return found + [issue for issue in picked if issue.key not in seen and issue.id]

    async def existing(self, anomaly: Anomaly) -> list[Issue]:
        """Return issues that were opened for this anomaly before, here or elsewhere."""
        held = {link.issue.id for link in self._store.links.of(anomaly.id) if link.issue}
        query = jql("labels = {} ORDER BY created DESC", finding_label(anomaly.id))
        async with self._reach.jira() as client:
            found = [raw.issue() for raw in await client.search(query, limit=10)]
        return [issue for issue in found if issue.id not in held]

    def suggestions(self, anomaly: Anomaly, others: list[Anomaly]) -> list[tuple[Issue, str]]:
        """Return issues of like anomalies with the reason: same fingerprint first, then table."""
        held = {link.issue.id for link in self._store.links.of(anomaly.id) if link.issue}
        by_anomaly = self._store.links.by_anomaly()
        found: dict[str, tuple[Issue, str]] = {}
        for reason in LIKENESS:
            for other in others:
                if other.id == anomaly.id or other.id not in by_anomaly:
                    continue
                if not LIKENESS[reason](anomaly, other):
                    continue
                for link in by_anomaly[other.id]:
                    if link.issue and link.issue.id not in held:
                        found.setdefault(link.issue.id, (link.issue, reason))
        return list(found.values())[:6]

    def _new_link(
        self, anomaly: Anomaly, origin: Origin, summary: str, issue: Issue | None
    ) -> Link:
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
            )
        )


def _checks(anomaly: Anomaly) -> set[int]:
    return {c.quality_check.id for c in anomaly.checks if c.quality_check and c.quality_check.id}
