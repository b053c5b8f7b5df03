"""The practice Qualytics does to a client what the real one does."""

import httpx
import pytest

from qjira_gui.practice import PracticeServer
from tests.practice.helpers import JsonObject, archive, one_active


@pytest.mark.parametrize("token", ["", "wrong", "a.b.c"])
def test_a_stranger_learns_only_that_the_site_is_healthy(
    server: PracticeServer, token: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{server.qualytics_url}/api"
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as client:
        assert client.get("/health").status_code == 204
        assert client.get("/status").json()["database_connection"] == "OK"
        refused = client.get("/anomalies")
    assert refused.status_code == 401
    assert isinstance(refused.json()["detail"], str)


@pytest.mark.parametrize("root", ["/gw/x/api", "/"])
def test_the_api_can_live_below_any_path(root: str) -> None:
    with PracticeServer(anomalies=3, root=root) as server:
        headers = {"Authorization": f"Bearer {server.qualytics_token}"}
        url = f"{server.qualytics_url}{root.rstrip('/')}"
        with httpx.Client(base_url=url, headers=headers, trust_env=False) as client:
            assert client.get("/users/me").status_code == 200
            assert client.get("/openapi.json").json()["info"]["version"] == "20260910-6599e5c"


def test_an_operation_can_be_missing_from_a_build(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    assert "/api/comments" in qualytics.get("/openapi.json").json()["paths"]
    server.set_fault("qualytics", "left_out", path="/api/comments")
    assert "/api/comments" not in qualytics.get("/openapi.json").json()["paths"]
    assert qualytics.get("/comments").status_code == 404


def test_pages_add_up_to_the_whole_list(qualytics: httpx.Client) -> None:
    first = qualytics.get("/anomalies").json()
    assert (first["page"], first["size"], len(first["items"])) == (1, 50, 50)
    ids: list[int] = []
    for page in range(1, first["pages"] + 1):
        ids += [one["id"] for one in qualytics.get(f"/anomalies?page={page}").json()["items"]]
    assert len(ids) == len(set(ids)) == first["total"]
    assert qualytics.get(f"/anomalies?page={first['pages'] + 1}").json()["items"] == []


@pytest.mark.parametrize(
    "asked",
    [
        "size=101",
        "size=0",
        "page=0",
        "archived=false",
        "status=Open",
        "id=x",
        "sort_id=up",
        "source_enriched=maybe",
        "start_date=yesterday",
        "datastore=one",
        "rule_type=none",
    ],
)
def test_a_wrong_parameter_is_named(qualytics: httpx.Client, asked: str) -> None:
    answer = qualytics.get(f"/anomalies?{asked}")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", asked.partition("=")[0]]


def test_archived_anomalies_are_hidden_unless_asked_for(qualytics: httpx.Client) -> None:
    def total(**query: str | list[str]) -> int:
        return int(qualytics.get("/anomalies", params=query).json()["total"])

    assert total() + total(archived="only") == total(archived="include") == 400
    assert total(status="Resolved") == 0
    resolved = total(archived="only", status="Resolved")
    both = total(archived="only", status=["Resolved", "Invalid"])
    assert 0 < resolved < both < total(archived="only")


def test_an_anomaly_goes_by_number_and_by_uuid(qualytics: httpx.Client) -> None:
    one = one_active(qualytics)
    full = qualytics.get(f"/anomalies/{one['uuid']}").json()
    assert full["id"] == one["id"]
    assert full["operation"]["result"] == "success"
    listed = qualytics.get("/anomalies", params={"id": [one["id"], one["uuid"]]}).json()
    assert listed["total"] == 1


def test_every_filter_finds_what_it_names(qualytics: httpx.Client) -> None:
    one = qualytics.get("/anomalies", params={"search": "null", "size": 1}).json()["items"][0]
    check = one["failed_checks"][0]["quality_check"]
    operation = qualytics.get(f"/anomalies/{one['id']}").json()["operation"]["id"]
    asked = {
        "datastore": one["datastore"]["id"],
        "container": one["container"]["id"],
        "rule_type": check["rule_type"],
        "quality_check": check["id"],
        "field": check["fields"][0]["name"],
        "operation": operation,
        "anomaly_type": one["type"],
        "created_date": one["created"][:10],
        "message": one["message"][:12],
        "related_to_id": one["id"],
        "source_enriched": str(one["source_enriched"]).lower(),
    }
    for name, value in asked.items():
        answer = qualytics.get("/anomalies", params={name: value, "size": 100}).json()
        assert one["id"] in [found["id"] for found in answer["items"]], name
        assert answer["total"] < 400, name
    together = qualytics.get("/anomalies", params=asked).json()
    assert [found["id"] for found in together["items"]] == [one["id"]]


def test_sorts_put_the_largest_first(qualytics: httpx.Client) -> None:
    for name in ("id", "created", "weight", "anomalous_records_count"):
        query: JsonObject = {f"sort_{name}": "desc", "size": 100}
        items = qualytics.get("/anomalies", params=query).json()["items"]
        values = [one[name] for one in items if one[name] is not None]
        assert values == sorted(values, reverse=True), name
    items = qualytics.get("/anomalies").json()["items"]
    assert items == sorted(items, key=lambda one: one["created"], reverse=True)


def test_an_update_changes_what_it_names_and_nothing_else(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    change = {"id": one["id"], "tags": ["PII"], "assignee_ids": [7]}
    assert qualytics.patch("/anomalies", json=[change]).status_code == 200
    put = qualytics.put(f"/anomalies/{one['id']}", json={"status": "Acknowledged"}).json()
    assert (put["status"], put["message"]) == ("Acknowledged", one["message"])
    assert [tag["name"] for tag in put["global_tags"]] == ["PII"]
    assert [person["id"] for person in put["assignees"]] == [7]
    cleared = qualytics.patch("/anomalies", json=[{"id": one["uuid"], "assignee_ids": []}]).json()
    assert cleared[0]["assignees"] == []
    assert cleared[0]["status"] == "Acknowledged"
    (kept,) = server.ledger()["status_changes"]
    assert (kept["anomaly"], kept["from"], kept["to"]) == (one["id"], "Active", "Acknowledged")


@pytest.mark.parametrize("status", ["Resolved", "Snoozed", 1])
def test_an_update_cannot_archive(qualytics: httpx.Client, status: object) -> None:
    one = one_active(qualytics)
    patched = qualytics.patch("/anomalies", json=[{"id": one["id"], "status": status}])
    put = qualytics.put(f"/anomalies/{one['id']}", json={"status": status})
    assert (patched.status_code, put.status_code) == (422, 422)
    assert qualytics.get(f"/anomalies/{one['id']}").json()["status"] == "Active"


def test_one_unknown_anomaly_stops_the_whole_batch(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    batch = [{"id": one["id"], "status": "Acknowledged"}, {"id": 1, "status": "Acknowledged"}]
    assert qualytics.patch("/anomalies", json=batch).status_code == 404
    assert server.ledger()["status_changes"] == []


def test_archiving_keeps_the_anomaly_and_restoring_brings_it_back(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    item = {"id": one["id"], "archive": True, "status": "Invalid", "comment": "A test load."}
    assert archive(qualytics, item).status_code == 204
    read = qualytics.get(f"/anomalies/{one['id']}").json()
    assert (read["status"], read["archived"]) == ("Invalid", True)
    restored = qualytics.put(f"/anomalies/{one['id']}", json={"status": "Acknowledged"})
    assert restored.json()["archived"] is False
    ledger = server.ledger()
    assert [entry["status"] for entry in ledger["archives"]] == ["Invalid"]
    assert [entry["message"] for entry in ledger["anomaly_comments"]] == ["A test load."]


def test_the_route_that_archives_also_destroys(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    assert archive(qualytics, {"id": one["id"], "archive": False}).status_code == 204
    assert qualytics.get(f"/anomalies/{one['id']}").status_code == 404
    assert qualytics.get("/anomalies?archived=include").json()["total"] == 399
    assert [entry["anomaly"] for entry in server.ledger()["hard_deletes"]] == [one["id"]]


def test_the_form_of_the_vendors_command_line_archives_too(qualytics: httpx.Client) -> None:
    one = one_active(qualytics)
    answer = qualytics.delete(f"/anomalies/{one['id']}?archive=true&status=Duplicate")
    assert answer.status_code == 204
    assert qualytics.get(f"/anomalies/{one['id']}").json()["status"] == "Duplicate"


def test_the_data_holds_what_real_tenants_hold(qualytics: httpx.Client) -> None:
    items = []
    for page in (1, 2, 3, 4):
        query: JsonObject = {"archived": "include", "size": 100, "page": page}
        items += qualytics.get("/anomalies", params=query).json()["items"]
    assert any(one["global_tags"] is None and one["assignees"] is None for one in items)
    assert any("severity_label" in one for one in items)
    assert any("🚚" in one["message"] for one in items)
    assert any(one["anomalous_records_count"] is None for one in items)
    assert all(isinstance(one["fingerprint"], str) for one in items if one["fingerprint"])
    prints = [one["fingerprint"] for one in items]
    assert len(set(prints)) < len(prints)
    assert {one["type"] for one in items} == {"record", "shape"}
    assert len({one["datastore"]["type"] for one in items}) == 5
    statuses = [one["status"] for one in items]
    assert 0.5 < statuses.count("Active") / 400 < 0.75
    assert {"Resolved", "Invalid", "Duplicate", "Discarded"} < set(statuses)


def test_a_newer_build_uses_words_that_nobody_documented(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    server.set_fault("qualytics", "newer_build")
    query: JsonObject = {"archived": "include", "size": 100}
    items = qualytics.get("/anomalies", params=query).json()["items"]
    assert "Snoozed" in {one["status"] for one in items}


def test_what_somebody_else_does_is_only_seen_by_looking_again(
    server: PracticeServer, qualytics: httpx.Client
) -> None:
    one = one_active(qualytics)
    server.change_anomaly(one["id"], "Resolved", by="Aiko Tanabe")
    again = qualytics.get("/anomalies", params={"id": one["id"], "archived": "include"}).json()
    assert again["items"][0]["status"] == "Resolved"
    # Nothing in it says when: the answer has no `updated`, no `modified`.
    assert set(again["items"][0]) == set(one)
    assert server.ledger()["archives"][0]["by"] == "Aiko Tanabe"
