"""The small parts that every page is built from, so that they look alike everywhere."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from qjira_gui.ui import theme as look
from qjira_gui.ui.icons import Icon, icon, pixmap, spaced, spaced_icon


def label(text: str = "", role: str = "", *, wrap: bool = False, select: bool = False) -> QLabel:
    """Return a label; `role` is a rule of the style sheet; text is never read as HTML."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if select:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def button(
    text: str,
    on_click: Callable[[], object] | None = None,
    *,
    role: str = "",
    symbol: Icon | None = None,
    theme: look.Theme = look.LIGHT,
    tip: str = "",
) -> QPushButton:
    """Return a button; one without text takes its tip as its name."""
    made = QPushButton(text)
    if role:
        made.setProperty("role", role)
    if symbol is not None:
        colour = theme.on_accent if role == "primary" else theme.muted
        drawn = spaced_icon(symbol, colour) if text else icon(symbol, colour)
        off = pixmap(symbol, theme.muted)
        drawn.addPixmap(spaced(off) if text else off, QIcon.Mode.Disabled)
        made.setIcon(drawn)
        made.setIconSize(QSize(22, 16) if text else QSize(16, 16))
    if tip:
        made.setToolTip(tip)
    made.setAccessibleName(text.replace("&", "") or tip)
    if on_click is not None:
        made.clicked.connect(lambda: on_click())
    return made


def card(role: str = "card") -> QFrame:
    """Return a framed ground for a group of things."""
    frame = QFrame()
    frame.setProperty("role", role)
    return frame


def column(*items: QWidget | QLayout, gap: int = look.SMALL, margin: int = 0) -> QVBoxLayout:
    """Return the items above one another."""
    made = QVBoxLayout()
    made.setSpacing(gap)
    made.setContentsMargins(margin, margin, margin, margin)
    _fill(made, items)
    return made


def row(*items: QWidget | QLayout | None, gap: int = look.SMALL, margin: int = 0) -> QHBoxLayout:
    """Return the items side by side; None is a space that grows."""
    made = QHBoxLayout()
    made.setSpacing(gap)
    made.setContentsMargins(margin, margin, margin, margin)
    _fill(made, items)
    return made


def _fill(layout: QVBoxLayout | QHBoxLayout, items: tuple[QWidget | QLayout | None, ...]) -> None:
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def chip(text: str, tone: look.Tone) -> QLabel:
    """Return a small coloured word; the word itself says what the colour says."""
    made = label(text)
    # The font is set, not styled: a size hint is taken before a style sheet's font is known.
    font = QFont(made.font())
    font.setPixelSize(look.CAPTION)
    font.setWeight(QFont.Weight.DemiBold)
    made.setFont(font)
    made.setStyleSheet(
        f"color: {tone.text}; background: {tone.ground}; border-radius: 9px; padding: 2px 8px;"
    )
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def symbol(which: Icon, colour: str, size: int = 16) -> QLabel:
    """Return a picture beside words; it says nothing that the words do not."""
    made = QLabel()
    made.setPixmap(pixmap(which, colour, size))
    made.setFixedSize(size, size)
    return made


def empty(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            empty(inner)


class StateView(QWidget):
    """What stands where a list would be: loading, nothing there, or a failure with a way out."""

    def __init__(self, theme: look.Theme) -> None:
        """Show nothing yet."""
        super().__init__()
        self._theme = theme
        self._symbol = QLabel()
        self._title = label("", "heading")
        self._text = label("", "muted", wrap=True)
        self._action = button("")
        self._on_action: Callable[[], object] | None = None
        self._action.clicked.connect(self._acted)
        for part in (self._symbol, self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.setContentsMargins(look.LARGE, look.LARGE, look.LARGE, look.LARGE)
        outer.setSpacing(look.SMALL)
        # Text that wraps gets its height only without an alignment of its own.
        for shown in (self._symbol, self._title, self._text):
            outer.addWidget(shown)
        outer.addLayout(row(None, self._action, None))
        outer.addStretch(3)

    def show_state(
        self,
        which: Icon,
        title: str,
        text: str = "",
        action: str = "",
        on_action: Callable[[], object] | None = None,
    ) -> None:
        """Say it in one line and one sentence, with one button where something can be done."""
        self._symbol.setPixmap(pixmap(which, self._theme.muted, 36))
        self._title.setText(title)
        self._text.setText(text)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self._on_action = on_action

    @property
    def title(self) -> str:
        """What it says in one line."""
        return self._title.text()

    def _acted(self) -> None:
        if self._on_action is not None:
            self._on_action()
