"""What a form offers to choose from: priorities, people, labels; and the list of all fields."""

from __future__ import annotations

from qjira_gui.practice.jira_access import EMPTY, SELF, Access
from qjira_gui.practice.jira_catalog import FIELDS, PRIORITIES, PROJECTS
from qjira_gui.practice.jira_paging import paged
from qjira_gui.practice.jira_people import Account, accounts
from qjira_gui.practice.jira_state import Issue
from qjira_gui.practice.jira_view import NAVIGABLE, View
from qjira_gui.practice.jira_words import problem, refuse
from qjira_gui.practice.wire import Call, Reply, Rule

API = "/rest/api/3"


class LookupRoutes:
    """Nothing here changes anything."""

    def __init__(self, view: View, access: Access) -> None:
        self._view, self._access = view, access

    def rules(self) -> list[Rule]:
        return [
            Rule("GET", f"{API}/priority/search", self._priorities, SELF),
            Rule("GET", f"{API}/user/assignable/search", self._assignable, SELF),
            Rule("GET", f"{API}/label", self._labels, EMPTY),
            Rule("GET", f"{API}/jql/autocompletedata/suggestions", self._suggestions, SELF),
            Rule("GET", f"{API}/field", self._all_fields, EMPTY),
        ]

    def _priorities(self, call: Call) -> Reply:
        wanted = (call.one("priorityName") or "").casefold()
        found = [one for one in PRIORITIES if wanted in one[1].casefold()]
        shown, start, size = paged(call, found, default=50, most=50)
        values = []
        for one, _name, color in shown:
            priority = self._view.priority(one, call.base) or {}
            values.append(
                {**priority, "statusColor": color, "isDefault": one == "3", "description": ""}
            )
        last = start + len(shown) >= len(found)
        counts = {"startAt": start, "maxResults": size, "total": len(found), "isLast": last}
        return Reply(body={**counts, "values": values})

    def _assignable(self, call: Call) -> Reply:
        if call.one("username") is not None:
            return problem(
                400, "The query parameter 'username' is not supported in GDPR strict mode."
            )
        query, account_id = call.one("query"), call.one("accountId")
        if query is not None and account_id is not None:
            return problem(400, "The query and accountId parameters cannot be used together.")
        named = call.one("project") or ""
        issue_name = call.one("issueKey") or call.one("issueId")
        if issue_name:
            self._access.issue(issue_name)
        elif not named:
            raise refuse(400, "You must provide a project, an issueKey or an issueId.")
        elif not any(named in (one.key, one.id) for one in PROJECTS.values() if one.visible):
            # The key is case-sensitive here, unlike everywhere else.
            raise refuse(404, f"No project could be found with key '{named}'.")
        if account_id is not None:
            found = [
                one for one in accounts().values() if one.id == account_id and _assignable(one)
            ]
        else:
            # The range is cut first and filtered after: a page comes back short and others follow.
            everybody = list(accounts().values())[:1000]
            cut, _start, _size = paged(call, everybody, default=50, most=1000)
            found = [one for one in cut if _assignable(one) and _named_like(one, query or "")]
        return Reply(body=[self._view.account(one, call.base) for one in found])

    def _labels(self, call: Call) -> Reply:
        found = self._known_labels() if call.who else []
        shown, start, size = paged(call, found, default=1000, most=1000)
        last = start + len(shown) >= len(found)
        counts = {"startAt": start, "maxResults": size, "total": len(found), "isLast": last}
        return Reply(body={**counts, "values": shown})

    def _known_labels(self) -> list[str]:
        seen: list[Issue] = self._access.visible()
        return sorted({label for issue in seen for label in issue.fields.get("labels") or []})

    def _suggestions(self, call: Call) -> Reply:
        name, start = call.one("fieldName") or "", (call.one("fieldValue") or "").casefold()
        if name.casefold() == "labels":
            values = self._known_labels()
        elif name.casefold() == "project":
            values = [one.key for one in PROJECTS.values() if one.visible]
        else:
            values = []
        found = [value for value in values if value.casefold().startswith(start)][:15]
        shown = [{"value": value, "displayName": f"<b>{value}</b>"} for value in found]
        return Reply(body={"results": shown})

    def _all_fields(self, call: Call) -> Reply:
        names = [name for name in NAVIGABLE if name not in FIELDS]
        system = [
            {"id": name, "key": name, "name": name.capitalize(), "custom": False} for name in names
        ]
        made = [
            {"id": one.id, "key": one.id, "name": one.name, "custom": one.custom is not None}
            | {"schema": one.schema()}
            for one in FIELDS.values()
        ]
        flags = {"orderable": True, "navigable": True, "searchable": True, "clauseNames": []}
        return Reply(body=[{**one, **flags} for one in (*made, *system)])


def _assignable(one: Account) -> bool:
    return one.active and one.kind == "atlassian"


def _named_like(one: Account, query: str) -> bool:
    """A hidden e-mail is not matched; neither is one of a user who shows it only to some."""
    parts = f"{one.name} {one.email or ''}".casefold().split()
    return all(any(part.startswith(word) for part in parts) for word in query.casefold().split())
