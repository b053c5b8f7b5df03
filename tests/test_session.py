"""One window with its desk: it opens, tells what went wrong, changes its look and ends in order."""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from qasync import QEventLoop

from qjira_gui import instance, session
from qjira_gui.actions.connections import VARIABLES
from qjira_gui.desk import Desk
from qjira_gui.practice import PracticeServer
from qjira_gui.session import Session, environment_of
from qjira_gui.store import appearance
from qjira_gui.store.credentials import ThisRun
from qjira_gui.ui import theme as look
from qjira_gui.ui.anomaly_model import Column
from qjira_gui.ui.crash_dialog import CrashDialog
from qjira_gui.ui.window import MainWindow
from tests.ui.pages import named, press, until, words

Widget = TypeVar("Widget", bound=QDialog)


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Callable[[], Any]]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: QEventLoop(qapp)}


@pytest.fixture(scope="module")
def server() -> Iterator[PracticeServer]:
    with PracticeServer(anomalies=40, seed=7) as running:
        yield running


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, server: PracticeServer) -> Iterator[None]:
    """The environment leads to the practice server, and what a session tunes is tuned back."""
    server.reset()
    for name, value in environment_of(server).items():
        monkeypatch.setenv(name, value)
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    gc.enable()


def a_window() -> MainWindow:
    window = MainWindow(look.LIGHT, time.time)
    window.show()
    return window


@asynccontextmanager
async def running(profile: Path, links: bytes = b"") -> AsyncIterator[Session]:
    """A session at work; it must end well."""
    made = Session(a_window(), profile, practice=False, links=links)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(made.run())
        await until(lambda: made.window.anomalies.model.rows)
        try:
            yield made
        finally:
            made._end(made.next_step)
        assert await task == 0
    made.window.deleteLater()


def shown(kind: type[Widget]) -> list[Widget]:
    found = (top for top in QApplication.topLevelWidgets() if isinstance(top, kind))
    return [dialog for dialog in found if dialog.isVisible()]


async def the(kind: type[Widget]) -> Widget:
    """Wait for a dialog, and return it."""
    await until(lambda: shown(kind))
    (found,) = shown(kind)
    return found


def answer(box: QMessageBox, text: str) -> None:
    (button,) = [button for button in box.buttons() if button.text().replace("&", "") == text]
    button.click()


