"""The list of anomalies sorts, filters and grows as plain Python would, and never loses a row."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from qjira_gui.domain.activity import RowState
from qjira_gui.domain.anomaly import Anomaly, FailedCheck, Field, Named, QualityCheck, Tag
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link, Origin
from qjira_gui.domain.listing import ListFilter, hay
from qjira_gui.ui.anomaly_model import AnomalyModel, AnomalyRole, Column

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
WORDS = ("orders", "Rows", "null", "Ärger", "SALES", "zip", "قيمة")
STATUSES = ("Active", "Acknowledged", "Resolved", "Odd")


def an_anomaly(number: int, dice: random.Random) -> Anomaly:
    """An anomaly of a warehouse in which every list and text may be missing."""
    check = FailedCheck(
        QualityCheck(id=number, rule_type=dice.choice(("notNull", "between"))),
        message=dice.choice(WORDS),
    )
    return Anomaly(
        id=number,
        status=dice.choice(STATUSES),
        type=dice.choice(("shape", "record", "")),
        created=f"2026-11-{dice.randint(1, 28):02d}T{dice.randint(0, 23):02d}:00:00Z",
        message=dice.choice((None, " ".join(dice.choices(WORDS, k=3)))),
        weight=dice.choice((None, float(dice.randint(0, 90)))),
        anomalous_records_count=dice.choice((None, dice.randint(0, 10**6))),
        datastore=dice.choice((None, Named("Lake", 1), Named("Ledger", 2))),
        container=dice.choice((None, Named("orders", 1), Named("PAYMENTS", 2))),
        failed_checks=dice.choice((None, [check])),
        global_tags=dice.choice((None, [Tag(name="High")])),
    )


def some(count: int, seed: int = 7) -> list[Anomaly]:
    dice = random.Random(seed)
    return [an_anomaly(number, dice) for number in range(1, count + 1)]


def shown(model: AnomalyModel) -> list[int]:
    return [model.index(row, 0).data(AnomalyRole).id for row in range(model.rowCount())]


def texts(model: AnomalyModel, column: Column) -> list[str]:
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


@pytest.fixture
def model(qtmodeltester: ModelTester) -> AnomalyModel:
    """A model under Qt's own tester, whose every objection is a warning and fails the test."""
    made = AnomalyModel()
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]
    return made


def test_qt_finds_no_fault_with_a_list_that_grows_is_sorted_filtered_and_renewed(
    model: AnomalyModel,
) -> None:
    rows = some(60)
    model.replace_all(rows[:20])
    model.sort(Column.MESSAGE, UP)
    model.append(rows[15:40])
    model.filter(ListFilter(words="null"))
    model.append(rows[40:])
    model.settle()
    model.renew(replace(rows[3], status="Resolved"))
    model.set_background({rows[4].id: RowState(waiting=1, status="Resolved")}, {})
    model.filter(ListFilter())
    model.settle()
    assert sorted(shown(model)) == [row.id for row in rows]
    model.replace_all([])
    assert model.rowCount() == 0


KEYS: dict[Column, Callable[[Anomaly], Any]] = {
    Column.SEVERITY: lambda a: -1.0 if a.weight is None else a.weight,
    Column.STATUS: lambda a: a.status.lower(),
    Column.MESSAGE: lambda a: a.text.lower(),
    Column.TABLE: lambda a: a.table_name.lower(),
    Column.RECORDS: lambda a: a.anomalous_records_count or 0,
    Column.DETECTED: lambda a: a.created,
    Column.TAGS: lambda a: ", ".join(a.tag_names).lower(),
}


@given(seed=st.integers(0, 10**6), column=st.sampled_from(list(KEYS)), down=st.booleans())
@settings(max_examples=40, deadline=None)
def test_sorting_gives_what_python_s_sorted_gives(seed: int, column: Column, down: bool) -> None:
    rows, model = some(30, seed), AnomalyModel()
    model.replace_all(rows)
    model.sort(column, DOWN if down else UP)
    assert shown(model) == [row.id for row in sorted(rows, key=KEYS[column], reverse=down)]


@given(
    seed=st.integers(0, 10**6),
    words=st.lists(st.sampled_from((*WORDS, "7", "high", "lake")), max_size=2),
    table=st.sampled_from(("", "orders")),
    rule=st.sampled_from(("", "notNull")),
    since=st.sampled_from(("", "2026-11-14T00:00:00Z")),
)
@settings(max_examples=40, deadline=None)
def test_filtering_keeps_what_a_loop_over_the_rows_keeps(
    seed: int, words: list[str], table: str, rule: str, since: str
) -> None:
    rows, model = some(30, seed), AnomalyModel()
    model.replace_all(rows)
    model.filter(ListFilter(words=" ".join(words), table=table, rule=rule, since=since))
    wanted = {
        row.id
        for row in rows
        if all(word.lower() in hay(row) for word in words)
        and (not table or row.table_name == table)
        and (not rule or rule in row.rules)
        and row.created >= since
    }
    assert set(shown(model)) == wanted


