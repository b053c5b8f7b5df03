"""The practice server as a whole: three listeners in a thread, and the switches as methods."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qjira_gui.practice.runner import Runner
    from qjira_gui.practice.world import World

JsonObject = dict[str, Any]


class PracticeServer:
    """A small Qualytics and a small Jira; nothing is imported or made before `start`."""

    def __init__(
        self,
        anomalies: int = 5000,
        seed: int = 7,
        port: int = 0,
        *,
        now: Callable[[], float] = time.time,
        root: str = "/api",
        user_zone: str = "Asia/Kolkata",
        token_days: float = 365.0,
    ) -> None:
        self._settings: JsonObject = {
            "anomalies": anomalies,
            "seed": seed,
            "now": now,
            "root": root,
            "user_zone": user_zone,
            "token_days": token_days,
        }
        self._port = port
        self._world: World | None = None
        self._runner: Runner | None = None
        self._starting = threading.Lock()

    def start(self) -> PracticeServer:
        """Listen on three ports; returns when all of them do."""
        # uvicorn and Starlette take longer to import than all the rest to start.
        from qjira_gui.practice.runner import Runner
        from qjira_gui.practice.world import World

        with self._starting:
            if self._runner is None:
                self._world = World(**self._settings)
                runner = Runner(self._world, self._port)
                runner.start()
                self._runner = runner
        return self

    def stop(self) -> None:
        """Break every connection and end the thread; once stopped, a server can be started anew."""
        with self._starting:
            if self._runner is not None:
                self._runner.stop()
            self._runner = None

    def __enter__(self) -> PracticeServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def qualytics_url(self) -> str:
        """Scheme, host and port; the API itself is below it, at /api unless told otherwise."""
        return self._running.url("qualytics")

    @property
    def jira_url(self) -> str:
        return self._running.url("jira")

    @property
    def control_url(self) -> str:
        return self._running.url("control")

    @property
    def qualytics_token(self) -> str:
        return self._made.qualytics_token

    @property
    def jira_email(self) -> str:
        return self._made.jira_email

    @property
    def jira_token(self) -> str:
        return self._made.jira_token

    @property
    def cloud_id(self) -> str:
        return self._made.cloud_id

    def addresses(self) -> JsonObject:
        """What a client needs, as the command line prints it."""
        return self._running.addresses()

    def routes(self) -> list[tuple[str, str, str]]:
        """What is on offer: listener, method and path with its {places}."""
        return self._running.routes()

    def ledger(self) -> JsonObject:
        """The same as GET /practice/ledger."""
        return self._made.ledger.as_json()

    def set_fault(
        self,
        site: str,
        kind: str | int,
        *,
        method: str = "*",
        path: str = "*",
        times: int | None = None,
        **options: Any,
    ) -> int:
        """Switch a fault on and return its id; `offline` is in force when this returns."""
        made = self._made.faults.add(
            site, str(kind), method=method, path=path, times=times, **options
        )
        self._running.apply_faults()
        return made.id

    def clear_faults(
        self, site: str | None = None, kind: str | int | None = None, *, fault_id: int | None = None
    ) -> int:
        """Switch off the faults that fit, all of them without arguments; says how many."""
        named = None if kind is None else str(kind)
        gone = self._made.faults.remove(fault_id=fault_id, site=site, kind=named)
        self._running.apply_faults()
        return gone

    def faults(self) -> list[JsonObject]:
        return self._made.faults.listed()

    def change_anomaly(
        self, anomaly_id: int | str, status: str, by: str = "Priya Raman"
    ) -> JsonObject:
        """Somebody else sets a status on the Qualytics web page."""
        return self._made.change_anomaly(anomaly_id, status, by)

    def add_comment(
        self,
        anomaly_id: int | str,
        message: str,
        *,
        external_source: JsonObject | None = None,
        by: str = "Priya Raman",
    ) -> JsonObject:
        """Somebody else, or the ticket system, comments on an anomaly."""
        return self._made.add_comment(anomaly_id, message, external_source, by)

    def change_issue(self, key: str, by: str = "Elena Petrova", **change: Any) -> JsonObject:
        """Somebody else changes an issue: `status=`, `move_to=`, `comment=` or `delete=True`."""
        return self._made.change_issue(key, change, by)

    def reset(self) -> None:
        """Everything as at the start, with an empty ledger and no faults."""
        self._made.reset()
        self._running.apply_faults()

    @property
    def _made(self) -> World:
        if self._world is None:
            raise RuntimeError("The practice server has not been started.")
        return self._world

    @property
    def _running(self) -> Runner:
        if self._runner is None:
            raise RuntimeError("The practice server is not running.")
        return self._runner
