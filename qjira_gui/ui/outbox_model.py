"""The outbox as a table: what each entry does, where it stands, and since when."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from qjira_gui.domain.outbox import Entry, EntryState
from qjira_gui.ui.anomaly_model import ChipRole
from qjira_gui.ui.moment import clock_time
from qjira_gui.ui.wording import SITE_NAMES, title

#: The `Entry` behind a row.
EntryRole = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex

_TONES = {
    EntryState.WAITING: ("Waiting", "tone:amber"),
    EntryState.SENDING: ("Sending", "tone:blue"),
    EntryState.SENT: ("Sent", "tone:green"),
    EntryState.NEEDS_YOU: ("Needs you", "tone:red"),
    EntryState.CANCELLED: ("Cancelled", "tone:neutral"),
}


class Column(IntEnum):
    """The columns from left to right."""

    STATE = 0
    WHAT = 1
    WHERE = 2
    MORE = 3
    SINCE = 4


HEADERS = ("State", "What", "To", "How it stands", "Since")


class OutboxModel(QAbstractTableModel):
    """Newest first; unchanged rows stay where they are, so a selection survives."""

    def __init__(self, now: Callable[[], float], issue_of: Callable[[Entry], str]) -> None:
        """`issue_of` gives the key of the issue that an entry goes to."""
        super().__init__()
        self._now, self._issue_of = now, issue_of
        self._standing: Callable[[Entry], str] = lambda entry: ""
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry], standing: Callable[[Entry], str]) -> None:
        """Show these, in this order; `standing` says how one stands."""
        self._standing = standing
        if [e.id for e in entries] == [e.id for e in self.entries]:
            self.entries = entries
            if entries:
                last = self.index(len(entries) - 1, len(Column) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Count the entries shown."""
        return 0 if parent.isValid() else len(self.entries)

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
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry = self.entries[index.row()]
        column = Column(index.column())
        if role == EntryRole:
            return entry
        if role == ChipRole:
            return _TONES[entry.state] if column is Column.STATE else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(entry, column)
        return None

    def _text(self, entry: Entry, column: Column) -> str:
        now = self._now()
        match column:
            case Column.STATE:
                return _TONES[entry.state][0]
            case Column.WHAT:
                return title(entry, self._issue_of(entry))
            case Column.WHERE:
                return SITE_NAMES[entry.site]
            case Column.SINCE:
                return clock_time(entry.created_at, now)
            case Column.MORE:
                return self._standing(entry)
