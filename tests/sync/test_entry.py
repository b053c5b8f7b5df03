"""What a failure makes of an entry, and which entry is next: rules without a clock or a network."""

import math

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from qjira_gui.domain.doubt import LEAST_LOOKS, SETTLE, look_again, settled, without_doubt
from qjira_gui.domain.errors import (
    AppError,
    InDoubtError,
    NotTheApiError,
    OfflineError,
    PassingError,
    RateError,
    RefusedError,
    SignInError,
)
from qjira_gui.domain.failure import LONGEST_RETRY_AFTER, failure_of
from qjira_gui.domain.outbox import (
    LONGEST_WAIT,
    LOOK_AFTER,
    MOST_STARTS,
    UNFINISHED,
    Entry,
    EntryKind,
    EntryState,
    Failure,
    FailureKind,
    after_failure,
    due,
    found_at_start,
    heads,
    next_id,
    sending,
    sent,
)
from qjira_gui.domain.tally import tally

NOW = 1_795_168_800.0
ENTRY = Entry("1", EntryKind.ISSUE, "link:1", 7, NOW)

moments = st.floats(NOW - 1e6, NOW + 1e6)
draws = st.floats(0, 1, exclude_max=True)
failures = st.builds(
    Failure,
    kind=st.sampled_from(FailureKind),
    sentence=st.just("why"),
    at=moments,
    retry_after=st.none() | st.floats(0, LONGEST_RETRY_AFTER),
    in_doubt=st.booleans(),
)


@given(failures, st.booleans(), st.integers(0, 1000), draws)
def test_a_failure_never_forgets_a_doubt_and_never_sends_early(
    failure: Failure, doubt: bool, attempts: int, draw: float
) -> None:
    entry = replace(sending(ENTRY, NOW), in_doubt=doubt, attempts=attempts)
    after = after_failure(entry, failure, draw=draw)
    assert after.in_doubt == (doubt or failure.in_doubt)
    assert after.state in (EntryState.WAITING, EntryState.NEEDS_YOU)
    # What is looked for later is looked for from the first request on.
    assert after.first_sent_at == (NOW if after.in_doubt else None)
    if failure.kind in (FailureKind.REFUSED, FailureKind.BUG):
        assert after.state is EntryState.NEEDS_YOU
        return
    assert after.state is EntryState.WAITING
    if failure.kind in (FailureKind.RATE, FailureKind.PASSING):
        assert after.due_at >= failure.at + (failure.retry_after or 0.0)
        longest = max(LONGEST_WAIT, failure.retry_after or 0.0)
        assert after.due_at <= failure.at + longest + 1e-3
    if failure.kind in (FailureKind.RATE, FailureKind.SIGN_IN):
        assert after.attempts == attempts
    if failure.kind is FailureKind.OFFLINE:
        assert after.attempts == attempts + failure.in_doubt


@given(failures, draws, moments)
def test_an_entry_is_never_far_from_due_wherever_the_clock_goes(
    failure: Failure, draw: float, now: float
) -> None:
    after = after_failure(sending(ENTRY, NOW), failure, draw=draw)
    longest = max(LONGEST_WAIT, failure.retry_after or 0.0)
    if not due(after, now):
        assert failure.at <= now < after.due_at <= now + longest


@given(st.lists(st.floats(0, 1e7), max_size=40), st.floats(-1e7, 1e7))
def test_a_ticket_in_doubt_is_looked_for_often_enough_before_it_is_opened_again(
    impatience: list[float], jump: float
) -> None:
    """However the clock jumps once and however impatient the analyst is."""
    entry, now = replace(sending(ENTRY, NOW), in_doubt=True), NOW
    looks = 0
    for number in range(200):
        if settled(entry, now):
            break
        entry = look_again(entry, now)
        looks += 1
        assert LOOK_AFTER <= entry.due_at - now <= SETTLE
        if number == 2:
            now += jump
        if due(entry, now) or impatience:
            now += impatience.pop() % 10 if impatience else 0
        now = max(now, min(entry.due_at, now + SETTLE))
    else:
        raise AssertionError("It never ends")
    assert looks >= LEAST_LOOKS - 1


def test_looks_come_further_apart_until_the_ticket_has_settled() -> None:
    entry, now = replace(sending(ENTRY, NOW), in_doubt=True), NOW + LOOK_AFTER
    at = []
    while not settled(entry, now):
        at.append(now - NOW)
        entry = look_again(entry, now)
        now = entry.due_at
    assert at == [3, 6, 12, 24, 48, 96, 192]
    assert now - NOW == SETTLE


