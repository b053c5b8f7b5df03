"""The floor of a first paint: a bare window with a table of 8 columns and 10,000 rows, no more."""

import sys

from PySide6.QtCore import (
    QAbstractTableModel,
    QEventLoop,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

Index = QModelIndex | QPersistentModelIndex
TOP = QModelIndex()


class Rows(QAbstractTableModel):
    def rowCount(self, parent: Index = TOP) -> int:
        return 10_000

    def columnCount(self, parent: Index = TOP) -> int:
        return 8

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return f"row {index.row()}, column {index.column()}"
        return None


class Window(QMainWindow):
    painted = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted.emit()


def main() -> None:
    """Show it, and say so when the turn of the loop that painted it is over, as QJira does."""
    application = QApplication(sys.argv[:1])
    window = Window()
    window.resize(1280, 800)
    table = QTableView()
    rows = Rows(table)
    table.setModel(rows)
    window.setCentralWidget(table)
    loop = QEventLoop()
    window.painted.connect(loop.quit)
    window.show()
    loop.exec()
    print("painted")
    application.quit()
