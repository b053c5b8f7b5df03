"""Every link: the anomaly's status beside the issue's, and where the two have drifted apart."""

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from qjira_gui.domain.errors import AppError
from qjira_gui.domain.link import Link, drift
from qjira_gui.ui import theme as look
from qjira_gui.ui.anomaly_model import ChipRole
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.moment import ago
from qjira_gui.ui.pieces import StateView, button, card, label, row
from qjira_gui.ui.table import dress

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.tasks import TaskScope

#: The `Link` behind a row.
LinkRole = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns from left to right."""

    TICKET = 0
    JIRA = 1
    SUMMARY = 2
    ANOMALY = 3
    STATUS = 4
    FOUND = 5
    DRIFT = 6


HEADERS = (
    "Ticket",
    "In Jira",
    "Summary",
    "Anomaly",
    "In Qualytics",
    "What was found",
    "Out of step",
)


class TicketModel(QAbstractTableModel):
    """Newest link first."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.links: list[Link] = []

    def show(self, links: list[Link]) -> None:
        """Show these links; where only what is known of them changed, every row stays."""
        if [link.id for link in links] == [link.id for link in self.links]:
            if links != self.links:
                self.links = links
                last = self.index(len(links) - 1, len(Column) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.links = links
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Count the links."""
        return 0 if parent.isValid() else len(self.links)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Name the columns."""
        shown = role == Qt.ItemDataRole.DisplayRole
        if shown and orientation is Qt.Orientation.Horizontal and section < len(HEADERS):
            return HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one cell."""
        if not index.isValid() or index.row() >= len(self.links):
            return None
        link = self.links[index.row()]
        column = Column(index.column())
        if role == LinkRole:
            return link
        if role == ChipRole:
            return _chip(link, column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _text(link, column)
        return None


def _text(link: Link, column: Column) -> str:
    match column:
        case Column.TICKET:
            return link.name
        case Column.JIRA:
            return link.issue.status if link.issue else ""
        case Column.SUMMARY:
            return (link.issue and link.issue.summary) or link.summary
        case Column.ANOMALY:
            return str(link.anomaly_id)
        case Column.STATUS:
            return link.anomaly_status
        case Column.FOUND:
            return link.anomaly_text
        case Column.DRIFT:
            return drift(link)


def _places(links: list[Link]) -> str:
    """Name the sites that links belong to."""
    found = dict.fromkeys(f"{link.jira} with {link.qualytics}" for link in links)
    return ", ".join(found)


def _chip(link: Link, column: Column) -> tuple[str, str] | None:
    text = _text(link, column)
    if not text:
        return None
    if column is Column.JIRA and link.issue is not None:
        return text, f"category:{link.issue.category}"
    if column is Column.STATUS:
        return text, f"status:{text}"
    return None


class TicketsPage(QWidget):
    """Looks only: nothing here changes an issue."""

    #: Somebody wants to see the anomaly (id).
    anomaly_requested = Signal(int)

    def __init__(
        self,
        theme: look.Theme,
        actions: "Actions",
        tasks: "TaskScope",
        now: Callable[[], float],
    ) -> None:
        """Show the links as they are known."""
        super().__init__()
        self._actions, self._tasks, self._now = actions, tasks, now
        self.model = TicketModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        dress(self.table, theme, "Linked tickets", (Column.JIRA, Column.STATUS))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        head = self.table.horizontalHeader()
        widths = {Column.TICKET: 124, Column.JIRA: 130, Column.ANOMALY: 76, Column.STATUS: 124}
        for column, width in {**widths, Column.DRIFT: 190}.items():
            self.table.setColumnWidth(column, width)
        head.setSectionResizeMode(Column.SUMMARY, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(Column.FOUND, QHeaderView.ResizeMode.Stretch)
        self.table.activated.connect(lambda: self._show_anomaly())
        self.table.selectionModel().selectionChanged.connect(lambda: self._enable())
        self._view_button = button("View in Jira", self._view, symbol=Icon.OPEN, theme=theme)
        self._show_button = button(
            "Show anomaly", self._show_anomaly, symbol=Icon.ANOMALIES, theme=theme
        )
        self.state = StateView(theme)
        self.state.show_state(
            Icon.TICKET,
            "No tickets linked",
            "Open a ticket from an anomaly, or link one that exists, and it stands here.",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.state)
        self._stack.addWidget(self.table)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self._count = label("", "muted")
        bar = card("bar")
        inner = QVBoxLayout(bar)
        inner.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        inner.addLayout(
            row(
                label("Tickets", "title"), self._count, None,
                self._view_button,
                self._show_button,
                button("", self.reload, symbol=Icon.REFRESH, theme=theme, tip="Ask Jira again"),
            )
        )  # fmt: skip
        inner.addWidget(self._problem)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(bar)
        outer.addWidget(self._stack)
        outer.setStretch(1, 1)
        self.refresh()

    def refresh(self) -> None:
        """Show the links as they now are."""
        links = sorted(
            (one for held in self._actions.anomalies.all_links().values() for one in held),
            key=lambda link: link.id,
            reverse=True,
        )
        chosen = self._selected()
        self.model.show(links)
        if links and self._selected() is None:
            ids = [link.id for link in links]
            self.table.selectRow(ids.index(chosen.id) if chosen and chosen.id in ids else 0)
        read = [link.issue.checked_at for link in links if link.issue and link.issue.checked_at]
        words = f"{len(links):,} {'link' if len(links) == 1 else 'links'}"
        if read:
            words += f" · Jira's status read {ago(self._now() - min(read))}"
        if away := self._actions.anomalies.links_elsewhere():
            belong = "belongs" if len(away) == 1 else "belong"
            words += f" · {len(away):,} more {belong} to another site: {_places(away)}"
        self._count.setText(words if links or away else "")
        self._enable()
        self._stack.setCurrentWidget(self.table if links else self.state)

    def reload(self) -> None:
        """Ask Jira how the issues stand."""
        self._tasks.start(self._reload(), name="tickets", exclusive=True)

    async def _reload(self) -> None:
        self._problem.hide()
        try:
            await self._actions.tickets.refresh(self.model.links)
        except AppError as error:
            self._problem.setText(f"Jira's status could not be read again: {error.while_reading}")
            self._problem.show()
        self.refresh()

    def _enable(self) -> None:
        chosen = self._selected()
        self._view_button.setEnabled(chosen is not None and chosen.issue is not None)
        self._show_button.setEnabled(chosen is not None)

    def _selected(self) -> Link | None:
        rows = self.table.selectionModel().selectedRows()
        found = rows[0].data(LinkRole) if rows else None
        return found if isinstance(found, Link) else None

    def _view(self) -> None:
        link = self._selected()
        if link is not None and link.issue is not None:
            QDesktopServices.openUrl(QUrl(self._actions.tickets.browse(link.issue)))

    def _show_anomaly(self) -> None:
        link = self._selected()
        if link is not None:
            self.anomaly_requested.emit(link.anomaly_id)
