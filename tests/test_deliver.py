"""A scheduler sends what waits without a window; words and exit codes tell what is left."""

import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from qjira_gui import deliver, holder
from qjira_gui.app import default_profile
from qjira_gui.desk import Desk
from qjira_gui.domain.errors import OfflineError
from qjira_gui.domain.outbox import Entry, EntryState
from qjira_gui.domain.page import AnomalyFilter
from qjira_gui.holder import Holder
from qjira_gui.practice import PracticeServer
from qjira_gui.store.credentials import ThisRun
from qjira_gui.store.database import Database, DiskFullError
from qjira_gui.store.outbox import OutboxStore
from qjira_gui.store.profile import Store
from qjira_gui.sync.clock import Clock
from tests.scheduled import QT, WITHOUT_QT, Scheduled, environment_of

#: What nobody has.
UNKNOWN = 999_999_999


@pytest.fixture(scope="module")
def running() -> Iterator[PracticeServer]:
    with PracticeServer(anomalies=20, seed=7) as server:
        yield server


@pytest.fixture(scope="module")
def anomaly(running: PracticeServer, tmp_path_factory: pytest.TempPathFactory) -> int:
    async def look() -> int:
        known, profile = environment_of(running), tmp_path_factory.mktemp("looked")
        async with Desk.open(profile, environment=known, credentials=ThisRun(known)) as desk:
            async for batch in desk.actions.anomalies.load(AnomalyFilter(statuses=("Active",))):
                return int(batch.items[0].id)
        raise AssertionError("There is no anomaly.")

    return asyncio.run(look())


@pytest.fixture
def scheduled(tmp_path: Path, running: PracticeServer, anomaly: int) -> Scheduled:
    running.reset()
    return Scheduled(tmp_path / "profile", running, anomaly, environment_of(running))


def test_what_waits_is_sent_and_nothing_is_left(scheduled: Scheduled) -> None:
    anomaly = scheduled.anomaly
    scheduled.acts(lambda desk: desk.actions.triage.comment(anomaly, "Seen 😀\nagain"))
    # A scheduler's code page may know less than the comment.
    scheduled.environment["PYTHONIOENCODING"] = "ascii"
    sent = f"Sent: Comment on anomaly {anomaly}: Seen ? again"
    assert scheduled.delivers() == (0, [sent, "1 sent"])
    assert scheduled.taken("anomaly_comments") == 1
    assert scheduled.delivers() == (0, ["Nothing was waiting."])
    assert not (scheduled.profile / holder.FILE).exists()


def test_it_runs_where_qt_is_not_installed(scheduled: Scheduled) -> None:
    scheduled.acknowledges()
    code, printed = scheduled.delivers(code=WITHOUT_QT)
    assert (code, printed[:-1]) == (0, [f"Sent: {scheduled.title}", "1 sent"])
    loaded = {name.partition(".")[0] for name in printed[-1].split()}
    assert "httpx" in loaded
    assert not loaded & QT


def test_what_a_site_refuses_needs_the_analyst_and_the_rest_is_sent(scheduled: Scheduled) -> None:
    scheduled.acknowledges(UNKNOWN, scheduled.anomaly)
    code, (sent, needs, counts) = scheduled.delivers()
    assert code == 1
    assert sent == f"Sent: {scheduled.title}"
    assert needs.startswith(f"Needs you: Set anomaly {UNKNOWN} to Acknowledged. Qualytics refused")
    assert counts == "1 sent, 1 needs you"
    assert scheduled.taken("status_changes") == 1


@pytest.mark.slow
def test_offline_it_ends_soon_and_keeps_everything(scheduled: Scheduled) -> None:
    scheduled.acknowledges()
    scheduled.server.set_fault("qualytics", "offline")
    code, (waits, why, counts) = scheduled.delivers()
    assert code == 2
    assert waits == f"Still waiting: {scheduled.title} (Qualytics cannot be reached)"
    assert why.startswith("Qualytics cannot be reached. What you do is kept")
    assert counts == "1 still waiting"
    scheduled.server.clear_faults()
    assert scheduled.delivers() == (0, [f"Sent: {scheduled.title}", "1 sent"])


