"""What tells of work on its way: badge, notices with their Undo, and a backlog that goes out."""

import pytest
from PySide6.QtCore import Qt

from qjira_gui.ui import toast
from qjira_gui.ui.anomaly_model import Column
from tests.ui.bench import Bench, Opener, key
from tests.ui.pages import press, until


async def test_the_badge_counts_what_waits_and_goes_when_it_has_arrived(bench: Bench) -> None:
    page, rail = bench.anomalies, bench.window.rail
    assert not rail.badge.isVisible()
    bench.go_offline()
    bench.actions.triage.acknowledge(page.ids()[:3])
    await bench.shown()
    assert rail.waiting.text() == "3"
    assert not rail.badge.isVisible()
    assert rail.button("Outbox").accessibleName() == "Outbox, 3 waiting"
    bench.server.clear_faults()
    bench.clock.turn(60)
    await bench.sent()
    assert not rail.waiting.isVisible()
    assert rail.button("Outbox").accessibleName() == "Outbox"


async def test_the_badge_says_first_what_needs_somebody(bench: Bench) -> None:
    rail = bench.window.rail
    cases = {(0, 1): "1 needs you", (5, 2): "2 need you, 5 waiting", (5, 0): "5 waiting"}
    for (waiting, needs_you), said in cases.items():
        rail.show_badge(waiting, needs_you)
        assert rail.button("Outbox").toolTip().endswith(f": {said}")
        assert rail.badge.isVisible() is bool(needs_you)
        assert rail.waiting.isVisible() is bool(waiting)
    # Where there is room for one number, it is that of who is waited for.
    rail.set_narrow(True)
    rail.show_badge(5, 2)
    assert (rail.badge.isVisible(), rail.waiting.isVisible()) == (True, False)


async def test_the_keys_of_the_pages_work_after_the_rail_was_narrow(bench: Bench) -> None:
    bench.window.resize(900, 560)
    await until(lambda: bench.window.rail.button("Outbox").text() == "")
    key(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: bench.window.pages.currentWidget() is bench.window.outbox)
    bench.window.resize(1280, 800)
    await until(lambda: bench.window.rail.button("Outbox").text() == "Outbox")
    key(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: bench.window.pages.currentWidget() is bench.window.anomalies)
    # Whoever comes by key goes on by key.
    assert bench.anomalies.table.hasFocus()


async def test_ctrl_z_takes_back_every_act_that_is_still_held(open_window: Opener) -> None:
    async with open_window(undo_seconds=10.0) as bench:
        page, notice = bench.anomalies, bench.window.toast
        await page.loaded()
        one, two = [row.id for row in page.model.rows if row.status == "Active"][:2]
        page.acknowledge(one)
        page.acknowledge(two)
        assert "(2 acts)" in notice.text.text()
        # For as long as they are held, on whatever page.
        assert notice._gone.interval() == 10_000
        bench.window.show_page("Tickets")
        assert notice.isVisible()
        key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await bench.shown()
        assert bench.actions.outbox.tally().cancelled == 2
        assert not notice.isVisible()
        key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert bench.actions.outbox.tally().cancelled == 2


async def test_a_backlog_is_followed_while_it_goes_out(bench: Bench) -> None:
    banner, progress = bench.window.banner, bench.window.progress
    bench.go_offline()
    bench.actions.triage.acknowledge(
        [row.id for row in bench.anomalies.model.rows if row.status == "Active"][:12]
    )
    await until(banner.isVisible)
    await until(lambda: "12 acts wait now" in banner.text.text())
    assert "since" in banner.text.text()
    assert not progress.isVisible()
    bench.server.clear_faults()
    bench.server.set_fault("qualytics", "slow", method="PATCH", seconds=0.2)
    press(banner.action)
    await until(progress.isVisible)
    assert "of 12 have arrived" in progress.text.text()
    await bench.sent()
    await until(lambda: not progress.isVisible())
    assert bench.window.toast.text.text() == "12 that waited have arrived."


async def test_an_act_can_be_undone_while_it_is_held_back(open_window: Opener) -> None:
    async with open_window(undo_seconds=5.0) as bench:
        page = bench.anomalies
        await page.loaded()
        one = page.first()
        page.acknowledge(one.id)
        await bench.shown()
        assert page.cell(one.id, Column.STATUS) == "Acknowledged"
        press(bench.window.toast.undo)
        await bench.shown()
        assert page.cell(one.id, Column.STATUS) == "Active"
        bench.clock.turn(60)
        await bench.sent()
        assert bench.ledger("status_changes") == []
        page.acknowledge(one.id)
        bench.clock.turn(4)
        await bench.shown()
        assert bench.ledger("status_changes") == []
        bench.clock.turn(2)
        await bench.sent()
        assert len(bench.ledger("status_changes")) == 1


async def test_a_notice_goes_by_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    page = bench.anomalies
    monkeypatch.setattr(toast, "NOTICE", 0.001)
    page.acknowledge(page.first().id)
    assert "acknowledged" in bench.window.toast.text.text()
    await until(lambda: not bench.window.toast.isVisible())