def test_once_it_is_sure_that_nothing_is_there_an_entry_is_as_if_never_sent() -> None:
    entry = replace(sending(ENTRY, NOW), in_doubt=True, looks=9, starts=2)
    assert without_doubt(entry) == replace(ENTRY, due_at=0.0)
    assert sending(without_doubt(entry), NOW + 500).first_sent_at == NOW + 500


def test_what_was_being_sent_at_a_crash_is_in_doubt_and_three_crashes_need_a_person() -> None:
    entry = sending(ENTRY, NOW)
    for start in range(1, MOST_STARTS):
        entry = found_at_start(entry, NOW + 60)
        assert (entry.state, entry.in_doubt, entry.starts) == (EntryState.WAITING, True, start)
        assert entry.due_at == NOW + 60 + LOOK_AFTER
        entry = sending(entry, NOW + 100)
    entry = found_at_start(entry, NOW + 200)
    assert entry.state is EntryState.NEEDS_YOU
    assert entry.in_doubt
    assert found_at_start(entry, NOW + 300) is entry


def test_crashes_count_only_in_a_row() -> None:
    passing = Failure(FailureKind.PASSING, "503", NOW, in_doubt=True)
    entry = found_at_start(sending(ENTRY, NOW), NOW)
    assert after_failure(entry, passing, draw=0.5).starts == 0


def test_every_error_means_what_its_sentence_says() -> None:
    meanings: list[tuple[AppError, FailureKind, bool]] = [
        (OfflineError(""), FailureKind.OFFLINE, False),
        (NotTheApiError(""), FailureKind.OFFLINE, True),
        (InDoubtError(""), FailureKind.PASSING, True),
        (PassingError(""), FailureKind.PASSING, True),
        (RateError(""), FailureKind.RATE, False),
        (SignInError(""), FailureKind.SIGN_IN, False),
        (RefusedError(""), FailureKind.REFUSED, False),
        (AppError(""), FailureKind.REFUSED, False),
    ]
    for error, kind, doubt in meanings:
        failure = failure_of(error, NOW)
        assert (failure.kind, failure.in_doubt) == (kind, doubt), type(error)


@given(st.floats() | st.none())
def test_a_pause_that_a_server_names_can_always_be_added_to_a_clock(wait: float | None) -> None:
    for error in (RateError("", retry_after=wait), PassingError("", retry_after=wait)):
        named = failure_of(error, NOW).retry_after
        assert named is None or 0 <= named <= LONGEST_RETRY_AFTER
        if wait is not None and math.isfinite(wait) and 0 <= wait <= LONGEST_RETRY_AFTER:
            assert named == wait


@given(st.lists(moments, min_size=1, max_size=30), st.integers(0, 2**48 - 1))
def test_ids_sort_in_the_order_in_which_they_were_given_whatever_the_clock_does(
    times: list[float], draw: int
) -> None:
    ids, previous = [], ""
    for now in times:
        previous = next_id(now, previous, draw)
        ids.append(previous)
    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {24}


entries = st.lists(
    st.builds(
        Entry,
        id=st.just(""),
        kind=st.just(EntryKind.STATUS),
        lane=st.sampled_from("abc"),
        anomaly_id=st.just(1),
        created_at=st.just(NOW),
        state=st.sampled_from(EntryState),
    ),
    max_size=30,
).map(lambda found: [replace(entry, id=f"{n:03}") for n, entry in enumerate(found)])


@given(entries)
def test_a_lane_goes_on_only_where_nothing_before_it_is_unfinished(found: list[Entry]) -> None:
    first = heads(found)
    assert len({entry.lane for entry in first}) == len(first)
    for entry in found:
        open_before = [
            e for e in found if e.lane == entry.lane and e.id < entry.id and e.state in UNFINISHED
        ]
        assert (entry in first) == (entry.state in UNFINISHED and not open_before)


@given(entries)
def test_the_sum_over_the_outbox_always_holds(found: list[Entry]) -> None:
    sums = tally(found)
    assert sums.queued == len(found)
    assert sums.queued == sums.sent + sums.waiting + sums.needs_you + sums.cancelled


def test_what_was_sent_is_in_doubt_no_more() -> None:
    done = sent(replace(sending(ENTRY, NOW), in_doubt=True), "10001", NOW, adopted=True)
    assert (done.state, done.in_doubt, done.failure) == (EntryState.SENT, False, None)
    assert (done.remote_id, done.adopted, done.finished_at) == ("10001", True, NOW)
