"""The outbox page: what waits says why, and every verb does what its button says."""

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from qjira_gui.domain.connection import ConnectionState
from qjira_gui.domain.outbox import EntryState, Site
from qjira_gui.ui.edit_dialog import EditDialog
from qjira_gui.ui.outbox_model import Column
from tests.ui.bench import Bench, Between, Opener, key
from tests.ui.pages import press, until, words

WAITING = EntryState.WAITING


async def waiting(bench: Bench, count: int = 1) -> None:
    """Queue comments while nothing can be reached."""
    bench.go_offline()
    for number, anomaly_id in enumerate(bench.anomalies.ids()[:count]):
        bench.actions.triage.comment(anomaly_id, f"Number {number}")
    pills = bench.actions.connections
    await until(lambda: pills.status(Site.QUALYTICS).state is ConnectionState.OFFLINE)
    await until(lambda: {e.state for e in bench.actions.outbox.unfinished()} == {WAITING})
    await until(lambda: any(e.failure for e in bench.actions.outbox.unfinished()))
    await bench.shown()


async def test_an_empty_outbox_says_that_everything_has_arrived(bench: Bench) -> None:
    assert bench.outbox.show() == []
    assert "Everything has arrived" in words(bench.outbox.page)
    bench.outbox.show("Needs you")
    assert "Nothing needs you" in words(bench.outbox.page)


async def test_what_waits_says_why_and_goes_out_by_itself(bench: Bench) -> None:
    await waiting(bench)
    bench.outbox.show()
    assert bench.outbox.text(0, Column.STATE) == "Waiting"
    assert "Number 0" in bench.outbox.text(0, Column.WHAT)
    assert bench.outbox.text(0, Column.MORE) == "Waiting until Qualytics can be reached"
    bench.server.clear_faults()
    bench.clock.turn(60)
    await bench.sent()
    assert len(bench.outbox.show("Sent")) == 1
    assert bench.outbox.text(0, Column.MORE).startswith("Sent ")


async def test_the_sum_of_the_outbox_holds_in_every_state(bench: Bench) -> None:
    await waiting(bench, 3)
    bench.outbox.show()
    bench.outbox.select(0)
    bench.outbox.press("Cancel")
    await bench.shown()
    count = bench.actions.outbox.tally()
    assert count.queued == count.sent + count.waiting + count.needs_you + count.cancelled == 3
    said = bench.outbox.page.sum.text()
    assert "2 waiting" in said
    assert "1 cancelled" in said


async def test_cancel_takes_back_what_has_not_been_sent(bench: Bench) -> None:
    await waiting(bench)
    bench.outbox.show()
    bench.outbox.select(0)
    bench.outbox.press("Cancel")
    await bench.shown()
    assert bench.outbox.show() == []
    assert [e.state for e in bench.outbox.show("All")] == [EntryState.CANCELLED]
    bench.server.clear_faults()
    bench.clock.turn(60)
    await bench.sent()
    assert bench.ledger("anomaly_comments") == []


async def test_paused_nothing_leaves_and_resumed_it_does(bench: Bench) -> None:
    bench.outbox.show()
    bench.outbox.press("Pause")
    bench.actions.triage.comment(bench.anomalies.ids()[0], "Held back")
    await bench.shown()
    bench.outbox.show()
    assert bench.outbox.text(0, Column.MORE) == "Waiting: the outbox is paused"
    assert bench.ledger("anomaly_comments") == []
    banner = bench.window.banner
    assert "nothing leaves" in banner.text.text()
    press(banner.action)
    await bench.sent()
    assert [e["message"] for e in bench.ledger("anomaly_comments")] == ["Held back"]
    assert not banner.isVisible()
    bench.outbox.press("Pause")
    await bench.shown()
    bench.outbox.press("Resume")
    await bench.shown()
    assert not bench.actions.outbox.paused


async def test_send_now_does_not_wait_for_the_next_look(bench: Bench) -> None:
    await waiting(bench)
    bench.server.clear_faults()
    bench.outbox.show()
    bench.outbox.select(0)
    bench.outbox.press("Send now")
    await bench.sent()
    assert len(bench.ledger("anomaly_comments")) == 1


async def test_several_rows_stay_selected_while_the_outbox_is_shown_anew(bench: Bench) -> None:
    await waiting(bench, 3)
    bench.outbox.show()
    bench.outbox.select(0, 2)
    bench.window.tick()
    assert bench.outbox.selected() == [0, 2]
    bench.actions.triage.comment(bench.anomalies.ids()[5], "One more")
    await bench.shown()
    assert bench.outbox.selected() == [1, 3]


async def test_a_second_click_on_cancel_does_not_hit_the_next_row(bench: Bench) -> None:
    await waiting(bench, 2)
    bench.outbox.show()
    bench.outbox.select(0)
    bench.outbox.press("Cancel")
    await bench.shown()
    await until(lambda: len(bench.outbox.page.model.entries) == 1)
    assert bench.outbox.selected() == []
    assert not bench.outbox.page.acts.cancel.isEnabled()


async def test_the_newest_row_is_selected_when_the_page_is_opened(bench: Bench) -> None:
    await waiting(bench, 2)
    bench.outbox.show()
    assert bench.outbox.selected() == [0]
    bench.outbox.show("All")
    assert bench.outbox.selected() == [0]


async def test_several_rows_can_be_cancelled_at_once(bench: Bench) -> None:
    await waiting(bench, 3)
    bench.outbox.show()
    bench.outbox.select(0, 1, 2)
    assert "3 selected: 3 on the way" in words(bench.outbox.page)
    bench.outbox.press("Cancel 3")
    await bench.shown()
    assert bench.actions.outbox.tally().cancelled == 3
    assert "3 were cancelled and never sent" in words(bench.outbox.page)
    press(bench.window.toast.undo)
    await bench.shown()
    assert bench.actions.outbox.tally().waiting == 3


