"""The one window: rail, header and pages; there at the first paint, alive once it has a desk."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from qjira_gui.ui import geometry
from qjira_gui.ui import theme as look
from qjira_gui.ui.anomalies_page import AnomaliesPage
from qjira_gui.ui.banner import Banner
from qjira_gui.ui.garbage import Collector
from qjira_gui.ui.header import Pill
from qjira_gui.ui.keys import add_keys
from qjira_gui.ui.pieces import row
from qjira_gui.ui.progress import Progress
from qjira_gui.ui.rail import Rail
from qjira_gui.ui.toast import Toast, Undo

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.domain.drain import Drain
    from qjira_gui.domain.tally import Tally
    from qjira_gui.ui.connections_page import ConnectionsPage
    from qjira_gui.ui.outbox_page import OutboxPage
    from qjira_gui.ui.practice_page import PracticePage, PracticeSwitches
    from qjira_gui.ui.tasks import TaskScope
    from qjira_gui.ui.tickets_page import TicketsPage
    from qjira_gui.ui.welcome_page import WelcomePage

#: Milliseconds in which changes of the background gather before they are shown together.
REFRESH = 30
#: Milliseconds after which ages and due times are said anew.
TICK = 5000
#: Pixels of width below which the rail shows icons only.
NARROW = 1080


class MainWindow(QMainWindow):
    """The window asks, the app quits: closing only emits `quit_requested`."""

    painted = Signal()
    quit_requested = Signal()
    practice_requested = Signal()
    theme_chosen = Signal(str)
    #: Somebody began (True) or ceased to work in the window.
    came_or_went = Signal(bool)

    def __init__(self, theme: look.Theme, now: Callable[[], float]) -> None:
        """Build what the first paint shows: rail, header and an empty list."""
        super().__init__()
        self.setWindowTitle("QJira")
        self.resize(1280, 800)
        self.setMinimumSize(900, 560)
        self._theme, self._now = theme, now
        self._actions: Actions | None = None
        self._tasks: TaskScope | None = None
        self._was_painted = False
        self._refreshing = QTimer(self, singleShot=True, interval=REFRESH)
        self._refreshing.timeout.connect(self.refresh)
        self._ticking = QTimer(self, interval=TICK)
        self._ticking.timeout.connect(self.tick)
        self._ticking.start()
        self._garbage = Collector(self)
        self.rail = Rail(theme)
        self.rail.chosen.connect(self.show_page)
        self.pills = {name: Pill(name, theme) for name in ("Qualytics", "Jira")}
        for pill in self.pills.values():
            pill.clicked.connect(lambda: self.show_page("Connections"))
        self.banner = Banner(theme)
        self.progress = Progress()
        self._drain: Drain | None = None
        self.banner.connections_requested.connect(lambda: self.show_page("Connections"))
        self.banner.try_requested.connect(self._try_now)
        self.banner.resume_requested.connect(self._resume)
        self.anomalies = AnomaliesPage(theme, now)
        self.tickets: TicketsPage | None = None
        self.outbox: OutboxPage | None = None
        self.connections: ConnectionsPage | None = None
        self.practice: PracticePage | None = None
        self.welcome: WelcomePage | None = None
        self.pages = QStackedWidget()
        self.pages.addWidget(self.anomalies)
        self.toast = Toast(self._lay_out())
        add_keys(self, {"Ctrl+Z": self.toast.take_back})
        self.anomalies.done.connect(self._on_done)

    def attach(
        self, actions: "Actions", tasks: "TaskScope", switches: "PracticeSwitches | None" = None
    ) -> None:
        """Bring the pages to life; `switches` are those of a practice server."""
        from qjira_gui.ui.connections_page import ConnectionsPage
        from qjira_gui.ui.errands import Errands
        from qjira_gui.ui.outbox_page import OutboxPage
        from qjira_gui.ui.practice_page import PracticePage
        from qjira_gui.ui.tickets_page import TicketsPage
        from qjira_gui.ui.welcome_page import WelcomePage

        self._actions, self._tasks = actions, tasks
        self.anomalies.attach(actions, tasks)
        self.tickets = TicketsPage(self._theme, actions, tasks, self._now)
        self.outbox = OutboxPage(self._theme, actions, self._now)
        self.outbox.done.connect(self._on_done)
        errands = self._errands = Errands(self, actions, tasks, self._theme)
        self.tickets.anomaly_requested.connect(errands.show_anomaly)
        self.outbox.edit_requested.connect(errands.edit)
        self.outbox.anomaly_requested.connect(errands.show_anomaly)
        self.anomalies.outbox_requested.connect(errands.show_entry)
        self.connections = ConnectionsPage(self._theme, actions, tasks)
        self.connections.saved.connect(self._on_connected)
        self.connections.theme_chosen.connect(self.theme_chosen)
        self.welcome = WelcomePage(self._theme)
        self.welcome.connect_requested.connect(lambda: self.show_page("Connections"))
        self.welcome.practice_requested.connect(self.practice_requested)
        pages: list[QWidget] = [self.tickets, self.outbox, self.connections, self.welcome]
        if switches is not None:
            self.practice = PracticePage(self._theme, switches)
            # Another look means another window, and practice data lives only as long as this one.
            self.connections.theme.setEnabled(False)
            pages.append(self.practice)
        self.rail.offer_practice(switches is not None)
        for page in pages:
            self.pages.addWidget(page)
        self.refresh()
        if actions.connections.configured:
            self.anomalies.reload()
        else:
            self.pages.setCurrentWidget(self.welcome)

    def show_page(self, name: str) -> None:
        """Go to a page of the rail."""
        found: dict[str, QWidget | None] = {
            "Anomalies": self.anomalies,
            "Tickets": self.tickets,
            "Outbox": self.outbox,
            "Connections": self.connections,
            "Practice": self.practice,
        }
        page = found[name]
        if page is None:
            return
        if name == "Anomalies" and self._actions and not self._actions.connections.configured:
            page = self.welcome or page
        self.rail.choose(name)
        self.pages.setCurrentWidget(page)
        self.refresh()
        # Whoever comes by key goes on by key: to the rows, not to the first button.
        if (table := getattr(page, "table", None)) is not None:
            table.setFocus()
        if name == "Tickets" and self.tickets is not None and self.tickets.model.links:
            self.tickets.reload()

    def refresh(self) -> None:
        """Show the outbox, links and pills as they now are."""
        if self._actions is None:
            return
        from qjira_gui.domain.connection import ConnectionState
        from qjira_gui.domain.outbox import Site

        count = self._actions.outbox.tally()
        self.rail.show_badge(count.waiting, count.needs_you)
        began = time.perf_counter()
        self.anomalies.refresh_background()
        for page in (self.tickets, self.outbox, self.connections):
            # The others are refreshed as soon as somebody goes there.
            if page is not None and page is self.pages.currentWidget():
                page.refresh()
        for site, name in ((Site.QUALYTICS, "Qualytics"), (Site.JIRA, "Jira")):
            self.pills[name].show_status(self._actions.connections.status(site), self._now())
        if self._actions.connections.status(Site.QUALYTICS).state is ConnectionState.CONNECTED:
            self.anomalies.loader.reachable()
        found = [self._actions.connections.status(site) for site in Site]
        paused = self._actions.outbox.paused
        self.banner.show_trouble(found, self._now(), paused=paused, waiting=count.waiting)
        self._follow(count, held=not self.banner.isHidden())
        # A backlog of thousands changes many times a second: showing it takes a fifth at most.
        took = 1000 * (time.perf_counter() - began)
        self._refreshing.setInterval(max(REFRESH, int(5 * took)))

    def _follow(self, count: "Tally", *, held: bool) -> None:
        """Show how a backlog goes out, and say when it has."""
        from qjira_gui.domain.drain import Drain, follow

        self._drain, ended = follow(self._drain or Drain(), count, held=held)
        self.progress.show_drain(self._drain)
        if ended:
            self.toast.say(ended)

    def changed(self) -> None:
        """Refresh soon: many changes at once are shown together."""
        if not self._refreshing.isActive():
            self._refreshing.start()

    def tick(self) -> None:
        """Let what speaks of time go on: ages and due times, and whether somebody is here."""
        self.came_or_went.emit(self.isActiveWindow())
        self.anomalies.refresh_count()
        if self.outbox is not None and self.pages.currentWidget() is self.outbox:
            self.outbox.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the app to quit; it closes what must be closed first."""
        event.ignore()
        self.quit_requested.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that something is on the screen."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the notice at its place."""
        super().resizeEvent(event)
        self.toast.place()
        self.rail.set_narrow(self.width() < NARROW)

    def places(self) -> dict[str, str]:
        """Return where the window and its columns are, for the next start."""
        return geometry.places_of(self, self.anomalies.table)

    def restore_places(self, places: dict[str, str]) -> None:
        """Put the window where it was."""
        geometry.restore(self, self.anomalies.table, places)

    def _try_now(self) -> None:
        from qjira_gui.domain.outbox import Site

        assert self._actions is not None
        for site in Site:
            self._actions.outbox.try_now(site)
        self.anomalies.reload()

    def _resume(self) -> None:
        from qjira_gui.domain.errors import AppError

        assert self._actions is not None
        try:
            self._actions.outbox.pause(False)
        except AppError as error:
            self.toast.say(error.sentence)

    def _on_done(self, words: str, undo: object) -> None:
        self.toast.say(words, undo if isinstance(undo, Undo) else None)

    def _on_connected(self) -> None:
        self.refresh()
        self.anomalies.reload()
        self.toast.say("Saved. The pills above say how the sites answer.")

    def _lay_out(self) -> QWidget:
        top = QWidget()
        pills = row(None, *self.pills.values())
        pills.setContentsMargins(look.MEDIUM, look.TIGHT, look.MEDIUM, look.TIGHT)
        top.setLayout(pills)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for part in (top, self.banner, self.progress, self.pages):
            right.addWidget(part)
        right.setStretch(3, 1)
        middle = QWidget()
        whole = row(self.rail, gap=0)
        whole.addLayout(right, 1)
        middle.setLayout(whole)
        self.setCentralWidget(middle)
        return middle
