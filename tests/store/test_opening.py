"""One process opens a profile's file at a time, and finds all that was saved."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qjira_gui.store.database import (
    SCHEMA_VERSION,
    AlreadyOpenError,
    Database,
    DiskFullError,
    NewerFileError,
    WriteFailedError,
)
from tests.store.conftest import acts

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from qjira_gui.store.database import Database
database = Database.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_new_profile_can_be_read_by_its_owner_only(path: Path) -> None:
    with Database.open(path) as database:
        database.table("acts").insert({"n": 1})
        assert database.set_aside is None
        assert database.schema_version == SCHEMA_VERSION
        assert {file.suffix for file in path.parent.iterdir()} == {".db", ".db-wal", ".lock"}
        if os.name == "posix":
            for ending in ("", "-wal"):
                assert Path(f"{path}{ending}").stat().st_mode & 0o777 == 0o600
            assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_file_that_others_could_read_is_closed_to_them(filled: Path) -> None:
    filled.chmod(0o644)
    with Database.open(filled):
        assert filled.stat().st_mode & 0o777 == 0o600


def test_a_second_process_is_told_that_the_profile_is_open(filled: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(filled)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"open"
        with pytest.raises(AlreadyOpenError) as told:
            Database.open(filled)
        assert "already open" in told.value.sentence
        holder.kill()
        holder.wait()
        with Database.open(filled) as database:
            assert len(acts(database)) == 300


def test_a_second_window_of_the_same_process_is_told_too(filled: Path) -> None:
    with Database.open(filled) as database:
        with pytest.raises(AlreadyOpenError):
            Database.open(filled)
        database.table("acts").insert({"n": 300})
        with pytest.raises(AlreadyOpenError):
            Database.open(filled)
    with Database.open(filled) as database:
        assert len(acts(database)) == 300 + 1


def test_a_program_that_has_the_file_open_is_named_as_the_reason(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(AlreadyOpenError):
            Database.open(filled)


def test_a_power_cut_loses_nothing_that_was_saved(cut_off: Path) -> None:
    with Database.open(cut_off) as database:
        assert acts(database) == list(range(320))
        assert database.set_aside is None


def test_a_wal_cut_anywhere_opens_with_an_earlier_state(cut_off: Path, tmp_path: Path) -> None:
    wal = Path(f"{cut_off}-wal").read_bytes()
    seen = set()
    for number, length in enumerate(range(0, len(wal), len(wal) // 20)):
        copy = tmp_path / str(number) / "qjira.db"
        copy.parent.mkdir()
        shutil.copy(cut_off, copy)
        Path(f"{copy}-wal").write_bytes(wal[:length])
        with Database.open(copy) as database:
            found = acts(database)
            assert database.set_aside is None
        assert found == list(range(len(found)))
        assert len(found) >= 300
        seen.add(len(found))
    assert len(seen) > 10


def test_a_profile_of_a_newer_version_is_refused_and_left_alone(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as other:
        other.execute("update meta set value=? where name='schema'", (SCHEMA_VERSION + 1,))
        other.commit()
    before = filled.read_bytes()
    with pytest.raises(NewerFileError) as told:
        Database.open(filled)
    assert "Start the newer version" in told.value.sentence
    assert filled.read_bytes() == before
    assert sorted(file.name for file in filled.parent.iterdir()) == ["qjira.db", "qjira.lock"]


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file where the folder should be")
    with pytest.raises(WriteFailedError) as told:
        Database.open(tmp_path / "profile" / "qjira.db")
    assert str(tmp_path / "profile") in told.value.sentence


def test_a_folder_in_the_files_place_is_not_renamed(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(WriteFailedError):
        Database.open(path)
    assert path.is_dir()


def test_no_space_for_a_new_profile_leaves_nothing_half_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFullError):
            Database.open(path)
    assert not path.exists()
    with Database.open(path) as database:
        assert database.set_aside is None


def test_two_starts_at_once_do_not_both_set_a_damaged_file_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("damaged")
    # The other one has come as far as its lock.
    with closing(sqlite3.connect(path.with_suffix(".lock"), isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(AlreadyOpenError):
            Database.open(path)
    assert path.read_text() == "damaged"


def test_the_lock_is_held_as_long_as_the_file_is_open(filled: Path) -> None:
    with closing(sqlite3.connect(filled.with_suffix(".lock"), timeout=0)) as other:
        with Database.open(filled), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("begin exclusive")
        other.execute("begin exclusive")
