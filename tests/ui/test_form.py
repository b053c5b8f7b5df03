"""The new ticket: it asks what Jira asks, keeps what was typed, and makes one issue."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.bench import Bench, Opener, click
from tests.ui.pages import FormObject, named, press, until, words

FIN = {
    "Severity": "",
    "Records affected": "12",
    "Impact date": "2026-11-20",
    "Report reference": "R-7",
    "Root cause": "The load ran twice.",
}


async def test_the_form_begins_with_what_the_anomaly_says(bench: Bench) -> None:
    one = bench.anomalies.first()
    form = await bench.anomalies.new_ticket(one.id)
    draft = form.fields.draft()
    assert one.text[:40] in draft.summary
    assert draft.project is not None
    assert f"qualytics-anomaly-{one.id}" in draft.labels
    assert form.form.submit.isEnabled()
    assert form.missing == ""


async def test_a_ticket_reaches_jira_with_the_facts_appended_and_its_key_comes_back(
    bench: Bench,
) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    form = await page.new_ticket(one.id)
    form.fields.summary.set_value("Orders are loaded twice")
    form.fields.description.set_value("Look at **last night**.")
    form.create()
    await bench.sent()
    (issue,) = bench.ledger("issues")
    assert issue["summary"] == "Orders are loaded twice"
    await until(lambda: issue["key"] in words(page.panel))
    assert page.side.form is None


async def test_two_clicks_on_create_make_one_ticket(bench: Bench) -> None:
    page = bench.anomalies
    form = await page.new_ticket(page.first().id)
    button = form.form.submit
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    button.click()
    await bench.sent()
    assert len(bench.ledger("issues")) == 1
    assert bench.actions.outbox.tally().queued == 1


async def test_create_names_what_is_missing_until_it_is_filled_in(bench: Bench) -> None:
    page = bench.anomalies
    form = await page.new_ticket(page.first().id)
    form.fields.summary.set_value("   ")
    assert not form.form.submit.isEnabled()
    assert form.missing == "Still missing: Summary"
    form.fields.summary.set_value("Orders are loaded twice")
    assert form.missing == ""
    assert form.form.submit.isEnabled()


async def test_another_type_asks_for_other_fields_and_keeps_what_was_typed(bench: Bench) -> None:
    page = bench.anomalies
    form = await page.new_ticket(page.first().id)
    form.fields.summary.set_value("Orders are loaded twice")
    await form.choose("FIN", "Data Incident")
    assert form.fields.summary.value() == "Orders are loaded twice"
    for name in FIN:
        assert name in form.missing
    assert not form.form.submit.isEnabled()


async def test_every_field_that_finance_requires_can_be_filled_in_and_arrives(
    bench: Bench,
) -> None:
    page = bench.anomalies
    form = await page.new_ticket(page.first().id)
    await form.choose("FIN", "Data Incident")
    for editor in form.fields._extra:
        field = editor.field
        if field.choices:
            first = field.choices[0]
            one = f"{first.id}/{first.children[0].id}" if first.children else first.id
            editor.set_value([first.id] if hasattr(editor, "list") else one)
        elif field.name in FIN:
            editor.set_value(FIN[field.name])
        else:
            me = await bench.actions.form.me()
            editor.set_value(me.account_id)
    assert form.missing == ""
    form.create()
    await bench.sent()
    (issue,) = bench.ledger("issues")
    assert issue["key"].startswith("FIN-")


async def test_a_draft_survives_closing_the_form(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    form = await page.new_ticket(one.id)
    form.fields.description.set_value("Half a thought")
    form.fields.labels.set_value(["one label", "two"])
    press(named(form.form, "Close"))
    again = await page.new_ticket(one.id)
    assert again.fields.description.value() == "Half a thought"
    assert again.fields.labels.value() == ["one-label", "two"]


async def test_a_draft_survives_a_crash_and_lands_in_the_next_window(open_window: Opener) -> None:
    async with open_window() as bench:
        await bench.anomalies.loaded()
        one = bench.anomalies.first()
        form = await bench.anomalies.new_ticket(one.id)
        await form.choose("FIN", "Data Incident")
        form.fill({"Report reference": "R-7"})
        form.fields.summary.set_value("Orders are loaded twice")
        await until(lambda: not form.form._keep.isActive())
        # No Close: the window is simply gone.
    async with open_window() as later:
        await later.anomalies.loaded()
        again = await later.anomalies.new_ticket(one.id)
        assert again.fields.summary.value() == "Orders are loaded twice"
        assert again.fields.project.currentText().endswith("(FIN)")
        assert again.fields.kind.currentText() == "Data Incident"
        await until(lambda: again.fields._extra)
        values = {e.field.name: e.value() for e in again.fields._extra}
        assert values["Report reference"] == "R-7"


async def test_what_was_typed_last_is_kept_even_if_the_window_goes_at_once(
    open_window: Opener,
) -> None:
    async with open_window() as bench:
        await bench.anomalies.loaded()
        one = bench.anomalies.first()
        form = await bench.anomalies.new_ticket(one.id)
        form.fields.description.set_value("The last word")
    async with open_window() as later:
        await later.anomalies.loaded()
        again = await later.anomalies.new_ticket(one.id)
        assert again.fields.description.value() == "The last word"


async def test_discard_forgets_the_draft(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    form = await page.new_ticket(one.id)
    form.fields.description.set_value("Nonsense")
    press(named(form.form, "Discard"))
    again = await page.new_ticket(one.id)
    assert again.fields.description.value() == ""


async def test_a_form_closed_while_jira_is_slow_leaves_nothing_behind(bench: Bench) -> None:
    page = bench.anomalies
    bench.server.set_fault("jira", "slow", seconds=0.1)
    page.select(page.first().id)
    press(page.panel.ticket)
    form = FormObject.of(page.side)
    press(named(form.form, "Close"))
    await bench.idle()


async def test_jira_out_of_reach_is_a_sentence_and_what_was_typed_stays(bench: Bench) -> None:
    page = bench.anomalies
    bench.server.set_fault("jira", "offline")
    page.select(page.first().id)
    press(page.panel.ticket)
    form = FormObject.of(page.side)
    await until(lambda: form.problem)
    assert "Jira cannot be reached" in form.problem
    assert not form.form.submit.isEnabled()
    form.fields.summary.set_value("Typed on the train")
    assert form.fields.draft().summary == "Typed on the train"


async def test_the_preview_shows_what_is_typed_and_what_is_appended(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    form = await page.new_ticket(one.id)
    form.fields.description.set_value("Look at **last night**.\n\n- the load")
    form.form.tabs.setCurrentIndex(1)
    text = form.form.preview.toPlainText()
    assert "Look at last night." in text
    assert "Qualytics Anomaly Linked" in text
    assert str(one.id) in text


async def test_an_issue_of_the_same_anomaly_is_offered_instead_of_a_second_one(
    bench: Bench,
) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    (await page.new_ticket(one.id)).create()
    await bench.sent()
    (issue,) = bench.ledger("issues")
    (link,) = bench.actions.anomalies.links(one.id)
    bench.actions.tickets.unlink(link)
    form = await page.new_ticket(one.id)
    await until(lambda: "was opened for this anomaly before" in words(form.form))
    press(named(form.form, "Link it instead"))
    (again,) = bench.actions.anomalies.links(one.id)
    assert again.issue is not None
    assert again.issue.key == issue["key"]
    assert len(bench.ledger("issues")) == 1


async def test_assign_to_me_and_a_person_found_by_name(bench: Bench) -> None:
    page = bench.anomalies
    form = await page.new_ticket(page.first().id)
    click(form.fields._me)
    await until(form.fields.assignee.value)
    me = await bench.actions.form.me()
    assert form.fields.assignee.value() == me.account_id
    edit = form.fields.assignee._edit
    edit.clear()
    QTest.keyClicks(edit, "a")
    assert form.fields.assignee.value() == ""


async def test_the_form_opens_in_the_window_with_the_caret_in_the_summary(bench: Bench) -> None:
    page, seen = bench.anomalies, list[str]()

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            other = isinstance(watched, QWidget) and watched.isWindow()
            if other and event.type() is QEvent.Type.Show and watched is not bench.window:
                seen.append(type(watched).__name__)
            return False

    watch, app = Watch(), QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    form = await page.new_ticket(page.first().id)
    await form.choose("FIN", "Data Incident")
    app.removeEventFilter(watch)
    assert seen == []
    assert bench.window.isActiveWindow()
    assert form.fields.summary.inner.hasFocus()
