"""A disk that is full, may not be written, or spoils the file; a second process; a wrong clock.

What was acknowledged before is on its server exactly once afterwards, and what was not was said.
"""

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qjira_gui import deliver, holder
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import EntryKind, EntryState
from qjira_gui.store import backup
from qjira_gui.store.database import DiskFullError, WriteFailedError
from tests.scheduled import Scheduled
from tests.sync.acts import act, arrived
from tests.sync.conftest import clock, place, running
from tests.sync.place import Place, some_anomalies

__all__ = ["clock", "place", "running"]

DAY = 86_400.0


class Disk:
    """A file system of two megabytes in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "something-else"

    def mount(self, options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"only root may mount a file system here: {done.stderr.strip()}")

    def fills_up(self, but: int = 0) -> None:
        """Let somebody else's file take all the space but some bytes."""
        free = shutil.disk_usage(self.folder).free - but
        with self._filler.open("wb") as file:
            file.write(b"\0" * free)

    def has_space(self) -> None:
        self._filler.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if shutil.which("mount") is None or os.name != "posix":
        pytest.skip("no file systems can be mounted here")
    disk = Disk(tmp_path / "disk")
    disk.folder.mkdir()
    disk.mount("size=2m")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk.folder)], check=True)


def told(place: Place) -> list[str]:
    """The comments that Qualytics has taken, in order."""
    return [str(one["message"]) for one in place.ledger("anomaly_comments")]


async def test_a_disk_that_fills_up_loses_nothing_that_was_acknowledged(
    place: Place, disk: Disk
) -> None:
    place.profile = disk.folder / "profile"
    acknowledged: list[str] = []
    async with place.open() as desk:
        desk.actions.outbox.pause(True)
        anomalies = await some_anomalies(desk, 20)
        await place.rests(desk)
        disk.fills_up(but=400_000)

        def comments_for_ever() -> None:
            for number in itertools.count():
                text = f"seen {number} " + "x" * 1000
                desk.actions.triage.comment(anomalies[number % 20].id, text)
                acknowledged.append(text)

        with pytest.raises(DiskFullError) as full:
            comments_for_ever()
        assert len(acknowledged) > 10
        assert full.value.sentence == (
            "The disk is full: what you just did was not saved and will not be sent. Everything "
            "before it is safe. Free some space, then do it again."
        )
        assert len(desk.actions.outbox.unfinished()) == len(acknowledged)
    disk.has_space()
    async with place.open() as desk:
        assert desk.damage is None
        desk.actions.outbox.pause(False)
        desk.actions.triage.comment(anomalies[0].id, "done again")
        acknowledged.append("done again")
        assert await place.settles(desk) == []
    assert sorted(told(place)) == sorted(acknowledged)


async def test_a_profile_cannot_begin_on_a_full_disk_and_that_is_said(
    place: Place, disk: Disk
) -> None:
    place.profile = disk.folder / "profile"
    disk.fills_up()
    with pytest.raises(AppError, match=r"disk is full.*Free some space and start again"):
        async with place.open():
            pytest.fail("there is no space for it")
    disk.has_space()
    async with place.open() as desk:
        assert desk.damage is None
        anomaly, issue = await place.subjects(desk)
        await act(desk, EntryKind.STATUS, anomaly, issue)
        assert await place.settles(desk) == []


async def test_a_folder_that_may_only_be_read_is_named_and_nothing_is_lost(
    place: Place, disk: Disk
) -> None:
    place.profile = disk.folder / "profile"
    async with place.open() as desk:
        desk.actions.outbox.pause(True)
        (anomaly,) = await some_anomalies(desk)
        await place.rests(desk)
        desk.actions.triage.comment(anomaly.id, "before")
    before = {file: file.read_bytes() for file in place.profile.iterdir() if file.is_file()}
    disk.mount("remount,ro")
    with pytest.raises(WriteFailedError) as refused:
        async with place.open():
            pytest.fail("it must not pretend that it could work")
    assert str(place.profile) in refused.value.sentence
    assert "Check that you may write there" in refused.value.sentence
    after = {file: file.read_bytes() for file in place.profile.iterdir() if file.is_file()}
    assert after == before
    disk.mount("remount,rw,size=2m")
    async with place.open() as desk:
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
    assert told(place) == ["before"]


