"""The practice server as a thing to start, to steer and to ask what was really accepted."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from qjira_gui.practice import PracticeServer
from tests.practice.helpers import Clock, comment, create, one_active


@pytest.fixture
def control(server: PracticeServer) -> Iterator[httpx.Client]:
    url = f"{server.control_url}/practice"
    with httpx.Client(base_url=url, trust_env=False, timeout=3) as client:
        yield client


def test_the_ledger_is_the_same_wherever_it_is_asked(
    server: PracticeServer, jira: httpx.Client, control: httpx.Client
) -> None:
    comment(jira, create(jira), "Seen.")
    shown = server.ledger()
    assert [event["kind"] for event in shown["events"]] == ["issues", "comments"]
    assert shown["events"][1]["time"] == "2026-11-20T10:00:00.000Z"
    for url in (server.qualytics_url, server.jira_url):
        assert httpx.get(f"{url}/practice/ledger", trust_env=False).json() == shown
    assert control.get("/ledger").json() == shown
    assert shown["counts"]["POST /rest/api/3/issue/{issue}/comment"] == 1
    assert shown["requests"][0] == ["POST", "/rest/api/3/issue", 201]


def test_the_control_api_undoes_offline(
    server: PracticeServer, control: httpx.Client, jira: httpx.Client
) -> None:
    made = control.post("/faults", json={"site": "jira", "kind": "offline"})
    assert made.status_code == 201
    with pytest.raises(httpx.ConnectError):
        jira.get("/myself")
    assert [one["kind"] for one in control.get("/faults").json()["faults"]] == ["offline"]
    assert control.delete("/faults", params={"id": made.json()["id"]}).json() == {"removed": 1}
    assert jira.get("/myself").status_code == 200


def test_faults_are_set_a_route_at_a_time(control: httpx.Client, jira: httpx.Client) -> None:
    fault = {"site": "jira", "kind": "429", "path": "*/myself", "retry_after": 90, "times": 1}
    control.post("/faults", json=fault)
    assert jira.get("/serverInfo").status_code == 200
    assert jira.get("/myself").headers["Retry-After"] == "90"
    assert jira.get("/myself").status_code == 200


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"site":"jira"}', b'{"site":"jira","kind":"flood"}']
)
def test_a_wrong_fault_is_refused_with_a_sentence(control: httpx.Client, body: bytes) -> None:
    answer = control.post("/faults", content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith((".", "]")) or "JSON" in answer.json()["detail"]


def test_somebody_else_can_be_played_from_outside(
    server: PracticeServer, control: httpx.Client, qualytics: httpx.Client, jira: httpx.Client
) -> None:
    anomaly, key = one_active(qualytics)["id"], create(jira)
    said: dict[str, Any] = {"anomaly_id": anomaly, "message": "Looks real.", "by": "Priya Raman"}
    assert control.post("/comments", json=said).json()["user"]["name"] == "Priya Raman"
    assert control.post(f"/anomalies/{anomaly}", json={"status": "Resolved"}).status_code == 200
    done = control.post(f"/issues/{key}", json={"status": "Done"}).json()
    assert (done["key"], done["status"]) == (key, "Done")
    assert control.post(f"/issues/{key}", json={"status": "Nowhere"}).status_code == 422
    assert control.post("/issues/NOPE-1", json={"status": "Done"}).status_code == 404
    ledger = server.ledger()
    assert ledger["archives"][0]["by"] == "Priya Raman"
    assert ledger["transitions"][0]["to"] == "Done"


def test_a_reset_forgets_everything_but_the_addresses(
    server: PracticeServer, control: httpx.Client, qualytics: httpx.Client, jira: httpx.Client
) -> None:
    one, key = one_active(qualytics), create(jira)
    server.change_anomaly(one["id"], "Resolved")
    server.set_fault("jira", 500)
    assert control.post("/reset").status_code == 204
    assert jira.get(f"/issue/{key}").status_code == 404
    assert one_active(qualytics)["id"] == one["id"]
    assert server.ledger()["events"] == []


def test_the_same_seed_makes_the_same_world() -> None:
    def world(seed: int) -> tuple[str, str]:
        with PracticeServer(anomalies=50, seed=seed, now=Clock()) as server:
            headers = {"Authorization": f"Bearer {server.qualytics_token}"}
            url = f"{server.qualytics_url}/api/anomalies?archived=include"
            anomalies = httpx.get(url, headers=headers, trust_env=False).text
            auth = (server.jira_email, server.jira_token)
            query = {"jql": "project = DATA", "fields": ["summary", "assignee", "created"]}
            at = f"{server.jira_url}/rest/api/3/search/jql"
            issues = httpx.post(at, json=query, auth=auth, trust_env=False).json()["issues"]
            return anomalies, json.dumps([one["fields"]["created"] for one in issues])

    assert world(7) == world(7)
    assert world(7) != world(8)


def test_it_starts_fast_enough_to_be_started_by_every_test() -> None:
    took = []
    # The first pays for the imports, as a test run does once; the best says what it costs itself.
    for _ in range(3):
        before = time.perf_counter()
        with PracticeServer(anomalies=5000) as server:
            took.append(time.perf_counter() - before)
            assert server.addresses()["jira_url"] == server.jira_url
    assert min(took) < 0.3


def test_importing_it_loads_no_web_server() -> None:
    code = (
        "import sys, qjira_gui.practice\n"
        "print(sorted({'asyncio', 'starlette', 'uvicorn', 'msgspec'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_a_port_that_is_taken_is_said_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = PracticeServer(anomalies=3, port=taken.getsockname()[1])
        with pytest.raises(OSError, match="address"):
            server.start()
        server.stop()


def test_stopping_breaks_what_is_open_and_starting_again_works() -> None:
    server = PracticeServer(anomalies=3)
    with server, httpx.Client(base_url=server.jira_url, trust_env=False) as client:
        auth = (server.jira_email, server.jira_token)
        assert client.get("/rest/api/3/myself", auth=auth).status_code == 200
        server.stop()
        with pytest.raises(httpx.TransportError):
            client.get("/rest/api/3/myself", auth=auth)
        server.start()
        assert httpx.get(f"{server.control_url}/practice/", trust_env=False).status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send SIGTERM to be caught")
def test_alone_it_prints_its_addresses_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "qjira_gui.practice", "--port", "0", "--anomalies", "20"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = json.loads(process.stdout.readline())
        assert set(shown) == {
            *("qualytics_url", "qualytics_token", "jira_url"),
            *("jira_email", "jira_token", "control_url"),
        }
        headers = {"Authorization": f"Bearer {shown['qualytics_token']}"}
        url = f"{shown['qualytics_url']}/api/anomalies?archived=include"
        assert httpx.get(url, headers=headers, trust_env=False).json()["total"] == 20
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
