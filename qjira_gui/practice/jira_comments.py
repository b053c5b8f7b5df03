"""Comments on issues: add, list, read, edit, delete, and read many by their ids."""

from __future__ import annotations

from qjira_gui.practice.faults import FaultBook
from qjira_gui.practice.jira_access import EMPTY, ISSUE, WRITE, Access
from qjira_gui.practice.jira_create import comment_body, properties
from qjira_gui.practice.jira_issues import body
from qjira_gui.practice.jira_paging import paged
from qjira_gui.practice.jira_people import MY_ACCOUNT
from qjira_gui.practice.jira_state import SITE, Issue, JiraState, Remark
from qjira_gui.practice.jira_view import View, rendered
from qjira_gui.practice.jira_words import NO_COMMENT, refuse
from qjira_gui.practice.people import ME
from qjira_gui.practice.wire import Call, JsonObject, Reply, Rule

API = "/rest/api/3"
MOST_COMMENTS = 5000


class CommentRoutes:
    """The routes under /issue/{key}/comment and /comment/list."""

    def __init__(self, state: JiraState, view: View, access: Access, faults: FaultBook) -> None:
        self._state, self._view, self._access, self._faults = state, view, access, faults

    def rules(self) -> list[Rule]:
        many = f"{API}/issue/{{issue}}/comment"
        return [
            Rule("GET", many, self._listing, ISSUE),
            Rule("POST", many, self._add, WRITE),
            Rule("GET", f"{many}/{{id}}", self._read, ISSUE),
            Rule("PUT", f"{many}/{{id}}", self._edit, WRITE),
            Rule("DELETE", f"{many}/{{id}}", self._delete, WRITE),
            Rule("POST", f"{API}/comment/list", self._by_ids, EMPTY),
        ]

    def _listing(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        order = call.one("orderBy") or "created"
        # An unescaped + arrives as a blank.
        if order.strip() not in ("created", "-created", "+created"):
            raise refuse(400, f"The orderBy value '{order}' is not valid.")
        remarks = [one for one in issue.remarks if self._readable(one)]
        remarks.sort(key=lambda one: (one.created, one.id), reverse=order.startswith("-"))
        shown, start, size = paged(call, remarks, default=100, most=5000)
        comments = [self._shown(one, issue, call) for one in shown]
        counts = {"startAt": start, "maxResults": size, "total": len(remarks)}
        return Reply(body={**counts, "comments": comments})

    def _add(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        message = "You do not have the permission to comment on this issue."
        self._access.need("ADD_COMMENTS", issue.project, message)
        given = body(call)
        document = comment_body(given.get("body"))
        kept = properties(given.get("properties"))
        most = int(self._faults.option(SITE, "comment_limit", "limit", MOST_COMMENTS))
        if len(issue.remarks) >= most:
            raise refuse(413, f"The limit of {most} comments for this issue has been reached.")
        self._access.count_write(issue)
        visibility = given.get("visibility")
        remark = self._state.comment(issue, document, properties=kept, visibility=visibility)
        return Reply(201, self._shown(remark, issue, call))

    def _read(self, call: Call) -> Reply:
        issue, remark = self._found(call)
        return Reply(body=self._shown(remark, issue, call))

    def _edit(self, call: Call) -> Reply:
        issue, remark = self._found(call)
        self._own(remark, issue, "EDIT_OWN_COMMENTS", "edit")
        given = body(call)
        document = comment_body(given.get("body"))
        self._access.count_write(issue)
        # Neither an edit nor a removal touches the issue's `updated`.
        kept = {**remark.properties, **properties(given.get("properties"))}
        self._state.edit_comment(issue, remark, document, kept, by=ME.name)
        return Reply(body=self._shown(remark, issue, call))

    def _delete(self, call: Call) -> Reply:
        issue, remark = self._found(call)
        self._own(remark, issue, "DELETE_OWN_COMMENTS", "delete")
        self._access.count_write(issue)
        self._state.delete_comment(issue, remark, by=ME.name)
        return Reply(204)

    def _by_ids(self, call: Call) -> Reply:
        ids = body(call, {"ids": list}).get("ids")
        if not ids or len(ids) > 1000 or not all(type(one) is int for one in ids):
            raise refuse(400, "Between 1 and 1000 comment ids must be given.")
        found: list[JsonObject] = [
            self._shown(remark, issue, call)
            for issue in (self._access.visible() if call.who else [])
            for remark in issue.remarks
            if remark.id in ids and self._readable(remark)
        ]
        counts = {"startAt": 0, "maxResults": 1000, "total": len(found), "isLast": True}
        return Reply(body={**counts, "values": found})

    def _shown(self, remark: Remark, issue: Issue, call: Call) -> JsonObject:
        expand = call.csv("expand")
        shown = self._view.comment(remark, issue, call.base, properties="properties" in expand)
        if "renderedBody" in expand:
            shown["renderedBody"] = rendered(remark.body)
        return shown

    def _readable(self, remark: Remark) -> bool:
        return remark.readable_at <= self._state.now()

    def _found(self, call: Call) -> tuple[Issue, Remark]:
        issue = self._access.issue(call.params["issue"])
        for remark in issue.remarks:
            if str(remark.id) == call.params["id"] and self._readable(remark):
                return issue, remark
        raise refuse(404, NO_COMMENT.format(call.params["id"]))

    def _own(self, remark: Remark, issue: Issue, permission: str, verb: str) -> None:
        if remark.author != MY_ACCOUNT or not self._access.may(permission, issue.project):
            raise refuse(
                400, f"You do not have permission to {verb} the comment with id: {remark.id}."
            )
