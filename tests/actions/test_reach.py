"""What an answer tells of a site, and what the lack of a question does not."""

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.connection import ConnectionState
from qjira_gui.domain.outbox import EntryKind, Site
from tests.sync.place import Place
from tests.sync.test_faults import entry_of


async def test_whoever_asked_nothing_knows_nothing_of_the_site(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    place.server.set_fault("jira", "offline")
    link = desk.actions.tickets.link_by_key(anomaly, "DATA-102")
    await place.rests(desk)
    pill = desk.actions.connections.status
    assert pill(Site.JIRA).state is ConnectionState.OFFLINE
    # No link has an issue yet, so there is nothing to ask Jira about.
    await desk.actions.tickets.refresh([link])
    assert pill(Site.JIRA).state is ConnectionState.OFFLINE
    assert desk.actions.outbox.why_waiting(entry_of(desk, EntryKind.LINK)) is not None


async def test_a_site_that_asks_for_a_pause_at_the_start_is_no_site_that_is_away(
    place: Place,
) -> None:
    place.server.set_fault("jira", "429", retry_after=600)
    async with place.open() as desk:
        await place.rests(desk)
        status = desk.actions.connections.status(Site.JIRA)
        assert status.state is ConnectionState.TROUBLE
        assert "asks for a pause" in status.sentence
        anomaly = Anomaly(id=7, status="Active")
        desk.actions.tickets.link_by_key(anomaly, "DATA-102")
        hold = desk.actions.outbox.why_waiting(entry_of(desk, EntryKind.LINK))
        assert hold is not None
        assert (hold.asked, hold.until) == (True, place.clock.at + 600)
        before = len(place.server.ledger()["requests"])
        await place.passes(desk, 590)
        assert len(place.server.ledger()["requests"]) == before
        place.server.clear_faults()
        await place.passes(desk, 30)
        assert desk.actions.connections.status(Site.JIRA).state is ConnectionState.CONNECTED
        assert desk.actions.outbox.unfinished() == []


async def test_comments_that_were_read_are_there_when_nobody_can_be_asked(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    assert await desk.actions.anomalies.kept_comments(anomaly.id) is None
    place.server.add_comment(anomaly.id, "Seen before", by="Priya Raman")
    read = await desk.actions.anomalies.comments(anomaly.id)
    place.clock.move(60)
    place.server.set_fault("qualytics", "offline")
    assert await desk.actions.anomalies.kept_comments(anomaly.id) == (read, 60.0)
