"""A window with a desk behind it and a server before it, on a clock that only tests turn."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from qjira_gui.actions import Actions
from qjira_gui.clients.http import Wrap
from qjira_gui.desk import Desk
from qjira_gui.practice import PracticeServer
from qjira_gui.session import environment_of
from qjira_gui.store.credentials import Credentials, ThisRun
from qjira_gui.sync.clock import Clock
from qjira_gui.ui import theme as look
from qjira_gui.ui.tasks import TaskScope
from qjira_gui.ui.window import MainWindow
from tests.contract.fixtures import checked_transports
from tests.ui.pages import (
    AnomaliesPageObject,
    CardObject,
    FormObject,
    OutboxPageObject,
    until,
)

#: 2026-11-20 10:00 UTC.
START = 1_795_168_800.0


class TurnedClock(Clock):
    """Stands still until a test turns it; whoever sleeps then looks again."""

    def __init__(self) -> None:
        self.at = START
        self._sleeping: set[asyncio.Event] = set()

    def now(self) -> float:
        return self.at

    async def wait(self, wake: asyncio.Event, until: float | None) -> None:
        if until is not None and until <= self.at:
            return
        self._sleeping.add(wake)
        try:
            await wake.wait()
        finally:
            self._sleeping.discard(wake)

    def turn(self, seconds: float) -> None:
        self.at += seconds
        for wake in self._sleeping:
            wake.set()


Opener = Callable[..., AbstractAsyncContextManager["Bench"]]


@dataclass
class Bench:
    """What a test of the window needs, by name."""

    window: MainWindow
    actions: Actions
    tasks: TaskScope
    errors: list[BaseException]
    server: PracticeServer
    clock: TurnedClock

    @cached_property
    def anomalies(self) -> AnomaliesPageObject:
        return AnomaliesPageObject(self.window)

    @cached_property
    def outbox(self) -> OutboxPageObject:
        return OutboxPageObject(self.window)

    def form(self) -> FormObject:
        return FormObject.of(self.anomalies.side)

    def card(self, site: str) -> CardObject:
        return CardObject(self.window, site)

    async def sent(self) -> None:
        """Wait until everything has arrived."""
        await until(lambda: not self.actions.outbox.tally().waiting)
        stuck = [one.failure for one in self.actions.outbox.unfinished()]
        assert stuck == []
        await self.shown()

    async def shown(self) -> None:
        """Wait until the window shows what the desk knows: changes gather for some milliseconds."""
        await until(lambda: not self.window._refreshing.isActive())

    async def idle(self, *names: str) -> None:
        """Wait until the tasks of these names have ended, all of them without names."""
        await until(lambda: not (self.tasks.names & set(names) if names else self.tasks.names))

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.server.ledger()[kind]
        return found

    def go_offline(self) -> None:
        for site in ("qualytics", "jira"):
            self.server.set_fault(site, "offline")


@asynccontextmanager
async def opened(
    server: PracticeServer,
    profile: Path,
    *,
    environment: Mapping[str, str] | None = None,
    credentials: Credentials | None = None,
    theme: look.Theme = look.LIGHT,
    size: tuple[int, int] = (1100, 560),
    switches: bool = False,
    clock: TurnedClock | None = None,
    wrap: Wrap | None = None,
    undo_seconds: float = 0.0,
) -> AsyncIterator[Bench]:
    """Open a window on a profile; at the end none of its tasks may have failed."""
    known = environment_of(server) if environment is None else environment
    clock, errors = clock or TurnedClock(), list[BaseException]()
    window = MainWindow(theme, clock.now)
    # Few rows are painted quickly; tests that care for sizes choose their own.
    window.resize(*size)
    window.show()
    window.activateWindow()
    with checked_transports() as make:

        def checked(inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
            # Whatever trouble a test makes, what the window sends conforms to the documents.
            # Windows that begin unconnected also go where no document is.
            return make(server, faults=True, inner=inner)

        async with Desk.open(
            profile,
            environment=known,
            clock=clock,
            credentials=credentials or ThisRun(known),
            wrap=wrap or (checked if environment is None else None),
            on_change=window.changed,
        ) as desk:
            tasks = TaskScope(errors.append)
            settings = desk.actions.settings
            settings.keep(replace(settings.current, undo_seconds=undo_seconds))
            try:
                await until(window.isActiveWindow)
                window.attach(desk.actions, tasks, server if switches else None)
                yield Bench(window, desk.actions, tasks, errors, server, clock)
            finally:
                await tasks.aclose()
                window.hide()
    gone: list[bool] = []
    window.destroyed.connect(lambda: gone.append(True))
    window.deleteLater()
    # While the loop still runs: a timer that fires later would find none.
    await until(lambda: gone)
    assert errors == []


def key(pressed: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is, as a person does."""
    QTest.keyClick(focused(), pressed, modifiers)


def keys(text: str) -> None:
    """Type where the focus is."""
    QTest.keyClicks(focused(), text)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None, "nothing has the focus"
    return found


def click(button: QPushButton) -> None:
    """Press a button that can be pressed."""
    assert button.isVisible(), f"{button.text()} is not there"
    assert button.isEnabled(), f"{button.text()} cannot be pressed"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


class Between:
    """Stands between the desk and the wire: `answer` may take a request's place, or None."""

    def __init__(self) -> None:
        self.answer: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.rewrite: Callable[[httpx.Request, Any], Any] | None = None
        self.seen: list[httpx.Request] = []

    def wrap(self, inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        """Go around one more transport."""
        return _Around(self, inner)


class _Around(httpx.AsyncBaseTransport):
    def __init__(self, between: Between, inner: httpx.AsyncBaseTransport) -> None:
        self._between, self._inner = between, inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._between.seen.append(request)
        instead = self._between.answer(request)
        if instead is not None:
            return instead
        answer = await self._inner.handle_async_request(request)
        if self._between.rewrite is None:
            return answer
        await answer.aread()
        await answer.aclose()
        body = self._between.rewrite(request, answer.json())
        return httpx.Response(answer.status_code, json=body)

    async def aclose(self) -> None:
        await self._inner.aclose()
