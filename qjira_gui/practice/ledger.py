"""The ledger: what the two sites really accepted, in order and with its time; tests judge by it."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

JsonObject = dict[str, Any]

KINDS = (
    "issues",  # Jira issues created
    "comments",  # Jira comments added
    "comment_edits",
    "comment_deletes",
    "transitions",
    "issue_changes",  # moved, edited or deleted
    "remote_links",
    "properties",  # issue and comment properties set after the fact
    "status_changes",  # Qualytics: open statuses, restores included
    "archives",
    "hard_deletes",
    "anomaly_updates",  # Qualytics: description, tags, assignees
    "anomaly_comments",
    "anomaly_comment_edits",
    "anomaly_comment_deletes",
    "ticket_links",
)
KEPT_REQUESTS = 10_000


class Ledger:
    """Every event has its place (`seq`), its time (`at`, `time`) and who did it (`by`)."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._events: list[JsonObject] = []
        self._requests: deque[tuple[str, str, int]] = deque(maxlen=KEPT_REQUESTS)
        self._counts: Counter[str] = Counter()
        self._crashes: list[str] = []

    def add(self, kind: str, *, by: str, **facts: Any) -> None:
        if kind not in KINDS:
            raise ValueError(f"The ledger keeps no {kind!r}.")
        at = self._now()
        with self._lock:
            event = {"seq": len(self._events) + 1, "kind": kind, "at": at, "time": _text(at)}
            self._events.append({**event, "by": by, **facts})

    def request(self, method: str, path: str, status: int, route: str) -> None:
        """Note a request; status 0 means that no answer was given."""
        with self._lock:
            self._requests.append((method, path, status))
            self._counts[f"{method} {route}"] += 1

    def crash(self, text: str) -> None:
        """Note a failure of our own, so that no test takes it for an injected one."""
        with self._lock:
            self._crashes.append(text)

    def clear(self) -> None:
        with self._lock:
            self._events.clear()
            self._requests.clear()
            self._counts.clear()
            self._crashes.clear()

    def as_json(self) -> JsonObject:
        with self._lock:
            events = [dict(event) for event in self._events]
            pages: JsonObject = {
                kind: [event for event in events if event["kind"] == kind] for kind in KINDS
            }
            return {
                **pages,
                "events": events,
                "counts": dict(self._counts),
                "requests": [list(request) for request in self._requests],
                "crashes": list(self._crashes),
            }


def _text(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
