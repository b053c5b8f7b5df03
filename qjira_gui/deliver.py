"""Sends what waits without a window, for a scheduler: says what it did and never stays for long."""

import asyncio
import io
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from qjira_gui import holder
from qjira_gui.desk import Desk
from qjira_gui.domain.connection import ConnectionState
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Entry, EntryState, FailureKind, heads
from qjira_gui.holder import Holder
from qjira_gui.logfile import logging_to
from qjira_gui.store.opening import AlreadyOpenError
from qjira_gui.ui.moment import clock_time
from qjira_gui.ui.wording import SITE_NAMES, title

#: Exit codes: nothing is left · the analyst must do something (also connect, sign in or resume) ·
#: something waits by itself: for a site that cannot be reached, for a later time, or for whoever
#: has the profile open.
DONE, NEEDS_YOU, WAITS = 0, 1, 2
#: Failed looks after which a site counts as offline for this run; the scheduler comes again.
LOOKS: Final = 2
#: Seconds between looks at the outbox while nothing is heard from it.
PAUSE: Final = 0.1

Look = Callable[[Desk], Awaitable[None]]


async def look_once(desk: Desk) -> None:
    """Look once for what was done elsewhere."""
    await desk.look_once()


def run(
    profile: Path, environment: Mapping[str, str], look: Look | None = None, *, minutes: float = 5.0
) -> int:
    """Deliver once and print a line a thing; `look` looks for news. Returns the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A comment may hold what a scheduler's code page cannot say.
        sys.stdout.reconfigure(errors="replace", line_buffering=True)
    # Making one would hide that a scheduler was given the wrong folder.
    if not any(profile.glob("qjira*.db*")):
        _say(f"There is no QJira profile in {profile}: start QJira once, or name another folder.")
        return NEEDS_YOU
    seconds = minutes * 60
    # A keyring that waits for somebody to unlock it blocks its thread for good. Ending hard is
    # safe: the outbox is made for kills.
    last_resort = threading.Timer(seconds, _end_hard)
    last_resort.daemon = True
    last_resort.start()
    # What is under way when the time is up gets a moment to end.
    moment = min(5.0, seconds / 10)
    try:
        with asyncio.Runner() as runner:
            return runner.run(deliver(profile, environment, look, seconds - moment))
    except KeyboardInterrupt:
        return WAITS
    finally:
        last_resort.cancel()


async def deliver(
    profile: Path, environment: Mapping[str, str], look: Look | None, seconds: float
) -> int:
    """Open the profile, send what waits for at most so many seconds, and report."""
    ends_at = time.monotonic() + seconds
    changed = asyncio.Event()
    troubles: list[AppError] = []
    try:
        async with Desk.open(
            profile, environment=environment, on_change=changed.set, on_trouble=troubles.append
        ) as desk:
            me = Holder("deliver", os.getpid(), time.time())
            delivery = Delivery(desk, changed, troubles, ends_at)
            with _on_signals(delivery.stop), holder.held(profile, me), logging_to(profile):
                return await delivery.run(look)
    except AlreadyOpenError as error:
        _say(holder.explained(error, holder.read(profile)).sentence)
        return WAITS
    except AppError as error:
        _say(error.sentence)
        return NEEDS_YOU


class Delivery:
    """Watches the outbox until nothing in it can move any more before the time is up."""

    def __init__(
        self, desk: Desk, changed: asyncio.Event, troubles: list[AppError], ends_at: float
    ) -> None:
        """`changed` is set by the desk; `troubles` are what the disk refuses, which ends the run;
        `ends_at` is on the monotonic clock."""
        self._desk = desk
        self._outbox = desk.actions.outbox
        self._changed = changed
        self._troubles = troubles
        self._ends_at = ends_at
        self._counts: Counter[str] = Counter()
        self._told = {e.id for e in self._outbox.entries() if e.state is EntryState.SENT}

    def stop(self) -> None:
        """Let the time be up now."""
        self._ends_at = time.monotonic()
        self._changed.set()

    async def run(self, look: Look | None) -> int:
        """Send, look for news, send what came of it; return the exit code."""
        await self._send()
        looked = look is None or await self._look(look)
        await self._send()
        self._tell_left()
        waits, needs_you = self._outbox.tally().waiting, self._outbox.tally().needs_you
        need = "needs you" if needs_you == 1 else "need you"
        self._counts += Counter({need: needs_you, "still waiting": waits})
        counts = [f"{count:,} {what}" for what, count in self._counts.items()]
        _say(", ".join(counts) or "Nothing was waiting.")
        damage = [self._desk.damage] if self._desk.damage else []
        for sentence in dict.fromkeys(error.sentence for error in (*damage, *self._troubles)):
            _say(sentence)
        if self._desk.unreadable:
            _say(f"{self._desk.unreadable:,} rows of the data file need a newer QJira.")
        by_hand = any(self._needs_a_hand(entry) for entry in self._outbox.unfinished())
        if needs_you or by_hand or damage or self._troubles or self._desk.unreadable:
            return NEEDS_YOU
        return DONE if looked and not waits else WAITS

    @property
    def _left(self) -> float:
        return max(0.0, self._ends_at - time.monotonic())

    async def _send(self) -> None:
        while True:
            self._changed.clear()
            self._tell_sent()
            if not self._left or self._troubles or self._rests():
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(min(PAUSE, self._left)):
                    await self._changed.wait()

    async def _look(self, look: Look) -> bool:
        try:
            async with asyncio.timeout(self._left):
                await look(self._desk)
        except TimeoutError:
            _say("There was no time left to look for news.")
        except AppError as error:
            _say(f"Could not look for news: {error.sentence}")
        else:
            return True
        return False

    def _rests(self) -> bool:
        first = heads(self._outbox.unfinished())
        return all(e.state is EntryState.NEEDS_YOU or self._why_not(e) for e in first)

    def _needs_a_hand(self, entry: Entry) -> bool:
        """Say whether what an entry waits for comes about only if somebody does something."""
        status = self._desk.actions.connections.status(entry.site)
        hold = self._outbox.why_waiting(entry)
        held = hold is not None and hold.kind in (FailureKind.SIGN_IN, FailureKind.ELSEWHERE)
        return held or self._outbox.paused or status.state is ConnectionState.ABSENT

    def _why_not(self, entry: Entry) -> str:
        """Return why the first of a lane cannot go before the time is up, empty where it may."""
        if entry.state is EntryState.SENDING:
            return ""
        name, now = SITE_NAMES[entry.site], time.time()
        if self._outbox.paused:
            return "the outbox is paused"
        if self._desk.actions.connections.status(entry.site).state is ConnectionState.ABSENT:
            return f"{name} is not connected"
        due, hold = entry.due_at, self._outbox.why_waiting(entry)
        if hold is not None:
            if hold.kind is FailureKind.ELSEWHERE:
                return f"it belongs to {entry.place}"
            if hold.kind is FailureKind.SIGN_IN:
                return f"open QJira, go to Connections and enter a new token for {name}"
            if hold.until is None:
                return "one like it was refused; mend or cancel that one"
            due = max(due, hold.until)
            if hold.asked and due - now > self._left:
                return f"{name} asks for a pause until {clock_time(due, now)}"
            if hold.kind is FailureKind.OFFLINE and (hold.times >= LOOKS or due - now > self._left):
                return f"{name} cannot be reached"
        if due - now <= self._left:
            return ""
        verb = "will look whether it arrived" if entry.in_doubt else "will try again"
        return f"{verb} at {clock_time(due, now)}"

    def _tell_sent(self) -> None:
        for entry in self._outbox.entries():
            if entry.state is EntryState.SENT and entry.id not in self._told:
                self._told.add(entry.id)
                self._counts["already there" if entry.adopted else "sent"] += 1
                how = "Was already there, not sent again" if entry.adopted else "Sent"
                _say(f"{how}: {self._title(entry)}")

    def _tell_left(self) -> None:
        unfinished = self._outbox.unfinished()
        first = {entry.id for entry in heads(unfinished)}
        for entry in unfinished:
            if entry.state is EntryState.NEEDS_YOU:
                why = entry.failure.sentence if entry.failure else ""
                _say(f"Needs you: {self._title(entry)}. {why}")
                continue
            why = "what comes before it is not sent yet"
            if entry.id in first:
                why = self._why_not(entry) or "this run ended first"
            _say(f"Still waiting: {self._title(entry)} ({why})")
        for site in sorted({e.site for e in unfinished if e.state is not EntryState.NEEDS_YOU}):
            status = self._desk.actions.connections.status(site)
            if status.state is not ConnectionState.CONNECTED and status.sentence:
                told = status.sentence.startswith(SITE_NAMES[site])
                _say(status.sentence if told else f"{SITE_NAMES[site]}: {status.sentence}")
        if self._outbox.paused:
            _say("The outbox is paused. Open QJira and press Resume, and it goes on.")

    def _title(self, entry: Entry) -> str:
        return title(entry, self._outbox.issue_name(entry))


@contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    # Windows has no such handlers; there it ends at once, and nothing is lost either.
    with suppress(NotImplementedError):
        for one in signals:
            loop.add_signal_handler(one, stop)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            for one in signals:
                loop.remove_signal_handler(one)


def _say(text: str) -> None:
    """Print one line, whatever a server's words bring along."""
    print(" ".join("".join(c if c.isprintable() else " " for c in text).split()))


def _end_hard() -> None:
    print("The time was up before QJira could end in order; nothing is lost.", flush=True)
    os._exit(WAITS)
