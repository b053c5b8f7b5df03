"""The bar above the list: search, status, and the finer filters behind one button."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon, icon
from qjira_gui.ui.pieces import button, column, row

if TYPE_CHECKING:
    from qjira_gui.domain.listing import ListFilter
    from qjira_gui.domain.page import AnomalyFilter

#: What the status box offers: these the server is asked for.
STATUSES: dict[str, tuple[str, ...]] = {
    "Open": ("Active", "Acknowledged"),
    "Active": ("Active",),
    "Acknowledged": ("Acknowledged",),
    "Archived": ("Resolved", "Invalid", "Discarded", "Duplicate"),
    "Resolved": ("Resolved",),
    "Invalid": ("Invalid",),
    "Discarded": ("Discarded",),
    "Duplicate": ("Duplicate",),
    "All": (),
}
PERIODS = {"Any time": 0, "Last 24 hours": 1, "Last 7 days": 7, "Last 30 days": 30}
#: The boxes filled from the rows: filter field, what it says when nothing is chosen, its name.
BOXES = (
    ("datastore", "Any datastore", "Datastore"),
    ("table", "Any table", "Table"),
    ("type", "Any type", "Type"),
    ("rule", "Any rule", "Rule"),
    ("tag", "Any tag", "Tag"),
    ("assignee", "Anybody", "Assignee"),
)
#: Pixels of width below which only search and status stand above the fold.
NARROW = 860
#: Milliseconds without a key before the list is searched.
TYPING = 150


class FilterBar(QWidget):
    """Emits what was chosen; it knows nothing of the list."""

    #: Finer choices changed; they work on what is loaded.
    changed = Signal()
    #: Another status was chosen; the server has to be asked.
    status_changed = Signal()

    def __init__(self, theme: look.Theme) -> None:
        """Show the search and the status; the finer filters stay folded."""
        super().__init__()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search id, message, table, field, tag…")
        self.search.setAccessibleName("Search anomalies")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(180)
        glass = QAction(icon(Icon.SEARCH, theme.muted), "", self.search)
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.status = self._box("Status", [])
        for name in STATUSES:
            self.status.addItem(f"Status: {name}", name)
        self.period = self._box("Detected", list(PERIODS))
        self._boxes = {field: self._box(name, [every]) for field, every, name in BOXES}
        self._more = button("More filters", self._toggle, symbol=Icon.FILTER, theme=theme)
        self._more.setCheckable(True)
        self._clear = button("Clear", self.clear, role="flat")
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda: self._typing.start())
        self.status.currentIndexChanged.connect(lambda: self.status_changed.emit())
        self.period.currentIndexChanged.connect(lambda: self._chosen())
        self._folded = QWidget()
        self._first = [self._boxes[name] for name in ("datastore", "table")]
        finer = [self._boxes[name] for name in ("type", "rule", "tag", "assignee")]
        self._spare = row(None)
        fine = row(*finer, self.period, self._clear, None)
        self._folded.setLayout(column(self._spare, fine))
        self._folded.hide()
        self._top = row(self.search, self.status, *self._first, self._more)
        self._top.setStretch(0, 1)
        self.setLayout(column(self._top, self._folded))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold two more boxes away where there is no room for them beside the search."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        for at, box in enumerate(self._first):
            if narrow and self._spare.indexOf(box) < 0:
                self._spare.insertWidget(at, box)
            elif not narrow and self._top.indexOf(box) < 0:
                self._top.insertWidget(2 + at, box)

    def wanted(self) -> "AnomalyFilter":
        """Return what the server is asked for."""
        from qjira_gui.domain.page import AnomalyFilter

        return AnomalyFilter(statuses=STATUSES[self.status.currentData()])

    def finer(self) -> "ListFilter":
        """Return what is chosen from the loaded rows."""
        from qjira_gui.domain.listing import ListFilter

        chosen = {name: str(box.currentData() or "") for name, box in self._boxes.items()}
        days = PERIODS[self.period.currentText()]
        since = (datetime.now(UTC) - timedelta(days=days)).isoformat() if days else ""
        return ListFilter(words=self.search.text().strip(), since=since, **chosen)

    def offer(self, found: dict[str, Counter[str]]) -> None:
        """Fill the boxes with what there is and how often; a choice stays chosen."""
        for field, every, _ in BOXES:
            box, counts = self._boxes[field], found[field]
            chosen = box.currentData()
            box.blockSignals(True)
            box.clear()
            box.addItem(every, "")
            if chosen and chosen not in counts:
                counts = Counter({**counts, chosen: 0})
            for value, count in sorted(counts.items()):
                box.addItem(f"{value}  ({count:,})", value)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.blockSignals(False)

    def clear(self) -> None:
        """Choose nothing, but keep the status."""
        for box in (*self._boxes.values(), self.period):
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        self.search.clear()
        self._chosen()

    def choose_status(self, name: str) -> None:
        """Choose a status, as a person would."""
        self.status.setCurrentIndex(self.status.findData(name))

    def ask_for_all(self) -> bool:
        """Choose every status; return whether that is another choice than before."""
        before, every = self.status.currentIndex(), self.status.findData("All")
        self.status.setCurrentIndex(every)
        return before != every

    def choose(self, field: str, value: str) -> None:
        """Set one of the boxes, as a person would."""
        box = self._boxes[field]
        box.setCurrentIndex(max(0, box.findData(value)))

    def _toggle(self) -> None:
        self._folded.setVisible(self._more.isChecked())

    def _chosen(self) -> None:
        count = self.finer().count
        self._more.setText(f"More filters ({count})" if count else "More filters")
        self.changed.emit()

    def _box(self, name: str, items: list[str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(11)
        box.view().setMinimumWidth(240)
        for item in items:
            box.addItem(item, "" if len(items) == 1 else item)
        if len(items) == 1:
            box.currentIndexChanged.connect(lambda: self._chosen())
        return box
