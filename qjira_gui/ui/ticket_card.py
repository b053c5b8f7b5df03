"""A linked ticket as a card: key, how it stands in Jira, and what can be done with the link."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from qjira_gui.domain.link import Link, Origin
from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.moment import ago
from qjira_gui.ui.pieces import button, chip, column, label, row


class TicketCard(QFrame):
    """One link; the card never changes the issue."""

    view_requested = Signal(object)
    unlink_requested = Signal(object)

    def __init__(self, link: Link, theme: look.Theme, now: float, progress: str) -> None:
        """`progress` says what is on its way to this issue, empty for nothing."""
        super().__init__()
        self.setProperty("role", "card")
        self.link = link
        key = label(link.name, "heading", select=True)
        head = row(key)
        issue = link.issue
        if issue is not None and issue.status:
            head.addWidget(chip(issue.status, look.category_tone(theme, issue.category)))
        elif issue is None:
            waits = "Waiting for its key" if link.origin is Origin.CREATED else "Not looked up yet"
            head.addWidget(chip(waits, theme.amber))
        head.addStretch(1)
        if issue is not None:
            view = button(
                "", role="flat", symbol=Icon.OPEN, theme=theme, tip=f"View {issue.key} in Jira"
            )
            view.clicked.connect(lambda: self.view_requested.emit(link))
            head.addWidget(view)
        unlink = button("", role="flat", symbol=Icon.UNLINK, theme=theme, tip=f"Unlink {link.name}")
        unlink.clicked.connect(lambda: self.unlink_requested.emit(link))
        head.addWidget(unlink)
        lines = column(head, gap=look.TIGHT, margin=look.MEDIUM)
        summary = (issue and issue.summary) or link.summary
        if summary:
            lines.addWidget(label(summary, wrap=True))
        how = "Opened from here" if link.origin is Origin.CREATED else "Linked"
        if issue is not None and issue.checked_at:
            how += f" · Jira's status read {ago(now - issue.checked_at)}"
        lines.addWidget(label(how, "caption"))
        if progress:
            lines.addWidget(label(progress, "caption", wrap=True))
        self.setLayout(lines)
