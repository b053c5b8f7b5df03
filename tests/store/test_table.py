"""The table answers as TinyDB's own does, by copies, and the same after a restart."""

import copy
import sqlite3
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings, stateful
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document
from tinydb.table import Table as TinyTable

from qjira_gui.store.database import Database
from qjira_gui.store.table import Table

ODD = {"name": "Größe ✓ 数据 \U0001f600 \u202e", "deep": {"tags": ["é", [1, 2.5, None, True]]}}


@pytest.fixture
def table(path: Path) -> Iterator[Table]:
    with Database.open(path) as database:
        yield database.table("acts")


def test_any_text_survives_a_restart(path: Path) -> None:
    with Database.open(path) as database:
        database.table("Süß").insert(ODD)
    with Database.open(path) as database:
        assert database.table("Süß").all() == [ODD]


def test_what_was_handed_out_or_in_is_a_copy(table: Table) -> None:
    given = copy.deepcopy(ODD)
    number = table.insert(given)
    query = where("name") == ODD["name"]
    handed_out = [
        given,
        table.get(doc_id=number),
        table.get(query),
        table.search(query)[0],
        table.search(query)[0],
        table.all()[0],
        next(iter(table)),
        table.get(doc_ids=[number])[0],
    ]
    for document in handed_out:
        assert document is not None
        document["deep"]["tags"].append("spoiled")  # type: ignore[index]
    assert table.get(doc_id=number) == ODD


def test_an_update_that_fails_halfway_changes_nothing(table: Table) -> None:
    table.insert_multiple([{"n": 1}, {"n": 2}, {"n": "three"}])

    def half(document: MutableMapping[str, Any]) -> None:
        document["n"] /= 2

    with pytest.raises(TypeError):
        table.update(half)
    assert [document["n"] for document in table] == [1, 2, "three"]


def test_what_cannot_be_stored_is_refused_at_once(table: Table) -> None:
    table.insert({"n": 1})
    with pytest.raises(TypeError):
        table.insert_multiple([{"n": 2}, {"n": object()}])
    with pytest.raises(ValueError, match="mapping"):
        table.insert([("n", 3)])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="1 exists"):
        table.insert(Document({"n": 4}, doc_id=1))
    assert table.all() == [{"n": 1}]


def test_numbers_are_never_given_twice_in_a_run(table: Table) -> None:
    assert table.insert_multiple([{}, Document({}, doc_id=7), {}]) == [1, 7, 8]
    table.remove(doc_ids=[8])
    assert table.insert({}) == 9
    table.truncate()
    assert len(table) == 0
    assert table.insert({}) == 10


def test_a_table_may_be_changed_while_it_is_gone_through(table: Table) -> None:
    table.insert_multiple({"n": n} for n in range(5))
    for document in table:
        table.remove(doc_ids=[document.doc_id])
    assert len(table) == 0


def test_questions_without_a_condition_are_refused(table: Table) -> None:
    with pytest.raises(RuntimeError):
        table.remove()
    with pytest.raises(RuntimeError):
        table.get()


def test_a_row_that_cannot_be_read_keeps_its_number_and_its_bytes(path: Path) -> None:
    with Database.open(path) as database:
        database.table("acts").insert_multiple([{"n": 1}, {"n": 2}])
    with closing(sqlite3.connect(path)) as other:
        other.execute("update docs set doc=? where id=2", (b'{"n": "\xff',))
        other.commit()
    with Database.open(path) as database:
        acts = database.table("acts")
        assert acts.all() == [{"n": 1}]
        assert acts.unreadable == [2]
        assert acts.insert({"n": 3}) == 3
        with pytest.raises(ValueError, match="2 exists"):
            acts.insert(Document({}, doc_id=2))
    with closing(sqlite3.connect(path)) as other:
        rows = other.execute("select id, doc from docs order by id").fetchall()
        assert rows == [(1, b'{"n":1}'), (2, b'{"n": "\xff'), (3, b'{"n":3}')]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
DOCUMENTS = st.fixed_dictionaries({"k": st.integers(0, 4)}, optional={"v": VALUES, "w": VALUES})
IDS = st.lists(st.integers(1, 12), max_size=4)


