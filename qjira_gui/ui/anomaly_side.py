"""What stands beside the list: nothing, one anomaly, several at once, or a new ticket."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget

from qjira_gui.domain.activity import with_pending, with_status
from qjira_gui.domain.anomaly import Anomaly, can_change_to
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link
from qjira_gui.domain.outbox import Entry
from qjira_gui.ui import theme as look
from qjira_gui.ui.anomaly_panel import AnomalyPanel
from qjira_gui.ui.archive_dialog import ArchiveDialog
from qjira_gui.ui.dialog import result
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.link_dialog import LinkDialog
from qjira_gui.ui.pieces import StateView, column
from qjira_gui.ui.several_view import SeveralView
from qjira_gui.ui.ticket_form import TicketForm
from qjira_gui.ui.toast import Undo

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.anomaly_model import AnomalyModel
    from qjira_gui.ui.tasks import TaskScope


class AnomalySide(QFrame):
    """Holds the acts: every button and key of the page ends in one of its methods."""

    #: Words for the page to say, and what undoes it (or None).
    done = Signal(str, object)
    #: An entry is to be shown where it can be dealt with.
    outbox_requested = Signal(object)
    #: The form was left, and perhaps nothing is selected any more.
    emptied = Signal()

    def __init__(
        self,
        theme: look.Theme,
        actions: "Actions",
        tasks: "TaskScope",
        model: "AnomalyModel",
        now: Callable[[], float],
    ) -> None:
        """Start with the hint that nothing is selected."""
        super().__init__()
        self.setProperty("role", "side")
        self.setMinimumWidth(360)
        self._theme, self._actions, self._tasks, self._model = theme, actions, tasks, model
        self._now = now
        self._ids: list[int] = []
        self.form: TicketForm | None = None
        self.dialog: LinkDialog | ArchiveDialog | None = None
        self._stack = QStackedWidget()
        hint = StateView(theme)
        hint.show_state(
            Icon.ANOMALIES,
            "Nothing selected",
            "Select an anomaly to see it, several to act on all.",
        )
        self.panel = AnomalyPanel(theme, actions, tasks, now)
        self.panel.acknowledge_requested.connect(self.acknowledge)
        self.panel.archive_requested.connect(self.archive)
        self.panel.ticket_requested.connect(self.new_ticket)
        self.panel.link_requested.connect(self.link)
        self.panel.unlink_requested.connect(self._unlink)
        self.panel.queued.connect(self._offer_undo)
        self.panel.outbox_requested.connect(self.outbox_requested)
        self._several = SeveralView(theme)
        self._several.acknowledge_requested.connect(self.acknowledge)
        self._several.archive_requested.connect(self.archive)
        self._hint = hint
        for page in (hint, self.panel, self._several):
            self._stack.addWidget(page)
        self.setLayout(column(self._stack))

    def show_anomalies(self, ids: list[int]) -> None:
        """Show what is selected; a ticket being written stays until it is left."""
        self._ids = ids
        if self.form is not None:
            return
        found = [a for a in (self._model.anomaly(i) for i in ids) if a is not None]
        if not found:
            self._stack.setCurrentWidget(self._hint)
        elif len(found) == 1:
            self.panel.show_anomaly(found[0])
            self._stack.setCurrentWidget(self.panel)
        else:
            states = self._actions.anomalies.pending()
            shown = [with_pending(anomaly, states.get(anomaly.id)) for anomaly in found]
            self._several.show_anomalies(shown)
            self._stack.setCurrentWidget(self._several)

    def renew(self) -> None:
        """The list was read again: show what it says now."""
        self.show_anomalies(self._ids)

    def refresh_background(self) -> None:
        """Show what is on its way."""
        if self.form is None:
            if self._stack.currentWidget() is self.panel:
                self._follow_model()
                self.panel.refresh_background()
            elif self._stack.currentWidget() is self._several:
                self.show_anomalies(self._ids)

    def _follow_model(self) -> None:
        """The list may know a newer status than the detail that was read before."""
        shown = self.panel.anomaly
        row = self._model.anomaly(shown.id) if shown is not None else None
        if shown is not None and row is not None and row.status != shown.status:
            self.panel.anomaly = with_status(shown, row.status)

    def focus(self) -> None:
        """Go from the list to what is beside it."""
        if self._stack.currentWidget() is self.panel:
            self.panel.acknowledge.setFocus()

    def acknowledge(self) -> None:
        """Acknowledge what is selected and open."""
        if self._form_in_the_way():
            return
        ids = [a.id for a in self._selected() if can_change_to(a, "Acknowledged")]
        if ids:
            self._act(
                lambda: self._actions.triage.acknowledge(ids, self._hold),
                f"{_many(ids)} acknowledged",
            )

    def archive(self, status: str = "Resolved") -> None:
        """Ask how to archive what is selected, then do it."""
        if self._form_in_the_way():
            return
        ids = [anomaly.id for anomaly in self._selected() if not anomaly.is_archived]
        if ids and self.dialog is None:
            self._tasks.start(self._archive(ids, status), name="archive")

    def new_ticket(self) -> None:
        """Open the form for one anomaly in the detail's place."""
        found = self._selected()
        if len(found) != 1:
            return
        if self.form is not None:
            if self.form.anomaly.id == found[0].id:
                return
            self._leave_form()
        self.form = TicketForm(self._theme, self._actions, self._tasks, found[0])
        self.form.created.connect(self._created)
        self.form.left.connect(self._leave_form)
        self._stack.addWidget(self.form)
        self._stack.setCurrentWidget(self.form)
        self.form.start()

    def link(self) -> None:
        """Link one anomaly to issues that exist."""
        if self._form_in_the_way():
            return
        found = self._selected()
        if len(found) == 1 and self.dialog is None:
            self._tasks.start(self._link(found[0]), name="link")

    def _form_in_the_way(self) -> bool:
        """Say that a form hides the anomaly that an act would concern, where one does."""
        if self.form is None:
            return False
        words = f"The ticket form of anomaly {self.form.anomaly.id} is open. Close it first."
        self.done.emit(f"{words} What you typed is kept.", None)
        return True

    def write_comment(self) -> None:
        """Go to the comment box."""
        if self._stack.currentWidget() is self.panel:
            self.panel.write_comment()

    def _selected(self) -> list[Anomaly]:
        """Return what is selected as it stands with the acts that are on their way."""
        states = self._actions.anomalies.pending()
        taken = self._actions.anomalies.outcomes(self._model.read_at)
        shown = self.panel.anomaly
        found = []
        for anomaly_id in self._ids:
            anomaly = self._model.anomaly(anomaly_id)
            if shown is not None and shown.id == anomaly_id and len(self._ids) == 1:
                anomaly = shown
            if anomaly is not None:
                if anomaly_id in taken:
                    anomaly = with_status(anomaly, taken[anomaly_id])
                found.append(with_pending(anomaly, states.get(anomaly_id)))
        return found

    @property
    def _hold(self) -> float:
        return self._actions.settings.current.undo_seconds

    def _act(self, act: Callable[[], list[Entry]], words: str) -> None:
        try:
            entries = act()
        except AppError as error:
            self.done.emit(error.sentence, None)
            return
        self._offer_undo(words, entries)

    def _offer_undo(self, words: str, entries: list[Entry]) -> None:
        hold = self._hold
        undo = Undo(lambda: self._undo(entries), hold, gathers=True) if hold else None
        self.done.emit(words, undo)

    def _undo(self, entries: list[Entry]) -> None:
        late = self._actions.triage.undo(entries)
        if late:
            count = "It" if len(entries) == 1 else f"{late:,} of {len(entries):,}"
            self.done.emit(f"{count} had left already, and cannot be taken back here.", None)

    async def _archive(self, ids: list[int], status: str) -> None:
        self.dialog = ArchiveDialog(self, self._theme, len(ids), status)
        try:
            code = await result(self.dialog)
            chosen, comment = self.dialog.status, self.dialog.comment
        finally:
            self.dialog = None
        if code:
            words = f"{_many(ids)} archived as {chosen}"
            self._act(lambda: self._actions.triage.archive(ids, chosen, comment, self._hold), words)

    async def _link(self, anomaly: Anomaly) -> None:
        self.dialog = LinkDialog(
            self, self._theme, self._actions, self._tasks, anomaly, self._model.rows
        )
        try:
            code = await result(self.dialog)
            issues = self.dialog.chosen
        finally:
            self.dialog = None
        if not code:
            return
        for issue in issues:
            try:
                if issue.id:
                    self._actions.tickets.link(anomaly, issue)
                else:
                    self._actions.tickets.link_by_key(anomaly, issue.key)
            except AppError as error:
                self.done.emit(error.sentence, None)
            else:
                self.done.emit(*self._linked(anomaly.id, issue))

    def _linked(self, anomaly_id: int, issue: Issue) -> tuple[str, Undo]:
        links = self._actions.anomalies.links(anomaly_id)
        made = next(link for link in reversed(links) if link.name == issue.key)
        said = f"{issue.key} linked" if issue.id else f"{issue.key} linked; it is looked up later"
        return said, Undo(lambda: self._take_link_back(made))

    def _take_link_back(self, link: Link) -> None:
        try:
            self._actions.tickets.unlink(link)
        except AppError as error:
            self.done.emit(error.sentence, None)

    def _unlink(self, link: Link) -> None:
        try:
            self._actions.tickets.unlink(link)
        except AppError as error:
            self.done.emit(error.sentence, None)
            return
        self.done.emit(
            f"{link.name} unlinked. The Jira issue is unchanged.",
            Undo(lambda: self._relink(link)),
        )

    def _relink(self, link: Link) -> None:
        try:
            self._actions.tickets.relink(link)
        except AppError as error:
            self.done.emit(error.sentence, None)

    def _created(self) -> None:
        self._leave_form()
        self.done.emit("Ticket queued", None)

    def _leave_form(self) -> None:
        if self.form is None:
            return
        gone, self.form = self.form, None
        self._tasks.end("ticket ", "people for ")
        self._stack.removeWidget(gone)
        gone.deleteLater()
        self.show_anomalies(self._ids)
        self.emptied.emit()


def _many(ids: list[int]) -> str:
    return f"Anomaly {ids[0]}" if len(ids) == 1 else f"{len(ids):,} anomalies"
