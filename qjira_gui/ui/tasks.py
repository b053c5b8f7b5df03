"""Coroutines started from slots: held, named, and never silent about an error."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class TaskScope:
    """The tasks of one part of the window; `aclose()` ends them before the part goes."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        """`on_error` hears every exception that is not a cancellation."""
        self._on_error = on_error
        # asyncio itself holds tasks only weakly.
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._closed = False

    def start(self, work: Coroutine[Any, Any, None], *, name: str, exclusive: bool = False) -> None:
        """Start `work`; with `exclusive` an earlier task of that name is cancelled first.

        Once everything has ended nothing starts: a timer may still fire while its window goes.
        """
        if self._closed:
            work.close()
            return
        if exclusive:
            for task, old in list(self._tasks.items()):
                if old == name:
                    task.cancel()
        task = asyncio.create_task(work, name=name)
        self._tasks[task] = name
        task.add_done_callback(self._done)

    @property
    def names(self) -> set[str]:
        """What is running."""
        return set(self._tasks.values())

    def end(self, *beginnings: str) -> None:
        """Cancel tasks by how their names begin: their widgets are about to go."""
        for task, name in list(self._tasks.items()):
            if name.startswith(beginnings):
                task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(error)

    async def aclose(self) -> None:
        """Cancel everything and wait; never call it from one of its own tasks."""
        self._closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
