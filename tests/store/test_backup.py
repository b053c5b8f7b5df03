"""A copy a day is made beside the work, and costs it nothing."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qjira_gui.store import backup, copies
from qjira_gui.store.database import Database
from tests.store.conftest import acts

DAY = 86400.0
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC).timestamp()


async def taken(database: Database, profile: Path, now: float = NOON) -> Path:
    """Take a copy and return it."""
    before = copies.listed(profile)
    assert await backup.take(database, profile, now) is None
    after = copies.listed(profile)
    assert after[-1] not in before
    return after[-1].path


def in_copy(path: Path, where: Path) -> list[int]:
    """The acts of a copy, without touching it."""
    where.mkdir()
    shutil.copy(path, where / "qjira.db")
    with Database.open(where / "qjira.db") as database:
        assert database.set_aside is None
        return acts(database)


async def test_a_copy_holds_all_that_is_there(path: Path, tmp_path: Path) -> None:
    with Database.open(path) as database:
        database.table("acts").insert_multiple({"n": n, "text": "x" * 300} for n in range(1000))
        database.shelf("words", str).write({"ü": "text", "a": "id"})
        copy = await taken(database, path.parent)
        assert {file.name for file in copy.parent.iterdir()} == {copy.name}
        if os.name == "posix":
            assert copy.stat().st_mode & 0o777 == 0o600
            assert copy.parent.stat().st_mode & 0o777 == 0o700
    assert in_copy(copy, tmp_path / "there") == list(range(1000))
    with Database.open(tmp_path / "there" / "qjira.db") as database:
        assert database.shelf("words", str).view() == {"ü": "text", "a": "id"}


async def test_the_analyst_goes_on_working_while_the_copy_is_made(
    path: Path, tmp_path: Path
) -> None:
    with Database.open(path) as database:
        table = database.table("acts")
        table.insert_multiple({"n": n} for n in range(2000))
        turns = 0

        async def works() -> None:
            nonlocal turns
            for n in range(2000, 2006):
                await asyncio.sleep(0)
                turns += 1
                with database.transaction():
                    table.insert({"n": n})
                    table.update({"n": -n}, doc_ids=[n - 1999])  # copied already
                    table.remove(doc_ids=[3000 - n])  # copied later
                with pytest.raises(ZeroDivisionError), database.transaction():
                    table.insert({"n": 1 // 0})

        worker = asyncio.create_task(works())
        copy = await taken(database, path.parent)
        assert turns == 6, "the copy did not let anybody else go on"
        await worker
        now = acts(database)
        assert database._followed == []
    assert in_copy(copy, tmp_path / "there") == now


async def test_a_copy_comes_to_an_end_while_acts_never_stop(path: Path, tmp_path: Path) -> None:
    with Database.open(path) as database:
        table = database.table("acts")
        table.insert_multiple({"n": n} for n in range(1000))

        async def works() -> None:
            while True:
                table.insert({"n": len(table)})
                await asyncio.sleep(0)

        worker = asyncio.create_task(works())
        copy = await taken(database, path.parent)
        worker.cancel()
        await asyncio.wait({worker})
    there = in_copy(copy, tmp_path / "there")
    assert len(there) > 1000
    assert there == list(range(len(there)))


async def test_no_step_of_the_copy_holds_more_than_some_rows_or_bytes(path: Path) -> None:
    with Database.open(path) as database:
        database.table("acts").insert_multiple({"n": n} for n in range(1000))
        database.table("drafts").insert_multiple({"text": "x" * 150_000} for _ in range(5))
        steps = list(database.in_steps())
    assert max(len(step) for step in steps) <= 200
    assert max(sum(len(row[2] or b"") for row in step) for step in steps) < 400_000
    assert sum(len(step) for step in steps) == 1005


async def test_copies_are_due_once_a_day_also_when_the_clock_was_wrong(path: Path) -> None:
    profile = path.parent
    assert backup.due(profile, NOON)
    with Database.open(path) as database:
        database.table("acts").insert({"n": 1})
        assert backup.due(profile, NOON)
        await taken(database, profile)
        assert not backup.due(profile, NOON)
        assert not backup.due(profile, NOON + DAY / 2)
        assert backup.due(profile, NOON + DAY - 60)
        # The clock goes back a year, and is right again.
        assert backup.due(profile, NOON - 365 * DAY)
        await taken(database, profile, NOON - 365 * DAY)
        assert not backup.due(profile, NOON - 365 * DAY)
        database.table("acts").insert({"n": 2})
        await taken(database, profile, NOON - 364 * DAY)
    found = backup.newest(profile)
    assert found is not None
    assert found.made_at == NOON - 364 * DAY, "the newest is the one that was made last"


async def test_seven_days_and_four_weeks_are_kept(path: Path) -> None:
    with Database.open(path) as database:
        database.table("acts").insert({"n": 1})
        for day in range(60):
            await taken(database, path.parent, NOON + day * DAY)
            if day % 3 == 0:
                await taken(database, path.parent, NOON + day * DAY + 3600)
        kept = [round((copy.made_at - NOON) / DAY) for copy in copies.listed(path.parent)]
    # 1 January 2030 is a Tuesday, so Sundays are days 5, 12, 19 …
    assert kept == [33, 40, 47, 52, *range(53, 60)]


async def test_nothing_is_copied_that_would_push_out_what_is_wanted_back(path: Path) -> None:
    with Database.open(path) as database:
        assert await backup.take(database, path.parent, NOON) is None
        assert copies.listed(path.parent) == [], "an empty profile"
        database.table("acts").insert({"n": 1})
        await taken(database, path.parent)
    os.truncate(path, 0)
    with Database.open(path) as database:
        database.table("acts").insert({"n": 2})
        assert await backup.take(database, path.parent, NOON + DAY) is None
        assert len(copies.listed(path.parent)) == 1


async def test_a_full_disk_costs_the_copy_and_nothing_else(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database.open(filled) as database:
        first = await taken(database, filled.parent)

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            error = await backup.take(database, filled.parent, NOON + DAY)
        assert error is not None
        assert "the disk is full" in error.sentence
        assert "work itself is safe" in error.sentence
        assert list(first.parent.iterdir()) == [first]
        database.table("acts").insert({"n": 300})
        await taken(database, filled.parent, NOON + DAY)


async def test_a_folder_that_cannot_be_written_is_named(filled: Path) -> None:
    folder = filled.parent / copies.FOLDER
    folder.write_text("a file where the folder should be")
    with Database.open(filled) as database:
        error = await backup.take(database, filled.parent, NOON)
        assert error is not None
        assert str(folder) in error.sentence
        assert backup.due(filled.parent, NOON)
        assert backup.newest(filled.parent) is None
        assert acts(database) == list(range(300))


async def test_quitting_in_the_middle_leaves_no_half_copy(filled: Path) -> None:
    folder = filled.parent / copies.FOLDER
    with Database.open(filled) as database:
        taking = asyncio.create_task(backup.take(database, filled.parent, NOON))
        await asyncio.sleep(0)
        assert [file.suffix for file in folder.iterdir()] == [".tmp"]
        taking.cancel()
        await asyncio.wait({taking})
        assert taking.cancelled()
        assert list(folder.iterdir()) == []
        assert database._followed == []


async def test_what_a_kill_left_is_removed_with_the_next_copy(filled: Path) -> None:
    left = filled.parent / copies.FOLDER / "qjira-000001-20291231T120000Z.db.tmp"
    left.parent.mkdir()
    left.write_text("half")
    with Database.open(filled) as database:
        assert backup.newest(filled.parent) is None
        copy = await taken(database, filled.parent)
    assert list(left.parent.iterdir()) == [copy]


async def test_a_damaged_copy_is_passed_over_for_an_earlier_one(filled: Path) -> None:
    with Database.open(filled) as database:
        made = [await taken(database, filled.parent, NOON + day * DAY) for day in range(6)]
    made[5].write_bytes(b"")
    made[4].write_text("something else")
    made[3].write_bytes(made[3].read_bytes()[:20_000])
    spoiled = bytearray(made[2].read_bytes())
    spoiled[4096 * 5 : 4096 * 5 + 64] = b"\xaa" * 64
    made[2].write_bytes(spoiled)
    with closing(sqlite3.connect(made[1])) as other:
        other.execute("update meta set value=99")  # a newer version's
        other.commit()
    found = backup.newest(filled.parent)
    assert found is not None
    assert found.path == made[0]
    assert found.made_at == NOON
