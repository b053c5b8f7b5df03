"""The outbox and the tickets as tables: each state in words, and Qt finds no fault with them."""

import pytest
from msgspec.structs import replace
from pytestqt.modeltest import ModelTester

from qjira_gui.domain.failure import Hold
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link, Origin
from qjira_gui.domain.outbox import (
    Entry,
    EntryKind,
    EntryState,
    Failure,
    FailureKind,
    turns,
)
from qjira_gui.ui.anomaly_model import ChipRole
from qjira_gui.ui.outbox_model import Column, EntryRole, OutboxModel
from qjira_gui.ui.tickets_page import Column as TicketColumn
from qjira_gui.ui.tickets_page import LinkRole, TicketModel
from qjira_gui.ui.wording import Standing

NOW = 1_795_168_800.0


def an_entry(number: int, state: EntryState = EntryState.WAITING, **more: object) -> Entry:
    payload = {"message": f"Hello\n{number}", "status": "Resolved"}
    made = Entry(str(number), EntryKind.COMMENT, "lane", number, NOW, payload, state=state)
    return replace(made, **more)


class Around:
    """What is asked about an entry: pauses, issues, the switch, and what else is on its way."""

    def __init__(self) -> None:
        self.hold: Hold | None = None
        self.paused = False
        self.entries: list[Entry] = []

    def comes_first(self, entry: Entry) -> Entry:
        return next(turns(one for one in self.entries if one.lane == entry.lane), entry)

    def why_waiting(self, entry: Entry) -> Hold | None:
        return self.hold

    def issue_name(self, entry: Entry) -> str:
        return "DATA-7"


class Shown:
    """An outbox as its page shows it."""

    def __init__(self, around: Around) -> None:
        self.around = around
        self.model = OutboxModel(lambda: NOW, around.issue_name)

    def show(self, entries: list[Entry]) -> None:
        self.around.entries = entries
        self.again()

    def again(self) -> None:
        standing = Standing(self.around, NOW)  # type: ignore[arg-type]
        self.model.show(self.around.entries, standing)


@pytest.fixture
def around() -> Around:
    return Around()


@pytest.fixture
def outbox(around: Around, qtmodeltester: ModelTester) -> Shown:
    made = Shown(around)
    qtmodeltester.check(made.model)  # type: ignore[no-untyped-call]
    return made


def cell(shown: Shown, column: Column, row: int = 0) -> str:
    shown.again()
    return str(shown.model.index(row, column).data())


def test_qt_finds_no_fault_with_an_outbox_that_fills_and_empties(outbox: Shown) -> None:
    entries = [an_entry(number, lane=f"lane {number}") for number in range(5)]
    outbox.show(entries)
    outbox.show([replace(entry, state=EntryState.SENT, finished_at=NOW) for entry in entries])
    outbox.show(entries[1:])
    outbox.show([])
    assert outbox.model.rowCount() == 0


def test_every_kind_of_entry_says_what_it_does(outbox: Shown) -> None:
    fields = {"fields": {"summary": "Null AMOUNT"}, "text": "Seen again", "status": "Resolved"}
    wanted = {
        EntryKind.STATUS: "Set anomaly 7 to Resolved",
        EntryKind.ARCHIVE: "Archive anomaly 7 as Resolved",
        EntryKind.COMMENT: "Comment on anomaly 7: Hello 7",
        EntryKind.ISSUE: "Create ticket: Null AMOUNT",
        EntryKind.ISSUE_COMMENT: "Comment on DATA-7: Seen again",
    }
    one = an_entry(7)
    outbox.show(
        [
            replace(one, id=kind.value, kind=kind, payload={**one.payload, **fields})
            for kind in wanted
        ]
    )
    assert [cell(outbox, Column.WHAT, row) for row in range(5)] == list(wanted.values())
    assert [cell(outbox, Column.WHERE, row) for row in range(5)] == ["Qualytics"] * 3 + ["Jira"] * 2


def test_every_state_has_words_and_a_chip_that_says_the_same(outbox: Shown) -> None:
    outbox.show([an_entry(n, state) for n, state in enumerate(EntryState)])
    for row in range(len(EntryState)):
        words, rule = outbox.model.index(row, Column.STATE).data(ChipRole)
        assert words == cell(outbox, Column.STATE, row)
        assert rule.startswith("tone:")
        assert cell(outbox, Column.MORE, row)
    assert outbox.model.index(0, Column.WHAT).data(ChipRole) is None


