"""The faults that are switched on: what goes wrong, on which site and route, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

JsonObject = dict[str, Any]

SITES = ("qualytics", "jira")
CODES = ("408", "429", "500", "502", "503", "504")

_CODE = {"retry_after", "committed", "fault_context"}
# Faults that answer, or refuse to, in place of the site, with the options of each; the first that
# matches a request wins. `committed` does the work first, as `cut_after`, `cut_during` always do.
INSTEAD: dict[str, set[str]] = {
    **dict.fromkeys(CODES, _CODE),
    "429": {"retry_after", "reason"},
    "hang": {"seconds", "committed"},
    "html": {"status", "body", "committed"},
    "text": {"status", "body", "committed"},
    "cut_before": set(),
    "cut_after": set(),
    "cut_during": set(),
    "no_permission": {"detail", "permissions", "project"},
}
# Faults that change how a site behaves; the sites ask for them where they matter.
BEHAVIOUR: dict[str, set[str]] = {
    "anomaly_comments": set(),
    "comment_limit": {"limit"},
    "comments_in_anomaly": set(),
    "dead_token": {"everything", "captcha"},
    "expired_page_token": set(),
    "expired_token": set(),
    "expiring_token": {"days"},
    "get_lag": {"seconds"},
    "index_lag": {"seconds", "searches"},
    "language": set(),
    "left_out": set(),
    "newer_build": {"version"},
    "no_comment_listing": set(),
    "no_comment_properties": set(),
    "null_emails": set(),
    "role": {"role", "permission"},
    "scoped_token": set(),
    "short_pages": {"size"},
}
KINDS = {"offline": {"seconds"}, "slow": {"seconds"}, **INSTEAD, **BEHAVIOUR}


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, for the requests it matches, at most `times` times."""

    id: int
    site: str
    kind: str
    method: str = "*"
    path: str = "*"
    times: int | None = None
    options: JsonObject = field(default_factory=dict)
    over: bool = False

    def matches(self, method: str, *paths: str) -> bool:
        if self.method not in ("*", method):
            return False
        return any(fnmatchcase(path, self.path) for path in paths)

    def as_json(self) -> JsonObject:
        shown = {"id": self.id, "site": self.site, "kind": self.kind, "method": self.method}
        return {**shown, "path": self.path, "times": self.times, **self.options}


class FaultBook:
    """All faults in the order they were set; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._hanging: list[Fault] = []  # used up, but still holding a request
        self._last_id = 0

    def add(
        self,
        site: str,
        kind: str,
        *,
        method: str = "*",
        path: str = "*",
        times: int | None = None,
        **options: Any,
    ) -> Fault:
        kind = str(kind)
        if site not in SITES:
            raise ValueError(f"There is no site {site!r}; the sites are {', '.join(SITES)}.")
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}; the faults are {sorted(KINDS)}.")
        if unknown := options.keys() - KINDS[kind]:
            raise ValueError(f"The fault {kind!r} has no option {sorted(unknown)}.")
        if times is not None and times < 1:
            raise ValueError("A fault happens at least once.")
        with self._lock:
            self._last_id += 1
            fault = Fault(self._last_id, site, kind, method.upper(), path, times, options)
            self._faults.append(fault)
        return fault

    def remove(
        self, *, fault_id: int | None = None, site: str | None = None, kind: str | None = None
    ) -> int:
        """Take away the faults that fit all that is given; nothing given means every fault."""

        def fits(fault: Fault) -> bool:
            return (
                fault_id in (None, fault.id)
                and site in (None, fault.site)
                and kind in (None, fault.kind)
            )

        with self._lock:
            for fault in (*self._faults, *self._hanging):
                fault.over = fault.over or fits(fault)
            before = len(self._faults)
            self._faults = [fault for fault in self._faults if not fault.over]
            self._hanging = [fault for fault in self._hanging if not fault.over]
            return before - len(self._faults)

    def listed(self) -> list[JsonObject]:
        with self._lock:
            return [fault.as_json() for fault in self._faults]

    def take(self, site: str, method: str, *paths: str) -> tuple[float, Fault | None]:
        """What this request meets: seconds of delay, and the fault that answers instead."""
        delay = 0.0
        with self._lock:
            for fault in list(self._faults):
                if fault.site != site or not fault.matches(method, *paths):
                    continue
                if fault.kind == "slow":
                    delay += float(fault.options.get("seconds", 1.0))
                    self._use(fault)
                elif fault.kind in INSTEAD and not self._per_project(fault):
                    self._use(fault)
                    return delay, fault
        return delay, None

    def find(self, site: str, kind: str, method: str = "*", *paths: str) -> Fault | None:
        """The first fault of this kind, without using it up."""
        with self._lock:
            for fault in self._faults:
                if fault.site != site or fault.kind != kind:
                    continue
                if not paths or fault.matches(method, *paths):
                    return fault
        return None

    def use(self, site: str, kind: str, method: str = "*", *paths: str) -> Fault | None:
        """As `find`, and counts as one of the fault's times."""
        fault = self.find(site, kind, method, *paths)
        if fault is not None:
            with self._lock:
                self._use(fault)
        return fault

    def option(self, site: str, kind: str, name: str, default: Any = None) -> Any:
        fault = self.find(site, kind)
        return default if fault is None else fault.options.get(name, default)

    def all_of(self, site: str, kind: str) -> list[Fault]:
        with self._lock:
            return [fault for fault in self._faults if (fault.site, fault.kind) == (site, kind)]

    def _use(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0 and fault in self._faults:
            self._faults.remove(fault)
            if fault.kind == "hang":
                self._hanging.append(fault)

    @staticmethod
    def _per_project(fault: Fault) -> bool:
        # In Jira a permission belongs to a project, and `mypermissions` must agree.
        return fault.kind == "no_permission" and fault.site == "jira"
