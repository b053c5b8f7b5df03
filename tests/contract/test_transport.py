"""The transport stops what the checker objects to, and keeps it even if the program shrugs."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.contract import specs
from tests.contract.checker import SpecChecker
from tests.contract.fixtures import checked_transports
from tests.contract.samples import COMMENT, body, text
from tests.contract.transport import CheckedTransport, SpecViolation

SITE = "http://127.0.0.1:8080"
USER = {"accountId": "5b10", "displayName": "Mia", "active": True}


class Sites:
    """Where the two sites would be."""

    qualytics_url = "http://127.0.0.1:8081"
    jira_url = SITE
    cloud_id = "4f1c"


class Server(httpx.AsyncBaseTransport):
    """Answers with what it was given, and counts."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.asked = 0
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return self.answer

    async def aclose(self) -> None:
        self.closed = True


def around(
    checker: SpecChecker, answer: httpx.Response, *, faults: bool = False, start: str = SITE
) -> tuple[httpx.AsyncClient, CheckedTransport, Server]:
    server = Server(answer)
    transport = CheckedTransport(server, {start: checker}, faults=faults)
    return httpx.AsyncClient(transport=transport, base_url=SITE), transport, server


async def test_a_good_call_arrives_as_it_was_sent(jira_checker: SpecChecker) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    packed = httpx.Response(200, headers=headers, stream=_Parts(gzip.compress(body(USER))))
    client, transport, server = around(jira_checker, packed)
    async with client:
        answer = await client.get("/rest/api/3/myself")
    assert answer.json() == USER
    assert answer.elapsed.total_seconds() >= 0
    assert (transport.problems, transport.checked, server.closed) == ([], 1, True)


async def test_a_bad_request_never_leaves(jira_checker: SpecChecker) -> None:
    client, transport, server = around(jira_checker, httpx.Response(201, json={}))
    async with client:
        with pytest.raises(SpecViolation, match="not a str"):
            await client.post(COMMENT, json={"body": "plain words"})
        with pytest.raises(SpecViolation, match="'jqll' is unknown"):
            await client.get("/rest/api/3/search/jql", params={"jqll": "a"})
    assert server.asked == 0
    assert len(transport.problems) == 2


async def test_a_bad_answer_is_kept_even_when_the_program_swallows_it(
    jira_checker: SpecChecker,
) -> None:
    client, transport, _ = around(jira_checker, httpx.Response(200, json={"active": "yes"}))
    async with client:
        try:
            await client.get("/rest/api/3/myself")
        except Exception:
            pass
    (problem,) = transport.problems
    assert "body.active" in problem


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, html="<h1>Bad Gateway</h1>"),
        httpx.Response(418, text="no"),
        httpx.Response(200, html="<title>Log in</title>"),
    ],
)
async def test_answers_spoilt_on_purpose_pass_only_when_announced(
    jira_checker: SpecChecker, answer: httpx.Response
) -> None:
    strict, _, _ = around(jira_checker, answer)
    async with strict:
        with pytest.raises(SpecViolation):
            await strict.post(COMMENT, json={"body": text()})
    lenient, transport, _ = around(jira_checker, answer, faults=True)
    async with lenient:
        assert (await lenient.post(COMMENT, json={"body": text()})).text == answer.text
    assert transport.problems == []


async def test_announced_faults_excuse_neither_a_request_nor_a_success(
    jira_checker: SpecChecker,
) -> None:
    client, _, _ = around(jira_checker, httpx.Response(201, json={"id": 5}), faults=True)
    async with client:
        with pytest.raises(SpecViolation, match="not a str"):
            await client.post(COMMENT, json={"body": "plain words"})
        with pytest.raises(SpecViolation, match=r"body\.id"):
            await client.post(COMMENT, json={"body": text()})


async def test_a_refusal_can_be_provoked_and_is_still_judged(jira_checker: SpecChecker) -> None:
    server = Server(httpx.Response(404, json={"errorMessages": "not a list"}))
    transport = CheckedTransport(server, {SITE: jira_checker}, answers_only=True)
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        with pytest.raises(SpecViolation, match="the status is not documented"):
            await client.post("/rest/api/3/issue", json={"nonsense": 1})
        assert (await client.post(COMMENT, json={"body": "plain words"})).status_code == 404


