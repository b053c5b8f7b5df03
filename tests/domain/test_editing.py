"""Which words are the analyst's, until when they can change, and what is left of the old."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from qjira_gui.domain.comment import comment_text
from qjira_gui.domain.editing import (
    as_new,
    editable,
    is_edited,
    put_aside,
    with_words,
    words_in,
)
from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, Failure, FailureKind

NOW = 1_795_168_800.0
COMMENT = Entry("1", EntryKind.COMMENT, "anomaly:7", 7, NOW, {"message": "old"})
ARCHIVE = Entry(
    "2", EntryKind.ARCHIVE, "anomaly:7", 7, NOW, {"status": "Invalid", "comment": "old"}
)
TOLD = Entry("3", EntryKind.ISSUE_COMMENT, "link:1", 7, NOW, {"text": comment_text("old")})
REPORT = Entry(
    "4", EntryKind.ISSUE_COMMENT, "link:1", 7, NOW, {"text": "[…] Status", "status": "Active"}
)
STATUS = Entry("5", EntryKind.STATUS, "anomaly:7", 7, NOW, {"status": "Acknowledged"})
TICKET = Entry("6", EntryKind.ISSUE, "link:1", 7, NOW, {"fields": {}, "draft": {}})
REFUSED = Failure(FailureKind.REFUSED, "Too long.", NOW - 5, "HTTP 400", fields={"comment": "x"})


@pytest.mark.parametrize("entry", [COMMENT, ARCHIVE, TOLD])
def test_the_words_of_a_person_can_be_changed(entry: Entry) -> None:
    assert words_in(entry) == "old"
    assert editable(entry)
    assert words_in(with_words(entry, "new")) == "new"


@pytest.mark.parametrize("entry", [REPORT, STATUS, replace(ARCHIVE, payload={"status": "Invalid"})])
def test_where_nobody_wrote_anything_there_is_nothing_to_change(entry: Entry) -> None:
    assert words_in(entry) is None
    assert not editable(entry)


@pytest.mark.parametrize("entry", [COMMENT, ARCHIVE, TOLD, TICKET])
def test_what_may_have_arrived_keeps_its_words(entry: Entry) -> None:
    assert editable(replace(entry, state=EntryState.NEEDS_YOU))
    assert not editable(replace(entry, in_doubt=True))
    for state in (EntryState.SENDING, EntryState.SENT, EntryState.CANCELLED):
        assert not editable(replace(entry, state=state))


def test_an_entry_that_is_changed_waits_for_that_and_remembers_what_was_said_before() -> None:
    stuck = replace(COMMENT, state=EntryState.NEEDS_YOU, failure=REFUSED)
    aside = put_aside(stuck, NOW)
    assert is_edited(aside)
    assert not is_edited(stuck)
    assert aside.failure is not None
    assert "Too long. HTTP 400" in aside.failure.detail
    assert aside.failure.fields == {"comment": "x"}
    assert put_aside(aside, NOW + 9) is aside
    assert put_aside(COMMENT, NOW).state is EntryState.NEEDS_YOU


@given(
    text=st.text(min_size=1),
    attempts=st.integers(0, 30),
    state=st.sampled_from([EntryState.WAITING, EntryState.NEEDS_YOU]),
)
def test_new_words_start_afresh_and_change_nothing_else(
    text: str, attempts: int, state: EntryState
) -> None:
    tried = replace(COMMENT, attempts=attempts, state=state, failure=REFUSED, due_at=NOW, starts=2)
    assert with_words(put_aside(tried, NOW), text) == replace(COMMENT, payload={"message": text})


def test_an_archive_keeps_its_status_and_a_passed_on_comment_its_number() -> None:
    assert with_words(ARCHIVE, "").payload == {"status": "Invalid", "comment": ""}
    told = replace(TOLD, payload={**TOLD.payload, "comment": 12, "since": 3.0})
    assert with_words(told, "new").payload == {
        "text": comment_text("new"),
        "comment": 12,
        "since": 3.0,
        "edited": True,
    }
    assert as_new(TICKET, {"fields": {"a": 1}}).payload == {"fields": {"a": 1}}
