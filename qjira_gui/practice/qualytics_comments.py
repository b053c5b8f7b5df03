"""Comments on anomalies: add, list, edit, delete; none of it on archived ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qjira_gui.practice.anomalies import Anomaly
from qjira_gui.practice.faults import FaultBook
from qjira_gui.practice.people import ME
from qjira_gui.practice.qualytics_checks import (
    Problems,
    Query,
    Shape,
    body,
    is_ints,
    is_text,
    judge,
    thing,
)
from qjira_gui.practice.qualytics_state import MY_ID, QualyticsState, Remark
from qjira_gui.practice.qualytics_view import View
from qjira_gui.practice.wire import Call, JsonObject, Refused, Reply, Rule

if TYPE_CHECKING:
    from qjira_gui.practice.qualytics_app import Access

SITE = "qualytics"
_NEW: Shape = {
    "anomaly_id": (True, False, lambda value: type(value) is int, "a valid integer"),
    "message": (True, False, is_text, "a valid string"),
    "mentioned_user_ids": (False, True, is_ints, "a valid list of integers"),
}
_EDIT: Shape = {"message": (True, False, is_text, "a valid string")}


class CommentRoutes:
    """The routes under /comments, and an anomaly's own list in builds that have one."""

    def __init__(self, state: QualyticsState, faults: FaultBook, access: Access) -> None:
        self._state, self._faults, self._access = state, faults, access
        self._view = View(state)

    def rules(self, root: str) -> list[Rule]:
        return [
            Rule("GET", f"{root}/comments", self._listing),
            Rule("POST", f"{root}/comments", self._add),
            Rule("GET", f"{root}/comments/{{id}}", self._read),
            Rule("PUT", f"{root}/comments/{{id}}", self._edit),
            Rule("DELETE", f"{root}/comments/{{id}}", self._delete),
            Rule("GET", f"{root}/anomalies/{{anomaly_id}}/comments", self._own),
        ]

    def _listing(self, call: Call) -> Reply:
        if self._faults.use(SITE, "no_comment_listing"):
            return Reply(404, {"detail": "Not Found"})
        return self._page(call, list(self._state.remarks.values()))

    def _own(self, call: Call) -> Reply:
        """Only with the fault `anomaly_comments`; in the captured build it is unknown."""
        if not self._faults.find(SITE, "anomaly_comments"):
            return Reply(404, {"detail": "Not Found"})
        one = self._anomaly(call.params["anomaly_id"])
        return self._page(
            call, [that for that in self._state.remarks.values() if that.anomaly == one.id]
        )

    def _page(self, call: Call, remarks: list[Remark]) -> Reply:
        query = Query(call)
        page, size = query.int_or("page", 1, 1), query.int_or("size", 50, 1, 100)
        query.problems.settle()
        remarks.sort(key=lambda one: (one.created, one.id), reverse=True)
        start = (page - 1) * size
        items = [self._view.comment(one) for one in remarks[start : start + size]]
        counts = {"total": len(remarks), "page": page, "size": size}
        return Reply(body={"items": items, **counts, "pages": -(-len(remarks) // size)})

    def _add(self, call: Call) -> Reply:
        given = body(call)
        many = isinstance(given, list)
        items: list[Any] = given if many else [given]
        problems = Problems()
        for at, item in enumerate(items):
            judge(item, _NEW, ["body", at] if many else ["body"], problems)
            if isinstance(item, dict) and item.get("message") == "":
                message = "String should have at least 1 character"
                problems.add(["body", "message"], "string_too_short", message, "")
        problems.settle()
        anomalies = [self._commentable(item["anomaly_id"]) for item in items]
        made = [
            self._view.comment(
                self._state.comment(one, item["message"], mentioned=item.get("mentioned_user_ids"))
            )
            for one, item in zip(anomalies, items, strict=True)
        ]
        return Reply(body=made if many else made[0])

    def _read(self, call: Call) -> Reply:
        return Reply(body=self._view.comment(self._remark(call)))

    def _edit(self, call: Call) -> Reply:
        remark = self._remark(call)
        item = thing(call, _EDIT)
        self._commentable(remark.anomaly)
        if remark.user != MY_ID:
            raise Refused(403, {"detail": "Only the author of a comment can edit it"})
        remark.message = item["message"]
        facts: JsonObject = {"anomaly": remark.anomaly, "id": remark.id, "message": remark.message}
        self._state.ledger.add("anomaly_comment_edits", by=ME.name, **facts)
        return Reply(body=self._view.comment(remark))

    def _delete(self, call: Call) -> Reply:
        remark = self._remark(call)
        self._commentable(remark.anomaly)
        if remark.user != MY_ID and self._access.role != "Admin":
            detail = "Only the author of a comment or an administrator can delete it"
            raise Refused(403, {"detail": detail})
        del self._state.remarks[remark.id]
        facts: JsonObject = {"anomaly": remark.anomaly, "id": remark.id}
        self._state.ledger.add("anomaly_comment_deletes", by=ME.name, **facts)
        return Reply(204)

    def _commentable(self, anomaly: int) -> Anomaly:
        one = self._anomaly(anomaly)
        if refused := self._access.lacks("Viewer"):
            raise Refused(refused.status, refused.body)
        if one.archived:
            raise Refused(409, {"detail": f"Anomaly {one.id} is archived and accepts no comments"})
        return one

    def _anomaly(self, anomaly: int | str) -> Anomaly:
        one = self._state.find(anomaly)
        if one is None:
            raise Refused(404, {"detail": f"Anomaly with id {anomaly} was not found"})
        return one

    def _remark(self, call: Call) -> Remark:
        text = call.params["id"]
        if not text.isdecimal():
            problems = Problems()
            problems.add(["path", "id"], "int_parsing", "Input should be a valid integer", text)
            problems.settle()
        remark = self._state.remarks.get(int(text))
        if remark is None:
            raise Refused(404, {"detail": f"Comment with id {text} was not found"})
        return remark
