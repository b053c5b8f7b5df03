"""Copies of a profile's file, beside it: each is whole and checked, or it is not there."""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from qjira_gui.store import files
from qjira_gui.store.table import Key

#: Beside the profile's file.
FOLDER: Final = "backups"
#: One row of a file; None where it is to be removed.
Row = tuple[str, Key, bytes | None]

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"qjira-(\d{6,})-(\d{8}T\d{6}Z)\.db")


@dataclass(frozen=True, order=True)
class Listed:
    """A copy by its name; the number says which is newer, also when the clock was wrong."""

    number: int
    made_at: float
    path: Path


def listed(profile: Path) -> list[Listed]:
    """Return the copies that are there, oldest first; not yet whether they are good."""
    found = []
    with suppress(OSError):
        for path in (profile / FOLDER).iterdir():
            if name := _NAME.fullmatch(path.name):
                with suppress(ValueError):  # digits that are no date
                    made = datetime.strptime(name[2], _STAMP).replace(tzinfo=UTC)
                    found.append(Listed(int(name[1]), made.timestamp(), path))
    return sorted(found)


def stamp(now: float) -> str:
    """Return a time as it stands in the names of files."""
    return datetime.fromtimestamp(now, UTC).strftime(_STAMP)


class Copy:
    """A copy on its way: write rows, seal, keep; or discard what there is of it."""

    def __init__(self, profile: Path, version: int, now: float) -> None:
        """Begin a copy of schema `version`; one at a time, since a kill's remains are removed."""
        folder = profile / FOLDER
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob("*.tmp"):
            left.unlink()
        earlier = listed(profile)
        number = earlier[-1].number + 1 if earlier else 1
        self.path = folder / f"qjira-{number:06}-{stamp(now)}.db"
        self._temporary = self.path.with_name(self.path.name + ".tmp")
        try:
            files.write_empty(self._temporary, version)
        except OSError:
            self._temporary.unlink(missing_ok=True)
            raise
        self._db = sqlite3.connect(self._temporary, isolation_level=None)
        # Nothing needs to be undone or synced before it is whole.
        self._db.execute("pragma journal_mode=off")
        self._db.execute("pragma synchronous=off")
        self._db.execute("begin")

    def write(self, rows: Iterable[Row]) -> None:
        """Insert, replace or remove rows."""
        for table, key, blob in rows:
            if blob is None:
                self._db.execute(files.DELETE, (table, key))
            else:
                self._db.execute(files.UPSERT, (table, key, blob))

    def seal(self) -> None:
        """Write no more; in the thread that began it."""
        self._db.execute("commit")
        self._db.close()

    def keep(self) -> None:
        """Sync, check and name a sealed copy; takes a while, and may do so in any thread."""
        files.sync(self._temporary)
        with files.reading(self._temporary) as db:
            if problem := files.problem_of(db):
                raise sqlite3.DatabaseError(problem)
        self._temporary.replace(self.path)
        files.sync_folder(self.path.parent)

    def discard(self) -> None:
        """Leave nothing of a copy that could not be finished."""
        self._db.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def copy_at_once(profile: Path, version: int, rows: Iterable[Row], now: float) -> Path:
    """Make a copy of `rows` while everything else waits."""
    copy = Copy(profile, version, now)
    try:
        copy.write(rows)
        copy.seal()
        copy.keep()
    except BaseException:
        copy.discard()
        raise
    return copy.path
