"""The outbox: everything on its way, why it waits, and what can be done about it."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import UNFINISHED, Entry, EntryState
from qjira_gui.domain.tally import Tally
from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon, spaced_icon
from qjira_gui.ui.keys import Context, add_keys
from qjira_gui.ui.outbox_acts import OutboxActs
from qjira_gui.ui.outbox_model import Column, EntryRole, OutboxModel
from qjira_gui.ui.pieces import StateView, button, card, label, row
from qjira_gui.ui.table import dress
from qjira_gui.ui.wording import Standing

if TYPE_CHECKING:
    from qjira_gui.actions import Actions

#: What each view shows.
VIEWS: dict[str, tuple[EntryState, ...]] = {
    "On its way": UNFINISHED,
    "Needs you": (EntryState.NEEDS_YOU,),
    "Sent": (EntryState.SENT,),
    "Cancelled": (EntryState.CANCELLED,),
    "All": tuple(EntryState),
}
_EMPTY = {
    "Needs you": ("Nothing needs you", "Refused entries would stand here, with the reason."),
    "Sent": ("Nothing sent yet", "What you do in the list appears here once a server has it."),
    "Cancelled": ("Nothing was cancelled", "What you take back before it leaves stands here."),
    "All": ("Nothing here yet", "What you do in the list appears here."),
}


class OutboxPage(QWidget):
    """Rows in words; the buttons act on the selected ones."""

    #: A ticket or a comment is to be changed: its entry.
    edit_requested = Signal(object)
    anomaly_requested = Signal(int)
    #: What was done, in words, and what undoes it (or None).
    done = Signal(str, object)

    def __init__(self, theme: look.Theme, actions: "Actions", now: Callable[[], float]) -> None:
        """Show what is on its way."""
        super().__init__()
        self._theme, self._actions = theme, actions
        self._now = now
        self.model = OutboxModel(now, actions.outbox.issue_name)
        self.table = self._make_table()
        self.sum = label("", "muted")
        self._state = StateView(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._state)
        self._stack.addWidget(self.table)
        self._views = QButtonGroup(self)
        self._viewed = ""
        self.acts = OutboxActs(theme, actions.outbox, now)
        self.acts.done.connect(self.done)
        self.acts.edit_requested.connect(self.edit_requested)
        self.acts.anomaly_requested.connect(self.anomaly_requested)
        self.table.activated.connect(lambda: self.acts.show_anomaly())
        self._pause = button("Pause", self._set_paused, symbol=Icon.PAUSE, theme=theme)
        self._retry = button("Retry all", self._retry_all, symbol=Icon.OUTBOX, theme=theme)
        self._clear = button("Clear sent", self._clear_sent, symbol=Icon.DONE, theme=theme)
        self._lay_out()
        keys = {
            "Del": self.acts.cancel_chosen,
            "Ctrl+C": self.acts.copy_details,
        }
        add_keys(self.table, keys, Context.WidgetShortcut)
        self.refresh()

    def refresh(self) -> None:
        """Show the outbox as it now is."""
        picked = [entry.id for entry in self._selected()]
        view = self.view
        fresh = view != self._viewed or not self.model.entries
        self._viewed = view
        listed = [e for e in reversed(self._actions.outbox.entries()) if not e.cleared]
        entries = [entry for entry in listed if entry.state in VIEWS[view]]
        self.model.show(entries, Standing(self._actions.outbox, self._now()))
        self._pick(picked, fresh)
        count = self._actions.outbox.tally()
        self.sum.setText(
            f"{count.queued:,} queued = {count.sent:,} sent + {count.waiting:,} waiting + "
            f"{count.needs_you:,} needs you + {count.cancelled:,} cancelled"
        )
        self._count_views(listed)
        self._show_switches(count, view)
        if entries:
            self._stack.setCurrentWidget(self.table)
        else:
            self._state.show_state(Icon.DONE, *_empty(view, count))
            self._stack.setCurrentWidget(self._state)
        self.acts.show_chosen(self._selected())

    @property
    def view(self) -> str:
        """The name of the view that is chosen."""
        checked = self._views.checkedButton()
        return str(checked.property("view")) if checked else "On its way"

    def choose_view(self, name: str) -> None:
        """Show another view."""
        for one in self._views.buttons():
            if one.property("view") == name:
                one.setChecked(True)
        self.refresh()

    def bring(self, wanted: Entry) -> None:
        """Show one entry, in the view that it stands in."""
        self.choose_view(next(name for name, states in VIEWS.items() if wanted.state in states))
        for at, entry in enumerate(self.model.entries):
            if entry.id == wanted.id:
                self.table.selectRow(at)

    def showEvent(self, event: QShowEvent) -> None:
        """Select the newest row for whoever comes to look."""
        super().showEvent(event)
        self._viewed = ""
        self.refresh()

    def _selected(self) -> list[Entry]:
        return [index.data(EntryRole) for index in self.table.selectionModel().selectedRows()]

    def _pick(self, ids: list[str], fresh: bool) -> None:
        """Select what was selected; the model forgets it when rows come or go."""
        selection, select = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        wanted = set(ids)
        for at, entry in enumerate(self.model.entries) if wanted else ():
            if entry.id not in wanted:
                continue
            index = self.model.index(at, 0)
            if not selection.isRowSelected(at):
                if not selection.currentIndex().isValid():
                    selection.setCurrentIndex(index, select.NoUpdate)
                selection.select(index, select.Select | select.Rows)
        # The reason stands below for what is selected: the newest is what people look for. Not
        # where a selected row has gone: a second click on Cancel must not hit its neighbour. And
        # not while nobody looks: what is the newest then may be any row later.
        if fresh and self.isVisible() and self.model.entries and not selection.hasSelection():
            self.table.selectRow(0)

    def _count_views(self, listed: list[Entry]) -> None:
        counts = Counter(entry.state for entry in listed)
        for one in self._views.buttons():
            name = str(one.property("view"))
            count = sum(counts[state] for state in VIEWS[name])
            one.setText(f"{name}  {count:,}" if count else name)
            one.setAccessibleName(f"{name}, {count:,}" if count else name)

    def _show_switches(self, count: Tally, view: str) -> None:
        paused = self._actions.outbox.paused
        self._pause.setText("Resume" if paused else "Pause")
        self._pause.setAccessibleName(self._pause.text())
        symbol = Icon.PLAY if paused else Icon.PAUSE
        self._pause.setIcon(spaced_icon(symbol, self._theme.muted))
        self._retry.setVisible(bool(count.needs_you))
        self._clear.setVisible(EntryState.SENT in VIEWS[view] and bool(count.sent))

    def _set_paused(self) -> None:
        verbs = self._actions.outbox
        try:
            verbs.pause(not verbs.paused)
        except AppError as error:
            self.done.emit(error.sentence, None)

    def _retry_all(self) -> None:
        try:
            count = self._actions.outbox.retry_all()
        except AppError as error:
            self.done.emit(error.sentence, None)
            return
        said = f"{count:,} tried again" if count else "Each of these needs a look first."
        self.done.emit(said, None)

    def _clear_sent(self) -> None:
        try:
            count = self._actions.outbox.clear_sent()
        except AppError as error:
            self.done.emit(error.sentence, None)
            return
        self.done.emit(f"{count:,} cleared from the list", None)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        dress(table, self._theme, "Outbox", (Column.STATE,))
        head = table.horizontalHeader()
        for column, width in ((Column.STATE, 108), (Column.WHERE, 84), (Column.SINCE, 90)):
            table.setColumnWidth(column, width)
        head.setSectionResizeMode(Column.WHAT, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(Column.MORE, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().selectionChanged.connect(
            lambda: self.acts.show_chosen(self._selected())
        )
        return table

    def _lay_out(self) -> None:
        views = row(gap=look.TIGHT)
        for name in VIEWS:
            one = button(name, self.refresh, role="flat")
            one.setCheckable(True)
            one.setProperty("view", name)
            self._views.addButton(one)
            views.addWidget(one)
        self._views.buttons()[0].setChecked(True)
        head = card("bar")
        inner = QVBoxLayout(head)
        inner.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        title = label("Outbox", "title")
        inner.addLayout(row(title, self.sum, None, self._clear, self._retry, self._pause))
        views.addStretch(1)
        inner.addLayout(views)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        for widget in (head, self._stack, self.acts):
            outer.addWidget(widget)
        outer.setStretch(1, 1)


def _empty(view: str, count: Tally) -> tuple[str, str]:
    """Say in two sentences why a view is empty."""
    if view != "On its way":
        return _EMPTY[view]
    if count.cancelled:
        were = "was" if count.cancelled == 1 else "were"
        return "Nothing is on its way", f"{count.cancelled:,} {were} cancelled and never sent."
    return "Everything has arrived", "Nothing waits for Qualytics or Jira."