async def test_a_damaged_file_is_kept_and_its_copy_delivers_each_act_once(place: Place) -> None:
    async with place.open() as desk:
        anomalies = await some_anomalies(desk, 12)
        await place.rests(desk)
        for anomaly in anomalies[:6]:
            desk.actions.triage.comment(anomaly.id, f"sent {anomaly.id}")
        assert await place.settles(desk) == []
        desk.actions.outbox.pause(True)
        for anomaly in anomalies[6:]:
            desk.actions.triage.comment(anomaly.id, f"waits {anomaly.id}")
        place.clock.move(DAY)
        assert await desk.actions.triage._store.back_up(place.profile, place.clock.now()) is None
        # After the copy half of it still goes out: the copy cannot know.
        desk.actions.outbox.pause(False)
        await place.until(lambda: len(told(place)) > 8)
    file = place.profile / "qjira.db"
    spoiled = bytearray(file.read_bytes())
    spoiled[4096 : 4096 + 200] = b"\xaa" * 200
    file.write_bytes(spoiled)
    async with place.open() as desk:
        assert desk.damage is not None
        assert "kept as qjira.damaged-" in desk.damage.sentence
        assert "Do not delete that file" in desk.damage.sentence
        assert desk.actions.outbox.entries() == []
    copy = backup.newest(place.profile)
    assert copy is not None
    assert copy.unsent == 6
    backup.restore(place.profile, copy, place.clock.now())
    assert any(one.read_bytes() == spoiled for one in place.profile.glob("qjira.damaged-*.db"))
    async with place.open() as desk:
        desk.actions.outbox.pause(False)
        assert await place.settles(desk) == []
    wanted = [f"sent {one.id}" for one in anomalies[:6]] + [f"waits {a.id}" for a in anomalies[6:]]
    assert sorted(told(place)) == sorted(wanted)


def test_a_second_process_is_told_who_has_the_profile_and_a_kill_frees_it(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    async def waits() -> None:
        async with place.open() as desk:
            (anomaly,) = await some_anomalies(desk)
            place.server.set_fault("qualytics", "offline")
            desk.actions.triage.comment(anomaly.id, "once")
            await place.rests(desk)

    asyncio.run(waits())
    place.server.clear_faults()
    scheduled = Scheduled(place.profile, place.server, 0, place.environment)
    place.server.set_fault("qualytics", "hang", seconds=30, method="POST", times=1)
    process = scheduled.starts()
    try:
        until = time.monotonic() + 10
        while not (place.profile / holder.FILE).exists():
            assert time.monotonic() < until
            time.sleep(0.01)
        assert deliver.run(place.profile, place.environment) == deliver.WAITS
        said = capsys.readouterr().out
        assert f"without a window (process {process.pid}, since" in said
        assert "Nothing was changed. It ends by itself; start again then." in said
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    place.server.clear_faults()
    # It was killed with the profile open: nobody has it now. What it had begun is looked for, in
    # a minute's time; the desk on the still clock waits for that moment.
    place.clock.at = time.time() + 120

    async def goes_on() -> None:
        async with place.open() as desk:
            assert await place.settles(desk) == []

    asyncio.run(goes_on())
    assert told(place) == ["once"]


async def test_a_clock_set_back_a_day_changes_neither_order_nor_count(place: Place) -> None:
    async with place.open() as desk:
        (anomaly,) = await some_anomalies(desk)
        await place.rests(desk)
        desk.actions.triage.comment(anomaly.id, "one")
        await place.rests(desk)
        place.server.set_fault("qualytics", "cut_after", method="POST", times=1)
        desk.actions.triage.comment(anomaly.id, "two")
        await place.rests(desk)
        place.clock.move(-DAY)
        desk.actions.triage.comment(anomaly.id, "three")
        assert await place.settles(desk) == []
        desk.actions.triage.comment(anomaly.id, "four", 5.0)
        place.server.set_fault("qualytics", "offline")
        desk.actions.triage.comment(anomaly.id, "five")
        await place.passes(desk, 60)
        left = place.clock.at
    place.clock.move(-DAY)
    place.server.clear_faults()
    async with place.open() as desk:
        desk.actions.triage.comment(anomaly.id, "six")
        assert await place.settles(desk) == []
        # Nobody had to wait for the day to come again.
        assert place.clock.at < left
        states = [entry.state for entry in desk.actions.outbox.entries()]
        assert states == [EntryState.SENT] * 6
    assert told(place) == ["one", "two", "three", "four", "five", "six"]
    assert arrived(place, EntryKind.COMMENT) == 6
