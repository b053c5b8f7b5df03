"""The sum that must hold over the outbox: nothing that was queued is ever unaccounted for."""

from collections.abc import Iterable

import msgspec

from qjira_gui.domain.outbox import Entry, EntryState


class Tally(msgspec.Struct, frozen=True):
    """The sum that must hold: queued = sent + waiting + needs you + cancelled."""

    queued: int = 0
    waiting: int = 0
    sent: int = 0
    needs_you: int = 0
    cancelled: int = 0
    #: What was sent, also where it is cleared from the list.
    arrived: int = 0


def tally(entries: Iterable[Entry]) -> Tally:
    """Count the entries on the list; one that is being sent still counts as waiting."""
    counts, arrived = dict.fromkeys(EntryState, 0), 0
    for entry in entries:
        counts[entry.state] += not entry.cleared
        arrived += entry.state is EntryState.SENT
    return Tally(
        queued=sum(counts.values()),
        waiting=counts[EntryState.WAITING] + counts[EntryState.SENDING],
        sent=counts[EntryState.SENT],
        needs_you=counts[EntryState.NEEDS_YOU],
        cancelled=counts[EntryState.CANCELLED],
        arrived=arrived,
    )
