"""Trouble on the wire: whether the work was done, and what the client is left with."""

import time
from collections.abc import Callable

import httpx
import pytest

from qjira_gui.practice import PracticeServer
from tests.practice.helpers import comment, create, one_active


def test_offline_refuses_connections_and_comes_back_at_the_same_address(
    server: PracticeServer, jira: httpx.Client, qualytics: httpx.Client
) -> None:
    assert jira.get("/myself").status_code == 200
    address = server.jira_url
    server.set_fault("jira", "offline")
    # The connection kept alive from before is broken as well.
    with pytest.raises((httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError)):
        jira.get("/myself")
    with pytest.raises(httpx.ConnectError):
        jira.get("/myself")
    assert qualytics.get("/users/me").status_code == 200
    server.clear_faults("jira", "offline")
    assert server.jira_url == address
    assert jira.get("/myself").status_code == 200


def test_offline_can_end_by_itself(server: PracticeServer, jira: httpx.Client) -> None:
    server.set_fault("jira", "offline", seconds=0.05)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            assert jira.get("/myself").status_code == 200
            break
        except httpx.TransportError:
            continue
    else:
        pytest.fail("Jira did not come back.")
    assert server.faults() == []


def test_cut_before_it_was_read_nothing_has_happened(
    server: PracticeServer, jira: httpx.Client
) -> None:
    key = create(jira)
    server.set_fault("jira", "cut_before", method="POST", path="*/comment", times=1)
    with pytest.raises(httpx.TransportError):
        comment(jira, key)
    assert server.ledger()["comments"] == []
    assert comment(jira, key).status_code == 201


@pytest.mark.parametrize("kind", ["cut_after", "cut_during"])
def test_cut_after_it_was_committed_it_has_happened(
    server: PracticeServer, jira: httpx.Client, kind: str
) -> None:
    key = create(jira)
    server.set_fault("jira", kind, method="POST", path="/rest/api/3/issue/*/comment", times=1)
    with pytest.raises(httpx.TransportError):
        comment(jira, key)
    assert [entry["issue"] for entry in server.ledger()["comments"]] == [key]
    assert jira.get(f"/issue/{key}/comment").json()["total"] == 1


