"""What may go goes at once, and what has to wait for its turn or its time waits."""

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, EntryState, Site
from tests.sync.acts import arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import entry_of
from tests.sync.trouble import words


def refuse_a_comment(place: Place) -> None:
    """Let Qualytics refuse the next comment."""
    place.server.set_fault(
        "qualytics", "no_permission", method="POST", path="/api/comments", times=1
    )


async def test_a_restore_does_not_overtake_the_archiving_before_it(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    refuse_a_comment(place)
    desk.actions.triage.comment(anomaly.id, "refused")
    await place.rests(desk)
    refused = entry_of(desk, EntryKind.COMMENT)
    assert refused.state is EntryState.NEEDS_YOU
    desk.actions.triage.archive([anomaly.id], "Invalid")
    desk.actions.triage.acknowledge([anomaly.id])
    await place.passes(desk, 60)
    desk.actions.outbox.send_now([refused.id])
    assert await place.settles(desk) == []
    assert (await desk.actions.anomalies.detail(anomaly.id)).status == "Acknowledged"
    for kind in (EntryKind.COMMENT, EntryKind.ARCHIVE, EntryKind.STATUS):
        assert arrived(place, kind) == 1


async def test_what_an_import_brings_back_goes_out_at_once(
    place: Place, desk: Desk, anomaly: Anomaly, issue: Issue
) -> None:
    link = desk.actions.tickets.link(anomaly, issue)
    exported = desk.actions.exchange.export()
    place.server.set_fault("jira", "offline")
    desk.actions.triage.acknowledge([anomaly.id])
    await place.rests(desk)
    desk.actions.tickets.unlink(link)
    place.server.clear_faults()
    desk.actions.outbox.try_now(Site.JIRA)
    await place.rests(desk)
    assert place.ledger("comments") == []
    desk.actions.exchange.import_(exported)
    # Without a move of the clock, which would wake the sending anyway.
    await place.rests(desk)
    assert words(place, issue.key) == ["Acknowledged"]


async def test_the_systems_word_that_it_is_online_cuts_no_pause_short(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    place.server.set_fault("qualytics", "429", retry_after=600, times=1)
    desk.actions.triage.acknowledge([anomaly.id])
    await place.rests(desk)
    before = len(place.ledger("requests"))
    for _ in range(5):
        desk.actions.outbox.look_at_sites()
        await place.rests(desk)
    asked = [path for _, path, _ in place.ledger("requests")[before:]]
    assert not [path for path in asked if path.startswith("/api")]
    assert await place.settles(desk) == []
    assert arrived(place, EntryKind.STATUS) == 1


async def test_a_ticket_that_was_mended_goes_out_although_another_is_still_refused(
    place: Place, desk: Desk
) -> None:
    form = await ticket_form(desk)
    one, two = await some_anomalies(desk, 2)
    links = []
    for anomaly, summary in ((one, "first"), (two, "second")):
        links.append(await new_ticket(desk, anomaly, form, summary=summary, priority="999"))
        await place.passes(desk, 5)
    first, second = (
        next(e for e in desk.actions.outbox.entries() if e.link_id == link.id) for link in links
    )
    desk.actions.outbox.send_now([second.id])
    await place.passes(desk, 5)
    states = [e.state for e in desk.actions.outbox.entries()]
    assert states == [EntryState.NEEDS_YOU] * 2
    desk.actions.tickets.reopen(first.id)
    await new_ticket(desk, one, form, summary="mended", priority="")
    await place.passes(desk, 600)
    assert [made["summary"] for made in place.ledger("issues")] == ["mended"]


async def test_words_do_not_overtake_words_that_were_refused(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    refuse_a_comment(place)
    desk.actions.triage.comment(anomaly.id, "first")
    desk.actions.triage.archive([anomaly.id], "Invalid", "second")
    await place.passes(desk, 60)
    assert place.ledger("anomaly_comments") == []
    desk.actions.outbox.send_now([entry_of(desk, EntryKind.COMMENT).id])
    assert await place.settles(desk) == []
    assert [one["message"] for one in place.ledger("anomaly_comments")] == ["first", "second"]


async def test_a_restore_that_waits_does_not_overtake_an_archiving_with_words_that_waits(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    refuse_a_comment(place)
    desk.actions.triage.comment(anomaly.id, "first")
    desk.actions.triage.archive([anomaly.id], "Invalid", "second")
    desk.actions.triage.acknowledge([anomaly.id])
    await place.passes(desk, 60)
    assert [path for _, path, _ in place.writes()] == ["/api/comments"]
    desk.actions.outbox.send_now([entry_of(desk, EntryKind.COMMENT).id])
    assert await place.settles(desk) == []
    assert (await desk.actions.anomalies.detail(anomaly.id)).status == "Acknowledged"
