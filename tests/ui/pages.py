"""The window in the words of a test: what is shown, and what a person does with it."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QListWidgetItem, QPushButton, QWidget

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.outbox import Entry, Site
from qjira_gui.ui.anomaly_model import Column
from qjira_gui.ui.anomaly_panel import AnomalyPanel
from qjira_gui.ui.anomaly_side import AnomalySide
from qjira_gui.ui.archive_dialog import ArchiveDialog
from qjira_gui.ui.link_dialog import IssueRole, LinkDialog
from qjira_gui.ui.outbox_page import OutboxPage
from qjira_gui.ui.ticket_form import TicketForm
from qjira_gui.ui.window import MainWindow


async def until(condition: Callable[[], object], seconds: float = 8) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.001)


def press(button: QPushButton) -> None:
    """Press a button, which must be there and enabled."""
    assert button.isVisible(), f"{button.text()} is not there"
    assert button.isEnabled(), f"{button.text()} cannot be pressed"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def words(widget: QWidget) -> str:
    """Return all that can be read on a widget."""
    said = (one.text() for one in widget.findChildren(QLabel) if one.isVisible())
    return "\n".join(said)


def _is_to_come(label: QLabel) -> bool:
    decided = label.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
    return bool(label.text()) and not label.isVisible() and not decided


def named(widget: QWidget, name: str) -> QPushButton:
    """Return the visible button of an accessible name."""
    found = [b for b in widget.findChildren(QPushButton) if b.accessibleName() == name]
    shown = [button for button in found if button.isVisible()]
    assert len(shown) == 1, f"{len(shown)} buttons are called {name}"
    return shown[0]


class AnomaliesPageObject:
    """The list and what stands beside it."""

    def __init__(self, window: MainWindow) -> None:
        self.page = window.anomalies
        self.table, self.model = self.page.table, self.page.model

    @property
    def side(self) -> AnomalySide:
        assert self.page.side is not None
        return self.page.side

    @property
    def panel(self) -> AnomalyPanel:
        return self.side.panel

    async def loaded(self) -> None:
        """Wait until the list has been read to its end."""
        await until(lambda: self.page.loader.read_at is not None and self.page.progress.isHidden())

    def ids(self) -> list[int]:
        """Return the anomalies that are shown, from top to bottom."""
        return [self.model.rows[place].id for place in self.model.order]

    def first(self, status: str = "Active") -> Anomaly:
        """Return the topmost anomaly of a status."""
        rows = (self.model.rows[place] for place in self.model.order)
        return next(row for row in rows if row.status == status and row.failed_checks)

    def cell(self, anomaly_id: int, column: Column) -> str:
        """Return what a cell shows."""
        index = self.model.index_of(anomaly_id)
        return str(self.model.data(index.siblingAtColumn(column)))

    def choose_status(self, name: str) -> None:
        """Ask the server for other anomalies; what was shown is gone at once."""
        box = self.page.filters.status
        box.setCurrentIndex(box.findData(name))

    def select(self, *ids: int) -> None:
        self.table.pick(list(ids))

    async def open(self, anomaly_id: int) -> AnomalyPanel:
        """Select one and wait until its detail has been read."""
        self.select(anomaly_id)
        await until(lambda: self.panel.isVisible() and self.panel.anomaly is not None)
        await until(lambda: "read anomaly" not in self.side._tasks.names)
        return self.panel

    def acknowledge(self, anomaly_id: int) -> None:
        self.select(anomaly_id)
        press(self.panel.acknowledge)

    def comment(self, text: str) -> None:
        self.panel.comment.setPlainText(text)
        press(self.panel.send)

    async def new_ticket(self, anomaly_id: int) -> "FormObject":
        """Open the form and wait until Jira has said what it asks for."""
        self.select(anomaly_id)
        press(self.panel.ticket)
        form = FormObject.of(self.side)
        await form.read()
        return form

    async def archive_dialog(self) -> ArchiveDialog:
        await until(lambda: isinstance(self.side.dialog, ArchiveDialog))
        dialog = self.side.dialog
        assert isinstance(dialog, ArchiveDialog)
        await until(dialog.isVisible)
        return dialog

    async def link_dialog(self, anomaly_id: int) -> "LinkDialogObject":
        self.select(anomaly_id)
        press(self.panel.link)
        await until(lambda: isinstance(self.side.dialog, LinkDialog))
        dialog = self.side.dialog
        assert isinstance(dialog, LinkDialog)
        await until(dialog.isVisible)
        return LinkDialogObject(dialog)


class FormObject:
    """The new ticket."""

    def __init__(self, form: TicketForm) -> None:
        self.form, self.fields = form, form.fields

    @classmethod
    def of(cls, side: AnomalySide) -> "FormObject":
        assert side.form is not None
        return cls(side.form)

    async def choose(self, project: str, kind: str = "") -> None:
        """Choose a project by its key, and an issue type by its name."""
        _choose(self.fields.project, f"({project})")
        await self.read()
        if kind and self.fields.kind.currentText() != kind:
            _choose(self.fields.kind, kind)
            await self.read()

    async def read(self) -> None:
        """Wait until Jira has said what this project and type ask for."""
        asking = {"ticket projects", "ticket types", "ticket fields"}
        await until(lambda: not self.form._tasks.names & asking)

    def fill(self, values: dict[str, object]) -> None:
        """Fill in the fields that this screen asks for, by Jira's name."""
        editors = {editor.field.name: editor for editor in self.fields._extra}
        for name, value in values.items():
            editors[name].set_value(value)

    @property
    def missing(self) -> str:
        return self.form._missing.text() if self.form._missing.isVisible() else ""

    @property
    def problem(self) -> str:
        return self.form._problem.text() if self.form._problem.isVisible() else ""

    def create(self) -> None:
        press(self.form.submit)


