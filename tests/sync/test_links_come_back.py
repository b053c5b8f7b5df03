"""Links that are undone, made by hand, imported or looked up lose no word, and tell none twice."""

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind
from tests.sync.acts import arrived
from tests.sync.place import Place
from tests.sync.trouble import looks, ticket_in_doubt, words

#: An issue that Jira does not have.
NOWHERE = "DATA-99999"


async def test_undo_tells_the_issue_what_went_out_while_it_was_not_linked(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    link = desk.actions.tickets.link(anomaly, issue)
    await desk.look_once()
    desk.actions.triage.comment(anomaly.id, "important", 5.0)
    desk.actions.tickets.unlink(link)
    await place.passes(desk, 6)
    assert arrived(place, EntryKind.COMMENT) == 1
    desk.actions.tickets.relink(link)
    await looks(place, desk)
    assert words(place, issue.key) == ["important"]


async def test_a_comment_from_before_a_ticket_in_doubt_was_linked_by_hand_is_told_once(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    key = await ticket_in_doubt(place, desk, anomaly)
    place.server.set_fault("qualytics", "offline")
    desk.actions.triage.comment(anomaly.id, "first")
    await place.passes(desk, 1)
    desk.actions.tickets.link(anomaly, (await desk.actions.tickets.search(key))[0])
    place.server.clear_faults("qualytics")
    assert await place.settles(desk) == []
    await looks(place, desk)
    assert words(place, key) == ["first"]
    assert arrived(place, EntryKind.ISSUE) == 1


async def test_an_import_that_brings_a_link_back_brings_back_what_it_had_to_tell(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    link = desk.actions.tickets.link(anomaly, issue)
    exported = desk.actions.exchange.export()
    place.server.set_fault("jira", "offline")
    desk.actions.triage.acknowledge([anomaly.id])
    await place.passes(desk, 1)
    desk.actions.tickets.unlink(link)
    desk.actions.exchange.import_(exported)
    place.server.clear_faults()
    await looks(place, desk)
    assert words(place, issue.key) == ["Acknowledged"]


async def test_a_lookup_that_is_cancelled_leaves_no_link_without_an_issue(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    desk.actions.tickets.link_by_key(anomaly, NOWHERE)
    (stuck,) = await place.settles_but(desk)
    assert stuck.failure is not None
    assert "cancel this" in stuck.failure.sentence
    desk.actions.outbox.cancel(stuck.id)
    desk.actions.triage.acknowledge([anomaly.id])
    assert await place.settles(desk) == []
    assert desk.actions.anomalies.links(anomaly.id) == []
    assert arrived(place, EntryKind.STATUS) == 1


async def test_of_a_lookup_nobody_can_say_that_it_has_arrived(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    path = f"/rest/api/3/issue/{NOWHERE}"
    place.server.set_fault("jira", "cut_before", method="GET", path=path, times=1)
    desk.actions.tickets.link_by_key(anomaly, NOWHERE)
    (stuck,) = await place.settles_but(desk)
    assert not stuck.in_doubt
    with pytest.raises(AppError, match="does not know which issue"):
        desk.actions.outbox.mark_sent(stuck.id)
    desk.actions.outbox.cancel(stuck.id)
    desk.actions.triage.acknowledge([anomaly.id])
    assert await place.settles(desk) == []
    assert desk.actions.anomalies.links(anomaly.id) == []
    assert arrived(place, EntryKind.STATUS) == 1
    assert place.ledger("comments") == []
