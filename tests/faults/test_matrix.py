"""Every fault of the practice server meets every kind of entry; the table is in the output."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from qjira_gui.clients import sites
from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState
from qjira_gui.practice import PracticeServer
from qjira_gui.practice.faults import BEHAVIOUR, INSTEAD, KINDS
from qjira_gui.sync import worker
from tests.contract.fixtures import checked_transports
from tests.sync.acts import PAGES, ROUTES, Form, new_ticket, ticket_form
from tests.sync.clock import FakeClock
from tests.sync.place import Place, some_anomalies

LINK = EntryKind.LINK
Q, J = "qualytics", "jira"
ROUTE = {**ROUTES, LINK: (J, "GET", "/rest/api/3/issue/{issue}")}
COLUMNS = list(ROUTE)
#: Where behaviour faults belong that only one of the sites has.
ONLY = {
    **dict.fromkeys(("anomaly_comments", "comments_in_anomaly", "no_comment_listing"), Q),
    **dict.fromkeys(("expired_token", "expiring_token", "left_out", "role"), Q),
    **dict.fromkeys(("index_lag", "get_lag", "language", "no_comment_properties"), J),
    **dict.fromkeys(("null_emails", "scoped_token", "short_pages", "expired_page_token"), J),
    "comment_limit": J,
}
OPTIONS: dict[str, dict[str, Any]] = {
    "slow": {"seconds": 0.02},
    "offline": {},
    "index_lag": {"seconds": 100},
    "get_lag": {"seconds": 0.01},
    "short_pages": {"size": 1},
    "comment_limit": {"limit": 5000},
}
#: Words that say what to do.
ADVICE = (
    *("Ask", "Check", "enter", "Enter", "Go to", "Look", "Choose", "Change", "press", "Press"),
    *("goes out by itself", "goes on by itself", "tries again by itself", "Send now", "cancel"),
)
table: dict[str, dict[EntryKind, str]] = {}


@dataclass(frozen=True)
class Fault:
    """One row: what goes wrong, on the request of the act or on its whole site."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.kind, *(f"{key}" for key in self.options)])

    def strike(self, server: PracticeServer, kind: EntryKind) -> None:
        site, method, path = ROUTE[kind]
        options = {**OPTIONS.get(self.kind, {}), **self.options}
        if self.kind in INSTEAD or self.kind == "slow":
            server.set_fault(site, self.kind, method=method, path=path, times=1, **options)
            return
        server.set_fault(ONLY.get(self.kind, site), self.kind, **options)
        if self.kind in BEHAVIOUR:
            # Most of them matter only to whoever has to look.
            server.set_fault(site, "cut_after", method=method, path=path, times=1)


ROWS = [
    *(Fault(kind) for kind in sorted(KINDS)),
    *(Fault(kind, {"committed": True}) for kind in ("500", "503", "html", "text", "hang")),
    Fault("429", {"reason": "jira-per-issue-on-write"}),
    Fault("429", {"reason": "jira-quota-tenant-based", "retry_after": 90}),
]
#: Each of a different nature; the rest is tried with the long tests.
SHORT = ("429", "500 committed", "cut_after", "dead_token", "no_comment_listing", "no_permission")


def marked(row: Fault) -> ParameterSet:
    marks = () if str(row) in SHORT else (pytest.mark.soak,)
    return pytest.param(row, marks=marks, id=str(row))


@dataclass
class Ground:
    """What every cell starts from; read once, it is the same after each reset."""

    server: PracticeServer
    clock: FakeClock
    anomalies: list[Anomaly] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    form: Form | None = None


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    clock = FakeClock()
    with PracticeServer(anomalies=120, seed=7, now=clock) as server:
        yield Ground(server, clock)


@pytest.fixture
def workplace(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Ground, Path]]:
    monkeypatch.setattr(worker, "GRACE", 0.05)
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(sites, "tls_context", lambda ca_file: plain)
    yield ground, tmp_path
    ground.server.clear_faults()


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Desk]:
    async with place.open() as desk:
        for site in (
            desk.actions.connections._sites.qualytics,
            desk.actions.connections._sites.jira,
        ):
            if site is not None:
                # Whoever gets no answer notices it within a moment.
                site.http._client.timeout = 0.3
        yield desk


async def do(desk: Desk, ground: Ground, kind: EntryKind, turn: int) -> Entry:
    """Make one entry of this kind; each `turn` has lanes of its own."""
    anomaly, issue, triage = ground.anomalies[turn], ground.issues[turn], desk.actions.triage
    match kind:
        case EntryKind.STATUS:
            triage.acknowledge([anomaly.id])
        case EntryKind.ARCHIVE:
            triage.archive([anomaly.id], "Invalid")
        case EntryKind.COMMENT:
            triage.comment(anomaly.id, f"Seen {turn}")
        case EntryKind.ISSUE:
            await new_ticket(desk, anomaly, ground.form, summary=f"Ticket {turn}")
        case EntryKind.ISSUE_COMMENT:
            desk.actions.tickets.link(anomaly, issue)
            seen = Anomaly(id=anomaly.id, status="Resolved")
            desk.actions.anomalies.noticed([seen], ground.clock.at + 1)
        case EntryKind.LINK:
            desk.actions.tickets.link_by_key(anomaly, issue.key)
    return [one for one in desk.actions.outbox.entries() if one.anomaly_id == anomaly.id][-1]


