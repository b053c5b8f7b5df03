"""The practice Jira takes a new issue or a comment as Jira does, and refuses it in Jira's words."""

from typing import Any

import httpx
import pytest

from qjira_gui.practice import PracticeServer
from tests.practice.helpers import Clock, JsonObject, comment, create, issue, words

INCIDENT: JsonObject = {
    "project": {"key": "FIN"},
    "issuetype": {"id": "10006"},
    "customfield_10101": {"id": "10201"},
    "customfield_10102": 2103,
    "customfield_10103": "2026-11-19",
    "customfield_10104": [{"value": "SOX"}, {"id": "10213"}],
    "customfield_10106": "REP-114",
    "customfield_10107": words("The load ran twice."),
    "customfield_10108": {"value": "Europe", "child": {"value": "Retail"}},
}


def me(jira: httpx.Client) -> JsonObject:
    return {"accountId": jira.get("/myself").json()["accountId"]}


def errors(jira: httpx.Client, **fields: Any) -> JsonObject:
    answer = jira.post("/issue", json=issue(**fields))
    assert answer.status_code == 400, answer.text
    return dict(answer.json()["errors"])


def test_required_fields_of_a_type_are_asked_for_by_name(
    server: PracticeServer, jira: httpx.Client
) -> None:
    bare = {"project": {"key": "FIN"}, "issuetype": {"id": "10006"}}
    missing = errors(jira, **bare)
    assert missing["customfield_10101"] == "Severity is required."
    assert set(missing) == {f"customfield_1010{at}" for at in range(1, 8)}
    whole = create(jira, **INCIDENT, customfield_10105=me(jira))
    read = jira.get(f"/issue/{whole}").json()["fields"]
    assert read["customfield_10102"] == 2103
    assert read["customfield_10105"]["displayName"] == "Dana Whitfield"
    assert read["customfield_10108"]["child"]["value"] == "Retail"
    assert [one["value"] for one in read["customfield_10104"]] == ["SOX", "GDPR"]
    # Required, with a default that is taken when nothing is sent.
    assert read["customfield_10111"]["value"] == "Monthly"


def test_createmeta_tells_which_fields_must_be_sent(jira: httpx.Client) -> None:
    answer = jira.get("/issue/createmeta/FIN/issuetypes/10006").json()
    must = {
        one["fieldId"] for one in answer["fields"] if one["required"] and not one["hasDefaultValue"]
    }
    sent = {*INCIDENT, "summary", "customfield_10105"} - {"customfield_10108"}
    assert must == sent


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("customfield_10102", "2103", "Operation value must be a number"),
        ("customfield_10101", {"id": "1"}, "Option id '1' is not valid"),
        ("customfield_10103", "19.11.2026", "Error parsing date string: 19.11.2026"),
        ("customfield_10104", {"value": "SOX"}, "data was not an array"),
        ("customfield_10107", "plain words", "Operation value must be an Atlassian Document"),
        ("customfield_10105", {"name": "dana"}, "Specify a valid value for data owner"),
    ],
)
def test_a_custom_field_of_the_wrong_kind_is_named(
    jira: httpx.Client, field: str, value: object, said: str
) -> None:
    given = {**INCIDENT, "customfield_10105": me(jira), field: value}
    assert errors(jira, **given)[field].startswith(said)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("summary", "two\nlines", "The summary is invalid because it contains newline characters."),
        ("summary", "x" * 256, "Summary must be less than 255 characters."),
        ("summary", "", "You must specify a summary of the issue."),
        ("labels", ["a b"], "The label 'a b' contains spaces which is invalid."),
        ("labels", "a,b", "data was not an array"),
        ("priority", {"name": "Urgent"}, "Specify a valid 'id' or 'name' for priority"),
        ("assignee", {"accountId": "nobody"}, "Specify a valid value for assignee"),
        ("description", "plain", "Operation value must be an Atlassian Document (see the "),
        ("customfield_10101", {"id": "10201"}, "Field 'customfield_10101' cannot be set. It is "),
    ],
)
def test_a_refused_field_is_named_in_jiras_words(
    server: PracticeServer, jira: httpx.Client, field: str, value: object, said: str
) -> None:
    assert errors(jira, **{field: value})[field].startswith(said)
    assert server.ledger()["issues"] == []


