"""Changes the words of something that has not left yet; it waits while they are changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from qjira_gui.domain.editing import words_in
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.ui import theme as look
from qjira_gui.ui.dialog import result
from qjira_gui.ui.pieces import button, column, label, row

if TYPE_CHECKING:
    from qjira_gui.actions import Actions

#: What becomes of the new words.
_NOTES = {
    EntryKind.COMMENT: "It goes to Qualytics, and from there to every linked ticket.",
    EntryKind.ARCHIVE: "It goes to Qualytics with the archiving, and to every linked ticket.",
    EntryKind.ISSUE_COMMENT: "Only this ticket gets these words; Qualytics has the old ones.",
}


class EditDialog(QDialog):
    """Opened and awaited; closes once `save` has taken the words."""

    def __init__(
        self, parent: QWidget, theme: look.Theme, entry: Entry, save: Callable[[str], None]
    ) -> None:
        """Start with the words that the entry has; `save` may raise AppError."""
        super().__init__(parent)
        self.setWindowTitle("Edit comment")
        self._save = save
        self.text = QPlainTextEdit(words_in(entry) or "")
        self.text.setAccessibleName("Comment")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(140)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.agree = button("Save", self._try, role="primary", theme=theme)
        self.agree.setDefault(True)
        self.agree.setShortcut("Ctrl+Return")
        self.agree.setToolTip("Ctrl+Enter")
        leave = button("Cancel", self.reject, theme=theme, tip="It goes out with its old words")
        self.setLayout(
            column(
                label("Edit comment", "heading"),
                self.text,
                label(_NOTES[entry.kind], "muted", wrap=True),
                self.problem,
                row(None, leave, self.agree),
                gap=look.MEDIUM,
                margin=look.LARGE,
            )
        )
        self.resize(480, 300)

    def _try(self) -> None:
        try:
            self._save(self.text.toPlainText())
        except AppError as error:
            self.problem.setText(error.sentence)
            self.problem.show()
            return
        self.accept()


async def edit_words(
    parent: QWidget,
    theme: look.Theme,
    actions: "Actions",
    entry: Entry,
    say: Callable[[str], None],
) -> None:
    """Let somebody change an entry's words; `say` hears how it went."""
    outbox = actions.outbox
    try:
        before = outbox.begin_edit(entry.id)
    except AppError as error:
        say(error.sentence)
        return
    dialog = EditDialog(parent, theme, before, lambda text: outbox.edit(entry.id, text))
    try:
        saved = await result(dialog)
    finally:
        # Nothing, once the new words were taken.
        outbox.leave_edit(before)
    say("Changed. It goes out with its new words." if saved else "Left as it was.")
