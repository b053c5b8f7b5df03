"""The practice Jira is searched and read like Jira, with the same surprises."""

import httpx
import pytest

from qjira_gui.practice import PracticeServer
from tests.practice.helpers import Clock, comment, create, found, issue, words


def test_createmeta_has_pages_and_no_last_one(jira: httpx.Client) -> None:
    at = "/issue/createmeta/FIN/issuetypes/10006"
    first = jira.get(at, params={"maxResults": 10}).json()
    assert "isLast" not in first
    assert len(first["fields"]) == 10 < first["total"]
    rest = jira.get(at, params={"startAt": 10, "maxResults": 50}).json()
    assert 10 + len(rest["fields"]) == first["total"]
    assert jira.get(at, params={"maxResults": 201}).status_code == 400


def test_projects_are_found_by_key_and_name(jira: httpx.Client) -> None:
    def keys(query: str) -> list[str]:
        return [one["key"] for one in jira.get(f"/project/search?query={query}").json()["values"]]

    assert keys("data") == ["DATA", "OPS"]
    assert keys("fin") == ["FIN"]
    assert jira.get("/project/search?query=nowhere").status_code == 404
    first = jira.get("/project/search?maxResults=3").json()
    assert (first["isLast"], len(first["values"])) == (False, 3)
    rest = jira.get(first["nextPage"]).json()
    assert rest["values"][0]["key"] not in [one["key"] for one in first["values"]]


def test_labels_are_suggested_by_their_beginning(jira: httpx.Client) -> None:
    create(jira, labels=["qualytics-anomaly-824"])
    query = {"fieldName": "labels", "fieldValue": "qualy"}
    answer = jira.get("/jql/autocompletedata/suggestions", params=query).json()
    assert [one["value"] for one in answer["results"]] == ["qualytics-anomaly-824"]
    assert "qualytics-anomaly-824" in jira.get("/label").json()["values"]


def test_a_new_issue_is_hidden_from_search_until_it_is_indexed(
    server: PracticeServer, jira: httpx.Client, clock: Clock
) -> None:
    server.set_fault("jira", "index_lag", seconds=30, times=1)
    made = jira.post("/issue", json=issue(summary="Zebra rows")).json()
    jql = 'project = DATA AND summary ~ "zebra"'
    assert found(jira, jql) == []
    assert found(jira, jql, reconcileIssues=[int(made["id"])]) == [made["key"]]
    assert jira.get(f"/issue/{made['key']}").status_code == 200
    clock.at += 31
    assert found(jira, jql) == [made["key"]]


def test_a_new_issue_can_stay_hidden_for_some_searches(
    server: PracticeServer, jira: httpx.Client
) -> None:
    server.set_fault("jira", "index_lag", searches=2, times=1)
    key = create(jira, summary="Zebra rows")
    jql = 'project = DATA AND summary ~ "zebra"'
    assert [found(jira, jql) for _ in range(3)] == [[], [], [key]]


def test_even_reading_an_issue_can_lag(
    server: PracticeServer, jira: httpx.Client, clock: Clock
) -> None:
    server.set_fault("jira", "get_lag", seconds=30, times=1)
    key = create(jira)
    assert jira.get(f"/issue/{key}").status_code == 404
    clock.at += 31
    assert jira.get(f"/issue/{key}").status_code == 200


def test_search_gives_ids_in_short_pages_without_a_total(
    server: PracticeServer, jira: httpx.Client
) -> None:
    server.set_fault("jira", "short_pages", size=7)
    ids: list[str] = []
    body = {"jql": "project = DATA ORDER BY key ASC", "maxResults": 50}
    page = jira.post("/search/jql", json=body).json()
    assert "total" not in page
    assert page["issues"][0].keys() == {"id"}
    while True:
        ids += [one["id"] for one in page["issues"]]
        if page["isLast"]:
            break
        query = {**body, "nextPageToken": page["nextPageToken"]}
        page = jira.get("/search/jql", params=query).json()
    assert "nextPageToken" not in page
    count = jira.post("/search/approximate-count", json={"jql": "project = DATA"}).json()["count"]
    assert len(set(ids)) == len(ids) == count


@pytest.mark.parametrize(
    ("jql", "said"),
    [
        ("", "Unbounded JQL"),
        ("ORDER BY created", "Unbounded JQL"),
        ("key = DATA-99999", "An issue with key 'DATA-99999' does not exist for field 'key'."),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("colour = red", "Field 'colour' does not exist"),
        ("project =", "Error in the JQL Query"),
        ('summary ~ "*null"', "The text query '*null' for field 'summary' is not allowed"),
        ('summary ~ "(null"', "Unable to parse the text '(null' for field 'summary'."),
        ('created >= "19.11.2026"', "Date value '19.11.2026' for field 'created' is invalid."),
    ],
)
def test_a_query_that_jira_cannot_answer_is_refused(
    jira: httpx.Client, jql: str, said: str
) -> None:
    answer = jira.post("/search/jql", json={"jql": jql})
    assert answer.status_code == 400
    assert answer.json()["errorMessages"][0].startswith(said)


