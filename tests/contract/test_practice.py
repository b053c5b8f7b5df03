"""The practice server speaks the two APIs by their documents, in what it grants and refuses."""

import re
from collections.abc import Iterator

import httpx
import pytest

from qjira_gui.practice import PracticeServer
from tests.contract import specs
from tests.contract.fixtures import TransportMaker
from tests.contract.jira_calls import JIRA
from tests.contract.practice_calls import Case, World, fill
from tests.contract.qualytics_calls import QUALYTICS
from tests.contract.samples import issue, text

# Not part of the APIs: the switches, and what a person sees in a browser.
_PAGES = ("/practice/", "/_edge/", "/browse/", "/datastores/")
# Left to the practice server's own tests: what real sites do and the documents do not say.
_NOT_IN_THE_DOCUMENTS = {
    "GET /rest/api/3/search",  # gone: 410
    "POST /rest/api/3/search",
    "DELETE /api/anomalies/{id}",  # as the vendor's command line calls it
    "GET /api/anomalies/{anomaly_id}/comments",  # in some builds
}
_BRACES = re.compile(r"\{\w+\}")
SITES = {"qualytics": QUALYTICS, "jira": JIRA}
OPEN_TO_ALL = ("/api/health", "/api/status")
READ_BY_POST = ("/search/jql", "/approximate-count", "/bulkfetch", "/comment/list")


@pytest.fixture(scope="module")
def server() -> Iterator[PracticeServer]:
    specs.need_specs()
    with PracticeServer(anomalies=300, seed=7) as running:
        yield running


@pytest.fixture(scope="module")
def world(server: PracticeServer) -> World:
    """What the calls are about: made, or found, before the first of them."""
    with qualytics(server) as site:
        listed = site.get("/api/anomalies", params={"size": 100}).json()["items"]
        plain = [one for one in listed if one["status"] == "Active"]
        gone = site.get("/api/anomalies", params={"archived": "only"}).json()["items"]
        foreign = next(
            one["id"]
            for one in site.get("/api/comments", params={"size": 100}).json()["items"]
            if one["user"]["name"] != me_in_qualytics(site)
            and not site.get(f"/api/anomalies/{one['anomaly_id']}").json()["archived"]
        )
        mine = [
            site.post("/api/comments", json={"anomaly_id": plain[0]["id"], "message": "a"}).json()
            for _ in range(2)
        ]
    in_jira = world_of_jira(server)
    with qualytics(server) as site:
        links = f"/api/anomalies/{plain[4]['id']}/ticket-links"
        link = site.post(links, json={"ticket_id": in_jira["issue_id"]}).json()
    return in_jira | {
        "anomaly": plain[0]["id"],
        "uuid": plain[0]["uuid"],
        "datastore": plain[0]["datastore"]["id"],
        "container": plain[0]["container"]["id"],
        "spare": plain[1]["id"],
        "doomed": plain[2]["id"],
        "linked": plain[3]["id"],
        "held": plain[4]["id"],
        "link": link["id"],
        "archived": gone[0]["id"],
        "comment": mine[0]["id"],
        "lost_comment": mine[1]["id"],
        "foreign": foreign,
        "enriched": next(one["id"] for one in plain if one["source_enriched"]),
    }


def world_of_jira(server: PracticeServer) -> World:
    """Issues, comments, a remote link and properties to read, to change and to lose."""
    marks = [{"key": key, "value": {"op": "1"}} for key in ("qjira", "lost")]
    body = issue(project={"key": "DATA"}, issuetype={"id": "10002"}) | {"properties": marks}
    with jira(server) as site:
        me = site.get("/rest/api/3/myself").json()["accountId"]
        # Two to write on: Jira takes 20 writes in two seconds on one issue, and then says 429.
        made, other, lost = (site.post("/rest/api/3/issue", json=body).json() for _ in range(3))
        at = f"/rest/api/3/issue/{made['id']}"
        told = {"body": text(), "properties": marks}
        remark, lost_remark = (site.post(f"{at}/comment", json=told).json() for _ in range(2))
        for name in ("q:824", "q:lost"):
            link = {"globalId": name, "object": {"title": "Anomaly", "url": "https://q.example/1"}}
            site.post(f"/rest/api/3/issue/{other['id']}/remotelink", json=link)
        transition = site.get(f"{at}/transitions").json()["transitions"][1]["id"]
    return {
        "me": me,
        "issue": made["key"],
        "issue_id": made["id"],
        "issue_number": int(made["id"]),
        "other": other["key"],
        "lost_issue": lost["key"],
        "remark": remark["id"],
        "remark_number": int(remark["id"]),
        "lost_remark": lost_remark["id"],
        "transition": transition,
    }


def me_in_qualytics(site: httpx.Client) -> str:
    return str(site.get("/api/users/me").json()["name"])


def qualytics(server: PracticeServer) -> httpx.Client:
    return httpx.Client(base_url=server.qualytics_url, headers=bearer(server), trust_env=False)


def jira(server: PracticeServer) -> httpx.Client:
    return httpx.Client(base_url=server.jira_url, auth=basic(server), trust_env=False)


def bearer(server: PracticeServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.qualytics_token}"}


def basic(server: PracticeServer) -> httpx.BasicAuth:
    return httpx.BasicAuth(server.jira_email, server.jira_token)


