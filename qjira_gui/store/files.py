"""A profile's file as such: made whole or not at all, checked, and safe from a power cut."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

#: "QJir": tells our files from another program's before anything touches them.
APPLICATION_ID: Final = 0x514A6972

UPSERT: Final = "insert into docs values(?,?,?) on conflict(tbl, id) do update set doc=excluded.doc"
DELETE: Final = "delete from docs where tbl=? and id=?"

_SCHEMA = f"""
pragma application_id={APPLICATION_ID};
create table meta(name text primary key, value not null) without rowid;
create table docs(tbl text, id, doc blob not null, primary key(tbl, id)) without rowid;
"""


def write_empty(path: Path, version: int) -> None:
    """Write a complete file without rows that its owner alone may read, and sync it."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.executescript(_SCHEMA)
        memory.execute("insert into meta values('schema', ?)", (version,))
        memory.commit()
        image = memory.serialize()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(image)
        file.flush()
        os.fsync(file.fileno())


def create(path: Path, version: int) -> None:
    """Put a complete file in place at once: an empty one is then never ours."""
    new = path.with_name(path.name + ".new")
    write_empty(new, version)
    new.replace(path)
    sync_folder(path.parent)


def sync(path: Path) -> None:
    """Return when the file's content is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Return when the folder's names are on the disk: else a power cut may take one back."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that nobody writes to, and leave no trace beside it.

    Never a profile's live file: on POSIX, closing a second opening gives up the first one's locks.
    """
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as db:
        yield db


def problem_of(db: sqlite3.Connection) -> str:
    """Say what is wrong with the structure of a file, empty where nothing is."""
    # Without it a cut file can open, and fail much later.
    (found,) = db.execute("pragma quick_check(1)").fetchone()
    return "" if found == "ok" else str(found)