def test_a_page_token_ends_after_a_week(jira: httpx.Client, clock: Clock) -> None:
    body = {"jql": "project = DATA", "maxResults": 2}
    token = jira.post("/search/jql", json=body).json()["nextPageToken"]
    clock.at += 7 * 86_400 + 1
    answer = jira.post("/search/jql", json={**body, "nextPageToken": token})
    assert answer.status_code == 400
    assert "expired" in answer.json()["errorMessages"][0]


def test_the_old_search_is_gone(jira: httpx.Client) -> None:
    assert jira.get("/search?jql=project=DATA").status_code == 410
    assert jira.post("/search", json={"jql": "project = DATA"}).status_code == 410


def test_words_dates_and_lists_find_their_issues(jira: httpx.Client, clock: Clock) -> None:
    clock.at += 3600
    key = create(jira, summary="Null AMOUNT in orders-eu", labels=["qualytics-anomaly-824"])
    comment(jira, key, "rerun of the nightly load")
    for jql in (
        'summary ~ "amou*"',
        'summary ~ "orders\\\\-eu"',
        'text ~ "nightly load" AND assignee is EMPTY',
        f'issue in ({key}, "DATA-101") AND labels = "qualytics-anomaly-824"',
        "reporter = currentUser() AND NOT status in (Done) AND labels in (qualytics-anomaly-824)",
        'project = "Data Platform" AND created >= -5m',
        # 11:00 in London is 16:30 in Kolkata, where this user lives.
        'project = DATA AND created >= "2026-11-20 16:30" AND created < "2026-11-20 16:31"',
    ):
        assert key in found(jira, jql), jql
    newest = found(jira, "project = DATA ORDER BY updated DESC")
    assert newest[0] == key


def test_times_are_in_the_sites_zone_and_the_user_lives_in_another(jira: httpx.Client) -> None:
    key = create(jira)
    fields = jira.get(f"/issue/{key}?fields=created").json()["fields"]
    assert fields["created"] == "2026-11-20T10:00:00.000+0000"
    assert jira.get("/myself").json()["timeZone"] == "Asia/Kolkata"
    assert jira.get("/serverInfo").json()["serverTime"] == "2026-11-20T10:00:00.000+0000"


def test_a_moved_issue_answers_with_its_new_key_and_a_deleted_one_not_at_all(
    server: PracticeServer, jira: httpx.Client
) -> None:
    key = create(jira)
    moved = server.change_issue(key, move_to="SCM")["key"]
    assert jira.get(f"/issue/{key.lower()}").json()["key"] == moved
    fetched = jira.post("/issue/bulkfetch", json={"issueIdsOrKeys": [key, "DATA-9999"]}).json()
    assert [one["key"] for one in fetched["issues"]] == [moved]
    assert [one["id"] for one in fetched["issueErrors"]] == ["DATA-9999"]
    server.change_issue(moved, delete=True)
    assert jira.get(f"/issue/{key}").status_code == 404


def test_somebody_elses_work_on_an_issue_can_be_seen(
    server: PracticeServer, jira: httpx.Client
) -> None:
    key = create(jira)
    server.change_issue(key, status="In Progress")
    server.change_issue(key, comment="Looking into it.")
    status = jira.get(f"/issue/{key}?fields=status").json()["fields"]["status"]
    assert (status["name"], status["statusCategory"]["key"]) == ("In Progress", "indeterminate")
    (remark,) = jira.get(f"/issue/{key}/comment").json()["comments"]
    assert remark["author"]["displayName"] == "Elena Petrova"
    assert server.ledger()["comments"][0]["by"] == "Elena Petrova"


def test_the_picker_finds_by_key_and_by_beginnings_in_overlapping_sections(
    jira: httpx.Client,
) -> None:
    key = create(jira, summary="Late <rows> in ORDERS")

    def picked(**query: str) -> list[list[str]]:
        sections = jira.get("/issue/picker", params=query).json()["sections"]
        return [[one["key"] for one in section["issues"]] for section in sections]

    assert picked(query="late row")[0] == picked(query="late row")[1] == [key]
    assert picked(query=key) == [[key], [key]]
    assert picked(query="late row", currentProjectId="10001") == [[], []]
    assert picked(query="late row", currentIssueKey=key) == [[], []]
    shown = jira.get("/issue/picker?query=late").json()["sections"][1]["issues"][0]
    assert shown["summary"] == "<b>Late</b> &lt;rows&gt; in ORDERS"
    assert "status" not in shown


def test_there_is_something_to_search_before_anybody_has_done_anything(
    server: PracticeServer, jira: httpx.Client
) -> None:
    every = found(jira, "project in (DATA, FIN, OPS, CRM, SCM, WEB, HR)", maxResults=100)
    assert len(every) > 40
    assert server.ledger()["issues"] == []


def test_view_opens_a_page_for_a_person(server: PracticeServer, jira: httpx.Client) -> None:
    key = create(jira, summary="Rows < expected", description=words("See the load."))
    page = httpx.get(f"{server.jira_url}/browse/{key}", trust_env=False)
    assert "Rows &lt; expected" in page.text
    assert "See the load." in page.text
