"""What belongs to one site goes to no other, whichever is connected when its time comes."""

import asyncio
from contextlib import suppress

import pytest
from msgspec.structs import replace

from qjira_gui.clients import sites
from qjira_gui.clients.address import place as named
from qjira_gui.clients.http import tls_context
from qjira_gui.desk import Desk
from qjira_gui.domain.connection import Network
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, FailureKind, Site
from qjira_gui.practice import PracticeServer
from tests.sync.acts import arrived, new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import entry_of
from tests.sync.trouble import another, connect, looks, typed, words


def waits_for_its_site(desk: Desk, entry: Entry) -> bool:
    """Whether the analyst sees that an entry belongs to a site that is not connected."""
    hold = desk.actions.outbox.why_waiting(entry)
    shown = hold is not None and hold.kind is FailureKind.ELSEWHERE and entry.place in hold.sentence
    return shown and entry.state is EntryState.WAITING


def address_of(server: PracticeServer, site: Site) -> str:
    return server.jira_url if site is Site.JIRA else server.qualytics_url


async def test_a_comment_for_one_jira_goes_to_no_other(place: Place) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        place.server.set_fault("jira", "offline")
        desk.actions.triage.comment(anomaly.id, "for the first Jira only")
        await place.rests(desk)
        with another(place) as other:
            await connect(desk, Site.JIRA, other)
            await place.passes(desk, 300)
            assert waits_for_its_site(desk, entry_of(desk, EntryKind.ISSUE_COMMENT))
            place.server.clear_faults()
            await connect(desk, Site.JIRA, place.server)
            assert await place.settles(desk) == []
            assert other.ledger()["comments"] == []
    assert words(place, issue.key) == ["for the first Jira only"]


async def test_an_archiving_for_one_qualytics_goes_to_no_other(place: Place) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        place.server.set_fault("qualytics", "offline")
        desk.actions.triage.archive([anomaly.id], "Resolved", "mended")
        await place.rests(desk)
        with another(place) as other:
            await connect(desk, Site.QUALYTICS, other)
            # The number means something there too, so it would be taken.
            await desk.actions.anomalies.detail(anomaly.id)
            await place.passes(desk, 300)
            assert waits_for_its_site(desk, entry_of(desk, EntryKind.ARCHIVE))
            place.server.clear_faults()
            await connect(desk, Site.QUALYTICS, place.server)
            assert await place.settles(desk) == []
            assert other.ledger()["archives"] == []
            assert other.ledger()["anomaly_comments"] == []
    assert [one["status"] for one in place.ledger("archives")] == ["Resolved"]
    assert [one["message"] for one in place.ledger("anomaly_comments")] == ["mended"]


async def test_a_ticket_that_is_being_opened_at_one_jira_is_looked_for_at_no_other(
    place: Place,
) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        form = await ticket_form(desk)
        place.server.set_fault(
            "jira", "hang", method="POST", path="/rest/api/3/issue", committed=True
        )
        await new_ticket(desk, anomaly, form)
        await place.until(lambda: len(place.ledger("issues")) == 1)
        with another(place) as other:
            await connect(desk, Site.JIRA, other)
            await place.passes(desk, 900)
            assert entry_of(desk, EntryKind.ISSUE).in_doubt
            asked = [path for _, path, _ in other.ledger()["requests"]]
            assert not [path for path in asked if path.endswith("/search/jql")]
            assert waits_for_its_site(desk, entry_of(desk, EntryKind.ISSUE))
            place.server.clear_faults()
            await connect(desk, Site.JIRA, place.server)
            assert await place.settles(desk) == []
            assert other.ledger()["issues"] == []
    assert len(place.ledger("issues")) == 1


@pytest.mark.parametrize("waits", [False, True], ids=["nothing waits", "an act waits"])
async def test_what_happens_at_one_qualytics_is_no_news_of_the_other(
    place: Place, waits: bool
) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        await desk.look_once()
        if waits:
            place.server.set_fault("qualytics", "offline")
            desk.actions.triage.acknowledge([anomaly.id])
            await place.rests(desk)
        with another(place) as other:
            other.change_anomaly(anomaly.id, "Discarded")
            await connect(desk, Site.QUALYTICS, other)
            await place.passes(desk, 3)
            await desk.look_once()
            await place.passes(desk, 300)
            assert place.ledger("comments") == []
            for entry in desk.actions.outbox.unfinished():
                assert waits_for_its_site(desk, entry)
            place.server.clear_faults()
            await connect(desk, Site.QUALYTICS, place.server)
            assert await place.settles(desk) == []
            await looks(place, desk)
            mine = [one for one in other.ledger()["status_changes"] if one["by"] != "Priya Raman"]
            assert mine == []
    assert len(place.ledger("status_changes")) == waits
    assert words(place, issue.key) == (["Acknowledged"] if waits else [])


