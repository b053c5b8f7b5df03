"""Tests of one page of anomalies as it comes: what is read of it, and what is counted."""

import json

import pytest

from qjira_gui.clients.qualytics import decode_page
from qjira_gui.domain.errors import NotTheApiError

NO_PAGES = [b"", b"<html>", b"[]", b"7", b"null", b"{}", b"[" * 9_999]
NO_PAGES += [b'{"items": 7}', b'{"items": {}}', b'{"items": "[]"}', b'{"total": 3}']


@pytest.mark.parametrize("raw", NO_PAGES)
def test_what_is_no_page_of_anomalies_never_looks_like_an_empty_one(raw: bytes) -> None:
    with pytest.raises(NotTheApiError):
        decode_page(raw)


@pytest.mark.parametrize(
    ("more", "total"),
    [
        ({"total": 250}, 250),
        ({"total": None, "pages": 3, "size": 100}, 300),
        ({"pages": 3, "size": 100}, 300),
        ({"total": "250"}, 2),
        ({}, 2),
    ],
)
def test_how_many_there_are_is_told_as_well_as_the_server_lets_know(
    more: dict[str, object], total: int
) -> None:
    raw = json.dumps({"items": [{"id": 1, "tags": []}, {"id": 2}], **more}).encode()
    assert decode_page(raw).total == total


def test_an_empty_page_may_say_so_with_null() -> None:
    batch = decode_page(b'{"items": null, "total": 0}')
    assert (batch.items, batch.total, batch.unreadable) == ([], 0, 0)


def test_what_cannot_be_read_is_counted_and_costs_nothing_else() -> None:
    items: list[object] = [{"id": 1}, None, 7, {"id": None}, {"status": "Active"}, {"id": "x"}]
    items += [{"id": 2, "status": 5, "created": None, "weight": "8.5"}, {"id": "3"}]
    batch = decode_page(json.dumps({"items": items, "total": 8}).encode())
    assert [anomaly.id for anomaly in batch.items] == [1, 2, 3]
    assert batch.unreadable == 5
    assert (batch.items[1].status, batch.items[1].created, batch.items[1].weight) == ("5", "", 8.5)
