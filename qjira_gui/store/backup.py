"""A copy of the profile's file a day, some of them kept, and the way back from one."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from qjira_gui.domain.doubt import SETTLE
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import (
    UNFINISHED,
    EntryKind,
    EntryState,
)
from qjira_gui.store import files
from qjira_gui.store.copies import Copy, Listed, listed
from qjira_gui.store.database import Database
from qjira_gui.store.migration import SCHEMA_VERSION
from qjira_gui.store.opening import DamagedFileError, DiskFullError, explained, lock, set_aside

#: Seconds: less than a day, or a start that is a little earlier every morning would skip days.
SPACING: Final = 20 * 3600.0
#: The last copy of each of the last days, then the last one of each of the weeks before.
DAYS: Final = 7
WEEKS: Final = 4
#: The tables and fields that are read and mended here: the stores', see migration.py.
_ENTRIES: Final = "entries"
_LINKS: Final = "links"


class _Seen(msgspec.Struct):
    """As much of a row as counting needs."""

    state: str = EntryState.WAITING
    removed_at: float | None = None


@dataclass(frozen=True)
class Backup:
    """A copy that was found to be good, and what somebody would get back with it."""

    path: Path
    made_at: float
    #: Links that held, acts of all kinds, and those among them that had not been sent.
    links: int
    entries: int
    unsent: int


def due(profile: Path, now: float) -> bool:
    """Say whether it is time for the next copy; also right when the clock was set."""
    return all(abs(now - copy.made_at) >= SPACING for copy in listed(profile))


async def take(database: Database, profile: Path, now: float) -> AppError | None:
    """Copy the open file in small steps, then drop old copies; return what went wrong.

    Everything else goes on meanwhile. One copy at a time; cancel it before the file is closed.
    """
    # After damage the newest copy must stay the newest until somebody has had a chance to go back
    # to it, and a copy of nothing is of no use to anybody.
    if database.set_aside is not None or database.empty:
        return None
    try:
        copy = Copy(profile, database.schema_version, now)
        try:
            # The rows come through the open connection: SQLite's own backup cannot stop between
            # two steps in Python, and opening the live file again would lose its POSIX locks.
            with closing(database.in_steps()) as steps:
                for rows in steps:
                    copy.write(rows)
                    await asyncio.sleep(0)
            copy.seal()
            await asyncio.to_thread(copy.keep)
        except BaseException:
            copy.discard()
            raise
        for old in _too_many(listed(profile)):
            old.path.unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        full = isinstance(explained(error), DiskFullError)
        reason = "the disk is full" if full else "its folder cannot be written"
        remedy = "Free some space." if full else f"Look at the folder {profile / 'backups'}."
        return AppError(
            f"The daily copy of your links and unsent work could not be made: {reason}. The work "
            f"itself is safe, and earlier copies are still there. {remedy}",
            f"{type(error).__name__}: {error}",
        )
    return None


def newest(profile: Path) -> Backup | None:
    """Return the newest copy that this version can open and that has no damage."""
    found = (_look_at(copy) for copy in reversed(listed(profile)))
    return next((backup for backup in found if backup is not None), None)


def restore(profile: Path, backup: Backup, now: float) -> Path | None:
    """Put a copy in the file's place and return where that one is now; raises AppError.

    For a profile that is closed. A stop before the end leaves the file as it was, or none, which
    the next start reports like damage.
    """
    path = profile / "qjira.db"
    new = path.with_name(path.name + ".restored")
    try:
        with closing(lock(path)):
            try:
                new.unlink(missing_ok=True)
                new.touch(0o600)  # before anybody's words are in it
                shutil.copyfile(backup.path, new)
                _distrust(new, now)
                files.sync(new)
                there = any(path.with_name(path.name + end).exists() for end in ("", "-wal"))
                aside = set_aside(path, now, "replaced") if there else None
                new.replace(path)
            finally:
                new.unlink(missing_ok=True)
            files.sync_folder(profile)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise explained(error, opening=path) from error
        raise DamagedFileError(
            "This copy cannot be read any more, so nothing was changed. Choose an earlier one.",
            f"{backup.path}: {error}",
        ) from error
    except OSError as error:
        raise explained(error, opening=path) from error
    return aside


def _distrust(path: Path, now: float) -> None:
    """Make every unfinished entry look at its server before it sends anything.

    What waited when the copy was made may have been sent since, and the copy cannot know: sent
    again it would be there twice. In doubt it is looked for first, from the moment of its making,
    since nobody knows when it left. A new issue also waits until Jira's search has surely heard of
    what was created just before.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        if problem := files.problem_of(db):
            raise sqlite3.DatabaseError(problem)
        db.execute("pragma journal_mode=memory")
        db.execute("begin")
        for key, blob in db.execute("select id, doc from docs where tbl=?", (_ENTRIES,)).fetchall():
            try:
                entry: dict[str, Any] = msgspec.json.decode(blob, type=dict[str, Any])
            except (msgspec.MsgspecError, ValueError):
                continue  # stays as it is: unreadable entries are never sent
            if entry.get("state", EntryState.WAITING) not in UNFINISHED:
                continue
            entry["in_doubt"] = True
            if entry.get("first_sent_at") is None:
                entry["first_sent_at"] = entry["created_at"]
            entry["looks"] = 0
            if entry["kind"] == EntryKind.ISSUE:
                entry["due_at"] = max(entry.get("due_at", 0.0), now + SETTLE)
            changed = msgspec.json.encode(entry)
            db.execute(files.UPSERT, (_ENTRIES, key, changed))
        db.execute("commit")


def _look_at(copy: Listed) -> Backup | None:
    counts = dict.fromkeys(("links", "entries", "unsent"), 0)
    try:
        with files.reading(copy.path) as db:
            (version,) = db.execute("select value from meta where name='schema'").fetchone()
            if version > SCHEMA_VERSION or files.problem_of(db):
                return None
            rows = db.execute("select tbl, doc from docs where tbl in (?,?)", (_LINKS, _ENTRIES))
            for table, blob in rows:
                seen = msgspec.json.decode(blob, type=_Seen)
                if table == _LINKS:
                    counts["links"] += seen.removed_at is None
                else:
                    counts["entries"] += 1
                    counts["unsent"] += seen.state in UNFINISHED
    except (sqlite3.Error, OSError, TypeError, ValueError):
        return None
    return Backup(copy.path, copy.made_at, **counts)


def _too_many(copies: Iterable[Listed]) -> list[Listed]:
    days: set[object] = set()
    weeks: set[object] = set()
    gone = []
    for copy in sorted(copies, reverse=True):
        made = datetime.fromtimestamp(copy.made_at, UTC)
        week = made.isocalendar()[:2]
        if made.date() not in days and len(days) < DAYS:
            days.add(made.date())
        elif made.date() not in days and week not in weeks and len(weeks) < WEEKS:
            weeks.add(week)
        else:
            gone.append(copy)
    return gone
