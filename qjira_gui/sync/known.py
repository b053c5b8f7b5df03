"""What the desk knows beside an entry, for whoever looks at a server whether it has it."""

from collections.abc import Container

import msgspec

from qjira_gui.domain.outbox import Entry, EntryKind, EntryState
from qjira_gui.store.profile import Store


class Known(msgspec.Struct, frozen=True):
    """The entries and links that an entry must not be mistaken for."""

    #: UTC seconds.
    now: float
    #: The servers' numbers of what other entries were matched with.
    taken: Container[str] = frozenset()
    #: What was sent about the same anomaly, oldest first.
    sent: tuple[Entry, ...] = ()
    #: Nothing else here is linked with the entry's issue.
    alone: bool = True


def known_of(store: Store, entry: Entry, now: float) -> Known:
    """Look it up; a comment on an issue is looked for at any time, since another desk may have
    told the issue, and everything else only while it is in doubt."""
    if entry.kind is EntryKind.ISSUE_COMMENT:
        link = store.links.get(entry.link_id)
        number = link.issue.id if link is not None and link.issue else ""
        alone = len(store.links.with_issue(number)) <= 1
        return Known(now, taken=store.outbox.taken(entry.kind), alone=alone)
    if not entry.in_doubt:
        return Known(now)
    about = (e for e in store.outbox.of(entry.anomaly_id) if e.id != entry.id)
    return Known(now, sent=tuple(e for e in about if e.state is EntryState.SENT))