async def send(client: httpx.AsyncClient, case: Case, world: World) -> httpx.Response:
    return await client.request(
        case.method,
        fill(case.path, world),
        params=httpx.QueryParams(fill(case.query, world)),
        json=fill(case.body, world) if case.body is not None else None,
    )


async def status_of(client: httpx.AsyncClient, case: Case, world: World) -> int:
    return (await send(client, case, world)).status_code


@pytest.mark.parametrize("case", QUALYTICS, ids=str)
async def test_qualytics_calls_are_answered_by_the_document(
    server: PracticeServer, world: World, checked_transport_for: TransportMaker, case: Case
) -> None:
    transport = checked_transport_for(server, answers_only=case.wrong)
    async with httpx.AsyncClient(
        transport=transport, base_url=server.qualytics_url, headers=bearer(server)
    ) as client:
        answer = await send(client, case, world)
    assert answer.status_code == case.status, answer.text
    assert transport.checked == 1


@pytest.mark.parametrize("case", JIRA, ids=str)
async def test_jira_calls_are_answered_by_the_document(
    server: PracticeServer, world: World, checked_transport_for: TransportMaker, case: Case
) -> None:
    transport = checked_transport_for(server, answers_only=case.wrong)
    async with httpx.AsyncClient(
        transport=transport, base_url=server.jira_url, auth=basic(server)
    ) as client:
        answer = await send(client, case, world)
    assert answer.status_code == case.status, answer.text
    assert transport.checked == 1


async def test_a_stranger_is_refused_by_qualytics_by_the_document(
    server: PracticeServer, world: World, checked_transport_for: TransportMaker
) -> None:
    transport = checked_transport_for(server, answers_only=True)
    strange = {"Authorization": "Bearer of.no.token"}
    async with httpx.AsyncClient(
        transport=transport, base_url=server.qualytics_url, headers=strange
    ) as client:
        for case in QUALYTICS:
            status = await status_of(client, case, world)
            assert status == (case.status if case.path in OPEN_TO_ALL else 401), str(case)


async def test_a_stranger_is_refused_by_jira_by_the_document(
    server: PracticeServer, world: World, checked_transport_for: TransportMaker
) -> None:
    """Not always by a 401: an issue or a project is denied, a list is empty."""
    transport = checked_transport_for(server, answers_only=True)
    async with httpx.AsyncClient(
        transport=transport, base_url=server.jira_url, auth=("nobody", "nothing")
    ) as client:
        for case in JIRA:
            status = await status_of(client, case, world)
            reads = case.method == "GET" or case.path.endswith(READ_BY_POST)
            assert status in ((200, 400, 401, 404) if reads else (401,)), str(case)
            if case.path.startswith("/rest/api/3/issue/{issue}") and reads:
                assert status == 404, str(case)


@pytest.mark.parametrize(
    ("site", "kind", "path"),
    [
        *((site, code, "*") for site in SITES for code in ("429", "500", "502", "503", "504")),
        ("qualytics", "expired_token", "*"),
        ("qualytics", "no_permission", "/api/anomalies*"),
        ("jira", "dead_token", "*"),
        ("jira", "language", "*"),
        ("jira", "index_lag", "*"),
        ("jira", "short_pages", "*"),
        ("jira", "no_comment_properties", "*"),
        ("jira", "expired_page_token", "*"),
    ],
)
async def test_trouble_that_the_documents_know_is_told_in_their_words(
    server: PracticeServer,
    world: World,
    checked_transport_for: TransportMaker,
    site: str,
    kind: str,
    path: str,
) -> None:
    transport = checked_transport_for(server)
    url = {"qualytics": server.qualytics_url, "jira": server.jira_url}[site]
    headers, auth = (bearer(server), None) if site == "qualytics" else ({}, basic(server))
    server.set_fault(site, kind, path=path)
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url=url, headers=headers, auth=auth
        ) as client:
            for case in SITES[site]:
                if case.method == "GET" and not case.wrong:
                    await status_of(client, case, world)
    finally:
        server.clear_faults()
    assert transport.checked > 10


async def test_the_gateway_of_scoped_tokens_speaks_the_same_language(
    server: PracticeServer, world: World, checked_transport_for: TransportMaker
) -> None:
    transport = checked_transport_for(server)
    url = f"{server.jira_url}/ex/jira/{server.cloud_id}"
    server.set_fault("jira", "scoped_token")
    try:
        async with httpx.AsyncClient(
            transport=transport, base_url=url, auth=basic(server)
        ) as client:
            for case in JIRA:
                if case.method == "GET" and not case.wrong:
                    assert await status_of(client, case, world) in (200, 400, 404), str(case)
    finally:
        server.clear_faults()
    assert transport.checked > 30


def test_nothing_that_the_practice_server_offers_is_left_uncalled(
    server: PracticeServer, world: World
) -> None:
    offered = {
        f"{method} {path}" for _site, method, path in server.routes() if not path.startswith(_PAGES)
    }
    called: set[str] = set()
    for case in (*QUALYTICS, *JIRA):
        means = f"{case.method} {case.path}"
        fitting = [one for one in offered if re.fullmatch(_BRACES.sub("[^/]+", one), means)]
        # The most literal route is the one that answers: /issue/picker is not about an issue.
        called |= {min(fitting, key=lambda one: one.count("{"))} if fitting else set()
    assert offered - called == _NOT_IN_THE_DOCUMENTS


def test_the_practice_server_never_failed_on_its_own(server: PracticeServer) -> None:
    assert server.ledger()["crashes"] == []
