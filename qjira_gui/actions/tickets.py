"""Opening a Jira issue from an anomaly, and linking one that exists."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from qjira_gui.actions.linking import Linking
from qjira_gui.actions.site import Reach
from qjira_gui.clients import adf
from qjira_gui.clients.jql import jql, looks_like_key, words
from qjira_gui.clients.ticket import Ticket, ticket
from qjira_gui.domain.anomaly import Anomaly, web_link
from qjira_gui.domain.comment import Context
from qjira_gui.domain.editing import as_new, editable, put_aside
from qjira_gui.domain.errors import AppError, RefusedError
from qjira_gui.domain.event import EventKind
from qjira_gui.domain.fields import FormField
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link, Origin, lane_of
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState
from qjira_gui.domain.text import summary_text
from qjira_gui.domain.ticket import TicketDraft, finding_label, first_draft
from qjira_gui.store.drafts import cleaned, kept
from qjira_gui.store.profile import Store

#: What a ticket is called, with a number, until Jira gives it a key.
LOCAL = "New ticket"
#: Why another anomaly's issue may fit, the strongest reason first.
LIKENESS: dict[str, Callable[[Anomaly, Anomaly], bool]] = {
    "same fingerprint": lambda a, b: bool(a.fingerprint) and a.fingerprint == b.fingerprint,
    "same check": lambda a, b: bool(_checks(a) & _checks(b)),
    "same table": lambda a, b: a.container is not None and a.container == b.container,
}


class Tickets(Linking):
    """Acts return when they are durable; looking things up asks Jira."""

    def __init__(
        self,
        store: Store,
        reach: Reach,
        now: Callable[[], float],
        web_url: Callable[[], str],
        browse_url: Callable[[str], str],
        on_added: Callable[[], None],
        newest_comment: Callable[[int], int | None],
        mended: Callable[[Entry], None],
    ) -> None:
        """`web_url` gives where Qualytics' pages are, `browse_url` an issue's page by key;
        `on_added` is called when entries wait; `newest_comment` as for Linking;
        `mended` lets go what waited for an entry's mistake."""
        super().__init__(store, now, on_added, newest_comment)
        self._reach = reach
        self._mended = mended
        self._web_url = web_url
        self._browse_url = browse_url

    def web_link(self, anomaly: Anomaly) -> str:
        """Return the anomaly's page in Qualytics."""
        return web_link(self._web_url(), anomaly)

    def browse(self, issue: Issue) -> str:
        """Return the issue's page in Jira."""
        return self._browse_url(issue.key)

    def context(self, anomaly: Anomaly) -> Context:
        """Return what is appended to a description, with the status as the analyst left it."""
        anomaly = self._as_left(anomaly)
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
        found = self._store.drafts.get(self._store.at_place(anomaly.id))
        if found is not None:
            return found.draft
        place = ".".join(part for part in (anomaly.datastore_name, anomaly.table_name) if part)
        said = anomaly.text or f"Anomaly {anomaly.id}"
        return first_draft(anomaly, None, summary_text(f"{place}: {said}" if place else said))

    def keep_draft(self, draft: TicketDraft) -> None:
        """Keep the form as it stands."""
        id = self._store.at_place(draft.anomaly_id)
        self._store.drafts.put(kept(id, draft, self._now()))

    def drop_draft(self, anomaly_id: int) -> None:
        """Forget a draft."""
        self._store.drafts.remove(self._store.at_place(anomaly_id))

    def preview(self, draft: TicketDraft, form: list[FormField], anomaly: Anomaly) -> Ticket:
        """Return exactly what Jira would get; raises AppError for a value without valid form."""
        return ticket(draft, form, self.context(anomaly))

    def preview_html(self, draft: TicketDraft, anomaly: Anomaly) -> tuple[str, bool]:
        """Return the description as Jira will show it, and whether it had to be shortened."""
        text = adf.description(draft.description, self.context(anomaly))
        return adf.html(text.adf), text.shortened

    def create(self, draft: TicketDraft, form: list[FormField], anomaly: Anomaly) -> Link:
        """Queue the issue and return its link, which has a key once Jira has answered.

        A draft that `reopen` gave changes the ticket that waits. Raises AppError where the draft
        cannot be sent; it stays then.
        """
        draft = cleaned(draft)
        made = self.preview(draft, form, anomaly)
        changed = self._change(draft, made) if draft.entry_id else None
        if changed is not None:
            self._on_added()
            return changed
        draft = replace(draft, entry_id="")
        outbox, now = self._store.outbox, self._now()
        with self._store.transaction():
            local_name = f"{LOCAL} {self._next_number()}"
            link = self._new_link(anomaly, Origin.CREATED, made.fields["summary"], None, local_name)
            entry = outbox.add(
                EntryKind.ISSUE,
                anomaly.id,
                _payload(made, draft),
                lane=lane_of(link.id),
                link_id=link.id,
            )
            self._event(EventKind.CREATED, link, made.fields["summary"], now, entry.id)
            self.drop_draft(anomaly.id)
        self._on_added()
        return link

    def _next_number(self) -> int:
        """Return a number that no ticket without a key has, nor had."""
        names = (link.local_name.removeprefix(LOCAL) for link in self._store.links.rows.all())
        return 1 + max((int(name) for name in names if name.strip().isdecimal()), default=0)

    def reopen(self, entry_id: str) -> TicketDraft:
        """Hold a ticket back that Jira surely has not opened, and return its draft to be changed.

        It keeps its place, and what waits behind it. Raises AppError where the ticket may exist,
        or where another one was begun meanwhile.
        """
        entry = self._store.outbox.get(entry_id)
        if entry is None or entry.kind is not EntryKind.ISSUE or not editable(entry):
            raise AppError("This ticket is on its way or may exist already: look in Jira first.")
        draft = msgspec.convert(entry.payload["draft"], type=TicketDraft)
        draft = replace(draft, entry_id=entry.id)
        begun = self._store.drafts.get(self._store.at_place(draft.anomaly_id))
        if begun is not None and begun.draft.entry_id == entry.id:
            draft = begun.draft
        elif begun is not None and begun.draft != draft:
            raise AppError(
                "You have begun another ticket for this anomaly. Create or discard that one first, "
                "then edit this one: nothing that you typed is lost."
            )
        with self._store.transaction():
            self.keep_draft(draft)
            self._store.outbox.save(put_aside(entry, self._now()))
        self._on_added()
        return draft

    def _change(self, draft: TicketDraft, made: Ticket) -> Link | None:
        """Change the ticket that a draft is of; None where it is gone, so that a new one is due."""
        entry = self._store.outbox.get(draft.entry_id)
        link = self._store.links.get(entry.link_id) if entry is not None else None
        if entry is None or entry.state is EntryState.CANCELLED:
            return None
        if link is None or link.removed_at is not None:
            return None
        if not editable(entry):
            raise AppError(
                "This ticket left meanwhile as it was. Look at the linked tickets; what you "
                "changed here can still be copied, and Discard lets it go."
            )
        link = replace(link, summary=made.fields["summary"])
        with self._store.transaction():
            self._store.links.put(link)
            self._store.outbox.save(as_new(entry, _payload(made, replace(draft, entry_id=""))))
            for event in self._store.events.all():
                if event.entry_id == entry.id:
                    self._store.events.put(replace(event, text=link.summary))
            self.drop_draft(draft.anomaly_id)
        for one in (entry, self._store.outbox.get(entry.id)):
            if one is not None:
                # Also of the sort that it has become.
                self._mended(one)
        return link

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

    def key_in(self, text: str) -> str:
        """Return the issue key that a text is or holds, empty where there is none."""
        site = self._browse_url("").removesuffix("/browse/")
        return looks_like_key(text, site) or ""

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


def _payload(made: Ticket, draft: TicketDraft) -> dict[str, object]:
    return {"fields": made.fields, "draft": msgspec.to_builtins(draft)}


def _checks(anomaly: Anomaly) -> set[int]:
    return {c.quality_check.id for c in anomaly.checks if c.quality_check and c.quality_check.id}
