"""Comments on Jira issues, with the marker that says which entry wrote one."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from qjira_gui.clients.adf import plain
from qjira_gui.clients.http import Http, Params
from qjira_gui.clients.jira import MARKER, believing
from qjira_gui.domain.issue import JiraComment

PAGE = 100
#: Jira keeps 5,000 comments on an issue at most (jira-api.md, section 14).
_MOST_PAGES = 50


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
    total: int | None = None


class _CommentList(msgspec.Struct):
    values: list[_Comment]


async def add_comment(
    http: Http, issue_id: str, body: dict[str, Any], marker: dict[str, Any]
) -> str:
    """Add a comment that carries `marker` and return its number; raises AppError."""
    content = {"body": body, "properties": [{"key": MARKER, "value": marker}]}
    answer = await http.request("POST", f"issue/{issue_id}/comment", json=content)
    return http.decode(answer, _Comment).id


async def newest_comments(
    http: Http,
    issue_id: str,
    enough: Callable[[Sequence[JiraComment]], bool] = lambda listed: True,
) -> list[JiraComment]:
    """Return an issue's comments with markers, newest first: as many pages of a hundred as it takes
    until there are `enough`, or until the end; raises AppError.

    Whoever comments meanwhile pushes others to the next page, where they are seen a second time,
    and never past one.
    """
    found: dict[str, JiraComment] = {}
    for page in range(_MOST_PAGES):
        answer = await _page(http, issue_id, page * PAGE)
        found |= {comment.id: comment.comment() for comment in answer.comments}
        read = page * PAGE + len(answer.comments)
        ended = read >= answer.total if answer.total is not None else len(answer.comments) < PAGE
        if ended or not answer.comments or enough(list(found.values())):
            break
    return list(found.values())


async def _page(http: Http, issue_id: str, start: int) -> _Comments:
    """Return one page of the list.

    `expand=properties` is undocumented for this call; where the answer lacks them they are
    fetched by its documented twin, `POST /comment/list` (jira-api.md, section 6).
    """
    params: Params = [
        *(("orderBy", "-created"), ("startAt", start), ("maxResults", PAGE)),
        ("expand", "properties"),
    ]
    async with believing(http):
        answer = await http.request("GET", f"issue/{issue_id}/comment", params=params)
    page = http.decode(answer, _Comments)
    if page.comments and all(comment.properties is None for comment in page.comments):
        answer = await http.request(
            "POST",
            "comment/list",
            params=[("expand", "properties")],
            json={"ids": [int(one.id) for one in page.comments if one.id.isdecimal()]},
        )
        marked = {c.id: c.properties for c in http.decode(answer, _CommentList).values}
        for comment in page.comments:
            comment.properties = marked.get(comment.id)
    return page
