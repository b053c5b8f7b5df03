"""A desk opens on whatever it finds, and closes without losing anything."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.connection import ConnectionState, JiraLogin
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import EntryKind, EntryState, Site
from qjira_gui.practice import PracticeServer
from qjira_gui.store.database import AlreadyOpenError, Database
from tests.contract.fixtures import checked_transports
from tests.sync import conftest
from tests.sync.acts import act, arrived
from tests.sync.clock import FakeClock
from tests.sync.place import Place
from tests.sync.test_faults import Trouble, entry_of, holds


@pytest.fixture(scope="module")
def ground() -> Iterator[tuple[PracticeServer, FakeClock]]:
    clock = FakeClock()
    with PracticeServer(anomalies=120, seed=7, now=clock) as server:
        yield server, clock


@pytest.fixture
def place(
    ground: tuple[PracticeServer, FakeClock], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    server, clock = ground
    conftest.in_no_time(monkeypatch)
    clock.reset()
    server.reset()
    with checked_transports() as transports:
        yield Place(server, clock, tmp_path / "profile", transports)
    server.clear_faults()
    assert server.ledger()["hard_deletes"] == []


def database_of(desk: Desk) -> Database:
    return desk.actions.triage._store._database


class Disk:
    """Full until it is not."""

    def __init__(self, desk: Desk) -> None:
        self._database = database_of(desk)

    def fills_up(self) -> None:
        def full() -> None:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

        self._database.before_commit = full

    def has_space(self) -> None:
        self._database.before_commit = lambda: None


async def test_without_any_connection_nothing_is_asked_and_acts_wait(place: Place) -> None:
    async with place.open(environment={}) as desk:
        assert not desk.actions.connections.configured
        for site in Site:
            assert desk.actions.connections.status(site).state is ConnectionState.ABSENT
        desk.actions.triage.acknowledge([1])
        await place.passes(desk, 600)
        assert desk.actions.outbox.tally().waiting == 1
        assert desk.actions.connections.status(Site.JIRA).state is ConnectionState.ABSENT
    assert place.server.ledger()["requests"] == []


async def test_a_connection_that_is_taken_away_keeps_what_waits(place: Place) -> None:
    async with place.open(environment={}) as desk:
        login = JiraLogin(place.server.jira_url, place.server.jira_email, place.server.jira_token)
        await desk.actions.connections.save_jira(login, "DATA")
        await place.rests(desk)
        assert desk.actions.connections.status(Site.JIRA).state is ConnectionState.CONNECTED
        await desk.actions.connections.forget(Site.JIRA)
        await place.passes(desk, 600)
        assert desk.actions.connections.status(Site.JIRA).state is ConnectionState.ABSENT


async def test_a_bad_address_becomes_a_pill_and_the_other_site_works(place: Place) -> None:
    known = {**place.environment, "JIRA_URL": "not an address"}
    async with place.open(environment=known) as desk:
        await place.rests(desk)
        status = desk.actions.connections.status(Site.JIRA)
        assert status.state is ConnectionState.ABSENT
        assert "address" in status.sentence
        assert desk.actions.connections.status(Site.QUALYTICS).state is ConnectionState.CONNECTED


async def test_two_desks_on_one_profile_are_refused(place: Place) -> None:
    async with place.open():
        with pytest.raises(AlreadyOpenError, match="already open"):
            async with place.open():
                pass
    async with place.open() as desk:
        assert desk.damage is None


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 somebody's archive", b"SQLite format 3\x00x"]
)
async def test_a_foreign_or_half_written_file_is_kept_aside_and_work_goes_on(
    place: Place, content: bytes
) -> None:
    place.profile.mkdir()
    (place.profile / "qjira.db").write_bytes(content)
    async with place.open() as desk:
        assert desk.damage is not None
        assert len(desk.damage.sentence) > 40
        anomaly, issue = await place.subjects(desk)
        await act(desk, EntryKind.STATUS, anomaly, issue)
        assert await place.settles(desk) == []
    kept = [file.read_bytes() for file in place.profile.iterdir()]
    assert content in kept


async def test_on_a_full_disk_an_act_is_refused_in_words_and_nothing_of_it_is_sent(
    place: Place,
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        await place.rests(desk)
        disk = Disk(desk)
        disk.fills_up()
        for kind in (EntryKind.STATUS, EntryKind.ARCHIVE, EntryKind.COMMENT):
            with pytest.raises(AppError, match="disk is full"):
                await act(desk, kind, anomaly, issue)
        with pytest.raises(AppError, match="disk is full"):
            desk.actions.tickets.link(anomaly, issue)
        await place.passes(desk, 60)
        assert place.writes() == []
        assert desk.actions.outbox.entries() == []
        assert desk.actions.anomalies.links(anomaly.id) == []
        # Looking at things goes on.
        assert (await desk.actions.anomalies.detail(anomaly.id)).id == anomaly.id
        disk.has_space()
        await act(desk, EntryKind.STATUS, anomaly, issue)
        assert await place.settles(desk) == []


async def test_nothing_leaves_while_the_disk_cannot_note_it_and_it_is_said_once(
    place: Place,
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.outbox.pause(True)
        await act(desk, EntryKind.STATUS, anomaly, issue)
        await act(desk, EntryKind.COMMENT, anomaly, issue)
        disk = Disk(desk)
        disk.fills_up()
        with pytest.raises(AppError, match="took no note of it"):
            desk.actions.outbox.pause(False)
        await place.passes(desk, 300)
        assert place.writes() == []
        (trouble,) = place.troubles
        assert "goes on by itself" in trouble.sentence
        disk.has_space()
        assert await place.settles(desk) == []
        assert arrived(place, EntryKind.STATUS) == arrived(place, EntryKind.COMMENT) == 1


@pytest.mark.parametrize("restarted", [False, True], ids=["goes on", "is restarted"])
async def test_an_answer_that_the_disk_cannot_note_is_neither_lost_nor_sent_again(
    place: Place, restarted: bool
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        Trouble("slow", {"seconds": 0.1}).strike(place, EntryKind.COMMENT)
        desk.actions.triage.comment(anomaly.id, "seen")
        await place.until(lambda: entry_of(desk, EntryKind.COMMENT).state is EntryState.SENDING)
        disk = Disk(desk)
        disk.fills_up()
        await place.until(lambda: bool(place.troubles))
        assert arrived(place, EntryKind.COMMENT) == 1
        if not restarted:
            disk.has_space()
            place.clock.move(10)
            await place.until(lambda: entry_of(desk, EntryKind.COMMENT).state is EntryState.SENT)
            assert await place.settles(desk) == []
    async with place.open() as desk:
        assert await place.settles(desk) == []
        assert arrived(place, EntryKind.COMMENT) == 1
        assert len(place.comments(issue.key)) == 1
        assert holds(desk)


async def test_a_disk_that_is_really_full_behaves_the_same(place: Place) -> None:
    async with place.open() as desk:
        db = database_of(desk)._db
        pages = db.execute("pragma page_count").fetchone()[0]
        db.execute(f"pragma max_page_count={pages}")
        anomaly, _ = await place.subjects(desk)

        def go_on_for_ever() -> None:
            while True:
                desk.actions.triage.comment(anomaly.id, "x" * 3000)

        with pytest.raises(AppError, match="disk is full"):
            go_on_for_ever()
        before = len(desk.actions.outbox.entries())
        db.execute("pragma max_page_count=100000")
        assert await place.settles(desk) == []
        assert arrived(place, EntryKind.COMMENT) == before


async def test_a_draft_survives_a_kill(place: Place) -> None:
    async with place.open() as desk:
        anomaly, _ = await place.subjects(desk)
        draft = desk.actions.tickets.draft(anomaly)
        desk.actions.tickets.keep_draft(draft)
        left = place.left_by_a_kill()
    async with place.open(left) as desk:
        assert desk.actions.tickets.draft(anomaly) == draft


async def test_yesterdays_outbox_can_be_read_today(place: Place) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        await act(desk, EntryKind.ISSUE_COMMENT, anomaly, issue)
        await place.settles(desk)
        before = desk.actions.outbox.entries()
    place.clock.move(86_400)
    async with place.open() as desk:
        assert desk.actions.outbox.entries() == before
        assert len(desk.actions.anomalies.events(anomaly.id)) == 2


async def test_ids_sort_by_time_even_if_the_clock_went_back_over_a_restart(place: Place) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        link = desk.actions.tickets.link(anomaly, issue)
    place.clock.move(-30 * 86_400)
    async with place.open() as desk:
        entry = desk.actions.triage.comment(anomaly.id, "after the link")
        assert entry.id > link.id
        assert await place.settles(desk) == []
        assert len(place.comments(issue.key)) == 1
