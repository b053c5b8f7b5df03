"""What was acknowledged survives a kill, and what failed leaves no trace."""

import asyncio
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from qjira_gui.store.database import Database, DiskFullError, WriteFailedError

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from qjira_gui.store.database import Database
database = Database.open(Path(sys.argv[1]))
links, acts = database.table("links"), database.table("acts")
while True:
    with database.transaction():
        number = links.insert({"issue": "DQ-1", "why": "Straße " * 40})
        acts.insert({"link": number})
    print(number, flush=True)
"""


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database.open(path) as database:
        yield database


def disk_error(code: int) -> sqlite3.OperationalError:
    """An error as SQLite raises it, with the extended code of a failed sync where it has one."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


def fails_with(database: Database, error: BaseException) -> None:
    def fail() -> None:
        raise error

    database.before_commit = fail


def works_again(database: Database) -> None:
    database.before_commit = lambda: None


def contents(database: Database) -> dict[str, list[dict[str, object]]]:
    return {name: [dict(doc) for doc in database.table(name)] for name in ("links", "acts")}


@pytest.mark.slow
def test_no_acknowledged_act_is_lost_in_fifteen_kills(path: Path) -> None:
    chance = random.Random(15)
    acknowledged: set[int] = set()
    unheard = 0
    for _ in range(15):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(chance.randint(1, 60))]
            writer.kill()
            lines += writer.stdout.readlines()
        told = {int(line) for line in lines if line.endswith(b"\n")}
        with Database.open(path) as database:
            assert database.set_aside is None
            links = {link.doc_id for link in database.table("links")}
            acts = {act["link"] for act in database.table("acts")}
        assert told <= links, "an act was acknowledged and is gone"
        assert acts == links, "half of a transaction is on the disk"
        unheard += len(links - acknowledged - told)
        acknowledged |= links
    # At each kill at most the one act whose acknowledgement was on its way.
    assert len(acknowledged) > 100
    assert unheard <= 15


def test_a_full_disk_is_told_and_leaves_everything_as_it_was(path: Path) -> None:
    with Database.open(path) as database:
        links, acts = database.table("links"), database.table("acts")
        links.insert({"issue": "DQ-1"})
        (pages,) = database._db.execute("pragma page_count").fetchone()
        database._db.execute(f"pragma max_page_count={pages + 3}")
        acknowledged = 0

        def until_full() -> None:
            nonlocal acknowledged
            while acknowledged < 1000:
                with database.transaction():
                    links.update({"acts": acknowledged + 1})
                    acts.insert({"n": acknowledged, "text": "x" * 1000})
                acknowledged += 1

        with pytest.raises(DiskFullError) as told:
            until_full()
        assert "was not saved" in told.value.sentence
        assert "Free some space" in told.value.sentence
        before = contents(database)
        assert [act["n"] for act in before["acts"]] == list(range(acknowledged))
        assert before["links"] == [{"issue": "DQ-1", "acts": acknowledged}]
        database._db.execute("pragma max_page_count=100000")
        acts.insert({"n": acknowledged})
        before = contents(database)
    with Database.open(path) as database:
        assert contents(database) == before
        assert database.set_aside is None


def test_a_transaction_over_two_tables_is_whole_or_nothing(path: Path) -> None:
    with Database.open(path) as database:
        links, acts = database.table("links"), database.table("acts")
        links.insert({"issue": "DQ-1"})
        acts.insert({"n": 0})
        before = contents(database)
        with suppress(KeyError), database.transaction():
            links.update({"issue": "DQ-2"})
            links.insert({"issue": "DQ-3"})
            acts.remove(doc_ids=[1])
            raise KeyError
        assert contents(database) == before
        with database.transaction():
            links.update({"issue": "DQ-2"})
            acts.remove(doc_ids=[1])
        assert contents(database) == {"links": [{"issue": "DQ-2"}], "acts": []}
    with Database.open(path) as database:
        assert contents(database) == {"links": [{"issue": "DQ-2"}], "acts": []}


def test_inside_a_transaction_its_own_changes_are_seen(database: Database) -> None:
    acts = database.table("acts")
    first, second = acts.insert_multiple([{"n": 1}, {"n": 2}])
    with suppress(KeyError), database.transaction():
        third = acts.insert({"n": 3})
        acts.update({"n": 20}, doc_ids=[second])
        acts.remove(doc_ids=[first])
        assert [act["n"] for act in acts.all()] == [20, 3]
        assert len(acts) == 2
        assert acts.get(doc_id=first) is None
        assert acts.get(doc_id=third) == {"n": 3}
        raise KeyError
    assert [act["n"] for act in acts.all()] == [1, 2]


