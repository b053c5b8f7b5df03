"""An older version's profile opens in this one, whatever happens on the way."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from qjira_gui.domain.errors import AppError
from qjira_gui.store import copies
from qjira_gui.store.database import (
    Database,
    DiskFullError,
    MigrationFailedError,
    NewerFileError,
)
from qjira_gui.store.migration import FIRST_VERSION, SCHEMA_VERSION, Documents, Migration
from tests.store.conftest import acts

ROOT = Path(__file__).parents[2]
POINTS = ["before migration", "during migration", "before the commit", "after migration"]
#: Kills itself at a point of the migration, as a power cut would.
KILLED = """
import os, signal, sys
from pathlib import Path
from qjira_gui.store.database import Database
from tests.store.test_migration import NEWER

def reached(point):
    if point == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

Database.open(Path(sys.argv[1]), migrations=NEWER, reached=reached)
"""


def renamed(documents: Documents) -> Documents:
    """Version 2 calls the number of an act `number`, and has no empty texts."""
    new = {
        key: {"number": act["n"], "text": act.get("text", "")}
        for key, act in documents["acts"].items()
    }
    return {**documents, "acts": new}


def sorted_out(documents: Documents) -> Documents:
    """Version 3 keeps odd acts in a table of their own."""
    odd = {key: act for key, act in documents["acts"].items() if act["number"] % 2}
    even = {key: act for key, act in documents["acts"].items() if key not in odd}
    return {"acts": even, "odd acts": odd}


NEWER: tuple[Migration, ...] = (renamed, sorted_out)


def numbers(database: Database) -> list[int]:
    found = [*database.table("acts"), *database.table("odd acts")]
    return sorted(act["number"] for act in found)


def fails_at(point: str, error: BaseException) -> Callable[[str], None]:
    def reached(now: str) -> None:
        if now == point:
            raise error

    return reached


def test_an_old_profile_opens_with_all_that_is_in_it(filled: Path) -> None:
    reached: list[str] = []
    with Database.open(filled, migrations=NEWER, reached=reached.append) as database:
        assert database.schema_version == FIRST_VERSION + 2
        assert numbers(database) == list(range(300))
        assert [act["number"] for act in database.table("odd acts")][:3] == [1, 3, 5]
        assert database.set_aside is None
        database.table("acts").insert({"number": 300})
    assert reached == POINTS
    with Database.open(filled, migrations=NEWER, reached=reached.append) as database:
        assert numbers(database) == list(range(301))
    assert reached == POINTS, "it was migrated twice"


def test_a_profile_two_versions_old_and_one_version_old_end_alike(filled: Path) -> None:
    with Database.open(filled, migrations=NEWER[:1]) as database:
        assert database.schema_version == FIRST_VERSION + 1
        assert [act["number"] for act in database.table("acts")] == list(range(300))
    with Database.open(filled, migrations=NEWER) as database:
        assert numbers(database) == list(range(300))
        assert len(database.table("odd acts")) == 150


def test_a_new_profile_is_of_the_newest_version_at_once(path: Path) -> None:
    def never(documents: Documents) -> Documents:
        raise AssertionError("there is nothing to migrate")

    with Database.open(path, migrations=[never]) as database:
        assert database.schema_version == FIRST_VERSION + 1
    assert not copies.listed(path.parent)


def test_the_old_version_refuses_what_the_new_one_has_migrated(filled: Path) -> None:
    with Database.open(filled, migrations=NEWER):
        pass
    with pytest.raises(NewerFileError):
        Database.open(filled)


def test_a_copy_from_before_is_there_and_opens_in_the_old_version(filled: Path) -> None:
    with Database.open(filled, migrations=NEWER, now=lambda: 0.0):
        pass
    (copy,) = copies.listed(filled.parent)
    assert copy.path.name == "qjira-000001-19700101T000000Z.db"
    with Database.open(copy.path) as database:
        assert database.schema_version == SCHEMA_VERSION
        assert acts(database) == list(range(300))


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_the_old_version_whole_or_the_new_one(filled: Path, point: str) -> None:
    command = [sys.executable, "-c", KILLED, str(filled), point]
    killed = subprocess.run(command, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    if point == "after migration":
        with pytest.raises(NewerFileError):
            Database.open(filled)
    else:
        with Database.open(filled) as database:
            assert database.schema_version == SCHEMA_VERSION
            assert acts(database) == list(range(300))
    with Database.open(filled, migrations=NEWER) as database:
        assert database.set_aside is None
        assert numbers(database) == list(range(300))


@pytest.mark.parametrize("point", POINTS[:3])
def test_a_full_disk_on_the_way_is_told_and_the_old_version_stays(filled: Path, point: str) -> None:
    full = fails_at(point, OSError(28, "No space left on device"))
    with pytest.raises(DiskFullError) as told:
        Database.open(filled, migrations=NEWER, reached=full)
    assert "Nothing that was saved is lost" in told.value.sentence
    with Database.open(filled) as database:
        assert acts(database) == list(range(300))


def test_without_a_copy_nothing_is_migrated(filled: Path) -> None:
    (filled.parent / copies.FOLDER).write_text("a file where the folder should be")
    with pytest.raises(AppError):
        Database.open(filled, migrations=NEWER)
    with Database.open(filled) as database:
        assert acts(database) == list(range(300))


@pytest.mark.parametrize("mistake", [{"n": float}, {"n": object()}, {}])
def test_a_mistake_in_a_migration_changes_nothing_and_is_no_damage(
    filled: Path, mistake: dict[str, object]
) -> None:
    def wrong(documents: Documents) -> Documents:
        if not mistake:
            raise TypeError("a field that nobody thought of")
        return {"acts": {1: mistake}}

    with pytest.raises(MigrationFailedError) as told:
        Database.open(filled, migrations=[wrong])
    assert "Nothing was changed" in told.value.sentence
    with Database.open(filled) as database:
        assert acts(database) == list(range(300))
        assert database.set_aside is None


def test_a_row_that_nobody_can_read_goes_along_untouched(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as other:
        other.execute("update docs set doc=? where tbl='acts' and id=7", (b"\xff{",))
        other.commit()
    with Database.open(filled, migrations=NEWER[:1]) as database:
        assert len(database.table("acts")) == 299
        assert database.table("acts").unreadable == [7]
    with closing(sqlite3.connect(filled)) as other:
        (blob,) = other.execute("select doc from docs where id=7").fetchone()
    assert blob == b"\xff{"


@pytest.mark.parametrize("version", [0, -1, "one", None])
def test_a_version_that_never_was_is_damage(filled: Path, version: object) -> None:
    with closing(sqlite3.connect(filled)) as other:
        if version is None:
            other.execute("drop table meta")
        else:
            other.execute("update meta set value=?", (version,))
        other.commit()
    with Database.open(filled, migrations=NEWER) as database:
        assert database.set_aside is not None
        assert len(database.table("acts")) == 0
