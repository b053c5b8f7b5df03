"""How a profile's file is locked, created, checked and set aside, and what people are told."""

import errno
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from qjira_gui.domain.errors import AppError
from qjira_gui.store import files
from qjira_gui.store.copies import stamp
from qjira_gui.store.migration import FIRST_VERSION, Blobs, Migration, migrate

#: After these nobody knows what is on the disk until the file is read anew: after a failed sync
#: the next one may say "done" without having done it.
LASTING: Final = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_OURS: Final = files.APPLICATION_ID.to_bytes(4, "big")
#: The computer's trouble, not the file's.
_NOT_DAMAGE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PROTOCOL,
)


class AlreadyOpenError(AppError):
    """Another process has the file."""


class NewerFileError(AppError):
    """A newer QJira wrote the file."""


class DamagedFileError(AppError):
    """The file cannot be read as ours."""


class DiskFullError(AppError):
    """Nothing was written; it works again as soon as there is space."""


class WriteFailedError(AppError):
    """The system refused to read or write."""


@dataclass
class Opened:
    """A file that is locked, checked and read; `release` gives it free."""

    db: sqlite3.Connection
    schema_version: int
    blobs: Blobs
    release: ExitStack = field(default_factory=ExitStack)
    set_aside: Path | None = None
    damage: DamagedFileError | None = None


def open_file(
    path: Path,
    now: Callable[[], float],
    migrations: Sequence[Migration],
    reached: Callable[[str], None],
) -> Opened:
    """Open or create the file; one that cannot be used is renamed, never overwritten."""
    newest = FIRST_VERSION + len(migrations)
    with ExitStack() as undo:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            undo.enter_context(closing(lock(path)))
            aside, why = None, ""
            try:
                if not path.exists():
                    aside, why = _left_behind(path, now)
                    files.create(path, newest)
                opened = _read(path, newest)
            except DamagedFileError as error:
                aside, why = set_aside(path, now()), error.detail
                files.create(path, newest)
                opened = _read(path, newest)
            undo.callback(opened.db.close)
            version = opened.schema_version
            if version < newest:
                opened.blobs = migrate(
                    opened.db, path.parent, version, opened.blobs, migrations, now(), reached
                )
                opened.schema_version = newest
        except (sqlite3.Error, OSError) as error:
            raise explained(error, opening=path) from error
        opened.release = undo.pop_all()
    if aside:
        opened.set_aside = aside
        opened.damage = DamagedFileError(
            "The file with your links and unsent work could not be read. "
            f"It is kept as {aside.name}, and QJira started with an empty one. Links, and what had "
            "not been sent yet, are missing here; nothing changed in Qualytics or Jira. Do not "
            "delete that file, and show it to whoever looks after QJira.",
            f"{aside}: {why}",
        )
    return opened


def explained(error: sqlite3.Error | OSError, opening: Path | None = None) -> AppError:
    """Return what people are told when a commit failed, or when `opening` the file did."""
    code = primary_code(error)
    detail = f"{opening}: {error}" if opening else str(error)
    if code == sqlite3.SQLITE_BUSY:
        return AlreadyOpenError(
            "QJira is already open with this profile, or another program is reading its file. "
            "Nothing was changed. Use the window that is open, or close it and start again.",
            detail,
        )
    no_space = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if code == sqlite3.SQLITE_FULL or no_space:
        return DiskFullError(
            "The disk is full, so QJira cannot open its file. Nothing that was saved is lost. "
            "Free some space and start again."
            if opening
            else "The disk is full: what you just did was not saved and will not be sent. "
            "Everything before it is safe. Free some space, then do it again.",
            detail,
        )
    if opening:
        return WriteFailedError(
            f"QJira cannot use its folder {opening.parent}. Nothing was changed. Check that you "
            "may write there and that the drive is connected, then start again.",
            detail,
        )
    if code in LASTING:
        return WriteFailedError(
            "The disk failed while QJira was saving, and what you just did may or may not be "
            "saved. To keep the rest safe, QJira saves nothing more until it is restarted. Restart "
            "it, look in the outbox, and repeat only what is missing there.",
            detail,
        )
    return WriteFailedError(
        "The system did not let QJira write: what you just did was not saved and will not be sent. "
        "Everything before it is safe. Check that you may write to QJira's folder, then do it "
        "again.",
        detail,
    )


