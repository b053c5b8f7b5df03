"""Whoever does not see the window can use it: everything that takes the focus has a name."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QWidget,
)

from qjira_gui.store.credentials import ThisRun
from qjira_gui.ui import theme as look
from qjira_gui.ui.crash_dialog import CrashDialog
from tests.ui.bench import Bench, Opener, focused, key
from tests.ui.pages import named, press, until

DRESSED = True
THEMES = pytest.mark.parametrize("theme", [look.LIGHT, look.DARK], ids=lambda theme: theme.name)


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """As while a screen reader runs."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def unnamed(root: QWidget) -> list[str]:
    """Return what can take the focus and has no name that a screen reader could say."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        # Their inner editors speak with their owner's name.
        if isinstance(widget.parent(), QAbstractSpinBox | QComboBox):
            continue
        if not widget.isVisible() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


@asynccontextmanager
async def dressed_window(
    open_window: Opener, theme: look.Theme, qapp: QApplication, **options: object
) -> AsyncIterator[Bench]:
    look.apply(qapp, theme)
    try:
        async with open_window(theme=theme, **options) as bench:
            yield bench
    finally:
        look.apply(qapp, look.LIGHT)


def test_the_audit_itself_finds_a_field_without_a_name(qapp: QApplication) -> None:
    widget = QLineEdit()
    widget.setPlaceholderText("A placeholder is no name")
    widget.show()
    assert unnamed(widget) == ["QLineEdit in NoneType"]
    widget.setAccessibleName("Search")
    assert unnamed(widget) == []
    widget.deleteLater()


@THEMES
async def test_the_first_start_has_names(
    open_window: Opener, theme: look.Theme, qapp: QApplication
) -> None:
    async with dressed_window(
        open_window, theme, qapp, environment={}, credentials=ThisRun({})
    ) as bench:
        assert bench.window.welcome is not None
        assert bench.window.welcome.isVisible()
        assert unnamed(bench.window) == []


@THEMES
async def test_every_page_and_every_dialog_has_names(
    open_window: Opener, theme: look.Theme, qapp: QApplication
) -> None:
    async with dressed_window(open_window, theme, qapp, switches=True) as bench:
        window, page = bench.window, bench.anomalies
        await page.loaded()
        page.page.filters._more.click()
        assert unnamed(window) == []
        one = page.first()
        issues = await bench.actions.tickets.search("customers")
        bench.actions.tickets.link(one, issues[0])
        panel = await page.open(one.id)
        press(panel._record_button)
        await until(panel._record_text.isVisible)
        await until(lambda: named(panel, f"Unlink {issues[0].key}"))
        assert unnamed(window) == []
        page.select(*page.ids()[:3])
        assert unnamed(window) == []
        page.side.archive()
        archive = await page.archive_dialog()
        assert unnamed(archive) == []
        press(named(archive, "Cancel"))
        await until(lambda: page.side.dialog is None)
        link = await page.link_dialog(one.id)
        await link.find("customers")
        assert unnamed(link.dialog) == []
        press(named(link.dialog, "Cancel"))
        await until(lambda: page.side.dialog is None)
        form = await page.new_ticket(one.id)
        await form.choose("FIN", "Data Incident")
        await until(lambda: all(editor.isVisible() for editor in form.fields._extra))
        assert len(form.fields._extra) > 5
        assert unnamed(window) == []
        form.form.tabs.setCurrentIndex(1)
        assert unnamed(window) == []
        press(named(form.form, "Discard"))
        bench.go_offline()
        bench.actions.triage.comment(one.id, "Waits")
        await until(window.banner.isVisible)
        for name in ("Tickets", "Outbox", "Connections", "Practice"):
            window.show_page(name)
            assert unnamed(window) == [], name
        bench.outbox.show()
        bench.outbox.select(0)
        assert unnamed(window) == []
        bench.server.clear_faults()


@THEMES
async def test_the_crash_dialog_has_names(
    bench: Bench, theme: look.Theme, qapp: QApplication
) -> None:
    dialog = CrashDialog(bench.window, theme, "Traceback")
    dialog.open()
    assert unnamed(dialog) == []
    dialog.close()
    dialog.deleteLater()


async def test_an_empty_list_and_a_failed_one_have_names(bench: Bench) -> None:
    bench.server.set_fault("qualytics", "500")
    bench.anomalies.choose_status("Invalid")
    await until(lambda: "could not" in bench.anomalies.page.state.title)
    assert unnamed(bench.window) == []


async def walk(start: QWidget, most: int = 120) -> list[QWidget]:
    """Press Tab until the focus is where it was; return where it has been."""
    start.setFocus()
    been: list[QWidget] = []
    for _ in range(most):
        been.append(focused())
        key(Qt.Key.Key_Tab)
        if focused() is start:
            return been
        assert focused() is not been[-1], f"Tab does not leave {been[-1].accessibleName()}"
    raise AssertionError(f"Tab never came back: {[one.accessibleName() for one in been[-9:]]}")


def tabbable(root: QWidget) -> set[QWidget]:
    """Return what somebody with a keyboard should be able to reach."""
    return {
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not isinstance(widget.parent(), QComboBox | QAbstractSpinBox)
        # Of buttons that exclude one another one takes the focus, and arrows lead to the others.
        and not (isinstance(widget, QPushButton) and widget.group())
    }


async def test_tab_goes_round_every_page_and_leaves_every_table(open_window: Opener) -> None:
    async with open_window(switches=True) as bench:
        window, page = bench.window, bench.anomalies
        await page.loaded()
        one = page.first()
        (issue, *_) = await bench.actions.tickets.search("customers")
        bench.actions.tickets.link(one, issue)
        bench.actions.triage.comment(one.id, "Sent")
        await bench.sent()
        await page.open(one.id)
        page.panel.comment.setPlainText("So that Comment can be pressed")
        await until(lambda: named(page.panel, f"Unlink {issue.key}"))
        missed = tabbable(window) - set(await walk(page.table))
        assert sorted(widget.accessibleName() for widget in missed) == []
        for name in ("Tickets", "Outbox", "Connections", "Practice"):
            window.show_page(name)
            if name == "Outbox":
                bench.outbox.show("All")
            start = window.rail.button(name)
            missed = tabbable(window) - set(await walk(start))
            assert sorted(widget.accessibleName() for widget in missed) == [], name


async def test_tab_goes_round_the_form_and_its_tick_lists(bench: Bench) -> None:
    page = bench.anomalies
    form = await page.new_ticket(page.first().id)
    await form.choose("FIN", "Data Incident")
    await until(lambda: all(editor.isVisible() for editor in form.fields._extra))
    been = await walk(form.fields.summary.inner)
    missed = tabbable(form.form) - set(been)
    assert sorted(widget.accessibleName() for widget in missed) == []
    order = [been.index(e.inner.focusProxy() or e.inner) for e in form.fields._extra]
    assert order == sorted(order)
