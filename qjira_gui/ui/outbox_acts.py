"""The foot of the outbox: why a row stands where it does, and what can be done about it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QPushButton

from qjira_gui.domain.doubt import only_a_look_tells
from qjira_gui.domain.editing import editable
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.failure import Hold
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState
from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.moment import clock_time
from qjira_gui.ui.pieces import button, column, label, row
from qjira_gui.ui.toast import Undo
from qjira_gui.ui.wording import SITE_NAMES

if TYPE_CHECKING:
    from qjira_gui.actions.outbox import OutboxActions

_OPEN = (EntryState.WAITING, EntryState.NEEDS_YOU)


class OutboxActs(QFrame):
    """Buttons for the chosen entries; those that always make sense never move."""

    #: A ticket or a comment is to be changed: its entry.
    edit_requested = Signal(object)
    #: The anomaly that a row is about is to be shown: its number.
    anomaly_requested = Signal(int)
    #: What was done, in words, and what undoes it (or None).
    done = Signal(str, object)

    def __init__(
        self, theme: look.Theme, outbox: "OutboxActions", now: Callable[[], float]
    ) -> None:
        """Start with nothing chosen."""
        super().__init__()
        self.setProperty("role", "foot")
        self._outbox, self._now = outbox, now
        self._chosen: list[Entry] = []
        self._why = label("", wrap=True, select=True)
        self._detail = label("", "caption", wrap=True, select=True)
        self.send = button("Send now", self.send_now, symbol=Icon.OUTBOX, theme=theme)
        self.cancel = button("Cancel", self.cancel_chosen, symbol=Icon.CLOSE, theme=theme)
        self.edit = button("Edit", self._edit, symbol=Icon.TICKET, theme=theme)
        self.again = button("It is not there: send again", self._send_again)
        self.is_there = button("It is there: done", self._is_there)
        self.queue_again = button("Queue again", self._queue_again, symbol=Icon.UNDO, theme=theme)
        self.about = button("Show anomaly", self.show_anomaly, symbol=Icon.ANOMALIES, theme=theme)
        self.copy = button("Copy details", self.copy_details, symbol=Icon.COPY, theme=theme)
        acts = row(
            self.send, self.cancel, self.edit, self.again, self.is_there, self.queue_again, None,
            self.about, self.copy,
        )  # fmt: skip
        lines = column(self._why, self._detail, acts)
        lines.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        self.setLayout(lines)

    def show_chosen(self, chosen: list[Entry]) -> None:
        """Offer what can be done with these."""
        self._chosen = chosen
        one = chosen[0] if len(chosen) == 1 else None
        open_ = [entry for entry in chosen if entry.state in _OPEN]
        doubtful = one is not None and one.in_doubt and bool(open_)
        stuck = one is not None and one.state is EntryState.NEEDS_YOU
        ticket = one is not None and one.kind is EntryKind.ISSUE
        unseen = doubtful and stuck and one is not None and only_a_look_tells(one)
        # The word of whoever has looked is another button: this one only hurries.
        self.send.setEnabled(bool(open_) and not unseen)
        self.cancel.setEnabled(bool(open_))
        self._name(self.cancel, f"Cancel {len(open_):,}" if len(open_) > 1 else "Cancel")
        self.copy.setEnabled(bool(chosen))
        self.about.setEnabled(one is not None)
        self.edit.setVisible(one is not None and editable(one))
        self._name(self.edit, "Edit ticket" if ticket else "Edit")
        self.is_there.setVisible(doubtful and stuck and not ticket)
        self.again.setVisible(doubtful and (ticket or unseen))
        gone = bool(chosen) and all(entry.state is EntryState.CANCELLED for entry in chosen)
        self.queue_again.setVisible(gone)
        self._say_why(chosen, one)

    def show_anomaly(self) -> None:
        """Go to what the chosen entry is about."""
        if len(self._chosen) == 1:
            self.anomaly_requested.emit(self._chosen[0].anomaly_id)

    def send_now(self) -> None:
        """Hurry what is chosen, and say where that does not help."""
        chosen = [entry for entry in self._chosen if entry.state in _OPEN]
        try:
            self._outbox.send_now([entry.id for entry in chosen])
        except AppError as error:
            self.done.emit(error.sentence, None)
            return
        if self._outbox.paused:
            self.done.emit("The outbox is paused: press Resume, and it goes out.", None)
            return
        for entry in chosen:
            if said := self._stays(entry, self._outbox.why_waiting(entry)):
                self.done.emit(said, None)
                return

    def cancel_chosen(self) -> None:
        """Take back what is chosen; Undo queues it again."""
        gone, doubtful, refused = [], False, ""
        for entry in self._chosen:
            if entry.state not in _OPEN:
                continue
            try:
                doubtful = self._outbox.cancel(entry.id) or doubtful
                gone.append(entry.id)
            except AppError as error:
                refused = error.sentence
        if not gone:
            self.done.emit(refused, None)
            return
        what = "Cancelled" if len(gone) == 1 else f"{len(gone):,} cancelled"
        more = " One may have arrived all the same: look there." if doubtful else ""
        self.done.emit(f"{what}.{more}", Undo(lambda: self._take_up(gone)))

    def copy_details(self) -> None:
        """Copy all that is known about what is chosen."""
        texts = [self._outbox.details(entry.id) for entry in self._chosen]
        if texts:
            QGuiApplication.clipboard().setText("\n".join(texts))
            self.done.emit("Details copied", None)

    def _stays(self, entry: Entry, hold: Hold | None) -> str:
        """Say why an entry does not leave now, empty where it does."""
        if hold is None:
            return ""
        if hold.asked and hold.until is not None:
            until = clock_time(hold.until, self._now())
            return f"{SITE_NAMES[entry.site]} asked for a pause until {until}; it goes out then."
        return hold.sentence if hold.until is None else ""

    def _take_up(self, ids: list[str]) -> None:
        try:
            left = self._outbox.take_up(ids)
        except AppError as error:
            self.done.emit(error.sentence, None)
            return
        if left:
            self.done.emit("Its ticket is not linked any more: link it again first.", None)

    def _queue_again(self) -> None:
        self._take_up([entry.id for entry in self._chosen])

    def _edit(self) -> None:
        if self._chosen:
            self.edit_requested.emit(self._chosen[0])

    def _send_again(self) -> None:
        self._each(self._outbox.send_again)

    def _is_there(self) -> None:
        self._each(self._outbox.mark_sent)

    def _each(self, verb: Callable[[str], object]) -> None:
        for entry in self._chosen:
            try:
                verb(entry.id)
            except AppError as error:
                self.done.emit(error.sentence, None)

    def _say_why(self, chosen: list[Entry], one: Entry | None) -> None:
        failure = one.failure if one is not None else None
        if failure is not None:
            self._why.setText(failure.sentence)
            self._detail.setText(f"{failure.detail} {failure.request_id}".strip())
        else:
            need = sum(entry.state is EntryState.NEEDS_YOU for entry in chosen)
            wait = sum(entry.state in (EntryState.WAITING, EntryState.SENDING) for entry in chosen)
            parts = ((need, "needs you" if need == 1 else "need you"), (wait, "on the way"))
            said = ", ".join(f"{count:,} {what}" for count, what in parts if count)
            several = f"{len(chosen):,} selected" + (f": {said}" if said else "")
            self._why.setText(several if len(chosen) > 1 else "")
            self._detail.setText("")
        self._why.setVisible(bool(self._why.text()))
        self._detail.setVisible(bool(self._detail.text()))

    @staticmethod
    def _name(made: QPushButton, text: str) -> None:
        made.setText(text)
        made.setAccessibleName(text)