class LikeTinyDB(stateful.RuleBasedStateMachine):
    """The same acts on our table and on TinyDB's own, transactions and restarts between.

    Ours is in the order of ids, also after a restart; TinyDB's in the order of insertion.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "qjira.db"
        self.ours = Database.open(self.path)
        self.theirs = TinyDB(storage=MemoryStorage)

    def teardown(self) -> None:
        self.ours.close()
        self.folder.cleanup()

    @property
    def both(self) -> list[TinyTable]:
        return [self.ours.table("acts"), self.theirs.table("acts")]

    @stateful.rule(documents=st.lists(DOCUMENTS, max_size=4))
    def insert(self, documents: list[dict[str, Any]]) -> None:
        ours, theirs = self.both
        ids = ours.insert_multiple(documents)
        # TinyDB gives a number anew when its owner is gone and the file was opened again.
        theirs.insert_multiple(
            [Document(document, key) for key, document in zip(ids, documents, strict=True)]
        )

    @stateful.rule(fields=DOCUMENTS, k=st.integers(0, 4))
    def update(self, fields: dict[str, Any], k: int) -> None:
        ours, theirs = (table.update(fields, where("k") == k) for table in self.both)
        assert ours == sorted(theirs)

    @stateful.rule(ids=IDS)
    def update_by_id(self, ids: list[int]) -> None:
        def more(document: MutableMapping[str, Any]) -> None:
            document["k"] = (document["k"] + 1) % 5
            document.setdefault("seen", []).append(document["k"])

        ours, theirs = (table.update(more, doc_ids=ids) for table in self.both)
        assert ours == theirs

    @stateful.rule(first=DOCUMENTS, second=DOCUMENTS, k=st.integers(0, 4))
    def update_multiple(self, first: dict[str, Any], second: dict[str, Any], k: int) -> None:
        updates = [(first, where("k") == k), (second, where("k") == first["k"])]
        ours, theirs = (table.update_multiple(updates) for table in self.both)
        assert ours == sorted(theirs)

    @stateful.rule(document=DOCUMENTS, key=st.integers(1, 12))
    def upsert(self, document: dict[str, Any], key: int) -> None:
        ours, theirs = (table.upsert(Document(document, key)) for table in self.both)
        assert ours == theirs

    @stateful.rule(ids=IDS.filter(lambda ids: len(ids) == len(set(ids))))
    def remove_by_id(self, ids: list[int]) -> None:
        ours, theirs = (table.remove(doc_ids=ids) for table in self.both)
        assert ours == theirs

    @stateful.rule(k=st.integers(0, 4))
    def remove(self, k: int) -> None:
        ours, theirs = (table.remove(where("k") > k) for table in self.both)
        assert ours == sorted(theirs)

    @stateful.rule()
    def truncate(self) -> None:
        for table in self.both:
            table.truncate()

    @stateful.rule(documents=st.lists(DOCUMENTS, max_size=3), ids=IDS, fields=DOCUMENTS)
    def fail(self, documents: list[dict[str, Any]], ids: list[int], fields: dict[str, Any]) -> None:
        with suppress(KeyError), self.ours.transaction():
            table = self.ours.table("acts")
            table.insert_multiple(documents)
            table.remove(doc_ids=ids)
            table.update(fields)
            raise KeyError

    @stateful.rule()
    def restart(self) -> None:
        self.ours.close()
        self.ours = Database.open(self.path)

    @stateful.rule(documents=st.lists(DOCUMENTS, max_size=3), k=st.integers(0, 4))
    def succeed(self, documents: list[dict[str, Any]], k: int) -> None:
        with self.ours.transaction():
            self.insert(documents)
            self.update({"v": k}, k)
            self.alike()
            self.remove(k)
            self.alike()

    @stateful.invariant()
    def alike(self) -> None:
        ours, theirs = self.both
        assert ours.all() == sorted(theirs.all(), key=lambda document: document.doc_id)
        assert [one.doc_id for one in ours] == sorted(one.doc_id for one in theirs)
        assert len(ours) == len(theirs)
        for k in (0, 3):
            query = where("k") == k
            assert ours.count(query) == theirs.count(query)
            assert ours.contains(query) == theirs.contains(query)
            assert ours.contains(doc_id=k) == theirs.contains(doc_id=k)
            assert ours.get(doc_id=k) == theirs.get(doc_id=k)
        assert len(ours.search(where("v").exists())) == len(theirs.search(where("v").exists()))


TestLikeTinyDB = LikeTinyDB.TestCase
# Shrinking a failure opens files for longer than faulthandler_timeout lets any test run.
TestLikeTinyDB.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
