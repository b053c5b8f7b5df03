"""Reads the list of anomalies into the model: kept rows first, then pages; again after trouble."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from qjira_gui.ui.anomaly_model import AnomalyModel
from qjira_gui.ui.moment import ago

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.domain.anomaly import Anomaly
    from qjira_gui.domain.page import AnomalyFilter
    from qjira_gui.ui.tasks import TaskScope

#: Seconds until a list that could not be read is asked for again; it doubles with each failure.
FIRST_WAIT, LONGEST_WAIT = 5, 120


class ListLoader(QObject):
    """Knows what is loaded, how much there is, and how old it is."""

    #: A list for another question is being read; what was shown is gone.
    emptied = Signal()
    #: What is shown is about to be replaced: the last moment to look what is selected.
    replacing = Signal()
    #: The first rows of a list have taken the place of what was shown.
    replaced = Signal()
    #: More rows are there.
    grown = Signal()
    #: It could not be read (sentence); rows of an earlier read may still be there.
    failed = Signal(str)
    #: Nothing is being read any more.
    ended = Signal()

    def __init__(self, model: AnomalyModel, now: Callable[[], float]) -> None:
        """Fill `model`; `now` gives UTC seconds."""
        super().__init__()
        self._model, self._now = model, now
        self.total = 0
        #: When the rows were read, in UTC seconds; None while there are none to speak of.
        self.read_at: float | None = None
        self._unreadable = 0
        self._limited = False
        self._loaded_for: AnomalyFilter | None = None
        self._failures = 0
        #: Why the last reading failed, empty where it did not.
        self.problem = ""
        self._again = QTimer(self, singleShot=True)
        self._restart: Callable[[], None] = lambda: None
        self._again.timeout.connect(lambda: self._restart())

    def load(self, actions: "Actions", tasks: "TaskScope", wanted: "AnomalyFilter") -> None:
        """Read a list; one that is being read is given up."""
        self._restart = lambda: self.load(actions, tasks, wanted)
        self._again.stop()
        tasks.start(self._load(actions, wanted), name="load anomalies", exclusive=True)

    def reachable(self) -> None:
        """Qualytics answers again: read what could not be read before."""
        if self._again.isActive():
            self._restart()

    def words(self) -> str:
        """Say how much of what there is is shown, and how old it is."""
        if self.read_at is None:
            return ""
        shown, loaded = len(self._model.order), len(self._model.rows)
        of = f" of {self.total:,}" if shown != self.total else ""
        said = f"{shown:,}{of} anomalies"
        if self._limited:
            said += f" (the newest {loaded:,} are loaded)"
        if self._unreadable:
            said += f" · {self._unreadable:,} could not be read"
        return f"{said} · read {ago(self._now() - self.read_at)}"

    async def _load(self, actions: "Actions", wanted: "AnomalyFilter") -> None:
        from qjira_gui.domain.errors import AppError

        if wanted != self._loaded_for:
            # Rows of another status must not stand under this one, whatever happens next.
            self._model.replace_all([])
            self.read_at, self._loaded_for, self.total = None, wanted, 0
            self.emptied.emit()
            kept = await actions.anomalies.cached(wanted)
            if kept is not None:
                self._start_over(kept[0], len(kept[0]), kept[1])
        try:
            await self._read(actions, wanted)
            self._failures, self.problem = 0, ""
        except AppError as error:
            self._failures += 1
            self.problem = error.while_reading
            self._again.start(1000 * min(LONGEST_WAIT, FIRST_WAIT * 2**self._failures))
            self.failed.emit(error.while_reading)
        # Not where it was cancelled: another reading has begun then.
        self.ended.emit()

    async def _read(self, actions: "Actions", wanted: "AnomalyFilter") -> None:
        """Fill an empty list page by page; one that is shown is renewed, and replaced at the end.

        So a reading that breaks off loses no row, and the selection stays where it is.
        """
        # Before the question: what goes out while it is under way is newer than the answer.
        asked_at, fresh = self._now(), self.read_at is None
        items: list[Anomaly] = []
        unreadable = total = 0
        async for batch in actions.anomalies.load(wanted):
            first, total = not items, batch.total
            items += batch.items
            unreadable += batch.unreadable
            if fresh:
                self._unreadable = unreadable
            if fresh and first:
                self._start_over(items, total, asked_at)
                continue
            self._model.append(batch.items)
            if first:
                self._model.settle()
            self.grown.emit()
        self._unreadable = unreadable
        if fresh:
            self._model.settle()
        else:
            self._start_over(items, total, asked_at)
        self._limited = len(self._model.rows) + unreadable < total

    def _start_over(self, items: "list[Anomaly]", total: int, read_at: float) -> None:
        self.total, self.read_at, self._limited = total, read_at, False
        self._model.read_at = read_at
        self.replacing.emit()
        self._model.replace_all(items)
        self.replaced.emit()