def _choose(box: QComboBox, text: str) -> None:
    found = [at for at in range(box.count()) if text in box.itemText(at)]
    assert found, f"{box.accessibleName()} does not offer {text}"
    box.setCurrentIndex(found[0])


class LinkDialogObject:
    """The dialog that links issues that exist."""

    def __init__(self, dialog: LinkDialog) -> None:
        self.dialog = dialog

    def type(self, text: str) -> None:
        """Type into the search box, and do not wait for the pause after the last key."""
        self.dialog.search.setText(text)
        self.dialog._typing.setInterval(0)
        self.dialog._typing.start()

    async def find(self, text: str) -> list[str]:
        """Search, and return the keys that are shown."""
        self.type(text)
        await until(lambda: self.dialog.note.text() == "Searching…")
        await until(lambda: self.dialog.note.text() != "Searching…")
        return self.keys()

    def items(self) -> list[QListWidgetItem]:
        return [self.dialog.list.item(at) for at in range(self.dialog.list.count())]

    def keys(self) -> list[str]:
        return [item.data(IssueRole).key for item in self.items()]

    def item(self, key: str) -> QListWidgetItem:
        return next(item for item in self.items() if item.data(IssueRole).key == key)

    def tick(self, key: str) -> None:
        item = self.item(key)
        assert item.flags() & Qt.ItemFlag.ItemIsUserCheckable, f"{key} cannot be ticked"
        item.setCheckState(Qt.CheckState.Checked)

    def agree(self) -> None:
        press(self.dialog.agree)


class OutboxPageObject:
    """What is on its way."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    @property
    def page(self) -> OutboxPage:
        assert self.window.outbox is not None
        return self.window.outbox

    def show(self, view: str = "On its way") -> list[Entry]:
        self.window.show_page("Outbox")
        self.page.choose_view(view)
        return self.page.model.entries

    def select(self, *rows: int) -> None:
        """Select rows as a person does with Ctrl."""
        self.page.table.clearSelection()
        select = self.page.table.selectionModel()
        for at in rows:
            flag = select.SelectionFlag
            select.select(self.page.model.index(at, 0), flag.Select | flag.Rows)

    def selected(self) -> list[int]:
        return sorted(i.row() for i in self.page.table.selectionModel().selectedRows())

    def text(self, row: int, column: int) -> str:
        return str(self.page.model.index(row, column).data())

    def press(self, name: str) -> None:
        press(named(self.page, name))


class CardObject:
    """One connection."""

    def __init__(self, window: MainWindow, site: str) -> None:
        assert window.connections is not None
        window.show_page("Connections")
        self.page = window.connections
        self.card = self.page.cards[Site(site)]

    async def read(self) -> None:
        await until(lambda: self.card.where.text())

    async def test(self) -> str:
        """Press Test and save, and return what can be read then."""
        press(self.card.test)
        await until(self.card.test.isEnabled)
        # A label is shown when its layout is next laid out, and not where it is added.
        await until(lambda: not any(_is_to_come(one) for one in self.card.findChildren(QLabel)))
        return words(self.card)
