"""What stood in the way of an act is out of it as soon as anything shows that, and the act goes."""

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.outbox import EntryKind
from tests.sync.acts import arrived
from tests.sync.place import Place, some_anomalies


async def test_a_comment_that_an_archived_anomaly_refused_goes_out_after_a_restore(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    place.server.change_anomaly(anomaly.id, "Resolved")
    desk.actions.triage.comment(anomaly.id, "not fixed at all")
    (stuck,) = await place.settles_but(desk)
    assert stuck.failure is not None
    assert "what it goes to" in stuck.failure.sentence
    # As the sentence says: Restore acknowledges it.
    desk.actions.triage.acknowledge([anomaly.id])
    await place.passes(desk, 60)
    desk.actions.outbox.send_now([stuck.id])
    await place.passes(desk, 60)
    assert arrived(place, EntryKind.COMMENT) == 1
    assert desk.actions.outbox.unfinished() == []


async def test_a_sign_in_that_reading_proves_to_be_good_lets_go_what_waited_for_one(
    place: Place, desk: Desk
) -> None:
    anomaly, other = await some_anomalies(desk, 2)
    place.server.set_fault("qualytics", "dead_token", times=1)
    desk.actions.triage.acknowledge([anomaly.id])
    await place.rests(desk)
    assert desk.actions.outbox.tally().waiting == 1
    await desk.actions.anomalies.detail(other.id)
    await place.rests(desk)
    assert desk.actions.outbox.tally().waiting == 0
    assert arrived(place, EntryKind.STATUS) == 1
