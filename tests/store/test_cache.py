"""The cache gives back what it was given or nothing, and never makes trouble."""

import errno
import os
import threading
from pathlib import Path

import pytest

from qjira_gui.store.cache import Cache


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.time = 1_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def cache(directory: Path, clock: Clock) -> Cache:
    return Cache(directory, clock)


def only_file(directory: Path) -> Path:
    (path,) = directory.iterdir()
    return path


def test_the_last_answer_is_there_after_a_restart_with_its_time(
    cache: Cache, directory: Path, clock: Clock
) -> None:
    assert cache.get("anomalies") is None
    cache.put("anomalies", b"first")
    clock.time = 2_000.5
    cache.put("anomalies", b"\0second\xff")
    clock.time = 3_000.0
    assert cache.get("anomalies") == (b"\0second\xff", 2_000.5)
    assert Cache(directory, clock).get("anomalies") == (b"\0second\xff", 2_000.5)
    assert len(list(directory.iterdir())) == 1


@pytest.mark.parametrize(
    "name", ["../../escape", "https://x/y?z=1", "a" * 5000, "Größe", "", "CON", "\ud83d"]
)
def test_any_name_will_do_and_stays_inside(cache: Cache, directory: Path, name: str) -> None:
    cache.put(name, b"content")
    cache.put("other", b"else")
    assert cache.get(name) == (b"content", 1_000.0)
    assert all(path.parent == directory for path in directory.parent.rglob("*.*"))


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_others_on_this_computer_cannot_read_it(cache: Cache, directory: Path) -> None:
    cache.put("anomalies", b"x")
    assert directory.stat().st_mode & 0o777 == 0o700
    assert only_file(directory).stat().st_mode & 0o777 == 0o600


def test_a_file_cut_or_changed_anywhere_counts_as_absent(cache: Cache, directory: Path) -> None:
    cache.put("anomalies", b'[{"id": 1}]')
    path = only_file(directory)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place])
        assert cache.get("anomalies") is None
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert cache.get("anomalies") is None
    path.write_bytes(whole + b"more")
    assert cache.get("anomalies") is None
    cache.put("anomalies", b"again")
    assert cache.get("anomalies") == (b"again", 1_000.0)


def test_a_full_disk_keeps_the_older_answer_and_is_silent(
    cache: Cache, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    cache.put("anomalies", b"older")
    with monkeypatch.context() as patch:
        patch.setattr(os, "utime", full)
        cache.put("anomalies", b"newer")
    assert cache.get("anomalies") == (b"older", 1_000.0)
    assert only_file(directory).suffix == ".cache"


def test_a_folder_that_cannot_be_made_is_no_trouble(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "cache").write_text("a file is in the way")
    cache = Cache(tmp_path / "cache", clock)
    cache.put("anomalies", b"x")
    assert cache.get("anomalies") is None
    cache.clear()


def test_the_oldest_make_room(directory: Path, clock: Clock) -> None:
    size = 1_000
    cache = Cache(directory, clock, limit=3 * (size + 100))
    for name in "abc":
        clock.time += 1
        cache.put(name, b"x" * size)
    clock.time += 1
    cache.put("a", b"y" * size)
    clock.time += 1
    cache.put("d", b"x" * size)
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]
    # Which are the oldest is known after a restart too.
    cache = Cache(directory, clock, limit=3 * (size + 100))
    # A clock that was set back does not make the newest the oldest.
    clock.time = 5.0
    cache.put("e", b"x" * size)
    assert [name for name in "abcde" if cache.get(name)] == ["a", "d", "e"]
    assert sum(path.stat().st_size for path in directory.iterdir()) <= 3 * (size + 100)


def test_more_than_the_limit_is_not_kept_at_all(directory: Path, clock: Clock) -> None:
    cache = Cache(directory, clock, limit=1_000)
    cache.put("small", b"x")
    cache.put("large", b"x" * 1_000)
    assert cache.get("large") is None
    assert cache.get("small") == (b"x", 1_000.0)


def test_what_a_kill_left_half_written_is_swept(
    cache: Cache, directory: Path, clock: Clock
) -> None:
    directory.mkdir()
    (directory / "half.tmp").write_bytes(b"x" * 100)
    cache.put("anomalies", b"x")
    assert only_file(directory).suffix == ".cache"


def test_it_can_be_thrown_away_at_any_time(cache: Cache, directory: Path) -> None:
    cache.put("anomalies", b"x")
    cache.clear()
    assert cache.get("anomalies") is None
    cache.put("anomalies", b"y")
    only_file(directory).unlink()
    directory.rmdir()
    cache.put("anomalies", b"z")
    assert cache.get("anomalies") == (b"z", 1_000.0)


def test_threads_get_whole_answers_only(cache: Cache) -> None:
    answers = [bytes([letter]) * 50_000 for letter in b"abcd"]
    seen: set[bytes] = set()

    def write(answer: bytes) -> None:
        for _ in range(20):
            cache.put("anomalies", answer)
            kept = cache.get("anomalies")
            assert kept is not None
            seen.add(kept[0])

    threads = [threading.Thread(target=write, args=(answer,)) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen
    assert seen <= set(answers)
