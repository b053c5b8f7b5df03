"""The list of anomalies: what is shown stays true, through trouble, reading again and filtering."""

from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from qjira_gui.ui import list_loader
from qjira_gui.ui.anomaly_model import Column
from tests.ui.bench import START, Bench, Between, Opener, TurnedClock, key
from tests.ui.pages import AnomaliesPageObject, named, press, until, words

#: Two pages of open ones.
ANOMALIES = 160


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that could not be read is asked for again without a wait."""
    monkeypatch.setattr(list_loader, "FIRST_WAIT", 3600)


def problem(page: AnomaliesPageObject) -> str:
    return page.page._problem.text() if page.page._problem.isVisible() else ""


async def failed(page: AnomaliesPageObject) -> None:
    await until(lambda: problem(page) or page.page.state.isVisible())


async def test_the_whole_list_is_read_newest_first(bench: Bench) -> None:
    page = bench.anomalies
    rows = [page.model.rows[place] for place in page.model.order]
    assert len(rows) > 100
    assert {row.status for row in rows} <= {"Active", "Acknowledged"}
    assert [r.created for r in rows] == sorted((r.created for r in rows), reverse=True)
    assert page.page._count.text() == f"{len(rows)} anomalies · read just now"


async def test_a_failed_reading_says_so_and_keeps_every_row(bench: Bench) -> None:
    page = bench.anomalies
    before = page.ids()
    bench.server.set_fault("qualytics", "500")
    page.page.reload()
    await until(lambda: problem(page))
    assert "could not be read again" in problem(page)
    assert page.ids() == before
    assert page.table.isVisible()


def breaks_off(request: httpx.Request) -> httpx.Response | None:
    """Let the first page of a list through and none of the others."""
    later = request.url.params.get("page", "1") != "1"
    return httpx.Response(500, json={"detail": "Internal Server Error"}) if later else None


async def test_a_reading_that_breaks_off_half_way_keeps_every_row(open_window: Opener) -> None:
    between = Between()
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await page.loaded()
        before = page.ids()
        between.answer = breaks_off
        page.page.reload()
        await until(lambda: problem(page))
        assert page.ids() == before


async def test_a_first_reading_that_breaks_off_says_how_much_is_missing(
    open_window: Opener,
) -> None:
    between = Between()
    between.answer = breaks_off
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await until(lambda: problem(page))
        assert len(page.ids()) == 100
        assert "100 of 126 anomalies" in page.page._count.text()


async def test_what_is_selected_stays_selected_when_the_list_is_read_again(bench: Bench) -> None:
    page = bench.anomalies
    on_page_two = page.ids()[110]
    page.select(on_page_two, page.ids()[3])
    bench.server.change_anomaly(page.ids()[0], "Resolved")
    page.page.reload()
    await until(lambda: "load anomalies" not in bench.tasks.names)
    assert sorted(page.table.ids()) == sorted([page.ids()[109], page.ids()[2]])
    assert on_page_two in page.table.ids()


async def test_the_place_in_the_list_stays_when_it_is_read_again(bench: Bench) -> None:
    page = bench.anomalies
    bar = page.table.verticalScrollBar()
    await until(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    page.page.reload()
    await until(lambda: "load anomalies" not in bench.tasks.names)
    assert bar.value() == before


async def test_rows_of_one_status_never_stand_under_another(bench: Bench) -> None:
    page = bench.anomalies
    bench.server.set_fault("qualytics", "500")
    page.choose_status("Resolved")
    await until(lambda: page.page.state.isVisible())
    assert page.ids() == []
    await until(lambda: page.page.state.title == "The anomalies could not be loaded")
    bench.server.clear_faults()
    press(named(page.page.state, "Try again"))
    await until(page.ids)
    assert {page.model.rows[place].status for place in page.model.order} == {"Resolved"}


async def test_a_choice_made_while_another_list_is_read_wins(bench: Bench) -> None:
    page = bench.anomalies
    bench.server.set_fault("qualytics", "slow", path="*/anomalies", times=1, seconds=0.05)
    page.choose_status("Resolved")
    page.choose_status("Active")
    await bench.idle("load anomalies")
    assert {page.model.rows[place].status for place in page.model.order} == {"Active"}


async def test_an_act_that_goes_out_while_the_list_is_read_stays_as_it_went_out(
    open_window: Opener,
) -> None:
    between = Between()
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await page.loaded()
        one = page.first()

        def late(request: httpx.Request, answer: Any) -> Any:
            # The list was put together just before the act arrived.
            listed = request.method == "GET" and request.url.path.endswith("/anomalies")
            for item in answer["items"] if listed else []:
                item["status"] = "Active" if item["id"] == one.id else item["status"]
            return answer

        between.rewrite = late
        page.page.reload()
        page.acknowledge(one.id)
        await bench.sent()
        await bench.idle("load anomalies")
        assert page.cell(one.id, Column.STATUS) == "Acknowledged"
        assert not page.panel.acknowledge.isEnabled()


async def test_a_failed_first_reading_is_no_empty_list_and_ends_by_itself(
    open_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_loader, "FIRST_WAIT", 0.01)
    between = Between()
    between.answer = lambda request: httpx.Response(500)
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await until(lambda: page.page.state.title == "The anomalies could not be loaded")
        assert "Qualytics" in words(page.page.state)
        between.answer = lambda request: None
        await until(lambda: page.page.loader.read_at is not None)
        await bench.idle("load anomalies")
        assert len(page.ids()) == 126
        assert problem(page) == ""


async def test_the_list_comes_back_as_soon_as_qualytics_answers_anybody(bench: Bench) -> None:
    page = bench.anomalies
    bench.server.set_fault("qualytics", "offline")
    page.page.reload()
    await until(lambda: problem(page))
    bench.server.clear_faults()
    bench.server.change_anomaly(page.ids()[0], "Resolved")
    gone = page.ids()[0]
    # No wait of the list's own ends here: the background's look at the site does it.
    bench.clock.turn(60)
    await until(lambda: gone not in page.ids())
    assert problem(page) == ""


async def test_nothing_matches_leads_back_to_everything(bench: Bench) -> None:
    page = bench.anomalies
    everything = page.ids()
    page.page.filters.search.setText("no such thing anywhere")
    await until(lambda: page.page.state.isVisible())
    assert page.page.state.title == "Nothing matches"
    assert page.page._count.text().startswith("0 of 126 anomalies")
    press(named(page.page.state, "Clear filters"))
    await until(page.table.isVisible)
    assert page.ids() == everything
    assert page.page.filters.search.text() == ""


async def test_a_status_without_anomalies_says_so(open_window: Opener) -> None:
    between = Between()
    between.rewrite = lambda request, body: (
        {**body, "items": [], "total": 0} if request.url.path == "/api/anomalies" else body
    )
    async with open_window(wrap=between.wrap) as bench:
        await bench.anomalies.loaded()
        assert bench.anomalies.page.state.title == "No anomalies"


async def test_rows_that_cannot_be_read_are_counted(open_window: Opener) -> None:
    def spoiled(request: httpx.Request, body: Any) -> Any:
        if request.url.path == "/api/anomalies":
            body["items"][0] = {"id": "not a number"}
            body["items"][1] = None
        return body

    between = Between()
    between.rewrite = spoiled
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await page.loaded()
        assert len(page.ids()) == 126 - 4
        assert "4 could not be read" in page.page._count.text()


async def test_the_kept_list_is_there_at_once_offline_and_says_how_old_it_is(
    open_window: Opener,
) -> None:
    async with open_window() as bench:
        await bench.anomalies.loaded()
        kept = bench.anomalies.ids()
        await bench.idle("load anomalies")
    clock = TurnedClock()
    clock.at = START + 3 * 3600
    bench.go_offline()
    async with open_window(clock=clock) as later:
        page = later.anomalies
        await until(lambda: problem(page))
        assert page.ids() == kept
        assert page.table.isVisible()
        assert "read 3 hours ago" in page.page._count.text()


async def test_more_than_the_limit_is_said(open_window: Opener) -> None:
    async with open_window() as bench:
        page = bench.anomalies
        settings = bench.actions.settings
        await page.loaded()
        settings.keep(replace(settings.current, list_limit=100))
        page.page.reload()
        await bench.idle("load anomalies")
        assert "(the newest 100 are loaded)" in page.page._count.text()


async def test_the_side_stands_there_only_while_something_is_selected(bench: Bench) -> None:
    page = bench.anomalies
    assert not page.side.isVisible()
    page.select(page.ids()[0])
    assert page.side.isVisible()
    page.page.filters.search.setText("no such thing anywhere")
    await until(lambda: page.page.state.isVisible())
    assert not page.side.isVisible()


async def test_a_filter_keeps_the_selection_that_still_passes(bench: Bench) -> None:
    page = bench.anomalies
    one = page.first()
    page.select(one.id)
    page.page.filters.choose("table", one.table_name)
    assert page.table.ids() == [one.id]
    assert all(page.cell(i, Column.TABLE) == one.table_name for i in page.ids())
    assert page.page.filters._more.text() == "More filters (1)"


async def test_f5_reads_again_and_ctrl_f_goes_to_the_search(bench: Bench) -> None:
    page = bench.anomalies
    page.table.setFocus()
    count = len(bench.server.ledger()["requests"])
    key(Qt.Key.Key_F5)
    await until(lambda: len(bench.server.ledger()["requests"]) > count)
    await bench.idle("load anomalies")
    key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.page.filters.search.hasFocus()


async def test_what_went_out_stands_in_its_row_without_reading_again(bench: Bench) -> None:
    page = bench.anomalies
    one = page.first()
    page.acknowledge(one.id)
    assert page.cell(one.id, Column.STATUS) in ("Active", "Acknowledged")
    await bench.shown()
    assert page.cell(one.id, Column.STATUS) == "Acknowledged"
    await bench.sent()
    assert page.cell(one.id, Column.STATUS) == "Acknowledged"
    assert page.cell(one.id, Column.SYNC) == ""


async def test_rows_are_read_as_they_come(bench: Bench) -> None:
    bench.window.tick()
    bench.clock.turn(125)
    bench.window.tick()
    assert bench.anomalies.page._count.text().endswith("read 2 min ago")