async def test_what_was_cancelled_can_be_queued_again_later(bench: Bench) -> None:
    await waiting(bench)
    bench.outbox.show()
    bench.outbox.select(0)
    key(Qt.Key.Key_Delete)
    await bench.shown()
    assert [e.state for e in bench.outbox.show("Cancelled")] == [EntryState.CANCELLED]
    bench.outbox.select(0)
    bench.outbox.press("Queue again")
    bench.server.clear_faults()
    bench.clock.turn(60)
    await bench.sent()
    assert [e["message"] for e in bench.ledger("anomaly_comments")] == ["Number 0"]


async def test_send_now_says_where_it_does_not_help(bench: Bench) -> None:
    said = bench.window.toast.text.text
    bench.server.set_fault("qualytics", "429", method="POST", retry_after=600, times=1)
    bench.actions.triage.comment(bench.anomalies.ids()[0], "Slowly")
    await until(lambda: bench.actions.outbox.entries()[0].failure)
    await bench.shown()
    bench.outbox.show()
    bench.outbox.select(0)
    bench.outbox.press("Send now")
    assert "Qualytics asked for a pause until" in said()
    await bench.shown()
    assert bench.outbox.text(0, Column.MORE).startswith("Qualytics asks for a pause until")
    bench.outbox.press("Pause")
    bench.outbox.press("Send now")
    assert said() == "The outbox is paused: press Resume, and it goes out."


async def test_copied_details_hold_what_went_wrong_and_no_secret(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await waiting(bench)
    bench.outbox.show()
    bench.outbox.select(0)
    bench.outbox.press("Copy details")
    copied = QGuiApplication.clipboard().text()
    assert "Number 0" in copied
    assert "cannot be reached" in copied
    for secret in (bench.server.qualytics_token, bench.server.jira_token, bench.server.jira_email):
        assert secret not in copied


async def test_verbs_that_make_no_sense_cannot_be_pressed(bench: Bench) -> None:
    bench.actions.triage.comment(bench.anomalies.ids()[0], "Sent")
    await bench.sent()
    bench.outbox.show("Sent")
    bench.outbox.select(0)
    page = bench.outbox.page
    assert not page.acts.send.isEnabled()
    assert not page.acts.cancel.isEnabled()
    assert page.acts.copy.isEnabled()
    assert not page.acts.edit.isVisible()


def too_late(request: httpx.Request) -> httpx.Response | None:
    """Qualytics takes no comment for this anomaly."""
    refused = request.method == "POST" and request.url.path.endswith("/comments")
    return httpx.Response(400, json={"detail": "The anomaly is archived"}) if refused else None


async def test_a_refusal_is_told_in_full_where_the_row_is_selected(open_window: Opener) -> None:
    between = Between()
    between.answer = too_late
    async with open_window(wrap=between.wrap) as bench:
        await bench.anomalies.loaded()
        bench.actions.triage.comment(bench.anomalies.ids()[0], "Too late")
        await until(lambda: bench.actions.outbox.tally().needs_you == 1)
        await bench.shown()
        bench.outbox.show("Needs you")
        bench.outbox.select(0)
        assert "The anomaly is archived" in words(bench.outbox.page)
        assert bench.outbox.page.acts.edit.isVisible()
        between.answer = lambda request: None
        bench.outbox.press("Retry all")
        await bench.sent()
        assert len(bench.ledger("anomaly_comments")) == 1
        assert not bench.outbox.page._retry.isVisible()


async def edit_dialog(bench: Bench) -> EditDialog:
    found: list[EditDialog] = []

    def shown() -> bool:
        found[:] = [one for one in bench.window.findChildren(EditDialog) if one.isVisible()]
        return bool(found)

    await until(shown)
    return found[0]


async def test_a_comment_that_waits_can_be_edited_and_goes_out_with_its_new_words(
    bench: Bench,
) -> None:
    await waiting(bench)
    bench.outbox.show()
    bench.outbox.select(0)
    bench.outbox.press("Edit")
    dialog = await edit_dialog(bench)
    assert dialog.text.toPlainText() == "Number 0"
    assert bench.actions.outbox.tally().needs_you == 1
    bench.server.clear_faults()
    bench.clock.turn(60)
    dialog.text.setPlainText(" ")
    press(dialog.agree)
    assert "empty" in words(dialog)
    assert dialog.isVisible()
    dialog.text.setPlainText("Number nought")
    press(dialog.agree)
    await bench.sent()
    assert [e["message"] for e in bench.ledger("anomaly_comments")] == ["Number nought"]


async def test_leaving_the_edit_dialog_changes_nothing(bench: Bench) -> None:
    await waiting(bench)
    before = bench.actions.outbox.entries()
    bench.outbox.show()
    bench.outbox.select(0)
    bench.outbox.press("Edit")
    dialog = await edit_dialog(bench)
    dialog.text.setPlainText("Something else")
    dialog.reject()
    await bench.idle("edit")
    assert bench.actions.outbox.entries() == before


async def test_sent_rows_can_be_cleared_and_what_waits_stays(bench: Bench) -> None:
    bench.actions.triage.comment(bench.anomalies.ids()[0], "Sent")
    await bench.sent()
    await waiting(bench)
    assert len(bench.outbox.show("All")) == 2
    bench.outbox.press("Clear sent")
    await bench.shown()
    assert [e.state for e in bench.outbox.show("All")] == [EntryState.WAITING]
    assert bench.outbox.show("Sent") == []
    assert "1 queued = 0 sent + 1 waiting" in bench.outbox.page.sum.text()
    assert not bench.outbox.page._clear.isVisible()
