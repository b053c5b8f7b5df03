"""Hard deletion of an anomaly is impossible: nothing in QJira can say it, and nothing ever did."""

import ast
import inspect
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qjira_gui
from qjira_gui.actions.triage import Triage
from qjira_gui.clients.http import Http, tls_context
from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.clients.sign_in import bearer
from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import ARCHIVED
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import EntryKind, EntryState
from qjira_gui.domain.page import AnomalyFilter
from tests.sync.acts import PAGES, act
from tests.sync.conftest import clock, place, running
from tests.sync.place import Place

__all__ = ["clock", "place", "running"]

PACKAGE = Path(qjira_gui.__file__).parent
#: What somebody might wish to slip in, in every place that takes a text, a number or a truth.
EVIL: list[Any] = [
    "", "Delete", "Resolved", "DELETE", "false", "archive", '","archive":false,"x":"',
    '{"archive": false}', "true", False, True, 0, 1, -1, None, ["Resolved"], {"archive": False},
]  # fmt: skip


def no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name said twice would leave it to the server which of them counts."""
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


class Recording(httpx.AsyncBaseTransport):
    """Keeps every request that leaves and answers that it was done."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        return httpx.Response(200, json={}, request=request)

    def must_destroy_nothing(self) -> int:
        """Return how many requests with DELETE there were, each a list that says archive."""
        deletes = [request for request in self.requests if request.method not in KNOWN]
        for request in deletes:
            assert request.method == "DELETE"
            assert request.url.path == "/api/anomalies"
            assert request.url.query == b""
            assert "X-HTTP-Method-Override" not in request.headers
            items = json.loads(request.content, object_pairs_hook=no_name_twice)
            assert isinstance(items, list)
            assert items
            assert all(item["archive"] is True for item in items)
        return len(deletes)


TLS = tls_context("")
KNOWN = ("GET", "POST", "PUT", "PATCH")


@cache
def code() -> list[tuple[str, ast.Module]]:
    """All of QJira but its practice server, whose part is to be destroyed."""
    return [
        (str(path.relative_to(PACKAGE)), ast.parse(path.read_text("utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
        if not path.is_relative_to(PACKAGE / "practice")
    ]


def test_one_function_in_all_of_qjira_can_send_delete_and_what_it_says_is_no_parameter() -> None:
    names = []
    for name, tree in code():
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            constants = [n for n in ast.walk(function) if isinstance(n, ast.Constant)]
            if any(n.value == "DELETE" for n in constants):
                names.append((name, function.name))
                dicts = [n for n in ast.walk(function) if isinstance(n, ast.Dict)]
                (body,) = dicts
                # No `**more` that could say it again, and each name written out once.
                keys = [ast.literal_eval(key) for key in body.keys if key is not None]
                assert len(keys) == len(body.keys) == len(set(keys))
                said = body.values[keys.index("archive")]
                assert isinstance(said, ast.Constant)
                assert said.value is True
                # The body is made once and given as it is.
                stores = [
                    n.id
                    for n in ast.walk(function)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                ]
                assert stores == ["body"]
                changing = [n for n in ast.walk(function) if isinstance(n, ast.Subscript)]
                assert all(isinstance(n.ctx, ast.Load) for n in changing)
    assert names == [(str(Path("clients/qualytics.py")), "archive")]


def test_every_request_names_its_method_itself() -> None:
    """So no value from a file, a server or a person can become DELETE."""
    methods = []
    for name, tree in code():
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            if call.func.attr in ("request", "build_request") and name.startswith("clients"):
                method = call.args[0]
                if name.endswith("http.py") and isinstance(method, ast.Name):
                    continue  # the one door: it hands on what it was given
                assert isinstance(method, ast.Constant), f"{name}:{call.lineno}"
                methods.append(method.value)
    assert set(methods) <= {*KNOWN, "DELETE"}
    assert methods.count("DELETE") == 1
    # Nobody but the clients has the door in their hands.
    for name, tree in code():
        if not name.startswith("clients"):
            words = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
            assert "build_request" not in words, name


def test_no_word_of_the_outbox_and_no_act_means_to_destroy() -> None:
    for words in (EntryKind, EntryState):
        assert not [one for one in words if "delet" in one.value or "destroy" in one.value]
    for kind in (Triage, QualyticsClient):
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            assert "delete" not in name
            assert "archive" not in inspect.signature(method).parameters, name


def public(client: object) -> list[str]:
    return [
        name
        for name, _ in inspect.getmembers(type(client), inspect.iscoroutinefunction)
        if not name.startswith("_") and name != "aclose"
    ]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.lists(st.sampled_from(EVIL), min_size=8, max_size=8))
async def test_whatever_a_client_is_asked_no_request_destroys(values: list[Any]) -> None:
    recording = Recording()
    base = "http://127.0.0.1:1"
    http = Http(
        "Qualytics", f"{base}/api/", auth=bearer("", "a-token-of-some-length"), tls=TLS,
        wrap=lambda inner: recording,
    )  # fmt: skip
    jira = Http("Jira", f"{base}/rest/api/3/", tls=TLS, wrap=lambda inner: recording)
    for client in (QualyticsClient(http, base), JiraClient(jira, base)):
        for name in public(client):
            method = getattr(client, name)
            count = len(inspect.signature(method).parameters)
            try:
                await method(*values[:count])
            except (AppError, TypeError, ValueError, AttributeError, LookupError):
                continue  # refused before anything left, or by what was answered
    assert recording.must_destroy_nothing() >= 1
    await http.aclose()
    await jira.aclose()


async def test_a_fuzz_of_all_acts_and_faults_destroys_nothing(place: Place) -> None:
    """Judged by what leaves, and by the practice Qualytics, which really would destroy."""
    dice = random.Random(3)
    recorded: list[httpx.Request] = []

    class Watching(httpx.AsyncBaseTransport):
        def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
            self._inner = inner

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            recorded.append(request)
            return await self._inner.handle_async_request(request)

        async def aclose(self) -> None:
            await self._inner.aclose()

    async with place.open() as desk:
        watch(desk, Watching)
        load = desk.actions.anomalies.load(AnomalyFilter(statuses=("Active",)))
        anomalies = [one async for batch in load for one in batch.items][:30]
        issue = (await desk.actions.tickets.search("DATA-101"))[0]
        for anomaly in anomalies:
            kind = dice.choice(list(EntryKind))
            try:
                await act(desk, kind, anomaly, issue)
                if dice.random() < 0.4:
                    status = dice.choice(sorted(ARCHIVED))
                    desk.actions.triage.archive([anomaly.id], status, str(dice.choice(EVIL)))
            except AppError:
                pass  # an act that makes no sense here is refused
            if dice.random() < 0.3:
                fault = dice.choice(["cut_before", "cut_after", "500", "429", "html", "502"])
                place.server.set_fault("qualytics", fault, times=1, method="DELETE")
            if dice.random() < 0.2:
                await place.passes(desk, dice.choice([1, 60, 600]))
        place.server.clear_faults()
        for entry in await place.settles_but(desk):
            desk.actions.outbox.send_now([entry.id])
        await place.settles_but(desk)
    judge = Recording()
    judge.requests = recorded
    assert judge.must_destroy_nothing() > 10
    assert place.ledger("hard_deletes") == []
    assert len(place.ledger(PAGES[EntryKind.ARCHIVE])) > 5


def watch(desk: Desk, kind: Any) -> None:
    """Put a transport around the one that this desk sends to Qualytics with."""
    http = desk.actions.connections._sites.qualytics.http  # type: ignore[union-attr]
    http._client._transport = kind(http._client._transport)
