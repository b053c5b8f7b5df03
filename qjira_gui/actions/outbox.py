"""What the analyst can do with what waits."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from qjira_gui.actions.linking import revive
from qjira_gui.domain.doubt import only_a_look_tells, without_doubt
from qjira_gui.domain.editing import editable, is_edited, put_aside, with_words
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import EventKind
from qjira_gui.domain.failure import Hold
from qjira_gui.domain.outbox import (
    UNFINISHED,
    Entry,
    EntryKind,
    EntryState,
    Site,
    turns,
)
from qjira_gui.domain.tally import Tally
from qjira_gui.domain.text import clean
from qjira_gui.store.profile import Store
from qjira_gui.sync.following import keep_sent, seen_by_the_analyst
from qjira_gui.sync.gate import Gate
from qjira_gui.sync.tracker import Tracker

#: Without these their link has no issue, and nothing behind them anywhere to go.
_LINK_MAKERS = (EntryKind.ISSUE, EntryKind.LINK)
_TOO_LATE = "It is on its way or has arrived with the words it has, so they cannot be changed here."


class OutboxActions:
    """The outbox as a person handles it."""

    def __init__(
        self,
        store: Store,
        gate: Gate,
        tracker: Tracker,
        now: Callable[[], float],
        wake: Callable[[], None],
    ) -> None:
        """`wake` makes the worker look again."""
        self._store = store
        self._tracker = tracker
        self._gate = gate
        self._now = now
        self._wake = wake

    def entries(self) -> list[Entry]:
        """Return every entry, oldest first."""
        return self._store.outbox.all()

    def unfinished(self) -> list[Entry]:
        """Return what is on its way or needs the analyst, oldest first."""
        return self._store.outbox.unfinished()

    def about(self, anomaly_id: int) -> list[Entry]:
        """Return every entry about one anomaly, oldest first."""
        return self._store.outbox.of(anomaly_id)

    def comes_first(self, entry: Entry) -> Entry:
        """Return the entry whose turn it is in an entry's lane: itself, or what it waits for."""
        about = self._store.outbox.of(entry.anomaly_id)
        return next(turns(one for one in about if one.lane == entry.lane), entry)

    def tally(self) -> Tally:
        """Return the sum that must hold."""
        return self._store.outbox.tally()

    def why_waiting(self, entry: Entry) -> Hold | None:
        """Return the pause that keeps an entry back, None where there is none."""
        return self._gate.hold_for(entry, self._now())

    def issue_name(self, entry: Entry) -> str:
        """Return the key of the issue that an entry goes to, empty where there is none."""
        link = self._store.links.get(entry.link_id) if entry.link_id else None
        return link.name if link else ""

    def send_now(self, entry_ids: Sequence[str]) -> None:
        """Try at once what waits, also what needs the analyst; a pause of its site is lifted.

        Where only a person can find out whether a server has it, this is their word that it has
        not, so it counts only for an entry that was chosen by itself.
        """
        chosen = [e for e in self._open(entry_ids) if e.state is not EntryState.SENDING]
        with self._store.transaction():
            for entry in chosen:
                again = replace(entry, state=EntryState.WAITING, due_at=0.0, starts=0)
                if entry.state is EntryState.NEEDS_YOU and only_a_look_tells(entry):
                    if len(entry_ids) > 1:
                        continue
                    again = without_doubt(entry)
                self._store.outbox.save(again)
        for entry in chosen:
            self._gate.mended(entry)
        for site in {entry.site for entry in self._open(entry_ids)}:
            self._gate.release(site, self._now())
        self._wake()

    def retry_all(self) -> int:
        """Try everything again that a server refused; return how much that is.

        Not what only a look at it can decide, and not what somebody is about to change.
        """
        stuck = [e for e in self.unfinished() if e.state is EntryState.NEEDS_YOU]
        chosen = [e.id for e in stuck if not is_edited(e) and not only_a_look_tells(e)]
        self.send_now(chosen)
        return len(chosen)

    def send_again(self, entry_id: str) -> None:
        """Send again what is in doubt, on the analyst's word: they looked, it is not there.

        For a ticket, and for what QJira cannot look for itself; anything else it finds by looking.
        Raises AppError while it is looking.
        """
        entry = self._store.outbox.get(entry_id)
        if entry is None or not entry.in_doubt:
            return
        if entry.kind is not EntryKind.ISSUE and not only_a_look_tells(entry):
            return
        if entry.state is EntryState.SENDING:
            raise AppError("QJira is looking for it right now. Try again in a moment.")
        if entry.state in UNFINISHED:
            self._store.outbox.save(without_doubt(entry))
            self.send_now([entry_id])

    def take_up(self, ids: Sequence[str]) -> int:
        """Let what was cancelled wait again, a ticket with its link and what waited behind it.

        Return how much could not, since its ticket is not linked any more.
        """
        left = 0
        with self._store.transaction():
            for entry_id in sorted(ids):
                entry = self._store.outbox.get(entry_id)
                if entry is None or entry.state is not EntryState.CANCELLED or entry.cleared:
                    continue
                link = self._store.links.get(entry.link_id) if entry.link_id else None
                if link is None or link.removed_at is None:
                    self._store.outbox.take_up([entry])
                    self._tracker.taken_up(entry)
                elif entry.kind in _LINK_MAKERS:
                    revive(self._store, link)
                    self._store.links.put(replace(link, removed_at=None))
                else:
                    left += 1
        self._wake()
        return left

    def cancel(self, entry_id: str) -> bool:
        """Take back what has not been sent; return whether it may have arrived all the same.

        A ticket that is taken back takes the comments that wait behind it along. Raises AppError
        for what is under way or done.
        """
        entry = self._store.outbox.get(entry_id)
        if entry is None or entry.state not in (EntryState.WAITING, EntryState.NEEDS_YOU):
            raise AppError("It is being sent or has been sent, so it cannot be taken back.")
        now = self._now()
        with self._store.transaction():
            taken = [entry]
            if entry.kind in _LINK_MAKERS:
                link = self._store.links.get(entry.link_id)
                if link is not None:
                    self._store.links.put(replace(link, removed_at=now))
                taken = [e for e in self._store.outbox.unfinished() if e.lane == entry.lane]
            for one in taken:
                self._store.outbox.save(replace(one, state=EntryState.CANCELLED, finished_at=now))
            self._tracker.cancelled(entry)
        self._gate.mended(entry)
        self._wake()
        return entry.in_doubt

    def begin_edit(self, entry_id: str) -> Entry:
        """Hold an entry back while its words are changed; return it as it was.

        Raises AppError where it may have left already.
        """
        before = self._store.outbox.get(entry_id)
        if before is None or not editable(before):
            raise AppError(_TOO_LATE)
        self._store.outbox.save(put_aside(before, self._now()))
        self._wake()
        return before

    def edit(self, entry_id: str, text: str) -> None:
        """Give an entry other words; it goes out at once.

        Raises AppError for a comment without any, and where the entry left meanwhile.
        """
        text = clean(text).strip()
        entry = self._store.outbox.get(entry_id)
        if entry is None or not is_edited(entry):
            raise AppError(_TOO_LATE)
        if not text and entry.kind is not EntryKind.ARCHIVE:
            raise AppError("The comment is empty. Write something, or cancel it in the Outbox.")
        with self._store.transaction():
            self._store.outbox.save(with_words(entry, text))
            for event in self._store.events.all():
                if event.entry_id == entry_id and event.kind is EventKind.COMMENTED:
                    self._store.events.put(replace(event, text=text))
        self._gate.mended(entry)
        self._wake()

    def leave_edit(self, before: Entry) -> None:
        """Put an entry back as `begin_edit` found it, unless something was done with it since."""
        entry = self._store.outbox.get(before.id)
        if entry is not None and is_edited(entry):
            self._store.outbox.save(before)
            self._wake()

    def clear_sent(self) -> int:
        """Take what was sent off the list; return how much that was.

        It stays on disk for some days: what may still come in doubt is told apart by it.
        """
        sent = [e for e in self._store.outbox.all() if e.state is EntryState.SENT and not e.cleared]
        if sent:
            self._store.outbox.rows.put(*(replace(entry, cleared=True) for entry in sent))
            self._wake()
        return len(sent)

    def mark_sent(self, entry_id: str) -> None:
        """Believe the analyst that the server has it: they looked.

        What follows from it follows. Raises AppError for a ticket, whose number nobody would know.
        """
        entry = self._store.outbox.get(entry_id)
        if entry is None or entry.state is not EntryState.NEEDS_YOU:
            return
        if entry.kind in _LINK_MAKERS:
            raise AppError(
                "QJira does not know which issue that is. Link it to the anomaly by its key, then "
                "cancel this entry."
            )
        with self._store.transaction():
            keep_sent(self._store, self._tracker, entry, seen_by_the_analyst(entry), self._now())
        self._wake()

    def pause(self, paused: bool) -> None:
        """Send nothing until it is resumed, also after a restart; what is under way ends.

        Raises AppError where it holds only until QJira closes, since the disk took no note of it.
        """
        self._gate.paused = paused
        self._wake()
        try:
            self._store.save_settings(replace(self._store.settings, paused=paused))
        except AppError as error:
            word = "paused" if paused else "resumed"
            raise AppError(
                f"The outbox is {word}, but the disk took no note of it: after a restart it is as "
                "it was before. Look whether the disk is full.",
                error.detail,
            ) from error

    @property
    def paused(self) -> bool:
        """Whether the analyst has paused the outbox."""
        return self._gate.paused

    def try_now(self, site: Site) -> None:
        """Look at once whether a site is back."""
        self._gate.release(site, self._now())
        self._wake()

    def look_at_sites(self) -> None:
        """Look at once how the sites stand: the network has come or gone, says the system."""
        for site in Site:
            self._gate.doubt(site, self._now())

    def details(self, entry_id: str) -> str:
        """Return all that is known about an entry, for copying; it never holds a secret."""
        entry = self._store.outbox.get(entry_id)
        if entry is None:
            return ""
        return msgspec.json.format(msgspec.json.encode(entry), indent=2).decode()

    def _open(self, ids: Sequence[str]) -> list[Entry]:
        found = (self._store.outbox.get(entry_id) for entry_id in ids)
        done = (EntryState.SENT, EntryState.CANCELLED)
        return [entry for entry in found if entry is not None and entry.state not in done]
