"""The developers' door needs only Python, installs what is locked, and fails in sentences."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dev

ROOT = Path(__file__).resolve().parents[1]
SOURCE = (ROOT / "dev.py").read_text("utf-8")


def requirements(name: str) -> list[tuple[Requirement, int]]:
    """Each pinned requirement of a lock, and how many hashes it has."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    logical = re.sub(r"#.*", "", text).replace("\\\n", " ").splitlines()
    parts = [line.split("--hash=") for line in logical if line.strip()]
    return [(Requirement(first.strip()), len(hashes)) for first, *hashes in parts]


def pins(name: str) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for requirement, _ in requirements(name):
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


# It runs before anything is installed


def test_it_imports_the_standard_library_only() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= sys.stdlib_module_names


def test_an_old_python_can_parse_it_and_so_say_that_it_is_too_old() -> None:
    ast.parse(SOURCE, feature_version=(3, 7))


def test_without_a_verb_it_says_which_there_are() -> None:
    bare = [sys.executable, "-S", "-E", str(ROOT / "dev.py")]
    said = subprocess.run(bare, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert all(f"\n  {verb} " in said.stdout for verb in dev.VERBS)


def test_each_verb_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"python3 dev\.py +([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert {"demo", "test"} <= named <= set(dev.VERBS)


# The locks


@pytest.mark.parametrize("name", dev.LOCKS)
def test_everything_locked_has_one_version_and_a_hash(name: str) -> None:
    assert requirements(name)
    for requirement, hashes in requirements(name):
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement


@pytest.mark.parametrize("name", dev.LOCKS)
def test_a_lock_names_no_address_and_no_folder(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert set(re.findall(r"--\w[\w-]*", text)) == {"--hash"}  # no --index-url, no --find-links
    assert " @ " not in text


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    run, dev_lock = pins("run"), pins("dev")
    groups = [line for group in project["dependency-groups"].values() for line in group]
    for lines, lock in ((project["project"]["dependencies"], run), (groups, dev_lock)):
        for wanted in map(Requirement, lines):
            held = lock[canonicalize_name(wanted.name)]
            versions = [str(pin.specifier).removeprefix("==") for pin in held]
            assert any(wanted.specifier.contains(version) for version in versions), wanted


def test_whoever_develops_runs_the_versions_that_are_shipped() -> None:
    shipped, developed = pins("run"), pins("dev")
    for name, held in shipped.items():
        assert {pin.specifier for pin in held} == {pin.specifier for pin in developed[name]}, name


# Preparing


class Copy:
    """A working copy whose Python and pip only note what they were asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[list[str]] = []
        self.pip_says = (0, "")
        python = folder / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
        self.locks = {name: folder / f"{name}.txt" for name in dev.LOCKS}
        for name, lock in self.locks.items():
            lock.write_text(name)
        places = {"ROOT": folder, "VENV": folder / ".venv", "PYTHON": python, "LOCKS": self.locks}
        for name, place in places.items():
            monkeypatch.setattr(dev, name, place)
        monkeypatch.setattr(dev, "STAMP", folder / ".venv" / "stamp.json")
        monkeypatch.setattr(dev, "output", self._output)
        monkeypatch.setattr(dev, "python", lambda *arguments, quiet=False: 0)

    def _output(self, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
        self.asked.append(command)
        return subprocess.CompletedProcess(command, *self.pip_says)

    def installs(self, lock: str) -> bool:
        """Whether preparing for that lock asks pip for anything."""
        self.asked.clear()
        dev.prepare(lock)
        return bool(self.asked)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    return Copy(tmp_path, monkeypatch)


def test_what_is_installed_is_what_was_locked(copy: Copy) -> None:
    assert copy.installs("run")
    assert "--require-hashes" in copy.asked[0]
    assert "--no-deps" in copy.asked[0]
    assert copy.asked[0][-2:] == ["-r", str(copy.locks["run"])]


def test_the_second_time_needs_neither_pip_nor_a_network(copy: Copy) -> None:
    assert copy.installs("dev")
    assert not copy.installs("dev")
    assert not copy.installs("run")


def test_who_only_tried_the_demo_gets_the_rest_for_the_tests(copy: Copy) -> None:
    assert copy.installs("run")
    assert copy.installs("dev")


def test_a_lock_that_changed_is_installed(copy: Copy) -> None:
    assert copy.installs("dev")
    copy.locks["dev"].write_text("newer")
    assert copy.installs("dev")


def test_a_python_that_moved_on_is_noticed(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    assert copy.installs("dev")
    newer = dev.PYTHON.with_name("python3.99")
    newer.touch()
    monkeypatch.setattr(dev, "PYTHON", newer)
    assert copy.installs("dev")


@pytest.mark.parametrize(
    ("pip", "sentence"),
    [
        ("NewConnectionError: [Errno -3]", "network"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was locked"),
        ("OSError: No space left on device", "disk is full"),
        ("something new", "pip could not install it"),
    ],
)
def test_a_failed_install_says_why_and_is_tried_again(
    copy: Copy, pip: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    copy.pip_says = (1, pip)
    with pytest.raises(dev.TroubleError, match=sentence) as trouble:
        dev.prepare("dev")
    assert pip in str(trouble.value)
    copy.pip_says = (0, "")
    assert copy.installs("dev")


def test_missing_libraries_are_named_in_a_line_to_type(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    line = "sudo apt-get install -y --no-install-recommends libnone1"
    with pytest.raises(dev.TroubleError, match=line):
        dev.provide({"libnone.so.1": "libnone1"})
    assert not copy.asked


def test_every_check_runs_whatever_the_first_says(
    copy: Copy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "python", lambda *arguments, quiet=False: int("ruff" in arguments))
    assert dev.check([]) == 1
    said = capsys.readouterr().out
    assert "== import contracts" in said
    assert said.endswith("check: ruff and format failed\n")


@pytest.mark.parametrize(("asked", "limited"), [(["-m", "soak"], False), (["-k", "outbox"], True)])
def test_the_long_proofs_may_take_their_time_and_nothing_else_may(
    monkeypatch: pytest.MonkeyPatch, asked: list[str], limited: bool
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(dev, "prepare", lambda *_: None)
    monkeypatch.setattr(dev, "become", lambda *arguments: ran.extend(arguments))
    dev.test(asked)
    assert ran[-len(asked) :] == asked
    assert ("faulthandler_timeout=0" not in ran) is limited
