"""Whatever is asked of it, one issue is never written on faster than Jira allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.domain.pacing import LIMITS, earliest, recent

NOW = 1_795_168_800.0
#: What Jira takes on one issue (jira-api.md, section 10): writes, and the seconds they count for.
JIRA = ((20, 2.0), (100, 30.0))


def test_the_limits_leave_room_below_those_of_jira() -> None:
    assert all(
        ours < most and span == said
        for (ours, span), (most, said) in zip(LIMITS, JIRA, strict=True)
    )


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        ([], 0.0),
        ([-1.0], 0.0),
        ([0.0] * 15, 0.0),
        ([0.0] * 16, 2.0),
        ([-1.5] * 16, 0.5),
        ([-2.0] * 16, 0.0),
        ([-29.0 + n / 10 for n in range(79)], 0.0),
        ([-29.0 + n / 10 for n in range(80)], 1.0),
        # More than fit were written by an older version: the youngest that count decide.
        ([-1.9] * 4 + [-1.0] * 16, 1.0),
    ],
)
def test_when_one_more_write_may_leave(written: list[float], allowed: float) -> None:
    assert earliest([NOW + at for at in written], NOW) == pytest.approx(NOW + allowed)


@given(st.lists(st.floats(0.0, 12.0), max_size=260))
def test_no_demand_makes_it_too_fast(pauses: list[float]) -> None:
    asked, sent = NOW, [NOW]
    for pause in pauses:
        # Somebody asks for one more each time, mostly faster than it may go.
        asked += pause / 60
        now = max(asked, sent[-1])
        now = earliest(recent(sent, now), now)
        sent.append(now)
    for most, span in JIRA:
        for first, last in zip(sent, sent[most:], strict=False):
            assert last - first >= span, f"{most + 1} writes within {last - first} s"


@given(st.lists(st.floats(-100.0, 0.0), max_size=120).map(sorted))
def test_forgetting_what_is_old_changes_nothing(written: list[float]) -> None:
    times = [NOW + at for at in written]
    assert earliest(recent(times, NOW), NOW) == earliest(times, NOW)


@given(st.lists(st.floats(-60.0, 90_000.0), max_size=120).map(sorted))
def test_a_clock_that_was_set_back_makes_nobody_wait_for_long(written: list[float]) -> None:
    assert NOW <= earliest([NOW + at for at in written], NOW) <= NOW + 30.0