async def test_what_is_done_after_a_connection_failed_goes_to_the_new_site_and_not_to_the_old(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        settings = desk.actions.settings
        with another(place) as other:
            with monkeypatch.context() as patch:
                # The true one, which cannot read a certificate file that is not there.
                patch.setattr(sites, "tls_context", tls_context)
                settings.keep(replace(settings.current, network=Network(ca_file="/nowhere.pem")))
                await connect(desk, Site.QUALYTICS, other)
            status = desk.actions.connections.status(Site.QUALYTICS)
            assert (status.state, "/nowhere.pem" in status.sentence) == ("not connected", True)
            with suppress(AppError):
                await desk.actions.anomalies.detail(anomaly.id)
            desk.actions.triage.acknowledge([anomaly.id])
            await place.passes(desk, 100)
            assert other.ledger()["status_changes"] == []
            settings.keep(replace(settings.current, network=Network()))
            await connect(desk, Site.QUALYTICS, other)
            assert await place.settles(desk) == []
            assert len(other.ledger()["status_changes"]) == 1
    assert place.ledger("status_changes") == []


async def test_links_are_imported_into_no_profile_of_another_site_whether_connected_or_not(
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
            with pytest.raises(AppError, match="belongs to"):
                desk.actions.exchange.import_(exported)
            for site in Site:
                await desk.actions.connections.forget(site)
            # The last address is what the profile's own numbers belong to.
            with pytest.raises(AppError, match="belongs to"):
                desk.actions.exchange.import_(exported)
            for site in Site:
                await connect(desk, site, other)
            await looks(place, desk)
            other.change_anomaly(anomaly.id, "Discarded")
            other.add_comment(anomaly.id, "of another anomaly")
            await looks(place, desk)
            assert anomaly.id not in desk.actions.anomalies.all_links()
            assert other.ledger()["comments"] == []
    assert place.ledger("comments") == []


@pytest.mark.parametrize("site", list(Site))
async def test_what_waits_moves_along_when_its_site_has_a_new_address(
    place: Place, site: Site
) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        link = desk.actions.tickets.link(anomaly, issue)
        place.server.set_fault(site.value, "offline")
        desk.actions.triage.comment(anomaly.id, "on its way")
        await place.rests(desk)
        (entry,) = desk.actions.outbox.unfinished()
        desk.actions.outbox.pause(True)
        connections = desk.actions.connections
        # The seed of the first pair: everything is there under the numbers it had.
        with another(place, seed=7) as moved:
            old, new = address_of(place.server, site), address_of(moved, site)
            assert connections.left_behind(site, f"{old.upper()}/") == 0
            assert connections.left_behind(site, new) == 2
            connections.moved(site, new)
            await connect(desk, site, moved)
            await place.rests(desk)
            assert connections.left_behind(site, new) == 0
            (entry,) = desk.actions.outbox.unfinished()
            assert entry.place.startswith(named(new))
            assert desk.actions.outbox.why_waiting(entry) is None
            (kept,) = desk.actions.anomalies.links(anomaly.id)
            assert kept.id == link.id
            jira, qualytics = place.server.jira_url, place.server.qualytics_url
            assert kept.jira == named(new if site is Site.JIRA else jira)
            assert kept.qualytics.startswith(named(new if site is Site.QUALYTICS else qualytics))
            desk.actions.outbox.pause(False)
            assert await place.settles(desk) == []
            page = "comments" if site is Site.JIRA else "anomaly_comments"
            assert (len(moved.ledger()[page]), len(place.ledger(page))) == (1, 0)


@pytest.mark.parametrize("turns", range(8))
async def test_a_connection_that_is_taken_away_at_once_does_not_end_the_sending(
    place: Place, turns: int
) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        await connect(desk, Site.JIRA, place.server)
        # So many turns of the loop until it is taken away again.
        for _ in range(turns):
            await asyncio.sleep(0)
        await desk.actions.connections.forget(Site.JIRA)
        desk.actions.triage.acknowledge([anomaly.id])
        # Not rests(), which waits for ever for a worker that has ended.
        async with asyncio.timeout(3):
            await place.until(lambda: arrived(place, EntryKind.STATUS) == 1)
        assert place.troubles == []
