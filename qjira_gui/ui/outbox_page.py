"""The outbox: everything on its way, why it waits, and what can be done about it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from qjira_gui.domain.editing import editable
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import UNFINISHED, Entry, EntryKind, EntryState
from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
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
    "All": tuple(EntryState),
}
_EMPTY = {
    "On its way": ("Everything has arrived", "Nothing waits for Qualytics or Jira."),
    "Needs you": ("Nothing needs you", "Refused entries would stand here, with the reason."),
    "Sent": ("Nothing sent yet", "What you do in the list appears here once a server has it."),
    "All": ("Nothing here yet", "What you do in the list appears here."),
}


class OutboxPage(QWidget):
    """Rows in words; the buttons act on the selected ones."""

    #: A ticket or a comment is to be changed: its entry.
    edit_requested = Signal(object)
    said = Signal(str)

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
        self._why = label("", wrap=True, select=True)
        self._detail = label("", "caption", wrap=True, select=True)
        self._make_acts()
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show the outbox as it now is."""
        picked = [entry.id for entry in self._selected()]
        view = self.view
        fresh = view != self._viewed or not self.model.entries
        self._viewed = view
        listed = (e for e in reversed(self._actions.outbox.entries()) if not e.cleared)
        entries = [entry for entry in listed if entry.state in VIEWS[view]]
        self.model.show(entries, Standing(self._actions.outbox, self._now()))
        self._pick(picked, fresh)
        count = self._actions.outbox.tally()
        self.sum.setText(
            f"{count.queued:,} queued = {count.sent:,} sent + {count.waiting:,} waiting + "
            f"{count.needs_you:,} needs you + {count.cancelled:,} cancelled"
        )
        self._pause.setText("Resume" if self._actions.outbox.paused else "Pause")
        self._pause.setAccessibleName(self._pause.text())
        self._retry.setVisible(bool(count.needs_you))
        self._clear.setVisible(EntryState.SENT in VIEWS[view] and bool(count.sent))
        if entries:
            self._stack.setCurrentWidget(self.table)
        else:
            self._state.show_state(Icon.DONE, *_EMPTY[view])
            self._stack.setCurrentWidget(self._state)
        self._show_selected()

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

    def _selected(self) -> list[Entry]:
        return [index.data(EntryRole) for index in self.table.selectionModel().selectedRows()]

    def _pick(self, ids: list[str], fresh: bool) -> None:
        """Select what was selected; the model forgets it when rows come or go."""
        selection, select = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        for at, entry in enumerate(self.model.entries):
            index = self.model.index(at, 0)
            if entry.id in ids and not selection.isRowSelected(at):
                if not selection.currentIndex().isValid():
                    selection.setCurrentIndex(index, select.NoUpdate)
                selection.select(index, select.Select | select.Rows)
        # The reason stands below for what is selected: the newest is what people look for. Not
        # where a selected row has gone: a second click on Cancel must not hit its neighbour.
        if fresh and self.model.entries and not selection.hasSelection():
            self.table.selectRow(0)

    def _show_selected(self) -> None:
        chosen = self._selected()
        one = chosen[0] if len(chosen) == 1 else None
        open_ = [e for e in chosen if e.state in (EntryState.WAITING, EntryState.NEEDS_YOU)]
        stuck = one is not None and one.state is EntryState.NEEDS_YOU
        self._send.setEnabled(bool(open_))
        self._cancel.setEnabled(bool(open_))
        self._copy.setEnabled(one is not None)
        ticket = one is not None and one.kind is EntryKind.ISSUE
        self._edit.setVisible(one is not None and editable(one))
        self._edit.setText("Edit ticket" if ticket else "Edit")
        self._edit.setAccessibleName(self._edit.text())
        doubtful = one is not None and one.in_doubt and bool(open_)
        self._is_there.setVisible(doubtful and stuck)
        self._again.setVisible(doubtful and ticket)
        failure = one.failure if one is not None else None
        self._why.setText(failure.sentence if failure else "")
        self._detail.setText(f"{failure.detail} {failure.request_id}".strip() if failure else "")
        self._why.setVisible(bool(self._why.text()))
        self._detail.setVisible(bool(self._detail.text()))

    def _send_now(self) -> None:
        try:
            self._actions.outbox.send_now([entry.id for entry in self._selected()])
        except AppError as error:
            self.said.emit(error.sentence)

    def _each(self, verb: Callable[[str], object]) -> None:
        for entry in self._selected():
            try:
                verb(entry.id)
            except AppError as error:
                self.said.emit(error.sentence)

    def _cancel_selected(self) -> None:
        self._each(self._actions.outbox.cancel)

    def _set_paused(self) -> None:
        verbs = self._actions.outbox
        try:
            verbs.pause(not verbs.paused)
        except AppError as error:
            self.said.emit(error.sentence)

    def _retry_all(self) -> None:
        count = self._actions.outbox.retry_all()
        self.said.emit(f"{count:,} tried again" if count else "Each of these needs a look first.")

    def _clear_sent(self) -> None:
        self.said.emit(f"{self._actions.outbox.clear_sent():,} cleared from the list")

    def _copy_details(self) -> None:
        texts = [self._actions.outbox.details(entry.id) for entry in self._selected()]
        QGuiApplication.clipboard().setText("\n".join(texts))
        self.said.emit("Details copied")

    def _edit_selected(self) -> None:
        chosen = self._selected()
        if chosen:
            self.edit_requested.emit(chosen[0])

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        dress(table, self._theme, "Outbox", (Column.STATE,))
        head = table.horizontalHeader()
        for column, width in ((Column.STATE, 108), (Column.WHERE, 84), (Column.SINCE, 90)):
            table.setColumnWidth(column, width)
        head.setSectionResizeMode(Column.WHAT, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(Column.MORE, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().selectionChanged.connect(lambda: self._show_selected())
        return table

    def _make_acts(self) -> None:
        theme, verbs = self._theme, self._actions.outbox
        self._pause = button("Pause", self._set_paused, symbol=Icon.PAUSE, theme=theme)
        self._retry = button("Retry all", self._retry_all, symbol=Icon.OUTBOX, theme=theme)
        self._clear = button("Clear sent", self._clear_sent, symbol=Icon.DONE, theme=theme)
        self._send = button("Send now", self._send_now, symbol=Icon.OUTBOX, theme=theme)
        self._edit = button("Edit ticket", self._edit_selected, symbol=Icon.TICKET, theme=theme)
        self._again = button(
            "It is not there: send again",
            lambda: self._each(verbs.send_again),
        )
        self._is_there = button("It is there: done", lambda: self._each(verbs.mark_sent))
        self._cancel = button("Cancel", self._cancel_selected, symbol=Icon.CLOSE, theme=theme)
        self._copy = button("Copy details", self._copy_details, symbol=Icon.COPY, theme=theme)

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
        inner.addLayout(
            row(label("Outbox", "title"), self.sum, None, self._clear, self._retry, self._pause)
        )
        views.addStretch(1)
        inner.addLayout(views)
        foot = card("foot")
        acts = row(
            self._send, self._edit, self._again, self._is_there, self._cancel, None, self._copy
        )
        lower = QVBoxLayout(foot)
        lower.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        for part in (self._why, self._detail):
            lower.addWidget(part)
        lower.addLayout(acts)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        for widget in (head, self._stack, foot):
            outer.addWidget(widget)
        outer.setStretch(1, 1)
