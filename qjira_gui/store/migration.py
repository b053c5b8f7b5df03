"""How an older version's file becomes this version's: copied first, then all in one commit."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from qjira_gui.domain.errors import AppError
from qjira_gui.store import files
from qjira_gui.store.copies import Row, copy_at_once
from qjira_gui.store.table import Key

Blobs = dict[str, dict[Key, bytes]]
#: All rows by table and id, as plain JSON.
Documents = dict[str, dict[Key, Any]]
#: A pure function from all rows of one version to all rows of the next.
Migration = Callable[[Documents], Documents]

FIRST_VERSION: Final = 1
#: The first leads from version 1 to version 2, and so on. Never change one that was released:
#: append the next. A renamed table takes `_ENTRIES` in backup.py along.
MIGRATIONS: Final[tuple[Migration, ...]] = ()
#: What this version writes; a higher number in the file's `meta` row is refused.
SCHEMA_VERSION: Final = FIRST_VERSION + len(MIGRATIONS)


class MigrationFailedError(AppError):
    """An old file could not be taken over; it is as it was."""


def migrate(
    db: sqlite3.Connection,
    profile: Path,
    version: int,
    blobs: Blobs,
    migrations: Sequence[Migration],
    now: float,
    reached: Callable[[str], None],
) -> Blobs:
    """Bring an open file from `version` to the newest and return its rows.

    `reached` is called at "before migration", "during migration" (half of the rows are written),
    "before the commit" and "after migration": where tests let things go wrong.
    """
    copy_at_once(profile, version, _rows(blobs), now)
    reached("before migration")
    new = _migrated(blobs, migrations[version - FIRST_VERSION :])
    changes = list(_changes(blobs, new))
    db.execute("begin immediate")
    try:
        for count, (table, key, blob) in enumerate(changes):
            if count == len(changes) // 2:
                reached("during migration")
            if blob is None:
                db.execute(files.DELETE, (table, key))
            else:
                db.execute(files.UPSERT, (table, key, blob))
        newest = FIRST_VERSION + len(migrations)
        db.execute("update meta set value=? where name='schema'", (newest,))
        reached("before the commit")
        db.execute("commit")
    except BaseException:
        if db.in_transaction:  # a full disk has rolled back by itself
            db.execute("rollback")
        raise
    reached("after migration")
    return new


def _migrated(blobs: Blobs, migrations: Sequence[Migration]) -> Blobs:
    """Take rows through some migrations; those that are no JSON stay as they are."""
    documents: Documents = {}
    new: Blobs = {}
    for table, rows in blobs.items():
        documents[table], new[table] = {}, {}
        for key, blob in rows.items():
            try:
                documents[table][key] = msgspec.json.decode(blob)
            except (msgspec.MsgspecError, ValueError):
                new[table][key] = blob
    try:
        for migration in migrations:
            documents = migration(documents)
        for table, changed in documents.items():
            kept = new.setdefault(table, {})
            kept.update({key: msgspec.json.encode(value) for key, value in changed.items()})
    except Exception as error:
        raise MigrationFailedError(
            "This version of QJira could not take over the profile that an older one wrote. "
            "Nothing was changed, and nothing is lost. Go back to the older version, and show the "
            "details to whoever looks after QJira.",
            f"{type(error).__name__}: {error}",
        ) from error
    return new


def _changes(old: Blobs, new: Blobs) -> Iterator[Row]:
    for table, key, blob in _rows(new):
        if old.get(table, {}).get(key) != blob:
            yield table, key, blob
    for table, key, _ in _rows(old):
        if key not in new.get(table, {}):
            yield table, key, None


def _rows(blobs: Blobs) -> Iterator[Row]:
    return ((table, key, blob) for table, rows in blobs.items() for key, blob in rows.items())
