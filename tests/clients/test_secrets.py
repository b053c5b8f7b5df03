"""Tests that no token can be read anywhere: not in errors, not in tracebacks, not in logs."""

import asyncio
import base64
import logging
import traceback
from collections.abc import Iterator

import httpx
import pytest

from qjira_gui.clients import http as module
from qjira_gui.clients.http import Http, tls_context
from qjira_gui.clients.sign_in import SignIn, basic, bearer
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.connection import JiraLogin, Network, QualyticsLogin
from qjira_gui.domain.errors import AppError, RefusedError, SignInError
from tests.clients.wire import EMAIL, TOKEN, Behaviour, Request, answer, hang, serving

PAIR = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
SIGN_INS = [bearer("Jira", TOKEN), basic("Jira", EMAIL, TOKEN)]


async def echo(request: Request, writer: asyncio.StreamWriter) -> None:
    """Quote the sign-in in each place that a server has for words, as debug pages do."""
    said = request.headers["authorization"]
    body = f'{{"message": "{said} and {TOKEN}", "errors": {{"f": "{TOKEN}"}}}}'.encode()
    writer.write(answer(int(request.target.strip("/")), body))


async def echo_plain(request: Request, writer: asyncio.StreamWriter) -> None:
    body = f"cannot verify {request.headers['authorization']}".encode()
    writer.write(answer(400, body, content_type="text/plain"))


async def echo_page(request: Request, writer: asyncio.StreamWriter) -> None:
    body = f"<html>{request.headers['authorization']}</html>".encode()
    writer.write(answer(200, body, content_type="text/html"))


async def not_json(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(200, f'{{"{TOKEN}": '.encode()))


async def cut(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def nonsense(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(f"{request.headers['authorization']}\r\n\r\n".encode())


def spoken(error: BaseException) -> Iterator[str]:
    """Everything that an error, and whatever hangs on it, could ever put before somebody's eyes."""
    for one in chain(error):
        yield from (str(one), repr(one), repr(one.args), repr(vars(one)))
    yield "".join(traceback.format_exception(error))
    # What crash reporters and pytest --showlocals print.
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    for frame in trace.stack:
        if "/qjira_gui/" in frame.filename or "/httpx/" in frame.filename:
            yield repr(frame.locals)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


async def trouble(sign_in: SignIn, url: str, path: str) -> AppError:
    http = Http("Jira", f"{url}/", auth=sign_in, tls=tls_context(""))
    with pytest.raises(AppError) as caught:
        await http.read(path, dict[str, int])
    await http.aclose()
    return caught.value


BEHAVIOURS: list[tuple[Behaviour, str]] = [
    *((echo, str(status)) for status in (400, 401, 403, 404, 408, 409, 422, 429, 500, 503)),
    *((one, "200") for one in (echo_plain, echo_page, not_json, cut, hang, nonsense)),
]


@pytest.mark.parametrize("sign_in", SIGN_INS, ids=["bearer", "basic"])
@pytest.mark.parametrize(
    ("behave", "path"), BEHAVIOURS, ids=[f"{one.__name__}-{path}" for one, path in BEHAVIOURS]
)
async def test_no_error_and_no_log_tells_the_token(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    sign_in: SignIn,
    behave: Behaviour,
    path: str,
) -> None:
    monkeypatch.setattr(module, "TIMEOUT", httpx.Timeout(0.1))
    caplog.set_level(logging.DEBUG)
    async with serving(behave) as wire:
        error = await trouble(sign_in, wire.url, path)
        assert len(wire.requests) == 1
        assert TOKEN in base64.b64decode(PAIR).decode()
        signed = wire.requests[0].headers["authorization"]
        assert signed in (f"Bearer {TOKEN}", f"Basic {PAIR}")
    if path != "200" or behave is echo_page:
        # Otherwise the logs below would prove nothing.
        assert "httpx" in {record.name for record in caplog.records}
    told = "\n".join([*spoken(error), caplog.text, *(repr(r.args) for r in caplog.records)])
    assert TOKEN not in told
    assert PAIR not in told


async def test_what_the_server_says_is_kept_all_but_the_token() -> None:
    async with serving(echo) as wire:
        error = await trouble(bearer("Jira", TOKEN), wire.url, "400")
    assert isinstance(error, RefusedError)
    assert "Bearer [secret] and [secret]" in error.sentence
    assert error.fields == {"f": "[secret]"}


@pytest.mark.parametrize(
    "token", ["", "  ", "two words", "line\nbreak-in-the-token", "tökén-of-mine", "\x00hidden-char"]
)
async def test_a_token_that_no_header_can_carry_never_leaves_and_is_not_quoted(
    caplog: pytest.LogCaptureFixture, token: str
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving() as wire:
        error = await trouble(bearer("Qualytics", token), wire.url, "users/me")
    assert isinstance(error, SignInError)
    assert error.sentence.startswith("The sign-in for Qualytics is empty or has a character in it")
    assert wire.requests == []
    if token.strip():
        told = "\n".join([*spoken(error), caplog.text])
        assert token.strip() not in told
        assert repr(token.strip())[1:-1] not in told


@pytest.mark.parametrize(("email", "token"), [("", TOKEN), (EMAIL, ""), (" ", " ")])
async def test_half_a_sign_in_never_leaves(email: str, token: str) -> None:
    async with serving() as wire:
        error = await trouble(basic("Jira", email, token), wire.url, "myself")
    assert isinstance(error, SignInError)
    assert wire.requests == []


async def test_blanks_around_a_pasted_token_do_not_count() -> None:
    async with serving() as wire:
        for sign_in in (bearer("Jira", f" {TOKEN}\n"), basic("Jira", f"{EMAIL} ", f"\t{TOKEN}\n")):
            http = Http("Jira", f"{wire.url}/", auth=sign_in, tls=tls_context(""))
            await http.request("GET", "myself")
            await http.aclose()
    signed = [request.headers["authorization"] for request in wire.requests]
    assert signed == [f"Bearer {TOKEN}", f"Basic {PAIR}"]


async def test_neither_a_login_nor_a_client_shows_its_token() -> None:
    sites = Sites()
    logins = (QualyticsLogin("acme", TOKEN), JiraLogin("acme", EMAIL, TOKEN))
    clients = (
        await sites.build_qualytics(logins[0], Network()),
        await sites.build_jira(logins[1], Network()),
    )
    for one in (*logins, *clients, *SIGN_INS, *(client.http for client in clients)):
        assert TOKEN not in repr(one) + str(one) + f"{one!s:>1}"
    for client in clients:
        assert TOKEN not in repr(vars(client.http))
        await client.http.aclose()
