"""Reading and changing anomalies: detail, PUT, bulk PATCH, and DELETE that archives or destroys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qjira_gui.practice.anomalies import ARCHIVED, OPEN, TAGS, Anomaly
from qjira_gui.practice.faults import FaultBook
from qjira_gui.practice.people import ME, PEOPLE
from qjira_gui.practice.qualytics_checks import (
    Problems,
    Query,
    Shape,
    anomaly_id,
    array,
    is_flag,
    is_ints,
    is_text,
    is_texts,
    one_of,
    thing,
)
from qjira_gui.practice.qualytics_list import AnomalyList
from qjira_gui.practice.qualytics_state import QualyticsState
from qjira_gui.practice.qualytics_view import View
from qjira_gui.practice.source_rows import source_rows
from qjira_gui.practice.times import qualytics_time
from qjira_gui.practice.wire import Call, JsonObject, Refused, Reply, Rule

if TYPE_CHECKING:
    from qjira_gui.practice.qualytics_app import Access

SITE = "qualytics"
_TAG_PLACES = {tag[0]: at for at, tag in enumerate(TAGS)}

_OPEN_STATUS = (False, True, one_of(OPEN), "'Active' or 'Acknowledged'")
_CHANGES: Shape = {
    "status": _OPEN_STATUS,
    "description": (False, True, is_text, "a valid string"),
    "tags": (False, True, is_texts, "a valid list of strings"),
    "assignee_ids": (False, True, is_ints, "a valid list of integers"),
}
_BULK: Shape = {"id": (True, False, anomaly_id, "a valid integer or UUID"), **_CHANGES}
_REMOVE: Shape = {
    "id": (True, False, anomaly_id, "a valid integer or UUID"),
    "archive": (False, True, is_flag, "a valid boolean"),
    "status": (False, True, one_of(ARCHIVED), "'Resolved', 'Invalid', 'Duplicate' or 'Discarded'"),
    "comment": (False, True, is_text, "a valid string"),
    "mentioned_user_ids": (False, False, is_ints, "a valid list of integers"),
}


class AnomalyRoutes:
    """The routes under /anomalies, ticket links apart."""

    def __init__(self, state: QualyticsState, faults: FaultBook, access: Access) -> None:
        self._state, self._faults, self._access = state, faults, access
        self._view = View(state)
        self._list = AnomalyList(state, self._view)

    def rules(self, root: str) -> list[Rule]:
        at = f"{root}/anomalies"
        return [
            Rule("GET", at, self._listing),
            Rule("PATCH", at, self._patch),
            Rule("DELETE", at, self._delete),
            Rule("GET", f"{at}/{{id}}", self._detail),
            Rule("PUT", f"{at}/{{id}}", self._put),
            Rule("DELETE", f"{at}/{{id}}", self._delete_one),
            Rule("GET", f"{at}/{{id}}/source-record", self._source),
        ]

    def _listing(self, call: Call) -> Reply:
        reply = self._list.answer(call)
        if self._faults.find(SITE, "newer_build"):
            reply.body["items"] = [self._newer(item) for item in reply.body["items"]]
        return reply

    def _detail(self, call: Call) -> Reply:
        one = self._found(call.params["id"])
        inside = self._faults.find(SITE, "comments_in_anomaly") is not None
        shown = self._view.full(one, comments=inside)
        return Reply(body=self._newer(shown) if self._faults.find(SITE, "newer_build") else shown)

    def _put(self, call: Call) -> Reply:
        one = self._found(call.params["id"])
        item = thing(call, _CHANGES)
        self._change([(one, item)])
        return Reply(body=self._view.full(one))

    def _patch(self, call: Call) -> Reply:
        items = array(call, _BULK)
        pairs = [(self._found(item["id"]), item) for item in items]
        self._change(pairs)
        return Reply(body=[self._view.full(one) for one, _ in pairs])

    def _delete(self, call: Call) -> Reply:
        self._remove(array(call, _REMOVE))
        return Reply(204)

    def _delete_one(self, call: Call) -> Reply:
        """The form that the vendor's command line sends: `?archive=true&status=Resolved`."""
        query = Query(call)
        archive, status = query.flag("archive"), query.choice("status", ARCHIVED)
        query.problems.settle()
        item = {"id": call.params["id"], "status": status}
        self._remove([{**item, "archive": archive is not False}])
        return Reply(204)

    def _remove(self, items: list[JsonObject]) -> None:
        if refused := self._access.lacks("Author"):
            raise Refused(refused.status, refused.body)
        pairs = [(self._found(item["id"]), item) for item in items]
        for one, item in pairs:
            # The trap of this route: leaving `archive` out archives, `false` destroys for good.
            if item.get("archive") is False:
                if one.id in self._state.anomalies:
                    self._state.destroy(one, by=ME.name)
                continue
            if words := item.get("comment"):
                mentioned = item.get("mentioned_user_ids")
                self._state.comment(one, words, mentioned=mentioned)
            self._state.set_status(one, item.get("status") or "Resolved", by=ME.name)

    def _change(self, pairs: list[tuple[Anomaly, JsonObject]]) -> None:
        """All or nothing: whatever is wrong with one item is said before anything is changed."""
        ready = [(one, item, self._prepared(one, item)) for one, item in pairs]
        for one, item, changes in ready:
            if item.get("status") is not None:
                self._state.set_status(one, item["status"], by=ME.name)
            if changes:
                self._state.update(one, changes, by=ME.name)

    def _prepared(self, one: Anomaly, item: JsonObject) -> JsonObject:
        needed = "Editor" if item.get("description") is not None else "Author"
        if refused := self._access.lacks(needed):
            raise Refused(refused.status, refused.body)
        changes: JsonObject = {}
        if item.get("description") is not None:
            changes["description"] = item["description"]
        if item.get("tags") is not None:
            for name in item["tags"]:
                if name not in _TAG_PLACES:
                    raise Refused(404, {"detail": f"Tag '{name}' was not found"})
            changes["tags"] = [_TAG_PLACES[name] for name in item["tags"]]
        if item.get("assignee_ids") is not None:
            for person in item["assignee_ids"]:
                if not 1 <= person <= len(PEOPLE):
                    raise Refused(404, {"detail": f"User with id {person} was not found"})
            changes["assignees"] = item["assignee_ids"]
        if changes and one.archived and item.get("status") is None:
            raise Refused(
                409, {"detail": "Archived anomalies cannot be edited", "fault_context": None}
            )
        return changes

    def _source(self, call: Call) -> Reply:
        one = self._found(call.params["id"])
        if refused := self._access.lacks("Viewer"):
            return refused
        if not one.enriched:
            return Reply(404, {"detail": f"No source record is kept for anomaly {one.id}"})
        rows = source_rows(one)
        record = json.dumps(rows, ensure_ascii=False)
        return Reply(body={"source_record": record, "created": qualytics_time(one.created + 95)})

    def _found(self, anomaly: int | str) -> Anomaly:
        if not anomaly_id(anomaly):
            problems = Problems()
            problems.add(["path", "id"], "int_parsing", "Input should be a valid integer", anomaly)
            problems.settle()
        one = self._state.find(anomaly)
        if one is None:
            raise Refused(404, {"detail": f"Anomaly with id {anomaly} was not found"})
        return one

    def _newer(self, shown: JsonObject) -> JsonObject:
        """As a build newer than the specification: words that it does not know."""
        if shown["id"] == max(self._state.anomalies) - 11:
            return {**shown, "status": "Snoozed", "snoozed_until": None, "type": "drift"}
        return shown
