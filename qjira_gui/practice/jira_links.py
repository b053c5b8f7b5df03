"""What hangs on issues and comments: properties, and remote links with their upsert."""

from __future__ import annotations

from typing import Any

from qjira_gui.practice.jira_access import ISSUE, WRITE, Access
from qjira_gui.practice.jira_create import checked_property
from qjira_gui.practice.jira_issues import body
from qjira_gui.practice.jira_people import MY_ACCOUNT
from qjira_gui.practice.jira_state import Issue, JiraState
from qjira_gui.practice.jira_view import View
from qjira_gui.practice.jira_words import NO_COMMENT, refuse
from qjira_gui.practice.people import ME
from qjira_gui.practice.wire import BadJson, Call, JsonObject, Reply, Rule

API = "/rest/api/3"
MOST_LINKS = 2000


class LinkRoutes:
    """Properties of issues and comments, and remote links."""

    def __init__(self, state: JiraState, view: View, access: Access) -> None:
        self._state, self._view, self._access = state, view, access

    def rules(self) -> list[Rule]:
        issue, comment = f"{API}/issue/{{issue}}", f"{API}/comment/{{comment}}"
        return [
            *self._property_rules(f"{issue}/properties"),
            *self._property_rules(f"{comment}/properties"),
            Rule("GET", f"{issue}/remotelink", self._links, ISSUE),
            Rule("POST", f"{issue}/remotelink", self._upsert, WRITE),
            Rule("DELETE", f"{issue}/remotelink", self._unlink, WRITE),
        ]

    def _property_rules(self, at: str) -> list[Rule]:
        return [
            Rule("GET", at, self._keys, ISSUE),
            Rule("GET", f"{at}/{{key}}", self._read, ISSUE),
            Rule("PUT", f"{at}/{{key}}", self._put, WRITE),
            Rule("DELETE", f"{at}/{{key}}", self._remove, WRITE),
        ]

    def _holder(
        self, call: Call, *, write: bool = False
    ) -> tuple[Issue, dict[str, Any], JsonObject]:
        """The issue, the properties that are meant, and how the ledger names their owner."""
        if named := call.params.get("issue"):
            issue = self._access.issue(named)
            permission, facts = "EDIT_ISSUES", {"issue": issue.key}
            held = issue.properties
        else:
            issue, held, author = self._comment(call.params["comment"])
            permission, facts = "EDIT_OWN_COMMENTS", {"comment": call.params["comment"]}
            if write and author != MY_ACCOUNT:
                raise refuse(403, "You do not have permission to edit this comment.")
        if write:
            self._access.need(permission, issue.project, "You do not have permission to edit this.")
            self._access.count_write(issue)
        return issue, held, facts

    def _comment(self, comment_id: str) -> tuple[Issue, dict[str, Any], str]:
        for issue in self._access.visible():
            for remark in issue.remarks:
                if str(remark.id) == comment_id:
                    return issue, remark.properties, remark.author
        raise refuse(404, NO_COMMENT.format(comment_id))

    def _keys(self, call: Call) -> Reply:
        _issue, held, _facts = self._holder(call)
        where = f"{self._view.api(call.base)}{call.path}"
        return Reply(body={"keys": [{"self": f"{where}/{key}", "key": key} for key in held]})

    def _read(self, call: Call) -> Reply:
        _issue, held, _facts = self._holder(call)
        key = call.params["key"]
        if key not in held:
            raise refuse(404, f"The property with key '{key}' does not exist.")
        return Reply(body={"key": key, "value": held[key]})

    def _put(self, call: Call) -> Reply:
        try:
            value = call.json()
        except BadJson as wrong:
            raise refuse(400, "The property value must be a valid, non-empty JSON.") from wrong
        key = call.params["key"]
        checked_property(key, value)
        _issue, held, facts = self._holder(call, write=True)
        known = key in held
        held[key] = value
        self._state.ledger.add("properties", by=ME.name, key=key, value=value, **facts)
        return Reply(200 if known else 201, {})

    def _remove(self, call: Call) -> Reply:
        _issue, held, _facts = self._holder(call, write=True)
        if held.pop(call.params["key"], None) is None:
            raise refuse(404, f"The property with key '{call.params['key']}' does not exist.")
        return Reply(204)

    def _links(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        global_id = call.one("globalId")
        if global_id is None:
            return Reply(body=[self._shown(issue, one, call) for one in issue.links])
        for one, link in issue.links.items():
            if link.get("globalId") == global_id:
                return Reply(body=self._shown(issue, one, call))
        raise refuse(404, f"There is no remote issue link with the global id '{global_id}'.")

    def _upsert(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        refusal = "You do not have permission to create links for this issue."
        self._access.need("LINK_ISSUES", issue.project, refusal)
        given = body(call)
        target = given.get("object")
        wrong = {
            name: f"'{name}' is required."
            for name in ("title", "url")
            if not isinstance(target, dict) or not isinstance(target.get(name), str)
        }
        global_id = given.get("globalId")
        if isinstance(global_id, str) and len(global_id) > 255:
            wrong["globalId"] = "'globalId' must be at most 255 characters."
        if wrong:
            raise refuse(400, **wrong)
        self._access.count_write(issue)
        held = (one for one, link in issue.links.items() if link.get("globalId") == global_id)
        known = next(held, None) if global_id else None
        if known is None and len(issue.links) >= MOST_LINKS:
            raise refuse(413, "The limit of remote links for this issue has been reached.")
        link_id = self._state.next_id() if known is None else known
        # An update replaces: what is left out is gone, and reads as null.
        names = ("globalId", "application", "relationship", "object")
        issue.links[link_id] = {name: given.get(name) for name in names}
        self._state.ledger.add(
            "remote_links", by=ME.name, issue=issue.key, id=link_id, link=issue.links[link_id]
        )
        where = f"{self._view.api(call.base)}/rest/api/3/issue/{issue.id}/remotelink/{link_id}"
        return Reply(201 if known is None else 200, {"id": link_id, "self": where})

    def _unlink(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        global_id = call.one("globalId")
        gone = [one for one, link in issue.links.items() if link.get("globalId") == global_id]
        if not gone:
            raise refuse(404, "There is no such remote issue link.")
        self._access.count_write(issue)
        for one in gone:
            del issue.links[one]
        return Reply(204)

    def _shown(self, issue: Issue, link_id: int, call: Call) -> JsonObject:
        where = f"{self._view.api(call.base)}/rest/api/3/issue/{issue.id}/remotelink/{link_id}"
        kept = {name: value for name, value in issue.links[link_id].items() if value is not None}
        return {"id": link_id, "self": where, **kept}
