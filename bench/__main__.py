"""Prints each figure beside its peer; `python3 dev.py bench` runs this, offscreen."""

import sys
import time

from bench import acts, lists, paint
from bench.figures import HEADER


def main() -> int:
    """Return 0 when every promise among the figures is kept."""
    began, kept = time.monotonic(), True
    print(HEADER, flush=True)
    for part in (paint, lists, acts):
        for figure in part.figures():
            print(figure.line(), flush=True)
            kept = kept and (figure.wanted is None or figure.ratio <= figure.wanted)
    print(f"medians of runs in turns, {time.monotonic() - began:.0f} s in all")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
