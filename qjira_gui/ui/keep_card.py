"""Taking links to another computer, bringing them here, and what helps somebody else to help."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QPlainTextEdit, QWidget

from qjira_gui.domain.errors import AppError
from qjira_gui.ui import theme as look
from qjira_gui.ui.dialog import result
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.pieces import button, column, label, row

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.tasks import TaskScope

_FILES = "QJira links (*.json)"


class DiagnosticsDialog(QDialog):
    """Shows what would be copied before it is copied."""

    def __init__(self, parent: QWidget, theme: look.Theme, text: str) -> None:
        """`text` holds no secret."""
        super().__init__(parent)
        self.setWindowTitle("Diagnostics")
        self.report = QPlainTextEdit(text)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Diagnostics")
        copy = button(
            "Copy", lambda: QGuiApplication.clipboard().setText(text), symbol=Icon.COPY, theme=theme
        )
        close = button("Close", self.accept, role="primary", theme=theme)
        close.setDefault(True)
        self.setLayout(
            column(
                label("Diagnostics", "heading"),
                label("No token, no e-mail address and no comment is in it.", "muted"),
                self.report,
                row(copy, None, close),
                gap=look.MEDIUM,
                margin=look.LARGE,
            )
        )
        self.resize(640, 440)


class KeepCard(QFrame):
    """Three buttons and a line that says how it went."""

    def __init__(self, theme: look.Theme, actions: "Actions", tasks: "TaskScope") -> None:
        """Offer them."""
        super().__init__()
        self.setProperty("role", "card")
        self._theme, self._actions, self._tasks = theme, actions, tasks
        self.note = label("", "muted", wrap=True)
        self.note.hide()

        def start(name: str) -> None:
            self._tasks.start(getattr(self, f"_{name}")(), name=name, exclusive=True)

        acts = row(
            button("Export links…", lambda: start("export")),
            button("Import links…", lambda: start("import")),
            button("Diagnostics…", lambda: start("diagnose"), symbol=Icon.INFO, theme=theme),
            None,
        )
        explained = (
            "Links and history as a file, for another computer or a colleague. What is there "
            "already is not added twice."
        )
        self.setLayout(
            column(
                label("Links and help", "heading"),
                label(explained, "muted", wrap=True),
                acts,
                self.note,
                gap=look.MEDIUM,
                margin=look.LARGE,
            )
        )

    async def _export(self) -> None:
        place = await self._ask_file("Export links", save=True)
        if place is None:
            return
        raw = self._actions.exchange.export()
        try:
            await asyncio.to_thread(place.write_bytes, raw)
        except OSError as error:
            self._say(f"The file could not be written: {error.strerror}. Choose another place.")
            return
        self._say(f"Links and history are in {place}.")

    async def _import(self) -> None:
        place = await self._ask_file("Import links", save=False)
        if place is None:
            return
        try:
            raw = await asyncio.to_thread(place.read_bytes)
            got = self._actions.exchange.import_(raw)
        except OSError as error:
            self._say(f"The file could not be read: {error.strerror}.")
            return
        except AppError as error:
            self._say(error.sentence)
            return
        self._say(f"{got.links_added:,} links added, {got.links_known:,} were here already.")

    async def _diagnose(self) -> None:
        await result(DiagnosticsDialog(self, self._theme, self._actions.diagnostics.text()))

    async def _ask_file(self, title: str, *, save: bool) -> Path | None:
        dialog = QFileDialog(self, title)
        dialog.setNameFilter(_FILES)
        dialog.setDefaultSuffix("json")
        if save:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.selectFile("qjira-links.json")
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        code = await result(dialog)
        chosen = dialog.selectedFiles() if code else []
        return Path(chosen[0]) if chosen else None

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.show()
