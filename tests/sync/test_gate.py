"""Pauses hold what they concern for as long as they should, and are lifted by nothing less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.domain.failure import LONGEST_RATE_PAUSE, PROBES
from qjira_gui.domain.outbox import Entry, EntryKind, Failure, FailureKind, Site
from qjira_gui.sync.gate import Gate

NOW = 1_795_168_800.0
COMMENT = Entry("2", EntryKind.ISSUE_COMMENT, "link:1", 7, NOW, link_id="1")
OTHER = Entry("3", EntryKind.ISSUE_COMMENT, "link:2", 8, NOW, link_id="2")
ISSUE = Entry("4", EntryKind.ISSUE, "link:3", 9, NOW, link_id="3")
STATUS = Entry("5", EntryKind.STATUS, "anomaly:7", 7, NOW)


def failure(kind: FailureKind, at: float = NOW, **more: object) -> Failure:
    return Failure(kind, f"{kind} at {at}", at, **more)  # type: ignore[arg-type]


@pytest.fixture
def gate() -> Gate:
    return connected()


def connected() -> Gate:
    gate = Gate(lambda: None)
    for site in Site:
        gate.connecting(site)
        gate.answered(site, NOW)
    return gate


def held(gate: Gate, now: float) -> list[Entry]:
    return [e for e in (COMMENT, OTHER, ISSUE, STATUS) if gate.hold_for(e, now) is not None]


def test_a_new_connection_sends_nothing_before_somebody_has_looked() -> None:
    gate = Gate(lambda: None)
    gate.connecting(Site.JIRA)
    assert gate.to_probe(NOW) == [Site.JIRA]
    assert held(gate, NOW + 1e6) == [COMMENT, OTHER, ISSUE]
    gate.answered(Site.JIRA, NOW, signed_in=False)
    assert held(gate, NOW) == [COMMENT, OTHER, ISSUE]
    gate.answered(Site.JIRA, NOW)
    assert held(gate, NOW) == []
    assert gate.status(Site.JIRA).state == "connected"


@pytest.mark.parametrize(
    ("reason", "slowed"),
    [
        ("jira-burst-based", [COMMENT, OTHER]),
        ("jira-per-issue-on-write", [COMMENT]),
        ("jira-quota-global-based", [COMMENT, OTHER, ISSUE]),
        ("jira-quota-tenant-based", [COMMENT, OTHER, ISSUE]),
        ("jira-cost-based", [COMMENT, OTHER]),
        ("", [COMMENT, OTHER]),
    ],
)
def test_each_reason_slows_what_it_names(gate: Gate, reason: str, slowed: list[Entry]) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.RATE, retry_after=600.0, reason=reason), COMMENT)
    assert held(gate, NOW + 599) == slowed
    assert gate.next_change(NOW) == NOW + 600
    assert held(gate, NOW + 600) == []
    assert gate.next_change(NOW + 600) is None


def test_answers_to_whoever_reads_lift_no_pause(gate: Gate) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.RATE, retry_after=600.0), COMMENT)
    gate.answered(Site.JIRA, NOW + 1)
    gate.answered(Site.JIRA, NOW + 1, signed_in=False)
    gate.answered(Site.JIRA, NOW + 1, entry=ISSUE)
    assert held(gate, NOW + 2) == [COMMENT, OTHER]


def test_a_limit_on_reading_slows_nothing_but_reading(gate: Gate) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.RATE, retry_after=600.0))
    assert held(gate, NOW) == []
    quota = failure(FailureKind.RATE, retry_after=600.0, reason="jira-quota-tenant-based")
    gate.failed(Site.JIRA, quota)
    assert held(gate, NOW) == [COMMENT, OTHER, ISSUE]


def test_the_longest_of_several_pauses_counts(gate: Gate) -> None:
    for wait in (5.0, 600.0, 7.0):
        gate.failed(Site.JIRA, failure(FailureKind.RATE, retry_after=wait), COMMENT)
    assert held(gate, NOW + 599) == [COMMENT, OTHER]


def test_pauses_without_a_time_grow_and_shrink_back_after_a_success(gate: Gate) -> None:
    now, waits = NOW, []
    for _ in range(6):
        gate.failed(Site.JIRA, failure(FailureKind.RATE, now), COMMENT)
        end = gate.next_change(now)
        assert end is not None
        waits.append(end - now)
        now = end
    assert waits == [5, 10, 20, 40, LONGEST_RATE_PAUSE, LONGEST_RATE_PAUSE]
    gate.answered(Site.JIRA, now, entry=OTHER)
    gate.failed(Site.JIRA, failure(FailureKind.RATE, now), COMMENT)
    assert gate.next_change(now) == now + 5


def test_eight_requests_that_fail_together_are_one_failure(gate: Gate) -> None:
    for _ in range(8):
        gate.failed(Site.JIRA, failure(FailureKind.OFFLINE), COMMENT)
    assert gate.next_change(NOW) == NOW + PROBES[0]


def test_offline_ends_with_an_answer_and_not_with_its_time(gate: Gate) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.OFFLINE))
    assert gate.to_probe(NOW + 1) == []
    assert gate.to_probe(NOW + 2) == [Site.JIRA]
    assert held(gate, NOW + 1e6) == [COMMENT, OTHER, ISSUE]
    gate.answered(Site.JIRA, NOW + 3, signed_in=False)
    assert held(gate, NOW + 3) == []


def test_a_site_that_asks_its_visitors_to_slow_down_is_looked_at_no_sooner(gate: Gate) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.OFFLINE, retry_after=600.0))
    assert gate.to_probe(NOW + 599) == []
    assert gate.to_probe(NOW + 600) == [Site.JIRA]


@pytest.mark.parametrize("later", [FailureKind.OFFLINE, FailureKind.PASSING, FailureKind.REFUSED])
def test_a_rejected_sign_in_is_hidden_by_no_later_trouble(gate: Gate, later: FailureKind) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.SIGN_IN), COMMENT)
    gate.failed(Site.JIRA, failure(later), OTHER)
    gate.answered(Site.JIRA, NOW, signed_in=False)
    assert gate.status(Site.JIRA).state == "sign in again"
    assert gate.to_probe(NOW + 1e6) == []
    hold = gate.hold_for(ISSUE, NOW + 1e6)
    assert hold is not None
    assert hold.kind is FailureKind.SIGN_IN
    assert held(gate, NOW) == [COMMENT, OTHER, ISSUE]


def test_trying_now_looks_with_one_request_before_anything_is_sent(gate: Gate) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.SIGN_IN), COMMENT)
    gate.release(Site.JIRA, NOW)
    assert gate.to_probe(NOW) == [Site.JIRA]
    assert held(gate, NOW) == [COMMENT, OTHER, ISSUE]
    gate.failed(Site.JIRA, failure(FailureKind.SIGN_IN))
    assert gate.to_probe(NOW) == []
    gate.release(Site.JIRA, NOW)
    gate.answered(Site.JIRA, NOW)
    assert held(gate, NOW) == []


def test_a_connection_that_is_taken_away_leaves_no_pause_behind(gate: Gate) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.SIGN_IN))
    gate.connecting(Site.JIRA, absent=True)
    assert gate.to_probe(NOW) == []
    assert gate.status(Site.JIRA).state == "not connected"


kinds = st.sampled_from(FailureKind)
steps = st.lists(
    st.tuples(kinds, st.floats(-100, 1000), st.none() | st.floats(0, 5000)), max_size=12
)


@given(steps)
def test_whatever_happened_a_gate_says_when_to_look_again_or_what_the_analyst_must_do(
    happened: list[tuple[FailureKind, float, float | None]],
) -> None:
    gate, now = connected(), NOW
    for kind, passed, wait in happened:
        now += passed
        gate.failed(Site.JIRA, failure(kind, now, retry_after=wait), COMMENT)
        hold = gate.hold_for(COMMENT, now)
        if hold is None:
            continue
        if hold.kind is FailureKind.SIGN_IN:
            assert gate.status(Site.JIRA).state == "sign in again"
        elif hold.kind is FailureKind.OFFLINE:
            assert Site.JIRA in gate.to_probe(now) or gate.next_change(now) is not None
        else:
            assert hold.until is not None
            assert now < hold.until


@given(steps, st.floats(1, 1e7))
def test_a_clock_that_is_set_back_holds_nothing_for_that_long(
    happened: list[tuple[FailureKind, float, float | None]], back: float
) -> None:
    gate, now = connected(), NOW
    for kind, passed, wait in happened:
        now += abs(passed)
        gate.failed(Site.JIRA, failure(kind, now, retry_after=wait), COMMENT)
    now = NOW - back
    hold = gate.hold_for(COMMENT, now)
    if hold is not None and hold.kind is FailureKind.OFFLINE:
        assert Site.JIRA in gate.to_probe(now)
    else:
        assert hold is None or hold.kind is FailureKind.SIGN_IN


def test_a_hint_from_the_system_is_looked_into_once_and_holds_nothing_back(gate: Gate) -> None:
    gate.doubt(Site.JIRA, NOW)
    assert held(gate, NOW) == []
    assert gate.to_probe(NOW) == [Site.JIRA]
    assert gate.to_probe(NOW) == []
    gate.failed(Site.JIRA, failure(FailureKind.OFFLINE))
    assert gate.to_probe(NOW) == []
    gate.doubt(Site.JIRA, NOW)
    assert gate.to_probe(NOW) == [Site.JIRA]
    assert held(gate, NOW) == [COMMENT, OTHER, ISSUE]


def test_a_refused_sign_in_is_not_tried_again_for_a_hint(gate: Gate) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.SIGN_IN))
    gate.doubt(Site.JIRA, NOW)
    gate.failed(Site.JIRA, failure(FailureKind.SIGN_IN))
    assert held(gate, NOW + 1e6) == [COMMENT, OTHER, ISSUE]


def test_a_hint_is_put_off_by_a_pause_that_was_asked_for_until_it_is_over(gate: Gate) -> None:
    gate.failed(Site.JIRA, failure(FailureKind.RATE, retry_after=60.0, reason=""), COMMENT)
    gate.failed(Site.JIRA, failure(FailureKind.OFFLINE))
    gate.doubt(Site.JIRA, NOW + 30)
    assert gate.to_probe(NOW) == []
    gate.doubt(Site.JIRA, NOW + 61)
    assert gate.to_probe(NOW) == [Site.JIRA]
