"""Typed rows stay in step with the disk, whatever fails and whoever wrote them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import pytest

from qjira_gui.store.database import Database, WriteFailedError
from qjira_gui.store.rows import Rows


class Note(msgspec.Struct, frozen=True):
    """What a store would keep."""

    id: str
    text: str
    tags: list[str] = []
    score: float | None = None


class LaterNote(msgspec.Struct, frozen=True):
    """The same, as a later version writes it."""

    id: str
    text: str
    colour: dict[str, int]


class OlderNote(msgspec.Struct, frozen=True):
    """The same, as some version wrote it that this one does not understand."""

    id: str
    text: int


class Loose(msgspec.Struct):
    """Not frozen."""

    id: str


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database.open(path) as database:
        yield database


def test_items_are_there_after_a_restart_in_the_order_of_their_ids(path: Path) -> None:
    second, first = Note("b", "Größe", ["x"], 1.5), Note("a", "数据")
    with Database.open(path) as database:
        notes = Rows(database, "notes", Note)
        notes.put(second)
        notes.put(first)
        assert notes.all() == [first, second]
    with Database.open(path) as database:
        notes = Rows(database, "notes", Note)
        assert notes.all() == [first, second]
        assert notes.get("b") == second
        assert notes.get("c") is None
        assert "b" in notes
        notes.put(Note("b", "changed"))
        notes.remove("a", "c")
        assert notes.all() == [Note("b", "changed")]
        assert len(notes) == 1
    with Database.open(path) as database:
        assert Rows(database, "notes", Note).all() == [Note("b", "changed")]


def test_items_are_handed_out_without_decoding_them_again(database: Database) -> None:
    notes = Rows(database, "notes", Note)
    notes.put(Note("a", "text"), Note("b", "text"))
    assert notes.all()[0] is notes.all()[0]
    assert notes.all()[1] is notes.get("b")


def test_a_failed_transaction_takes_all_stores_back(path: Path) -> None:
    with Database.open(path) as database:
        notes, later = Rows(database, "notes", Note), Rows(database, "later", LaterNote)
        kept = Note("a", "text")
        notes.put(kept)
        with suppress(KeyError), database.transaction():
            notes.put(Note("a", "changed"), Note("0", "new"))
            later.put(LaterNote("1", "new", {}))
            notes.remove("a")
            assert [note.id for note in notes.all()] == ["0"]
            assert later.all() == [LaterNote("1", "new", {})]
            raise KeyError
        assert notes.all() == [kept]
        assert later.all() == []
    with Database.open(path) as database:
        assert Rows(database, "notes", Note).all() == [kept]
        assert Rows(database, "later", LaterNote).all() == []


def test_a_failed_write_leaves_the_item_as_it_was(database: Database) -> None:
    notes = Rows(database, "notes", Note)
    notes.put(Note("a", "text"))

    def fail() -> None:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    database.before_commit = fail
    with pytest.raises(WriteFailedError):
        notes.put(Note("a", "changed"))
    with pytest.raises(WriteFailedError):
        notes.remove("a")
    assert notes.all() == [Note("a", "text")]


def test_what_could_not_be_read_again_is_not_written(path: Path) -> None:
    with Database.open(path) as database:
        notes = Rows(database, "notes", Note)
        notes.put(Note("a", "text"))
        for wrong in (Note("b", 5), Note("a", "x", score="high")):  # type: ignore[arg-type]
            with pytest.raises(msgspec.ValidationError):
                notes.put(Note("c", "fine"), wrong)
        assert notes.all() == [Note("a", "text")]
    with Database.open(path) as database:
        assert Rows(database, "notes", Note).unreadable == []


def test_a_list_changed_after_it_was_put_does_not_change_what_is_kept(database: Database) -> None:
    notes = Rows(database, "notes", Note)
    tags = ["a"]
    notes.put(Note("a", "text", tags))
    tags.append("b")
    assert notes.all() == [Note("a", "text", ["a"])]


def test_rows_of_a_later_version_with_more_fields_are_read(path: Path) -> None:
    with Database.open(path) as database:
        Rows(database, "notes", LaterNote).put(LaterNote("a", "text", {"red": 1}))
    with Database.open(path) as database:
        assert Rows(database, "notes", Note).all() == [Note("a", "text")]


def test_a_row_that_cannot_be_read_spoils_nothing_and_is_not_thrown_away(path: Path) -> None:
    with Database.open(path) as database:
        Rows(database, "notes", OlderNote).put(OlderNote("b", 5))
    with Database.open(path) as database:
        notes = Rows(database, "notes", Note)
        assert notes.unreadable == ["b"]
        notes.put(Note("a", "text"), Note("c", "text"))
        notes.remove("b")
        assert [note.id for note in notes.all()] == ["a", "c"]
    with Database.open(path) as database:
        notes = Rows(database, "notes", Note)
        assert notes.unreadable == ["b"]
        with suppress(KeyError), database.transaction():
            notes.put(Note("b", "new"))
            raise KeyError
        assert notes.unreadable == ["b"]
        notes.put(Note("b", "new"))
        assert notes.unreadable == []
    with Database.open(path) as database:
        assert Rows(database, "notes", Note).get("b") == Note("b", "new")
    with closing(sqlite3.connect(path)) as other:
        kept = other.execute("select id, doc from docs where tbl='unreadable'").fetchall()
    assert kept == [("notes/b", b'{"id":"b","text":5}')]


def test_items_that_could_be_changed_in_place_are_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="frozen"):
        Rows(database, "notes", Loose)
