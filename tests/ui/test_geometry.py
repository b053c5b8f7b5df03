"""Nothing is cut off: what stands in the window fits into it, at every size and status."""

import pytest
from PySide6.QtWidgets import QScrollArea

from qjira_gui.ui.anomaly_model import Column
from tests.ui.bench import Bench
from tests.ui.pages import until, words

DRESSED = True


@pytest.mark.parametrize("status", ["Active", "Acknowledged", "Resolved"])
async def test_the_detail_fits_its_width_whatever_the_status(bench: Bench, status: str) -> None:
    page = bench.anomalies
    page.choose_status(status)
    await bench.idle("load anomalies")
    panel = await page.open(page.ids()[0])
    area = panel.findChild(QScrollArea)
    assert area is not None
    inner = area.widget()
    assert inner is not None
    for size in ((1280, 800), (900, 560)):
        bench.window.resize(*size)
        await until(lambda: words(panel))
        await until(lambda: inner.width() <= area.viewport().width())
        assert inner.minimumSizeHint().width() <= area.viewport().width(), size


async def test_the_badge_fits_into_the_narrow_rail(bench: Bench) -> None:
    rail = bench.window.rail
    bench.window.resize(900, 560)
    bench.go_offline()
    bench.actions.triage.acknowledge(bench.anomalies.ids()[:3])
    await until(rail.waiting.isVisible)
    rail.show_badge(3, 12)
    await until(lambda: rail.badge.text() == "12")
    assert rail.badge.sizeHint().width() <= rail.button("Outbox").width()
    bench.window.resize(1280, 800)
    rail.show_badge(3, 12)
    # Both numbers stand beside the word, which stays readable.
    assert (rail.badge.text(), rail.waiting.text()) == ("12", "3")
    outbox = rail.button("Outbox")
    await until(lambda: rail.waiting.x() > outbox.fontMetrics().horizontalAdvance("Outbox") + 40)
    assert outbox.toolTip() == "Outbox (Ctrl+3): 12 need you, 3 waiting"


async def test_the_message_keeps_its_room_beside_the_detail(bench: Bench) -> None:
    page = bench.anomalies
    page.select(page.ids()[0])
    head = page.table.horizontalHeader()
    for width in (900, 1280, 1920):
        bench.window.resize(width, 700)
        await until(page.side.isVisible)
        await until(lambda: head.sectionSize(Column.MESSAGE) >= 150)
        await until(lambda: page.table.horizontalScrollBar().maximum() == 0)
        assert not page.table.isColumnHidden(Column.STATUS)