def test_the_longest_texts_pass_and_one_more_character_does_not(jira: httpx.Client) -> None:
    create(jira, summary="x" * 255, description=words("ü" * 32_767))
    said = errors(jira, description=words("ü" * 32_768))["description"]
    assert (
        said == "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
    )


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "text", "text": "at top level"}],
        [{"type": "bulletList", "content": []}],
        [{"type": "heading", "attrs": {"level": 7}, "content": []}],
        [{"type": "panel", "attrs": {"panelType": "loud"}, "content": [{"type": "paragraph"}]}],
        [
            {
                "type": "paragraph",
                "content": [{"type": "text", "text": "a", "marks": [{"type": "bold"}]}],
            }
        ],
    ],
)
def test_a_bad_document_is_refused_without_a_place(
    jira: httpx.Client, content: list[JsonObject]
) -> None:
    document = {"type": "doc", "version": 1, "content": content}
    answer = jira.post("/issue", json=issue(description=document))
    assert (answer.status_code, answer.json()["errorMessages"]) == (400, ["INVALID_INPUT"])


def test_where_the_account_may_not_create_nothing_is_created(
    server: PracticeServer, jira: httpx.Client
) -> None:
    assert jira.post("/issue", json=issue(project={"key": "HR"})).status_code == 403
    hidden = jira.post("/issue", json=issue(project={"key": "SEC"}))
    assert hidden.json()["errors"] == {"project": "Specify a valid project ID or key"}
    unknown = jira.post("/issue", json=issue(issuetype={"id": "10008"}))
    assert unknown.json()["errors"] == {"issuetype": "Specify a valid issue type"}
    keys = {one["key"] for one in jira.get("/project/search?action=create").json()["values"]}
    assert keys == {"DATA", "FIN", "OPS", "CRM", "SCM", "WEB"}
    assert jira.get("/issue/createmeta/HR/issuetypes").json()["issueTypes"] == []
    assert server.ledger()["issues"] == []


def test_properties_are_kept_in_the_same_step_as_the_issue(
    server: PracticeServer, jira: httpx.Client
) -> None:
    mark = [{"key": "qjira", "value": {"op": "7f3k2", "anomaly": 824}}]
    made = jira.post("/issue", json={**issue(labels=["b", "a"]), "properties": mark}).json()
    read = jira.get(f"/issue/{made['id']}?properties=qjira&fields=labels").json()
    assert read["properties"] == {"qjira": {"op": "7f3k2", "anomaly": 824}}
    (kept,) = server.ledger()["issues"]
    assert kept["properties"] == read["properties"]
    assert (kept["key"], kept["labels"]) == (made["key"], ["a", "b"])
    long = [{"key": "k" * 256, "value": 1}]
    assert jira.post("/issue", json={**issue(), "properties": long}).status_code == 400
    large = [{"key": "k", "value": "x" * 32_768}]
    assert jira.post("/issue", json={**issue(), "properties": large}).status_code == 400


def test_a_document_comes_back_with_ids_and_merged_texts(jira: httpx.Client) -> None:
    parts = [{"type": "text", "text": "null "}, {"type": "text", "text": "AMOUNT"}]
    paragraph = {"type": "paragraph", "content": parts}
    document = {"type": "doc", "version": 1, "content": [paragraph]}
    key = create(jira, description=document)
    read = jira.get(f"/issue/{key}?fields=description").json()["fields"]["description"]
    (kept,) = read["content"]
    assert kept["attrs"]["localId"]
    assert kept["content"] == [{"type": "text", "text": "null AMOUNT"}]


def test_many_issues_at_once_are_created_as_far_as_they_are_good(
    server: PracticeServer, jira: httpx.Client
) -> None:
    updates = [issue(), issue(summary="two\nlines"), issue(summary="Late rows")]
    answer = jira.post("/issue/bulk", json={"issueUpdates": updates}).json()
    assert len(answer["issues"]) == 2
    assert [one["failedElementNumber"] for one in answer["errors"]] == [1]
    assert len(server.ledger()["issues"]) == 2


