"""One window with one desk behind it: opened, kept running, closed in order."""

import asyncio
import gc
import importlib
import logging
import logging.handlers
import os
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from qjira_gui.ui import theme as look
from qjira_gui.ui.crash_dialog import CrashDialog, report_of
from qjira_gui.ui.dialog import ask, result, tell
from qjira_gui.ui.tasks import TaskScope
from qjira_gui.ui.window import MainWindow

if TYPE_CHECKING:
    from qjira_gui.desk import Desk
    from qjira_gui.practice import PracticeServer

log = logging.getLogger(__name__)


def run_sessions(
    application: QApplication, window: MainWindow, profile: Path, *, demo: bool
) -> int:
    """Run windows until somebody quits; returns the exit code."""
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        return runner.run(_sessions(application, window, profile, demo))


async def _sessions(
    application: QApplication, window: MainWindow, profile: Path, demo: bool
) -> int:
    """Another session follows where somebody chose practice data or another look."""
    practice = demo
    while True:
        session = Session(window, profile, practice=practice)
        code = await session.run()
        if session.next_step == "quit":
            return code
        practice = practice or session.next_step == "practice"
        places = window.places()
        theme = look.theme_for(session.theme)
        window.hide()
        window.deleteLater()
        look.apply(application, theme)
        window = MainWindow(theme, time.time)
        window.restore_places(places)
        window.show()


class Session:
    """`run()` returns when the window is to go; `next_step` says what comes then."""

    def __init__(self, window: MainWindow, profile: Path, *, practice: bool) -> None:
        """With `practice` the profile is a throw-away one, and the two sites are local."""
        self.window = window
        self.next_step = "quit"
        self.theme = "system"
        self._profile = profile
        self._practice = practice
        self._server: PracticeServer | None = None
        self._ended = asyncio.Event()
        self._seen: set[str] = set()
        self._tasks = TaskScope(self._bug)

    async def run(self) -> int:
        """Open the desk, give it to the window, and wait until somebody has had enough."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._on_loop_error)
        for signal_ in (signal.SIGINT, signal.SIGTERM):
            # Windows has no such handlers; there Ctrl+C ends the process, and nothing is lost.
            with suppress(NotImplementedError):
                loop.add_signal_handler(signal_, self._end, "quit")
        before, sys.excepthook = sys.excepthook, self._on_exception
        try:
            async with AsyncExitStack() as stack:
                desk = await self._open(stack)
                if desk is None:
                    return 1
                stack.push_async_callback(self._tasks.aclose)
                await self._serve(desk)
            return 0
        finally:
            sys.excepthook = before

    async def _open(self, stack: AsyncExitStack) -> "Desk | None":
        from qjira_gui.domain.errors import AppError

        # Half of the start is importing httpx and its kin: the window stays alive meanwhile.
        await asyncio.to_thread(importlib.import_module, "qjira_gui.desk")
        from qjira_gui.desk import Desk
        from qjira_gui.store.credentials import ThisRun

        profile, environment = self._profile, dict(os.environ)
        if self._practice:
            folder = tempfile.TemporaryDirectory(prefix="qjira-practice-")
            stack.callback(folder.cleanup)
            profile = Path(folder.name)
            self._server = await asyncio.to_thread(start_practice)
            stack.callback(self._server.stop)
            environment = environment_of(self._server)
        try:
            desk = await stack.enter_async_context(
                Desk.open(
                    profile,
                    on_change=self.window.changed,
                    on_trouble=self._on_trouble,
                    environment=environment,
                    credentials=ThisRun(environment) if self._practice else None,
                )
            )
        except AppError as error:
            await tell(self.window, "QJira cannot start", error.sentence, error.detail)
            return None
        _log_to(profile, stack)
        return desk

    async def _serve(self, desk: "Desk") -> None:
        window = self.window
        window.quit_requested.connect(self._on_quit)
        window.practice_requested.connect(lambda: self._end("practice"))
        window.theme_chosen.connect(self._on_theme)
        self._desk = desk
        settings = desk.actions.settings.current
        self.theme = settings.theme
        window.restore_places(settings.geometry)
        window.attach(desk.actions, self._tasks, self._server)
        if desk.damage is not None:
            self._on_trouble(desk.damage)
        if desk.unreadable:
            self._tasks.start(self._tell_unreadable(desk.unreadable), name="unreadable")
        # Collecting all that the start has made takes longer than a frame, and finds nothing.
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)
        try:
            await self._ended.wait()
        finally:
            desk.actions.settings.keep_geometry(window.places())
            window.hide()

    def _end(self, next_step: str) -> None:
        self.next_step = next_step
        self._ended.set()

    def _on_quit(self) -> None:
        waiting = self._desk.actions.outbox.tally().waiting
        if not waiting or self._practice:
            self._end("quit")
            return
        self._tasks.start(self._ask_to_quit(waiting), name="quit", exclusive=True)

    async def _ask_to_quit(self, waiting: int) -> None:
        what = "1 act is" if waiting == 1 else f"{waiting:,} acts are"
        text = (
            "They are kept on this computer and go out when QJira runs again. Until then, "
            "Qualytics and Jira do not know of them."
        )
        if await ask(self.window, f"{what} still on the way", text, "Quit", "Stay"):
            self._end("quit")

    def _on_theme(self, choice: str) -> None:
        from msgspec.structs import replace

        from qjira_gui.store import appearance

        settings = self._desk.actions.settings
        settings.keep(replace(settings.current, theme=choice))
        appearance.write(self._profile, choice)
        self.theme = choice
        self._end("look")

    def _on_trouble(self, error: Any) -> None:
        log.error("%s (%s)", error.sentence, error.detail)
        if error.sentence in self._seen:
            return
        self._seen.add(error.sentence)
        telling = tell(self.window, "Something is wrong on this computer", error.sentence)
        self._tasks.start(telling, name="trouble")

    async def _tell_unreadable(self, count: int) -> None:
        text = (
            f"{count:,} rows of the data file cannot be read by this version of QJira. They stay "
            "in the file untouched; a newer version may know them."
        )
        await tell(self.window, "Some rows cannot be read", text)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._bug(error)

    def _on_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._bug(error if error is not None else RuntimeError(str(context.get("message"))))

    def _bug(self, error: BaseException) -> None:
        """Show each distinct mistake once, and log every one."""
        text = report_of(error)
        log.error("a bug:\n%s", text)
        if text in self._seen or self._ended.is_set():
            return
        self._seen.add(text)
        self._tasks.start(self._show_bug(text), name="crash")

    async def _show_bug(self, text: str) -> None:
        await result(CrashDialog(self.window, look.theme_for(self.theme), text))


def start_practice() -> "PracticeServer":
    """Return a practice server that listens; blocks while its libraries are imported."""
    from qjira_gui.practice import PracticeServer

    server = PracticeServer()
    server.start()
    return server


def environment_of(server: "PracticeServer") -> dict[str, str]:
    """Return the variables that lead a desk to a practice server."""
    return {
        "QUALYTICS_URL": server.qualytics_url,
        "QUALYTICS_TOKEN": server.qualytics_token,
        "JIRA_URL": server.jira_url,
        "JIRA_EMAIL": server.jira_email,
        "JIRA_TOKEN": server.jira_token,
    }


def _log_to(profile: Path, stack: AsyncExitStack) -> None:
    """Write warnings and our own notes to a file that cannot grow without end."""
    handler = logging.handlers.RotatingFileHandler(
        profile / "qjira.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger("qjira_gui").setLevel(logging.INFO)
    stack.callback(handler.close)
    stack.callback(root.removeHandler, handler)
