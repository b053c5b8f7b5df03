"""What hangs around an anomaly in the practice Qualytics: comments, rights, tickets, the token."""

import base64
import json

import httpx
import pytest

from qjira_gui.practice import PracticeServer
from tests.practice.helpers import Clock, JsonObject, one_active, one_archived


def test_comments_can_be_added_read_edited_and_deleted(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    made = qualytics.post("/comments", json={"anomaly_id": one["id"], "message": "Mine"}).json()
    assert (made["anomaly_id"], made["external_source"]) == (one["id"], None)
    assert qualytics.get("/comments?size=1").json()["items"][0]["id"] == made["id"]
    assert qualytics.put(f"/comments/{made['id']}", json={"message": "B"}).json()["message"] == "B"
    assert qualytics.delete(f"/comments/{made['id']}").status_code == 204
    assert qualytics.get(f"/comments/{made['id']}").status_code == 404
    ledger = server.ledger()
    assert [entry["message"] for entry in ledger["anomaly_comments"]] == ["Mine"]
    assert [entry["id"] for entry in ledger["anomaly_comment_deletes"]] == [made["id"]]


def test_an_archived_anomaly_takes_no_comment(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    gone = one_archived(qualytics)
    answer = qualytics.post("/comments", json={"anomaly_id": gone["id"], "message": "late"})
    assert answer.status_code == 409
    assert "archived" in answer.json()["detail"]
    assert server.ledger()["anomaly_comments"] == []


def test_only_the_author_edits_a_comment(server: PracticeServer, qualytics: httpx.Client) -> None:
    one = one_active(qualytics)
    foreign = server.add_comment(one["id"], "Somebody else's")
    refused = qualytics.put(f"/comments/{foreign['id']}", json={"message": "mine now"})
    assert refused.status_code == 403


def test_some_comments_come_from_the_ticket_system(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    source = {"ticket_number": "DATA-101", "author_name": "Elena Petrova"}
    server.add_comment(one["id"], "Fixed in the load.", external_source=source)
    newest = qualytics.get("/comments").json()["items"][0]
    assert newest["external_source"]["ticket_number"] == "DATA-101"
    assert newest["user"] is None


def test_a_build_may_list_comments_elsewhere_or_nowhere(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    server.add_comment(one["id"], "Listed")
    assert qualytics.get(f"/anomalies/{one['id']}/comments").status_code == 404
    server.set_fault("qualytics", "no_comment_listing")
    assert qualytics.get("/comments").status_code == 404
    assert "comments" not in qualytics.get(f"/anomalies/{one['id']}").json()
    server.set_fault("qualytics", "comments_in_anomaly")
    inside = qualytics.get(f"/anomalies/{one['id']}").json()["comments"]
    assert inside[0]["message"] == "Listed"
    server.set_fault("qualytics", "anomaly_comments")
    own = qualytics.get(f"/anomalies/{one['id']}/comments").json()
    assert own["items"] == inside


def test_rights_are_refused_by_role_and_by_permission(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    query: JsonObject = {"source_enriched": "true", "status": "Active", "size": 1}
    one = qualytics.get("/anomalies", params=query).json()["items"][0]
    rows = json.loads(
        qualytics.get(f"/anomalies/{one['id']}/source-record").json()["source_record"]
    )
    assert rows
    server.set_fault("qualytics", "role", role="Member", permission="Reporter")
    assert qualytics.get("/users/me").json()["role"] == "Member"
    links = f"/anomalies/{one['id']}/ticket-links"
    assert qualytics.get(links).json() == []
    assert qualytics.post(links, json={"ticket_id": "DATA-101"}).status_code == 403
    assert qualytics.get(f"/anomalies/{one['id']}/source-record").status_code == 403
    change = [{"id": one["id"], "status": "Acknowledged"}]
    assert qualytics.patch("/anomalies", json=change).status_code == 403
    assert server.ledger()["status_changes"] == []


def test_ticket_links_are_kept_and_never_doubled(qualytics: httpx.Client) -> None:
    links = f"/anomalies/{one_active(qualytics)['id']}/ticket-links"
    made = qualytics.post(links, json={"ticket_id": "DATA-101"}).json()
    assert qualytics.post(links, json={"ticket_id": "DATA-101"}).status_code == 409
    assert [link["ticket_number"] for link in qualytics.get(links).json()] == ["DATA-101"]
    assert qualytics.delete(f"{links}/{made['id']}").status_code == 204
    assert qualytics.get(links).json() == []


def test_a_ticket_that_qualytics_creates_is_an_issue_in_jira(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    path = f"/integrations/ticketing/anomalies/{one['id']}/tickets"
    made = qualytics.post(path, json={"title": "Late rows", "priority": "High"}).json()
    number = made["ticket"]["ticket_number"]
    assert made["message"] == f"Ticket {number} created and linked to anomaly {one['id']}"
    assert server.ledger()["issues"][0]["key"] == number
    found = qualytics.get("/integrations/ticketing/tickets/search?query=late rows").json()
    assert found["items"][0]["ticket_number"] == number
    assert "Z" not in found["items"][0]["created_at"]


def test_the_token_tells_when_it_ends(server: PracticeServer, clock: Clock) -> None:
    def days_left() -> float:
        payload = server.qualytics_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return (float(claims["exp"]) - clock()) / 86_400

    assert days_left() == pytest.approx(365, abs=0.01)
    server.set_fault("qualytics", "expiring_token", days=2)
    assert days_left() == pytest.approx(2, abs=0.01)
    server.set_fault("qualytics", "expired_token")
    assert days_left() < 0


def test_an_expired_token_is_refused_and_so_is_a_good_one_once_its_time_is_over(
    server: PracticeServer, qualytics: httpx.Client, clock: Clock
) -> None:
    start = clock.at
    clock.at += 366 * 86_400
    answer = qualytics.get("/users/me")
    clock.at = start
    assert (answer.status_code, answer.json()["detail"]) == (401, "Token has expired")
    assert qualytics.get("/users/me").status_code == 200
    server.set_fault("qualytics", "dead_token")
    assert qualytics.get("/anomalies").status_code == 401


def test_the_link_back_opens_a_page(server: PracticeServer, qualytics: httpx.Client) -> None:
    one = one_active(qualytics)
    at = f"{server.qualytics_url}/datastores/{one['datastore']['id']}/anomalies?id={one['id']}"
    page = httpx.get(at, trust_env=False)
    assert page.headers["content-type"].startswith("text/html")
    assert str(one["id"]) in page.text
