"""Dialogs that are opened and awaited; a nested event loop would lose other tasks' wake-ups."""

import asyncio
from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QMessageBox, QWidget


async def result(dialog: QDialog) -> int:
    """Open a dialog and return its result code; cancelling the task closes it."""
    finished: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def done(code: int) -> None:
        if not finished.done():
            finished.set_result(code)

    dialog.finished.connect(done)
    dialog.open()
    try:
        return await finished
    finally:
        dialog.hide()
        dialog.deleteLater()


async def ask(parent: QWidget, title: str, text: str, yes: str, no: str = "Cancel") -> bool:
    """Ask a question with two answers that say what they do; return whether it was `yes`."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(title)
    box.setInformativeText(text)
    agreed = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(agreed)
    await result(box)
    return box.clickedButton() is agreed


async def choose(parent: QWidget, title: str, text: str, answers: Sequence[str]) -> int:
    """Ask a question whose answers say what they do; return the place of the chosen one.

    Closing the question in any other way chooses the last, which must be the harmless one.
    """
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(title)
    box.setInformativeText(text)
    buttons = [box.addButton(one, QMessageBox.ButtonRole.ActionRole) for one in answers]
    box.setDefaultButton(buttons[0])
    box.setEscapeButton(buttons[-1])
    await result(box)
    clicked = box.clickedButton()
    return next((at for at, one in enumerate(buttons) if one is clicked), len(answers) - 1)


async def tell(parent: QWidget, title: str, text: str, detail: str = "") -> None:
    """Say something that must be read."""
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(title)
    box.setInformativeText(text)
    if detail:
        box.setDetailedText(detail)
    await result(box)
