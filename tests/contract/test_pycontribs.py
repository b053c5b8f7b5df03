"""A Jira client that nobody here wrote finds in the practice server the Jira that it knows.

It is the `jira` package of pycontribs. It was made for wiki text: for Cloud's version 3, rich texts
are handed to it as ADF. Judged by the server's ledger and, once connected, by the document too.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import requests
from jira import JIRA, JIRAError
from requests.adapters import HTTPAdapter

from qjira_gui.practice import PracticeServer
from tests.contract import specs
from tests.contract.fixtures import checkers_for
from tests.contract.samples import text
from tests.contract.transport import Judge


class CheckedAdapter(HTTPAdapter):
    """As CheckedTransport, for clients that speak through `requests`."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self._judge = judge

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        body = request.body or b""
        assert isinstance(body, str | bytes)
        sent = httpx.Request(
            request.method or "",
            request.url or "",
            headers=[(key, str(value)) for key, value in request.headers.items()],
            content=body,
        )
        self._judge.request(sent)
        answer = super().send(request, *args, **kwargs)
        # `content` is unpacked already, so the header that says how it was packed must go.
        headers = {key: value for key, value in answer.headers.items() if "encoding" not in key}
        got = httpx.Response(answer.status_code, headers=headers, content=answer.content)
        self._judge.response(sent, got)
        return answer


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with PracticeServer(anomalies=10, seed=7) as running:
        yield running


@pytest.fixture
def judge(server: PracticeServer) -> Iterator[Judge]:
    judge = Judge(checkers_for(server))
    yield judge
    assert judge.problems == []
    assert judge.checked or specs.missing()


@pytest.fixture
def client(server: PracticeServer, judge: Judge) -> Iterator[JIRA]:
    client = JIRA(
        server=server.jira_url,
        basic_auth=(server.jira_email, server.jira_token),
        # It would ask a package index whether there is a newer one of itself.
        options={"rest_api_version": "3", "check_update": False},
        max_retries=0,
    )
    client._session.trust_env = False
    client._session.mount(server.jira_url, CheckedAdapter(judge))
    yield client
    client.close()  # type: ignore[no-untyped-call]


def test_it_connects_and_knows_who_it_is(client: JIRA, server: PracticeServer) -> None:
    assert client.server_info()["deploymentType"] == "Cloud"
    assert client.myself()["emailAddress"] == server.jira_email


def test_it_creates_an_issue_and_reads_it_back(client: JIRA, server: PracticeServer) -> None:
    issue = client.create_issue(
        project="DATA",
        issuetype={"name": "Bug"},
        summary="2103 orders had a null AMOUNT",
        description=text("See the anomaly."),
        labels=["qualytics-anomaly-824"],
        priority={"name": "High"},
    )
    (accepted,) = server.ledger()["issues"]
    assert (accepted["key"], accepted["summary"]) == (issue.key, "2103 orders had a null AMOUNT")
    again = client.issue(issue.key, fields="summary,status,labels,priority,description")
    assert again.fields.summary == "2103 orders had a null AMOUNT"
    assert again.fields.labels == ["qualytics-anomaly-824"]
    assert (again.fields.priority.name, again.fields.status.name) == ("High", "To Do")
    assert "See the anomaly." in str(again.raw["fields"]["description"])


def test_it_comments_and_reads_the_comments(client: JIRA, server: PracticeServer) -> None:
    issue = create(client, "Late ORDERS")
    body: Any = text("[2024-01-15 10:30:00 UTC] Qualytics Anomaly Status: Acknowledged")
    comment = client.add_comment(issue.key, body)
    (accepted,) = server.ledger()["comments"]
    assert (accepted["issue"], accepted["id"]) == (issue.key, comment.id)
    assert accepted["text"] == "[2024-01-15 10:30:00 UTC] Qualytics Anomaly Status: Acknowledged"
    (read,) = client.comments(issue.key)
    assert read.id == comment.id
    assert "Acknowledged" in str(read.raw["body"])


def test_it_finds_what_it_created(client: JIRA) -> None:
    keys = [create(client, f"Quokka rows in ORDERS, day {day}").key for day in range(3)]
    query = 'project = "DATA" AND summary ~ "quokka" ORDER BY created ASC'
    assert [issue.key for issue in found(client, query)] == keys
    first = found(client, query, maxResults=2)
    assert [issue.key for issue in first] == keys[:2]
    rest = found(client, query, maxResults=2, nextPageToken=first.nextPageToken)
    assert [issue.key for issue in rest] == keys[2:]


def test_it_is_told_why_an_issue_is_refused(client: JIRA, server: PracticeServer) -> None:
    with pytest.raises(JIRAError) as refused:
        create(client, "two\nlines")
    assert refused.value.status_code == 400
    assert "newline" in str(refused.value.text)
    assert server.ledger()["issues"] == []


def test_a_wrong_token_gets_it_nowhere(server: PracticeServer) -> None:
    client = JIRA(
        server=server.jira_url,
        basic_auth=(server.jira_email, "not the token"),
        options={"rest_api_version": "3", "check_update": False},
        get_server_info=False,
        max_retries=0,
    )
    with pytest.raises(JIRAError) as refused:
        client.myself()
    assert refused.value.status_code == 401
    with pytest.raises(JIRAError):
        create(client, "nobody's")
    client.close()  # type: ignore[no-untyped-call]
    assert server.ledger()["issues"] == []


def create(client: JIRA, summary: str) -> Any:
    fields = {"project": {"key": "DATA"}, "issuetype": {"id": "10002"}, "summary": summary}
    return client.create_issue(fields=fields, prefetch=False)


def found(client: JIRA, query: str, **more: Any) -> Any:
    return client.enhanced_search_issues(query, fields="summary", **more)
