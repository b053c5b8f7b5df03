"""A ticket that Jira refuses comes back into the form, with Jira's words where they belong."""

import httpx

from qjira_gui.domain.outbox import EntryState
from qjira_gui.ui.outbox_model import Column
from tests.ui.bench import Bench, Between, Opener
from tests.ui.pages import FormObject, named, press, until, words

REFUSAL = {
    "errorMessages": [],
    "errors": {"summary": "Summary is too clever.", "description": "Say more."},
}


def refuses(request: httpx.Request) -> httpx.Response | None:
    refused = request.method == "POST" and request.url.path.endswith("/issue")
    return httpx.Response(400, json=REFUSAL) if refused else None


async def refused(bench: Bench, between: Between, anomaly_id: int) -> None:
    """Send a ticket that Jira refuses, and show it in the outbox."""
    between.answer = refuses
    form = await bench.anomalies.new_ticket(anomaly_id)
    form.fields.summary.set_value("Orders are loaded twice")
    form.fields.description.set_value("As typed")
    form.create()
    await until(lambda: bench.actions.outbox.tally().needs_you == 1)
    await bench.shown()
    between.answer = lambda request: None
    bench.outbox.show("Needs you")
    bench.outbox.select(0)


def errors(form: FormObject) -> dict[str, str]:
    own = (form.fields.summary, form.fields.description, form.fields.labels)
    return {e.field.id: e._error.text() for e in own if e._error.isVisible()}


async def test_a_refused_ticket_needs_you_and_says_why(open_window: Opener) -> None:
    between = Between()
    async with open_window(wrap=between.wrap) as bench:
        await bench.anomalies.loaded()
        await refused(bench, between, bench.anomalies.first().id)
        assert bench.outbox.text(0, Column.STATE) == "Needs you"
        assert "Summary is too clever." in words(bench.outbox.page)
        assert bench.window.rail.badge.text().startswith("1")
        assert "need" in bench.window.rail.button("Outbox").accessibleName()


async def test_edit_ticket_opens_the_form_with_jira_s_words_at_the_fields(
    open_window: Opener,
) -> None:
    between = Between()
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await page.loaded()
        one = page.first()
        await refused(bench, between, one.id)
        bench.outbox.press("Edit ticket")
        form = FormObject.of(page.side)
        await form.read()
        assert form.form.anomaly.id == one.id
        assert "Change ticket" in words(form.form)
        assert form.form.submit.text() == "Send ticket"
        assert form.fields.description.value() == "As typed"
        assert errors(form) == {
            "summary": "Summary is too clever.",
            "description": "Say more.",
        }
        form.fields.summary.set_value("Orders twice")
        form.create()
        await bench.sent()
        (issue,) = bench.ledger("issues")
        assert issue["summary"] == "Orders twice"
        assert [e.state for e in bench.actions.outbox.entries()] == [EntryState.SENT]
        assert len(bench.actions.anomalies.links(one.id)) == 1


async def test_a_form_that_is_open_for_another_anomaly_gives_way_and_keeps_its_draft(
    open_window: Opener,
) -> None:
    between = Between()
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await page.loaded()
        one, other = page.ids()[:2]
        await refused(bench, between, one)
        bench.window.show_page("Anomalies")
        half = await page.new_ticket(other)
        half.fields.description.set_value("Half a thought")
        bench.outbox.show("Needs you")
        bench.outbox.select(0)
        bench.outbox.press("Edit ticket")
        form = FormObject.of(page.side)
        await form.read()
        assert form.form.anomaly.id == one
        assert "summary" in errors(form)
        press(named(form.form, "Close"))
        again = await page.new_ticket(other)
        assert again.fields.description.value() == "Half a thought"
        assert errors(again) == {}


async def test_a_ticket_can_be_edited_though_its_anomaly_is_not_in_the_list(
    open_window: Opener,
) -> None:
    between = Between()
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await page.loaded()
        one = page.first()
        await refused(bench, between, one.id)
        page.choose_status("Resolved")
        await bench.idle("load anomalies")
        bench.outbox.press("Edit ticket")
        await until(lambda: page.side.form is not None)
        form = FormObject.of(page.side)
        await form.read()
        assert form.form.anomaly.id == one.id
        assert form.fields.description.value() == "As typed"


async def test_show_anomaly_finds_one_that_the_filters_hide(open_window: Opener) -> None:
    async with open_window() as bench:
        page = bench.anomalies
        await page.loaded()
        one = page.first()
        page.page.filters.search.setText("no such thing anywhere")
        await until(lambda: not page.ids())
        bench.window._errands.show_anomaly(one.id)
        await until(lambda: page.panel.isVisible() and page.panel.anomaly is not None)
        assert page.table.ids() == [one.id]


async def test_show_anomaly_finds_one_of_another_status(open_window: Opener) -> None:
    async with open_window() as bench:
        page = bench.anomalies
        await page.loaded()
        one = page.first()
        page.choose_status("Resolved")
        await bench.idle("load anomalies")
        bench.window._errands.show_anomaly(one.id)
        await until(lambda: page.panel.isVisible() and page.panel.anomaly is not None)
        assert page.table.ids() == [one.id]


async def test_an_anomaly_that_cannot_be_shown_is_said_and_the_ticket_stays_where_it_is(
    open_window: Opener,
) -> None:
    between = Between()
    async with open_window(wrap=between.wrap) as bench:
        page = bench.anomalies
        await page.loaded()
        await refused(bench, between, page.first().id)
        page.choose_status("Resolved")
        await bench.idle("load anomalies")
        bench.go_offline()
        bench.outbox.press("Edit ticket")
        await until(lambda: "cannot be shown now" in bench.window.toast.text.text())
        assert bench.actions.outbox.tally().needs_you == 1
        assert page.side.form is None
