"""One SQLite file a profile: rows of JSON, locked for one process, on disk before believed."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from qjira_gui.store import files
from qjira_gui.store.copies import Row
from qjira_gui.store.migration import (
    MIGRATIONS,
    SCHEMA_VERSION,
    Migration,
    MigrationFailedError,
)
from qjira_gui.store.opening import (
    LASTING,
    AlreadyOpenError,
    DamagedFileError,
    DiskFullError,
    NewerFileError,
    Opened,
    WriteFailedError,
    explained,
    open_file,
    primary_code,
)
from qjira_gui.store.table import Doc, Key, Shelf, Table

__all__ = [
    "SCHEMA_VERSION",
    "AlreadyOpenError",
    "DamagedFileError",
    "Database",
    "DiskFullError",
    "MigrationFailedError",
    "NewerFileError",
    "WriteFailedError",
]

#: The table for rows that could not be read, when another one takes their place.
KEPT: Final = "unreadable"

#: What one step reads at most: a millisecond's work.
_STEP_ROWS = 200
_STEP_BYTES = 200_000
_NEXT = "select tbl, id, doc from docs where (tbl, id) > (?,?) order by tbl, id limit ?"

V = TypeVar("V")


class Database:
    """All tables of one profile; belongs to the thread that opened it."""

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        now: Callable[[], float] = time.time,
        migrations: Sequence[Migration] = MIGRATIONS,
        reached: Callable[[str], None] = lambda point: None,
    ) -> Self:
        """Open or create the file; blocks for milliseconds.

        One that is damaged, empty or another program's is renamed and reported in `damage`.
        An older version's is copied and taken over; `reached` hears how far that has come.
        """
        return cls(open_file(path, now, migrations, reached))

    def __init__(self, opened: Opened) -> None:
        """Use `Database.open`."""
        self.schema_version = opened.schema_version
        #: Where a file that could not be used is now, and the sentence about it.
        self.set_aside = opened.set_aside
        self.damage = opened.damage
        #: Called before each commit: the place where tests let things go wrong.
        self.before_commit: Callable[[], None] = lambda: None
        self._db = opened.db
        self._blobs = opened.blobs
        self._release = opened.release
        self._shelves: dict[str, Shelf[Any]] = {}
        self._tables: dict[str, Table] = {}
        self._changes: dict[tuple[str, Key], bytes | None] = {}
        #: What was committed since each copy under way began.
        self._followed: list[dict[tuple[str, Key], bytes | None]] = []
        self._depth = 0
        self._doomed = False
        self._owner: object = None
        self._broken: sqlite3.Error | None = None

    def table(self, name: str) -> Table:
        """Return TinyDB's table of this name, always the same one."""
        if name not in self._tables:
            self._tables[name] = Table(self.shelf(name, Doc))
        return self._tables[name]

    def shelf(self, name: str, kind: type[V]) -> Shelf[V]:
        """Return the live rows of a table, decoded as `kind`."""
        if name not in self._shelves:
            self._shelves[name] = Shelf(self, name, kind, self._blobs.pop(name, {}))
        shelf = self._shelves[name]
        if shelf.kind != kind:
            raise ValueError(f"The table {name} is open as {shelf.kind}")
        return shelf

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make one commit of everything written inside; nested ones join.

        An exception means that nothing was written and memory is as before. Do not await inside:
        what another task wrote meanwhile would be taken back when this commit fails.
        """
        task = _current_task()
        if self._depth and task is not self._owner:
            raise RuntimeError("Another task's transaction is open: it must not await inside")
        self._owner = task
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                if self._doomed:
                    raise RuntimeError("A part of this transaction failed and was passed over")
                self._commit()
        except BaseException:
            self._doomed = True
            raise
        finally:
            self._depth -= 1
            if not self._depth:
                self._doomed = False
                self._owner = None
                self._changes.clear()
                for shelf in self._shelves.values():
                    shelf.forget()

    def stage(self, shelf: Shelf[Any], blobs: Mapping[Key, bytes | None]) -> None:
        """Take changes of one shelf into the open transaction."""
        for key, blob in blobs.items():
            self._changes[shelf.name, key] = blob
            if key in shelf.unreadable:
                # Damaged, or written by another version: either way not ours to throw away.
                self._changes[KEPT, f"{shelf.name}/{key}"] = shelf.unreadable[key]

    @property
    def empty(self) -> bool:
        """Whether nothing has ever been kept in this file."""
        return self._db.execute("select 1 from docs limit 1").fetchone() is None

    def in_steps(self) -> Generator[list[Row], None, None]:
        """Give all rows, some at a time; acts may be written between two steps.

        Last comes what they changed: all steps together are the file as it is at that moment.
        """
        changes: dict[tuple[str, Key], bytes | None] = {}
        self._followed.append(changes)
        try:
            last: tuple[str, Key] = ("", "")
            more = True
            while more:
                rows, more = self._step(last)
                if not more:
                    # With the last rows: a step more would meet the acts written meanwhile, then
                    # those written during that one, for as long as somebody works.
                    rows += [(table, key, blob) for (table, key), blob in changes.items()]
                yield rows
                last = rows[-1][:2] if rows else last
        finally:
            # By identity: two copies may have seen the same changes.
            self._followed = [other for other in self._followed if other is not changes]

    def _step(self, last: tuple[str, Key]) -> tuple[list[Row], bool]:
        """Return the rows after `last`, and whether there may be more."""
        rows: list[Row] = []
        size = 0
        with closing(self._db.execute(_NEXT, (*last, _STEP_ROWS))) as cursor:
            for row in cursor:
                rows.append(row)
                size += len(row[2])
                if size > _STEP_BYTES:
                    return rows, True
        return rows, len(rows) == _STEP_ROWS

    def close(self) -> None:
        """Give the file free; closing twice is fine."""
        self._release.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _commit(self) -> None:
        if not self._changes:
            return
        if self._broken:
            raise explained(self._broken)
        try:
            self._db.execute("begin immediate")
            for (table, key), blob in self._changes.items():
                if blob is None:
                    self._db.execute(files.DELETE, (table, key))
                else:
                    self._db.execute(files.UPSERT, (table, key, blob))
            self.before_commit()
            self._db.execute("commit")
        except BaseException as error:
            self._roll_back()
            # A wrong thread or a closed file is our own mistake and not the disk's.
            if isinstance(error, sqlite3.ProgrammingError) or not isinstance(error, sqlite3.Error):
                raise
            if primary_code(error) in LASTING:
                self._broken = error
            raise explained(error) from error
        for followed in self._followed:
            followed.update(self._changes)
        # Memory follows the disk, never the other way round.
        for shelf in self._shelves.values():
            shelf.settle()

    def _roll_back(self) -> None:
        try:
            # On a full disk SQLite has rolled back by itself; a second one would hide the cause.
            if self._db.in_transaction:
                self._db.execute("rollback")
        except sqlite3.ProgrammingError:
            pass  # wrong thread or closed: whoever caused it is told already
        except sqlite3.Error as error:
            self._broken = error


def _current_task() -> object:
    try:
        return asyncio.current_task()
    except RuntimeError:  # no loop runs
        return None
