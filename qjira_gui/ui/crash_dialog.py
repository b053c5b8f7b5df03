"""Shows a bug once, with a button that copies it; work in progress stays as it is."""

import traceback

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.pieces import button, column, label, row


class CrashDialog(QDialog):
    """One traceback, as text."""

    def __init__(self, parent: QWidget, theme: look.Theme, text: str) -> None:
        """Show `text`, which holds no secret: only the kinds of errors and places in the code."""
        super().__init__(parent)
        self.setWindowTitle("A mistake in QJira")
        self.report = QPlainTextEdit(text)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("What went wrong")
        copy = button("Copy", lambda: QGuiApplication.clipboard().setText(text), theme=theme)
        close = button("Go on", self.accept, role="primary", theme=theme)
        close.setDefault(True)
        self.setLayout(
            column(
                label("QJira made a mistake", "heading"),
                label(
                    "What you did is kept and still goes out. You can go on; if something looks "
                    "wrong, start QJira again. The text below helps whoever looks after QJira.",
                    wrap=True,
                ),
                self.report,
                row(copy, None, close),
                gap=look.MEDIUM,
                margin=look.LARGE,
            )
        )
        self.resize(640, 420)


def report_of(error: BaseException) -> str:
    """Return the traceback as text, the same for the same mistake."""
    return "".join(traceback.format_exception(error))
