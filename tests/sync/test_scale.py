"""A long history does not slow down what waits."""

import itertools
import time
from pathlib import Path

from qjira_gui.domain.outbox import Entry, EntryKind, EntryState, Site
from qjira_gui.store.profile import Store
from tests.sync.clock import START


def filled(path: Path, count: int) -> Store:
    store = Store.open(path, lambda: START, lambda bits: 1)
    sent = [
        Entry(
            id=f"{n:012x}{n:012x}",
            kind=EntryKind.STATUS,
            lane=f"anomaly:{n}",
            anomaly_id=n,
            created_at=START,
            state=EntryState.SENT,
            payload={"status": "Acknowledged"},
            finished_at=START,
        )
        for n in range(count)
    ]
    store.outbox.rows.put(*sent)
    store.close()
    return Store.open(path, lambda: START, lambda bits: 1)


def test_a_step_of_the_worker_costs_the_same_with_and_without_ten_thousand_sent_entries(
    tmp_path: Path,
) -> None:
    took = []
    for count in (10, 10_000):
        store = filled(tmp_path / str(count), count)
        for n in range(5):
            store.outbox.add(EntryKind.COMMENT, n, {"message": "seen"})
        before = time.perf_counter()
        for _ in range(200):
            assert len(list(store.outbox.heads(Site.QUALYTICS))) == 5
            assert len(store.outbox.unfinished()) == 5
        took.append(time.perf_counter() - before)
        store.close()
    short, long = took
    assert long < 10 * short + 0.02


def test_what_a_failed_commit_took_back_is_still_waiting(tmp_path: Path) -> None:
    store = filled(tmp_path, 3)
    entry = store.outbox.add(EntryKind.COMMENT, 1, {"message": "seen"})
    assert list(store.outbox.heads(Site.QUALYTICS)) == [entry]

    def refuse() -> None:
        raise ZeroDivisionError

    try:
        with store.transaction():
            gone = store.outbox.add(EntryKind.COMMENT, 2, {"message": "never kept"})
            store.outbox.rows.put(gone)
            refuse()
    except ZeroDivisionError:
        pass
    assert list(store.outbox.heads(Site.QUALYTICS)) == [entry]
    assert store.outbox.unfinished() == [entry]
    store.close()


def test_who_has_enough_of_twenty_thousand_that_wait_does_not_look_at_the_others(
    tmp_path: Path,
) -> None:
    store = filled(tmp_path, 0)
    with store.transaction():
        for n in range(20_000):
            store.outbox.add(EntryKind.COMMENT, n, {"message": "seen"})

    def eight() -> list[Entry]:
        return list(itertools.islice(store.outbox.heads(Site.QUALYTICS), 8))

    assert [entry.anomaly_id for entry in eight()] == list(range(8))
    assert list(store.outbox.heads(Site.JIRA)) == []
    took = []
    for look in (eight, store.outbox.unfinished):
        before = time.perf_counter()
        for _ in range(5):
            look()
        took.append(time.perf_counter() - before)
    store.close()
    assert took[0] < took[1] / 5
