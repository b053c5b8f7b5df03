"""A damaged data file and a good copy of it: nobody loses sight of either before they decide."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from qjira_gui import deliver
from qjira_gui.desk import Desk
from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.issue import Issue
from qjira_gui.practice import PracticeServer
from qjira_gui.session import Session, _restore, environment_of
from qjira_gui.store.credentials import ThisRun
from tests.test_session import a_window, answer, anyio_backend, place, running, server, shown, the
from tests.ui.pages import until

__all__ = ["anyio_backend", "place", "server"]
BEFORE, SINCE = Issue("10401", "DATA-101"), Issue("10402", "DATA-102")
ANOMALY = Anomaly(id=7, status="Active")


@asynccontextmanager
async def a_desk(profile: Path, server: PracticeServer) -> AsyncIterator[Desk]:
    known = environment_of(server)
    async with Desk.open(profile, environment=known, credentials=ThisRun(known)) as desk:
        yield desk


@pytest.fixture
async def damaged(tmp_path: Path, server: PracticeServer, qapp: QApplication) -> Path:
    """A profile with a link, a copy of that, and a data file that nobody can read any more."""
    async with a_desk(tmp_path, server) as desk:
        desk.actions.tickets.link(ANOMALY, BEFORE)
        store = desk.actions.outbox._store
        assert await store.back_up(tmp_path, 1_795_168_800.0) is None
    (tmp_path / "qjira.db").write_bytes(b"not a database any more" * 100)
    return tmp_path


def links(one: Session) -> list[str]:
    return sorted(link.name for link in one._desk.actions.anomalies.links(ANOMALY.id))


async def test_it_is_asked_again_at_every_start_until_somebody_decides(damaged: Path) -> None:
    for _ in range(2):
        async with running(damaged):
            box = await the(QMessageBox)
            assert "1 link and 0 acts that had not been sent" in box.informativeText()
            # As Esc does.
            box.reject()
            await until(lambda: not shown(QMessageBox))
    async with running(damaged):
        answer(await the(QMessageBox), "Go on without it")
        await until(lambda: not shown(QMessageBox))
    async with running(damaged) as one:
        assert one._desk.damage is None
        assert links(one) == []


async def test_a_scheduler_says_it_each_time_and_leaves_the_answer_to_the_window(
    damaged: Path, server: PracticeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        async with a_desk(damaged, server) as desk:
            assert desk.damage is not None
            store = desk.actions.outbox._store
            # No copy of what is left takes the place of the good one.
            assert await store.back_up(damaged, 1_795_968_800.0) is None
    assert len(list((damaged / "backups").iterdir())) == 1
    code = await deliver.deliver(damaged, environment_of(server), None, 5.0)
    assert code == deliver.NEEDS_YOU
    assert "could not be read" in capsys.readouterr().out
    async with running(damaged):
        await the(QMessageBox)


async def test_the_copy_comes_back_with_the_links_that_were_made_since(
    damaged: Path, server: PracticeServer
) -> None:
    async with a_desk(damaged, server) as desk:
        desk.actions.tickets.link(ANOMALY, SINCE)
    async with running(damaged) as one:
        answer(await the(QMessageBox), "Use the copy")
        await until(lambda: one.copy is not None)
    assert one.next_step == "restore"
    assert one.copy is not None
    window = a_window()
    await _restore(window, damaged, one.copy)
    window.hide()
    window.deleteLater()
    async with running(damaged, links=one.links) as later:
        assert links(later) == ["DATA-101", "DATA-102"]
        assert later._desk.damage is None


async def test_a_copy_does_not_set_aside_what_waits(damaged: Path, server: PracticeServer) -> None:
    async with a_desk(damaged, server) as desk:
        desk.actions.outbox.pause(True)
        desk.actions.triage.acknowledge([ANOMALY.id])
    async with running(damaged) as one:
        box = await the(QMessageBox)
        assert "before what waits now has arrived (1 act)" in box.informativeText()
        answer(box, "All right")
        await until(lambda: not shown(QMessageBox))
        assert one.copy is None
        assert one._desk.damage is not None


async def test_a_damaged_data_file_is_told_and_kept(tmp_path: Path) -> None:
    known: dict[str, str] = {}
    async with Desk.open(tmp_path, environment=known, credentials=ThisRun(known)):
        pass
    (data,) = holding(tmp_path, b"SQLite format 3")
    data.write_bytes(b"not a database any more" * 100)
    async with running(tmp_path):
        box = await the(QMessageBox)
        assert "could not be read" in box.informativeText()
        assert "There is no copy to go back to." in box.informativeText()
        answer(box, "Go on")
        await until(lambda: not shown(QMessageBox))
    assert len(holding(tmp_path, b"not a database any more")) == 1


def holding(folder: Path, words: bytes) -> list[Path]:
    """Return the files that begin with some bytes."""
    files = (path for path in folder.iterdir() if path.is_file())
    return [path for path in files if path.read_bytes().startswith(words)]
