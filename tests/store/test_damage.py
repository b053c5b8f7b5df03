"""A file that is damaged, empty or another program's is kept as it is, and that is said."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qjira_gui.store.database import Database
from tests.store.conftest import acts

ASIDE = "qjira.damaged-20300101T120000Z.db"


def at_noon() -> float:
    """1 January 2030, 12:00 UTC."""
    return 1_893_499_200.0


def opened(path: Path) -> Database:
    return Database.open(path, now=at_noon)


def starts_empty_and_says_so(path: Path) -> Path:
    """Open a file that cannot be used; return where it was kept."""
    with opened(path) as database:
        assert acts(database) == []
        assert database.set_aside is not None
        assert database.damage is not None
        assert database.set_aside.name in database.damage.sentence
        database.table("acts").insert({"n": 1})
        aside = database.set_aside
    with opened(path) as database:
        assert acts(database) == [1]
        assert database.set_aside is None
        assert database.damage is None
    return aside


def test_a_main_file_cut_anywhere_is_set_aside_as_it_was(filled: Path, tmp_path: Path) -> None:
    whole = filled.read_bytes()
    for number, length in enumerate(range(0, len(whole), len(whole) // 20)):
        path = tmp_path / str(number) / "qjira.db"
        path.parent.mkdir()
        path.write_bytes(whole[:length])
        aside = starts_empty_and_says_so(path)
        assert aside.name == ASIDE
        assert aside.read_bytes() == whole[:length]


def test_a_page_overwritten_in_the_middle_is_noticed_at_the_start(filled: Path) -> None:
    spoiled = bytearray(filled.read_bytes())
    spoiled[4096 * 5 : 4096 * 5 + 64] = b"\xaa" * 64
    filled.write_bytes(spoiled)
    assert starts_empty_and_says_so(filled).read_bytes() == spoiled


def test_a_cut_main_file_takes_its_wal_along(cut_off: Path) -> None:
    main, wal = cut_off.read_bytes(), Path(f"{cut_off}-wal").read_bytes()
    cut_off.write_bytes(b"\0" * 100 + main[100:])
    aside = starts_empty_and_says_so(cut_off)
    assert Path(f"{aside}-wal").read_bytes() == wal
    # Nothing is lost for whoever mends the header.
    aside.write_bytes(main)
    mended = cut_off.with_name("mended.db")
    aside.replace(mended)
    Path(f"{aside}-wal").replace(f"{mended}-wal")
    with opened(mended) as database:
        assert acts(database) == list(range(320))


def test_a_wal_whose_main_file_is_missing_is_not_thrown_away(cut_off: Path) -> None:
    wal = Path(f"{cut_off}-wal").read_bytes()
    cut_off.unlink()
    aside = starts_empty_and_says_so(cut_off)
    assert aside.name == f"{ASIDE}-wal"
    assert aside.read_bytes() == wal


def test_an_empty_main_file_does_not_pass_for_a_new_profile(cut_off: Path) -> None:
    wal = Path(f"{cut_off}-wal").read_bytes()
    cut_off.write_bytes(b"")
    aside = starts_empty_and_says_so(cut_off)
    assert aside.read_bytes() == b""
    assert Path(f"{aside}-wal").read_bytes() == wal


def test_an_empty_main_file_alone_is_reported_too(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert starts_empty_and_says_so(path).name == ASIDE


def test_a_stop_between_setting_aside_and_starting_anew_is_still_told(filled: Path) -> None:
    aside = filled.replace(filled.with_name("qjira.damaged-20291231T235959Z.db"))
    assert starts_empty_and_says_so(filled) == aside


def test_two_damaged_files_in_one_second_are_both_kept(path: Path) -> None:
    path.parent.mkdir()
    for text in ("first", "second"):
        path.write_text(text)
        starts_empty_and_says_so(path)
    kept = sorted(file.read_text(errors="replace") for file in path.parent.glob("*damaged*.db"))
    assert kept == ["first", "second"]


@pytest.mark.parametrize(
    "foreign", [b'{"links": {"1": {}}}', b"notes\n" * 50, b"SQLite format 3\0" + b"\0" * 10]
)
def test_a_file_of_another_kind_is_kept_as_it_is(path: Path, foreign: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(foreign)
    assert starts_empty_and_says_so(path).read_bytes() == foreign


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_another_programs_database_is_kept_as_it_is(path: Path, mode: str) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"pragma journal_mode={mode}")
        other.execute("create table docs(tbl, id, doc)")
        other.execute("create table meta(name, value)")
        other.commit()
    foreign = path.read_bytes()
    assert starts_empty_and_says_so(path).read_bytes() == foreign


def test_our_own_file_without_its_version_is_set_aside(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as other:
        other.execute("delete from meta")
        other.commit()
    starts_empty_and_says_so(filled)


def test_damage_where_nothing_is_stored_is_noticed_before_it_spoils_a_write(filled: Path) -> None:
    with opened(filled) as database:
        database.table("acts").remove(doc_ids=range(1, 251))
    spoiled = bytearray(filled.read_bytes())
    free_page = int.from_bytes(spoiled[32:36], "big")
    assert free_page
    spoiled[4096 * (free_page - 1) : 4096 * free_page] = b"\xff" * 4096
    filled.write_bytes(spoiled)
    assert starts_empty_and_says_so(filled).read_bytes() == spoiled
