"""Asks how to archive: four statuses that say what they mean, and a comment."""

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QRadioButton, QWidget

from qjira_gui.domain.anomaly import ARCHIVED, AnomalyStatus
from qjira_gui.ui import theme as look
from qjira_gui.ui.pieces import button, column, label, row

#: What each status tells colleagues.
MEANINGS = {
    AnomalyStatus.RESOLVED: "It was real and has been dealt with.",
    AnomalyStatus.INVALID: "It was not a real problem.",
    AnomalyStatus.DISCARDED: "It no longer matters.",
    AnomalyStatus.DUPLICATE: "Another anomaly says the same. Qualytics advises Discarded instead.",
}


class ArchiveDialog(QDialog):
    """Opened and awaited; `status` and `comment` hold the answer."""

    def __init__(self, parent: QWidget, theme: look.Theme, count: int, status: str) -> None:
        """`count` anomalies are to be archived, under `status` unless another is chosen."""
        super().__init__(parent)
        what = "anomaly" if count == 1 else f"{count:,} anomalies"
        self.setWindowTitle(f"Archive {what}")
        self._choices: dict[str, QRadioButton] = {}
        choices = column(gap=look.SMALL)
        for one in ARCHIVED:
            choice = QRadioButton(one.value)
            choice.setChecked(one == status)
            self._choices[one.value] = choice
            meaning = label(MEANINGS[one], "caption", wrap=True)
            meaning.setIndent(24)
            choices.addLayout(column(choice, meaning, gap=0))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Comment")
        self.text.setPlaceholderText("Comment (optional)")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(64)
        self.agree = button("Archive", self.accept, role="primary", theme=theme)
        self.agree.setDefault(True)
        leave = button("Cancel", self.reject, theme=theme)
        note = label(
            "Linked tickets get the status as a comment. Archived anomalies take no more comments; "
            "Restore brings them back.",
            "muted",
            wrap=True,
        )
        self.setLayout(
            column(
                label(f"Archive {what} as", "heading"), choices, self.text, note,
                row(None, leave, self.agree),
                gap=look.MEDIUM, margin=look.LARGE,
            )
        )  # fmt: skip
        self.setMinimumWidth(420)

    @property
    def status(self) -> str:
        """The status chosen."""
        return next(name for name, choice in self._choices.items() if choice.isChecked())

    @property
    def comment(self) -> str:
        """The comment, empty for none."""
        return self.text.toPlainText().strip()
