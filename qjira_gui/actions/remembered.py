"""The last answer to a question, for when the question cannot be asked."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from qjira_gui.domain.errors import AppError, RefusedError
from qjira_gui.store.cache import Cache

T = TypeVar("T")


class Answer(msgspec.Struct, Generic[T], frozen=True):
    """What was answered; `as_of` says when (UTC seconds) where it is an older answer."""

    value: T
    as_of: float | None = None


class Remembered:
    """Keeps answers in the cache, which may be thrown away at any time."""

    def __init__(self, cache: Cache) -> None:
        """Use `cache`."""
        self._cache = cache

    async def ask(self, question: str, kind: type[T], ask: Callable[[], Awaitable[T]]) -> Answer[T]:
        """Ask; where nobody can answer now, return the last answer with its age.

        Raises the AppError of asking where there is none, or where the server said no.
        """
        name = "answer-" + hashlib.sha256(question.encode()).hexdigest()[:24]
        try:
            value = await ask()
        except RefusedError:
            # A "no" is an answer, and a newer one than what is remembered.
            raise
        except AppError:
            kept = await asyncio.to_thread(self._cache.get, name)
            if kept is None:
                raise
            try:
                return Answer(msgspec.json.decode(kept[0], type=kind), kept[1])
            except msgspec.DecodeError:
                # Written by another version: as good as absent.
                pass
            raise
        await asyncio.to_thread(self._cache.put, name, msgspec.json.encode(value))
        return Answer(value)
