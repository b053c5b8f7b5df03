"""Somebody whose file broke goes back to a copy, and nothing is sent twice because of it."""

import asyncio
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from qjira_gui.domain.doubt import SETTLE
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link, Origin
from qjira_gui.domain.outbox import (
    Entry,
    EntryKind,
    EntryState,
)
from qjira_gui.store import backup
from qjira_gui.store.database import AlreadyOpenError, DamagedFileError, Database
from qjira_gui.store.opening import set_aside
from qjira_gui.store.profile import Store
from tests.store.conftest import acts

ROOT = Path(__file__).parents[2]
DAY = 86400.0
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC).timestamp()
HOLD = """
import sys
from pathlib import Path
from qjira_gui.store.database import Database
database = Database.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def profile(path: Path) -> Path:
    return path.parent


def opened_at(profile: Path, now: float = NOON) -> Store:
    draws = iter(range(1, 1000))
    return Store.open(profile, lambda: now, lambda bits: next(draws))


def entry(number: int, state: EntryState, **more: Any) -> Entry:
    values: dict[str, Any] = {"kind": EntryKind.COMMENT, "created_at": NOON - 5000, **more}
    return Entry(
        id=f"{number:024x}", lane=f"anomaly:{number}", anomaly_id=number, state=state, **values
    )


def link(number: int, **more: Any) -> Link:
    issue = Issue(id=str(10_000 + number), key=f"DQ-{number}")
    return Link(
        id=f"{number:024x}",
        anomaly_id=number,
        origin=Origin.LINKED,
        created_at=0,
        issue=issue,
        **more,
    )


def backed_up(profile: Path, *entries: Entry) -> backup.Backup:
    """A profile with two links and these entries, closed, and its copy."""
    with Database.open(profile / "qjira.db") as database:
        store = Store(database, lambda: NOON, lambda bits: 1)
        for one in (link(1), link(2), link(3, removed_at=NOON)):
            store.links.put(one)
        for one_entry in entries:
            store.outbox.save(one_entry)
        assert asyncio.run(backup.take(database, profile, NOON)) is None
    found = backup.newest(profile)
    assert found is not None
    return found


def test_somebody_whose_file_broke_gets_links_and_unsent_work_back(profile: Path) -> None:
    made = backed_up(
        profile, entry(1, EntryState.SENT), entry(2, EntryState.WAITING, payload={"message": "Hi"})
    )
    assert (made.links, made.entries, made.unsent) == (2, 2, 1)
    path = profile / "qjira.db"
    path.write_text("damaged")
    with Database.open(path) as database:
        assert database.damage is not None
    aside = backup.restore(profile, made, NOON)
    assert aside is not None
    assert aside.name == "qjira.replaced-20300101T120000Z.db"
    assert aside.exists()
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    store = opened_at(profile)
    assert store.damage is None
    assert [found.anomaly_id for found in store.links.all()] == [1, 2]
    assert [e.payload for e in store.outbox.unfinished()] == [{"message": "Hi"}]
    store.close()
    assert backup.newest(profile) == made, "the copy itself stays"


def test_what_may_have_been_sent_since_is_looked_for_before_it_is_sent(
    profile: Path,
) -> None:
    waiting = entry(1, EntryState.WAITING)
    tried = entry(2, EntryState.WAITING, first_sent_at=NOON - 60, looks=3)
    sending = entry(3, EntryState.SENDING, first_sent_at=NOON - 9)
    stuck = entry(4, EntryState.NEEDS_YOU)
    issue = entry(5, EntryState.WAITING, kind=EntryKind.ISSUE, due_at=NOON - 50)
    sent = entry(6, EntryState.SENT, remote_id="17")
    gone = entry(7, EntryState.CANCELLED)
    made = backed_up(profile, waiting, tried, sending, stuck, issue, sent, gone)
    later = NOON + DAY
    backup.restore(profile, made, later)
    with Database.open(profile / "qjira.db") as database:
        shelf = database.shelf("entries", Entry)
        found = list(shelf.view().values())
    assert found == [
        replace(waiting, in_doubt=True, first_sent_at=waiting.created_at),
        replace(tried, in_doubt=True, looks=0),
        replace(sending, in_doubt=True),
        replace(stuck, in_doubt=True, first_sent_at=stuck.created_at),
        # Jira's search may not know yet what was created a moment before.
        replace(issue, in_doubt=True, first_sent_at=issue.created_at, due_at=later + SETTLE),
        sent,
        gone,
    ]


def test_an_open_profile_is_not_replaced(profile: Path) -> None:
    made = backed_up(profile)
    store = opened_at(profile)
    with pytest.raises(AlreadyOpenError):
        backup.restore(profile, made, NOON)
    store.links.put(link(9))
    store.close()
    command = [sys.executable, "-c", HOLD, str(profile / "qjira.db")]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"open"
        with pytest.raises(AlreadyOpenError):
            backup.restore(profile, made, NOON)
        holder.kill()
    store = opened_at(profile)
    assert [found.anomaly_id for found in store.links.all()] == [1, 2, 9]
    store.close()


def test_the_replaced_file_keeps_what_was_only_in_its_wal(profile: Path, tmp_path: Path) -> None:
    made = backed_up(profile)
    path = profile / "qjira.db"
    left = tmp_path / "left"
    left.mkdir()
    with Database.open(path) as database:
        database.table("acts").insert({"n": 7})
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", left / f"qjira.db{ending}")
    for ending in ("", "-wal"):
        shutil.copy(left / f"qjira.db{ending}", f"{path}{ending}")
    aside = backup.restore(profile, made, NOON)
    with Database.open(path) as database:
        assert acts(database) == [], "the old -wal was played into the restored file"
        assert database.damage is None
    assert aside is not None
    with Database.open(aside) as database:
        assert acts(database) == [7]


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_stop_in_the_middle_of_going_back_loses_nothing(
    profile: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backed_up(profile)

    def stop(path: Path, now: float, why: str) -> Path:
        if step == "after":
            set_aside(path, now, why)
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, "set_aside", stop)
    with pytest.raises(KeyboardInterrupt):
        backup.restore(profile, made, NOON)
    monkeypatch.undo()
    path = profile / "qjira.db"
    with Database.open(path) as database:
        assert (database.damage is None) == (step == "before")
    assert backup.newest(profile) == made
    backup.restore(profile, made, NOON + 60)
    store = opened_at(profile)
    assert len(store.links.all()) == 2
    store.close()
    assert not path.with_name("qjira.db.restored").exists()


def test_a_copy_that_broke_since_it_was_offered_changes_nothing(profile: Path) -> None:
    made = backed_up(profile)
    before = (profile / "qjira.db").read_bytes()
    made.path.write_bytes(made.path.read_bytes()[:6000])
    with pytest.raises(DamagedFileError) as told:
        backup.restore(profile, made, NOON)
    assert "Choose an earlier one" in told.value.sentence
    made.path.unlink()
    with pytest.raises(AppError):
        backup.restore(profile, made, NOON)
    assert (profile / "qjira.db").read_bytes() == before
    assert not (profile / "qjira.db.restored").exists()
