"""What had gone out after the copy was made does not go out again from the copy."""

import pytest

from qjira_gui.domain.outbox import EntryKind, EntryState
from qjira_gui.store import backup
from tests.sync.acts import PAGES, act, arrived
from tests.sync.conftest import clock, place, running
from tests.sync.place import Place

__all__ = ["clock", "place", "running"]


@pytest.mark.parametrize("kind", PAGES)
async def test_an_act_sent_since_the_copy_arrives_once(place: Place, kind: EntryKind) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.outbox.pause(True)
        await act(desk, kind, anomaly, issue)
        database = desk.actions.outbox._store._database
        assert await backup.take(database, place.profile, place.clock.at) is None
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
        assert arrived(place, kind) == 1
    made = backup.newest(place.profile)
    assert made is not None
    assert made.unsent >= 1
    backup.restore(place.profile, made, place.clock.at)
    async with place.open() as desk:
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
        entries = desk.actions.outbox.entries()
        assert {entry.state for entry in entries} == {EntryState.SENT}
        assert [entry.kind for entry in entries if entry.adopted]
    assert arrived(place, kind) == 1


@pytest.mark.parametrize("kind", [EntryKind.STATUS, EntryKind.ARCHIVE, EntryKind.COMMENT])
async def test_a_linked_issue_is_told_once_of_an_act_sent_since_the_copy(
    place: Place, kind: EntryKind
) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        desk.actions.outbox.pause(True)
        await act(desk, kind, anomaly, issue)
        database = desk.actions.outbox._store._database
        assert await backup.take(database, place.profile, place.clock.at) is None
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
        told = place.comments(issue.key)
        assert told
    made = backup.newest(place.profile)
    assert made is not None
    backup.restore(place.profile, made, place.clock.at)
    async with place.open() as desk:
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
        assert place.comments(issue.key) == told


@pytest.mark.parametrize("kind", PAGES)
async def test_an_act_not_sent_since_the_copy_still_arrives(place: Place, kind: EntryKind) -> None:
    async with place.open() as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.outbox.pause(True)
        await act(desk, kind, anomaly, issue)
        database = desk.actions.outbox._store._database
        assert await backup.take(database, place.profile, place.clock.at) is None
    made = backup.newest(place.profile)
    assert made is not None
    (place.profile / "qjira.db").write_text("damaged")
    backup.restore(place.profile, made, place.clock.at)
    async with place.open() as desk:
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
    assert arrived(place, kind) == 1
