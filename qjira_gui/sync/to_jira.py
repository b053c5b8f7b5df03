"""Delivers what goes to Jira, and looks first where an answer is missing."""

from collections.abc import Sequence, Set
from typing import Any

from qjira_gui.clients import adf
from qjira_gui.clients.jira import MARKER, JiraClient
from qjira_gui.clients.jira_comments import add_comment, newest_comments
from qjira_gui.clients.jql import created_since, jql
from qjira_gui.domain.errors import RefusedError
from qjira_gui.domain.issue import Issue, JiraComment
from qjira_gui.domain.outbox import Entry, EntryKind, settled
from qjira_gui.domain.ticket import finding_label
from qjira_gui.domain.watching import find_number, find_status, find_words, last_status
from qjira_gui.sync.delivery import Delivered, NotFoundYet, NotThere, Outcome, seconds

#: Seconds that a search reaches back before the first attempt: a computer whose zone is set wrong
#: is off by hours, and then an issue would look older than the request that made it.
REACH = 24 * 3600.0
#: Issues of one account in that time that are looked through: a day offline may open hundreds.
MOST_ISSUES = 2000
#: Seconds by which clocks may differ before words of earlier times are taken for new ones.
SKEW = 10 * 60.0
#: Seconds after which another desk may have told what was done here: its watcher waits as long.
TOLD_ELSEWHERE = 5.0


async def deliver(
    client: JiraClient, entry: Entry, issue: Issue | None, taken: Set[str], now: float
) -> Outcome:
    """Send the entry, or find that it is there; raises AppError.

    `issue` is the link's; `taken` holds the comments that other entries were matched with.
    """
    if entry.kind is EntryKind.ISSUE:
        return await _issue(client, entry, now)
    if entry.kind is EntryKind.LINK:
        found = await client.issue(str(entry.payload["key"]))
        return Delivered(remote_id=found.id, issue=found)
    if issue is None:
        raise AssertionError(f"{entry.id}: a comment left before its issue had a number")
    return await _comment(client, entry, issue, taken, now)


async def _issue(client: JiraClient, entry: Entry, now: float) -> Outcome:
    fields: dict[str, Any] = entry.payload["fields"]
    if entry.in_doubt:
        found = await _find_issue(client, entry, fields)
        if found is not None:
            return Delivered(remote_id=found.id, adopted=True, issue=found)
        return NotThere() if settled(entry, now) else NotFoundYet()
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
    for raw in await client.search(query, limit=MOST_ISSUES):
        marker = (raw.properties or {}).get(MARKER)
        if isinstance(marker, dict) and marker.get("op") == entry.id:
            try:
                return await client.issue(raw.id)
            except RefusedError as error:
                if error.status != 404:
                    raise
                # A read may lag behind the search, which knows enough of it.
                return raw.issue()
    return None


async def _comment(
    client: JiraClient, entry: Entry, issue: Issue, taken: Set[str], now: float
) -> Outcome:
    text = str(entry.payload["text"])
    body = adf.comment(text).adf
    # A clock that was set back proves nothing about how long it has waited.
    late = not 0.0 <= now - entry.created_at < TOLD_ELSEWHERE
    if entry.payload.get("look") or late or entry.in_doubt:
        listed = await newest_comments(client.http, issue.id, lambda some: _enough(entry, some))
        told = _told(entry, text, [one for one in listed if one.id not in taken])
        if told is not None:
            return Delivered(remote_id=told.id, adopted=True)
    if entry.in_doubt:
        for comment in listed:
            if comment.marker and comment.marker.get("op") == entry.id:
                return Delivered(remote_id=comment.id, adopted=True)
        if listed and not any(comment.marker for comment in listed):
            found = await _by_words(client, entry, body, listed, taken)
            if found is not None:
                return Delivered(remote_id=found.id, adopted=True)
    marker: dict[str, Any] = {"op": entry.id, "anomaly": entry.anomaly_id}
    for name in ("status", "comment"):
        if entry.payload.get(name):
            marker[name] = entry.payload[name]
    return Delivered(remote_id=await add_comment(client.http, issue.id, body, marker))


def _enough(entry: Entry, listed: Sequence[JiraComment]) -> bool:
    """Say whether older comments than these can change nothing about what becomes of an entry."""
    status = entry.payload.get("status")
    if status and last_status(listed, entry.anomaly_id) is None:
        return False
    since = min(entry.first_sent_at or entry.created_at, entry.created_at)
    since = min(since, float(entry.payload.get("since") or since))
    past = bool(listed) and seconds(listed[-1].created) < since - REACH
    return past or bool(status and not entry.in_doubt)


def _told(entry: Entry, text: str, listed: list[JiraComment]) -> JiraComment | None:
    """Look whether another desk, or Qualytics' own integration, has told the issue already."""
    status = entry.payload.get("status")
    if status:
        return find_status(listed, str(status), entry.anomaly_id)
    number = int(entry.payload.get("comment") or 0)
    since = float(entry.payload.get("since") or 0.0) - SKEW
    recent = [one for one in listed if seconds(one.created) >= since]
    mine = not entry.payload.get("look")
    told = find_words(recent, number, text, entry.anomaly_id, mine=mine)
    return find_number(listed, number) or told


async def _by_words(
    client: JiraClient,
    entry: Entry,
    body: dict[str, Any],
    listed: list[JiraComment],
    taken: Set[str],
) -> JiraComment | None:
    """Look for the comment on a site that shows no markers: own account, same words, new enough."""
    since = (entry.first_sent_at or entry.created_at) - REACH
    same = [
        comment
        for comment in listed
        if comment.id not in taken
        and comment.text.split() == adf.plain(body).split()
        and seconds(comment.created) >= since
    ]
    if not same:
        return None
    me = await client.me()
    return next((comment for comment in same if comment.author_id == me.account_id), None)
