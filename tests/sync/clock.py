"""A clock that stands still until a test moves it: minutes of waiting pass in no time."""

import asyncio

from qjira_gui.sync.clock import Clock

#: 2026-11-20 10:00:00 UTC.
START = 1_795_168_800.0


class FakeClock(Clock):
    """Give it to the desk and, since it can be called, to the practice server as well."""

    def __init__(self) -> None:
        self.at = START
        #: Seconds by which the practice server's clock is ahead.
        self.server_ahead = 0.0
        self._waiting: dict[asyncio.Event, tuple[asyncio.Event, float | None]] = {}

    def __call__(self) -> float:
        return self.at + self.server_ahead

    def now(self) -> float:
        return self.at

    async def wait(self, wake: asyncio.Event, until: float | None) -> None:
        """Return when `wake` is set or when the clock was moved, however little: who waits must
        look at the clock again, as behind a timer that fires early."""
        if wake.is_set() or (until is not None and until <= self.at):
            await asyncio.sleep(0)
            return
        moved = asyncio.Event()
        self._waiting[moved] = wake, until
        ends = {asyncio.ensure_future(one.wait()) for one in (wake, moved)}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._waiting[moved]
            for end in ends:
                end.cancel()

    def move(self, seconds: float) -> None:
        """Let time pass, or set the clock back."""
        self.at += seconds
        for moved in self._waiting:
            moved.set()

    @property
    def waited_for(self) -> float | None:
        """The earliest moment that somebody waits for."""
        return min(
            (until for _, until in self._waiting.values() if until is not None), default=None
        )

    @property
    def is_waited_on(self) -> bool:
        """Whether somebody waits, and nobody who does was woken."""
        woken = (moved.is_set() or wake.is_set() for moved, (wake, _) in self._waiting.items())
        return bool(self._waiting) and not any(woken)

    def reset(self) -> None:
        """Back to the start, for the next test on a loop of its own."""
        self.at, self.server_ahead = START, 0.0
        self._waiting.clear()
