"""What the analyst is told is true: what may have arrived, why something waits, its name."""

import time

import pytest

from qjira_gui import deliver
from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind
from qjira_gui.ui.wording import state
from tests.sync.acts import arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import Trouble


async def test_undo_does_not_count_as_undone_what_may_have_arrived(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    Trouble("cut_after").strike(place, EntryKind.STATUS)
    entries = desk.actions.triage.acknowledge([anomaly.id], 5.0)
    await place.passes(desk, 5.5)
    assert arrived(place, EntryKind.STATUS) == 1
    assert desk.actions.triage.undo(entries) == 1


async def test_each_row_says_that_the_site_asks_for_a_pause(
    place: Place, desk: Desk, issue: Issue
) -> None:
    one, other = await some_anomalies(desk, 2)
    Trouble("429", {"retry_after": 36_000}).strike(place, EntryKind.ISSUE_COMMENT)
    for anomaly in (one, other):
        desk.actions.tickets.link(anomaly, issue)
    outbox = desk.actions.outbox
    for anomaly in (one, other):
        desk.actions.triage.acknowledge([anomaly.id])
        await place.rests(desk)
    first, _ = outbox.unfinished()
    # Nothing goes for that, and the row must not forget until when.
    outbox.send_now([first.id])
    await place.passes(desk, 60)
    assert arrived(place, EntryKind.ISSUE_COMMENT) == 0
    assert len(outbox.unfinished()) == 2
    for entry in outbox.unfinished():
        row = state(entry, place.clock.now(), outbox.why_waiting(entry))
        assert row.startswith("Jira asks for a pause until ")


async def test_of_a_ticket_behind_a_refused_one_nobody_says_that_it_waits_for_a_sign_in(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    # What a scheduler starts goes by the computer's clock.
    place.clock.at = time.time()
    async with place.open() as desk:
        form = await ticket_form(desk)
        place.server.set_fault("jira", "offline")
        for anomaly in await some_anomalies(desk, 2):
            await new_ticket(desk, anomaly, form)
        await place.rests(desk)
    place.server.clear_faults()
    place.server.set_fault("jira", "no_permission", project="DATA")
    assert await deliver.deliver(place.profile, place.environment, None, 8) == deliver.NEEDS_YOU
    printed = capsys.readouterr().out
    assert "Needs you: " in printed
    assert "new sign-in" not in printed


async def test_new_tickets_have_names_that_differ_also_after_one_was_taken_back(
    place: Place, desk: Desk
) -> None:
    form = await ticket_form(desk)
    one, two, three = await some_anomalies(desk, 3)
    desk.actions.outbox.pause(True)
    gone = await new_ticket(desk, one, form)
    stays = await new_ticket(desk, two, form)
    desk.actions.tickets.unlink(gone)
    assert (await new_ticket(desk, three, form)).name != stays.name
