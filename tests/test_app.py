"""Starting QJira: what the command line means, with a screen and without one."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication

from qjira_gui import __version__, app, tour
from qjira_gui.app import Arguments

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    """The one of all tests, as it was before once `main` has had it."""
    before = qapp.applicationName(), qapp.applicationVersion(), qapp.quitOnLastWindowClosed()
    yield qapp
    qapp.setApplicationName(before[0])
    qapp.setApplicationVersion(before[1])
    qapp.setQuitOnLastWindowClosed(before[2])


@pytest.fixture
def tours(application: QApplication, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where each tour was told to leave its pictures; none is taken, and each ends with 3."""
    taken: list[Path] = []

    def run(application: QApplication, pictures: Path) -> int:
        taken.append(pictures)
        return 3

    monkeypatch.setattr(tour, "run", run)
    return taken


# The command line


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", Arguments()),
        ("--demo", Arguments(demo=True)),
        ("--profile some/folder", Arguments(profile=Path("some/folder"))),
        ("--tour pictures", Arguments(tour=Path("pictures"))),
        ("--smoke-test", Arguments(smoke_test=True)),
        ("--deliver --minutes 0.5", Arguments(deliver=True, minutes=0.5)),
    ],
)
def test_each_argument_is_understood(line: str, meant: Arguments) -> None:
    assert app.parse(line.split()) == meant


@pytest.mark.parametrize("line", ["--dmeo", "--tour", "--minutes 0", "--minutes soon", "somewhere"])
def test_what_is_no_argument_is_said_and_nothing_starts(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        app.main(line.split())
    assert ended.value.code == 2
    assert line.split()[0] in capsys.readouterr().err


def test_the_version_is_told_where_qt_cannot_even_be_loaded() -> None:
    code = "import runpy, sys; sys.modules['PySide6'] = None; "
    code += "runpy.run_path('main.py', {}, '__main__')"
    command = [sys.executable, "-c", code, "--version"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (said.stdout.strip(), said.returncode) == (f"QJira {__version__}", 0), said.stderr


# Without a screen


@pytest.mark.parametrize(
    ("platform", "variable", "there"),
    [
        ("linux", "", False),
        ("linux", "DISPLAY", True),
        ("linux", "WAYLAND_DISPLAY", True),
        ("linux", "QT_QPA_PLATFORM", True),
        ("darwin", "", True),
        ("win32", "", True),
    ],
)
def test_a_screen_is_known_by_what_the_desktop_says(
    platform: str, variable: str, there: bool, no_screen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    if variable:
        monkeypatch.setenv(variable, "something")
    assert app.has_display() is there


def test_without_a_screen_it_says_so_instead_of_being_aborted_by_qt(
    no_screen: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main([]) == 1
    assert "needs a screen" in capsys.readouterr().out


def test_without_a_screen_the_demo_says_so_and_takes_the_tour(
    no_screen: None, tours: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["--demo"]) == 3
    assert tours == [Path("build/tour")]
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert "no screen" in capsys.readouterr().out


def test_a_tour_needs_no_screen_and_leaves_its_pictures_where_it_was_told(
    no_screen: None, tours: list[Path], tmp_path: Path
) -> None:
    assert app.main(["--tour", str(tmp_path / "pictures")]) == 3
    assert tours == [tmp_path / "pictures"]


def test_garbage_is_collected_again_once_the_start_is_over(tours: list[Path]) -> None:
    app.main(["--tour", "pictures"])
    assert gc.isenabled()


def test_the_smoke_test_paints_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "main.py"), "--smoke-test", "--profile", str(tmp_path)]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (said.stdout.strip(), said.returncode) == (f"QJira {__version__}: painted", 0)
    assert not list(tmp_path.iterdir())


# Where everything is kept


@pytest.mark.parametrize(
    ("platform", "environment", "place"),
    [
        ("linux", {}, "~/.local/share/QJira"),
        ("linux", {"XDG_DATA_HOME": "~/data"}, "~/data/QJira"),
        # The XDG specification says that a relative path is to be ignored.
        ("linux", {"XDG_DATA_HOME": "data"}, "~/.local/share/QJira"),
        ("darwin", {}, "~/Library/Application Support/QJira"),
        ("win32", {"APPDATA": "~/roaming"}, "~/roaming/QJira"),
        ("win32", {}, "~/AppData/Roaming/QJira"),
    ],
)
def test_the_profile_is_where_the_system_keeps_such_things(
    platform: str,
    environment: dict[str, str],
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("XDG_DATA_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value.replace("~", str(tmp_path)))
    assert app.default_profile() == Path(place.replace("~", str(tmp_path)))


def test_the_profile_is_where_qt_would_put_it(
    application: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    application.setApplicationName("QJira")
    place = QStandardPaths.StandardLocation.AppDataLocation
    assert str(app.default_profile()) == QStandardPaths.writableLocation(place)