def test_an_inner_transaction_is_written_with_the_outer_one(database: Database) -> None:
    acts = database.table("acts")
    commits: list[int] = []
    database.before_commit = lambda: commits.append(len(acts))
    with database.transaction():
        with database.transaction():
            acts.insert({"n": 1})
        acts.insert({"n": 2})
        assert commits == []
    assert commits == [2]
    with database.transaction():
        pass
    assert commits == [2]


def test_a_failed_part_that_was_passed_over_takes_the_whole_back(database: Database) -> None:
    acts = database.table("acts")

    def careless() -> None:
        with database.transaction():
            acts.insert({"n": 1})
            with suppress(KeyError), database.transaction():
                acts.insert({"n": 2})
                raise KeyError

    with pytest.raises(RuntimeError, match="passed over"):
        careless()
    assert len(acts) == 0
    acts.insert({"n": 3})
    assert [act["n"] for act in acts] == [3]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), asyncio.CancelledError(), ValueError()])
def test_an_interrupted_commit_leaves_memory_and_disk_alike(
    path: Path, error: BaseException
) -> None:
    with Database.open(path) as database:
        acts = database.table("acts")
        acts.insert({"n": 1})
        fails_with(database, error)
        with pytest.raises(type(error)):
            acts.update({"n": 2})
        assert [act["n"] for act in acts] == [1]
        works_again(database)
        acts.insert({"n": 3})
    with Database.open(path) as database:
        assert [act["n"] for act in database.table("acts")] == [1, 3]


def test_after_a_failed_sync_nothing_more_is_claimed_to_be_saved(path: Path) -> None:
    with Database.open(path) as database:
        acts = database.table("acts")
        acts.insert({"n": 1})
        fails_with(database, disk_error(sqlite3.SQLITE_IOERR_FSYNC))
        with pytest.raises(WriteFailedError) as told:
            acts.insert({"n": 2})
        assert "may or may not be saved" in told.value.sentence
        works_again(database)
        with pytest.raises(WriteFailedError, match="until it is restarted"):
            acts.insert({"n": 3})
        assert [act["n"] for act in acts] == [1]
    with Database.open(path) as database:
        database.table("acts").insert({"n": 4})
        assert [act["n"] for act in database.table("acts")] == [1, 4]


def test_a_refused_write_can_be_done_again(database: Database) -> None:
    acts = database.table("acts")
    fails_with(database, disk_error(sqlite3.SQLITE_READONLY_DBMOVED))
    with pytest.raises(WriteFailedError, match="will not be sent"):
        acts.insert({"n": 1})
    works_again(database)
    acts.insert({"n": 1})
    assert len(acts) == 1


async def test_a_transaction_that_awaits_cannot_swallow_another_tasks_act(
    database: Database,
) -> None:
    acts = database.table("acts")
    inside, goes_on = asyncio.Event(), asyncio.Event()

    async def careless() -> None:
        with database.transaction():
            acts.insert({"n": 1})
            inside.set()
            await goes_on.wait()

    task = asyncio.create_task(careless())
    await inside.wait()
    with pytest.raises(RuntimeError, match="must not await"):
        acts.insert({"n": 2})
    goes_on.set()
    await task
    acts.insert({"n": 3})
    assert [act["n"] for act in acts] == [1, 3]


def test_a_wrong_thread_is_a_bug_and_not_the_disks_fault(database: Database) -> None:
    errors: list[BaseException] = []

    def elsewhere() -> None:
        try:
            database.table("acts").insert({"n": 1})
        except sqlite3.ProgrammingError as error:
            errors.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(errors) == 1
    assert len(database.table("acts")) == 0
    database.table("acts").insert({"n": 2})
    assert [act["n"] for act in database.table("acts")] == [2]


def test_a_closed_file_says_so_and_can_be_closed_again(path: Path) -> None:
    database = Database.open(path)
    acts = database.table("acts")
    acts.insert({"n": 1})
    database.close()
    database.close()
    with pytest.raises(sqlite3.ProgrammingError):
        acts.insert({"n": 2})
    assert [act["n"] for act in acts] == [1]


def test_one_table_has_one_kind(database: Database) -> None:
    assert database.table("acts") is database.table("acts")
    with pytest.raises(ValueError, match="acts"):
        database.shelf("acts", int)
