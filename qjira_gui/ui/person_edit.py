"""Picks a person in Jira: type a part of a name, choose from who may be assigned."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox

from qjira_gui.domain.errors import AppError
from qjira_gui.domain.fields import FormField
from qjira_gui.domain.issue import User
from qjira_gui.ui.field_editors import Editor

if TYPE_CHECKING:
    from qjira_gui.ui.tasks import TaskScope

#: Milliseconds without a key before Jira is asked.
TYPING = 300


class PersonEditor(Editor):
    """Holds an account id; names are only shown, because e-mails and names may be hidden."""

    def __init__(
        self, field: FormField, tasks: "TaskScope", find: Callable[[str], Awaitable[list[User]]]
    ) -> None:
        """`find` asks Jira who matches some letters."""
        self.box = QComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        super().__init__(field, self.box)
        self._tasks, self._find = tasks, find
        self._account, self._name = "", ""
        edit = self.box.lineEdit()
        assert edit is not None
        self._edit = edit
        edit.setPlaceholderText("Nobody; type a name")
        edit.setAccessibleName(field.name)
        # The box's own completer would pick the first match while somebody is still typing.
        self.box.setCompleter(None)  # type: ignore[arg-type]
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self._ask)
        edit.textEdited.connect(self._typed)
        self.box.activated.connect(self._chosen)

    def value(self) -> Any:
        """Return the account id, empty for nobody."""
        return self._account

    def set_value(self, value: Any) -> None:
        """Keep an account id; its name is shown once it is known."""
        self._account = str(value)
        self._edit.setText(self._name or self._account)

    def choose(self, user: User) -> None:
        """Pick a person."""
        self._account, self._name = user.account_id, user.name
        self._edit.setText(user.name)
        self.changed.emit()

    def _typed(self, text: str) -> None:
        if self._account:
            self._account, self._name = "", ""
            self.changed.emit()
        if text.strip():
            self._typing.start()

    def _ask(self) -> None:
        text = self._edit.text().strip()
        name = f"people for {self.field.id}"
        self._tasks.start(self._offer(text), name=name, exclusive=True)

    async def _offer(self, text: str) -> None:
        try:
            found = await self._find(text)
        except AppError as error:
            self.show_error(error.while_reading)
            return
        self.show_error("" if found else "Nobody who can be assigned matches.")
        self.box.blockSignals(True)
        self.box.clear()
        for user in found:
            self.box.addItem(user.name or user.account_id, user)
        self.box.setCurrentIndex(-1)
        self._edit.setText(text)
        self.box.blockSignals(False)
        if found and self.box.isVisible():
            self.box.showPopup()
            self._edit.setFocus()

    def _chosen(self, at: int) -> None:
        user = self.box.itemData(at)
        if isinstance(user, User):
            self.choose(user)
