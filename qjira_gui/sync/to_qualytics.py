"""Delivers what goes to Qualytics, and looks first where an answer is missing."""

from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.domain.anomaly import Anomaly, AnomalyStatus, Comment
from qjira_gui.domain.claims import unclaimed
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.domain.text import clean
from qjira_gui.sync.delivery import (
    CannotLook,
    Delivered,
    NotThere,
    Outcome,
    not_found,
    seconds,
)
from qjira_gui.sync.known import Known

#: Seconds by which a server's clock may differ from ours before we fail to know our own comment:
#: a computer whose zone is set wrong is off by hours.
REACH = 24 * 3600.0
UNSEEN = (
    "Qualytics never answered whether it took this comment, and this server does not list "
    "comments. Look at the anomaly in Qualytics, then say here whether it is there: It is not "
    "there sends it again."
)


async def deliver(client: QualyticsClient, entry: Entry, known: Known) -> Outcome:
    """Send the entry, or find that it is there; raises AppError."""
    if entry.kind is EntryKind.COMMENT:
        return await _comment(client, entry, known)
    status = str(entry.payload["status"])
    if entry.in_doubt:
        return await _look_for_status(client, entry, status, known)
    if entry.kind is EntryKind.ARCHIVE:
        await client.archive(entry.anomaly_id, status, str(entry.payload.get("comment") or ""))
        # 204 says nothing about the anomaly: its status is the one that was asked for.
        anomaly = Anomaly(id=entry.anomaly_id, status=status, archived=True)
    else:
        anomaly = await client.set_status(entry.anomaly_id, status)
    return Delivered(remote_id=str(entry.anomaly_id), anomaly=anomaly)


async def _look_for_status(
    client: QualyticsClient, entry: Entry, status: str, known: Known
) -> Outcome:
    now = await client.anomaly(entry.anomaly_id)
    there = Delivered(remote_id=str(entry.anomaly_id), adopted=True, anomaly=now)
    # Where nobody knows what stood before: nothing ever leads back to Active.
    before = str(entry.payload.get("before") or AnomalyStatus.ACTIVE)
    came = now.status == status
    said = str(entry.payload.get("comment") or "")
    if not said and came:
        return there
    if said:
        # Somebody may have set this status or another one since: the comment is what shows it.
        listed = await client.comments(entry.anomaly_id)
        if listed is None:
            return there if came and status != before else CannotLook(UNSEEN)
        if await _find(client, entry, said, listed, known) is not None:
            return there
        if came:
            missing = not_found(entry, known.now)
            asks = status != before and isinstance(missing, NotThere)
            return CannotLook(_wordless(entry, status)) if asks else missing
    if now.status != before:
        # It arrived and was changed since, or somebody was quicker: sent again, it would take
        # back what they did.
        return CannotLook(
            f"Anomaly {entry.anomaly_id} is {now.status} now: somebody changed it while nobody "
            f"knew whether {status} had arrived. It is not there sets it to {status} once more; "
            f"It is there leaves it as it is."
        )
    return not_found(entry, known.now)


def _wordless(entry: Entry, status: str) -> str:
    return (
        f"Anomaly {entry.anomaly_id} is {status}, but your comment is not with it: somebody else "
        f"archived it, or took the comment away. It is not there archives it once more with your "
        f"comment; It is there leaves it as it is."
    )


async def _comment(client: QualyticsClient, entry: Entry, known: Known) -> Outcome:
    message = str(entry.payload["message"])
    if entry.in_doubt:
        listed = await client.comments(entry.anomaly_id)
        if listed is None:
            return CannotLook(UNSEEN)
        found = await _find(client, entry, message, listed, known)
        if found is not None:
            return Delivered(remote_id=str(found.id), adopted=True)
        return not_found(entry, known.now)
    made = await client.add_comment(entry.anomaly_id, message)
    return Delivered(remote_id=str(made.id) if made else f"comment on {entry.anomaly_id}")


async def _find(
    client: QualyticsClient, entry: Entry, message: str, listed: list[Comment], known: Known
) -> Comment | None:
    """Look for our own comment: own account, same words, new enough, no other entry's."""
    # Another token may be in use by now, and it may be somebody else's.
    account = entry.account or str((await client.me()).id)

    def ours(comment: Comment) -> bool:
        # A comment that came from a ticket has no user of Qualytics.
        who = comment.user.id if comment.user is not None else None
        mine = comment.external_source is None and (who is None or str(who) == account)
        return mine and clean(comment.message or "").strip() == message.strip()

    free = unclaimed([one for one in listed if ours(one)], known.sent, message)
    since = (entry.first_sent_at or entry.created_at) - REACH
    return next((one for one in free if seconds(one.created) >= since), None)
