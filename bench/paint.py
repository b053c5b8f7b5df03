"""First paint: from the start of the process to a painted window, beside the bare one.

Nothing is patched and nothing is hooked in. QJira runs as a person starts it, `main.py`, with
`--smoke-test`, which ends it after its first paint: the line that it then prints is the moment.
So QJira's figure has reading its arguments (argparse, some 5 ms) in it, which a start without
arguments skips. The bare window prints a line at the same moment. The clock is that of this
process: from before the child is spawned until its line is here.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, in_turns

ROOT = Path(__file__).resolve().parents[1]
RUNS, WARM_UPS = 12, 2
BARE = [sys.executable, "-c", "from bench.bare_window import main; main()"]


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="qjira-bench-") as profile:
        qjira = [sys.executable, str(ROOT / "main.py"), "--smoke-test", "--profile", profile]
        ours, peer = in_turns(
            lambda: first_paint(qjira), lambda: first_paint(BARE), RUNS, WARM_UPS
        )  # fmt: skip
    yield Figure(
        "process start → first paint", "a bare window with a table", ours, peer, wanted=1.3
    )


def first_paint(command: list[str]) -> float:
    """Return the milliseconds until the process says that it has painted."""
    # Unbuffered, or the line waits for the end; compiled, as at every start but the first.
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | {"PYTHONUNBUFFERED": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        took = (time.perf_counter() - began) * 1000
        _, trouble = process.communicate()
    if b"painted" not in said or process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {trouble.decode()}")
    return took
