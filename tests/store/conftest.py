"""A profile's file as the tests of the store need it: new, filled, or left by a power cut."""

import shutil
from pathlib import Path

import pytest

from qjira_gui.store.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "qjira.db"


@pytest.fixture
def filled(path: Path) -> Path:
    """A file with 300 acts, closed in good order."""
    with Database.open(path) as database:
        database.table("acts").insert_multiple({"n": n, "text": "x" * 300} for n in range(300))
    return path


@pytest.fixture
def cut_off(filled: Path, tmp_path: Path) -> Path:
    """300 acts in the main file and 20 more in -wal."""
    left = tmp_path / "left" / "qjira.db"
    left.parent.mkdir()
    with Database.open(filled) as database:
        for n in range(300, 320):
            database.table("acts").insert({"n": n})
        for ending in ("", "-wal"):
            shutil.copy(f"{filled}{ending}", f"{left}{ending}")
    return left


def acts(database: Database) -> list[int]:
    """The numbers of the acts that are there."""
    return [act["n"] for act in database.table("acts")]
