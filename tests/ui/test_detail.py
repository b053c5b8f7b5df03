"""What stands beside the list: acts on one anomaly or several, and what came of them."""

import shutil
from pathlib import Path

from qjira_gui.domain.outbox import EntryState
from qjira_gui.ui.anomaly_model import Column
from tests.ui.bench import Bench, Opener
from tests.ui.pages import named, press, until, words


async def test_the_detail_says_what_was_found(bench: Bench) -> None:
    one = bench.anomalies.first()
    panel = await bench.anomalies.open(one.id)
    said = words(panel)
    for part in (one.text, one.datastore_name, one.table_name, str(one.id), "Active"):
        assert part in said


async def test_acknowledge_shows_at_once_and_arrives_once(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    page.acknowledge(one.id)
    assert [e.state for e in bench.actions.outbox.entries()] == [EntryState.WAITING]
    await bench.shown()
    assert page.cell(one.id, Column.STATUS) == "Acknowledged"
    assert not page.panel.acknowledge.isEnabled()
    await bench.sent()
    (change,) = bench.ledger("status_changes")
    assert (change["anomaly"], change["status"]) == (one.id, "Acknowledged")


async def test_an_act_while_offline_stands_in_its_row_as_waiting(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    bench.go_offline()
    page.acknowledge(one.id)
    await until(lambda: bench.window.banner.isVisible())
    assert page.cell(one.id, Column.STATUS) == "Acknowledged"
    assert page.cell(one.id, Column.SYNC) == "Waiting"
    await until(lambda: "Acknowledged" in words(page.panel))


async def test_several_are_acknowledged_at_once_and_only_those_that_can_be(bench: Bench) -> None:
    page = bench.anomalies
    first, second, third = page.ids()[:3]
    page.acknowledge(first)
    await bench.sent()
    page.select(first, second, third)
    assert "3 anomalies selected" in words(page.side)
    press(page.side._several._acknowledge)
    await bench.sent()
    changed = sorted(event["anomaly"] for event in bench.ledger("status_changes"))
    assert changed == sorted([first, second, third])


async def test_archiving_asks_for_status_and_comment_and_sends_both(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    page.select(one.id)
    page.side.archive("Discarded")
    dialog = await page.archive_dialog()
    assert dialog.status == "Discarded"
    said = words(dialog)
    for status in ("Resolved", "Invalid", "Discarded", "Duplicate"):
        assert status in dialog._choices
    assert "It was not a real problem." in said
    dialog._choices["Invalid"].setChecked(True)
    dialog.text.setPlainText("A test load.")
    press(dialog.agree)
    await until(lambda: bench.actions.outbox.tally().queued == 1)
    await bench.sent()
    (event,) = bench.ledger("archives")
    assert (event["anomaly"], event["status"]) == (one.id, "Invalid")
    assert bench.ledger("hard_deletes") == []
    assert "A test load." in str(bench.server.ledger()["events"])


async def test_archiving_that_is_called_off_does_nothing(bench: Bench) -> None:
    page = bench.anomalies
    page.select(*page.ids()[:2])
    page.side.archive()
    dialog = await page.archive_dialog()
    assert "2 anomalies" in dialog.windowTitle()
    press(named(dialog, "Cancel"))
    await bench.idle("archive")
    assert page.side.dialog is None
    assert bench.actions.outbox.tally().queued == 0


async def test_an_archived_anomaly_takes_no_comment_and_says_why(bench: Bench) -> None:
    page = bench.anomalies
    page.choose_status("Resolved")
    await bench.idle("load anomalies")
    await page.open(page.ids()[0])
    assert not page.panel.comment.isEnabled()
    assert "archived" in page.panel.comment.placeholderText()
    assert not page.panel.send.isEnabled()
    assert not page.panel.archive.isEnabled()
    assert page.panel.acknowledge.text() == "Restore"


async def test_restore_brings_an_archived_anomaly_back(bench: Bench) -> None:
    page = bench.anomalies
    page.choose_status("Resolved")
    await bench.idle("load anomalies")
    one = page.ids()[0]
    page.select(one)
    press(page.panel.acknowledge)
    await bench.sent()
    (change,) = bench.ledger("status_changes")
    assert (change["anomaly"], change["status"]) == (one, "Acknowledged")


async def test_a_comment_stands_in_the_activity_and_reaches_every_ticket(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    issues = (await bench.actions.tickets.search("customers"))[:2]
    for issue in issues:
        bench.actions.tickets.link(one, issue)
    await page.open(one.id)
    assert not page.panel.send.isEnabled()
    page.comment("Seen again today.")
    assert page.panel.comment.toPlainText() == ""
    await until(lambda: "You commented: Seen again today." in words(page.panel))
    await bench.sent()
    assert [e["message"] for e in bench.ledger("anomaly_comments")] == ["Seen again today."]
    told = {e["issue"]: e["text"] for e in bench.ledger("comments")}
    assert told == {i.key: "Comment from Qualytics: Seen again today." for i in issues}


async def test_a_comment_of_a_colleague_stands_there_once_and_ours_not_twice(
    bench: Bench,
) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    bench.server.add_comment(one.id, "The load ran twice.", by="Priya Raman")
    await page.open(one.id)
    page.comment("Thanks, Priya.")
    await bench.sent()
    page.select(page.ids()[1])
    await page.open(one.id)
    said = words(page.panel)
    assert said.count("The load ran twice.") == 1
    assert said.count("Thanks, Priya.") == 1
    assert "Priya Raman" in said


async def test_half_a_comment_waits_where_it_was_begun(bench: Bench) -> None:
    page = bench.anomalies
    one, other = page.ids()[:2]
    await page.open(one)
    page.panel.comment.setPlainText("Half a thought")
    await page.open(other)
    assert page.panel.comment.toPlainText() == ""
    await page.open(one)
    assert page.panel.comment.toPlainText() == "Half a thought"


async def test_half_a_comment_survives_a_crash_and_is_gone_once_it_is_queued(
    open_window: Opener, tmp_path: Path
) -> None:
    left = tmp_path / "left"
    left.mkdir()
    async with open_window(profile=tmp_path / "profile") as bench:
        page = bench.anomalies
        await page.loaded()
        one = page.first().id
        await page.open(one)
        page.panel.comment.setPlainText("Half a thought")
        await until(lambda: bench.actions.triage.begun(one))
        # The file as it is on disk right now is what a kill would leave.
        for ending in ("", "-wal"):
            shutil.copy(tmp_path / "profile" / f"qjira.db{ending}", left)
    async with open_window(profile=left) as bench:
        page = bench.anomalies
        await page.loaded()
        await page.open(one)
        assert page.panel.comment.toPlainText() == "Half a thought"
        press(page.panel.send)
        await bench.sent()
        assert bench.actions.triage.begun(one) == ""
        assert page.panel.comment.toPlainText() == ""
        await page.open(page.ids()[1])
        await page.open(one)
        assert page.panel.comment.toPlainText() == ""
        assert [e["message"] for e in bench.ledger("anomaly_comments")] == ["Half a thought"]


async def test_a_comment_that_is_taken_back_can_be_said_better(open_window: Opener) -> None:
    async with open_window(undo_seconds=5.0) as bench:
        page = bench.anomalies
        await page.loaded()
        await page.open(page.first().id)
        page.comment("Teh load ran twice")
        await bench.shown()
        press(bench.window.toast.undo)
        await bench.shown()
        assert page.panel.comment.toPlainText() == "Teh load ran twice"
        assert page.panel.send.isEnabled()
        page.comment("The load ran twice")
        bench.clock.turn(5)
        await bench.sent()
        assert [e["message"] for e in bench.ledger("anomaly_comments")] == ["The load ran twice"]


async def test_a_detail_that_cannot_be_read_leaves_what_the_list_knows(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    bench.server.set_fault("qualytics", "500", path=f"*/anomalies/{one.id}")
    panel = await page.open(one.id)
    assert "Only the list's columns are shown" in words(panel)
    assert one.text in words(panel)
    assert panel.acknowledge.isEnabled()


async def test_source_records_are_read_when_asked_for(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    panel = await page.open(one.id)
    assert not panel._record_text.isVisible()
    press(panel._record_button)
    await until(panel._record_text.isVisible)
    assert panel._record_text.toPlainText()


async def test_a_new_status_in_qualytics_is_told_to_the_tickets_when_it_is_seen(
    bench: Bench,
) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    (issue, *_) = await bench.actions.tickets.search("customers")
    bench.actions.tickets.link(one, issue)
    bench.clock.turn(1)
    bench.server.change_anomaly(one.id, "Acknowledged")
    await page.open(one.id)
    await bench.sent()
    (told,) = bench.ledger("comments")
    assert told["text"].endswith("Qualytics Anomaly Status: Acknowledged")


async def test_jira_s_status_stands_on_the_card(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    (issue, *_) = await bench.actions.tickets.search("customers")
    bench.actions.tickets.link(one, issue)
    bench.server.change_issue(issue.key, status="Done")
    await page.open(one.id)
    await until(lambda: "Done" in words(page.panel))


async def test_undo_that_comes_too_late_says_so_and_takes_nothing_back(
    open_window: Opener,
) -> None:
    async with open_window(undo_seconds=5.0) as bench:
        page = bench.anomalies
        await page.loaded()
        one = page.first()
        page.acknowledge(one.id)
        bench.clock.turn(6)
        await bench.sent()
        press(bench.window.toast.undo)
        await bench.shown()
        assert page.cell(one.id, Column.STATUS) == "Acknowledged"
        assert bench.actions.outbox.tally().cancelled == 0
        assert "had left already" in bench.window.toast.text.text()
