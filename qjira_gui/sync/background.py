"""Runs something for as long as a block lasts, and says loudly when it stops by a mistake."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from qjira_gui.domain.errors import AppError

log = logging.getLogger(__name__)


@asynccontextmanager
async def background(
    work: Coroutine[Any, Any, None], name: str, on_trouble: Callable[[AppError], None]
) -> AsyncIterator["asyncio.Task[None]"]:
    """Run `work`, which never returns by itself, until the block ends; `name` is what stops."""

    def ended(task: "asyncio.Task[None]") -> None:
        if task.cancelled():
            return
        log.error("%s stopped", name, exc_info=task.exception())
        sentence = (
            f"{name} has stopped because of a mistake in QJira. Nothing is lost: "
            "start QJira again and it goes on."
        )
        on_trouble(AppError(sentence, repr(task.exception())))

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(ended)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})
