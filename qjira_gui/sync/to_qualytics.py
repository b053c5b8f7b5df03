"""Delivers what goes to Qualytics, and looks first where an answer is missing."""

from collections.abc import Set

from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.domain.anomaly import Anomaly, Comment
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.domain.text import clean
from qjira_gui.sync.delivery import CannotLook, Delivered, Outcome, seconds

#: Seconds by which a server's clock may differ from ours before we fail to know our own comment:
#: a computer whose zone is set wrong is off by hours.
REACH = 24 * 3600.0
UNSEEN = (
    "Qualytics never answered whether it took this comment, and this server does not list "
    "comments. Look at the anomaly in Qualytics. If the comment is missing, press Send now here; "
    "if you see it, press It is there."
)


async def deliver(client: QualyticsClient, entry: Entry, taken: Set[str]) -> Outcome:
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
        said = str(entry.payload.get("comment") or "")
        if said:
            # Somebody may have set another status since: then the comment is all that shows it.
            listed = await client.comments(entry.anomaly_id)
            if listed is None:
                return CannotLook(UNSEEN)
            if await _find(client, entry, said, listed, taken) is not None:
                return Delivered(remote_id=str(entry.anomaly_id), adopted=True, anomaly=now)
    if entry.kind is EntryKind.ARCHIVE:
        await client.archive(entry.anomaly_id, status, str(entry.payload.get("comment") or ""))
        # 204 says nothing about the anomaly: its status is the one that was asked for.
        anomaly = Anomaly(id=entry.anomaly_id, status=status, archived=True)
    else:
        anomaly = await client.set_status(entry.anomaly_id, status)
    return Delivered(remote_id=str(entry.anomaly_id), anomaly=anomaly)


async def _comment(client: QualyticsClient, entry: Entry, taken: Set[str]) -> Outcome:
    message = str(entry.payload["message"])
    if entry.in_doubt:
        listed = await client.comments(entry.anomaly_id)
        if listed is None:
            return CannotLook(UNSEEN)
        found = await _find(client, entry, message, listed, taken)
        if found is not None:
            return Delivered(remote_id=str(found.id), adopted=True)
    made = await client.add_comment(entry.anomaly_id, message)
    return Delivered(remote_id=str(made.id) if made else f"comment on {entry.anomaly_id}")


async def _find(
    client: QualyticsClient, entry: Entry, message: str, listed: list[Comment], taken: Set[str]
) -> Comment | None:
    """Look for our own comment: own account, same words, new enough, no other entry's."""
    me = await client.me()
    since = (entry.first_sent_at or entry.created_at) - REACH
    for comment in listed:
        # A comment that came from a ticket has no user of Qualytics.
        mine = comment.external_source is None and (
            comment.user is None or comment.user.id in (None, me.id)
        )
        same = clean(comment.message or "").strip() == message.strip()
        known = str(comment.id) in taken
        if mine and same and not known and seconds(comment.created) >= since:
            return comment
    return None
