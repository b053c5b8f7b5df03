"""Two sites give their anomalies the same numbers, and what is known of one is not said of both."""

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryKind, Site
from qjira_gui.practice import PracticeServer
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import Trouble
from tests.sync.trouble import another, connect, looks, typed, words


async def goes_to(place: Place, desk: Desk, server: PracticeServer) -> None:
    """Connect another Qualytics, and let the desk find that it answers."""
    await connect(desk, Site.QUALYTICS, server)
    await place.passes(desk, 5)


async def test_an_act_does_not_wait_behind_one_for_that_number_at_another_site(
    place: Place,
) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        place.server.set_fault("qualytics", "offline")
        desk.actions.triage.acknowledge([anomaly.id])
        await place.rests(desk)
        with another(place) as other:
            await goes_to(place, desk, other)
            desk.actions.triage.acknowledge([anomaly.id])
            await place.passes(desk, 600)
            assert len(other.ledger()["status_changes"]) == 1
    assert place.ledger("status_changes") == []


@pytest.mark.parametrize("when", ["before the act", "after the act"])
async def test_the_analysts_word_on_an_act_at_one_site_tells_nothing_to_an_issue_of_another(
    place: Place, when: str
) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        with another(place) as other:
            await goes_to(place, desk, other)
            there = await desk.actions.anomalies.detail(anomaly.id)
            if when == "before the act":
                desk.actions.tickets.link(there, issue)
            await goes_to(place, desk, place.server)
            Trouble("cut_after").strike(place, EntryKind.STATUS)
            desk.actions.triage.acknowledge([anomaly.id])
            await place.rests(desk)
            place.server.change_anomaly(anomaly.id, "Resolved")
            (stuck,) = await place.settles_but(desk)
            await goes_to(place, desk, other)
            if when == "after the act":
                desk.actions.tickets.link(there, issue)
            desk.actions.outbox.mark_sent(stuck.id)
            assert await place.settles(desk) == []
            await looks(place, desk)
    assert place.ledger("comments") == []


async def test_a_link_knows_no_status_that_waits_for_another_site(place: Place) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        place.server.set_fault("qualytics", "offline")
        desk.actions.triage.archive([anomaly.id], "Invalid")
        await place.rests(desk)
        with another(place) as other:
            await goes_to(place, desk, other)
            there = await desk.actions.anomalies.detail(anomaly.id)
            assert desk.actions.tickets.context(there).status == there.status
            assert desk.actions.tickets.link(there, issue).reported_status == there.status
            await looks(place, desk)
    assert place.ledger("comments") == []


async def test_what_was_done_while_nothing_was_connected_goes_to_the_site_that_it_was_seen_at(
    place: Place,
) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        await desk.actions.connections.forget(Site.QUALYTICS)
        desk.actions.triage.acknowledge([anomaly.id])
        with another(place) as other:
            await goes_to(place, desk, other)
            await place.passes(desk, 60)
            assert other.ledger()["status_changes"] == []
            await goes_to(place, desk, place.server)
            assert await place.settles(desk) == []
    assert len(place.ledger("status_changes")) == 1


async def test_taking_back_an_act_at_one_site_changes_nothing_that_is_known_of_another(
    place: Place,
) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        place.server.set_fault("qualytics", "offline")
        (act,) = desk.actions.triage.archive([anomaly.id], "Invalid")
        await place.rests(desk)
        with another(place) as other:
            # There it has that very status already.
            other.change_anomaly(anomaly.id, "Invalid")
            await goes_to(place, desk, other)
            there = await desk.actions.anomalies.detail(anomaly.id)
            desk.actions.tickets.link(there, issue)
            desk.actions.outbox.cancel(act.id)
            other.change_anomaly(anomaly.id, "Acknowledged")
            await looks(place, desk)
    assert words(place, issue.key) == ["Acknowledged"]


async def comes_by_news(
    place: Place, desk: Desk, other: PracticeServer, anomaly_id: int, issue: Issue
) -> None:
    """Link an anomaly of the second site, on which somebody comments later."""
    there = await desk.actions.anomalies.detail(anomaly_id)
    desk.actions.tickets.link(there, issue)
    await looks(place, desk, 1)
    place.clock.move(1200)
    other.add_comment(anomaly_id, "news")
    await looks(place, desk)


async def test_the_numbers_of_one_sites_comments_hide_no_comment_of_another(place: Place) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        # So that the next numbers of the first site are far ahead of the second's.
        for count in range(30):
            place.server.add_comment(anomaly.id, f"of the first site, {count}")
        await desk.actions.anomalies.comments(anomaly.id)
        with another(place) as other:
            await goes_to(place, desk, other)
            await comes_by_news(place, desk, other, anomaly.id, issue)
    assert words(place, issue.key) == ["news"]


async def test_that_one_site_lists_no_comments_is_not_believed_of_another(place: Place) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        place.server.set_fault("qualytics", "no_comment_listing")
        desk.actions.tickets.link(anomaly, issue)
        await desk.look_once()
        assert not desk.lists_comments
        with another(place) as other:
            await goes_to(place, desk, other)
            await comes_by_news(place, desk, other, anomaly.id, issue)
    assert words(place, issue.key) == ["news"]


async def test_an_import_is_new_although_another_site_has_a_link_between_these_numbers(
    place: Place,
) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        exported = desk.actions.exchange.export()
    profile = place.profile.with_name("colleague")
    with another(place) as other:
        async with place.open(profile, environment={}) as desk:
            for site in Site:
                await connect(desk, site, other)
            await place.rests(desk)
            there = await desk.actions.anomalies.detail(anomaly.id)
            same = (await desk.actions.tickets.search("DATA-101"))[0]
            assert same.id == issue.id
            desk.actions.tickets.link(there, same)
            for site in Site:
                await connect(desk, site, place.server)
            assert desk.actions.exchange.import_(exported).links_added == 1
            await looks(place, desk, 1)
            place.server.change_anomaly(anomaly.id, "Resolved")
            await looks(place, desk)
            assert other.ledger()["comments"] == []
    assert words(place, issue.key) == ["Resolved"]
