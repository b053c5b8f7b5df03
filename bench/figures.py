"""Runs two ways of doing one thing in turns, so that a busy machine spoils both alike."""

import gc
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table; `ours` and `peer` are medians in `unit`."""

    name: str
    peer_name: str
    ours: float
    peer: float
    unit: str = "ms"
    #: The most that the ratio may be; None where there is no such promise.
    wanted: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    def line(self) -> str:
        said = f"{self.name:<46}{self._number(self.ours)}{self._number(self.peer)} {self.unit:<4}"
        said += f"{self.ratio:7.2f}  {self.peer_name}"
        if self.wanted is None:
            return said
        kept = "kept" if self.ratio <= self.wanted else "NOT KEPT"
        return f"{said}; wanted ≤ {self.wanted}: {kept}"

    @staticmethod
    def _number(value: float) -> str:
        return f"{value:10,.0f}" if value >= 100 else f"{value:10.2f}"


HEADER = f"{'':<46}{'ours':>10}{'peer':>10} {'':4}{'ratio':>7}  peer"


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long it takes, without somebody else's garbage in it."""
    gc.collect()
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def in_turns(
    ours: Callable[[], float], peer: Callable[[], float], runs: int, warm_ups: int = 0
) -> tuple[float, float]:
    """Return the medians of both; each call returns what it measured."""
    pairs = [(ours(), peer()) for _ in range(warm_ups + runs)][warm_ups:]
    return statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs)
