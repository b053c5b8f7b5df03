"""Qualytics' API, as far as an analyst's day needs it; there is no way here to destroy anything."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from qjira_gui.clients import lenient
from qjira_gui.clients.http import Http, Params
from qjira_gui.clients.qualytics_comments import Comments
from qjira_gui.domain.anomaly import Anomaly, AnomalyDetail, Comment, Person
from qjira_gui.domain.errors import AppError, InDoubtError, NotTheApiError, RefusedError
from qjira_gui.domain.page import AnomalyFilter, Batch

#: The server takes no more a page (qualytics-api.md, section 4).
PAGE = 100


class _AnomalyPage(msgspec.Struct):
    items: list[Anomaly]
    total: int


#: Made once: a list has a hundred pages.
_PAGES = msgspec.json.Decoder(_AnomalyPage)


class SourceRecord(msgspec.Struct, frozen=True):
    """The rows that broke the rule, as a JSON text of the server's own making."""

    source_record: Any = None


class QualyticsMe(Person, frozen=True):
    """The account that the token belongs to."""

    role: str | None = None


def decode_page(raw: bytes) -> Batch:
    """Return the anomalies of one answer; a single bad one never costs the others.

    Raises NotTheApiError where the answer is no page at all.
    """
    try:
        page = _PAGES.decode(raw)
        return Batch(items=page.items, total=page.total, raw=raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        loose = lenient.loads(raw)
    except msgspec.DecodeError as error:
        raise _no_list(str(error)) from error
    parts = loose.get("items", UNSET) if isinstance(loose, dict) else UNSET
    if not isinstance(parts, list | None):
        raise _no_list("no page of anomalies")
    items: list[Anomaly] = []
    for part in parts or []:
        try:
            items.append(lenient.convert(part, Anomaly))
        except msgspec.ValidationError:
            continue
    count = len(parts or [])
    return Batch(items=items, total=_total(loose, count), unreadable=count - len(items), raw=raw)


def _no_list(detail: str) -> NotTheApiError:
    return NotTheApiError(
        "Qualytics sent a list of anomalies that QJira cannot read. Nothing was lost; the details "
        "help whoever looks after this server.",
        detail,
    )


def _total(page: dict[str, Any], count: int) -> int:
    """Return how many there are in all, also where the server names only the pages."""
    told = [page.get(name) for name in ("total", "pages", "size")]
    total, pages, size = (one if type(one) is int else 0 for one in told)
    return max(total or pages * size, count)


def list_params(wanted: AnomalyFilter, page: int) -> Params:
    """Return the query of one page; `archived` is an enum, so it is left out unless wanted."""
    params: list[tuple[str, str | int]] = [("page", page), ("size", PAGE)]
    params += [("sort_created", "desc")]
    params += [("status", status) for status in wanted.statuses]
    if wanted.archived:
        params.append(("archived", "include"))
    if wanted.search:
        params.append(("search", wanted.search))
    return params


class QualyticsClient:
    """Qualytics over HTTP; every method raises AppError."""

    def __init__(self, http: Http, web_url: str) -> None:
        """`web_url` is where its pages are, without a trailing slash."""
        self.http = http
        self.web_url = web_url
        #: Who the token belongs to, once somebody has asked.
        self.account = ""
        self._comments = Comments(http)

    async def health(self) -> None:
        """Return if a Qualytics answers here; needs no token (204)."""
        await self.http.request("GET", "health")

    async def me(self) -> QualyticsMe:
        """Return who the token belongs to."""
        me = await self.http.read("users/me", QualyticsMe)
        self.account = str(me.id or "")
        return me

    async def page(self, wanted: AnomalyFilter, number: int) -> Batch:
        """Return one page of anomalies, newest first; pages count from 1."""
        answer = await self.http.request("GET", "anomalies", params=list_params(wanted, number))
        return decode_page(answer.content)

    async def by_ids(self, ids: Sequence[int]) -> list[Anomaly]:
        """Return up to 100 anomalies by number, archived ones too; unknown ones are left out."""
        if not ids:
            # Without a number the server would list everything.
            return []
        params: list[tuple[str, str | int]] = [("id", i) for i in ids]
        params += [("archived", "include"), ("size", PAGE)]
        answer = await self.http.request("GET", "anomalies", params=params)
        return decode_page(answer.content).items

    async def anomaly(self, anomaly_id: int) -> AnomalyDetail:
        """Return one anomaly with all that its page shows."""
        return await self.http.read(f"anomalies/{anomaly_id}", AnomalyDetail)

    async def set_status(self, anomaly_id: int, status: str) -> Anomaly:
        """Set an open status and return the anomaly as it is afterwards.

        Raises InDoubtError where Qualytics took the request and then cannot be asked what came of
        it, RefusedError where nothing did.
        """
        body = [{"id": anomaly_id, "status": status}]
        answer = await self.http.request("PATCH", "anomalies", json=body)
        try:
            changed = self.http.decode(answer, list[Anomaly])
        except NotTheApiError:
            # The 2xx says that it is done; what this build answers with is its own affair.
            changed = []
        same = (one for one in changed if one.id == anomaly_id and one.status)
        after: Anomaly | None = next(same, None)
        try:
            after = after or await self.anomaly(anomaly_id)
        except AppError as error:
            raise InDoubtError(
                "Qualytics took it and did not say what came of it. QJira looks again.",
                error.detail,
                request_id=error.request_id,
            ) from error
        if after.status and after.status != status:
            raise RefusedError(
                f"Qualytics took the request and left the anomaly as {after.status}.",
                f"PATCH anomalies {anomaly_id}: {after.status} instead of {status}",
            )
        return after

    async def archive(self, anomaly_id: int, status: str, comment: str = "") -> None:
        """Archive under `status`; the same route destroys unless it says `archive: true`."""
        # https://userguide.qualytics.io: BulkDeleteAnomaly; the flag is spelled out, never implied.
        body: list[dict[str, Any]] = [
            {"id": anomaly_id, "archive": True, "status": status, "comment": comment or None}
        ]
        await self.http.request("DELETE", "anomalies", json=body)

    async def add_comment(self, anomaly_id: int, message: str) -> Comment | None:
        """Add a comment; return it where the server shows it."""
        body = {"anomaly_id": anomaly_id, "message": message}
        answer = await self.http.request("POST", "comments", json=body)
        try:
            return self.http.decode(answer, Comment)
        except NotTheApiError:
            # The 2xx says that it is kept; what this build answers with is its own affair.
            return None

    async def comments(self, anomaly_id: int) -> list[Comment] | None:
        """Return an anomaly's comments, oldest first; None where this build lists none."""
        return await self._comments.of(anomaly_id)

    async def source_record(self, anomaly_id: int) -> str:
        """Return the source rows as text; raises AppError where there are none to see."""
        path = f"anomalies/{anomaly_id}/source-record"
        record = (await self.http.read(path, SourceRecord)).source_record
        if not record:
            raise AppError("Qualytics keeps no source records for this anomaly.")
        # JSON inside JSON, says the specification; rows as they are do as well.
        return record if isinstance(record, str) else msgspec.json.encode(record).decode()
