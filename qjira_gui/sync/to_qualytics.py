"""Delivers what goes to Qualytics, and looks first where an answer is missing."""

from datetime import datetime

from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.domain.anomaly import Anomaly, Comment
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.sync.delivery import Delivered

#: Seconds by which a server's clock may differ from ours before we fail to know our own comment.
SKEW = 10 * 60.0


async def deliver(client: QualyticsClient, entry: Entry, taken: set[str]) -> Delivered:
    """Send the entry, or find that it is there; raises AppError.

    `taken` holds the comment numbers that other entries have already been matched with.
    """
    if entry.kind is EntryKind.COMMENT:
        return await _comment(client, entry, taken)
    status = str(entry.payload["status"])
    if entry.in_doubt:
        now = await client.anomaly(entry.anomaly_id)
        if now.status == status:
            return Delivered(remote_id=str(entry.anomaly_id), adopted=True, anomaly=now)
    if entry.kind is EntryKind.ARCHIVE:
        await client.archive(entry.anomaly_id, status, str(entry.payload.get("comment") or ""))
        # 204 says nothing about the anomaly: its status is the one that was asked for.
        anomaly = Anomaly(id=entry.anomaly_id, status=status, archived=True)
    else:
        anomaly = await client.set_status(entry.anomaly_id, status)
    return Delivered(remote_id=str(entry.anomaly_id), anomaly=anomaly)


async def _comment(client: QualyticsClient, entry: Entry, taken: set[str]) -> Delivered:
    message = str(entry.payload["message"])
    if entry.in_doubt:
        found = await _find(client, entry, message, taken)
        if found is not None:
            return Delivered(remote_id=str(found.id), adopted=True)
    made = await client.add_comment(entry.anomaly_id, message)
    return Delivered(remote_id=str(made.id) if made else f"comment on {entry.anomaly_id}")


async def _find(
    client: QualyticsClient, entry: Entry, message: str, taken: set[str]
) -> Comment | None:
    """Look for the comment: own account, same words, not older than the first attempt."""
    listed = await client.comments(entry.anomaly_id)
    if listed is None:
        raise AppError(
            "Qualytics never answered whether it took this comment, and this server does not list "
            "comments. Look at the anomaly in Qualytics: press Retry if the comment is missing, "
            "Cancel if it is there."
        )
    me = await client.me()
    since = (entry.first_sent_at or entry.created_at) - SKEW
    for comment in listed:
        mine = comment.user is None or comment.user.id is None or comment.user.id == me.id
        same = (comment.message or "").strip() == message.strip()
        if mine and same and str(comment.id) not in taken and _seconds(comment.created) >= since:
            return comment
    return None


def _seconds(created: str) -> float:
    try:
        return datetime.fromisoformat(created).timestamp()
    except ValueError:
        return float("inf")
