"""Delivers what goes to Jira, and looks first where an answer is missing."""

from typing import Any

from qjira_gui.clients import adf
from qjira_gui.clients.jira import MARKER, JiraClient
from qjira_gui.clients.jira_comments import add_comment, newest_comments
from qjira_gui.clients.jql import created_since, jql
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Entry, EntryKind, settled
from qjira_gui.domain.ticket import finding_label
from qjira_gui.sync.delivery import Delivered, NotFoundYet

#: Seconds that a search reaches back before the first attempt: clocks differ.
REACH = 10 * 60.0


async def deliver(
    client: JiraClient, entry: Entry, issue: Issue | None, now: float
) -> Delivered | NotFoundYet:
    """Send the entry, or find that it is there; `issue` is the link's; raises AppError."""
    if entry.kind is EntryKind.ISSUE:
        return await _issue(client, entry, now)
    if issue is None:
        raise AssertionError(f"{entry.id}: a comment left before its issue had a number")
    return await _comment(client, entry, issue)


async def _issue(client: JiraClient, entry: Entry, now: float) -> Delivered | NotFoundYet:
    fields: dict[str, Any] = entry.payload["fields"]
    if entry.in_doubt and not entry.payload.get("again"):
        found = await _find_issue(client, entry, fields)
        if found is not None:
            return Delivered(remote_id=found.id, adopted=True, issue=found)
        if not settled(entry, now):
            return NotFoundYet()
    made = await client.create(fields, {"op": entry.id, "anomaly": entry.anomaly_id})
    return Delivered(remote_id=made.id, issue=made)


async def _find_issue(client: JiraClient, entry: Entry, fields: dict[str, Any]) -> Issue | None:
    """Search for our marker: properties come back with a search, but cannot be searched for."""
    me = await client.me()
    since = (entry.first_sent_at or entry.created_at) - REACH
    query = jql(
        "project = {} AND (reporter = currentUser() OR labels = {}) AND created >= {}"
        " ORDER BY created DESC",
        str(fields["project"]["id"]),
        finding_label(entry.anomaly_id),
        created_since(since, me.time_zone or ""),
    )
    for raw in await client.search(query, limit=100):
        marker = (raw.properties or {}).get(MARKER)
        if isinstance(marker, dict) and marker.get("op") == entry.id:
            return await client.issue(raw.id)
    return None


async def _comment(client: JiraClient, entry: Entry, issue: Issue) -> Delivered:
    text = str(entry.payload["text"])
    if entry.in_doubt:
        for comment in await newest_comments(client.http, issue.id):
            if comment.marker and comment.marker.get("op") == entry.id:
                return Delivered(remote_id=comment.id, adopted=True)
    marker: dict[str, Any] = {"op": entry.id, "anomaly": entry.anomaly_id}
    if entry.payload.get("status"):
        marker["status"] = entry.payload["status"]
    body = adf.comment(text).adf
    return Delivered(remote_id=await add_comment(client.http, issue.id, body, marker))
