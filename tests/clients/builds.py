"""A Qualytics of any age, as far as it lists comments."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

JsonObject = dict[str, Any]


def remark(at: int, anomaly: int | None = 7, **more: Any) -> JsonObject:
    made = {
        "id": at,
        "created": f"2026-11-{at // 1440 % 28 + 1:02}T{at // 60 % 24:02}:{at % 60:02}:00Z",
    }
    return {**made, "message": f"Remark {at}", "anomaly_id": anomaly, **more}


@dataclass
class Build:
    """A Qualytics of some age: what it describes, what it really offers, and what it was asked."""

    described: tuple[str, ...] | None = ("/api/comments",)
    own: bool = False
    inside: bool = False
    listing: bool = True
    bare: bool = False
    oldest_first: bool = False
    total: bool = True
    page: int = 100
    remarks: list[JsonObject] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    gone: set[int] = field(default_factory=set)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path, query = request.url.path, dict(request.url.params)
        self.asked[path] += 1
        if path == "/openapi.json":
            paths: JsonObject = {name: {"get": {}} for name in self.described or ()}
            known = {"openapi": "3.1.0", "paths": {**paths, "/api/comments/{id}": {"get": {}}}}
            return as_json(known) if self.described is not None else missing()
        if path == "/comments":
            return self._page(self.remarks, query) if self.listing else missing()
        anomaly = int(path.split("/")[2])
        mine = [one for one in self.remarks if one["anomaly_id"] == anomaly]
        if anomaly in self.gone or (path.endswith("/comments") and not self.own):
            return missing()
        if path.endswith("/comments"):
            return self._page([{**one, "anomaly_id": None} for one in mine], query)
        return as_json({"id": anomaly, **({"comments": mine or None} if self.inside else {})})

    def _page(self, found: list[JsonObject], query: dict[str, str]) -> httpx.Response:
        ordered = sorted(found, key=lambda one: one["id"], reverse=not self.oldest_first)
        if self.bare:
            return as_json(ordered)
        start = (int(query["page"]) - 1) * self.page
        shown = {"items": ordered[start : start + self.page], "page": int(query["page"])}
        return as_json({**shown, **({"total": len(ordered)} if self.total else {})})

    @property
    def requests(self) -> int:
        return self.asked.total()


def as_json(body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def missing() -> httpx.Response:
    return httpx.Response(404, json={"detail": "Not Found"})