def test_a_refused_sign_in_is_named_and_no_secret_is_anywhere(scheduled: Scheduled) -> None:
    planted = {"QUALYTICS_TOKEN": "planted-secret-one", "JIRA_TOKEN": "planted-secret-two"}
    scheduled.environment.update(planted)
    scheduled.acknowledges()
    code, printed = scheduled.delivers()
    # No time mends it: somebody has to enter a token.
    assert code == 1
    way_out = "open QJira, go to Connections and enter a new token for Qualytics"
    assert f"Still waiting: {scheduled.title} ({way_out})" in printed
    files = [file for file in scheduled.profile.rglob("*") if file.is_file()]
    assert {"qjira.db"} <= {file.name for file in files}
    for secret in planted.values():
        assert secret not in "\n".join(printed)
        assert not [file for file in files if secret.encode() in file.read_bytes()]


def test_what_nobody_has_connected_needs_somebody(scheduled: Scheduled) -> None:
    scheduled.acknowledges()
    scheduled.environment.clear()
    waits = f"Still waiting: {scheduled.title} (Qualytics is not connected)"
    assert scheduled.delivers() == (1, [waits, "1 still waiting"])


def test_a_pause_is_kept_and_said(scheduled: Scheduled) -> None:
    scheduled.acknowledges()
    store = Store.open(scheduled.profile, time.time, lambda bits: 1)
    store.save_settings(replace(store.settings, paused=True))
    store.close()
    code, (waits, pause, counts) = scheduled.delivers()
    assert (code, counts) == (1, "1 still waiting")
    assert waits.endswith("(the outbox is paused)")
    assert pause == "The outbox is paused. Open QJira and press Resume, and it goes on."
    assert scheduled.taken("status_changes") == 0


def test_a_folder_without_a_profile_is_named_and_not_filled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deliver.run(tmp_path / "tpyo", {}) == deliver.NEEDS_YOU
    assert f"no QJira profile in {tmp_path / 'tpyo'}" in capsys.readouterr().out
    assert not (tmp_path / "tpyo").exists()


def test_what_may_be_tried_only_later_is_said_with_its_time_and_not_waited_for(
    scheduled: Scheduled, capsys: pytest.CaptureFixture[str]
) -> None:
    scheduled.acknowledges()
    scheduled.acts(lambda desk: desk.actions.triage.comment(scheduled.anomaly, "Then"))
    scheduled.server.set_fault("qualytics", "503", method="PATCH", retry_after=3600)
    began = time.monotonic()
    code = deliver.run(scheduled.profile, scheduled.environment, minutes=0.3)
    assert code == deliver.WAITS
    assert time.monotonic() - began < 10
    first, second, _, counts = capsys.readouterr().out.splitlines()
    later = r"\(will look whether it arrived at [\d A-Za-z]*\d\d:\d\d\)"
    assert re.fullmatch(f"Still waiting: {scheduled.title} {later}", first)
    assert second.endswith("(what comes before it is not sent yet)")
    assert counts == "2 still waiting"


def test_what_had_arrived_unanswered_is_found_and_said_so(
    scheduled: Scheduled, capsys: pytest.CaptureFixture[str]
) -> None:
    class AMinuteAgo(Clock):
        def now(self) -> float:
            return super().now() - 60

    async def cut_off() -> None:
        known = scheduled.environment
        async with Desk.open(
            scheduled.profile, environment=known, credentials=ThisRun(known), clock=AMinuteAgo()
        ) as desk:
            desk.actions.triage.comment(scheduled.anomaly, "Once")
            while not desk.actions.outbox.unfinished()[0].failure:
                await asyncio.sleep(0.005)

    scheduled.server.set_fault("qualytics", "cut_after", method="POST", times=1)
    asyncio.run(cut_off())
    assert deliver.run(scheduled.profile, scheduled.environment) == deliver.DONE
    title = f"Comment on anomaly {scheduled.anomaly}: Once"
    found = [f"Was already there, not sent again: {title}", "1 already there"]
    assert capsys.readouterr().out.splitlines() == found
    assert scheduled.taken("anomaly_comments") == 1


