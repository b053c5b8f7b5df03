"""Keys that act: each is a QAction, so that Qt finds them and says where two collide."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

Context = Qt.ShortcutContext


def add_keys(
    widget: QWidget,
    acts: Mapping[str, Callable[[], object]],
    context: Context = Context.WindowShortcut,
) -> None:
    """Let keys act: wherever the window has the focus, or only in `widget` itself."""
    for keys, act in acts.items():
        action = QAction(widget)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(context)
        action.triggered.connect(lambda _=False, run=act: run())
        widget.addAction(action)
