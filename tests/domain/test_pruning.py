"""Old sent entries go, and nothing that anybody may still need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from qjira_gui.domain.outbox import UNFINISHED, Entry, EntryKind, EntryState, heads
from qjira_gui.domain.pruning import AGE, CLEARED, KEEP, prunable
from qjira_gui.sync.to_jira import REACH

NOW = 2_000_000_000.0
DAY = 86400.0


def entry(number: int, state: EntryState, days: float | None = 0, lane: str = "") -> Entry:
    """An entry that was finished so many days ago; without any it never was."""
    return Entry(
        id=f"{number:024x}",
        kind=EntryKind.COMMENT,
        lane=lane or f"lane {number}",
        anomaly_id=number,
        created_at=NOW - 200 * DAY,
        state=state,
        finished_at=None if days is None else NOW - days * DAY,
    )


def gone(*entries: Entry, keep: int = KEEP) -> list[int]:
    return [int(id, 16) for id in prunable(entries, NOW, keep=keep)]


def test_what_was_sent_or_cancelled_three_months_ago_goes() -> None:
    assert gone(
        entry(1, EntryState.SENT, 91),
        entry(2, EntryState.CANCELLED, 90.1),
        entry(3, EntryState.SENT, 89.9),
        entry(4, EntryState.SENT, -1000),  # by a clock that was wrong
        entry(5, EntryState.SENT, None),  # of an older version: its making counts
    ) == [1, 2, 5]


def test_of_what_was_sent_lately_the_newest_stay() -> None:
    sent = [entry(n, EntryState.SENT) for n in range(7)]
    waiting = [entry(n, EntryState.WAITING, None) for n in range(7, 20)]
    assert gone(*sent, *waiting, keep=3) == [0, 1, 2, 3]
    assert gone(*sent, *waiting) == []
    assert (KEEP, AGE) == (5000, 90 * DAY)


def test_what_was_cleared_stays_for_as_long_as_anybody_looks_back() -> None:
    def cleared(number: int, days: float) -> Entry:
        return replace(entry(number, EntryState.SENT, days), cleared=True)

    assert gone(cleared(1, 2.1), cleared(2, 1.9), entry(3, EntryState.SENT, 3)) == [1]
    # It takes no place from what is on the list.
    assert gone(entry(1, EntryState.SENT), cleared(2, 0), cleared(3, 0), keep=1) == []
    assert CLEARED > REACH


@pytest.mark.parametrize("state", UNFINISHED)
def test_what_waits_or_needs_you_never_goes(state: EntryState) -> None:
    assert gone(entry(1, state, 1000), keep=0) == []


def test_what_an_unfinished_entry_follows_in_its_lane_stays() -> None:
    assert gone(
        entry(1, EntryState.SENT, 400, "link:a"),
        entry(2, EntryState.CANCELLED, 300, "link:a"),
        entry(3, EntryState.SENT, 400, "link:b"),
        entry(4, EntryState.NEEDS_YOU, None, "link:a"),
        entry(5, EntryState.SENT, 200, "link:a"),
    ) == [3, 5]


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(EntryState), st.sampled_from("abc"), st.none() | st.floats(-1e3, 1e3)
        ),
        max_size=30,
    ),
    keep=st.integers(0, 20),
)
def test_pruning_changes_nothing_about_what_is_sent_next(
    rows: list[tuple[EntryState, str, float | None]], keep: int
) -> None:
    entries = [entry(n, state, days, lane) for n, (state, lane, days) in enumerate(rows)]
    old = set(prunable(entries, NOW, keep=keep))
    left = [found for found in entries if found.id not in old]
    assert heads(left) == heads(entries)
    assert [e for e in left if e.state in UNFINISHED] == [
        e for e in entries if e.state in UNFINISHED
    ]
    held = {e.lane for e in entries if e.state in UNFINISHED}
    assert sum(e.lane not in held for e in left) <= keep
    assert prunable(left, NOW, keep=keep) == []
