"""Collects garbage in the window's own thread: a widget destroyed in another one crashes."""

import gc

from PySide6.QtCore import QObject, QTimer

#: Milliseconds between two looks.
LOOK = 1000


class Collector(QObject):
    """Takes collecting over from Python, which does it in whatever thread happens to allocate.

    Widgets and their slots refer to one another, so it is the collector that frees what Python
    owns of them; the practice server's thread, or one that waits for the disk, must not.
    """

    def __init__(self, parent: QObject) -> None:
        """Collect while `parent` lives; Python's own collecting stays off, also after that."""
        super().__init__(parent)
        gc.disable()
        looking = QTimer(self, interval=LOOK)
        looking.timeout.connect(self.collect_what_is_due)
        looking.start()

    def collect_what_is_due(self) -> None:
        """Collect the generations that Python itself would have collected by now."""
        due = [
            generation
            for generation, (count, most) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > most > 0
        ]
        if due:
            gc.collect(max(due))
