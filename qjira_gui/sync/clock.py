"""Time as the background uses it: passed in, so that tests can turn it."""

import asyncio
import time

#: Seconds.
LONGEST = 60.0


class Clock:
    """The computer's clock."""

    def now(self) -> float:
        """Return UTC seconds."""
        return time.time()

    async def wait(self, wake: asyncio.Event, until: float | None) -> None:
        """Return when `wake` is set, when the time has come, or somewhat before that.

        Timers of Qt may fire 5 % early, a machine may sleep, a clock may be set: no wait is longer
        than a minute, and whoever waited reads the clock again and decides anew.
        """
        left = LONGEST if until is None else min(LONGEST, until - self.now())
        if left <= 0 or wake.is_set():
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(left):
                await wake.wait()
        except TimeoutError:
            pass
