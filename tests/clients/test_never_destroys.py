"""Tests that QJira cannot destroy an anomaly, though one route archives and destroys."""

import ast
import inspect
import json
from pathlib import Path
from textwrap import dedent

import respx

import qjira_gui
from qjira_gui.clients.qualytics import QualyticsClient
from tests.clients.wire import http_at

SITE = "http://127.0.0.1:1"


async def test_every_archive_says_so_in_its_body(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.delete(f"{SITE}/anomalies").respond(204)
    async with http_at(SITE) as http:
        for comment in ("", "gone"):
            await QualyticsClient(http, SITE).archive(7, "Resolved", comment)
    bodies = [json.loads(call.request.content) for call in route.calls]
    assert [item["archive"] for body in bodies for item in body] == [True, True]
    assert [item["comment"] for body in bodies for item in body] == [None, "gone"]
    assert all(call.request.url.query == b"" for call in route.calls)


def test_nothing_in_the_program_can_ask_to_destroy_an_anomaly() -> None:
    """One request with DELETE in all of QJira, and in it `archive` is the word True itself."""
    deletes: list[tuple[str, ast.AST]] = []
    package = Path(qjira_gui.__file__).parent
    for path in sorted(package.rglob("*.py")):
        if path.is_relative_to(package / "practice"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and str(node.value).upper() == "DELETE":
                deletes.append((path.name, node))
            # httpx's own `client.delete`; its only other use would be a variable for the verb.
            assert not (isinstance(node, ast.Attribute) and node.attr in ("delete", "stream"))
    assert [name for name, _ in deletes] == ["qualytics.py"]
    assert list(inspect.signature(QualyticsClient.archive).parameters) == [
        "self",
        "anomaly_id",
        "status",
        "comment",
    ]
    source = ast.parse(dedent(inspect.getsource(QualyticsClient.archive)))
    bodies = [node for node in ast.walk(source) if isinstance(node, ast.Dict)]
    assert len(bodies) == 1
    pairs = {
        ast.literal_eval(k): v for k, v in zip(bodies[0].keys, bodies[0].values, strict=True) if k
    }
    said = pairs["archive"]
    assert isinstance(said, ast.Constant)
    assert said.value is True
