"""The whole main job with the keyboard alone: no test here touches a mouse or calls a slot."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from qjira_gui.ui.archive_dialog import ArchiveDialog
from qjira_gui.ui.link_dialog import LinkDialog
from tests.ui.bench import Bench, focused, key, keys
from tests.ui.pages import until

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


async def tab_to(wanted: QWidget, *, back: bool = False) -> None:
    """Press Tab until the focus is where it is wanted."""
    for _ in range(60):
        if focused() is wanted:
            return
        if back:
            key(Qt.Key.Key_Backtab, SHIFT)
        else:
            key(Qt.Key.Key_Tab)
    raise AssertionError(f"{wanted.accessibleName()} cannot be reached with Tab")


async def in_front(window: QWidget) -> None:
    """Wait until keys go to a window; there is no window manager here that would see to it."""
    await until(window.isVisible)
    window.activateWindow()
    await until(window.isActiveWindow)


async def test_the_list_has_the_focus_once_it_is_there(bench: Bench) -> None:
    assert bench.anomalies.table.hasFocus()


async def test_acknowledge_comment_create_link_and_archive_with_keys_only(bench: Bench) -> None:
    page, side = bench.anomalies, bench.anomalies.side
    await tab_to(page.table)
    key(Qt.Key.Key_Down)
    assert page.table.ids() == page.ids()[:1]
    key(Qt.Key.Key_Down)
    one = page.ids()[1]
    assert page.table.ids() == [one]

    key(Qt.Key.Key_A)
    await bench.sent()
    assert [e["anomaly"] for e in bench.ledger("status_changes")] == [one]

    key(Qt.Key.Key_C)
    assert page.panel.comment.hasFocus()
    keys("Seen again today.")
    key(Qt.Key.Key_Return, CTRL)
    await until(lambda: bench.actions.outbox.tally().queued == 2)
    await bench.sent()
    assert [e["message"] for e in bench.ledger("anomaly_comments")] == ["Seen again today."]

    key(Qt.Key.Key_Escape)
    assert page.table.hasFocus()
    key(Qt.Key.Key_T)
    assert side.form is not None
    form = side.form
    assert form.fields.summary.inner.hasFocus()
    await until(form.submit.isEnabled)
    key(Qt.Key.Key_A, CTRL)
    keys("Orders are loaded twice")
    key(Qt.Key.Key_Return, CTRL)
    await until(lambda: bench.actions.outbox.tally().queued == 3)
    await bench.sent()
    (issue,) = bench.ledger("issues")
    assert issue["summary"] == "Orders are loaded twice"

    assert page.table.hasFocus()
    key(Qt.Key.Key_L)
    await until(lambda: side.dialog is not None)
    dialog = side.dialog
    assert isinstance(dialog, LinkDialog)
    await in_front(dialog)
    keys("customers")
    await until(lambda: "found" in dialog.note.text() and dialog.list.count())
    await tab_to(dialog.list)
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Space)
    key(Qt.Key.Key_Return)
    await until(lambda: len(bench.actions.anomalies.links(one)) == 2)
    await until(lambda: side.dialog is None)
    await in_front(bench.window)

    assert page.table.hasFocus()
    key(Qt.Key.Key_E)
    await until(lambda: side.dialog is not None)
    archive = side.dialog
    assert isinstance(archive, ArchiveDialog)
    await in_front(archive)
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Return)
    await until(lambda: bench.ledger("archives"))
    await bench.sent()
    (event,) = bench.ledger("archives")
    assert (event["anomaly"], event["status"]) == (one, "Invalid")


async def test_ctrl_and_a_number_lead_to_the_pages(bench: Bench) -> None:
    window = bench.window
    for digit, page in (
        (Qt.Key.Key_2, window.tickets),
        (Qt.Key.Key_3, window.outbox),
        (Qt.Key.Key_4, window.connections),
        (Qt.Key.Key_1, window.anomalies),
    ):
        key(digit, CTRL)
        # A button that is pressed by its key stays down for a moment first.
        await until(lambda wanted=page: window.pages.currentWidget() is wanted)  # type: ignore[misc]


async def test_letters_in_a_field_are_letters(bench: Bench) -> None:
    page = bench.anomalies
    page.select(page.ids()[0])
    key(Qt.Key.Key_F, CTRL)
    keys("aetlc")
    assert page.page.filters.search.text() == "aetlc"
    assert bench.actions.outbox.tally().queued == 0
    assert page.side.form is None
    assert page.side.dialog is None


async def test_escape_leaves_a_dialog_and_nothing_happens(bench: Bench) -> None:
    page = bench.anomalies
    await tab_to(page.table)
    key(Qt.Key.Key_Home)
    for letter in (Qt.Key.Key_E, Qt.Key.Key_L):
        key(letter)
        await until(lambda: page.side.dialog is not None)
        assert page.side.dialog is not None
        await in_front(page.side.dialog)
        key(Qt.Key.Key_Escape)
        await until(lambda: page.side.dialog is None)
        await in_front(bench.window)
    assert bench.actions.outbox.tally().queued == 0


async def test_shift_and_arrows_pick_several(bench: Bench) -> None:
    page = bench.anomalies
    await tab_to(page.table)
    key(Qt.Key.Key_Home)
    key(Qt.Key.Key_Down, SHIFT)
    key(Qt.Key.Key_Down, SHIFT)
    assert page.table.ids() == page.ids()[:3]
    key(Qt.Key.Key_A)
    await bench.sent()
    assert len(bench.ledger("status_changes")) == 3


async def test_enter_goes_from_the_list_to_the_detail_and_space_presses(bench: Bench) -> None:
    page = bench.anomalies
    await tab_to(page.table)
    key(Qt.Key.Key_Home)
    key(Qt.Key.Key_Return)
    assert page.panel.acknowledge.hasFocus()
    key(Qt.Key.Key_Space)
    await bench.sent()
    assert len(bench.ledger("status_changes")) == 1


async def test_enter_on_a_ticket_shows_its_anomaly(bench: Bench) -> None:
    one = bench.anomalies.first()
    (issue, *_) = await bench.actions.tickets.search("customers")
    bench.actions.tickets.link(one, issue)
    await bench.shown()
    key(Qt.Key.Key_2, CTRL)
    page = bench.window.tickets
    assert page is not None
    await until(lambda: bench.window.pages.currentWidget() is page)
    await tab_to(page.table)
    key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Return)
    await until(lambda: bench.anomalies.table.ids() == [one.id])


async def test_no_two_things_answer_to_one_key(bench: Bench) -> None:
    page = bench.anomalies
    page.select(page.ids()[0])
    seen: dict[str, list[str]] = {}
    for widget in (bench.window, *bench.window.findChildren(QWidget)):
        for action in widget.actions():
            for one in action.shortcuts():
                seen.setdefault(one.toString(), []).append(action.text())
        shortcut = getattr(widget, "shortcut", None)
        found = shortcut() if callable(shortcut) and widget.isVisible() else None
        if isinstance(found, QKeySequence) and not found.isEmpty():
            seen.setdefault(found.toString(), []).append(widget.accessibleName())
    assert {text: who for text, who in seen.items() if len(who) > 1} == {}
