"""What follows from an attempt: another try, or comments for its issues, an issue for its link."""

from msgspec.structs import replace

from qjira_gui.domain.anomaly import ARCHIVED, Anomaly
from qjira_gui.domain.doubt import look_again, without_doubt
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import links_to
from qjira_gui.domain.outbox import (
    CANNOT_LOOK,
    Entry,
    EntryKind,
    EntryState,
    Failure,
    FailureKind,
    after_failure,
    asks_for_status,
    sent,
)
from qjira_gui.store.profile import Store
from qjira_gui.sync.delivery import CannotLook, Delivered, NotFoundYet, NotThere, Outcome
from qjira_gui.sync.tracker import Tracker


def keep(
    store: Store,
    tracker: Tracker,
    entry: Entry,
    outcome: Outcome | Failure,
    now: float,
    draw: float,
) -> None:
    """Write what came of an attempt, with all that follows; call it inside a transaction.

    `draw` is in [0, 1).
    """
    now_there = store.outbox.get(entry.id)
    if now_there is not None:
        # The site may have been given another address while the request was under way.
        entry = replace(entry, place=now_there.place, lane=now_there.lane)
    match outcome:
        case Delivered():
            keep_sent(store, tracker, entry, outcome, now)
        case NotFoundYet():
            store.outbox.save(look_again(entry, now))
        case NotThere():
            store.outbox.save(without_doubt(entry))
        case CannotLook(sentence=sentence):
            why = Failure(FailureKind.REFUSED, sentence, at=now, reason=CANNOT_LOOK)
            store.outbox.save(after_failure(entry, why, draw=draw))
        case Failure():
            store.outbox.save(after_failure(entry, outcome, draw=draw))


def keep_sent(store: Store, tracker: Tracker, entry: Entry, outcome: Delivered, now: float) -> None:
    """Write that a server has an entry, with all that follows; call it inside a transaction."""
    store.outbox.save(sent(entry, outcome.remote_id, now, adopted=outcome.adopted))
    # What was found at the server may have been told on as well, by a profile that is now replaced
    # by an earlier copy of itself.
    look = outcome.adopted
    if entry.kind is EntryKind.COMMENT:
        tracker.commented(entry, str(entry.payload["message"]), outcome.remote_id, look=look)
    if entry.kind is EntryKind.ARCHIVE and entry.payload.get("comment"):
        tracker.commented(entry, str(entry.payload["comment"]), look=look)
    if outcome.anomaly is not None:
        tracker.done(entry, outcome.anomaly, now, look=look)
    if outcome.issue is not None:
        _give_issue(store, entry, outcome.issue, now)


def seen_by_the_analyst(entry: Entry) -> Delivered:
    """Return what came of an entry of which the analyst says that it is there."""
    if not asks_for_status(entry):
        return Delivered(remote_id="", adopted=True)
    status = str(entry.payload["status"])
    anomaly = Anomaly(id=entry.anomaly_id, status=status, archived=status in ARCHIVED)
    return Delivered(remote_id=str(entry.anomaly_id), adopted=True, anomaly=anomaly)


def _give_issue(store: Store, entry: Entry, issue: Issue, now: float) -> None:
    link = store.links.get(entry.link_id)
    if link is None:
        return
    other = links_to(store.links.all(), link.anomaly_id, issue)
    if other is None or other.id == link.id:
        store.links.put(replace(link, issue=issue))
        return
    # While the answer was missing, the analyst found the issue and linked it by hand. That link
    # stays, and what was done since then goes to it; what was done before still goes out from here.
    store.links.put(replace(link, issue=issue, removed_at=now))
    for one in store.outbox.unfinished():
        # A comment is made when its act has arrived, which may be long after that was done.
        if one.link_id == link.id and str(one.payload.get("act") or one.id) > other.id:
            store.outbox.save(replace(one, state=EntryState.CANCELLED, finished_at=now))
