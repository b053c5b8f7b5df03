"""The list of anomalies: decoding its pages, sorting and filtering it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from bench.figures import Figure, in_turns, milliseconds
from bench.server import pages, practice
from qjira_gui.clients.qualytics import decode_page
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.listing import ListFilter
from qjira_gui.ui.anomaly_model import TEXTS, AnomalyModel, Column

Index = QModelIndex | QPersistentModelIndex
TOP = QModelIndex()
PROXY = "QSortFilterProxyModel over row tuples"
#: A word that some rows have: what people type.
WORD = "null"


class Plain(QAbstractTableModel):
    """What a proxy usually stands on, and as quick as Python lets it be: ready-made texts."""

    def __init__(self, anomalies: Sequence[Anomaly]) -> None:
        super().__init__()
        self._rows = [tuple(text(anomaly) for text in TEXTS.values()) for anomaly in anomalies]

    def rowCount(self, parent: Index = TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = TOP) -> int:
        return 0 if parent.isValid() else len(TEXTS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        return None


def figures() -> Iterator[Figure]:
    with practice(10_000) as at:
        raw = pages(at, 100)
    ours, peer = in_turns(
        lambda: milliseconds(lambda: [decode_page(page) for page in raw]),
        lambda: milliseconds(lambda: [json.loads(page) for page in raw]),
        runs=5,
        warm_ups=1,
    )
    size = sum(map(len, raw)) / 1e6
    yield Figure(f"decode 100 pages of 100 anomalies ({size:.0f} MB)", "json.loads", ours, peer)
    some = [anomaly for page in raw for anomaly in decode_page(page).items]
    yield from sorting_and_filtering(some, "10,000 rows", runs=3)
    many = [replace(a, id=a.id + time * 1_000_000) for time in range(10) for a in some]
    # Once: the proxy's sort alone takes seconds.
    yield from sorting_and_filtering(many, "100,000 rows", runs=1)


def sorting_and_filtering(anomalies: list[Anomaly], rows: str, runs: int) -> Iterator[Figure]:
    """Sort by the message, then search with the sort in force, as the window does."""
    model = AnomalyModel()
    model.replace_all(anomalies)
    plain, proxy = Plain(anomalies), QSortFilterProxyModel()
    proxy.setSourceModel(plain)
    proxy.setFilterKeyColumn(-1)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    ours, peer = in_turns(
        lambda: milliseconds(lambda: model.sort(Column.MESSAGE)),
        lambda: unsort(proxy) + milliseconds(lambda: proxy.sort(Column.MESSAGE)),
        runs,
    )
    yield Figure(f"sort {rows} by message", PROXY, ours, peer)
    ours, peer = in_turns(
        lambda: milliseconds(lambda: model.filter(ListFilter(words=WORD))),
        lambda: milliseconds(lambda: proxy.setFilterFixedString(WORD)),
        runs=1,
    )
    assert 0 < model.rowCount() < len(anomalies)
    assert proxy.rowCount() == model.rowCount()
    yield Figure(f"search {rows} for one word", PROXY, ours, peer)


def unsort(proxy: QSortFilterProxyModel) -> float:
    """A proxy that is sorted already does nothing when asked again; takes no time that counts."""
    proxy.sort(-1)
    return 0.0
