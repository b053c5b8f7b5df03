"""The page of the day: the list of anomalies, and beside it one of them or its new ticket."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QProgressBar, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.anomaly_model import AnomalyModel
from qjira_gui.ui.anomaly_table import AnomalyTable
from qjira_gui.ui.filter_bar import FilterBar
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.moment import ago
from qjira_gui.ui.pieces import StateView, button, card, label, row

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.domain.anomaly import Anomaly
    from qjira_gui.domain.page import AnomalyFilter
    from qjira_gui.ui.anomaly_side import AnomalySide
    from qjira_gui.ui.tasks import TaskScope


class AnomaliesPage(QWidget):
    """Built before there is anything to act with, so that it is there at the first paint."""

    #: Something was done to these anomalies: (words, undo or None).
    done = Signal(str, object)

    def __init__(self, theme: look.Theme, now: Callable[[], float]) -> None:
        """Show an empty list that is loading; `attach` brings it to life."""
        super().__init__()
        self._theme = theme
        self._now = now
        self._actions: Actions | None = None
        self._tasks: TaskScope | None = None
        self.side: AnomalySide | None = None
        self.model = AnomalyModel()
        self.table = AnomalyTable(self.model, theme)
        self.filters = FilterBar(theme)
        self.state = StateView(theme)
        self._count = label("", "muted")
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Loading anomalies")
        self._progress.setFixedHeight(3)
        self._total = 0
        self._unreadable = 0
        self._limited = False
        self._read_at: float | None = None
        self._loaded_for: AnomalyFilter | None = None
        self._lay_out()
        self._wire()
        self.state.show_state(Icon.WAITING, "Loading anomalies…")

    def attach(self, actions: "Actions", tasks: "TaskScope") -> None:
        """Give the page what it acts with, and load."""
        from qjira_gui.ui.anomaly_side import AnomalySide

        self._actions, self._tasks = actions, tasks
        self.side = AnomalySide(self._theme, actions, tasks, self.model, self._now)
        self.side.done.connect(self.done)
        self._split.addWidget(self.side)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.setSizes([self.width() - 430, 430])
        self.refresh_background()

    def reload(self) -> None:
        """Read the list again; what is shown stays until something newer is there."""
        if self._tasks is None:
            return
        self._tasks.start(self._load(), name="load anomalies", exclusive=True)

    def refresh_background(self) -> None:
        """Show what is on its way and what is linked."""
        if self._actions is None:
            return
        self.model.set_background(
            self._actions.anomalies.pending(), self._actions.anomalies.all_links()
        )
        if self.side is not None:
            self.side.refresh_background()

    def refresh_count(self) -> None:
        """Say how much of what there is is shown, and how old it is."""
        shown, loaded = len(self.model.order), len(self.model.rows)
        words = f"{shown:,} of {self._total:,} anomalies" if shown != self._total else (
            f"{shown:,} anomalies"
        )  # fmt: skip
        if self._limited:
            words += f" (the newest {loaded:,} are loaded)"
        if self._unreadable:
            words += f" · {self._unreadable:,} could not be read"
        if self._read_at is not None:
            words += f" · read {ago(self._now() - self._read_at)}"
        self._count.setText(words if loaded or self._read_at is not None else "")

    def select(self, anomaly_id: int) -> None:
        """Show one anomaly."""
        self.table.pick([anomaly_id])

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
        for part in (head, self._progress, self._split):
            outer.addWidget(part)
        outer.setStretch(2, 1)

    def _wire(self) -> None:
        self.filters.changed.connect(self._filter)
        self.filters.status_changed.connect(self.reload)
        self.table.picked.connect(self._on_picked)
        for keys, act in (
            ("F5", self.reload),
            ("Ctrl+F", self.filters.search.setFocus),
        ):
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _=False, run=act: run())
            self.addAction(action)
        for keys, name in (
            ("A", "acknowledge"),
            ("E", "archive"),
            ("T", "new_ticket"),
            ("L", "link"),
            ("C", "write_comment"),
        ):
            action = QAction(self.table)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, verb=name: self._key(verb))
            self.table.addAction(action)
        self.table.opened.connect(lambda: self._key("focus"))

    def _key(self, verb: str) -> None:
        if self.side is not None:
            getattr(self.side, verb)()

    def _show_columns(self) -> None:
        menu = self.table.column_menu()
        menu.popup(self._columns.mapToGlobal(self._columns.rect().bottomLeft()))

    def _on_picked(self, ids: list[int]) -> None:
        if self.side is not None:
            self.side.show_anomalies(ids)

    def _filter(self) -> None:
        picked = self.table.ids()
        self.model.filter(self.filters.finer())
        self.table.pick(picked)
        self.refresh_count()
        self._show_list()

    async def _load(self) -> None:
        from qjira_gui.domain.errors import AppError

        assert self._actions is not None
        wanted = self.filters.wanted()
        self._problem.hide()
        self._progress.setRange(0, 0)
        self._progress.show()
        picked = self.table.ids()
        if wanted != self._loaded_for:
            # Rows of another status must not stand under this one, whatever happens next.
            self.model.replace_all([])
            self._read_at, self._loaded_for = None, wanted
            self.state.show_state(Icon.WAITING, "Loading anomalies…")
            self._stack.setCurrentWidget(self.state)
            kept = await self._actions.anomalies.cached(wanted)
            if kept is not None:
                self._start_over(kept[0], len(kept[0]), kept[1])
        first = True
        try:
            async for batch in self._actions.anomalies.load(wanted):
                if first:
                    first = False
                    self._unreadable = 0
                    self._start_over(batch.items, batch.total, self._now())
                    self.table.pick(picked)
                else:
                    self.model.append(batch.items)
                self._unreadable += batch.unreadable
                self._progress.setRange(0, max(1, batch.total))
                self._progress.setValue(len(self.model.rows))
                self.refresh_count()
            self._limited = len(self.model.rows) + self._unreadable < self._total
            self.model.settle()
            self._offer()
        except AppError as error:
            self._failed(error)
        finally:
            self._progress.hide()
            self.refresh_count()
            self._show_list()

    def _start_over(self, items: "list[Anomaly]", total: int, read_at: float) -> None:
        self._total, self._read_at, self._limited = total, read_at, False
        self.model.replace_all(items)
        self._offer()
        self._show_list()

    def _offer(self) -> None:
        from qjira_gui.domain.listing import choices

        self.filters.offer(choices(self.model.rows))
        if self.side is not None:
            self.side.renew()

    def _failed(self, error: Exception) -> None:
        sentence = getattr(error, "sentence", str(error))
        if self.model.rows:
            self._problem.setText(f"The list could not be read again: {sentence}")
            self._problem.show()
            return
        self.state.show_state(
            Icon.PROBLEM, "The anomalies could not be loaded", sentence, "Try again", self.reload
        )
        self._stack.setCurrentWidget(self.state)
        self._read_at = None

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
        elif self._read_at is not None:
            self.state.show_state(Icon.DONE, "No anomalies", "Qualytics has none with this status.")
        if self.model.rows or self._read_at is not None:
            self._stack.setCurrentWidget(self.state)
