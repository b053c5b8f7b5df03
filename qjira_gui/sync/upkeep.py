"""Keeps the profile small and safe: old entries go, and a copy is made each day."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from qjira_gui.domain.errors import AppError
from qjira_gui.domain.pruning import prunable
from qjira_gui.store import backup
from qjira_gui.store.profile import Store
from qjira_gui.sync.clock import Clock

#: Minutes between two looks whether something is to be done, and the seconds of one.
LOOKS, MINUTE = 60, 60.0


class Upkeep:
    """`run()` never returns; cancel it to stop."""

    def __init__(
        self, store: Store, profile: Path, clock: Clock, on_trouble: Callable[[AppError], None]
    ) -> None:
        """`on_trouble` hears why a copy could not be made."""
        self._store = store
        self._profile = profile
        self._clock = clock
        self._on_trouble = on_trouble

    async def run(self) -> None:
        """Look at once, and then now and again."""
        while True:
            try:
                self.prune()
                await self.copy()
            except AppError as error:
                self._on_trouble(error)
            # No wait is longer than a minute, and counting them does not mind a clock that is set.
            for _ in range(LOOKS):
                await self._clock.wait(asyncio.Event(), self._clock.now() + MINUTE)

    def prune(self) -> int:
        """Let old finished entries go, links and history never; return how many went."""
        gone = prunable(self._store.outbox.all(), self._clock.now())
        if gone:
            self._store.outbox.rows.remove(*gone)
        return len(gone)

    async def copy(self) -> None:
        """Make the day's copy if it is due."""
        now = self._clock.now()
        if await asyncio.to_thread(backup.due, self._profile, now):
            trouble = await self._store.back_up(self._profile, now)
            if trouble is not None:
                self._on_trouble(trouble)
