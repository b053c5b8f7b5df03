"""Delivers what goes to Jira, and looks first where an answer is missing."""

from collections.abc import Container, Sequence
from typing import Any

from qjira_gui.clients import adf
from qjira_gui.clients.jira import MARKER, JiraClient
from qjira_gui.clients.jira_comments import add_comment, newest_comments
from qjira_gui.clients.jql import created_since, jql
from qjira_gui.domain.editing import EDITED
from qjira_gui.domain.errors import RefusedError
from qjira_gui.domain.issue import Issue, JiraComment
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.domain.ticket import finding_label
from qjira_gui.domain.watching import find_number, find_status, find_words, last_status
from qjira_gui.sync.delivery import Delivered, Outcome, not_found, seconds
from qjira_gui.sync.known import Known

#: Seconds that a search reaches back before the first attempt: a computer whose zone is set wrong
#: is off by hours, and then an issue would look older than the request that made it.
REACH = 24 * 3600.0
#: Issues of one account in that time that are looked through: a day offline may open hundreds.
MOST_ISSUES = 2000
#: Seconds by which clocks may differ before words of earlier times are taken for new ones.
SKEW = 10 * 60.0
#: Seconds after which another desk may have told what was done here: its watcher waits as long.
TOLD_ELSEWHERE = 5.0


async def deliver(client: JiraClient, entry: Entry, issue: Issue | None, known: Known) -> Outcome:
    """Send the entry, or find that it is there; raises AppError. `issue` is the link's."""
    if entry.kind is EntryKind.ISSUE:
        return await _issue(client, entry, known.now)
    if entry.kind is EntryKind.LINK:
        found = await client.issue(str(entry.payload["key"]))
        return Delivered(remote_id=found.id, issue=found)
    if issue is None:
        raise AssertionError(f"{entry.id}: a comment left before its issue had a number")
    return await _comment(client, entry, issue, known)


async def _issue(client: JiraClient, entry: Entry, now: float) -> Outcome:
    fields: dict[str, Any] = entry.payload["fields"]
    if entry.in_doubt:
        found = await _find_issue(client, entry)
        if found is not None:
            return Delivered(remote_id=found.id, adopted=True, issue=found)
        return not_found(entry, now)
    made = await client.create(fields, {"op": entry.id, "anomaly": entry.anomaly_id})
    return Delivered(remote_id=made.id, issue=made)


async def _find_issue(client: JiraClient, entry: Entry) -> Issue | None:
    """Search for our marker: properties come back with a search, but cannot be searched for."""
    me = await client.me()
    since = (entry.first_sent_at or entry.created_at) - REACH
    query = jql(
        # Not the project or the reporter, which a rule of Jira's may have changed at once.
        "(creator = currentUser() OR labels = {}) AND created >= {} ORDER BY created DESC",
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


async def _comment(client: JiraClient, entry: Entry, issue: Issue, known: Known) -> Outcome:
    text = str(entry.payload["text"])
    body = adf.comment(text).adf
    # A clock that was set back proves nothing about how long it has waited.
    late = not 0.0 <= known.now - entry.created_at < TOLD_ELSEWHERE
    if entry.payload.get("look") or late or entry.in_doubt:
        listed = await newest_comments(
            client.http, issue.id, lambda some: _enough(entry, some, known)
        )
        there = _told(entry, text, listed, known)
        if there is None and entry.in_doubt:
            there = await _ours(client, entry, body, listed, known.taken)
        if there is not None:
            return Delivered(remote_id=there.id, adopted=True)
        if entry.in_doubt:
            return not_found(entry, known.now)
    marker: dict[str, Any] = {"op": entry.id, "anomaly": entry.anomaly_id}
    for name in ("status", "comment"):
        if entry.payload.get(name):
            marker[name] = entry.payload[name]
    return Delivered(remote_id=await add_comment(client.http, issue.id, body, marker))


def _enough(entry: Entry, listed: Sequence[JiraComment], known: Known) -> bool:
    """Say whether older comments than these can change nothing about what becomes of an entry."""
    status = entry.payload.get("status")
    if status and last_status(listed, entry.anomaly_id, alone=known.alone) is None:
        return False
    since = min(entry.first_sent_at or entry.created_at, entry.created_at)
    since = min(since, float(entry.payload.get("since") or since))
    past = bool(listed) and seconds(listed[-1].created) < since - REACH
    return past or bool(status and not entry.in_doubt)


def _told(entry: Entry, text: str, listed: list[JiraComment], known: Known) -> JiraComment | None:
    """Look whether another desk, or Qualytics' own integration, has told the issue already."""
    status = entry.payload.get("status")
    if status:
        # What this desk told last counts as well: then nobody else had the last word.
        last = find_status(listed, str(status), entry.anomaly_id, alone=known.alone)
        return last if last is not None and last.id not in known.taken else None
    listed = [one for one in listed if one.id not in known.taken]
    number = 0 if entry.payload.get(EDITED) else int(entry.payload.get("comment") or 0)
    since = float(entry.payload.get("since") or 0.0) - SKEW
    recent = [one for one in listed if seconds(one.created) >= since]
    mine = not entry.payload.get("look")
    told = find_words(recent, number, text, entry.anomaly_id, mine=mine)
    return find_number(listed, number) or told


async def _ours(
    client: JiraClient,
    entry: Entry,
    body: dict[str, Any],
    listed: list[JiraComment],
    taken: Container[str],
) -> JiraComment | None:
    """Look for the very comment of an entry: by its marker, or by its words where none are shown.

    By words: own account, new enough, and no other entry's.
    """
    for comment in listed:
        if comment.marker and comment.marker.get("op") == entry.id:
            return comment
    if any(comment.marker for comment in listed):
        return None
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
    account = entry.account or (await client.me()).account_id
    return next((comment for comment in same if comment.author_id == account), None)