def test_news_is_looked_for_once_and_what_comes_of_it_is_sent(scheduled: Scheduled) -> None:
    looks = []

    async def look(desk: Desk) -> None:
        looks.append(scheduled.taken("status_changes"))
        desk.actions.triage.comment(scheduled.anomaly, "News")

    scheduled.acknowledges()
    assert deliver.run(scheduled.profile, scheduled.environment, look) == deliver.DONE
    assert looks == [1]
    assert scheduled.taken("anomaly_comments") == 1


def test_news_that_cannot_be_looked_for_is_said(
    scheduled: Scheduled, capsys: pytest.CaptureFixture[str]
) -> None:
    async def look(desk: Desk) -> None:
        raise OfflineError("Qualytics cannot be reached.")

    scheduled.acts(lambda desk: None)
    assert deliver.run(scheduled.profile, scheduled.environment, look) == deliver.WAITS
    said = ["Could not look for news: Qualytics cannot be reached.", "Nothing was waiting."]
    assert capsys.readouterr().out.splitlines() == said


def test_a_file_that_was_damaged_needs_the_analyst(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "qjira.db").write_bytes(b"not ours")
    assert deliver.run(tmp_path, {}) == deliver.NEEDS_YOU
    assert "could not be read. It is kept as qjira.damaged-" in capsys.readouterr().out


def test_a_disk_that_is_full_ends_the_run_and_is_said_once(
    scheduled: Scheduled, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(store: OutboxStore, entry: Entry) -> None:
        raise DiskFullError("The disk is full.")

    scheduled.acknowledges()
    monkeypatch.setattr(OutboxStore, "save", full)
    code = deliver.run(scheduled.profile, scheduled.environment, minutes=0.3)
    assert code == deliver.NEEDS_YOU
    printed = capsys.readouterr().out.splitlines()
    waits, counts, full_disk = printed
    assert waits.endswith("(this run ended first)")
    assert counts == "1 still waiting"
    assert full_disk.startswith("The disk is full")
    assert scheduled.taken("status_changes") == 0


def test_a_second_run_says_which_process_is_at_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Holder("deliver", os.getpid(), time.time())
    with Database.open(tmp_path / "qjira.db"), holder.held(tmp_path, other):
        assert deliver.run(tmp_path, {}) == deliver.WAITS
        assert holder.read(tmp_path) == other
    assert f"without a window (process {os.getpid()}, since" in capsys.readouterr().out


@pytest.mark.slow
def test_it_never_stays_longer_than_it_may_and_loses_nothing(scheduled: Scheduled) -> None:
    scheduled.acknowledges()
    scheduled.server.set_fault("qualytics", "hang", method="PATCH", times=1, seconds=30)
    began = time.monotonic()
    code, printed = scheduled.delivers("--minutes", "0.02")
    # Without the last resort, the request under way would be given three seconds more.
    assert time.monotonic() - began < 1.2 + 2
    assert code == 2
    assert f"Still waiting: {scheduled.title} (this run ended first)" in printed
    assert "nothing is lost" in printed[-1]
    left = []
    scheduled.acts(lambda desk: left.extend(desk.actions.outbox.unfinished()))
    assert [(entry.state, entry.in_doubt) for entry in left] == [(EntryState.WAITING, True)]


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without asking it")
def test_a_scheduler_that_stops_it_is_told_what_is_left(scheduled: Scheduled) -> None:
    scheduled.acknowledges()
    scheduled.server.set_fault("qualytics", "offline")
    process = scheduled.starts()
    try:
        until = time.monotonic() + 10
        while not (scheduled.profile / holder.FILE).exists():
            assert time.monotonic() < until
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, printed.splitlines()[-1]) == (2, "1 still waiting")


def test_a_scheduler_finds_the_same_profile_as_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtCore import QCoreApplication, QStandardPaths

    place = QStandardPaths.StandardLocation.AppDataLocation
    before = QCoreApplication.applicationName()
    QCoreApplication.setApplicationName("QJira")
    try:
        for named in ("", "somewhere/relative", str(Path.cwd() / "data")):
            monkeypatch.setenv("XDG_DATA_HOME", named)
            assert default_profile() == Path(QStandardPaths.writableLocation(place))
    finally:
        QCoreApplication.setApplicationName(before)
