"""Tests of the list's own filters: what they let through, and what there is to choose from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.domain.anomaly import (
    Anomaly,
    FailedCheck,
    Field,
    Named,
    Person,
    QualityCheck,
    Tag,
)
from qjira_gui.domain.listing import CHOICES, ListFilter, choices, hay, matches

NAMES = st.sampled_from(["sales", "ORDERS", "notNull", "High", "Alice", "", "İstanbul"])
OPTIONAL = st.none() | NAMES
CHECKS = st.builds(
    FailedCheck,
    st.none()
    | st.builds(
        QualityCheck,
        st.none(),
        OPTIONAL,
        st.none() | st.lists(st.builds(Field, OPTIONAL), max_size=2),
    ),
    OPTIONAL,
    OPTIONAL,
)
ANOMALIES = st.builds(
    Anomaly,
    id=st.integers(1, 10**6),
    type=NAMES,
    message=OPTIONAL,
    created=st.sampled_from(["", "2026-11-20T10:00:00Z", "2026-11-20T10:00:00.5+02:00", "soon"]),
    datastore=st.none() | st.builds(Named, OPTIONAL),
    container=st.none() | st.builds(Named, OPTIONAL),
    failed_checks=st.none() | st.lists(CHECKS, max_size=2),
    global_tags=st.none() | st.lists(st.builds(Tag, NAMES), max_size=2),
    assignees=st.none() | st.lists(st.builds(Person, st.none(), OPTIONAL), max_size=2),
)


@given(st.lists(ANOMALIES, max_size=8))
def test_each_choice_that_is_offered_with_a_count_lets_that_many_through(
    anomalies: list[Anomaly],
) -> None:
    offered = choices(anomalies)
    assert set(offered) == set(CHOICES)
    for name, counts in offered.items():
        assert "" not in counts
        for value, count in counts.items():
            wanted = ListFilter(**{name: value})
            assert sum(matches(anomaly, wanted) for anomaly in anomalies) == count


@given(ANOMALIES)
def test_no_choice_lets_everything_through_and_every_name_can_be_searched(anomaly: Anomaly) -> None:
    assert matches(anomaly, ListFilter())
    assert matches(anomaly, ListFilter(words="words are looked for elsewhere"))
    text = hay(anomaly)
    assert str(anomaly.id) in text
    for word in (anomaly.datastore_name, anomaly.table_name, anomaly.text, *anomaly.tag_names):
        assert word.lower() in text
    for word in (*anomaly.field_names, *anomaly.assignee_names):
        assert word.lower() in text


@given(ANOMALIES, st.fixed_dictionaries(dict.fromkeys(CHOICES, NAMES)))
def test_every_choice_has_to_fit(anomaly: Anomaly, chosen: dict[str, str]) -> None:
    each = [matches(anomaly, ListFilter(**{name: value})) for name, value in chosen.items()]
    wanted = ListFilter(**chosen)
    assert matches(anomaly, wanted) is all(each)
    assert wanted.count == sum(map(bool, chosen.values()))


SINCE = "2026-11-20T09:00:00.123456+00:00"


@pytest.mark.parametrize(
    ("created", "shown"),
    [
        ("2026-11-20T09:00:01Z", True),
        ("2026-11-20T09:00:00.123456Z", True),
        ("2026-11-20T09:00:00.000000Z", False),
        ("2026-11-20T08:59:59Z", False),
        # The same moments by other clocks.
        ("2026-11-20T10:59:59+02:00", False),
        ("2026-11-20T04:01:00-05:00", True),
        ("2026-11-20T09:00:01", True),
        ("2026-11-20", False),
        ("2026-11-21", True),
        ("", False),
        ("just now", False),
    ],
)
def test_a_period_counts_moments_and_not_letters(created: str, shown: bool) -> None:
    anomaly = Anomaly(id=7, created=created)
    assert matches(anomaly, ListFilter(since=SINCE)) is shown
    assert ListFilter(since=SINCE).count == 1