def test_ten_thousand_rows_are_sorted_and_filtered_right() -> None:
    rows, model = some(10_000), AnomalyModel()
    model.replace_all(rows)
    model.sort(Column.RECORDS, DOWN)
    model.filter(ListFilter(words="zip"))
    wanted = sorted(
        (row for row in rows if "zip" in hay(row)), key=KEYS[Column.RECORDS], reverse=True
    )
    assert shown(model) == [row.id for row in wanted]
    assert 0 < len(wanted) < 10_000


def test_sorting_moves_the_selection_with_its_rows(model: AnomalyModel) -> None:
    model.replace_all(some(30))
    kept = {n: QPersistentModelIndex(model.index_of(n)) for n in (3, 17, 29)}
    for column in KEYS:
        for direction in (UP, DOWN):
            model.sort(column, direction)
            assert {n: index.data(AnomalyRole).id for n, index in kept.items()} == {
                n: n for n in kept
            }


def test_a_row_that_comes_again_is_renewed_in_its_place(model: AnomalyModel) -> None:
    first, second = some(2)
    model.replace_all([first, second])
    painted: list[int] = []
    model.dataChanged.connect(lambda top, bottom: painted.append(top.row()))
    model.append([replace(first, message="Quite another thing", status="Resolved")])
    assert model.rowCount() == 2
    assert texts(model, Column.MESSAGE)[0] == "Quite another thing"
    assert painted == [0]
    model.filter(ListFilter(words="quite"))
    assert shown(model) == [first.id]


def test_a_row_that_no_longer_passes_the_filter_leaves_when_it_is_settled(
    model: AnomalyModel,
) -> None:
    first, second = (replace(row, container=Named("orders", 1)) for row in some(2))
    model.filter(ListFilter(table="orders"))
    model.replace_all([first, second])
    model.append([replace(first, container=Named("returns", 2))])
    model.filter(ListFilter(table="orders"))
    assert shown(model) == [second.id]


def test_batches_stand_behind_until_they_are_settled(model: AnomalyModel) -> None:
    rows = some(20)
    model.sort(Column.DETECTED, DOWN)
    model.replace_all(rows[:10])
    top = shown(model)
    model.append(rows[10:])
    assert shown(model)[:10] == top
    model.settle()
    wanted = sorted(rows, key=lambda row: row.created, reverse=True)
    assert [r.created for r in wanted] == [
        model.index(at, 0).data(AnomalyRole).created for at in range(20)
    ]


def test_a_status_on_its_way_is_shown_and_sorted_by(model: AnomalyModel) -> None:
    rows = [replace(row, status="Active") for row in some(3)]
    model.replace_all(rows)
    model.set_background({2: RowState(waiting=1, status="Acknowledged")}, {})
    model.sort(Column.STATUS, UP)
    assert texts(model, Column.STATUS) == ["Acknowledged", "Active", "Active"]
    assert texts(model, Column.SYNC) == ["Waiting", "", ""]
    model.set_background({2: RowState(waiting=2, needs_you=1)}, {})
    assert texts(model, Column.SYNC)[0] == "Needs you"
    model.set_background({}, {})
    assert texts(model, Column.STATUS) == ["Active"] * 3


def test_linked_tickets_stand_in_their_row(model: AnomalyModel) -> None:
    model.replace_all(some(2))
    issue = Issue(id="1", key="DATA-7", summary="Null AMOUNT")
    links = [
        Link(id=str(n), anomaly_id=1, origin=Origin.LINKED, created_at=0, issue=one)
        for n, one in enumerate((issue, None))
    ]
    model.set_background({}, {1: links})
    assert texts(model, Column.TICKETS) == ["DATA-7, New ticket", ""]


def test_only_rows_that_change_are_painted(model: AnomalyModel) -> None:
    model.replace_all(some(30))
    painted: list[int] = []
    model.dataChanged.connect(lambda top, bottom: painted.append(top.row()))
    state = {5: RowState(waiting=1)}
    model.set_background(state, {})
    model.set_background(dict(state), {})
    assert painted == [4]


def test_fields_and_missing_values_are_words_not_none(model: AnomalyModel) -> None:
    check = FailedCheck(QualityCheck(fields=[Field("a"), Field(None), Field("b")]))
    model.replace_all([Anomaly(id=1, failed_checks=[check]), Anomaly(id=2)])
    assert texts(model, Column.FIELDS) == ["a, b", ""]
    for column in Column:
        assert "None" not in texts(model, column)
