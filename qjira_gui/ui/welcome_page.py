"""The first start: connect, or explore with practice data."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.pieces import button, card, column, label, row


class WelcomePage(QWidget):
    """Two ways in, each with what happens then."""

    connect_requested = Signal()
    practice_requested = Signal()

    def __init__(self, theme: look.Theme) -> None:
        """Offer both."""
        super().__init__()
        self.link = button(
            "Connect", self.connect_requested.emit, role="primary", symbol=Icon.CONNECTIONS,
            theme=theme,
        )  # fmt: skip
        self.practice = button(
            "Explore with practice data",
            self.practice_requested.emit,
            symbol=Icon.PRACTICE,
            theme=theme,
        )
        frame = card()
        frame.setFixedWidth(520)
        frame.setLayout(
            column(
                label("From an anomaly to its Jira issue", "title", wrap=True),
                label(
                    "QJira shows what Qualytics found, lets you acknowledge, comment and archive, "
                    "opens and links Jira issues, and keeps them told. What you do is kept on "
                    "this computer until both sides have it, online or not.",
                    wrap=True,
                ),
                self.link,
                label("With your own Qualytics and Jira tokens. Takes two minutes.", "caption"),
                self.practice,
                label(
                    "A small Qualytics and a small Jira on this computer. Nothing leaves it, "
                    "and nothing of it is kept.",
                    "caption",
                    wrap=True,
                ),
                gap=look.MEDIUM,
                margin=32,
            )
        )
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(row(None, frame, None))
        outer.addStretch(3)