@pytest.mark.parametrize(
    "path", ["/practice/ledger", "/_edge/tenant_info", "/browse/DQ-7", "/datastores/3/anomalies"]
)
async def test_what_is_no_part_of_the_apis_is_let_through(
    jira_checker: SpecChecker, path: str
) -> None:
    client, transport, _ = around(jira_checker, httpx.Response(200, text="anything"))
    async with client:
        assert (await client.get(path)).text == "anything"
    assert transport.checked == 0


async def test_an_address_that_nobody_checks_is_an_error(jira_checker: SpecChecker) -> None:
    client, transport, server = around(jira_checker, httpx.Response(200, json=USER))
    async with client:
        with pytest.raises(SpecViolation, match="belongs to no checked site"):
            await client.get("http://127.0.0.1:80801/rest/api/3/myself")
    assert (server.asked, len(transport.problems)) == (0, 1)


async def test_a_site_may_lie_below_a_path(jira_checker: SpecChecker) -> None:
    start = f"{SITE}/ex/jira/4f1c/"
    client, transport, _ = around(jira_checker, httpx.Response(200, json=USER), start=start)
    async with client:
        await client.get("/ex/jira/4f1c/rest/api/3/myself")
    assert (transport.problems, transport.checked) == ([], 1)


async def test_the_nearest_of_two_nested_sites_is_asked(
    jira_checker: SpecChecker, qualytics_checker: SpecChecker
) -> None:
    for order in (1, -1):
        checkers = [(SITE, qualytics_checker), (f"{SITE}/ex/jira/4f1c", jira_checker)][::order]
        server = Server(httpx.Response(200, json=USER))
        transport = CheckedTransport(server, dict(checkers))
        async with httpx.AsyncClient(transport=transport) as client:
            await client.get(f"{SITE}/ex/jira/4f1c/rest/api/3/myself")


async def test_a_program_that_swallowed_a_departure_still_fails_its_test() -> None:
    specs.need_specs()
    server = Server(httpx.Response(200, json={"active": "yes"}))
    test = checked_transports()
    transport = test.__enter__()(Sites(), inner=server)
    async with httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(SpecViolation):
            await client.get(f"{SITE}/rest/api/3/myself")
    with pytest.raises(AssertionError, match=r"body\.active"):
        test.__exit__(None, None, None)


async def test_without_the_documents_a_program_is_tested_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QJIRA_SPECS", str(tmp_path))
    monkeypatch.delenv("QJIRA_REQUIRE_SPECS", raising=False)
    with checked_transports() as make:
        transport = make(Sites(), inner=Server(httpx.Response(200, text="anything")))
        async with httpx.AsyncClient(transport=transport) as client:
            assert (await client.get(f"{SITE}/rest/api/3/nonsense")).text == "anything"
    assert transport.checked == 0
    monkeypatch.setenv("QJIRA_REQUIRE_SPECS", "1")
    with pytest.raises(pytest.fail.Exception), checked_transports() as make:
        make(Sites())


async def test_an_answer_cut_off_reaches_the_program_as_httpx_tells_it(
    jira_checker: SpecChecker,
) -> None:
    torn = _Parts(b'{"acc', cut=True)
    headers = {"Content-Type": "application/json"}
    client, transport, _ = around(jira_checker, httpx.Response(200, headers=headers, stream=torn))
    async with client:
        with pytest.raises(httpx.ReadError):
            await client.get("/rest/api/3/myself")
    assert (transport.problems, torn.closed) == ([], True)


class _Parts(httpx.AsyncByteStream):
    """A body in two parts, or one and then a broken connection."""

    def __init__(self, raw: bytes, *, cut: bool = False) -> None:
        self._raw, self._cut = raw, cut
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        middle = len(self._raw) // 2
        yield self._raw[:middle]
        if self._cut:
            raise httpx.ReadError("cut")
        yield self._raw[middle:]

    async def aclose(self) -> None:
        self.closed = True
