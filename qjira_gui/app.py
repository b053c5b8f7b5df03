"""The Qt composition root: arguments, first paint, loop, hooks, window, quitting."""

import gc
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qjira_gui import __version__

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


class Arguments(NamedTuple):
    """What the command line asked for."""

    profile: Path | None = None
    demo: bool = False
    tour: Path | None = None
    smoke_test: bool = False
    deliver: bool = False
    minutes: float = 5.0


def parse(argv: Sequence[str]) -> Arguments:
    """Return the arguments; ends the program for `--version`, `--help` and what is none."""
    if not argv:
        # The common start does not wait for argparse.
        return Arguments()
    import argparse

    parser = argparse.ArgumentParser(prog="qjira", description="Qualytics anomalies and Jira.")
    parser.add_argument("--profile", type=Path, metavar="DIR", help="where everything is kept")
    parser.add_argument("--demo", action="store_true", help="start with a practice server")
    parser.add_argument(
        "--tour", type=Path, metavar="DIR", help="drive the window, save pictures in DIR"
    )
    parser.add_argument("--smoke-test", action="store_true", help="show the window once and exit")
    parser.add_argument(
        "--deliver", action="store_true", help="send what waits, without a window, and exit"
    )
    parser.add_argument(
        "--minutes", type=_minutes, default=5.0, metavar="N", help="what --deliver may take at most"
    )
    parser.add_argument("--version", action="version", version=f"QJira {__version__}")
    found = parser.parse_args(argv)
    return Arguments(**vars(found))


def _minutes(text: str) -> float:
    from argparse import ArgumentTypeError

    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 24 * 60:
        raise ArgumentTypeError(f"{text} is not a number of minutes between 0 and 1440")
    return minutes


def has_display() -> bool:
    """Say whether Qt can open a window here; without one it would abort the process."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run QJira; returns the exit code."""
    arguments = parse(sys.argv[1:] if argv is None else argv)
    if arguments.deliver:
        from qjira_gui import deliver

        profile = arguments.profile or default_profile()
        return deliver.run(profile, os.environ, deliver.look_once, minutes=arguments.minutes)
    if not has_display():
        if not (arguments.demo or arguments.tour or arguments.smoke_test):
            print("QJira needs a screen: neither DISPLAY nor WAYLAND_DISPLAY is set.")
            return 1
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if arguments.demo and arguments.tour is None:
            print("There is no screen here, so the demo takes the tour offscreen instead.")
            arguments = arguments._replace(demo=False, tour=Path("build/tour"))
    # Until the first paint everything that is made stays: looking for garbage would be in vain.
    gc.disable()
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("QJira")
    application.setApplicationVersion(__version__)
    application.setQuitOnLastWindowClosed(False)
    if arguments.tour is not None:
        gc.enable()
        from qjira_gui import tour

        return tour.run(application, arguments.tour)
    return _start(application, arguments)


def default_profile() -> Path:
    """Return the folder that this system gives to a program's data.

    The same as QStandardPaths' AppDataLocation, and needed where there is no Qt.
    """
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        named = Path(os.environ.get("XDG_DATA_HOME") or ".")
        base = named if named.is_absolute() else Path.home() / ".local" / "share"
    return base / "QJira"


def _other_came_forward(profile: Path) -> bool:
    """Say whether a window that has the profile came forward; costs nothing where there is none."""
    from qjira_gui import holder

    other = holder.read(profile)
    if other is None:
        return False
    from qjira_gui.instance import bring_forward

    return bring_forward(other)


def _start(application: "QApplication", arguments: Arguments) -> int:
    """Paint first; everything that takes time comes after that."""
    profile = arguments.profile or default_profile()
    on_its_own = arguments.demo or arguments.smoke_test
    if not on_its_own and _other_came_forward(profile):
        return 0
    from PySide6.QtCore import QEventLoop

    from qjira_gui.store import appearance
    from qjira_gui.ui import theme as look
    from qjira_gui.ui.window import MainWindow

    theme = look.theme_for(appearance.read(profile))
    look.apply_ground(application, theme)
    window = MainWindow(theme, time.time)
    # After building: with the style sheet in force, each widget that finds its place would be
    # dressed again, which takes twice as long as all the rest.
    application.setStyleSheet(look.style_sheet(theme))
    painted = QEventLoop()
    window.painted.connect(painted.quit)
    window.show()
    painted.exec()
    gc.enable()
    if arguments.smoke_test:
        print(f"QJira {__version__}: painted")
        return 0
    from qjira_gui.session import run_sessions

    return run_sessions(application, window, profile, demo=arguments.demo)
