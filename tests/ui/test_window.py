"""The frame round the pages: pills, banner, badge, notices, first start and practice page."""

import pytest
from PySide6.QtCore import Qt

from qjira_gui.domain.outbox import Site
from qjira_gui.store.credentials import ThisRun
from qjira_gui.ui.anomaly_model import Column
from tests.ui.bench import Bench, Opener, click
from tests.ui.pages import named, press, until, words


async def test_each_site_has_a_pill_that_says_how_it_stands(bench: Bench) -> None:
    await until(lambda: bench.window.pills["Jira"].text() == "Jira connected")
    assert bench.window.pills["Qualytics"].text() == "Qualytics connected"
    bench.server.set_fault("jira", "offline")
    issues = bench.actions.tickets.search("customers")
    with pytest.raises(Exception, match="cannot be reached"):
        await issues
    await until(lambda: bench.window.pills["Jira"].text() == "Jira offline")
    assert bench.window.pills["Jira"].accessibleName() == "Jira offline"
    assert bench.window.pills["Qualytics"].text() == "Qualytics connected"
    click(bench.window.pills["Jira"])
    assert bench.window.pages.currentWidget() is bench.window.connections


async def test_offline_is_one_banner_and_try_now_looks_at_once(bench: Bench) -> None:
    page = bench.anomalies
    bench.go_offline()
    page.acknowledge(page.first().id)
    banner = bench.window.banner
    await until(banner.isVisible)
    assert "cannot be reached" in banner.text.text()
    assert "kept" in banner.text.text()
    bench.server.clear_faults()
    press(banner.action)
    await bench.sent()
    await until(lambda: not banner.isVisible())
    assert len(bench.ledger("status_changes")) == 1


async def test_a_dead_token_leads_to_the_connections_and_loses_nothing(bench: Bench) -> None:
    page = bench.anomalies
    bench.server.set_fault("qualytics", "dead_token")
    page.acknowledge(page.first().id)
    banner = bench.window.banner
    await until(banner.isVisible)
    assert banner.action.text() == "Open Connections"
    await until(lambda: bench.window.pills["Qualytics"].text() == "Qualytics sign in again")
    press(banner.action)
    assert bench.window.pages.currentWidget() is bench.window.connections
    assert bench.actions.outbox.tally().waiting == 1
    bench.server.clear_faults()
    await bench.card("qualytics").test()
    await bench.sent()
    assert len(bench.ledger("status_changes")) == 1
    await until(lambda: not banner.isVisible())


async def test_a_first_start_offers_two_ways_in(open_window: Opener) -> None:
    async with open_window(environment={}, credentials=ThisRun({})) as bench:
        window, welcome = bench.window, bench.window.welcome
        assert welcome is not None
        assert welcome.isVisible()
        asked: list[bool] = []
        window.practice_requested.connect(lambda: asked.append(True))
        press(named(welcome, "Explore with practice data"))
        assert asked == [True]
        press(named(welcome, "Connect"))
        assert window.pages.currentWidget() is window.connections
        press(window.rail.button("Anomalies"))
        assert welcome.isVisible()
        assert not window.rail.button("Practice").isVisible()


async def test_the_practice_page_makes_trouble_and_ends_it(open_window: Opener) -> None:
    async with open_window(switches=True) as bench:
        await bench.anomalies.loaded()
        window, page = bench.window, bench.window.practice
        assert page is not None
        press(window.rail.button("Practice"))
        assert "Everything works." in words(page)
        page.site.setCurrentText("Qualytics")
        press(page.on)
        assert [(one["site"], one["kind"]) for one in bench.server.faults()] == [
            ("qualytics", "offline")
        ]
        assert "Going wrong now" in words(page)
        press(page.off)
        assert bench.server.faults() == []
        assert "Everything works." in words(page)


async def test_every_trouble_that_is_offered_exists(open_window: Opener) -> None:
    async with open_window(switches=True) as bench:
        page = bench.window.practice
        assert page is not None
        bench.window.show_page("Practice")
        for at in range(page.trouble.count()):
            page.trouble.setCurrentIndex(at)
            for times in range(page.times.count()):
                page.times.setCurrentIndex(times)
                press(page.on)
        press(page.off)
        assert bench.server.faults() == []


async def test_the_practice_page_shows_what_was_really_accepted(open_window: Opener) -> None:
    async with open_window(switches=True) as bench:
        await bench.anomalies.loaded()
        page = bench.window.practice
        assert page is not None
        one = bench.anomalies.first()
        bench.actions.triage.comment(one.id, "Seen again")
        await bench.sent()
        bench.window.show_page("Practice")
        page.refresh()
        assert str(one.id) in page.ledger.toPlainText()
        assert "Seen again" in page.ledger.toPlainText()


