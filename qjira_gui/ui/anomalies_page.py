"""The page of the day: the list of anomalies, and beside it one of them or its new ticket."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.anomaly_model import AnomalyModel
from qjira_gui.ui.anomaly_table import AnomalyTable
from qjira_gui.ui.filter_bar import FilterBar
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.keys import Context, add_keys
from qjira_gui.ui.list_loader import ListLoader
from qjira_gui.ui.pieces import StateView, button, card, label, row

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.anomaly_side import AnomalySide
    from qjira_gui.ui.tasks import TaskScope

#: Keys of the focused list, and the verbs of what stands beside it.
VERBS = (
    ("A", "acknowledge"),
    ("E", "archive"),
    ("T", "new_ticket"),
    ("L", "link"),
    ("C", "write_comment"),
)
#: Pixels of the detail beside the list at first; the splitter moves it.
SIDE = 420


class AnomaliesPage(QWidget):
    """Built before there is anything to act with, so that it is there at the first paint."""

    #: Something was done to these anomalies: (words, undo or None).
    done = Signal(str, object)
    #: An entry is to be shown where it can be dealt with.
    outbox_requested = Signal(object)

    def __init__(self, theme: look.Theme, now: Callable[[], float]) -> None:
        """Show an empty list that is loading; `attach` brings it to life."""
        super().__init__()
        self._theme = theme
        self._now = now
        self._actions: Actions | None = None
        self._tasks: TaskScope | None = None
        self.side: AnomalySide | None = None
        self.model = AnomalyModel()
        self.loader = ListLoader(self.model, now)
        self.table = AnomalyTable(self.model, theme)
        self.filters = FilterBar(theme)
        self.state = StateView(theme)
        self._count = label("", "muted")
        # Not in red: the rows are still there, and the count says how old they are.
        self._problem = label("", "muted", wrap=True)
        self._problem.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Loading anomalies")
        self.progress.setFixedHeight(3)
        self._picked: list[int] = []
        #: The anomaly that somebody wants to see, and what is to be done with it then.
        self._wanted: tuple[int, Callable[[], object]] | None = None
        self._lay_out()
        self._wire()
        self.state.show_state(Icon.WAITING, "Loading anomalies…")

    def attach(self, actions: "Actions", tasks: "TaskScope") -> None:
        """Give the page what it acts with, and load."""
        from qjira_gui.ui.anomaly_side import AnomalySide

        self._actions, self._tasks = actions, tasks
        self.side = AnomalySide(self._theme, actions, tasks, self.model, self._now)
        self.side.done.connect(self.done)
        self.side.outbox_requested.connect(self.outbox_requested)
        self._split.addWidget(self.side)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.setSizes([self.width() - SIDE, SIDE])
        self.side.hide()
        self.side.emptied.connect(self._show_side)
        self.side.emptied.connect(self.table.setFocus)
        self.table.setFocus()
        self.refresh_background()

    def reload(self) -> None:
        """Read the list again; what is shown stays until something newer is there."""
        if self._actions is None or self._tasks is None:
            return
        self._problem.hide()
        self.progress.setRange(0, 0)
        self.progress.show()
        self.loader.load(self._actions, self._tasks, self.filters.wanted())

    def refresh_background(self) -> None:
        """Show what is on its way and what is linked."""
        if self._actions is None:
            return
        self._apply_outcomes()
        self.model.set_background(
            self._actions.anomalies.pending(), self._actions.anomalies.all_links()
        )
        if self.side is not None:
            self.side.refresh_background()

    def _apply_outcomes(self) -> None:
        """Show what went out since the list was asked for, without asking again."""
        from qjira_gui.domain.activity import with_status

        if self._actions is None or self.loader.read_at is None:
            return
        taken = self._actions.anomalies.outcomes(self.loader.read_at)
        for anomaly_id, status in taken.items():
            old = self.model.anomaly(anomaly_id)
            if old is not None and status and old.status != status:
                self.model.renew(with_status(old, status))

    def refresh_count(self) -> None:
        """Say how much of what there is is shown, and how old it is."""
        self._count.setText(self.loader.words())

    def bring(self, anomaly_id: int, then: Callable[[], object] = lambda: None) -> None:
        """Show one anomaly whatever is filtered, and do `then`; say it where that cannot be."""
        self._wanted = (anomaly_id, then)
        if not self.model.index_of(anomaly_id).isValid():
            self.filters.clear()
        if self.model.anomaly(anomaly_id) is not None:
            self._bring()
        elif not self.filters.ask_for_all():
            self.reload()

    def _bring(self) -> None:
        """Show what is wanted as soon as the list has it."""
        if self._wanted is None or not self.model.index_of(self._wanted[0]).isValid():
            return
        (anomaly_id, then), self._wanted = self._wanted, None
        self.table.pick([anomaly_id])
        then()

    def _give_up(self) -> None:
        """The list has been read, or could not be, without what is wanted."""
        if self._wanted is None:
            return
        (anomaly_id, _), self._wanted = self._wanted, None
        why = self.loader.problem or "It is not among those that were loaded."
        self.done.emit(f"Anomaly {anomaly_id} cannot be shown now. {why}", None)

    def _lay_out(self) -> None:
        self._refresh = button(
            "", self.reload, symbol=Icon.REFRESH, theme=self._theme, tip="Read the list again (F5)"
        )
        self._columns = button(
            "", self._show_columns, symbol=Icon.COLUMNS, theme=self._theme, tip="Choose columns"
        )
        head = card("bar")
        inner = QVBoxLayout(head)
        inner.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        title = row(label("Anomalies", "title"), self._count, None, self._columns, self._refresh)
        inner.addLayout(title)
        inner.addWidget(self.filters)
        inner.addWidget(self._problem)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.state)
        self._stack.addWidget(self.table)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._stack)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        for part in (head, self.progress, self._split):
            outer.addWidget(part)
        outer.setStretch(2, 1)

    def _wire(self) -> None:
        self.loader.emptied.connect(self._on_emptied)
        self.loader.replacing.connect(self._on_replacing)
        self.loader.replaced.connect(self._on_replaced)
        self.loader.grown.connect(self._on_grown)
        self.loader.failed.connect(self._on_failed)
        self.loader.ended.connect(self._on_ended)
        self.filters.changed.connect(self._filter)
        self.filters.status_changed.connect(self.reload)
        self.table.picked.connect(self._on_picked)
        search, table = self.filters.search.setFocus, self.table.setFocus
        add_keys(self, {"F5": self.reload, "Ctrl+F": search, "Esc": table})
        add_keys(
            self.table, {keys: self._verb(name) for keys, name in VERBS}, Context.WidgetShortcut
        )
        self.table.opened.connect(self._verb("focus"))

    def _verb(self, name: str) -> Callable[[], None]:
        def act() -> None:
            if self.side is not None:
                getattr(self.side, name)()

        return act

    def _show_columns(self) -> None:
        menu = self.table.column_menu()
        menu.popup(self._columns.mapToGlobal(self._columns.rect().bottomLeft()))

    def _on_picked(self, ids: list[int]) -> None:
        if self.side is not None:
            self.side.show_anomalies(ids)
        self._show_side()

    def _show_side(self) -> None:
        """The list has the whole width while there is nothing to stand beside it."""
        if self.side is None:
            return
        wanted = bool(self.table.ids()) or self.side.form is not None
        if wanted != self.side.isVisibleTo(self):
            self.side.setVisible(wanted)
            current = self.table.currentIndex()
            if wanted and current.isValid():
                self.table.scrollTo(current)

    def _filter(self) -> None:
        picked = self.table.ids()
        self.model.filter(self.filters.finer())
        self._pick(picked)
        self.refresh_count()
        self._show_list()

    def _pick(self, ids: list[int]) -> None:
        """Select what is still shown; a model that was reset tells nobody what it lost."""
        self.table.pick(ids)
        self._on_picked(self.table.ids())

    def _on_emptied(self) -> None:
        self._pick([])
        self.state.show_state(Icon.WAITING, "Loading anomalies…")
        self._stack.setCurrentWidget(self.state)

    def _on_replacing(self) -> None:
        self._picked = self.table.ids()

    def _on_replaced(self) -> None:
        self._apply_outcomes()
        self._pick(self._picked)
        self._offer()
        self._show_list()
        self._on_grown()

    def _on_grown(self) -> None:
        self.progress.setRange(0, max(1, self.loader.total))
        self.progress.setValue(len(self.model.rows))
        self._apply_outcomes()
        self.refresh_count()
        self._bring()

    def _on_failed(self, sentence: str) -> None:
        if self.model.rows:
            self._problem.setText(f"The list could not be read again: {sentence}")
            self._problem.show()
            return
        self.state.show_state(
            Icon.PROBLEM, "The anomalies could not be loaded", sentence, "Try again", self.reload
        )
        self._stack.setCurrentWidget(self.state)

    def _on_ended(self) -> None:
        self.progress.hide()
        if not self.loader.problem:
            self._problem.hide()
        self._offer()
        self.refresh_count()
        self._show_list()
        self._bring()
        self._give_up()

    def _offer(self) -> None:
        from qjira_gui.domain.listing import choices

        self.filters.offer(choices(self.model.rows))
        if self.side is not None:
            self.side.renew()

    def _show_list(self) -> None:
        if self.model.order:
            self._stack.setCurrentWidget(self.table)
            return
        if self.model.rows:
            self.state.show_state(
                Icon.EMPTY,
                "Nothing matches",
                "No loaded anomaly passes these filters.",
                "Clear filters",
                self.filters.clear,
            )
        elif self.loader.read_at is not None:
            self.state.show_state(Icon.DONE, "No anomalies", "Qualytics has none with this status.")
        if self.model.rows or self.loader.read_at is not None:
            self._stack.setCurrentWidget(self.state)
