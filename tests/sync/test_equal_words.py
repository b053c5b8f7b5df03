"""What is said twice in the same words arrives twice, and what is said once arrives once."""

import httpx

from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.outbox import EntryKind, Site
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import Trouble
from tests.sync.trouble import tamper


async def test_an_archiving_is_not_taken_for_a_comment_that_said_the_same_the_day_before(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    desk.actions.triage.comment(anomaly.id, "false positive")
    await place.settles(desk)
    place.clock.move(23 * 3600)
    Trouble("cut_before").strike(place, EntryKind.ARCHIVE)
    desk.actions.triage.archive([anomaly.id], "Invalid", "false positive")
    assert await place.settles(desk) == []
    assert len(place.ledger("archives")) == 1


async def test_an_archiving_is_not_taken_for_an_earlier_one_with_the_same_words(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    desk.actions.triage.archive([anomaly.id], "Invalid", "fixed")
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles(desk)
    Trouble("cut_before").strike(place, EntryKind.ARCHIVE)
    desk.actions.triage.archive([anomaly.id], "Resolved", "fixed")
    assert await place.settles(desk) == []
    assert [one["status"] for one in place.ledger("archives")] == ["Invalid", "Resolved"]


async def test_a_comment_is_not_taken_for_the_words_of_an_earlier_archiving(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    desk.actions.triage.archive([anomaly.id], "Invalid", "false positive")
    desk.actions.triage.acknowledge([anomaly.id])
    await place.settles(desk)
    Trouble("cut_before").strike(place, EntryKind.COMMENT)
    desk.actions.triage.comment(anomaly.id, "false positive")
    assert await place.settles(desk) == []
    assert len(place.ledger("anomaly_comments")) == 2


async def test_a_comment_whose_number_is_an_anomalys_too_is_known(place: Place, desk: Desk) -> None:
    one, other = await some_anomalies(desk, 2)
    desk.actions.triage.archive([one.id], "Invalid")
    await place.settles(desk)
    # The next comment gets the number by which the archiving of the first anomaly is kept.
    place.server._made.qualytics.last_id = one.id - 1
    Trouble("cut_after").strike(place, EntryKind.ARCHIVE)
    desk.actions.triage.archive([other.id], "Invalid", "fixed")
    await place.rests(desk)
    # Now the comment is all that shows that it has arrived.
    place.server.change_anomaly(other.id, "Acknowledged")
    assert await place.settles(desk) == []
    assert [made["id"] for made in place.ledger("anomaly_comments")] == [one.id]
    assert len(place.ledger("archives")) == 2


async def test_the_same_words_twice_are_two_comments_where_the_server_tells_no_numbers(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    async def answering(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
        answer = await inner.handle_async_request(request)
        if (request.method, request.url.path) == ("POST", "/api/comments"):
            return httpx.Response(200, json={"ok": True})
        return answer

    tamper(desk, Site.QUALYTICS, answering)
    desk.actions.triage.comment(anomaly.id, "ping")
    await place.settles(desk)
    Trouble("cut_before").strike(place, EntryKind.COMMENT)
    desk.actions.triage.comment(anomaly.id, "ping")
    assert await place.settles(desk) == []
    assert len(place.ledger("anomaly_comments")) == 2


async def test_a_comment_is_known_after_the_token_became_somebody_elses(
    place: Place, desk: Desk, anomaly: Anomaly
) -> None:
    Trouble("cut_after").strike(place, EntryKind.COMMENT)
    desk.actions.triage.comment(anomaly.id, "once")
    await place.rests(desk)

    async def answering(inner: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
        answer = await inner.handle_async_request(request)
        if request.url.path.endswith("/users/me"):
            # A service account, say, with a token of its own.
            return httpx.Response(200, json={**answer.json(), "id": 999})
        return answer

    tamper(desk, Site.QUALYTICS, answering)
    assert await place.settles(desk) == []
    assert len(place.ledger("anomaly_comments")) == 1
