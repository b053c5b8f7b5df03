"""A document of links and history is understood, or refused in words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import Event, EventKind
from qjira_gui.domain.exchange import NOWHERE, Addresses, Document, from_json, merge, to_json
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.link import Link, Origin

IDS = st.integers(0, 2**95).map("{:024x}".format)
ISSUES = st.builds(
    Issue, id=st.sampled_from(["10001", "10002", "10003"]), key=st.sampled_from(["DQ-1", "OPS-7"])
)
LINKS = st.builds(
    Link,
    id=IDS,
    anomaly_id=st.integers(1, 3),
    origin=st.sampled_from(Origin),
    created_at=st.floats(0, 4e9),
    issue=st.none() | ISSUES,
    summary=st.text(),
    removed_at=st.none() | st.floats(0, 4e9),
)
EVENTS = st.builds(
    Event,
    id=st.integers(0, 9).map("{:024x}".format),
    at=st.floats(0, 4e9),
    anomaly_id=st.integers(1, 3),
    kind=st.sampled_from(EventKind),
    text=st.text(),
    link_id=IDS,
)


class Desk:
    """Links and history as a store keeps them."""

    def __init__(self) -> None:
        self.links: dict[str, Link] = {}
        self.events: dict[str, Event] = {}
        self.last_id = 2**90

    def new_id(self) -> str:
        self.last_id += 1
        return f"{self.last_id:024x}"

    def takes(self, raw: bytes) -> tuple[int, int]:
        merged = merge(from_json(raw), self.links.values(), self.events.values(), self.new_id)
        self.links |= {link.id: link for link in merged.links}
        self.events |= {event.id: event for event in merged.events}
        assert merged.imported.links_added == len(merged.links)
        return merged.imported.links_added, merged.imported.events_added

    def export(self) -> bytes:
        return to_json(self.links.values(), self.events.values(), 0.0)

    @property
    def pairs(self) -> list[tuple[int, str]]:
        held = [link for link in self.links.values() if link.removed_at is None]
        return sorted((link.anomaly_id, link.issue.id) for link in held if link.issue)


def document(links: list[Link], events: list[Event]) -> bytes:
    return to_json(links, events, 0.0)


@given(links=st.lists(LINKS), events=st.lists(EVENTS))
def test_importing_twice_adds_nothing_and_exporting_gives_the_same(
    links: list[Link], events: list[Event]
) -> None:
    raw = document(links, events)
    desk = Desk()
    desk.takes(raw)
    assert len(desk.pairs) == len(set(desk.pairs)), "a link is there twice"
    before = desk.export()
    assert desk.takes(raw) == (0, 0)
    assert desk.takes(before) == (0, 0)
    assert desk.export() == before
    other = Desk()
    other.takes(before)
    assert other.export() == before


@given(
    links=st.lists(LINKS), events=st.lists(EVENTS), others=st.lists(LINKS), more=st.lists(EVENTS)
)
def test_two_desks_exports_give_the_same_in_either_order(
    links: list[Link], events: list[Event], others: list[Link], more: list[Event]
) -> None:
    first, second = document(links, events), document(others, more)
    one, two = Desk(), Desk()
    one.takes(first)
    one.takes(second)
    two.takes(second)
    two.takes(first)
    assert one.pairs == two.pairs
    assert set(one.events) == set(two.events)


LINK = Link(
    id="0" * 23 + "1",
    anomaly_id=7,
    origin=Origin.CREATED,
    created_at=1.0,
    issue=Issue(id="10001", key="DQ-1"),
)
EVENT = Event(
    id="0" * 23 + "2", at=1.0, anomaly_id=7, kind=EventKind.CREATED, link_id=LINK.id, text="Null"
)


def changed(**changes: Any) -> bytes:
    """A good document with some of its fields replaced."""
    return json.dumps({**json.loads(document([LINK], [EVENT])), **changes}).encode()


def test_a_document_says_what_it_is() -> None:
    raw = json.loads(to_json([LINK], [EVENT], 5.0, Addresses(jira="https://a.example")))
    assert raw["format"] == "qjira-links"
    assert raw["version"] == 1
    assert raw["exported_at"] == 5.0
    assert set(raw) == {"format", "version", "exported_at", "links", "events", "sites"}
    assert from_json(changed()) == Document("qjira-links", 1, 0.0, [LINK], [EVENT], NOWHERE)
    assert from_json(changed(more="of a later build")).links == [LINK]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "was not exported by QJira"),
        (b"\xff\xfe", "was not exported by QJira"),
        (b"[]", "was not exported by QJira"),
        (b'{"links": []}', "was not exported by QJira"),
        (changed(format="other-links"), "was not exported by QJira"),
        (document([LINK], [EVENT])[:-20], "was not exported by QJira"),
        (changed(version=2), "newer QJira"),
        (changed(links=None), "damaged"),
        (changed(links=[{"id": LINK.id}]), "damaged"),
        (changed(events=[{**json.loads(json.dumps({"id": "x"}))}]), "damaged"),
        (changed(links=[{"id": "../etc", "anomaly_id": 1, "origin": "linked", "created_at": 0}]),
         "damaged"),
        (changed(links=[{"id": "f" * 24, "anomaly_id": 1, "origin": "linked", "created_at": 0}]),
         "damaged"),
    ],
)  # fmt: skip
def test_what_is_damaged_or_foreign_is_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(AppError) as told:
        from_json(raw)
    assert words in told.value.sentence
    assert "nothing was imported" in told.value.sentence


def test_numbers_of_another_jira_are_not_taken_for_ours() -> None:
    ours = Addresses("https://q.example", "https://Acme.atlassian.net/")
    raw = to_json([LINK], [], 0.0, Addresses("https://q.example/", "https://acme.atlassian.net"))
    assert from_json(raw, ours).links == [LINK]
    assert from_json(document([LINK], []), ours).links == [LINK]
    for theirs in (Addresses(jira="https://b.example"), Addresses("https://b.example", "")):
        with pytest.raises(AppError, match=r"b\.example"):
            from_json(to_json([LINK], [], 0.0, theirs), ours)
