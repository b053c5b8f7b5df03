"""Drives the real window through the main job, saves a picture a step, and asks the ledger."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from qasync import QEventLoop

from qjira_gui.practice import PracticeServer
from qjira_gui.tour_ledger import differences
from qjira_gui.ui import theme as look
from qjira_gui.ui.tasks import TaskScope
from qjira_gui.ui.window import MainWindow

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.clients.http import Wrap

#: Seconds that a step may take before the tour gives up on it.
PATIENCE = 15.0
#: Seconds in which an act can be undone: long enough to be seen in a picture.
UNDO = 0.3
#: Seconds between the end of a step and its picture.
SETTLING = 0.1


class TourError(Exception):
    """A step did not show what it must show."""


def run(application: QApplication, pictures: Path, wrap: "Wrap | None" = None) -> int:
    """Take the tour; returns 0 when every step and the ledger agree. Prints a line a step."""
    pictures.mkdir(parents=True, exist_ok=True)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        return runner.run(take(application, pictures, wrap))


async def take(
    application: QApplication,
    pictures: Path,
    wrap: "Wrap | None" = None,
    server: PracticeServer | None = None,
) -> int:
    """Take the tour on the running loop; `wrap` goes around every transport."""
    errors: list[BaseException] = []
    async with AsyncExitStack() as stack:
        own = server or stack.enter_context(PracticeServer(anomalies=1200, seed=7))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="qjira-tour-"))
        look.apply(application, look.LIGHT)
        window = MainWindow(look.LIGHT, time.time)
        stack.callback(window.hide)
        window.resize(1280, 800)
        window.show()
        from qjira_gui.desk import Desk
        from qjira_gui.store.credentials import ThisRun

        desk = await stack.enter_async_context(
            Desk.open(
                Path(folder),
                environment={},
                wrap=wrap,
                credentials=ThisRun({}),
                on_change=window.changed,
            )
        )
        settings = desk.actions.settings
        settings.keep(replace(settings.current, undo_seconds=UNDO))
        tasks = TaskScope(errors.append)
        stack.push_async_callback(tasks.aclose)
        window.attach(desk.actions, tasks, own)
        tour = Tour(application, window, desk.actions, tasks, own, pictures)
        try:
            await tour.all_steps()
        except TourError as error:
            tour.picture("failed")
            print(f"FAILED  {error}", flush=True)
            return 1
        wrong = differences(own.ledger(), tour.did) + [repr(error) for error in errors]
    for line in wrong:
        print(f"DIFFERENT  {line}", flush=True)
    verdict = "differs from" if wrong else "agrees with"
    print(f"The ledger of the practice server {verdict} what was done here.", flush=True)
    return 1 if wrong else 0


class Tour:
    """The steps, in order; `did` collects what the ledger must say at the end."""

    def __init__(
        self,
        application: QApplication,
        window: MainWindow,
        actions: "Actions",
        tasks: TaskScope,
        server: PracticeServer,
        pictures: Path,
    ) -> None:
        """Act on `window` as a person would: by clicks, keys and waiting."""
        self._application, self.window, self._actions = application, window, actions
        self.tasks, self._server, self._pictures = tasks, server, pictures
        self._number = 0
        self.did: dict[str, Any] = {"statuses": [], "comments": [], "linked": {}, "created": []}

    async def all_steps(self) -> None:
        """Walk through the main job."""
        from qjira_gui import tour_steps

        for step in tour_steps.STEPS:
            began = time.monotonic()
            await step(self)
            # What has just changed is laid out and painted before the picture is taken.
            await asyncio.sleep(SETTLING)
            name = step.__name__.replace("_", " ")
            self.picture(step.__name__)
            print(f"{self._number:02d}  {name}  ({time.monotonic() - began:.1f} s)", flush=True)

    @property
    def actions(self) -> "Actions":
        """What the desk can do, for looking only."""
        return self._actions

    @property
    def server(self) -> PracticeServer:
        """The other side."""
        return self._server

    def change_window(self, theme: look.Theme) -> None:
        """Go on in a window of another look, as choosing one in Connections does."""
        self.window.hide()
        look.apply(self._application, theme)
        self.window = MainWindow(theme, time.time)
        self.window.show()
        self.window.attach(self._actions, self.tasks, self._server)

    def picture(self, name: str) -> None:
        """Save what the window shows."""
        self._number += 1
        for widget in self._shown():
            suffix = "" if widget is self.window else "-dialog"
            place = self._pictures / f"{self._number:02d}-{name.replace('_', '-')}{suffix}.png"
            if not widget.grab().save(str(place)):
                raise TourError(f"the picture {place.name} could not be saved")

    def _shown(self) -> Iterator[QWidget]:
        yield self.window
        dialog = self._application.activeModalWidget()
        if dialog is not None and dialog is not self.window:
            yield dialog

    async def until(self, what: str, condition: Callable[[], object]) -> None:
        """Wait until something is true, or say what never was."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise TourError(f"after {PATIENCE:.0f} s still not: {what}")
            await asyncio.sleep(0.01)

    def click(self, button: QPushButton) -> None:
        """Press a button, which must be there and enabled."""
        if not button.isVisible() or not button.isEnabled():
            raise TourError(f"the button “{button.text()}” cannot be pressed")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_into(self, widget: QWidget, text: str) -> None:
        """Type into a field that can be typed into."""
        if not widget.isVisible() or not widget.isEnabled():
            raise TourError(f"“{widget.accessibleName()}” takes no text")
        widget.setFocus()
        for at, line in enumerate(text.split("\n")):
            if at:
                QTest.keyClick(widget, Qt.Key.Key_Return)
            QTest.keyClicks(widget, line)

    def check(self, what: str, truth: object) -> None:
        """Say what is not as it must be."""
        if not truth:
            raise TourError(what)
