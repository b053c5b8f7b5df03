"""One window a profile: a second start finds the first, brings it forward and ends."""

import asyncio
import hashlib
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

from qjira_gui import holder
from qjira_gui.holder import Holder
from qjira_gui.store.opening import AlreadyOpenError

#: Seconds in which whoever has the profile may come to listen, or finish closing, which takes as
#: long as a request under way is given to end.
PATIENCE = 5.0
#: Milliseconds for one answer; a window that is busy for longer counts as one that hangs.
ANSWER = 1000

log = logging.getLogger(__name__)
T = TypeVar("T")


def bring_forward(other: Holder) -> bool:
    """Ask a window to come forward; say whether it did. Waits without running any loop."""
    if not other.server:
        return False
    if sys.platform == "win32":
        # Only who has the user's attention may hand it on: that is this process, not the other.
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(other.pid)
    socket = QLocalSocket()
    socket.connectToServer(other.server)
    if not socket.waitForConnected(ANSWER):
        return False
    # Wayland asks for the same courtesy: a token that the desktop gave to this start.
    socket.write(f"raise {os.environ.get('XDG_ACTIVATION_TOKEN', '')}\n".encode())
    while not socket.canReadLine():
        if not socket.waitForReadyRead(ANSWER):
            break
    answer = _line_of(socket)
    socket.abort()
    # The number comes from a file that only this user may write: nobody else's window can answer.
    return answer == f"raised {other.pid}"


async def open_or_give_way(enter: Callable[[], Awaitable[T]], profile: Path) -> T | None:
    """Return what `enter` opens; None once the window that has the profile came forward.

    Two starts in one instant both get here, and the lock lets one in; a window that is closing
    may need a moment. Raises AlreadyOpenError where nobody answers.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        try:
            return await enter()
        except AlreadyOpenError as error:
            other = holder.read(profile)
            if other is not None and bring_forward(other):
                return None
            if loop.time() - began >= PATIENCE or (other is not None and other.work == "deliver"):
                raise holder.explained(error, other) from error
        await asyncio.sleep(0.05)


@contextmanager
def listening(window: QWidget, profile: Path) -> Iterator[None]:
    """Let a second start find this window; only who has the data file's lock may do so."""
    server = QLocalServer()
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    name = server_name(profile)
    # With the lock in hand, whatever still has this name is what a kill left behind.
    QLocalServer.removeServer(name)
    server.newConnection.connect(lambda: _answer_all(server, window))
    if not server.listen(name):
        log.warning("a second start cannot find this window: %s", server.errorString())
    try:
        with holder.held(
            profile, Holder("window", os.getpid(), time.time(), server.fullServerName())
        ):
            yield
    finally:
        server.close()


def server_name(profile: Path) -> str:
    """Return the name that one profile has on this computer, however its path is spelt."""
    real = os.path.normcase(os.path.realpath(profile))
    return "qjira-" + hashlib.sha256(os.fsencode(real)).hexdigest()[:24]


def come_forward(window: QWidget) -> None:
    """Show a window in front of the others, also one that was minimised."""
    state = window.windowState() & ~Qt.WindowState.WindowMinimized
    window.setWindowState(state | Qt.WindowState.WindowActive)
    window.show()
    window.raise_()
    window.activateWindow()


def _answer_all(server: QLocalServer, window: QWidget) -> None:
    while (socket := server.nextPendingConnection()) is not None:
        _listen_to(socket, window)


def _listen_to(socket: QLocalSocket, window: QWidget) -> None:
    def on_words() -> None:
        if not socket.canReadLine():
            return
        verb, _, token = _line_of(socket).partition(" ")
        if verb == "raise":
            if token and QGuiApplication.platformName().startswith("wayland"):
                os.environ["XDG_ACTIVATION_TOKEN"] = token
            come_forward(window)
            log.info("raised: somebody started QJira a second time")
            socket.write(f"raised {os.getpid()}\n".encode())
            socket.flush()

    socket.readyRead.connect(on_words)
    socket.disconnected.connect(socket.deleteLater)
    # What came before anybody listened is not announced again.
    on_words()


def _line_of(socket: QLocalSocket) -> str:
    return bytes(socket.readLine().data()).decode("utf-8", "replace").strip()