def primary_code(error: Exception) -> int:
    """Return SQLite's code without the extension in its upper bytes; 0 where there is none."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def lock(path: Path) -> sqlite3.Connection:
    """Keep other processes out while the file itself is looked at, created or renamed.

    An empty SQLite file is a lock that works on every system and is free again after a kill.
    """
    held = sqlite3.connect(path.with_suffix(".lock"), isolation_level=None, timeout=0)
    try:
        held.execute("pragma journal_mode=MEMORY")  # else it needs space on a disk that is full
        held.execute("begin exclusive")
    except BaseException:
        held.close()
        raise
    return held


def _read(path: Path, newest: int) -> Opened:
    """Check and read an existing file."""
    # As bytes first: even looking through SQLite could change another program's file.
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        raise DamagedFileError("", "empty")
    if header[:16] != b"SQLite format 3\0" or header[68:72] != _OURS:
        raise DamagedFileError("", "not a file of QJira")
    with suppress(PermissionError):
        path.chmod(0o600)  # -wal inherits it
    with ExitStack() as undo:
        db = sqlite3.connect(path, isolation_level=None, timeout=0)
        undo.callback(db.close)
        try:
            db.execute("pragma locking_mode=EXCLUSIVE")  # before WAL; kept until close or death
            db.execute("pragma journal_mode=WAL")
            db.execute("pragma synchronous=FULL")
            db.execute("pragma fullfsync=on")  # macOS: a plain fsync stops at the drive's cache
            db.execute("begin exclusive")  # takes the lock now
            db.execute("commit")
            (version,) = db.execute("select value from meta where name='schema'").fetchone()
            if version > newest:
                raise NewerFileError(
                    "A newer QJira wrote this profile. Nothing was changed. "
                    "Start the newer version, or update this one.",
                    f"{path}: schema {version}, known up to {newest}",
                )
            if version < FIRST_VERSION:
                raise DamagedFileError("", f"schema {version}")
            if problem := files.problem_of(db):
                raise DamagedFileError("", problem)
            blobs: Blobs = {}
            for table, key, blob in db.execute("select tbl, id, doc from docs order by tbl, id"):
                blobs.setdefault(table, {})[key] = blob
        except (sqlite3.Error, TypeError) as error:
            if primary_code(error) in _NOT_DAMAGE:
                raise
            raise DamagedFileError("", str(error)) from error
        undo.pop_all()
        return Opened(db, version, blobs)


def _left_behind(path: Path, now: Callable[[], float]) -> tuple[Path | None, str]:
    """Say what a main file that is missing has left behind: opening would delete its -wal."""
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        return set_aside(path, now()), "the main file is missing"
    # Set aside, and then stopped or out of space before another one was in its place.
    starts = (f"{path.stem}.damaged-", f"{path.stem}.replaced-")
    earlier = [other for other in path.parent.glob("*.db") if other.name.startswith(starts)]
    earlier.sort(key=lambda other: other.name.partition("-")[2])
    return (earlier[-1], "set aside at an earlier start") if earlier else (None, "")


def set_aside(path: Path, now: float, why: str = "damaged") -> Path:
    """Rename the file, or what is left of it, and what SQLite keeps beside it."""
    name = f"{path.stem}.{why}-{stamp(now)}"
    aside = path.with_name(name + path.suffix)
    count = 1
    while any(path.parent.glob(f"{aside.name}*")):
        count += 1
        aside = path.with_name(f"{name}-{count}{path.suffix}")
    kept = []
    # The main file first: without its -wal an older state might open as if nothing had happened.
    for ending in ("", "-wal", "-shm", "-journal"):
        part = path.with_name(path.name + ending)
        if part.exists():
            kept.append(part.replace(aside.with_name(aside.name + ending)))
    return kept[0]
