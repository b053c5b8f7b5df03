"""Where a comment is written: what was typed outlives a change of anomaly, and a crash."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from qjira_gui.domain.errors import AppError
from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.pieces import button, column, row

if TYPE_CHECKING:
    from qjira_gui.actions import Actions

#: Milliseconds after the last key until the words are on disk.
KEEP = 400
_OPEN = "Write a comment. It goes to Qualytics, and from there to every linked ticket."
_CLOSED = "Qualytics takes no comments on archived anomalies."


class CommentBox(QWidget):
    """Belongs to one anomaly at a time."""

    #: A comment was put into the outbox: its entry.
    queued = Signal(object)
    failed = Signal(str)

    def __init__(self, theme: look.Theme, actions: "Actions") -> None:
        """Start without an anomaly."""
        super().__init__()
        self._actions = actions
        self._anomaly_id: int | None = None
        self._closed = False
        self._keep = QTimer(self, singleShot=True, interval=KEEP)
        self._keep.timeout.connect(self._write_down)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Comment")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(72)
        self.text.textChanged.connect(self._on_changed)
        self.send = button("Comment", self._send, symbol=Icon.COMMENT, theme=theme)
        self.send.setToolTip("Ctrl+Enter")
        self.send.setShortcut("Ctrl+Return")
        self.setLayout(column(self.text, row(None, self.send)))

    def show_for(self, anomaly_id: int, *, closed: bool) -> None:
        """Belong to an anomaly, which may be archived and so `closed` to comments."""
        if anomaly_id != self._anomaly_id:
            self._keep_words()
            self._anomaly_id = anomaly_id
            self._fill(self._actions.triage.begun(anomaly_id))
        elif not self.text.toPlainText() and not self._keep.isActive():
            # A comment that was taken back.
            self._fill(self._actions.triage.begun(anomaly_id))
        self._closed = closed
        self.text.setEnabled(not closed)
        self.text.setPlaceholderText(_CLOSED if closed else _OPEN)
        self._show_send()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed last: the window may be about to go."""
        self._keep_words()
        super().hideEvent(event)

    def _fill(self, text: str) -> None:
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
            self._keep.stop()

    def _on_changed(self) -> None:
        self._show_send()
        self._keep.start()

    def _show_send(self) -> None:
        self.send.setEnabled(not self._closed and bool(self.text.toPlainText().strip()))

    def _keep_words(self) -> None:
        """Write down at once what would be written in a moment."""
        if self._keep.isActive():
            self._keep.stop()
            self._write_down()

    def _write_down(self) -> None:
        if self._anomaly_id is None:
            return
        try:
            self._actions.triage.keep_begun(self._anomaly_id, self.text.toPlainText())
        except AppError as error:
            self.failed.emit(error.sentence)

    def _send(self) -> None:
        if self._anomaly_id is None:
            return
        hold = self._actions.settings.current.undo_seconds
        try:
            entry = self._actions.triage.comment(self._anomaly_id, self.text.toPlainText(), hold)
        except AppError as error:
            self.failed.emit(error.sentence)
            return
        self._fill("")
        self.queued.emit(entry)