def test_comments_keep_their_marks_and_show_them_when_asked(
    server: PracticeServer, jira: httpx.Client
) -> None:
    key = create(jira)
    made = comment(jira, key, "Status: Acknowledged").json()
    plain = jira.get(f"/issue/{key}/comment").json()["comments"]
    assert "properties" not in plain[0]
    asked = jira.get(f"/issue/{key}/comment?expand=properties&orderBy=-created").json()
    assert asked["comments"][0]["properties"] == [{"key": "qjira", "value": {"op": "7f3k2"}}]
    server.set_fault("jira", "no_comment_properties")
    without = jira.get(f"/issue/{key}/comment?expand=properties").json()["comments"]
    assert "properties" not in without[0]
    server.clear_faults()
    ids = {"ids": [int(made["id"])]}
    listed = jira.post("/comment/list?expand=properties", json=ids).json()["values"]
    assert listed[0]["properties"][0]["value"] == {"op": "7f3k2"}
    (kept,) = server.ledger()["comments"]
    assert (kept["issue"], kept["text"]) == (key, "Status: Acknowledged")
    assert kept["properties"] == {"qjira": {"op": "7f3k2"}}


@pytest.mark.parametrize("body", ["plain", None, {"type": "doc", "version": 1, "content": []}])
def test_a_comment_must_be_a_document_with_words(jira: httpx.Client, body: object) -> None:
    answer = jira.post(f"/issue/{create(jira)}/comment", json={"body": body})
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"comment"}


def test_only_a_new_comment_moves_the_issues_time(jira: httpx.Client, clock: Clock) -> None:
    key = create(jira)

    def updated() -> str:
        return str(jira.get(f"/issue/{key}?fields=updated").json()["fields"]["updated"])

    created = updated()
    clock.at += 60
    made = comment(jira, key).json()
    commented = updated()
    assert commented > created
    clock.at += 60
    at = f"/issue/{key}/comment/{made['id']}"
    assert jira.put(at, json={"body": words("mended")}).status_code == 200
    assert jira.delete(at).status_code == 204
    assert updated() == commented


def test_a_full_issue_takes_no_more_comments(server: PracticeServer, jira: httpx.Client) -> None:
    key = create(jira)
    server.set_fault("jira", "comment_limit", limit=2)
    assert [comment(jira, key).status_code for _ in range(3)] == [201, 201, 413]
    assert len(server.ledger()["comments"]) == 2


def test_a_remote_link_is_replaced_whole(server: PracticeServer, jira: httpx.Client) -> None:
    at = f"/issue/{create(jira)}/remotelink"
    target = {"title": "Anomaly 824", "url": "https://q.example/824", "summary": "2103 orders"}
    first = jira.post(at, json={"globalId": "q:824", "relationship": "found by", "object": target})
    short = {"title": "Anomaly 824", "url": "https://q.example/824"}
    again = jira.post(at, json={"globalId": "q:824", "object": short})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    read = jira.get(at, params={"globalId": "q:824"}).json()
    assert read["object"] == short
    assert "relationship" not in read
    assert len(jira.get(at).json()) == 1
    assert jira.post(at, json={"globalId": "q:2"}).status_code == 400


def test_writes_on_one_issue_are_limited_and_on_another_go_on(
    server: PracticeServer, jira: httpx.Client, clock: Clock
) -> None:
    busy, other = create(jira), create(jira)
    codes = [comment(jira, busy).status_code for _ in range(21)]
    assert codes == [201] * 20 + [429]
    refused = comment(jira, busy)
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert int(refused.headers["Retry-After"]) == 2
    assert comment(jira, other).status_code == 201
    clock.at += 2.1
    assert comment(jira, busy).status_code == 201
    for _ in range(4):
        clock.at += 2.1
        codes += [comment(jira, busy).status_code for _ in range(20)]
    # A hundred within thirty seconds are the other limit.
    assert codes.count(201) + 1 == 100
    assert len(server.ledger()["comments"]) == 101
