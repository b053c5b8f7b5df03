"""Qualytics and Jira side by side, and what the network asks for."""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from qjira_gui.domain.connection import Network
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Site
from qjira_gui.ui import theme as look
from qjira_gui.ui.connection_card import ConnectionCard
from qjira_gui.ui.keep_card import KeepCard
from qjira_gui.ui.pieces import button, card, column, label, row

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.tasks import TaskScope

UNDO = {
    "Send at once": 0.0,
    "3 seconds": 3.0,
    "5 seconds": 5.0,
    "10 seconds": 10.0,
    "30 seconds": 30.0,
}
THEMES = {"As the system": "system", "Light": "light", "Dark": "dark"}


class ConnectionsPage(QWidget):
    """Everything about reaching the two sites."""

    saved = Signal()
    theme_chosen = Signal(str)

    def __init__(self, theme: look.Theme, actions: "Actions", tasks: "TaskScope") -> None:
        """Show both connections."""
        super().__init__()
        self._actions, self._tasks = actions, tasks
        self.cards = {site: ConnectionCard(theme, site, actions, tasks) for site in Site}
        for one in self.cards.values():
            one.saved.connect(self.saved)
            one.start()
        self.ca_file = QLineEdit()
        self.ca_file.setAccessibleName("CA file")
        self.ca_file.setPlaceholderText("Only if your company's certificates are not in the system")
        self.proxy = QLineEdit()
        self.proxy.setAccessibleName("Proxy")
        self.proxy.setPlaceholderText(
            "Only if the system's setting is not enough: http://host:port"
        )
        self.theme = QComboBox()
        self.theme.setAccessibleName("Appearance")
        for words, value in THEMES.items():
            self.theme.addItem(words, value)
        self.undo = QComboBox()
        self.undo.setAccessibleName("Wait before sending")
        for words, seconds in UNDO.items():
            self.undo.addItem(words, seconds)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self._show_settings()
        self.undo.currentIndexChanged.connect(self._keep_undo)
        self.theme.currentIndexChanged.connect(
            lambda: self.theme_chosen.emit(self.theme.currentData())
        )
        self._lay_out(theme)
        self.refresh()

    def refresh(self) -> None:
        """Show how the sites stand."""
        for site, one in self.cards.items():
            one.show_status(self._actions.connections.status(site))

    def _show_settings(self) -> None:
        settings = self._actions.settings.current
        self.ca_file.setText(settings.network.ca_file)
        self.proxy.setText(settings.network.proxy)
        self.theme.setCurrentIndex(max(0, self.theme.findData(settings.theme)))
        self.undo.setCurrentIndex(max(0, self.undo.findData(settings.undo_seconds)))

    def _keep_undo(self) -> None:
        settings = self._actions.settings
        settings.keep(replace(settings.current, undo_seconds=self.undo.currentData()))

    def _save_network(self) -> None:
        network = Network(self.ca_file.text().strip(), self.proxy.text().strip())
        self._tasks.start(self._use_network(network), name="network", exclusive=True)

    async def _use_network(self, network: Network) -> None:
        self._problem.hide()
        try:
            await self._actions.settings.keep_network(network)
        except AppError as error:  # a file that is none; a password in the proxy's address
            self._problem.setText(f"{error.sentence} What was set before is still in use.")
            self._problem.show()
            return
        await self._actions.connections.open()
        self.saved.emit()

    def _lay_out(self, theme: look.Theme) -> None:
        head = card("bar")
        title = row(label("Connections", "title"), None)
        title.setContentsMargins(look.LARGE, look.MEDIUM, look.LARGE, look.MEDIUM)
        head.setLayout(title)
        sites = row(*self.cards.values(), gap=look.MEDIUM)
        for at in range(len(self.cards)):
            sites.setStretch(at, 1)
        network = card()
        network.setLayout(
            column(
                label("Network", "heading"),
                column(label("CA file (PEM)", "caption"), self.ca_file, gap=2),
                column(label("Proxy", "caption"), self.proxy, gap=2),
                self._problem,
                row(button("Use these", self._save_network), None),
                gap=look.MEDIUM,
                margin=look.LARGE,
            )
        )
        habits = card()
        habits.setLayout(
            column(
                label("Sending and appearance", "heading"),
                row(
                    column(label("Wait before sending, for Undo", "caption"), self.undo, gap=2),
                    column(label("Appearance", "caption"), self.theme, gap=2),
                    None,
                    gap=look.LARGE,
                ),
                gap=look.MEDIUM,
                margin=look.LARGE,
            )
        )
        inner = QWidget()
        inner.setProperty("role", "body")
        keep = KeepCard(theme, self._actions, self._tasks)
        lines = column(sites, habits, network, keep, gap=look.MEDIUM, margin=look.LARGE)
        lines.addStretch(1)
        inner.setLayout(lines)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(head)
        outer.addWidget(scroll)
