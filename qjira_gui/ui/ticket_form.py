"""The new ticket, in the detail's place: asks Jira, keeps the draft, and hands it to the outbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue, User
from qjira_gui.domain.ticket import missing_names
from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.moment import ago
from qjira_gui.ui.pieces import button, card, column, label, row
from qjira_gui.ui.ticket_fields import TicketFields

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.tasks import TaskScope

#: Milliseconds after the last key until the draft is on disk.
KEEP = 400


class TicketForm(QWidget):
    """Emits `created` once the ticket is in the outbox; what was typed is never lost before."""

    created = Signal()
    left = Signal()

    def __init__(
        self, theme: look.Theme, actions: "Actions", tasks: "TaskScope", anomaly: Anomaly
    ) -> None:
        """Start with the draft that was begun, or a fresh one; `start` asks Jira."""
        super().__init__()
        self._actions, self._tasks, self.anomaly = actions, tasks, anomaly
        self._form_read = False
        #: What Jira has been asked for and has not answered yet.
        self._asking = ""
        draft = actions.tickets.draft(anomaly)
        #: Whether a ticket that waits is changed, and none is added.
        self.changes = bool(draft.entry_id)
        self.fields = TicketFields(tasks, self._find_people, draft)
        self.fields.changed.connect(self._on_changed)
        self.fields.project_chosen.connect(self._read_types)
        self.fields.type_chosen.connect(self._read_fields)
        self.fields.assign_to_me_requested.connect(
            lambda: self._tasks.start(self._choose_me(), name="ticket me", exclusive=True)
        )
        self._keep = QTimer(self, singleShot=True, interval=KEEP)
        self._keep.timeout.connect(self._keep_draft)
        self._existing = QVBoxLayout()
        self.preview = QTextBrowser()
        self.preview.setAccessibleName("Preview of the description")
        self.preview.setOpenExternalLinks(True)
        self.preview.setFrameShape(QFrame.Shape.NoFrame)
        self.preview.setProperty("role", "page")
        self.preview.document().setDocumentMargin(look.LARGE)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self._missing = label("", "muted", wrap=True)
        verb = "Send ticket" if self.changes else "Create ticket"
        self.submit = button(verb, self._submit, role="primary", symbol=Icon.PLUS, theme=theme)
        self.submit.setShortcut("Ctrl+Return")
        self.submit.setToolTip("Ctrl+Enter")
        self.tabs = QTabWidget()
        self._lay_out()

    def start(self) -> None:
        """Ask Jira for the projects, and whether the anomaly has an issue already."""
        self._renew()
        self._tasks.start(self._ask_projects(), name="ticket projects", exclusive=True)
        self._tasks.start(self._look_for_existing(), name="ticket existing", exclusive=True)
        self.fields.summary.text.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed last: the window may be about to go."""
        if self._keep.isActive():
            self._keep.stop()
            self._keep_draft()
        super().hideEvent(event)

    def show_refused(self, errors: dict[str, str], sentence: str) -> None:
        """Show why Jira refused this ticket, each reason at its field."""
        self.fields.show_errors(dict(errors))
        self._say(sentence)

    async def _ask_projects(self) -> None:
        with self._asked("your projects"):
            projects = await self._actions.form.projects()
            self.fields.show_projects(projects)
            if not projects:
                self._say("There is no Jira project in which you may create issues.")
            self._read_types()

    def _read_types(self) -> None:
        self._tasks.start(self._ask_types(), name="ticket types", exclusive=True)

    async def _ask_types(self) -> None:
        project = self.fields.chosen_project
        if project is None:
            return
        with self._asked("the issue types of this project"):
            self.fields.show_types(await self._actions.form.types(project))
            self._read_fields()

    def _read_fields(self) -> None:
        self._form_read = False
        self._tasks.start(self._ask_fields(), name="ticket fields", exclusive=True)

    async def _ask_fields(self) -> None:
        project, kind = self.fields.chosen_project, self.fields.chosen_type
        if project is None or kind is None:
            return
        with self._asked("what this project asks for"):
            fields = await self._actions.form.fields(project, kind)
            self._form_read = True
            self._asking = ""
            self.fields.show_form(fields)

    @contextmanager
    def _asked(self, what: str) -> Iterator[None]:
        """Say what Jira is asked for until it has answered, and why where it has not."""
        self._asking = what
        self._renew()
        try:
            yield
        except AppError as error:
            self._say(error.while_reading)
        finally:
            if self._asking == what:
                self._asking = ""
                self._renew()

    async def _find_people(self, text: str) -> list[User]:
        project = self.fields.chosen_project
        return await self._actions.form.people(project, text) if project else []

    async def _choose_me(self) -> None:
        try:
            me = await self._actions.form.me()
        except AppError as error:
            self._say(error.while_reading)
            return
        self.fields.assignee.choose(User(account_id=me.account_id, name=me.display_name))

    async def _look_for_existing(self) -> None:
        try:
            found = await self._actions.tickets.existing(self.anomaly)
        except AppError:
            # A help only: the form's own questions say what is wrong.
            return
        for issue in found:
            words = f"{issue.key} was opened for this anomaly before: {issue.summary}"
            take = button("Link it instead")
            take.clicked.connect(lambda _=False, one=issue: self._link_instead(one))
            line = row(label(words, wrap=True), take)
            line.setStretch(0, 1)
            self._existing.addLayout(line)

    def _link_instead(self, issue: Issue) -> None:
        try:
            self._actions.tickets.link(self.anomaly, issue)
        except AppError as error:
            self._say(error.sentence)
            return
        self._discard()

    def _on_changed(self) -> None:
        self._renew()
        self._keep.start()

    def _renew(self) -> None:
        names = missing_names(self.fields.draft(), self.fields.fields)
        self.submit.setEnabled(self._form_read and not names)
        if self._asking:
            words = f"Asking Jira for {self._asking}… What you type is kept meanwhile."
        elif names:
            words = "Still missing: " + ", ".join(names)
        else:
            words = self._age()
        self._missing.setText(words)
        self._missing.setVisible(bool(words))

    def _age(self) -> str:
        """Say how old the form is where Jira could not be asked."""
        age = self._actions.form.age
        return "" if age is None else f"Jira cannot be asked now; this form was read {ago(age)}."

    def _keep_draft(self) -> None:
        try:
            self._actions.tickets.keep_draft(self.fields.draft())
        except AppError as error:
            self._say(error.sentence)

    def _render_preview(self) -> None:
        if self.tabs.currentWidget() is not self.preview:
            return
        html, shortened = self._actions.tickets.preview_html(self.fields.draft(), self.anomaly)
        note = "<p><i>Jira takes no more text than this: it was shortened.</i></p>"
        self.preview.setHtml(note + html if shortened else html)

    def _submit(self) -> None:
        # Off before anything else: two clicks make one ticket.
        self.submit.setEnabled(False)
        self._keep.stop()
        try:
            self._actions.tickets.create(self.fields.draft(), self.fields.fields, self.anomaly)
        except AppError as error:
            self._say(error.sentence)
            self._renew()
            return
        self.created.emit()

    def _leave(self) -> None:
        self._keep.stop()
        self._keep_draft()
        self.left.emit()

    def _discard(self) -> None:
        self._keep.stop()
        self._actions.tickets.drop_draft(self.anomaly.id)
        self.left.emit()

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _lay_out(self) -> None:
        written = QWidget()
        written.setProperty("role", "body")
        lines = column(self._existing, self.fields, gap=look.MEDIUM, margin=look.LARGE)
        lines.addStretch(1)
        written.setLayout(lines)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(written)
        # The keyboard goes to what it holds, and scrolls along.
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.setDocumentMode(True)
        for part in (self.tabs, self.tabs.tabBar()):
            part.setAccessibleName("Write or preview")
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(scroll, "Write")
        self.tabs.addTab(self.preview, "Preview")
        self.tabs.currentChanged.connect(lambda: self._render_preview())
        throw = button("Discard", self._discard, role="flat", tip="Forget what was typed")
        leave = button("Close", self._leave, tip="The draft is kept")
        foot = card("foot")
        acts = row(throw, None, leave, self.submit)
        foot.setLayout(column(self._problem, self._missing, acts, margin=look.MEDIUM))
        heading = label("Change ticket" if self.changes else "New ticket", "heading")
        number = label(f"Anomaly {self.anomaly.id}", "caption")
        what = label(self.anomaly.text, "muted", wrap=True)
        title = column(row(heading, None, number), what, gap=look.TIGHT)
        title.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.SMALL)
        whole = column(title, self.tabs, foot, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
