"""Tests of what an anomaly says of itself, and of what may be done with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.domain.anomaly import (
    ARCHIVED,
    OPEN,
    Anomaly,
    AnomalyStatus,
    FailedCheck,
    Field,
    Named,
    Person,
    QualityCheck,
    Tag,
    can_change_to,
    web_link,
)

URL = "https://acme.qualytics.io"
STATUSES = [status.value for status in AnomalyStatus]


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("Active", {"Acknowledged", *ARCHIVED}),
        ("Acknowledged", set(ARCHIVED)),
        ("Resolved", {"Acknowledged"}),
        ("Invalid", {"Acknowledged"}),
        ("Duplicate", {"Acknowledged"}),
        ("Discarded", {"Acknowledged"}),
        ("Snoozed", {"Acknowledged", *ARCHIVED}),
        ("", {"Acknowledged", *ARCHIVED}),
    ],
)
def test_what_may_be_done_with_an_anomaly_follows_from_its_status(
    status: str, allowed: set[str]
) -> None:
    anomaly = Anomaly(id=7, status=status)
    assert {one for one in STATUSES if can_change_to(anomaly, one)} == allowed


@given(st.sampled_from([*STATUSES, "Snoozed", ""]), st.text(), st.none() | st.booleans())
def test_nothing_leads_to_active_nor_to_a_status_that_nobody_knows(
    status: str, wanted: str, archived: bool | None
) -> None:
    anomaly = Anomaly(id=7, status=status, archived=archived)
    assert not can_change_to(anomaly, "Active")
    assert not can_change_to(anomaly, status)
    if wanted not in STATUSES:
        assert not can_change_to(anomaly, wanted)


@pytest.mark.parametrize(("archived", "status", "told"), [
    (True, "Active", True), (False, "Resolved", False), (None, "Resolved", True),
    (None, "Active", False), (None, "Snoozed", False), (None, "", False),
])  # fmt: skip
def test_the_server_says_what_is_archived_and_the_status_where_it_does_not(
    archived: bool | None, status: str, told: bool
) -> None:
    assert Anomaly(id=7, status=status, archived=archived).is_archived is told


def test_every_status_is_open_or_archived() -> None:
    assert {*OPEN, *ARCHIVED} == set(AnomalyStatus)
    assert not set(OPEN) & set(ARCHIVED)


@pytest.mark.parametrize(
    ("datastore", "link"),
    [
        (Named("sales", 23), f"{URL}/datastores/23/anomalies?id=824"),
        (Named("zero", 0), f"{URL}/datastores/0/anomalies?id=824"),
        (Named("sales", None), URL),
        (None, URL),
    ],
)
def test_the_link_back_is_the_one_that_qualytics_writes_itself(
    datastore: Named | None, link: str
) -> None:
    assert web_link(URL, Anomaly(id=824, datastore=datastore)) == link


def check(*fields: str | None, rule: str | None = "notNull", **more: str | None) -> FailedCheck:
    return FailedCheck(QualityCheck(1, rule, [Field(name) for name in fields]), **more)


def test_a_field_that_several_checks_look_at_is_named_once() -> None:
    checks = [check("AMOUNT", "ID"), check("ID", None, suggested_field="DAY"), FailedCheck()]
    anomaly = Anomaly(id=7, failed_checks=checks)
    assert anomaly.field_names == ["AMOUNT", "ID", "DAY"]
    assert anomaly.rules == ["notNull"]


@pytest.mark.parametrize(
    ("message", "checks", "text"),
    [
        ("2103 rows\n  are null ", None, "2103 rows are null"),
        (None, [FailedCheck(), check(message="said\tby the check")], "said by the check"),
        ("", [check(message=None)], ""),
        (None, None, ""),
    ],
)
def test_an_anomaly_speaks_in_one_line(
    message: str | None, checks: list[FailedCheck] | None, text: str
) -> None:
    assert Anomaly(id=7, message=message, failed_checks=checks).text == text


def test_an_anomaly_of_which_nothing_is_known_but_its_number_can_be_shown() -> None:
    bare = Anomaly(id=7)
    assert (bare.text, bare.datastore_name, bare.table_name) == ("", "", "")
    assert (bare.checks, bare.field_names, bare.rules) == ([], [], [])
    assert (bare.tag_names, bare.assignee_names, bare.is_archived) == ([], [], False)
    nameless = Anomaly(id=7, datastore=Named(), assignees=[Person()], global_tags=[Tag()])
    assert (nameless.datastore_name, nameless.assignee_names) == ("", ["somebody"])
    assert nameless.tag_names == [""]
