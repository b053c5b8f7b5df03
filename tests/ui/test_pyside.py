"""The installed PySide6 is one that Python survives: PySide6 6.12.0 on 3.11 is not."""

import asyncio
import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from qasync import QEventLoop


def test_none_refcount_not_leaking(qtbot: QtBot) -> None:
    # Every void call into Qt hands None back. PySide6 6.12.0 forgets to take a reference to it, so
    # on Python 3.10 and 3.11 each setText() costs None one of the few thousand it starts with. At
    # zero the interpreter aborts ("deallocating None", exit code 134), and no code can catch that:
    # a table dies after minutes of scrolling, while short smoke tests pass. From 3.12 on None is
    # immortal. Only when this passes on 3.11 without pyproject.toml's limit may the limit go.
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(500):
        label.setText("x")
    assert sys.getrefcount(None) > before - 100


async def test_a_coroutine_test_of_the_window_runs_on_qts_loop() -> None:
    # pytest-asyncio, where it is installed too, would run it on a plain loop, and all would pass.
    assert isinstance(asyncio.get_running_loop(), QEventLoop)
