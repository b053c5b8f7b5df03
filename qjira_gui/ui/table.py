"""How every table looks and behaves: whole rows, one height, and Tab leaves it."""

from collections.abc import Iterable

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from qjira_gui.ui import theme as look
from qjira_gui.ui.chip import ChipDelegate


def dress(table: QTableView, theme: look.Theme, name: str, chips: Iterable[int]) -> None:
    """Dress a table; `name` is what a screen reader calls it, `chips` the columns of chips."""
    delegate = ChipDelegate(theme, table)
    # Only where it is needed: the other columns are painted without a call into Python.
    for column in {0, *chips}:
        table.setItemDelegateForColumn(column, delegate)
    table.setAccessibleName(name)
    table.setShowGrid(False)
    table.setWordWrap(False)
    # The Tab key leaves the table, as everywhere else.
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(look.ROW_HEIGHT)
    table.horizontalHeader().setHighlightSections(False)