async def test_tickets_stand_in_their_page_with_jira_s_status(bench: Bench) -> None:
    one = bench.anomalies.first()
    (issue, *_) = await bench.actions.tickets.search("customers")
    bench.actions.tickets.link(one, issue)
    bench.server.change_issue(issue.key, status="Done")
    await bench.shown()
    bench.window.show_page("Tickets")
    page = bench.window.tickets
    assert page is not None
    await until(lambda: "Done in Jira, still open" in _row(page.model))
    page.table.selectRow(0)
    press(named(page, "Show anomaly"))
    await until(lambda: bench.anomalies.table.ids() == [one.id])
    assert bench.window.pages.currentWidget() is bench.window.anomalies


def _row(model: object) -> list[str]:
    index = model.index  # type: ignore[attr-defined]
    return [str(index(0, column).data()) for column in range(7)]


async def test_tickets_that_jira_cannot_tell_of_keep_what_was_known(bench: Bench) -> None:
    one = bench.anomalies.first()
    (issue, *_) = await bench.actions.tickets.search("customers")
    bench.actions.tickets.link(one, issue)
    bench.server.set_fault("jira", "offline")
    await bench.shown()
    bench.window.show_page("Tickets")
    page = bench.window.tickets
    assert page is not None
    await until(lambda: "could not be read again" in words(page))
    assert issue.key in _row(page.model)


async def test_a_selected_ticket_stays_selected_when_jira_has_answered(bench: Bench) -> None:
    for one, issue in zip(
        bench.anomalies.ids()[:2], await bench.actions.tickets.search("customers"), strict=False
    ):
        found = bench.anomalies.model.anomaly(one)
        assert found is not None
        bench.actions.tickets.link(found, issue)
    await bench.shown()
    bench.window.show_page("Tickets")
    page = bench.window.tickets
    assert page is not None
    page.table.selectRow(1)
    chosen = page._selected()
    bench.clock.turn(60)
    page.reload()
    await bench.idle("tickets")
    await bench.shown()
    kept = page._selected()
    assert chosen is not None
    assert kept is not None
    assert kept.id == chosen.id
    another = bench.anomalies.model.rows[5]
    bench.actions.tickets.link(another, (await bench.actions.tickets.search("orders"))[0])
    await bench.shown()
    assert len(page.model.links) == 3
    moved = page._selected()
    assert moved is not None
    assert moved.id == chosen.id


async def test_closing_the_window_only_asks_to_quit(bench: Bench) -> None:
    asked: list[bool] = []
    bench.window.quit_requested.connect(lambda: asked.append(True))
    bench.window.close()
    assert asked == [True]
    assert bench.window.isVisible()


async def test_the_chosen_columns_come_back_and_nonsense_does_no_harm(
    open_window: Opener,
) -> None:
    async with open_window() as bench:
        bench.anomalies.table.want(Column.TAGS, True)
        bench.anomalies.table.want(Column.TABLE, False)
        places = bench.window.places()
        assert places["window"]
    async with open_window() as later:
        later.window.restore_places({"window": "nonsense", "columns": "NONSENSE STATUS"})
        assert later.anomalies.table.wanted == {Column.STATUS}
        later.window.restore_places(places)
        assert Column.TAGS in later.anomalies.table.wanted
        assert Column.TABLE not in later.anomalies.table.wanted


async def test_columns_are_chosen_in_a_menu_and_the_message_always_stays(bench: Bench) -> None:
    table = bench.anomalies.table
    menu = table.column_menu()
    acts = {act.text(): act for act in menu.actions()}
    assert not acts["What was found"].isEnabled()
    acts["Tags"].setChecked(True)
    acts["Datastore"].setChecked(False)
    bench.window.resize(1900, 900)
    await until(lambda: not table.isColumnHidden(Column.TAGS))
    assert table.isColumnHidden(Column.DATASTORE)
    assert table.horizontalHeader().sectionSize(Column.MESSAGE) >= 200


async def test_a_site_that_was_never_reached_and_one_that_answers_can_be_told_apart(
    open_window: Opener,
) -> None:
    async with open_window(environment={}, credentials=ThisRun({})) as bench:
        for site in Site:
            text = bench.window.pills[site.value.capitalize()].text()
            assert text.endswith("not connected")
        assert not bench.window.banner.isVisible()
        assert Qt.FocusPolicy.TabFocus & bench.window.pills["Jira"].focusPolicy()
