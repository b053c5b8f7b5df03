"""Words that were begun or changed, and what the analyst has to know, are there when looked for."""

from pathlib import Path

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.connection import Settings
from qjira_gui.domain.outbox import EntryKind, Site
from qjira_gui.store.opening import DiskFullError
from qjira_gui.store.profile import Store
from tests.sync.acts import arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import entry_of
from tests.sync.trouble import another, connect, typed


async def test_undo_gives_back_the_words_as_they_were_changed(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    entry = desk.actions.triage.comment(anomaly.id, "first", hold=10.0)
    desk.actions.outbox.pause(True)
    desk.actions.outbox.begin_edit(entry.id)
    desk.actions.outbox.edit(entry.id, "a much better second")
    assert desk.actions.triage.undo([entry]) == 0
    assert desk.actions.triage.begun(anomaly.id) == "a much better second"
    desk.actions.outbox.pause(False)
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.COMMENT) == 0


async def test_words_that_are_being_changed_are_still_held_back_after_a_cancel_is_undone(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    place.server.set_fault("qualytics", "offline")
    entry = desk.actions.triage.comment(anomaly.id, "half")
    await place.rests(desk)
    desk.actions.outbox.begin_edit(entry.id)
    place.server.clear_faults()
    await place.passes(desk, 120)
    desk.actions.outbox.cancel(entry.id)
    desk.actions.outbox.take_up([entry.id])
    await place.passes(desk, 120)
    assert arrived(place, EntryKind.COMMENT) == 0
    (held,) = desk.actions.outbox.unfinished()
    desk.actions.outbox.edit(held.id, "whole")
    assert await place.settles(desk) == []
    assert [one["message"] for one in place.ledger("anomaly_comments")] == ["whole"]


async def test_half_a_comment_stays_with_the_site_that_it_was_begun_for(place: Place) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        desk.actions.triage.keep_begun(anomaly.id, "half a thought")
        with another(place) as other:
            await connect(desk, Site.QUALYTICS, other)
            await place.passes(desk, 5)
            assert desk.actions.triage.begun(anomaly.id) == ""
            desk.actions.triage.comment(anomaly.id, "of the other site")
            assert await place.settles(desk) == []
            assert len(other.ledger()["anomaly_comments"]) == 1
            await connect(desk, Site.QUALYTICS, place.server)
            await place.rests(desk)
            assert desk.actions.triage.begun(anomaly.id) == "half a thought"


async def test_a_ticket_that_is_being_changed_is_not_the_one_that_another_site_begins(
    place: Place,
) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        form = await ticket_form(desk)
        place.server.set_fault("jira", "offline")
        await new_ticket(desk, anomaly, form, summary="about the first site")
        await place.rests(desk)
        desk.actions.tickets.reopen(entry_of(desk, EntryKind.ISSUE).id)
        with another(place) as other:
            await connect(desk, Site.QUALYTICS, other)
            await place.passes(desk, 5)
            there = await desk.actions.anomalies.detail(anomaly.id)
            await new_ticket(desk, there, form, summary="about the second site")
            tickets = [e for e in desk.actions.outbox.entries() if e.kind is EntryKind.ISSUE]
            assert [e.payload["fields"]["summary"] for e in tickets] == [
                "about the first site",
                "about the second site",
            ]
            place.server.clear_faults()
            await place.settles_but(desk)
    made = [one["summary"] for one in place.ledger("issues")]
    assert made == ["about the second site"]


def test_damage_that_a_full_disk_could_not_note_is_told_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(store: Store, settings: Settings) -> None:
        raise DiskFullError("The disk is full.", "")

    def start() -> Store:
        return Store.open(tmp_path, lambda: 1.0, lambda bits: 1)

    tmp_path.joinpath("qjira.db").write_bytes(b"no database at all" * 100)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_settings", full)
        with pytest.raises(DiskFullError):
            start()
    store = start()
    try:
        assert store.damage is not None
    finally:
        store.close()
