"""Tests of trouble on the wire: each gets its sentence, and nothing is ever sent twice."""

import asyncio
import gzip
import socket
from collections.abc import Awaitable, Callable

import httpx
import pytest

from qjira_gui.clients import http as module
from qjira_gui.clients.http import MOST_IN_FLIGHT, is_loopback, tls_context
from qjira_gui.domain.errors import AppError, InDoubtError, NotTheApiError, OfflineError
from tests.clients.wire import Behaviour, Request, answer, hang, http_at, serving, well

VERBS = ("GET", "POST", "PATCH", "PUT", "DELETE")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT", httpx.Timeout(0.2, connect=2.0))


async def failed(work: Callable[[], Awaitable[object]]) -> AppError:
    with pytest.raises(AppError) as caught:
        await work()
    return caught.value


async def cut(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def reset(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def cut_in_the_head(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
    writer.close()


async def cut_in_the_body(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(body=b'{"id": "10001"}')[:-5])
    writer.close()


async def nonsense(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.acme.example ESMTP\r\n\r\n")


async def damaged(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(body=gzip.compress(b"{}")[:-9] + b"damaged!!", content_encoding="gzip"))


TROUBLES = [cut, reset, cut_in_the_head, cut_in_the_body, hang, nonsense, damaged]


@pytest.mark.parametrize("behave", TROUBLES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("verb", VERBS)
async def test_a_request_whose_answer_is_lost_is_in_doubt_and_not_repeated(
    verb: str, behave: Behaviour
) -> None:
    body = None if verb == "GET" else {"summary": "Null AMOUNT"}
    async with serving(behave) as wire, http_at(wire.url) as http:
        error = await failed(lambda: http.request(verb, "issue", json=body))
    assert isinstance(error, InDoubtError)
    assert error.sentence.startswith("Jira did not answer. QJira looks whether it arrived")
    assert [request.line for request in wire.requests] == [f"{verb} /issue"]


@pytest.mark.parametrize("verb", VERBS)
async def test_where_nobody_listens_nothing_was_sent(verb: str) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        async with http_at(f"http://127.0.0.1:{held.getsockname()[1]}") as http:
            error = await failed(lambda: http.request(verb, "issue"))
    assert isinstance(error, OfflineError)
    assert error.sentence == (
        "Jira cannot be reached. What you do is kept and goes out by itself when the connection "
        "is back."
    )


async def test_a_host_whose_name_is_too_long_for_any_address_is_a_sentence() -> None:
    async with http_at(f"http://{'x' * 80}.example") as http:
        error = await failed(lambda: http.request("GET", "myself"))
    assert isinstance(error, OfflineError)


async def test_a_server_that_never_finishes_its_answer_does_not_hold_the_page_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def drip(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(body=b"")[:-4] + b"\r\nx: 1\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1\r\n \r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    monkeypatch.setattr(module, "LONGEST", 0.1)
    async with serving(drip) as wire, http_at(wire.url) as http:
        error = await failed(lambda: http.request("POST", "issue", json={}))
    assert isinstance(error, InDoubtError)
    assert len(wire.requests) == 1


async def test_a_connection_that_went_stale_is_replaced_before_it_is_used() -> None:
    gone = asyncio.Event()

    async def once(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer())
        writer.close()
        await writer.wait_closed()
        gone.set()

    async with serving(once) as wire, http_at(wire.url) as http:
        for _ in range(3):
            gone.clear()
            await http.request("POST", "issue", json={})
            await gone.wait()
    assert (len(wire.requests), wire.connections) == (3, 3)


async def test_a_kept_connection_that_breaks_under_a_second_request_is_in_doubt() -> None:
    async def then_cut(request: Request, writer: asyncio.StreamWriter) -> None:
        await (well if request.target == "/first" else cut)(request, writer)

    async with serving(then_cut) as wire, http_at(wire.url) as http:
        await http.request("GET", "first")
        error = await failed(lambda: http.request("POST", "second", json={}))
    assert isinstance(error, InDoubtError)
    assert [request.line for request in wire.requests] == ["GET /first", "POST /second"]
    assert wire.connections == 1


async def test_at_most_eight_requests_are_under_way_at_once() -> None:
    now, most, gate = 0, 0, asyncio.Event()

    async def count(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now == MOST_IN_FLIGHT:
            # Let a ninth come, if it wants to.
            asyncio.get_running_loop().call_later(0.05, gate.set)
        await gate.wait()
        now -= 1
        writer.write(answer())

    async with serving(count) as wire, http_at(wire.url) as http:
        await asyncio.gather(*(http.request("GET", f"issue/{n}") for n in range(20)))
    assert (most, len(wire.requests)) == (8, 20)


async def test_a_connection_changed_in_mid_request_leaves_it_in_doubt_and_the_rest_unsent() -> None:
    arrived = asyncio.Semaphore(0)

    async def never(request: Request, writer: asyncio.StreamWriter) -> None:
        arrived.release()
        await hang(request, writer)

    async with serving(never) as wire, http_at(wire.url) as http:
        asked = [http.request("POST", "issue", json={}) for _ in range(10)]
        waiting = asyncio.gather(*asked, return_exceptions=True)
        for _ in range(MOST_IN_FLIGHT):
            await arrived.acquire()
        await http.aclose()
        errors = await waiting
    assert [type(error) for error in errors] == [InDoubtError] * 8 + [OfflineError] * 2
    assert len(wire.requests) == 8


@pytest.mark.parametrize("place", ["/login.jsp", "https://sso.acme.example/?next=%2Frest"])
async def test_a_redirect_to_a_login_page_is_not_followed(place: str) -> None:
    async def redirect(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(302, b"", location=place))

    async with serving(redirect) as wire, http_at(wire.url) as http:
        error = await failed(lambda: http.request("GET", "myself"))
    assert isinstance(error, NotTheApiError)
    assert error.sentence.startswith("A web page answered instead of Jira.")
    assert len(wire.requests) == 1


async def test_no_cookie_is_kept_so_each_request_signs_in_by_itself() -> None:
    async def session(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(set_cookie="JSESSIONID=A1B2; Path=/"))

    async with serving(session) as wire, http_at(wire.url) as http:
        for _ in range(2):
            await http.request("GET", "myself")
    assert [request.headers.get("cookie") for request in wire.requests] == [None, None]
    assert all(request.headers["authorization"].startswith("Basic ") for request in wire.requests)


async def test_halves_of_characters_never_stop_a_request() -> None:
    half = "null\ud83d"
    async with serving() as wire, http_at(wire.url) as http:
        await http.request("POST", "comment", params=[("q", half)], json={half: [half]})
    assert wire.requests[0].line == "POST /comment?q=null%3F"
    assert wire.requests[0].body == b'{"null?":["null?"]}'


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8080/api/", True),
        ("http://LOCALHOST/", True),
        ("http://[::1]:8080/", True),
        ("https://localhost.acme.example/", False),
        ("https://acme.atlassian.net/", False),
    ],
)
def test_only_this_computer_is_loopback(url: str, local: bool) -> None:
    assert is_loopback(url) is local


@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_ca_file_that_is_none_is_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("ca") / "company.pem"
    with pytest.raises(AppError, match=r"company\.pem cannot be used\. Choose a PEM file"):
        tls_context(str(path))
    path.write_text(text)
    with pytest.raises(AppError, match=r"company\.pem cannot be used\. Choose a PEM file"):
        tls_context(str(path))