def test_a_status_can_arrive_although_the_answer_is_cut(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    server.set_fault("qualytics", "cut_after", method="PATCH", times=1)
    with pytest.raises(httpx.TransportError):
        qualytics.patch("/anomalies", json=[{"id": one["id"], "status": "Acknowledged"}])
    assert qualytics.get(f"/anomalies/{one['id']}").json()["status"] == "Acknowledged"
    assert server.ledger()["requests"][-2][2] == 0


@pytest.mark.parametrize("committed", [False, True])
def test_a_hang_outlasts_the_client_with_or_without_the_work_done(
    server: PracticeServer, jira: httpx.Client, committed: bool
) -> None:
    key = create(jira)
    server.set_fault("jira", "hang", path="*/comment", times=1, committed=committed)
    with pytest.raises(httpx.ReadTimeout):
        jira.post(f"/issue/{key}/comment", json={}, timeout=0.05)
    server.set_fault("jira", "hang", path="*/issue", times=1, committed=committed)
    with pytest.raises(httpx.ReadTimeout):
        jira.post("/issue", json={"fields": _FIELDS}, timeout=0.05)
    assert len(server.ledger()["issues"]) == 1 + committed


_FIELDS = {"project": {"key": "DATA"}, "issuetype": {"id": "10001"}, "summary": "Late rows"}


def test_slow_answers_come_late_and_right(server: PracticeServer, jira: httpx.Client) -> None:
    server.set_fault("jira", "slow", seconds=0.05, times=1)
    before = time.perf_counter()
    assert jira.get("/myself").status_code == 200
    assert time.perf_counter() - before >= 0.05


@pytest.mark.parametrize("reason", ["jira-burst-based", "jira-quota-global-based", "unheard-of"])
def test_a_limit_tells_its_reason_and_how_long_to_wait(
    server: PracticeServer, jira: httpx.Client, reason: str
) -> None:
    server.set_fault("jira", "429", reason=reason, retry_after=3600, times=1)
    answer = jira.post("/issue", json={"fields": _FIELDS})
    assert answer.status_code == 429
    assert answer.headers["RateLimit-Reason"] == reason
    assert answer.headers["Retry-After"] == "3600"
    assert answer.headers["X-RateLimit-Reset"].endswith("Z")
    assert server.ledger()["issues"] == []


def test_a_gateway_in_front_tells_neither(
    server: PracticeServer, jira: httpx.Client, qualytics: httpx.Client
) -> None:
    server.set_fault("jira", 429, reason=None, retry_after=None)
    answer = jira.get("/myself")
    assert answer.status_code == 429
    assert not {"retry-after", "ratelimit-reason"} & set(answer.headers)
    server.set_fault("qualytics", "429", times=1)
    assert "retry-after" not in qualytics.get("/anomalies").headers
    server.set_fault("qualytics", "429", retry_after=90, times=1)
    assert qualytics.get("/anomalies").headers["Retry-After"] == "90"


@pytest.mark.parametrize("code", [408, 500, 502, 503, 504])
def test_outages_do_nothing_unless_the_work_was_committed_first(
    server: PracticeServer, jira: httpx.Client, qualytics: httpx.Client, code: int
) -> None:
    server.set_fault("jira", code, times=1, retry_after=7)
    answer = jira.post("/issue", json={"fields": _FIELDS})
    assert (answer.status_code, answer.headers["Retry-After"]) == (code, "7")
    assert server.ledger()["issues"] == []
    server.set_fault("jira", code, times=1, committed=True)
    assert jira.post("/issue", json={"fields": _FIELDS}).status_code == code
    assert len(server.ledger()["issues"]) == 1
    server.set_fault("qualytics", code, times=1, fault_context=True)
    body = qualytics.get("/anomalies").json()
    assert body["fault_context"]["retryable"] is True


@pytest.mark.parametrize("site", ["qualytics", "jira"])
def test_a_page_or_a_plain_text_can_stand_where_an_answer_should(
    server: PracticeServer, qualytics: httpx.Client, jira: httpx.Client, site: str
) -> None:
    read: Callable[[], httpx.Response] = {
        "qualytics": lambda: qualytics.get("/users/me"),
        "jira": lambda: jira.get("/myself"),
    }[site]
    server.set_fault(site, "html", times=1)
    page = read()
    assert (page.status_code, page.headers["content-type"][:9]) == (200, "text/html")
    server.set_fault(site, "text", times=1, status=502, body="bad gateway")
    plain = read()
    assert (plain.status_code, plain.text) == (502, "bad gateway")
    assert plain.headers["content-type"] == "text/plain"
    assert read().status_code == 200


def test_a_refusal_may_carry_a_fault_context(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    server.set_fault("qualytics", "no_permission", method="PATCH", path="/api/anomalies")
    body = qualytics.patch("/anomalies", json=[]).json()
    assert body["fault_context"]["code"] == "permission_denied"
    assert qualytics.get("/anomalies").status_code == 200
    assert "fault_context" not in qualytics.get("/anomalies/1").json()


def test_a_fault_hits_only_the_route_and_the_method_it_names(
    server: PracticeServer, jira: httpx.Client
) -> None:
    key = create(jira)
    server.set_fault("jira", 500, method="POST", path="/rest/api/3/issue/{issue}/comment")
    assert jira.get(f"/issue/{key}/comment").status_code == 200
    assert comment(jira, key).status_code == 500
    assert jira.get("/myself").status_code == 200


def test_a_fault_happens_as_often_as_it_was_told(
    server: PracticeServer, jira: httpx.Client
) -> None:
    server.set_fault("jira", 503, times=2)
    server.set_fault("jira", 500, times=1)
    codes = [jira.get("/myself").status_code for _ in range(4)]
    assert codes == [503, 503, 500, 200]
    assert server.faults() == []


def test_an_option_that_a_fault_does_not_have_is_refused(server: PracticeServer) -> None:
    with pytest.raises(ValueError, match="no option"):
        server.set_fault("jira", "slow", second=3)


@pytest.mark.parametrize(
    ("site", "kind", "times"), [("oracle", "500", 1), ("jira", "flood", 1), ("jira", "500", 0)]
)
def test_a_fault_that_does_not_exist_is_refused(
    server: PracticeServer, site: str, kind: str, times: int
) -> None:
    with pytest.raises(ValueError, match=r"fault|site"):
        server.set_fault(site, kind, times=times)