async def test_a_window_that_has_nothing_to_lose_closes_without_a_question(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        one.window.close()
        await until(one._ended.is_set)
        assert one.next_step == "quit"
    assert not one.window.isVisible()


async def test_quitting_with_acts_on_their_way_says_how_many_and_keeps_them(
    tmp_path: Path, server: PracticeServer
) -> None:
    async with running(tmp_path) as one:
        for site in ("qualytics", "jira"):
            server.set_fault(site, "offline")
        ids = [row.id for row in one.window.anomalies.model.rows[:3]]
        one._desk.actions.triage.acknowledge(ids)
        one.window.close()
        box = await the(QMessageBox)
        assert box.text() == "Quit with 3 acts still on the way?"
        assert "kept on this computer" in box.informativeText()
        answer(box, "Stay")
        await until(lambda: not shown(QMessageBox))
        assert not one._ended.is_set()
        one.window.close()
        answer(await the(QMessageBox), "Quit")
        await until(one._ended.is_set)
    server.clear_faults()
    known = environment_of(server)
    async with Desk.open(tmp_path, environment=known, credentials=ThisRun(known)) as desk:
        await until(lambda: desk.actions.outbox.tally().sent == 3)
    assert sorted(event["anomaly"] for event in server.ledger()["status_changes"]) == sorted(ids)


async def test_another_look_rebuilds_the_window_and_is_kept(
    tmp_path: Path, qapp: QApplication
) -> None:
    first = a_window()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(session._sessions(qapp, first, tmp_path, False))
        await until(lambda: first.anomalies.model.rows)
        assert first.connections is not None
        first.connections.theme.setCurrentIndex(first.connections.theme.findData("dark"))
        windows: list[MainWindow] = []

        def dark() -> bool:
            tops = QApplication.topLevelWidgets()
            windows[:] = [
                top
                for top in tops
                if isinstance(top, MainWindow) and top._theme is look.DARK and top.isVisible()
            ]
            return bool(windows and windows[0].anomalies.model.rows)

        await until(dark)
        assert appearance.read(tmp_path) == "dark"
        assert windows[0].connections is not None
        assert windows[0].connections.theme.currentData() == "dark"
        windows[0].close()
        assert await task == 0
        windows[0].deleteLater()
    look.apply(qapp, look.LIGHT)


async def test_exploring_starts_a_practice_server_and_touches_no_real_profile(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name)
    made: list[PracticeServer] = []

    def small() -> PracticeServer:
        made.append(PracticeServer(anomalies=40, seed=7).start())
        return made[0]

    monkeypatch.setattr(session, "start_practice", small)
    first = a_window()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(session._sessions(qapp, first, tmp_path, False))
        await until(lambda: first.welcome is not None and first.welcome.isVisible())
        assert first.welcome is not None
        press(first.welcome.practice)

        def practising() -> MainWindow | None:
            for top in QApplication.topLevelWidgets():
                if isinstance(top, MainWindow) and top.practice is not None:
                    return top if top.anomalies.model.rows else None
            return None

        await until(practising)
        window = practising()
        assert window is not None
        assert window.rail.button("Practice").isVisible()
        window.close()
        assert await task == 0
        window.deleteLater()
    assert made[0]._runner is None
    known: dict[str, str] = {}
    async with Desk.open(tmp_path, environment=known, credentials=ThisRun(known)) as desk:
        assert not desk.actions.connections.configured


async def test_a_bug_in_a_slot_and_one_in_a_task_are_each_shown_once(tmp_path: Path) -> None:
    def stumble() -> None:
        raise ValueError("of a slot")

    def fall() -> None:
        raise KeyError("of the loop")

    async with running(tmp_path):
        for _ in range(3):
            QTimer.singleShot(0, stumble)
        dialog = await the(CrashDialog)
        assert "of a slot" in dialog.report.toPlainText()
        assert "What you did is kept" in words(dialog)
        press(named(dialog, "Copy"))
        assert "ValueError: of a slot" in QGuiApplication.clipboard().text()
        press(named(dialog, "Go on"))
        await until(lambda: not shown(CrashDialog))
        QTimer.singleShot(0, stumble)
        loop = asyncio.get_running_loop()
        for _ in range(3):
            loop.call_soon(fall)
        dialog = await the(CrashDialog)
        assert "of the loop" in dialog.report.toPlainText()
        press(named(dialog, "Go on"))
        await until(lambda: not shown(CrashDialog))


async def test_a_bug_in_a_task_of_the_window_is_shown_too(tmp_path: Path) -> None:
    async def work() -> None:
        raise ZeroDivisionError("of a task")

    async with running(tmp_path) as one:
        one._tasks.start(work(), name="work")
        dialog = await the(CrashDialog)
        assert "of a task" in dialog.report.toPlainText()
        assert dialog.report.isReadOnly()
        press(named(dialog, "Go on"))
        await until(lambda: not shown(CrashDialog))


async def test_the_hooks_are_given_back(tmp_path: Path) -> None:
    before = sys.excepthook
    async with running(tmp_path):
        assert sys.excepthook is not before
    assert sys.excepthook is before


async def test_a_profile_that_is_open_already_is_told_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "PATIENCE", 0.0)
    known: dict[str, str] = {}
    async with Desk.open(tmp_path, environment=known, credentials=ThisRun(known)):
        second = Session(a_window(), tmp_path, practice=False)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(second.run())
            box = await the(QMessageBox)
            assert "QJira cannot start" in box.text()
            assert "already" in box.informativeText()
            answer(box, "OK")
            assert await task == 1
        assert second.next_step == "quit"
    second.window.hide()
    second.window.deleteLater()


async def test_trouble_with_the_disk_is_told_once(tmp_path: Path) -> None:
    from qjira_gui.domain.errors import AppError

    async with running(tmp_path) as one:
        for _ in range(3):
            one._on_trouble(AppError("The disk is full."))
        box = await the(QMessageBox)
        assert box.informativeText() == "The disk is full."
        answer(box, "OK")
        await until(lambda: not shown(QMessageBox))


async def test_the_window_comes_back_with_its_columns(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        one.window.anomalies.table.want(Column.TAGS, True)
    async with running(tmp_path) as later:
        assert Column.TAGS in later.window.anomalies.table.wanted
