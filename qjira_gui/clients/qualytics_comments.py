"""The comments of one anomaly, by the cheapest way that this build of Qualytics offers."""

import asyncio
import re
from enum import Enum, auto

import msgspec
from msgspec import UNSET, UnsetType

from qjira_gui.clients import lenient
from qjira_gui.clients.http import Http, Params
from qjira_gui.domain.anomaly import Comment
from qjira_gui.domain.errors import NotTheApiError, PassingError, RefusedError

PAGE = 100
#: Pages under way at once; the other slots are for what the analyst does meanwhile.
AHEAD = 4
#: Seconds after which the instance's comments are all read again: somebody may have edited one.
REREAD = 600.0

_OWN = re.compile(r"(?:^|/)anomalies/\{[^/{}]*\}/comments/?$")
_ALL = re.compile(r"(?:^|/)comments/?$")


class _Way(Enum):
    #: `GET /anomalies/{id}/comments`, which recent builds may have.
    OWN = auto()
    #: The anomaly itself holds them, as in 2023 and 2024.
    INSIDE = auto()
    #: `GET /comments` lists those of the whole instance.
    ALL = auto()


class _Description(msgspec.Struct):
    paths: dict[str, msgspec.Raw]


class _Page(msgspec.Struct):
    items: list[Comment]
    total: int | None = None


class _Holder(msgspec.Struct):
    comments: list[Comment] | UnsetType | None = UNSET


class Comments:
    """Learns once what the build offers, and remembers what it has read of a long list."""

    def __init__(self, http: Http) -> None:
        """Nothing is asked before it is needed."""
        self._http = http
        self._ways: list[_Way] | None = None
        self._described = False
        self._known: dict[int, Comment] = {}
        self._whole_at = float("-inf")
        self._lock = asyncio.Lock()

    async def of(self, anomaly_id: int) -> list[Comment] | None:
        """Return an anomaly's comments, oldest first; None where this build lists none.

        Raises AppError.
        """
        async with self._lock:
            if self._ways is None:
                self._ways = await self._learn()
        absent = []
        for way in tuple(self._ways):
            found = await self._by(way, anomaly_id)
            if found is not None:
                break
            absent.append(way)
        else:
            found = None
        # Only now: had a later way said that the anomaly is gone, a 404 would have meant just that.
        self._ways = [way for way in self._ways if way not in absent]
        return None if found is None else sorted(found, key=lambda one: (one.created, one.id))

    async def _learn(self) -> list[_Way]:
        """Read from the instance's own description what to try, the cheapest first."""
        try:
            answer = await self._http.request("GET", "openapi.json")
            paths = lenient.decode(answer.content, _Description).paths
        except (RefusedError, NotTheApiError, PassingError, msgspec.DecodeError):
            paths = {}
        if not paths:
            return list(_Way)
        self._described = True
        offered = [path for path, verbs in paths.items() if b'"get"' in bytes(verbs)]
        if any(_OWN.search(path) for path in offered):
            return [_Way.OWN]
        some = any(_ALL.search(path) and "{" not in path for path in offered)
        return [_Way.INSIDE, _Way.ALL] if some else [_Way.INSIDE]

    async def _by(self, way: _Way, anomaly_id: int) -> list[Comment] | None:
        if way is _Way.OWN:
            return await self._own(anomaly_id)
        if way is _Way.INSIDE:
            held = (await self._http.read(f"anomalies/{anomaly_id}", _Holder)).comments
            return None if isinstance(held, UnsetType) else held or []
        async with self._lock:
            if not await self._renew():
                return None
        return [one for one in self._known.values() if one.anomaly_id == anomaly_id]

    async def _own(self, anomaly_id: int) -> list[Comment] | None:
        path, number = f"anomalies/{anomaly_id}/comments", 1
        found: dict[int, Comment] = {}
        while True:
            page = await self._page(path, number, sure=self._described)
            if page is None:
                return None
            before = len(found)
            found |= {one.id: one for one in page.items}
            if len(found) == before or (page.total is not None and len(found) >= page.total):
                return list(found.values())
            number += 1

    async def _renew(self) -> bool:
        """Bring what is known of the instance's comments up to date; False where none are listed.

        Newest first and nothing removed, as it mostly is, the first page is all it takes.
        """
        first = await self._page("comments", 1)
        if first is None:
            return False
        items, total, now = first.items, first.total, asyncio.get_running_loop().time()
        if items and all(one.anomaly_id is None for one in items):
            return False
        grown = {**self._known, **{one.id: one for one in items}}
        newest_first = not items or items[0].created >= items[-1].created
        if len(grown) == total and newest_first and now - self._whole_at < REREAD:
            self._known = grown
            return True
        found = {one.id: one for one in items}
        number = 2
        while items and (total is None or len(items) * (number - 1) < total):
            # How many there are in all is not always told: then one page tells of the next.
            count = 1 if total is None else AHEAD
            last = number if total is None else -(-total // len(items))
            numbers = range(number, min(number + count, last + 1))
            pages = await asyncio.gather(*(self._page("comments", one) for one in numbers))
            before = len(found)
            found |= {one.id: one for page in pages if page for one in page.items}
            if len(found) == before:
                break
            number = numbers.stop
        self._known, self._whole_at = found, now
        return True

    async def _page(self, path: str, number: int, *, sure: bool = False) -> _Page | None:
        """Return one page; None where the build has no such list, which `sure` rules out."""
        params: Params = [("page", number), ("size", PAGE)]
        try:
            answer = await self._http.request("GET", path, params=params)
        except RefusedError as error:
            if error.status in (404, 405) and not sure:
                return None
            raise
        try:
            return lenient.decode(answer.content, _Page)
        except msgspec.DecodeError:
            pass
        try:
            items = lenient.decode(answer.content, list[Comment])
            return _Page(items=items, total=len(items))
        except msgspec.DecodeError as error:
            # Not "there is no such list", which is remembered: the next answer may be readable.
            raise NotTheApiError(
                "Qualytics sent comments that QJira cannot read. Nothing was lost; the details "
                "help whoever looks after this server.",
                f"GET {path}: {error}",
            ) from error
