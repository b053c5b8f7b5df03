"""Imports point one way: the contracts hold, and a module that breaks one is named."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "qjira_gui"
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

#: What takes tens of milliseconds each, and no first paint needs.
HEAVY = """
    asyncio qasync ssl sqlite3 msgspec httpx truststore tinydb keyring starlette uvicorn markdown_it
    qtawesome qjira_gui.practice qjira_gui.clients qjira_gui.desk qjira_gui.session
"""


def python(code: str, *arguments: str, where: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)


def contracts(where: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return python(LINT, "--no-logo", "--no-cache", where=where)


#: A module, what it must not import, and the contract that says so.
BREACHES = [
    ("ui/late.py", "httpx", "httpx only in clients"),
    ("ui/late.py", "qjira_gui.store", "Widgets know actions and domain, nothing below"),
    ("ui/late.py", "qasync", "qasync only in session and tour"),
    ("sync/late.py", "PySide6", "Qt only in ui, app, instance, session and tour"),
    ("sync/late.py", "sqlite3", "TinyDB, sqlite3 and keyring only in store"),
    ("domain/late.py", "qjira_gui.sync", "Imports point one way"),
    ("practice/late.py", "qjira_gui.domain", "The practice server imports nothing of the rest"),
    ("desk.py", "qjira_gui.practice", "Nothing but session and tour imports the practice server"),
    ("desk.py", "qjira_gui.session", "Imports point one way"),
    ("session.py", "keyring", "TinyDB, sqlite3 and keyring only in store"),
    ("session.py", "httpx", "httpx only in clients"),
    ("app.py", "qasync", "qasync only in session and tour"),
    ("deliver.py", "PySide6", "Qt only in ui, app, instance, session and tour"),
]

TOUR = {"tour", "tour_steps", "tour_outage", "tour_hands", "tour_ledger"}
#: Who is free of each contract; all others of the package must be named as bound by it.
FREE = {
    "qt": {"app", "session", "instance", "ui"} | TOUR,
    "qasync": {"session", "tour"},
    "httpx": {"clients"},
    "disk": {"store"},
    "unpractised": {"session", "tour", "practice"},
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of each broken contract, in a copy of the package with every breach in it."""
    copy = tmp_path_factory.mktemp("breaches")
    shutil.copytree(PACKAGE, copy / "qjira_gui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "qjira_gui" / "newcomer.py").write_text('"""Nobody said where it stands."""\n')
    for module, imported, _ in BREACHES:
        with (copy / "qjira_gui" / module).open("a", encoding="utf-8") as file:
            file.write(f"\nimport {imported}\n")
    said = contracts(copy).stdout.partition("Broken contracts")[2]
    # Each contract's name is a heading, underlined.
    pieces = re.split(r"^(.+)\n-+$", said, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def loaded_by(code: str, *arguments: str) -> set[str]:
    listed = python(f"import sys; {code}; print(*sys.modules)", *arguments)
    assert listed.returncode == 0, listed.stderr
    return set(listed.stdout.split())


def test_every_contract_holds() -> None:
    result = contracts()
    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


@pytest.mark.parametrize(("module", "imported", "contract"), BREACHES)
def test_a_module_that_breaks_a_contract_is_named(
    module: str, imported: str, contract: str, verdicts: dict[str, str]
) -> None:
    dotted = "qjira_gui." + module.removesuffix(".py").replace("/", ".")
    assert f"{dotted} -> {imported}" in verdicts[contract]


def test_a_module_whose_place_nobody_has_said_is_named(verdicts: dict[str, str]) -> None:
    assert "newcomer" in verdicts["Imports point one way"]


@pytest.mark.parametrize("contract", FREE)
def test_a_contract_binds_everything_but_those_who_are_free_of_it(contract: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found = {one["id"]: one for one in project["tool"]["importlinter"]["contracts"]}
    bound = {name.removeprefix("qjira_gui.") for name in found[contract]["source_modules"]}
    everything = {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"__init__"}
    assert bound == everything - FREE[contract]


@pytest.mark.parametrize("module", ["qjira_gui.desk", "qjira_gui.deliver"])
def test_it_runs_on_a_machine_without_qt(module: str) -> None:
    qt = {"PySide6", "shiboken6", "qasync", "qtpy", "qtawesome"}
    assert not {name.partition(".")[0] for name in loaded_by(f"import {module}")} & qt


def test_the_first_paint_waits_for_nothing_that_is_loaded_later(tmp_path: Path) -> None:
    start = "from qjira_gui.app import main; main(sys.argv[1:])"
    loaded = loaded_by(start, "--smoke-test", "--profile", str(tmp_path))
    assert "qjira_gui.ui.window" in loaded
    assert not loaded & set(HEAVY.split())
