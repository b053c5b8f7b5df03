"""Comments on Jira issues, with the marker that says which entry wrote one."""

from typing import Any

import msgspec

from qjira_gui.clients.adf import plain
from qjira_gui.clients.http import Http, Params
from qjira_gui.clients.jira import MARKER, believing
from qjira_gui.domain.issue import JiraComment


class _Author(msgspec.Struct, rename="camel"):
    account_id: str = ""


class _Property(msgspec.Struct):
    key: str = ""
    value: Any = None


class _Comment(msgspec.Struct):
    id: str
    body: Any = None
    created: str = ""
    author: _Author | None = None
    properties: list[_Property] | None = None

    def comment(self) -> JiraComment:
        marker = next((p.value for p in self.properties or [] if p.key == MARKER), None)
        return JiraComment(
            id=self.id,
            text=plain(self.body),
            created=self.created,
            author_id=self.author.account_id if self.author else "",
            marker=marker if isinstance(marker, dict) else None,
        )


class _Comments(msgspec.Struct):
    # Without a default: an answer that lacks the list must not pass for "there is none".
    comments: list[_Comment]


class _CommentList(msgspec.Struct):
    values: list[_Comment]


async def add_comment(
    http: Http, issue_id: str, body: dict[str, Any], marker: dict[str, Any]
) -> str:
    """Add a comment that carries `marker` and return its number; raises AppError."""
    content = {"body": body, "properties": [{"key": MARKER, "value": marker}]}
    answer = await http.request("POST", f"issue/{issue_id}/comment", json=content)
    return http.decode(answer, _Comment).id


async def newest_comments(http: Http, issue_id: str) -> list[JiraComment]:
    """Return an issue's last hundred comments, newest first, with markers; raises AppError.

    `expand=properties` is undocumented for this call; where the answer lacks them they are
    fetched by its documented twin, `POST /comment/list` (jira-api.md, section 6).
    """
    params: Params = [("orderBy", "-created"), ("maxResults", 100), ("expand", "properties")]
    async with believing(http):
        answer = await http.request("GET", f"issue/{issue_id}/comment", params=params)
    found = http.decode(answer, _Comments).comments
    if found and all(comment.properties is None for comment in found):
        answer = await http.request(
            "POST",
            "comment/list",
            params=[("expand", "properties")],
            json={"ids": [int(comment.id) for comment in found if comment.id.isdecimal()]},
        )
        marked = {c.id: c.properties for c in http.decode(answer, _CommentList).values}
        for comment in found:
            comment.properties = marked.get(comment.id)
    return [comment.comment() for comment in found]
