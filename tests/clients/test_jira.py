"""Tests of the Jira client against the practice server, each request held to the document."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from qjira_gui.clients import adf
from qjira_gui.clients.jira import MARKER, JiraClient
from qjira_gui.clients.jira_comments import add_comment, newest_comments
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.connection import JiraLogin, Network
from qjira_gui.domain.errors import AppError, RateError, RefusedError, SignInError
from qjira_gui.practice import PracticeServer

TASK: dict[str, Any] = {"project": {"id": "10000"}, "issuetype": {"id": "10001"}}


async def created(jira: JiraClient, summary: str = "Null AMOUNT", op: str = "op-1") -> str:
    return (await jira.create({**TASK, "summary": summary}, {"op": op, "anomaly": 7})).id


async def test_the_account_and_the_server_tell_who_they_are(jira: JiraClient) -> None:
    me, info = await jira.me(), await jira.server_info()
    assert (me.display_name, me.time_zone) == ("Dana Whitfield", "Asia/Kolkata")
    assert (info.deployment_type, info.server_title) == ("Cloud", "Jira")


async def test_only_projects_in_which_one_may_create_are_offered_by_name(jira: JiraClient) -> None:
    found = await jira.projects()
    assert [project.key for project in found] == ["CRM", "OPS", "DATA", "FIN", "SCM", "WEB"]
    assert [project.name for project in found] == sorted(project.name for project in found)


async def test_what_is_not_allowed_is_named(jira: JiraClient, server: PracticeServer) -> None:
    wanted = ("BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS", "ASSIGN_ISSUES")
    assert await jira.missing_permissions("DATA", wanted) == []
    server.set_fault("jira", "no_permission", permissions=["ADD_COMMENTS"], project="DATA")
    assert await jira.missing_permissions("DATA", wanted) == ["ADD_COMMENTS"]
    assert await jira.missing_permissions("FIN", wanted) == []


async def test_sub_tasks_are_not_offered_because_they_cannot_stand_alone(jira: JiraClient) -> None:
    assert [kind.name for kind in await jira.issue_types("10000")] == [
        "Task",
        "Bug",
        "Story",
        "Epic",
    ]


async def test_the_form_of_a_type_holds_what_it_asks_for(jira: JiraClient) -> None:
    form = {field.id: field for field in await jira.form("10001", "10006")}
    assert form["customfield_10101"].required
    assert [choice.label for choice in form["customfield_10101"].choices] == [
        "Critical",
        "Major",
        "Minor",
    ]
    units = form["customfield_10108"].choices
    assert [child.label for child in units[0].children] == ["Retail", "Wholesale"]


async def test_people_are_found_by_name_however_far_down_the_list_of_accounts(
    jira: JiraClient,
) -> None:
    assert [user.name for user in await jira.people("DATA", "dana")] == ["Dana Whitfield"]
    # Her account is beyond the first fifty, where a search of one short range ends.
    assert "Kofi Fischer" in [user.name for user in await jira.people("DATA", "fischer")]


async def test_nobody_is_offered_who_has_left_or_is_no_person(
    server: PracticeServer,
) -> None:
    server.set_fault("jira", "null_emails")
    # Past the checks of the document, which knows no null here.
    login = JiraLogin(server.jira_url, server.jira_email, server.jira_token)
    client = await Sites().build_jira(login, Network())
    everybody = {user.name for user in await client.people("DATA", "")}
    await client.http.aclose()
    assert len(everybody) > 40
    assert not everybody & {"Peter Osei", "Automation for Jira"}
    assert "Samir Haddad" in everybody


async def test_a_project_that_is_gone_is_told_in_jira_s_words(jira: JiraClient) -> None:
    for look in (lambda: jira.people("NOPE", "x"), lambda: jira.form("999", "1")):
        with pytest.raises(RefusedError, match="No project could be found") as caught:
            await look()
        assert caught.value.status == 404


async def test_labels_in_use_are_offered_by_their_beginning(jira: JiraClient) -> None:
    assert await jira.labels("data-q") == ["data-quality"]
    assert await jira.labels("nothing-like-it") == []


async def test_a_new_issue_carries_its_marker_and_is_found_by_it(
    jira: JiraClient, server: PracticeServer
) -> None:
    server.set_fault("jira", "index_lag", searches=1)
    number = await created(jira, "Null AMOUNT 😀")
    query = "project = DATA ORDER BY created DESC"
    assert number not in [raw.id for raw in await jira.search(query)]
    server.set_fault("jira", "index_lag", seconds=600)
    newest = (await jira.search(query, reconcile=[number, "", "not a number"]))[0]
    assert newest.id == number
    assert newest.properties == {MARKER: {"op": "op-1", "anomaly": 7}}
    shown = newest.issue()
    assert (shown.summary, shown.status, shown.category) == ("Null AMOUNT 😀", "To Do", "new")
    assert (shown.type, shown.project) == ("Task", "DATA")
    assert [one["id"] for one in server.ledger()["issues"]] == [number]


@pytest.mark.parametrize("limit", [1, 7, 16, 50])
async def test_a_search_goes_on_where_pages_are_shorter_than_asked(
    jira: JiraClient, server: PracticeServer, limit: int
) -> None:
    whole = [raw.id for raw in await jira.search("project = DATA ORDER BY created DESC", limit=100)]
    assert len(whole) > 15
    server.set_fault("jira", "short_pages", size=3)
    found = await jira.search("project = DATA ORDER BY created DESC", limit=limit)
    assert [raw.id for raw in found] == whole[:limit]


async def test_more_than_fifty_fresh_issues_do_not_spoil_a_search(jira: JiraClient) -> None:
    many = [str(number) for number in range(1, 120)]
    assert await jira.search("project = DATA", reconcile=many)


async def test_jql_that_is_wrong_is_told_in_jira_s_words(jira: JiraClient) -> None:
    with pytest.raises(RefusedError) as caught:
        await jira.search("ORDER BY created")
    assert caught.value.status == 400


async def test_a_moved_issue_answers_with_its_new_key_and_a_deleted_one_is_gone(
    jira: JiraClient, server: PracticeServer
) -> None:
    number = await created(jira)
    old = (await jira.issue(number)).key
    server.change_issue(old, move_to="CRM")
    moved = await jira.issue(old)
    assert (moved.id, moved.project) == (number, "CRM")
    assert moved.key.startswith("CRM-")
    assert [issue.key for issue in await jira.issues([number])] == [moved.key]
    server.change_issue(moved.key, delete=True)
    with pytest.raises(RefusedError, match="Issue does not exist") as caught:
        await jira.issue(old)
    assert caught.value.status == 404
    assert await jira.issues([number]) == []


async def test_a_hundred_issues_are_read_in_one_request_and_none_in_none(
    jira: JiraClient, server: PracticeServer
) -> None:
    keys = [raw.id for raw in await jira.search("project in (DATA, FIN, CRM)", limit=40)]
    before = len(server.ledger()["requests"])
    found = await jira.issues(keys)
    assert {issue.id for issue in found} == set(keys)
    assert all(issue.status and issue.category and issue.updated for issue in found)
    assert await jira.issues([]) == []
    assert len(server.ledger()["requests"]) == before + 1


async def test_the_picker_offers_each_issue_once_as_plain_text(jira: JiraClient) -> None:
    found = await jira.pick("null")
    assert found
    assert len({issue.key for issue in found}) == len(found)
    assert all(issue.id.isdecimal() and "<" not in issue.summary for issue in found)


async def test_a_comment_is_told_by_its_marker(jira: JiraClient, server: PracticeServer) -> None:
    number = await created(jira)
    text = "[2024-01-15 10:30:00 UTC] Qualytics Anomaly Status: Acknowledged"
    made = await add_comment(jira.http, number, adf.comment(text).adf, {"op": "op-7"})
    server.change_issue(number, comment="a person's word")
    found = {comment.id: comment for comment in await newest_comments(jira.http, number)}
    assert len(found) == 2
    assert (found[made].text, found[made].marker) == (text, {"op": "op-7"})
    assert [one.marker for one in found.values() if one.id != made] == [None]
    assert found[made].author_id == (await jira.me()).account_id
    assert server.ledger()["comments"][0]["id"] == made


async def test_markers_are_fetched_the_documented_way_where_the_list_lacks_them(
    jira: JiraClient, server: PracticeServer
) -> None:
    number = await created(jira)
    made = await add_comment(jira.http, number, adf.comment("x").adf, {"op": "op-7"})
    server.set_fault("jira", "no_comment_properties", path="*/comment")
    assert [(c.id, c.marker) for c in await newest_comments(jira.http, number)] == [(made, None)]
    asked = [path for _, path, _ in server.ledger()["requests"]][-2:]
    assert asked == [f"/rest/api/3/issue/{number}/comment", "/rest/api/3/comment/list"]


async def test_an_issue_full_of_comments_says_so(jira: JiraClient, server: PracticeServer) -> None:
    server.set_fault("jira", "comment_limit", limit=0)
    number = await created(jira)
    with pytest.raises(RefusedError) as caught:
        await add_comment(jira.http, number, adf.comment("x").adf, {"op": "1"})
    assert caught.value.status == 413


async def test_too_many_writes_on_one_issue_ask_for_a_pause_of_that_issue(
    jira: JiraClient,
) -> None:
    number, body = await created(jira), adf.comment("x").adf
    for _ in range(20):
        await add_comment(jira.http, number, body, {"op": "1"})
    with pytest.raises(RateError) as caught:
        await add_comment(jira.http, number, body, {"op": "1"})
    assert caught.value.reason == "jira-per-issue-on-write"
    assert caught.value.retry_after == 2.0


Look = Callable[[JiraClient], Awaitable[object]]

#: Reads to which Jira answers a dead token as if there were nothing to see.
LOOKS: dict[str, Look] = {
    "projects": lambda jira: jira.projects(),
    "types": lambda jira: jira.issue_types("10000"),
    "form": lambda jira: jira.form("10000", "10001"),
    "people": lambda jira: jira.people("DATA", "dana"),
    "issue": lambda jira: jira.issue("DATA-101"),
    "issues": lambda jira: jira.issues(["10101"]),
    "search": lambda jira: jira.search("project = DATA"),
    "comments": lambda jira: newest_comments(jira.http, "DATA-101"),
    "me": lambda jira: jira.me(),
}


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
async def test_a_dead_token_never_looks_like_an_empty_jira(
    jira: JiraClient, server: PracticeServer, look: Look, everything: bool
) -> None:
    server.set_fault("jira", "dead_token", everything=everything)
    with pytest.raises(SignInError):
        await look(jira)


async def test_a_search_that_finds_nothing_is_believed_of_a_living_account(
    jira: JiraClient,
) -> None:
    assert await jira.search('summary ~ "nothingatall"') == []


@pytest.fixture
async def scoped(server: PracticeServer, sites: Sites) -> AsyncIterator[JiraClient]:
    """Through the gateway, as a token with scopes must go."""
    server.set_fault("jira", "scoped_token")
    gateway = f"{server.jira_url}/ex/jira/{server.cloud_id}"
    login = JiraLogin(server.jira_url, server.jira_email, server.jira_token, gateway)
    client = await sites.build_jira(login, Network())
    yield client
    await client.http.aclose()


async def test_a_scoped_token_works_through_the_gateway_only(
    scoped: JiraClient, jira: JiraClient
) -> None:
    with pytest.raises(SignInError):
        await jira.me()
    assert (await scoped.me()).display_name == "Dana Whitfield"
    number = await created(scoped)
    made = await scoped.issue(number)
    await add_comment(scoped.http, number, adf.comment("x").adf, {"op": "1"})
    assert [c.marker for c in await newest_comments(scoped.http, number)] == [{"op": "1"}]
    # People browse the site; the gateway's addresses, which `self` names, open nothing.
    assert scoped.browse(made.key) == f"{jira.site_url}/browse/{made.key}"


@pytest.mark.parametrize(
    "refused",
    [
        {"summary": "two\nlines"},
        {"summary": "x", "labels": ["two words"]},
        {"summary": "x", "customfield_10101": {"id": "10201"}},
        {"summary": ""},
    ],
)
async def test_what_jira_refuses_comes_back_field_by_field(
    jira: JiraClient, server: PracticeServer, refused: dict[str, Any]
) -> None:
    with pytest.raises(AppError) as caught:
        await jira.create({**TASK, **refused}, {"op": "1"})
    assert isinstance(caught.value, RefusedError)
    assert set(caught.value.fields) <= set(refused)
    assert caught.value.fields
    assert server.ledger()["issues"] == []
