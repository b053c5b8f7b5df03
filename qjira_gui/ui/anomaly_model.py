"""The anomalies as a table: sorted and filtered here through one `order` list."""

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from qjira_gui.ui.moment import full, short

if TYPE_CHECKING:
    from qjira_gui.domain.activity import RowState
    from qjira_gui.domain.anomaly import Anomaly
    from qjira_gui.domain.link import Link
    from qjira_gui.domain.listing import ListFilter

#: The `Anomaly` behind a row, so that a view never counts rows or parses text.
AnomalyRole = Qt.ItemDataRole.UserRole
#: What a chip shows: its words and the name of its colours.
ChipRole = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns from left to right."""

    SEVERITY = 0
    STATUS = 1
    TYPE = 2
    MESSAGE = 3
    DATASTORE = 4
    TABLE = 5
    FIELDS = 6
    RECORDS = 7
    DETECTED = 8
    TAGS = 9
    ASSIGNEES = 10
    TICKETS = 11
    SYNC = 12


HEADERS = {
    Column.SEVERITY: "Severity",
    Column.STATUS: "Status",
    Column.TYPE: "Type",
    Column.MESSAGE: "What was found",
    Column.DATASTORE: "Datastore",
    Column.TABLE: "Table",
    Column.FIELDS: "Fields",
    Column.RECORDS: "Records",
    Column.DETECTED: "Detected",
    Column.TAGS: "Tags",
    Column.ASSIGNEES: "Assignees",
    Column.TICKETS: "Tickets",
    Column.SYNC: "On its way",
}
_RIGHT = (Column.RECORDS,)

TEXTS: dict[Column, Callable[["Anomaly"], str]] = {
    Column.SEVERITY: lambda a: f"{a.weight:g}" if a.weight is not None else "",
    Column.STATUS: lambda a: a.status,
    Column.TYPE: lambda a: a.type.capitalize(),
    Column.MESSAGE: lambda a: a.text,
    Column.DATASTORE: lambda a: a.datastore_name,
    Column.TABLE: lambda a: a.table_name,
    Column.FIELDS: lambda a: ", ".join(a.field_names),
    Column.RECORDS: lambda a: _count(a.anomalous_records_count),
    Column.DETECTED: lambda a: short(a.created),
    Column.TAGS: lambda a: ", ".join(a.tag_names),
    Column.ASSIGNEES: lambda a: ", ".join(a.assignee_names),
}
#: What a column sorts by; the others sort by their text.
_KEYS: dict[Column, Callable[["Anomaly"], Any]] = {
    Column.SEVERITY: lambda a: a.weight if a.weight is not None else -1.0,
    Column.RECORDS: lambda a: a.anomalous_records_count or 0,
    Column.DETECTED: lambda a: a.created,
}


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


class AnomalyModel(QAbstractTableModel):
    """Rows come in batches; `order` holds which of them are shown, and where."""

    def __init__(self) -> None:
        """Start empty, newest first."""
        super().__init__()
        self.rows: list[Anomaly] = []
        self.order: list[int] = []
        self._hay: list[str] = []
        self._row_of: dict[int, int] = {}
        #: When the rows were read, in UTC seconds.
        self.read_at = 0.0
        self._filter: ListFilter | None = None
        self._sort: tuple[int, Qt.SortOrder] | None = None
        self._pending: dict[int, RowState] = {}
        self._links: dict[int, list[Link]] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Count the rows shown."""
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Name the columns."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[Column(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one cell."""
        if not index.isValid() or index.row() >= len(self.order):
            return None
        anomaly = self.rows[self.order[index.row()]]
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(anomaly, column)
        if role == AnomalyRole:
            return anomaly
        if role == ChipRole:
            return self._chip(anomaly, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return full(anomaly.created) if column is Column.DETECTED else None
        return None

    def anomaly(self, anomaly_id: int) -> "Anomaly | None":
        """Return a loaded anomaly."""
        place = self._row_of.get(anomaly_id)
        return None if place is None else self.rows[place]

    def index_of(self, anomaly_id: int) -> QModelIndex:
        """Return the index of a shown anomaly, an invalid one where it is not shown."""
        place = self._row_of.get(anomaly_id)
        if place is None or place not in self.order:
            return QModelIndex()
        return self.index(self.order.index(place), 0)

    def replace_all(self, anomalies: Iterable["Anomaly"]) -> None:
        """Show another list."""
        self.beginResetModel()
        self.rows, self._hay, self._row_of, self.order = [], [], {}, []
        self._take_in(anomalies)
        self._arrange()
        self.endResetModel()

    def append(self, anomalies: Sequence["Anomaly"]) -> None:
        """Add a batch behind the others; one that is there already is renewed in its place."""
        again = [anomaly.id for anomaly in anomalies if anomaly.id in self._row_of]
        fresh = self._take_in(anomalies)
        self._touch(again)
        shown = [place for place in fresh if self._passes(place)]
        if not shown:
            return
        start = len(self.order)
        self.beginInsertRows(QModelIndex(), start, start + len(shown) - 1)
        self.order += shown
        self.endInsertRows()

    def settle(self) -> None:
        """Sort again after batches were appended; the selection stays on its rows."""
        if self._sort is not None:
            self.sort(*self._sort)

    def renew(self, anomaly: "Anomaly") -> None:
        """Show an anomaly as it now is."""
        place = self._row_of.get(anomaly.id)
        if place is None:
            return
        self.rows[place] = anomaly
        self._touch([anomaly.id])

    def set_background(
        self, pending: dict[int, "RowState"], links: dict[int, list["Link"]]
    ) -> None:
        """Show what is on its way and what is linked; only rows that change are painted."""
        touched = {
            i
            for i in {*pending, *self._pending, *links, *self._links}
            if pending.get(i) != self._pending.get(i) or links.get(i) != self._links.get(i)
        }
        self._pending, self._links = pending, links
        self._touch(touched)

    def filter(self, wanted: "ListFilter") -> None:
        """Show only what matches."""
        self._filter = wanted
        self.beginResetModel()
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; persistent indexes keep the selection where it was."""
        self._sort = (column, order)
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        kept = [self.order[index.row()] for index in old]
        self._sort_order()
        place = {row: at for at, row in enumerate(self.order)}
        moved = [self.index(place[r], i.column()) for i, r in zip(old, kept, strict=True)]
        self.changePersistentIndexList(old, moved)
        self.layoutChanged.emit()

    def _take_in(self, anomalies: Iterable["Anomaly"]) -> list[int]:
        from qjira_gui.domain.listing import hay

        fresh = []
        for anomaly in anomalies:
            place = self._row_of.get(anomaly.id)
            if place is not None:
                # The list moved while it was paged: the newer answer counts.
                self.rows[place], self._hay[place] = anomaly, hay(anomaly)
                continue
            self._row_of[anomaly.id] = len(self.rows)
            fresh.append(len(self.rows))
            self.rows.append(anomaly)
            self._hay.append(hay(anomaly))
        return fresh

    def _passes(self, place: int) -> bool:
        if self._filter is None:
            return True
        from qjira_gui.domain.listing import matches

        words = self._filter.words.lower().split()
        seen = self._hay[place]
        return all(word in seen for word in words) and matches(self.rows[place], self._filter)

    def _arrange(self) -> None:
        self.order = [place for place in range(len(self.rows)) if self._passes(place)]
        self._sort_order()

    def _sort_order(self) -> None:
        if self._sort is None:
            return
        column, direction = Column(self._sort[0]), self._sort[1]
        key = _KEYS.get(column) or (lambda anomaly: self._text(anomaly, column).lower())
        keys = {place: key(self.rows[place]) for place in self.order}
        self.order.sort(key=keys.__getitem__, reverse=direction == Qt.SortOrder.DescendingOrder)

    def _touch(self, ids: Iterable[int]) -> None:
        wanted = {self._row_of[i] for i in ids if i in self._row_of}
        if not wanted:
            return
        for at, place in enumerate(self.order):
            if place in wanted:
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(Column) - 1))

    def _status(self, anomaly: "Anomaly") -> str:
        state = self._pending.get(anomaly.id)
        return (state and state.status) or anomaly.status

    def _text(self, anomaly: "Anomaly", column: Column) -> str:
        if column is Column.STATUS:
            return self._status(anomaly)
        if column is Column.TICKETS:
            return ", ".join(link.name for link in self._links.get(anomaly.id, ()))
        if column is Column.SYNC:
            return self._sync(anomaly)
        return TEXTS[column](anomaly)

    def _sync(self, anomaly: "Anomaly") -> str:
        state = self._pending.get(anomaly.id)
        if state is None:
            return ""
        if state.needs_you:
            return "Needs you"
        return f"{state.waiting} waiting" if state.waiting > 1 else "Waiting"

    def _chip(self, anomaly: "Anomaly", column: Column) -> tuple[str, str] | None:
        """Return words and a colour rule for the delegate: `kind:value`."""
        text = self._text(anomaly, column)
        if not text:
            return None
        if column is Column.STATUS:
            return text, f"status:{text}"
        if column is Column.SEVERITY:
            return text, f"severity:{anomaly.weight or 0}"
        if column is Column.SYNC:
            return text, "tone:red" if text == "Needs you" else "tone:amber"
        return None

    @staticmethod
    def _alignment(section: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
