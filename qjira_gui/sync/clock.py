"""Time as the background uses it: passed in, so that tests can turn it."""

import asyncio
import time


class Clock:
    """The computer's clock."""

    def now(self) -> float:
        """Return UTC seconds."""
        return time.time()

    async def wait(self, wake: asyncio.Event, until: float | None) -> None:
        """Return when `wake` is set or the time has come, never before either."""
        while not wake.is_set():
            # Timers of Qt may fire 5 % early, a machine may sleep, a clock may be set:
            # the clock is read again after every wait, and no wait is longer than a minute.
            left = 60.0 if until is None else min(60.0, until - self.now())
            if until is not None and left <= 0:
                return
            try:
                async with asyncio.timeout(left):
                    await wake.wait()
            except TimeoutError:
                continue
