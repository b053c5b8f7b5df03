"""What stands beside the list while several anomalies are selected: acts on all of them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from qjira_gui.domain.anomaly import Anomaly, can_change_to
from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.pieces import button, column, label, row


class SeveralView(QWidget):
    """Each button says how many of them it concerns."""

    acknowledge_requested = Signal()
    archive_requested = Signal()

    def __init__(self, theme: look.Theme) -> None:
        """Start without a selection."""
        super().__init__()
        self._count = label("", "heading")
        self._acknowledge = button(
            "Acknowledge", self.acknowledge_requested.emit, role="primary", symbol=Icon.CHECK,
            theme=theme, tip="Key A",
        )  # fmt: skip
        self._archive = button(
            "Archive…", self.archive_requested.emit, symbol=Icon.ARCHIVE, theme=theme, tip="Key E"
        )
        each = "Each is sent separately: one refusal does not stop the others."
        lines = column(
            self._count,
            label(each, "muted", wrap=True),
            row(self._acknowledge, self._archive, None),
            gap=look.MEDIUM,
            margin=look.LARGE,
        )
        lines.addStretch(1)
        self.setLayout(lines)

    def show_anomalies(self, shown: Sequence[Anomaly]) -> None:
        """Show how many there are, as they stand with what is on its way."""
        self._count.setText(f"{len(shown):,} anomalies selected")
        open_ = sum(can_change_to(anomaly, "Acknowledged") for anomaly in shown)
        _offer(self._acknowledge, "Acknowledge", open_)
        _offer(self._archive, "Archive", sum(not anomaly.is_archived for anomaly in shown), "…")


def _offer(act: QPushButton, verb: str, count: int, more: str = "") -> None:
    text = f"{verb} {count:,}{more}" if count else f"{verb}{more}"
    act.setText(text)
    act.setAccessibleName(text)
    act.setEnabled(bool(count))
