"""Widgets die in the window's thread, whoever allocates: elsewhere it would be a crash."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit

from qjira_gui.ui import theme as look
from qjira_gui.ui.garbage import Collector
from qjira_gui.ui.window import MainWindow


@pytest.fixture(autouse=True)
def as_found() -> Iterator[None]:
    before, enabled = gc.get_threshold(), gc.isenabled()
    gc.collect()
    yield
    gc.set_threshold(*before)
    (gc.enable if enabled else gc.disable)()


class Node:
    """A piece of garbage that only the collector can free; it tells where it died."""

    def __init__(self, died: list[str]) -> None:
        self.itself, self._died, self.widget = self, died, QLineEdit()

    def __del__(self) -> None:
        self._died.append(threading.current_thread().name)


def allocate() -> None:
    """Make more objects than Python allows before it collects."""
    kept = [[number] for number in range(5_000)]
    kept.clear()


def in_another_thread() -> None:
    thread = threading.Thread(target=allocate, name="another")
    thread.start()
    thread.join()


def test_python_alone_would_collect_widgets_in_any_thread() -> None:
    died: list[str] = []
    gc.enable()

    class Plain:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            died.append(threading.current_thread().name)

    Plain()
    in_another_thread()
    assert died == ["another"]


def test_while_a_window_lives_garbage_dies_in_its_thread_and_nowhere_else(
    qapp: QApplication,
) -> None:
    died: list[str] = []
    gc.enable()
    parent = QObject()
    collector = Collector(parent)
    Node(died)
    in_another_thread()
    assert died == []
    gc.set_threshold(1, 1, 1)
    # Each look collects one generation more, as Python would.
    for _ in range(5):
        allocate()
        collector.collect_what_is_due()
    assert died == ["MainThread"]
    parent.deleteLater()


def test_every_window_has_its_collector(qapp: QApplication) -> None:
    gc.enable()
    window = MainWindow(look.LIGHT, lambda: 0.0)
    assert not gc.isenabled()
    assert window.findChildren(Collector)
    window.deleteLater()
