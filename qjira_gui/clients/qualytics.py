"""Qualytics' API, as far as an analyst's day needs it; there is no way here to destroy anything."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from qjira_gui.clients.http import Http, Params
from qjira_gui.domain.anomaly import Anomaly, AnomalyDetail, Comment, Person
from qjira_gui.domain.errors import AppError, NotTheApiError, RefusedError
from qjira_gui.domain.page import AnomalyFilter, Batch

#: The server takes no more a page (qualytics-api.md, section 4).
PAGE = 100


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    total: int = 0


class _AnomalyPage(msgspec.Struct):
    items: list[Anomaly]
    total: int = 0


class _CommentPage(msgspec.Struct):
    items: list[Comment]
    total: int = 0
    pages: int = 0


class SourceRecord(msgspec.Struct, frozen=True):
    """The rows that broke the rule, as a JSON text of the server's own making."""

    source_record: str | None = None


class QualyticsMe(Person, frozen=True):
    """The account that the token belongs to."""

    role: str | None = None


def decode_page(raw: bytes) -> Batch:
    """Return the anomalies of one answer; a single bad one never costs the others.

    Raises NotTheApiError where the answer is no page at all.
    """
    try:
        page = msgspec.json.decode(raw, type=_AnomalyPage)
        return Batch(items=page.items, total=page.total, raw=raw)
    except msgspec.ValidationError:
        pass
    except msgspec.DecodeError as error:
        raise NotTheApiError("The list of anomalies could not be read.", str(error)) from error
    try:
        parts = msgspec.json.decode(raw, type=_Page)
    except msgspec.ValidationError as error:
        raise NotTheApiError("The list of anomalies could not be read.", str(error)) from error
    items: list[Anomaly] = []
    for part in parts.items:
        try:
            items.append(msgspec.json.decode(part, type=Anomaly))
        except msgspec.ValidationError:
            continue
    return Batch(items=items, total=parts.total, unreadable=len(parts.items) - len(items), raw=raw)


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

    async def health(self) -> None:
        """Return if a Qualytics answers here; needs no token (204)."""
        await self.http.request("GET", "health")

    async def me(self) -> QualyticsMe:
        """Return who the token belongs to."""
        return await self.http.read("users/me", QualyticsMe)

    async def page(self, wanted: AnomalyFilter, number: int) -> Batch:
        """Return one page of anomalies, newest first; pages count from 1."""
        answer = await self.http.request("GET", "anomalies", params=list_params(wanted, number))
        return decode_page(answer.content)

    async def by_ids(self, ids: Sequence[int]) -> list[Anomaly]:
        """Return up to 100 anomalies by number, archived ones too; unknown ones are left out."""
        params: list[tuple[str, str | int]] = [("id", i) for i in ids]
        params += [("archived", "include"), ("size", PAGE)]
        answer = await self.http.request("GET", "anomalies", params=params)
        return decode_page(answer.content).items

    async def anomaly(self, anomaly_id: int) -> AnomalyDetail:
        """Return one anomaly with all that its page shows."""
        return await self.http.read(f"anomalies/{anomaly_id}", AnomalyDetail)

    async def set_status(self, anomaly_id: int, status: str) -> Anomaly:
        """Set an open status and return the anomaly as it is afterwards."""
        body = [{"id": anomaly_id, "status": status}]
        answer = await self.http.request("PATCH", "anomalies", json=body)
        changed = self.http.decode(answer, list[Anomaly])
        return changed[0] if changed else await self.anomaly(anomaly_id)

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
        """Return an anomaly's comments, oldest first; None where this build lists none.

        The list is the whole instance's, newest pages first, so it is read to its end.
        """
        found: list[Comment] = []
        try:
            async for comment in self._all_comments():
                if comment.anomaly_id is None:
                    return None
                if comment.anomaly_id == anomaly_id:
                    found.append(comment)
        except RefusedError as error:
            if error.status in (404, 405):
                return None
            raise
        return sorted(found, key=lambda comment: comment.created)

    async def _all_comments(self) -> AsyncIterator[Comment]:
        number = 1
        while True:
            params: Params = [("page", number), ("size", PAGE)]
            page = await self.http.read("comments", _CommentPage, params=params)
            for comment in page.items:
                yield comment
            if number * PAGE >= page.total or not page.items:
                return
            number += 1

    async def source_record(self, anomaly_id: int) -> str:
        """Return the source rows as text; raises AppError where there are none to see."""
        record = await self.http.read(f"anomalies/{anomaly_id}/source-record", SourceRecord)
        if not record.source_record:
            raise AppError("Qualytics keeps no source records for this anomaly.")
        return record.source_record
