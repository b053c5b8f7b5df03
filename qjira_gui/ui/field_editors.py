"""One editor a kind of Jira field: what it shows, and the value that the draft keeps."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from qjira_gui.domain.fields import FieldKind, FormField
from qjira_gui.domain.text import label_text, one_line
from qjira_gui.ui.date_edit import OptionalDate
from qjira_gui.ui.pieces import label


class Editor(QWidget):
    """A field's name, its input, and what is wrong with it."""

    changed = Signal()

    def __init__(self, field: FormField, inner: QWidget) -> None:
        """`inner` is the input; the label is its buddy, so it has a name."""
        super().__init__()
        self.field = field
        self.inner = inner
        name = f"{field.name} *" if field.required and not field.has_default else field.name
        heading = label(name, "caption")
        heading.setBuddy(inner)
        inner.setAccessibleName(field.name)
        self._error = label("", "error", wrap=True)
        self._error.hide()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        for part in (heading, inner, self._error):
            lines.addWidget(part)

    def value(self) -> Any:
        """Return what the draft keeps: text, an id, or a list of them."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value that the draft kept."""
        raise NotImplementedError

    def show_error(self, text: str) -> None:
        """Say what is wrong beside the field; empty takes it away."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.inner.setProperty("invalid", bool(text))
        self.inner.style().unpolish(self.inner)
        self.inner.style().polish(self.inner)


class LineEditor(Editor):
    """One line of text."""

    def __init__(self, field: FormField) -> None:
        """Start empty."""
        self.line = QLineEdit()
        super().__init__(field, self.line)
        if field.kind is FieldKind.NUMBER:
            self.line.setValidator(QDoubleValidator(self.line))
            self.line.setPlaceholderText("A number")
        if field.kind is FieldKind.PARENT:
            self.line.setPlaceholderText("Key of the parent, such as DATA-12")
        self.line.textChanged.connect(lambda: self.changed.emit())

    def value(self) -> Any:
        """Return the text."""
        return self.line.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a text, from its beginning."""
        self.line.setText(str(value))
        self.line.setCursorPosition(0)


class LabelsEditor(LineEditor):
    """Words separated by commas; spaces inside a word become hyphens, since Jira refuses them."""

    def value(self) -> Any:
        """Return the words as Jira takes them, each once."""
        words = (label_text(part) for part in self.line.text().split(","))
        return list(dict.fromkeys(word for word in words if word))

    def set_value(self, value: Any) -> None:
        """Show words."""
        self.line.setText(", ".join(value))


class ParagraphEditor(Editor):
    """Several lines of text."""

    def __init__(self, field: FormField) -> None:
        """Start empty."""
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(72)
        super().__init__(field, self.text)
        self.text.textChanged.connect(lambda: self.changed.emit())

    def value(self) -> Any:
        """Return the text."""
        return self.text.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        """Show a text."""
        self.text.setPlainText(str(value))


class HeadingEditor(ParagraphEditor):
    """Text that is one line for Jira but too long for one line here."""

    def __init__(self, field: FormField) -> None:
        """Start empty, two lines high."""
        super().__init__(field)
        self.text.setFixedHeight(52)

    def value(self) -> Any:
        """Return the text on one line."""
        return one_line(self.text.toPlainText())


class ChoiceEditor(Editor):
    """One of the values that Jira allows, or none."""

    def __init__(self, field: FormField) -> None:
        """Offer the choices; a cascade offers each parent with each of its children."""
        self.box = QComboBox()
        super().__init__(field, self.box)
        self.box.addItem("Jira's default" if field.has_default else "None", "")
        for choice in field.choices:
            self.box.addItem(choice.label, choice.id)
            for child in choice.children:
                self.box.addItem(f"{choice.label} / {child.label}", f"{choice.id}/{child.id}")
        self.box.currentIndexChanged.connect(lambda: self.changed.emit())

    def value(self) -> Any:
        """Return the id chosen, empty for none."""
        return self.box.currentData() or ""

    def set_value(self, value: Any) -> None:
        """Choose an id; one that Jira no longer offers is not chosen."""
        self.box.setCurrentIndex(max(0, self.box.findData(value)))


class ChoicesEditor(Editor):
    """Any of the values that Jira allows."""

    def __init__(self, field: FormField) -> None:
        """Offer the choices as a list to tick."""
        self.list = QListWidget()
        self.list.setSpacing(3)
        self.list.setFixedHeight(min(130, 26 * max(2, len(field.choices)) + 8))
        super().__init__(field, self.list)
        for choice in field.choices:
            item = QListWidgetItem(choice.label, self.list)
            item.setData(Qt.ItemDataRole.UserRole, choice.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.list.itemChanged.connect(lambda: self.changed.emit())

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(at) for at in range(self.list.count())]

    def value(self) -> Any:
        """Return the ids that are ticked."""
        ticked = (i for i in self._items() if i.checkState() == Qt.CheckState.Checked)
        return [item.data(Qt.ItemDataRole.UserRole) for item in ticked]

    def set_value(self, value: Any) -> None:
        """Tick ids."""
        for item in self._items():
            on = item.data(Qt.ItemDataRole.UserRole) in value
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


class DateEditor(Editor):
    """A day, or none."""

    def __init__(self, field: FormField) -> None:
        """Start without a day."""
        self.date = OptionalDate()
        super().__init__(field, self.date)
        self.date.changed.connect(self.changed)

    def value(self) -> Any:
        """Return `yyyy-mm-dd`, empty for none."""
        return self.date.iso()

    def set_value(self, value: Any) -> None:
        """Show a day."""
        self.date.set_iso(str(value))


def editor_for(field: FormField) -> Editor | None:
    """Return the editor of a field; None for a kind that cannot be filled in here.

    USER fields need Jira to search for people: the form builds those itself.
    """
    match field.kind:
        case FieldKind.TEXT | FieldKind.NUMBER | FieldKind.PARENT:
            return LineEditor(field)
        case FieldKind.PARAGRAPH:
            return ParagraphEditor(field)
        case FieldKind.OPTION | FieldKind.CASCADE:
            return ChoiceEditor(field)
        case FieldKind.OPTIONS:
            return ChoicesEditor(field)
        case FieldKind.DATE:
            return DateEditor(field)
        case FieldKind.LABELS:
            return LabelsEditor(field)
    return None
