"""The table of anomalies: what is shown, how wide, and what the keys do."""

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from qjira_gui.ui import theme as look
from qjira_gui.ui.anomaly_model import HEADERS, AnomalyModel, AnomalyRole, Column
from qjira_gui.ui.table import dress

_WIDTHS = {
    Column.SEVERITY: 90,
    Column.STATUS: 122,
    Column.TYPE: 68,
    Column.MESSAGE: 320,
    Column.DATASTORE: 130,
    Column.TABLE: 130,
    Column.FIELDS: 120,
    Column.RECORDS: 76,
    Column.DETECTED: 104,
    Column.TAGS: 110,
    Column.ASSIGNEES: 120,
    Column.TICKETS: 118,
    Column.SYNC: 92,
}
#: Hidden at first: they matter to some, and the detail shows them to all.
_HIDDEN = (Column.TYPE, Column.FIELDS, Column.TAGS, Column.ASSIGNEES)
#: What makes room for the message in a narrow table, first to last; the rest always stays.
_YIELDING = (
    Column.ASSIGNEES,
    Column.TAGS,
    Column.TYPE,
    Column.FIELDS,
    Column.DATASTORE,
    Column.RECORDS,
    Column.DETECTED,
    Column.TABLE,
    Column.SYNC,
    Column.SEVERITY,
    Column.TICKETS,
)
#: Pixels that the message keeps.
_MESSAGE = 230


class AnomalyTable(QTableView):
    """One line an anomaly; arrows walk, Ctrl and Shift pick several."""

    #: Another set of anomalies is selected (ids).
    picked = Signal(list)
    #: Enter or a double click on a row.
    opened = Signal()

    def __init__(self, model: AnomalyModel, theme: look.Theme) -> None:
        """Show `model`."""
        super().__init__()
        self._anomalies = model
        self.setModel(model)
        chips = (Column.SEVERITY, Column.STATUS, Column.RECORDS, Column.SYNC)
        dress(self, theme, "Anomalies", chips)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.setStretchLastSection(False)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        #: The columns that somebody wants to see; a narrow table shows fewer of them.
        self.wanted = set(Column) - set(_HIDDEN)
        head.setSectionResizeMode(Column.MESSAGE, QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(60)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(
            lambda at: self.column_menu().popup(head.mapToGlobal(at))
        )
        self.setSortingEnabled(True)
        self.sortByColumn(Column.DETECTED, Qt.SortOrder.DescendingOrder)
        self.selectionModel().selectionChanged.connect(lambda: self.picked.emit(self.ids()))
        self.doubleClicked.connect(lambda: self.opened.emit())
        enter = QAction("Open", self)
        enter.setShortcuts([QKeySequence(Qt.Key.Key_Return), QKeySequence(Qt.Key.Key_Enter)])
        enter.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        enter.triggered.connect(lambda: self.opened.emit())
        self.addAction(enter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Begin with the row that is current: Qt's first arrow would pass it by."""
        walking = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home)
        if walking and self._anomalies.order and not self.selectionModel().hasSelection():
            self.selectRow(max(0, self.currentIndex().row()))
            return
        super().keyPressEvent(event)

    def ids(self) -> list[int]:
        """Return the selected anomalies, from top to bottom."""
        rows = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return [index.data(AnomalyRole).id for index in rows]

    def pick(self, ids: list[int]) -> None:
        """Select those of the anomalies that are shown, the first one current."""
        select = QItemSelectionModel.SelectionFlag
        first = True
        for anomaly_id in ids:
            index = self._anomalies.index_of(anomaly_id)
            if not index.isValid():
                continue
            flags = select.Select | select.Rows
            if first:
                self.selectionModel().setCurrentIndex(index, select.Clear | flags)
                first = False
            self.selectionModel().select(index, flags)

    def want(self, column: Column, shown: bool) -> None:
        """Show or hide a column, as far as there is room."""
        (self.wanted.add if shown else self.wanted.discard)(column)
        self.fit()

    def fit(self) -> None:
        """Show the wanted columns, as many as leave the message its room."""
        head = self.horizontalHeader()
        shown = set(self.wanted)
        room = self.viewport().width() - _MESSAGE
        for column in _YIELDING:
            taken = sum(_WIDTHS[one] for one in shown if one is not Column.MESSAGE)
            if taken <= room:
                break
            shown.discard(column)
        for column in Column:
            if head.isSectionHidden(column) != (column not in shown):
                head.setSectionHidden(column, column not in shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the new width."""
        super().resizeEvent(event)
        self.fit()

    def column_menu(self) -> QMenu:
        """Return the menu that shows and hides columns."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in Column:
            action = menu.addAction(HEADERS[column])
            action.setCheckable(True)
            action.setChecked(column in self.wanted)
            action.setEnabled(column is not Column.MESSAGE)
            action.toggled.connect(lambda shown, one=column: self.want(one, shown))
        return menu
