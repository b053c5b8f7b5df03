"""What the tests of the practice server say again and again."""

from dataclasses import dataclass
from typing import Any

import httpx

JsonObject = dict[str, Any]


@dataclass
class Clock:
    """2026-11-20 10:00 UTC, until a test moves it."""

    at: float = 1_795_168_800.0

    def __call__(self) -> float:
        return self.at


def words(text: str = "Seen again today.") -> JsonObject:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def issue(**fields: Any) -> JsonObject:
    given = {"project": {"key": "DATA"}, "issuetype": {"id": "10001"}, "summary": "Null AMOUNT"}
    return {"fields": {**given, **fields}}


def create(jira: httpx.Client, **fields: Any) -> str:
    answer = jira.post("/issue", json=issue(**fields))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["key"])


def comment(jira: httpx.Client, key: str, text: str = "Seen again today.") -> httpx.Response:
    mark = [{"key": "qjira", "value": {"op": "7f3k2"}}]
    return jira.post(f"/issue/{key}/comment", json={"body": words(text), "properties": mark})


def found(jira: httpx.Client, jql: str, **more: Any) -> list[str]:
    answer = jira.post("/search/jql", json={"jql": jql, "fields": ["summary"], **more})
    assert answer.status_code == 200, answer.text
    return [one["key"] for one in answer.json()["issues"]]


def one_active(qualytics: httpx.Client) -> JsonObject:
    answer = qualytics.get("/anomalies", params={"status": "Active", "size": 1})
    return dict(answer.json()["items"][0])


def one_archived(qualytics: httpx.Client) -> JsonObject:
    answer = qualytics.get("/anomalies", params={"archived": "only", "size": 1})
    return dict(answer.json()["items"][0])


def archive(qualytics: httpx.Client, *items: JsonObject) -> httpx.Response:
    # httpx's own delete() takes no body.
    return qualytics.request("DELETE", "/anomalies", json=list(items))
