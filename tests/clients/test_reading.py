"""Tests that each answer is read once and never asked for twice, whatever it holds."""

from collections.abc import AsyncIterator

import msgspec
import pytest
import respx

from qjira_gui.clients.http import Http
from qjira_gui.domain.errors import AppError, NotTheApiError
from tests.clients.wire import http_at

SITE = "http://127.0.0.1:1"


class Thing(msgspec.Struct):
    """What an answer is read into here."""

    id: str


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with http_at(SITE) as made:
        yield made


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"null", b"{}", b'{"id": null}', b'{"id": {}}', b"\xff", b"[" * 9_999],
)
async def test_json_of_another_shape_is_told_and_never_crashes(
    http: Http, respx_mock: respx.MockRouter, body: bytes
) -> None:
    respx_mock.get(f"{SITE}/issue").respond(200, content=body, content_type="application/json")
    with pytest.raises(NotTheApiError) as caught:
        await http.read("issue", Thing)
    assert caught.value.sentence.startswith("Jira sent an answer that QJira cannot read.")
    assert caught.value.detail.startswith("GET /issue: ")
    assert respx_mock.calls.call_count == 1


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b'{"id": "1"}', "1"),
        (b'{"id": 1, "more": [NaN]}', "1"),
        (b'{"id": "1\\ud83d"}', "1?"),
        (b'\xef\xbb\xbf{"id": "1"}', "1"),
        (b'{"id": "caf\xe9"}', "caf\ufffd"),
    ],
)
async def test_json_that_is_only_a_little_wrong_is_read_all_the_same(
    http: Http, respx_mock: respx.MockRouter, body: bytes, kept: str
) -> None:
    respx_mock.get(f"{SITE}/issue").respond(200, content=body, content_type="application/json")
    assert (await http.read("issue", Thing)).id == kept


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 408, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("verb", ["GET", "POST", "PATCH", "PUT", "DELETE"])
async def test_no_answer_makes_the_client_send_a_second_time(
    http: Http, respx_mock: respx.MockRouter, verb: str, status: int
) -> None:
    route = respx_mock.request(verb, f"{SITE}/issue").respond(
        status, html="<html>", headers={"Retry-After": "0", "Location": "/login"}
    )
    with pytest.raises(AppError):
        await http.request(verb, "issue", json={})
    assert route.call_count == 1
