"""Coroutine tests of the window run on Qt's own loop, as the program does."""

import functools
import gc
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from qjira_gui.practice import PracticeServer
from qjira_gui.ui import theme as look
from tests.ui.bench import START, Bench, Opener, opened


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Callable[[], Any]]]:
    # Otherwise a test that closes its last window stops the loop under whatever it awaits next.
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: QEventLoop(qapp)}


@pytest.fixture(scope="module", autouse=True)
def no_garbage_in_other_threads() -> Iterator[None]:
    """Windows turn Python's own collecting off (see ui/garbage.py); no other test is to notice."""
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(scope="module", autouse=True)
def dressed(request: pytest.FixtureRequest, qapp: QApplication) -> None:
    """The program's look where a module says DRESSED, because sizes or colours count there.

    Elsewhere none: a style sheet costs each window a third of its time.
    """
    if getattr(request.module, "DRESSED", False):
        look.apply(qapp, look.LIGHT)
    else:
        qapp.setStyleSheet("")


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[PracticeServer]:
    """One server for a module, which may name how many anomalies it has: 160 are two pages."""
    count = getattr(request.module, "ANOMALIES", 60)
    with PracticeServer(anomalies=count, seed=7, now=lambda: START) as server:
        yield server


@pytest.fixture
def server(running: PracticeServer) -> Iterator[PracticeServer]:
    """As at its start, faults and ledger included; a failure of its own fails the test."""
    running.reset()
    yield running
    crashes = running.ledger()["crashes"]
    running.clear_faults()
    assert crashes == []


@pytest.fixture
def open_window(server: PracticeServer, tmp_path: Path) -> Opener:
    """Opens windows on one profile, one after the other."""

    def another(**options: Any) -> Any:
        return opened(server, options.pop("profile", tmp_path), **options)

    return another


@pytest.fixture
def bench(open_window: Opener) -> Any:
    """A window that is connected and has read its list; the hook below opens it.

    No async fixture: pytest-qt processes events between a fixture and its test, and a task that
    takes a step then finds no loop running.
    """
    return open_window()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    test = pyfuncitem.obj
    if "bench" in inspect.signature(test).parameters:

        @functools.wraps(test)
        async def with_window(**arguments: Any) -> None:
            made: Bench
            async with arguments.pop("bench") as made:
                await made.anomalies.loaded()
                await test(bench=made, **arguments)

        pyfuncitem.obj = with_window
