"""A site that is reached under another address is the same site, and keeps what belongs to it."""

import pytest

from qjira_gui.clients import address
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Site
from tests.sync.place import Place, some_anomalies
from tests.sync.trouble import another, connect, looks, typed, words


@pytest.mark.parametrize(
    "spelling",
    [
        "https://acme.atlassian.net:443",
        "https://acme.atlassian.net./",
        "http://acme.atlassian.net",
        "http://acme.atlassian.net:80/browse/DATA-101",
        "ACME",
    ],
)
def test_however_it_is_written_it_is_one_jira(spelling: str) -> None:
    assert address.place(address.jira_site(spelling)) == "acme.atlassian.net"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://acme.qualytics.io",
        "https://acme.qualytics.io:443/",
        "https://acme.qualytics.io//",
        "https://acme.qualytics.io/api/docs",
        "https://acme.qualytics.io/api?x=1",
        "https://acme.qualytics.io/#/x",
        "acme.qualytics.io/anomalies/3",
    ],
)
def test_however_it_is_written_it_is_one_qualytics(spelling: str) -> None:
    assert address.place(address.qualytics_api(spelling)) == "acme.qualytics.io/api"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://acme.example.com/jira", "https://acme.example.com/other"),
        ("https://acme.example.com:8443", "https://acme.example.com"),
        ("acme", "acme-test"),
    ],
)
def test_another_path_port_or_name_is_another_jira(one: str, two: str) -> None:
    assert address.place(address.jira_site(one)) != address.place(address.jira_site(two))


async def test_what_is_being_sent_moves_along_too(place: Place) -> None:
    async with typed(place) as desk:
        (anomaly,) = await some_anomalies(desk)
        place.server.set_fault("qualytics", "hang", method="POST", path="/api/comments")
        desk.actions.triage.comment(anomaly.id, "on its way")
        await place.until(lambda: place.under_way > 0)
        # The seed of the first pair: everything is there under the numbers it had.
        with another(place, seed=7) as moved:
            desk.actions.connections.moved(Site.QUALYTICS, moved.qualytics_url)
            await connect(desk, Site.QUALYTICS, moved)
            place.server.clear_faults()
            assert await place.settles(desk) == []
            told = [one["message"] for one in moved.ledger()["anomaly_comments"]]
            assert told == ["on its way"]
    assert place.ledger("anomaly_comments") == []


@pytest.mark.parametrize("site", list(Site))
async def test_what_is_left_behind_is_counted_also_after_a_disconnect(
    place: Place, site: Site
) -> None:
    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        connections = desk.actions.connections
        await connections.forget(site)
        with another(place, seed=7) as moved:
            old = place.server.jira_url if site is Site.JIRA else place.server.qualytics_url
            new = moved.jira_url if site is Site.JIRA else moved.qualytics_url
            assert connections.left_behind(site, old) == 0
            assert connections.left_behind(site, new) == 1


async def test_a_move_whose_token_cannot_be_kept_strands_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(name: str, secret: str) -> None:
        raise AppError("The keyring is locked.")

    async with typed(place) as desk:
        anomaly, issue = await place.subjects(desk)
        desk.actions.tickets.link(anomaly, issue)
        connections = desk.actions.connections
        with another(place, seed=7) as moved:
            connections.moved(Site.QUALYTICS, moved.qualytics_url)
            with monkeypatch.context() as patch:
                patch.setattr(connections._credentials, "set", locked)
                with pytest.raises(AppError, match="locked"):
                    await connect(desk, Site.QUALYTICS, moved)
            assert len(desk.actions.anomalies.links(anomaly.id)) == 1
            await connect(desk, Site.QUALYTICS, moved)
            desk.actions.triage.acknowledge([anomaly.id])
            assert await place.settles(desk) == []
            await looks(place, desk)
            assert len(moved.ledger()["status_changes"]) == 1
    assert words(place, issue.key) == ["Acknowledged"]
