"""The tour of the real window passes, conforms to the official documents, and can say no."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from qjira_gui import tour, tour_steps
from qjira_gui.practice import PracticeServer
from qjira_gui.tour_ledger import differences
from qjira_gui.ui.window import MainWindow
from tests.contract.fixtures import checked_transports, checkers_for
from tests.contract.transport import CheckedTransport


@pytest.fixture(scope="module")
def place() -> Iterator[PracticeServer]:
    """As large as the tour's own: its steps look for a table with many anomalies."""
    with PracticeServer(anomalies=400, seed=7) as server:
        yield server


@pytest.fixture
def fresh(place: PracticeServer) -> PracticeServer:
    place.reset()
    return place


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pictures of a state that has settled are for people; here the steps count."""
    monkeypatch.setattr(tour, "SETTLING", 0.0)
    yield
    # The tour ends with its process, and so leaves its windows standing.
    for top in QApplication.topLevelWidgets():
        if isinstance(top, MainWindow):
            top.hide()
            top.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.slow
async def test_the_whole_tour_passes_and_every_request_conforms(
    qapp: QApplication, fresh: PracticeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with checked_transports() as make:
        code = await tour.take(qapp, tmp_path, lambda inner: make(fresh, inner=inner), fresh)
    said = capsys.readouterr().out
    assert code == 0, said
    assert "agrees with" in said
    pictures = sizes(tmp_path)
    assert min(pictures.values()) > 5_000
    for number, step in enumerate(tour_steps.STEPS, start=1):
        assert any(name.startswith(f"{number:02d}-") for name in pictures), step.__name__


def sizes(folder: Path) -> dict[str, int]:
    """Return the pictures by name, and how large each is."""
    return {path.name: path.stat().st_size for path in folder.iterdir()}


async def test_a_step_that_does_not_come_true_fails_and_leaves_a_picture(
    qapp: QApplication,
    fresh: PracticeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def impossible(one: tour.Tour) -> None:
        await one.until("pigs fly", lambda: False)

    monkeypatch.setattr(tour, "PATIENCE", 0.01)
    monkeypatch.setattr(tour_steps, "STEPS", (impossible,))
    assert await tour.take(qapp, tmp_path, None, fresh) == 1
    assert "still not: pigs fly" in capsys.readouterr().out
    assert list(sizes(tmp_path)) == ["01-failed.png"]


async def test_a_comment_that_nobody_wrote_makes_it_fail(
    qapp: QApplication,
    fresh: PracticeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def tampered(one: tour.Tour) -> None:
        one.did["created"].append("A ticket that never arrived")

    monkeypatch.setattr(tour_steps, "STEPS", (tampered,))
    assert await tour.take(qapp, tmp_path, None, fresh) == 1
    said = capsys.readouterr().out
    assert "DIFFERENT  issue never arrived: A ticket that never arrived" in said
    assert "differs from" in said


async def test_an_error_in_a_task_of_the_window_makes_it_fail(
    qapp: QApplication,
    fresh: PracticeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def stumbles(one: tour.Tour) -> None:
        async def work() -> None:
            raise ZeroDivisionError("hidden")

        one.tasks.start(work(), name="work")
        await one.until("it has ended", lambda: not one.tasks.names)

    monkeypatch.setattr(tour_steps, "STEPS", (stumbles,))
    assert await tour.take(qapp, tmp_path, None, fresh) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out


KINDS = (
    "status_changes",
    "archives",
    "anomaly_comments",
    "issues",
    "comments",
    "hard_deletes",
    "comment_edits",
    "transitions",
    "issue_changes",
)


def a_ledger(**events: list[dict[str, Any]]) -> dict[str, Any]:
    numbered = {
        kind: [{"seq": at, **event} for at, event in enumerate(found)]
        for kind, found in events.items()
    }
    return {**{kind: [] for kind in KINDS}, "crashes": [], **numbered}


DID: dict[str, Any] = {
    "statuses": [(7, "Acknowledged")],
    "comments": [(7, "Hello")],
    "created": ["Null AMOUNT"],
    "linked": {"DATA-1": ["Qualytics Anomaly Status: Acknowledged"]},
}


def the_ledger() -> dict[str, Any]:
    return a_ledger(
        status_changes=[{"anomaly": 7, "status": "Acknowledged"}],
        anomaly_comments=[{"anomaly": 7, "message": "Hello"}],
        issues=[{"summary": "Null AMOUNT"}],
        comments=[
            {
                "issue": "DATA-1",
                "text": "[2026-11-20 10:00:00 UTC] Qualytics Anomaly Status: Acknowledged",
            }
        ],
    )


def test_what_was_done_once_and_arrived_once_agrees() -> None:
    assert differences(the_ledger(), DID) == []


TAMPERINGS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a status twice": lambda x: x["status_changes"].append(x["status_changes"][0]),
    "a status lost": lambda x: x["status_changes"].clear(),
    "another status": lambda x: x["status_changes"][0].update(status="Active"),
    "a comment twice": lambda x: x["anomaly_comments"].append(x["anomaly_comments"][0]),
    "a comment lost": lambda x: x["anomaly_comments"].clear(),
    "two issues": lambda x: x["issues"].append(x["issues"][0]),
    "an issue told twice": lambda x: x["comments"].append(x["comments"][0]),
    "an issue told nothing": lambda x: x["comments"].clear(),
    "a stranger's issue told": lambda x: x["comments"].append(
        {"issue": "WEB-9", "text": "Comment from Qualytics: x"}
    ),
    "something destroyed": lambda x: x["hard_deletes"].append({"anomaly": 7}),
    "an issue moved": lambda x: x["transitions"].append({"issue": "DATA-1"}),
    "a server that stumbled": lambda x: x["crashes"].append("Traceback"),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_every_difference_is_found(tampering: str) -> None:
    ledger = the_ledger()
    TAMPERINGS[tampering](ledger)
    assert differences(ledger, DID) != []


async def test_the_checks_around_the_tour_can_say_no(fresh: PracticeServer) -> None:
    checkers = checkers_for(fresh)
    if not checkers:
        pytest.skip("the official documents are absent")
    transport = CheckedTransport(httpx.AsyncHTTPTransport(), checkers)
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        with pytest.raises(AssertionError):
            await client.get(f"{fresh.jira_url}/rest/api/3/search/jql?unheard=of")
    assert transport.problems
