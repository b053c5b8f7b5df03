"""Where the window was, and which columns it showed: kept between two starts."""

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from qjira_gui.ui.anomaly_model import Column
from qjira_gui.ui.anomaly_table import AnomalyTable


def places_of(window: QMainWindow, table: AnomalyTable) -> dict[str, str]:
    """Return both as text."""
    return {
        "window": bytes(window.saveGeometry().toBase64().data()).decode(),
        "columns": " ".join(column.name for column in sorted(table.wanted)),
    }


def restore(window: QMainWindow, table: AnomalyTable, places: dict[str, str]) -> None:
    """Put the window where it was; Qt pulls it back from a screen that is gone."""
    if kept := places.get("window"):
        window.restoreGeometry(QByteArray.fromBase64(kept.encode()))
    if columns := places.get("columns"):
        table.wanted = {one for one in Column if one.name in columns.split()}
        table.fit()
