"""The inputs of a new ticket: the ones that every ticket has, and those that this screen asks."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from qjira_gui.domain.fields import OWN_PLACE, FieldKind, FormField
from qjira_gui.domain.issue import IssueType, Project, User
from qjira_gui.domain.ticket import TicketDraft
from qjira_gui.ui import theme as look
from qjira_gui.ui.field_editors import (
    ChoiceEditor,
    Editor,
    HeadingEditor,
    LabelsEditor,
    ParagraphEditor,
    editor_for,
)
from qjira_gui.ui.person_edit import PersonEditor
from qjira_gui.ui.pieces import button, column, empty, label, row

if TYPE_CHECKING:
    from qjira_gui.ui.tasks import TaskScope

_PRIORITY = FormField("priority", "Priority", FieldKind.OPTION)


class TicketFields(QWidget):
    """Knows widgets and values, not Jira: whoever owns it asks and shows what was answered."""

    changed = Signal()
    project_chosen = Signal()
    type_chosen = Signal()
    assign_to_me_requested = Signal()

    def __init__(
        self,
        tasks: "TaskScope",
        find_people: Callable[[str], Awaitable[list[User]]],
        draft: TicketDraft,
    ) -> None:
        """Show `draft`; `find_people` asks Jira who can be assigned."""
        super().__init__()
        self._tasks, self._find_people, self._base = tasks, find_people, draft
        self.fields: list[FormField] = []
        self.project, self.kind = QComboBox(), QComboBox()
        self.project.setAccessibleName("Project")
        self.kind.setAccessibleName("Issue type")
        self.summary = HeadingEditor(FormField("summary", "Summary", FieldKind.TEXT, required=True))
        self.priority = ChoiceEditor(_PRIORITY)
        self.assignee = PersonEditor(
            FormField("assignee", "Assignee", FieldKind.USER), tasks, find_people
        )
        self.labels = LabelsEditor(FormField("labels", "Labels", FieldKind.LABELS))
        self.description = ParagraphEditor(
            FormField("description", "Description (Markdown)", FieldKind.PARAGRAPH)
        )
        self.description.text.setFixedHeight(130)
        self._extra: list[Editor] = []
        self._errors: dict[str, str] = {}
        self._me = button("Me", self.assign_to_me_requested.emit, tip="Assign to me")
        self._lay_out()
        self._show(draft)
        self.project.currentIndexChanged.connect(lambda: self._picked(self.project_chosen))
        self.kind.currentIndexChanged.connect(lambda: self._picked(self.type_chosen))
        for editor in (self.summary, self.assignee, self.labels, self.description, self.priority):
            editor.changed.connect(self.changed)

    @property
    def chosen_project(self) -> Project | None:
        """The project in the box, None while there is none."""
        found = self.project.currentData()
        return found if isinstance(found, Project) else None

    @property
    def chosen_type(self) -> IssueType | None:
        """The issue type in the box, None while there is none."""
        found = self.kind.currentData()
        return found if isinstance(found, IssueType) else None

    def draft(self) -> TicketDraft:
        """Return the form as it stands; what is not asked for now is kept from before."""
        return replace(
            self._base,
            project=self.chosen_project or self._base.project,
            type=self.chosen_type or self._base.type,
            summary=str(self.summary.value()),
            description=self.description.text.toPlainText(),
            priority=str(self.priority.value() or self._base.priority),
            assignee=str(self.assignee.value()),
            labels=tuple(self.labels.value()),
            extra={**self._base.extra, **{e.field.id: e.value() for e in self._extra}},
        )

    def show_projects(self, projects: list[Project]) -> None:
        """Offer projects; the draft's own stays chosen."""
        wanted = self._base.project
        at = next((i for i, p in enumerate(projects) if wanted and p.id == wanted.id), 0)
        items: list[tuple[str, Project | IssueType]] = [
            (f"{project.name} ({project.key})", project) for project in projects
        ]
        _offer(self.project, items, at)

    def show_types(self, types: list[IssueType]) -> None:
        """Offer issue types; one of the same name stays chosen, whatever the project."""
        wanted = self.draft().type
        at = next((i for i, t in enumerate(types) if wanted and t.name == wanted.name), 0)
        _offer(self.kind, [(kind.name, kind) for kind in types], at)

    def show_form(self, fields: list[FormField]) -> None:
        """Show what this screen asks for; what is not on it is not offered."""
        self._base = self.draft()
        self.fields = fields
        screen = {field.id: field for field in fields}
        for editor in (self.assignee, self.labels, self.description):
            editor.setVisible(editor.field.id in screen)
        self._me.setVisible("assignee" in screen)
        self._show_priority(screen.get("priority"))
        self._tasks.end(*(f"people for {editor.field.id}" for editor in self._extra))
        empty(self._asked)
        self._extra = []
        for field in fields:
            if field.required and field.id not in (*OWN_PLACE, "reporter"):
                self._ask(field)
        self._show_errors()
        self.changed.emit()

    def show_errors(self, errors: dict[str, str]) -> None:
        """Show what Jira said of each field, beside it."""
        self._errors = errors
        self._show_errors()

    def _picked(self, signal: object) -> None:
        signal.emit()  # type: ignore[attr-defined]
        self.changed.emit()

    def _show(self, draft: TicketDraft) -> None:
        self.summary.set_value(draft.summary)
        self.labels.set_value(draft.labels)
        self.assignee.set_value(draft.assignee)
        self.description.set_value(draft.description)

    def _show_priority(self, field: FormField | None) -> None:
        fresh = ChoiceEditor(field or _PRIORITY)
        fresh.set_value(self._base.priority)
        fresh.changed.connect(self.changed)
        self._pair.replaceWidget(self.priority, fresh)
        # Only now: shown without a parent it would be a window of its own, and take the focus.
        fresh.setVisible(field is not None)
        self.priority.hide()
        self.priority.deleteLater()
        self.priority = fresh

    def _ask(self, field: FormField) -> None:
        if field.kind is FieldKind.USER:
            editor: Editor | None = PersonEditor(field, self._tasks, self._find_people)
        else:
            editor = editor_for(field)
        if editor is None:
            words = f"{field.name}: Jira asks for this, and QJira has no input for it yet."
            self._asked.addWidget(label(words, "error", wrap=True))
            return
        if field.id in self._base.extra:
            editor.set_value(self._base.extra[field.id])
        editor.changed.connect(self.changed)
        self._extra.append(editor)
        self._asked.addWidget(editor)

    def _show_errors(self) -> None:
        own = (self.summary, self.priority, self.assignee, self.labels, self.description)
        for editor in (*own, *self._extra):
            editor.show_error(self._errors.get(editor.field.id, ""))

    def _lay_out(self) -> None:
        place = row(
            column(label("Project *", "caption"), self.project, gap=2),
            column(label("Issue type *", "caption"), self.kind, gap=2),
            gap=look.MEDIUM,
        )
        place.setStretch(0, 3)
        place.setStretch(1, 2)
        self._asked = QVBoxLayout()
        self._asked.setSpacing(look.MEDIUM)
        me = column(label("", "caption"), self._me, gap=2)
        me.addStretch(1)
        self._pair = row(self.priority, self.assignee, me, gap=look.SMALL)
        self._pair.setStretch(0, 2)
        self._pair.setStretch(1, 3)
        self.setLayout(
            column(
                place,
                self.summary,
                self._asked,
                self.description,
                label(
                    "The facts of the anomaly and a link back to it are appended; the preview "
                    "shows them.",
                    "caption",
                    wrap=True,
                ),
                self._pair,
                self.labels,
                gap=look.MEDIUM,
            )
        )


def _offer(box: QComboBox, items: list[tuple[str, Project | IssueType]], at: int) -> None:
    box.blockSignals(True)
    box.clear()
    for text, item in items:
        box.addItem(text, item)
    box.setCurrentIndex(at if items else -1)
    box.blockSignals(False)