def now(desk: Desk, entry: Entry) -> Entry:
    (found,) = [one for one in desk.actions.outbox.entries() if one.id == entry.id]
    return found


def count(place: Place, ground: Ground, kind: EntryKind, turn: int) -> int:
    """How often the act of a turn is in the ledger; a link by key leaves nothing there."""
    anomaly, issue = ground.anomalies[turn], ground.issues[turn]
    pages = place.ledger(PAGES.get(kind, "comments"))
    match kind:
        case EntryKind.ISSUE:
            return sum(one["summary"] == f"Ticket {turn}" for one in pages)
        case EntryKind.ISSUE_COMMENT:
            return sum(one["issue"] == issue.key for one in pages)
        case EntryKind.LINK:
            return len([one for one in pages if one["issue"] == issue.key])
    return sum(one["anomaly"] == anomaly.id for one in pages)


async def cell(ground: Ground, profile: Path, row: Fault, kind: EntryKind) -> str:
    ground.clock.reset()
    ground.server.reset()
    with checked_transports() as transports:
        place = Place(ground.server, ground.clock, profile, transports, checked=False)
        if not ground.anomalies:
            async with place.open(profile.with_name("reader")) as desk:
                ground.anomalies = await some_anomalies(desk, 2)
                keys = ("DATA-101", "DATA-102")
                ground.issues = [(await desk.actions.tickets.search(key))[0] for key in keys]
                ground.form = await ticket_form(desk)
        wanted = 0 if kind is LINK else 1
        other = EntryKind.COMMENT if kind is not EntryKind.COMMENT else EntryKind.STATUS
        if kind.site == J:
            other = EntryKind.ISSUE if kind is not EntryKind.ISSUE else EntryKind.ISSUE_COMMENT
        row.strike(ground.server, kind)
        async with opened(place) as desk:
            await place.rests(desk)
            entry = await do(desk, ground, kind, 0)
            await place.rests(desk)
            beside = await do(desk, ground, other, 1)
            await place.rests(desk)
            # What hits one request, or one site's every answer, tells by its pause.
            beside = now(desk, beside)
            hold = desk.actions.outbox.why_waiting(beside)
            held = hold is not None and hold.scope == kind.site
            assert beside.state is EntryState.SENT or held or beside.failure, (row, kind, beside)
            await place.passes(desk, 1800)
            entry, hold = now(desk, entry), desk.actions.outbox.why_waiting(now(desk, entry))
            said = "" if entry.failure is None else entry.failure.sentence
            if entry.state is EntryState.SENT:
                word = ""
            elif entry.state is EntryState.NEEDS_YOU:
                word = "needs you: "
            else:
                assert hold is not None, (row, kind, entry)
                word, said = "waits: ", hold.sentence
            if word:
                last = said.rstrip().rsplit(". ", 1)[-1]
                assert any(one in last for one in ADVICE), (row, kind, said)
            refused_too = now(desk, beside).state is not EntryState.SENT
        if word or refused_too:
            # What the sentence asked for is done; the analyst sees what the server has.
            ground.server.clear_faults()
            there = count(place, ground, kind, 0)
            async with opened(place) as desk:
                await place.rests(desk)
                if now(desk, entry).state is EntryState.NEEDS_YOU and there and kind is not LINK:
                    desk.actions.outbox.mark_sent(entry.id)
                else:
                    desk.actions.outbox.send_now([entry.id])
                for other_entry in await place.settles_but(desk):
                    # A permission belongs to a whole project: the other one was refused as well.
                    desk.actions.outbox.send_now([other_entry.id])
                assert await place.settles(desk) == []
                entry = now(desk, entry)
        assert entry.state is EntryState.SENT
        assert count(place, ground, kind, 0) == wanted, (row, kind)
        assert count(place, ground, other, 1) == 1
        assert ground.server.ledger()["hard_deletes"] == []
    done = "found" if entry.adopted else "read" if kind is LINK else "sent×1"
    return f"{word}{' '.join(said.split()[:4])} → {done}" if word else done


@pytest.mark.parametrize("row", [marked(row) for row in ROWS])
async def test_every_fault_ends_sent_once_or_says_what_to_do(
    workplace: tuple[Ground, Path], row: Fault
) -> None:
    ground, folder = workplace
    for kind in COLUMNS:
        table.setdefault(str(row), {})[kind] = "FAILED"
        table[str(row)][kind] = await cell(ground, folder / kind.value, row, kind)


@pytest.mark.parametrize("short", [True, pytest.param(False, marks=pytest.mark.soak)])
def test_the_table_of_all_of_them(capsys: pytest.CaptureFixture[str], short: bool) -> None:
    shown = {name: row for name, row in table.items() if (name in SHORT) is short}
    if not shown:
        pytest.skip("nothing was tried")
    wide = {kind: max(len(row.get(kind, "")) for row in shown.values()) for kind in COLUMNS}
    wide = {kind: max(width, len(kind)) for kind, width in wide.items()}
    lines = [["fault".ljust(30), *(kind.value.ljust(wide[kind]) for kind in COLUMNS)]]
    for name, row in shown.items():
        lines.append([name.ljust(30), *(row.get(kind, "").ljust(wide[kind]) for kind in COLUMNS)])
    with capsys.disabled():
        print("\n" + "\n".join(" | ".join(line).rstrip() for line in lines))  # noqa: T201
    failed = {name for name, row in shown.items() if "FAILED" in row.values()}
    assert not failed
