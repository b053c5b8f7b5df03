"""The switches of the practice server: what may go wrong, and what it has really accepted."""

from typing import Any, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.pieces import button, card, column, label, row

#: What a person can try, in words: kind and options for the server.
TROUBLES: dict[str, tuple[str, dict[str, Any]]] = {
    "Offline (connections are refused)": ("offline", {}),
    "Slow (2 seconds)": ("slow", {"seconds": 2.0}),
    "Asks for a pause (429, Retry-After 10)": ("429", {"retry_after": 10}),
    "Asks for a pause (429, no time named)": ("429", {"retry_after": None}),
    "Server error (500)": ("500", {}),
    "Unavailable (503)": ("503", {}),
    "A web page answers instead": ("html", {}),
    "Connection cut before the request is read": ("cut_before", {}),
    "Connection cut after it was done": ("cut_after", {}),
    "Dead token": ("dead_token", {}),
    "Search lags behind (Jira, 20 seconds)": ("index_lag", {"seconds": 20.0}),
}
SITES = {"Both": ("qualytics", "jira"), "Qualytics": ("qualytics",), "Jira": ("jira",)}
TIMES = {"Until switched off": None, "Once": 1, "3 times": 3, "10 times": 10}
#: What the ledger's events are called here.
KINDS = {
    "issues": "issue opened",
    "comments": "comment in Jira",
    "status_changes": "status set",
    "archives": "archived",
    "anomaly_comments": "comment in Qualytics",
    "hard_deletes": "DESTROYED",
}
#: Milliseconds between two looks at the ledger.
LOOK = 1000


class PracticeSwitches(Protocol):
    """What the page needs of a practice server."""

    def set_fault(
        self, site: str, kind: str, *, method: str, path: str, times: int | None, **options: Any
    ) -> Any:
        """Let something go wrong."""

    def clear_faults(self) -> Any:
        """Let everything work again."""

    def faults(self) -> list[dict[str, Any]]:
        """Return what goes wrong now."""

    def ledger(self) -> dict[str, Any]:
        """Return what was really accepted."""


class PracticePage(QWidget):
    """For trying out, alone: nothing here leaves the computer."""

    def __init__(self, theme: look.Theme, switches: PracticeSwitches) -> None:
        """Show the switches and the ledger."""
        super().__init__()
        self._switches = switches
        self.trouble, self.site, self.times = QComboBox(), QComboBox(), QComboBox()
        for words in TROUBLES:
            self.trouble.addItem(words)
        for words in SITES:
            self.site.addItem(words)
        for words in TIMES:
            self.times.addItem(words)
        for widget, name in (
            (self.trouble, "Trouble"), (self.site, "Site"), (self.times, "How often"),
        ):  # fmt: skip
            widget.setAccessibleName(name)
        self.now = label("", wrap=True)
        self.ledger = QPlainTextEdit()
        self.ledger.setReadOnly(True)
        self.ledger.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.ledger.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.ledger.setAccessibleName("Ledger of the practice server")
        self.on = button("Switch on", self._switch_on, role="primary", theme=theme)
        self.off = button("Everything works again", self._switch_off)
        head = card("bar")
        title = row(
            label("Practice", "title"),
            label("A small Qualytics and a small Jira on this computer.", "muted"),
            None,
        )
        title.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        head.setLayout(title)
        frame = card()
        choose = row(self.trouble, self.site, self.times)
        choose.setStretch(0, 1)
        acts = row(self.on, self.off, None)
        frame.setLayout(
            column(label("Let something go wrong", "heading"), choose, acts, self.now,
                   gap=look.MEDIUM, margin=look.LARGE)
        )  # fmt: skip
        lower = column(
            frame,
            label("What the two servers have really accepted", "heading"),
            self.ledger,
            gap=look.MEDIUM,
            margin=look.LARGE,
        )
        lower.setStretch(2, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(head)
        outer.addLayout(lower)
        self._look = QTimer(self, interval=LOOK)
        self._look.timeout.connect(self.refresh)
        self._look.start()
        self.refresh()

    def refresh(self) -> None:
        """Read what goes wrong and what was accepted."""
        if not self.isVisible() and self.now.text():
            return
        wrong = [f"{one['site']}: {one['kind']}" for one in self._switches.faults()]
        self.now.setText(f"Going wrong now: {', '.join(wrong)}" if wrong else "Everything works.")
        lines = [_line(event) for event in self._switches.ledger().get("events", [])]
        text = "\n".join(reversed(lines)) or "Nothing yet."
        if text != self.ledger.toPlainText():
            self.ledger.setPlainText(text)

    def _switch_on(self) -> None:
        kind, options = TROUBLES[self.trouble.currentText()]
        for site in SITES[self.site.currentText()]:
            self._switches.set_fault(
                site, kind, method="*", path="*", times=TIMES[self.times.currentText()], **options
            )
        self.refresh()

    def _switch_off(self) -> None:
        self._switches.clear_faults()
        self.refresh()


def _line(event: dict[str, Any]) -> str:
    """Return one accepted thing in a line."""
    at = str(event.get("time", ""))[11:19]
    about = event.get("key") or event.get("issue") or event.get("anomaly") or ""
    said = event.get("text") or event.get("summary") or event.get("message")
    said = said or event.get("status") or ""
    name = str(event.get("kind", ""))
    kind = KINDS.get(name, name.replace("_", " "))
    return f"{at}  {kind:<20} {about}  {' '.join(str(said).split())[:140]}"
