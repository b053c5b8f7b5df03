"""The practice server by itself: prints its addresses as a line of JSON, runs until told to end."""

from __future__ import annotations

import argparse
import json
import signal
import threading

from qjira_gui.practice import PracticeServer


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m qjira_gui.practice", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=0, help="first of three ports; 0 takes free ones"
    )
    parser.add_argument("--anomalies", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with PracticeServer(anomalies=given.anomalies, seed=given.seed, port=given.port) as server:
        print(json.dumps(server.addresses()), flush=True)
        # Windows delivers no signal to a thread that waits without end.
        while not ended.wait(timeout=0.5):
            pass
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
