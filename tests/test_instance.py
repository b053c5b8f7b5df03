"""One window a profile: whoever starts a second one gets the first."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from qjira_gui import holder, instance
from qjira_gui.holder import Holder
from qjira_gui.store.opening import AlreadyOpenError

ROOT = Path(__file__).parents[1]
CAME = "raised: somebody started QJira a second time"
#: As main.py, and telling whether there ever was a window or an open data file.
TELLING = """
import sys
from qjira_gui.app import main
code = main(sys.argv[1:])
print(*[name for name in ("qjira_gui.ui.window", "qjira_gui.desk") if name in sys.modules])
sys.exit(code)
"""
RING = """
import sys
from pathlib import Path
from qjira_gui import holder, instance
print(instance.bring_forward(holder.read(Path(sys.argv[1]))))
"""
#: Answers as the window would, or not at all.
IMPOSTOR = """
import os, socket, sys
os.chdir(sys.argv[1])
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind("new")
    listener.listen()
    os.rename("new", "s")
    client, _ = listener.accept()
    client.recv(100)
    if sys.argv[2]:
        client.sendall(sys.argv[2].encode("latin-1") + b"\\n")
    client.recv(100)
"""
posix = pytest.mark.skipif(os.name != "posix", reason="sockets and signals of POSIX")

Program: TypeAlias = "subprocess.Popen[str]"


def started(*arguments: str | Path) -> Program:
    """Python with these arguments, where no site is known."""
    known = ("QUALYTICS_", "JIRA_")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(known)}
    command = [sys.executable, *(str(one) for one in arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=clean, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def window_of(profile: Path) -> Program:
    return started("main.py", "--profile", profile)


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "It did not happen within twenty seconds."
        time.sleep(0.005)


@contextmanager
def ended(*programs: Program) -> Iterator[None]:
    """What still runs behind the block is ended."""
    try:
        yield
    finally:
        for program in programs:
            # A kill would leave its socket among everybody's temporary files.
            program.terminate()
            try:
                program.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
            if program.stdout is not None:
                program.stdout.close()


def listens(profile: Path) -> Callable[[], bool]:
    return lambda: holder.read(profile) is not None


def said(profile: Path) -> int:
    """How often the window of a profile has come forward, by its own log."""
    log = profile / "qjira.log"
    return log.read_text("utf-8").count(CAME) if log.exists() else 0


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Program]]:
    """A profile and the window that has it."""
    profile = tmp_path_factory.mktemp("first")
    program = window_of(profile)
    with ended(program):
        until(listens(profile))
        yield profile, program


def test_a_second_start_brings_the_first_window_and_shows_none(
    first: tuple[Path, Program],
) -> None:
    profile, program = first
    data = [(file.name, file.stat().st_mtime_ns) for file in sorted(profile.glob("qjira.*"))
            if file.suffix != ".log"]  # fmt: skip
    second = started("-c", TELLING, "--profile", profile)
    printed, _ = second.communicate(timeout=20)
    assert (second.returncode, printed.strip()) == (0, "")
    assert said(profile) == 1
    assert program.poll() is None
    assert data
    assert data == [(name, (profile / name).stat().st_mtime_ns) for name, _ in data]


def test_a_scheduler_is_told_which_window_has_the_profile(first: tuple[Path, Program]) -> None:
    profile, program = first
    second = started("main.py", "--deliver", "--profile", profile)
    printed, _ = second.communicate(timeout=20)
    assert second.returncode == 2
    assert f"in a window (process {program.pid}, since" in printed
    assert listens(profile)()


@posix
def test_after_a_kill_it_starts_again_and_after_a_proper_end_nothing_is_left(
    tmp_path: Path,
) -> None:
    killed = window_of(tmp_path)
    with ended(killed):
        until(listens(tmp_path))
        killed.kill()
    left = (tmp_path / holder.FILE).read_text("utf-8").split("\n")[3]
    assert stat.S_ISSOCK(Path(left).stat().st_mode)
    assert holder.read(tmp_path) is None
    again = window_of(tmp_path)
    with ended(again):
        until(listens(tmp_path))
        now = holder.read(tmp_path)
        assert now is not None
        assert (now.pid, now.server) == (again.pid, left)
        again.send_signal(signal.SIGTERM)
        assert again.wait(20) == 0
    assert not (tmp_path / holder.FILE).exists()
    assert not os.path.lexists(left)


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(5))
def test_of_two_that_start_in_one_instant_one_stays_and_is_in_front(
    turn: int, tmp_path: Path
) -> None:
    both = window_of(tmp_path), window_of(tmp_path)
    with ended(*both):
        until(lambda: any(one.poll() is not None for one in both))
        (gone,) = (one for one in both if one.poll() is not None)
        (stays,) = (one for one in both if one is not gone)
        assert gone.returncode == 0, gone.communicate()
        other = holder.read(tmp_path)
        assert other is not None
        assert other.pid == stays.pid
        assert said(tmp_path) == 1


def test_a_window_that_was_minimised_is_shown_in_front(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    with instance.listening(window, tmp_path):
        ring = started("-c", RING, tmp_path)
        with ended(ring):
            qtbot.waitUntil(lambda: ring.poll() is not None)
            assert ring.communicate()[0].endswith("True\n")
    assert window.isVisible()
    assert not window.isMinimized()
    assert window.isActiveWindow()


@posix
def test_only_the_same_user_can_ring(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    with instance.listening(window, tmp_path):
        other = holder.read(tmp_path)
        assert other is not None
        assert stat.S_IMODE(Path(other.server).stat().st_mode) & 0o077 == 0


def test_a_profile_has_one_name_however_its_path_is_spelt(tmp_path: Path) -> None:
    spelt = tmp_path / "x" / ".." / "profile"
    assert instance.server_name(spelt) == instance.server_name(tmp_path / "profile")
    assert instance.server_name(spelt) != instance.server_name(tmp_path / "other")
    # A socket's path has 104 bytes at most on a Mac, and its folder takes half of them.
    assert len(instance.server_name(spelt)) < 40


def test_a_name_that_nobody_listens_to_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    assert not instance.bring_forward(Holder("window", os.getpid(), 0.0, str(tmp_path / "none")))
    assert not instance.bring_forward(Holder("window", os.getpid(), 0.0, ""))
    assert time.monotonic() - began < 0.5


@posix
@pytest.mark.parametrize("answer", ["raised 1", "\xff", ""])
def test_who_answers_wrongly_or_never_is_not_the_window(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "ANSWER", 1000 if answer else 50)
    other = started("-c", IMPOSTOR, tmp_path, answer)
    with ended(other):
        until((tmp_path / "s").exists)
        assert not instance.bring_forward(Holder("window", os.getpid(), 0.0, str(tmp_path / "s")))


def refused(times: int) -> Callable[[], Awaitable[str]]:
    """Opens at last, after the profile was in use so often."""
    asked: list[int] = []

    async def enter() -> str:
        asked.append(1)
        if len(asked) <= times:
            raise AlreadyOpenError("It is open.", "locked")
        return "open"

    return enter


async def test_a_start_while_the_other_is_closing_waits_a_moment(tmp_path: Path) -> None:
    assert await instance.open_or_give_way(refused(2), tmp_path) == "open"


async def test_where_nobody_answers_the_sentence_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "PATIENCE", 0.1)
    with pytest.raises(AlreadyOpenError, match=r"^It is open\.$"):
        await instance.open_or_give_way(refused(1000), tmp_path)


async def test_a_run_without_a_window_is_named_at_once(tmp_path: Path) -> None:
    with (
        holder.held(tmp_path, Holder("deliver", os.getpid(), time.time())),
        pytest.raises(AlreadyOpenError, match=rf"without a window \(process {os.getpid()}, since"),
    ):
        await instance.open_or_give_way(refused(1000), tmp_path)


@pytest.mark.parametrize(
    "text", ["", "window", "window\n1\n2", "window\nx\n2\ns", "window\n99999999\n2\ns", "\xff" * 9]
)
def test_a_file_that_names_nobody_alive_means_nobody(text: str, tmp_path: Path) -> None:
    (tmp_path / holder.FILE).write_text(text, "latin-1")
    assert holder.read(tmp_path) is None


def test_a_folder_that_takes_no_file_costs_only_the_name(tmp_path: Path) -> None:
    with holder.held(tmp_path / "missing", Holder("window", os.getpid(), 0.0)):
        assert holder.read(tmp_path / "missing") is None
