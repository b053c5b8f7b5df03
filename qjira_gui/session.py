"""One window with one desk behind it: opened, kept running, closed in order."""

import asyncio
import gc
import importlib
import logging
import os
import signal
import sys
import tempfile
import time
from contextlib import AbstractContextManager, AsyncExitStack, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from qjira_gui.logfile import logging_to
from qjira_gui.ui import theme as look
from qjira_gui.ui.crash_dialog import CrashDialog, report_of
from qjira_gui.ui.dialog import result, tell
from qjira_gui.ui.network import NetworkHint
from qjira_gui.ui.quitting import may_quit
from qjira_gui.ui.tasks import TaskScope
from qjira_gui.ui.window import MainWindow

if TYPE_CHECKING:
    from qjira_gui.desk import Desk
    from qjira_gui.domain.errors import AppError
    from qjira_gui.practice import PracticeServer
    from qjira_gui.store.backup import Backup

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
    practice, links = demo, b""
    while True:
        session = Session(window, profile, practice=practice, links=links)
        code = await session.run()
        if session.next_step == "quit":
            return code
        if session.copy is not None:
            await _restore(window, profile, session.copy)
        links = session.links
        practice = practice or session.next_step == "practice"
        places = window.places()
        theme = look.theme_for(session.theme)
        window.hide()
        window.deleteLater()
        look.apply(application, theme)
        window = MainWindow(theme, time.time)
        window.restore_places(places)
        window.show()


async def _restore(window: MainWindow, profile: Path, copy: "Backup") -> None:
    """Put a copy in place of the file; what stands in its way is said, and nothing is lost."""
    from qjira_gui.domain.errors import AppError
    from qjira_gui.store import backup

    try:
        await asyncio.to_thread(backup.restore, profile, copy, time.time())
    except AppError as error:
        window.show()
        await tell(window, "The copy could not be used", error.sentence, error.detail)


class Session:
    """`run()` returns when the window is to go; `next_step` says what comes then."""

    def __init__(
        self, window: MainWindow, profile: Path, *, practice: bool, links: bytes = b""
    ) -> None:
        """With `practice` profile and sites are throw-away ones; `links` is another's export."""
        self.window = window
        self.next_step = "quit"
        self.theme = "system"
        self._code = 0
        #: The copy that somebody wants back; set when `next_step` is "restore".
        self.copy: Backup | None = None
        #: The last session's links as a file, later this one's for the next.
        self.links = links
        self._profile = profile
        self._practice = practice
        self._server: PracticeServer | None = None
        self._ended = asyncio.Event()
        self._seen: set[str] = set()
        self._tasks = TaskScope(self._bug)

    async def run(self) -> int:
        """Open the desk, give it to the window, and wait until somebody has had enough.

        Ends at once where another window has the profile and came forward.
        """
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
                    return self._code
                stack.push_async_callback(self._tasks.aclose)
                with self._found_by_a_second_start():
                    await self._serve(desk)
            return 0
        finally:
            sys.excepthook = before

    async def _open(self, stack: AsyncExitStack) -> "Desk | None":
        from qjira_gui.domain.errors import AppError

        # Half of the start is importing httpx and its kin: the window stays alive meanwhile.
        await asyncio.to_thread(importlib.import_module, "qjira_gui.desk")
        from qjira_gui.desk import Desk
        from qjira_gui.instance import open_or_give_way
        from qjira_gui.store.credentials import ThisRun

        profile, environment = self._profile, dict(os.environ)
        if self._practice:
            folder = tempfile.TemporaryDirectory(prefix="qjira-practice-")
            stack.callback(folder.cleanup)
            profile = Path(folder.name)
            self._server = await asyncio.to_thread(start_practice)
            stack.callback(self._server.stop)
            environment = environment_of(self._server)

        async def enter() -> Desk:
            desk = Desk.open(
                profile,
                on_change=self.window.changed,
                on_trouble=self._on_trouble,
                environment=environment,
                credentials=ThisRun(environment) if self._practice else None,
                at_work=True,
            )
            return await stack.enter_async_context(desk)

        try:
            desk = await open_or_give_way(enter, profile)
        except AppError as error:
            self._code = 1
            await tell(self.window, "QJira cannot start", error.sentence, error.detail)
            return None
        if desk is None:
            self.window.hide()
            return None
        stack.enter_context(logging_to(profile))
        return desk

    def _found_by_a_second_start(self) -> AbstractContextManager[None]:
        from qjira_gui.instance import listening

        # Practice has a profile of its own that nobody else can name.
        return nullcontext() if self._practice else listening(self.window, self._profile)

    async def _serve(self, desk: "Desk") -> None:
        window = self.window
        window.quit_requested.connect(self._on_quit)
        window.practice_requested.connect(lambda: self._end("practice"))
        window.theme_chosen.connect(self._on_theme)
        self._desk = desk
        # After the first paint: reading a picture takes longer than painting without one.
        window.setWindowIcon(QIcon(str(look.RESOURCES / "qjira.png")))
        settings = desk.actions.settings.current
        self.theme = settings.theme
        window.restore_places(settings.geometry)
        window.attach(desk.actions, self._tasks, self._server)
        window.came_or_went.connect(lambda here: desk.come_and_go(foreground=here))
        NetworkHint(window, desk.actions.outbox.look_at_sites)
        if self.links:
            desk.actions.exchange.import_(self.links)
            self.links = b""
        if desk.damage is not None:
            self._tasks.start(self._offer_copy(desk.damage), name="copy")
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

    async def _offer_copy(self, damage: "AppError") -> None:
        """Offer the newest good copy for a file that had to be set aside, until it is answered."""
        from qjira_gui.store import backup
        from qjira_gui.ui.copy_offer import Answer, offer

        found = await asyncio.to_thread(backup.newest, self._profile)
        answer = await offer(self.window, self._desk.actions, damage, found)
        if answer is Answer.USE:
            self.copy, self.links = found, self._desk.actions.exchange.export()
            self._end("restore")
        elif answer is Answer.GO_ON:
            self._desk.actions.settings.damage_answered()

    def _end(self, next_step: str) -> None:
        self.next_step = next_step
        self._ended.set()

    def _on_quit(self) -> None:
        if self._practice:
            self._end("quit")
            return
        self._tasks.start(self._quit_if_allowed(), name="quit", exclusive=True)

    async def _quit_if_allowed(self) -> None:
        if await may_quit(self.window, self._desk.actions.outbox):
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
