"""Linking issues that exist: found by key, address or words, several at once, never twice."""

from PySide6.QtCore import Qt

from tests.ui.bench import Bench, key
from tests.ui.pages import named, press, until, words


async def an_issue(bench: Bench, text: str = "customers") -> str:
    """Return the key of an issue that Jira has."""
    found = await bench.actions.tickets.search(text)
    return found[0].key


def links(bench: Bench, anomaly_id: int) -> list[str]:
    return [link.name for link in bench.actions.anomalies.links(anomaly_id)]


async def test_a_key_finds_its_issue_and_linking_leaves_jira_as_it_is(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    wanted = await an_issue(bench)
    dialog = await page.link_dialog(one.id)
    assert "Linking does not change the Jira issue." in words(dialog.dialog)
    assert not dialog.dialog.agree.isEnabled()
    assert await dialog.find(wanted.lower()) == [wanted]
    dialog.tick(wanted)
    dialog.agree()
    await until(lambda: links(bench, one.id) == [wanted])
    await until(lambda: wanted in words(page.panel))
    await bench.sent()
    assert bench.ledger("comments") == []
    assert bench.ledger("issue_changes") == []


async def test_a_pasted_address_finds_its_issue(bench: Bench) -> None:
    wanted = await an_issue(bench)
    dialog = await bench.anomalies.link_dialog(bench.anomalies.first().id)
    assert await dialog.find(f"{bench.server.jira_url}/browse/{wanted}?focusedId=1") == [wanted]


async def test_words_find_issues_and_several_are_linked_at_once(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    dialog = await page.link_dialog(one.id)
    found = await dialog.find("customers")
    assert len(found) > 1
    for wanted in found[:2]:
        dialog.tick(wanted)
    assert dialog.dialog.agree.text() == "Link 2 issues"
    dialog.agree()
    await until(lambda: sorted(links(bench, one.id)) == sorted(found[:2]))


async def test_what_was_ticked_stays_ticked_through_another_search(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    wanted = await an_issue(bench)
    dialog = await page.link_dialog(one.id)
    await dialog.find(wanted)
    dialog.tick(wanted)
    await dialog.find("orders")
    assert dialog.item(wanted).checkState() == Qt.CheckState.Checked
    assert [issue.key for issue in dialog.dialog.chosen] == [wanted]


async def test_an_issue_that_is_linked_already_cannot_be_ticked(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    (issue, *_) = await bench.actions.tickets.search("customers")
    bench.actions.tickets.link(one, issue)
    dialog = await page.link_dialog(one.id)
    await dialog.find(issue.key)
    item = dialog.item(issue.key)
    assert "linked already" in item.text()
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    dialog.dialog.reject()


async def test_the_issue_of_a_like_anomaly_is_suggested_with_the_reason(bench: Bench) -> None:
    page = bench.anomalies
    rows = [page.model.rows[place] for place in page.model.order]
    one, like = next(
        (a, b) for a in rows for b in rows if a.id != b.id and a.container == b.container
    )
    (issue, *_) = await bench.actions.tickets.search("customers")
    bench.actions.tickets.link(like, issue)
    dialog = await page.link_dialog(one.id)
    await bench.idle("link search")
    assert dialog.dialog.note.text() == "Suggested:"
    assert "linked to an anomaly with the same" in dialog.item(issue.key).text()


async def test_nothing_found_and_jira_out_of_reach_are_sentences(bench: Bench) -> None:
    dialog = await bench.anomalies.link_dialog(bench.anomalies.first().id)
    assert await dialog.find("xylophone quartz") == []
    assert "found no issue" in dialog.dialog.note.text()
    bench.server.set_fault("jira", "offline")
    await dialog.find("customers")
    assert "Jira cannot be reached" in dialog.dialog.note.text()


async def test_typing_asks_jira_once_after_the_last_key(bench: Bench) -> None:
    dialog = await bench.anomalies.link_dialog(bench.anomalies.first().id)
    await bench.idle("link search")
    before = len(bench.server.ledger()["requests"])
    for text in ("c", "cu", "cus", "cust", "customers"):
        dialog.dialog.search.setText(text)
    dialog.type("customers")
    await until(lambda: "found" in dialog.dialog.note.text())
    asked = bench.server.ledger()["requests"][before:]
    assert len([path for _, path, _ in asked if path.endswith("/search/jql")]) == 1


async def test_a_dialog_closed_in_the_middle_of_a_search_leaves_nothing_behind(
    bench: Bench,
) -> None:
    dialog = await bench.anomalies.link_dialog(bench.anomalies.first().id)
    bench.server.set_fault("jira", "slow", seconds=0.1)
    dialog.type("customers")
    await until(lambda: dialog.dialog.note.text() == "Searching…")
    press(named(dialog.dialog, "Cancel"))
    await bench.idle()
    assert bench.anomalies.side.dialog is None


async def test_enter_links_what_is_ticked_and_nothing_else(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    dialog = await page.link_dialog(one.id)
    found = await dialog.find("customers")
    dialog.dialog.list.setFocus()
    dialog.dialog.list.setCurrentRow(0)
    key(Qt.Key.Key_Space)
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Space)
    key(Qt.Key.Key_Return)
    await until(lambda: sorted(links(bench, one.id)) == sorted(found[:2]))


async def test_enter_on_an_issue_links_it_when_nothing_is_ticked(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    dialog = await page.link_dialog(one.id)
    found = await dialog.find("customers")
    dialog.dialog.list.setFocus()
    dialog.dialog.list.setCurrentRow(1)
    key(Qt.Key.Key_Return)
    await until(lambda: links(bench, one.id) == found[1:2])


async def test_unlink_can_be_undone_and_jira_never_hears_of_it(bench: Bench) -> None:
    page, one = bench.anomalies, bench.anomalies.first()
    (issue, *_) = await bench.actions.tickets.search("customers")
    bench.actions.tickets.link(one, issue)
    await bench.shown()
    await page.open(one.id)
    press(named(page.panel, f"Unlink {issue.key}"))
    toast = bench.window.toast
    assert "unlinked" in toast.text.text()
    assert "unchanged" in toast.text.text()
    await until(lambda: "No tickets linked" in words(page.panel))
    press(toast.undo)
    await until(lambda: links(bench, one.id) == [issue.key])
    await until(lambda: issue.key in words(page.panel))
    assert bench.ledger("comments") == []