def test_an_entry_says_why_it_waits(outbox: Shown, around: Around) -> None:
    outbox.show([an_entry(1)])
    assert cell(outbox, Column.MORE) == "Waiting to be sent"
    around.hold = Hold("qualytics", FailureKind.OFFLINE, "Gone.", NOW + 9)
    assert cell(outbox, Column.MORE) == "Waiting until Qualytics can be reached"
    around.hold = Hold("qualytics", FailureKind.SIGN_IN, "Dead.", None)
    assert cell(outbox, Column.MORE) == "Waiting for a new sign-in to Qualytics"
    until = Hold("qualytics", FailureKind.RATE, "Slow.", NOW + 600, asked=True)
    around.hold = until
    assert cell(outbox, Column.MORE).startswith("Qualytics asks for a pause until ")
    around.hold = replace(until, kind=FailureKind.OFFLINE)
    assert cell(outbox, Column.MORE).startswith("Qualytics asks for a pause until ")
    around.paused = True
    assert cell(outbox, Column.MORE) == "Waiting: the outbox is paused"


def test_what_waits_for_another_names_it_unless_the_whole_site_waits(
    outbox: Shown, around: Around
) -> None:
    why = Failure(FailureKind.REFUSED, "No. Change it.", NOW)
    outbox.show([an_entry(1, EntryState.NEEDS_YOU, failure=why), an_entry(2)])
    assert cell(outbox, Column.MORE, 0) == "No. Change it."
    assert cell(outbox, Column.MORE, 1) == "Waits for: Comment on anomaly 1: Hello 1 (needs you)"
    around.hold = Hold("qualytics", FailureKind.OFFLINE, "Gone.", NOW + 9)
    assert cell(outbox, Column.MORE, 0) == "No. Change it."
    assert cell(outbox, Column.MORE, 1) == "Waiting until Qualytics can be reached"


def test_a_failure_is_told_beside_what_happens_next(outbox: Shown) -> None:
    why = Failure(FailureKind.PASSING, "Qualytics has trouble.", NOW)
    outbox.show([an_entry(1, due_at=NOW + 3600, attempts=2, failure=why)])
    said = cell(outbox, Column.MORE)
    assert said.startswith("Will try again at ")
    assert "3rd time" in said
    assert said.endswith("Qualytics has trouble.")
    doubtful = an_entry(1, due_at=NOW + 9, in_doubt=True, failure=why)
    outbox.show([doubtful])
    assert cell(outbox, Column.MORE).startswith("Will look whether it arrived in 9 s")


def test_an_act_that_can_still_be_undone_says_when_it_goes_out(outbox: Shown) -> None:
    outbox.show([an_entry(1, due_at=NOW + 5)])
    assert cell(outbox, Column.MORE) == "Goes out in 5 s"


def test_the_entry_behind_a_row_is_the_one_shown(outbox: Shown) -> None:
    entries = [an_entry(number, lane=f"lane {number}") for number in range(3)]
    outbox.show(entries)
    assert [outbox.model.index(row, 0).data(EntryRole) for row in range(3)] == entries


def a_link(number: int, *, category: str = "new", status: str = "Active") -> Link:
    issue = Issue(
        id=str(number), key=f"DATA-{number}", summary="Null AMOUNT", status="To Do",
        category=category,
    )  # fmt: skip
    return Link(
        id=str(number), anomaly_id=number, origin=Origin.LINKED, created_at=NOW, issue=issue,
        anomaly_text="3 orders had a null AMOUNT", anomaly_status=status,
    )  # fmt: skip


@pytest.fixture
def tickets(qtmodeltester: ModelTester) -> TicketModel:
    made = TicketModel()
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]
    return made


def ticket_row(model: TicketModel, row: int) -> list[str]:
    return [str(model.index(row, column).data()) for column in TicketColumn]


def test_qt_finds_no_fault_with_tickets_that_come_and_go(tickets: TicketModel) -> None:
    links = [a_link(number) for number in range(4)]
    tickets.show(links)
    tickets.show(links)
    tickets.show(links[2:])
    tickets.show([])
    assert tickets.rowCount() == 0


def test_a_ticket_stands_beside_its_anomaly_and_says_where_they_drifted_apart(
    tickets: TicketModel,
) -> None:
    waiting = replace(a_link(3), issue=None, summary="On its way")
    tickets.show([a_link(1, category="done"), a_link(2, status="Resolved"), waiting])
    said = "3 orders had a null AMOUNT"
    assert ticket_row(tickets, 0) == [
        "DATA-1", "To Do", "Null AMOUNT", "1", "Active", said, "Done in Jira, still open",
    ]  # fmt: skip
    assert ticket_row(tickets, 1)[-3:] == ["Resolved", said, "Archived, open in Jira"]
    assert ticket_row(tickets, 2)[:3] == ["New ticket", "", "On its way"]
    assert tickets.index(0, TicketColumn.JIRA).data(ChipRole) == ("To Do", "category:done")
    assert tickets.index(2, TicketColumn.JIRA).data(ChipRole) is None
    assert tickets.index(1, 0).data(LinkRole).id == "2"
