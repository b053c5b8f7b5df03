"""Coroutine tests of the window run on Qt's own loop, as the program does."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Callable[[], Any]]]:
    # Otherwise a test that closes its last window stops the loop under whatever it awaits next.
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: QEventLoop(qapp)}
