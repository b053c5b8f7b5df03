"""One anomaly in full: what it is, its tickets, its activity, and every act on it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from qjira_gui.domain.activity import with_pending
from qjira_gui.domain.anomaly import ARCHIVED, Anomaly, AnomalyDetail, Comment, can_change_to
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.link import Link
from qjira_gui.domain.outbox import Entry
from qjira_gui.ui import theme as look
from qjira_gui.ui.activity_view import ActivityView
from qjira_gui.ui.anomaly_sections import (
    Section,
    fill_checks,
    fill_description,
    fill_headline,
    fill_summary,
)
from qjira_gui.ui.comment_box import CommentBox
from qjira_gui.ui.icons import Icon, icon
from qjira_gui.ui.moment import ago
from qjira_gui.ui.pieces import button, column, label, row
from qjira_gui.ui.ticket_card import TicketCard
from qjira_gui.ui.wording import NOUNS, Standing

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.tasks import TaskScope

_UNLISTED = (
    "This Qualytics does not list comments: yours are shown, and what others write there cannot be "
    "passed on to tickets."
)


class AnomalyPanel(QWidget):
    """Shows the row at once and the detail as soon as it has been read."""

    acknowledge_requested = Signal()
    archive_requested = Signal(str)
    ticket_requested = Signal()
    link_requested = Signal()
    unlink_requested = Signal(object)
    outbox_requested = Signal(object)
    #: Something was put into the outbox: (words, entries).
    queued = Signal(str, list)

    def __init__(
        self, theme: look.Theme, actions: "Actions", tasks: "TaskScope", now: Callable[[], float]
    ) -> None:
        """Start without an anomaly."""
        super().__init__()
        self._theme, self._actions, self._tasks, self._now = theme, actions, tasks, now
        self.anomaly: Anomaly | None = None
        self._comments: list[Comment] = []
        self._note = ""
        self._headline = QVBoxLayout()
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        #: Why the detail is older than now; the banner says what is wrong with the site.
        self._stale = label("", "muted", wrap=True)
        self._stale.hide()
        self._summary = Section("Summary")
        self._checks = Section("Failed checks")
        self._description = Section("Description")
        self._tickets = Section("Linked tickets")
        self._activity = Section("Activity")
        self._records = Section("Source records")
        self._view = ActivityView(theme)
        self._view.outbox_requested.connect(self.outbox_requested)
        self._activity.body.addWidget(self._view)
        self._build_acts()
        self._build_comment()
        self._build_records()
        self._lay_out()

    def show_anomaly(self, anomaly: Anomaly) -> None:
        """Show an anomaly; the same one again only renews what is shown."""
        other = self.anomaly is None or self.anomaly.id != anomaly.id
        if other:
            self._comments, self._note = [], "Reading comments…"
            self._problem.hide()
            self._stale.hide()
            self._record_text.hide()
            self._record_button.show()
            self._scroll.verticalScrollBar().setValue(0)
        self.anomaly = anomaly if other else _renewed(self.anomaly, anomaly)
        self._render()
        if other:
            self._tasks.start(self._read(anomaly.id), name="read anomaly", exclusive=True)

    def refresh_background(self) -> None:
        """Show what is on its way and what is linked, as it now is."""
        if self.anomaly is not None:
            self._render_state()

    def write_comment(self) -> None:
        """Put the caret into the comment box."""
        self._scroll.ensureWidgetVisible(self.comment)
        self.comment.setFocus()

    def _render(self) -> None:
        assert self.anomaly is not None
        fill_summary(self._summary, self.anomaly)
        fill_checks(self._checks, self.anomaly, self._theme)
        fill_description(self._description, self.anomaly)
        self._render_state()

    def _render_state(self) -> None:
        assert self.anomaly is not None
        found = self._actions.anomalies
        shown = with_pending(self.anomaly, found.pending().get(self.anomaly.id))
        fill_headline(self._headline, shown, self._theme)
        self.acknowledge.setEnabled(can_change_to(shown, "Acknowledged"))
        self.acknowledge.setText("Restore" if shown.is_archived else "Acknowledge")
        self.archive.setEnabled(not shown.is_archived)
        self._box.show_for(self.anomaly.id, closed=shown.is_archived)
        self._view.show_activity(
            found.events(self.anomaly.id), self._comments, self._now(), self._standing(), self._note
        )
        self._render_tickets(found.links(self.anomaly.id))

    def _standing(self) -> Standing:
        return Standing(self._actions.outbox, self._now())

    def _render_tickets(self, links: list[Link]) -> None:
        self._tickets.clear()
        standing = self._standing()
        waiting: dict[str, Entry] = {}
        assert self.anomaly is not None
        for entry in self._actions.outbox.about(self.anomaly.id):
            if entry.link_id:
                waiting[entry.link_id] = entry
        for link in links:
            last = waiting.get(link.id)
            progress = ""
            if last is not None:
                stands = standing(last)
                progress = f"{NOUNS[last.kind]}: {stands[0].lower()}{stands[1:]}"
            made = TicketCard(link, self._theme, self._now(), progress)
            made.view_requested.connect(self._view_ticket)
            made.unlink_requested.connect(self.unlink_requested)
            self._tickets.body.addWidget(made)
        if not links:
            self._tickets.body.addWidget(label("No tickets linked", "muted"))

    async def _read(self, anomaly_id: int) -> None:
        """Read the detail, the comments and how the tickets stand; each may fail by itself."""
        found = self._actions.anomalies
        try:
            self.anomaly = await found.detail(anomaly_id)
            self._render()
        except AppError as error:
            await self._show_kept(anomaly_id, error)
        try:
            comments = await found.comments(anomaly_id)
            self._comments, self._note = comments or [], "" if comments is not None else _UNLISTED
        except AppError as error:
            kept = await found.kept_comments(anomaly_id)
            if kept is None:
                self._note = f"Comments could not be read. {error.while_reading}"
            else:
                self._comments, age = kept
                self._note = f"Comments as they were {ago(age)}. {error.while_reading}"
        self._render_state()
        links = found.links(anomaly_id)
        if any(link.issue for link in links):
            try:
                await self._actions.tickets.refresh(links)
            except AppError:
                # The cards say how old their status is; the pill says why.
                return
            self._render_tickets(found.links(anomaly_id))

    async def _show_kept(self, anomaly_id: int, error: AppError) -> None:
        """Show the detail as it was last opened, and say how old it is."""
        kept = await self._actions.anomalies.kept_detail(anomaly_id)
        if kept is None:
            self._stale.setText(f"Only the list's columns are shown. {error.while_reading}")
        else:
            self.anomaly, age = kept
            self._render()
            self._stale.setText(f"As it was {ago(age)}. {error.while_reading}")
        self._stale.show()

    async def _read_records(self) -> None:
        assert self.anomaly is not None
        try:
            text = await self._actions.anomalies.source_record(self.anomaly.id)
        except AppError as error:
            text = error.while_reading
        self._record_text.setPlainText(text)
        self._record_text.show()
        self._record_button.hide()

    def _view_ticket(self, link: Link) -> None:
        if link.issue is not None:
            QDesktopServices.openUrl(QUrl(self._actions.tickets.browse(link.issue)))

    def _view_anomaly(self) -> None:
        if self.anomaly is not None:
            QDesktopServices.openUrl(QUrl(self._actions.tickets.web_link(self.anomaly)))

    def _build_acts(self) -> None:
        look_of, emit = self._theme, self.acknowledge_requested.emit
        self.acknowledge = button(
            "Acknowledge", emit, role="primary", symbol=Icon.CHECK, theme=look_of, tip="Key A"
        )
        self.archive = button("Archive", symbol=Icon.ARCHIVE, theme=look_of, tip="Key E")
        menu = QMenu(self.archive)
        for status in ARCHIVED:
            act = menu.addAction(icon(Icon.ARCHIVE, look_of.muted), f"As {status.value}…")
            act.triggered.connect(lambda _=False, s=status.value: self.archive_requested.emit(s))
        self.archive.setMenu(menu)
        self.ticket = button(
            "New ticket", self.ticket_requested.emit, symbol=Icon.PLUS, theme=look_of, tip="Key T"
        )
        self.link = button(
            "Link", self.link_requested.emit, symbol=Icon.LINK, theme=look_of, tip="Key L"
        )
        self.open = button(
            "", self._view_anomaly, role="flat", symbol=Icon.OPEN, theme=look_of,
            tip="Open in Qualytics",
        )  # fmt: skip
        self._tickets.head.addWidget(self.ticket)
        self._tickets.head.addWidget(self.link)

    def _build_comment(self) -> None:
        self._box = CommentBox(self._theme, self._actions)
        self._box.queued.connect(lambda entry: self.queued.emit("Comment queued", [entry]))
        self._box.failed.connect(self._say_problem)
        self.comment, self.send = self._box.text, self._box.send
        self._activity.body.addWidget(self._box)

    def _say_problem(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.show()

    def _build_records(self) -> None:
        def show() -> None:
            self._tasks.start(self._read_records(), name="read records", exclusive=True)

        self._record_button = button(
            "Show source records", show, symbol=Icon.RECORDS, theme=self._theme
        )
        self._record_text = QPlainTextEdit()
        self._record_text.setReadOnly(True)
        self._record_text.setAccessibleName("Source records")
        self._record_text.setFixedHeight(180)
        self._record_text.hide()
        self._records.body.addLayout(row(self._record_button, None))
        self._records.body.addWidget(self._record_text)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setProperty("role", "body")
        # A minimum of its own keeps the layout from asking for more than the panel has.
        inner.setMinimumWidth(1)
        acts = row(self.acknowledge, self.archive, None, self.open)
        inner.setLayout(
            column(
                self._headline, acts, self._problem, self._stale, self._tickets, self._summary,
                self._checks, self._description, self._activity, self._records,
                gap=look.LARGE, margin=look.LARGE,
            )
        )  # fmt: skip
        layout = inner.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self.setLayout(column(self._scroll))


def _renewed(shown: Anomaly | None, row: Anomaly) -> Anomaly:
    """Return the detail that is shown with what the list knows anew: a row has fewer columns."""
    if not isinstance(shown, AnomalyDetail):
        return row
    columns = {name: getattr(row, name) for name in row.__struct_fields__}
    told = {name: value for name, value in columns.items() if value is not None}
    return msgspec.structs.replace(shown, **told)
