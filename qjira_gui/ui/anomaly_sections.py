"""The read-only parts of the detail: headline, summary, failed checks, description."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from qjira_gui.domain.anomaly import Anomaly, AnomalyDetail
from qjira_gui.ui import theme as look
from qjira_gui.ui.moment import full
from qjira_gui.ui.pieces import card, chip, column, empty, label, row


class Section(QWidget):
    """A heading and what stands under it; hidden while there is nothing."""

    def __init__(self, title: str) -> None:
        """Show only the heading."""
        super().__init__()
        self.body = QVBoxLayout()
        self.body.setSpacing(look.SMALL)
        self.heading = label(title.upper(), "section")
        self.head = row(self.heading, None)
        self.setLayout(column(self.head, self.body, gap=look.SMALL))

    def clear(self) -> None:
        """Take out what stands under the heading."""
        empty(self.body)


def fill_headline(layout: QVBoxLayout, anomaly: Anomaly, theme: look.Theme) -> None:
    """Show what was found, and how it stands."""
    empty(layout)
    chips = row(chip(anomaly.status or "No status", look.status_tone(theme, anomaly.status)))
    if anomaly.weight is not None:
        tone = look.severity_tone(theme, anomaly.weight)
        chips.addWidget(chip(f"Severity {anomaly.weight:g}", tone))
    if anomaly.type:
        chips.addWidget(chip(anomaly.type.capitalize(), theme.neutral))
    chips.addStretch(1)
    layout.addLayout(chips)
    layout.addWidget(label(anomaly.text or "No message", "heading", wrap=True, select=True))


def fill_summary(section: Section, anomaly: Anomaly) -> None:
    """Show the facts as a grid of names and values; what is not known is left out."""
    section.clear()
    count = anomaly.anomalous_records_count
    facts = {
        "Anomaly": str(anomaly.id),
        "Datastore": anomaly.datastore_name,
        "Table": anomaly.table_name,
        "Location": _location(anomaly),
        "Fields": ", ".join(anomaly.field_names),
        "Records": "" if count is None else f"{count:,}",
        "Detected": full(anomaly.created),
        "Scan": _scan(anomaly),
        "Tags": ", ".join(anomaly.tag_names),
        "Assignees": ", ".join(anomaly.assignee_names),
    }
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.LARGE)
    grid.setVerticalSpacing(look.TIGHT)
    grid.setColumnStretch(1, 1)
    for name, value in facts.items():
        if value:
            at = grid.rowCount()
            grid.addWidget(label(name, "muted"), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(value, wrap=True, select=True), at, 1)
    section.body.addLayout(grid)


def fill_checks(section: Section, anomaly: Anomaly, theme: look.Theme) -> None:
    """Show each failed check: its rule and what it said."""
    section.clear()
    for check in anomaly.checks:
        frame = card()
        rule = (check.quality_check and check.quality_check.rule_type) or "check"
        head = row(chip(rule_words(rule), theme.neutral), None)
        inner = column(head, gap=look.TIGHT, margin=look.SMALL)
        inner.addWidget(label(check.message or "No message", wrap=True, select=True))
        frame.setLayout(inner)
        section.body.addWidget(frame)
    section.setVisible(bool(anomaly.checks))


def fill_description(section: Section, anomaly: Anomaly) -> None:
    """Show the description that somebody wrote in Qualytics."""
    section.clear()
    if anomaly.description:
        section.body.addWidget(label(anomaly.description, wrap=True, select=True))
    section.setVisible(bool(anomaly.description))


def rule_words(rule: str) -> str:
    """Return a rule's name as words: `timeDistributionSize` is how the API writes it."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in rule)
    return words[:1].upper() + words[1:]


def _location(anomaly: Anomaly) -> str:
    if isinstance(anomaly, AnomalyDetail) and anomaly.partition is not None:
        return anomaly.partition.name or ""
    return ""


def _scan(anomaly: Anomaly) -> str:
    if not isinstance(anomaly, AnomalyDetail) or anomaly.operation is None:
        return ""
    scan = anomaly.operation
    return f"#{scan.id}, {full(scan.start_time)}" if scan.start_time else f"#{scan.id}"
