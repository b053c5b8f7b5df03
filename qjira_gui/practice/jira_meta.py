"""What a form needs first: myself, my permissions, projects, issue types and their fields."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode

from qjira_gui.practice.jira_access import (
    EMPTY,
    OPEN,
    PERMISSIONS,
    PROJECT,
    SELF,
    Access,
)
from qjira_gui.practice.jira_catalog import (
    FIELDS,
    PROJECTS,
    TYPES,
    Field,
    Project,
    project_of,
    screen,
)
from qjira_gui.practice.jira_paging import number, paged
from qjira_gui.practice.jira_people import MY_ACCOUNT, accounts
from qjira_gui.practice.jira_state import JiraState
from qjira_gui.practice.jira_view import View
from qjira_gui.practice.jira_words import problem, refuse
from qjira_gui.practice.wire import Call, JsonObject, Reply, Rule

API = "/rest/api/3"
_ASKABLE = {key: (name, number) for key, name, number in PERMISSIONS}


class MetaRoutes:
    """Nothing here changes anything."""

    def __init__(self, state: JiraState, view: View, access: Access, zone: tzinfo) -> None:
        self._state, self._view, self._access, self._zone = state, view, access, zone

    def rules(self) -> list[Rule]:
        types = f"{API}/issue/createmeta/{{project}}/issuetypes"
        return [
            Rule("GET", f"{API}/myself", self._myself, SELF),
            Rule("GET", f"{API}/serverInfo", self._server, OPEN),
            Rule("GET", f"{API}/mypermissions", self._permissions, SELF),
            Rule("GET", f"{API}/project/search", self._projects, EMPTY),
            Rule("GET", f"{API}/project/{{project}}", self._project, PROJECT),
            Rule("GET", types, self._types, PROJECT),
            Rule("GET", f"{types}/{{type}}", self._fields, PROJECT),
        ]

    def _myself(self, call: Call) -> Reply:
        me = self._view.account(accounts()[MY_ACCOUNT], call.base)
        me |= {"locale": "en_US", "groups": {"size": 2, "items": []}}
        return Reply(body={**me, "applicationRoles": {"size": 1, "items": []}, "expand": "groups"})

    def _server(self, call: Call) -> Reply:
        # The site's zone is not the user's: JQL dates are in one, this and the answers in another.
        here = datetime.fromtimestamp(self._state.now(), self._zone)
        return Reply(
            body={
                "baseUrl": call.base,
                "displayUrl": call.base,
                "version": "1001.0.0-SNAPSHOT",
                "versionNumbers": [1001, 0, 0],
                "deploymentType": "Cloud",
                "buildNumber": 100290,
                "buildDate": "2026-10-30T09:12:44.000+0000",
                "serverTime": here.strftime("%Y-%m-%dT%H:%M:%S.000%z"),
                "serverTimeZone": str(self._zone),
                "scmInfo": "532ed230ff9aa83f9c3039b776559e831302b5dd",
                "serverTitle": "Jira",
            }
        )

    def _permissions(self, call: Call) -> Reply:
        asked = call.csv("permissions")
        if not asked:
            raise refuse(400, "The 'permissions' query parameter is required.")
        unknown = [key for key in asked if key not in _ASKABLE]
        if unknown:
            raise refuse(400, f"Unrecognized permission(s): {', '.join(unknown)}")
        places = [self._place(call)] if self._named(call) else list(PROJECTS.values())
        shown: JsonObject = {}
        for key in asked:
            name, permission_id = _ASKABLE[key]
            shown[key] = {
                "id": permission_id,
                "key": key,
                "name": name,
                "type": "PROJECT",
                "description": f"Ability to {name.lower()}.",
                "havePermission": any(self._access.may(key, place) for place in places),
            }
        return Reply(body={"permissions": shown})

    @staticmethod
    def _named(call: Call) -> bool:
        return any(call.one(name) for name in ("projectKey", "projectId", "issueKey", "issueId"))

    def _place(self, call: Call) -> Project:
        issue_name = call.one("issueKey") or call.one("issueId")
        if issue_name:
            return self._access.issue(issue_name).project
        return self._found(call.one("projectKey") or call.one("projectId") or "")

    def _found(self, named: str) -> Project:
        project = project_of(named)
        if project is None or not self._access.may("BROWSE_PROJECTS", project):
            raise refuse(404, f"No project could be found with key '{named}'.")
        return project

    def _projects(self, call: Call) -> Reply:
        action = call.one("action", "view")
        if action not in ("view", "browse", "edit", "create"):
            raise refuse(400, f"The action '{action}' is not valid.")
        needed = "CREATE_ISSUES" if action == "create" else "BROWSE_PROJECTS"
        found = [one for one in PROJECTS.values() if call.who and self._access.may(needed, one)]
        if words := (call.one("query") or "").casefold():
            found = [one for one in found if words in f"{one.key}\n{one.name}".casefold()]
        if keys := {key.upper() for key in call.csv("keys")}:
            found = [one for one in found if one.key in keys]
        if kinds := call.csv("typeKey"):
            found = [one for one in found if one.kind in kinds]
        if not found and call.who:
            return problem(404, "No projects were found that match the search.")
        self._sort(found, call.one("orderBy", "key") or "key")
        shown, start, size = paged(call, found, default=50, most=100)
        last = start + len(shown) >= len(found)
        page: JsonObject = {
            "self": self._self(call, start, size),
            "maxResults": size,
            "startAt": start,
            "total": len(found),
            "isLast": last,
            "values": [self._view.project(one, call.base) for one in shown],
        }
        if not last:
            page["nextPage"] = self._self(call, start + size, size)
        return Reply(body=page)

    @staticmethod
    def _self(call: Call, start: int, size: int) -> str:
        kept = [pair for pair in call.query if pair[0] not in ("startAt", "maxResults")]
        asked = urlencode([*kept, ("startAt", start), ("maxResults", size)])
        return f"{call.base}{call.path}?{asked}"

    def _sort(self, found: list[Project], order: str) -> None:
        name = order.lstrip("+-")
        latest: dict[str, float] = {}
        for issue in self._state.issues.values():
            latest[issue.project.key] = max(latest.get(issue.project.key, 0), issue.updated)
        orders: dict[str, Any] = {
            "key": lambda one: one.key,
            "name": lambda one: one.name,
            "lastIssueUpdatedTime": lambda one: latest.get(one.key, 0),
        }
        if name not in ("category", "issueCount", "owner", "archivedDate", "deletedDate", *orders):
            raise refuse(400, f"The orderBy value '{order}' is not valid.")
        found.sort(key=orders.get(name, orders["key"]), reverse=order.startswith("-"))

    def _project(self, call: Call) -> Reply:
        project = self._found(call.params["project"])
        types = [self._view.issue_type(TYPES[one], call.base) for one in project.screens]
        lead = self._view.person(MY_ACCOUNT, call.base)
        shown = {**self._view.project(project, call.base), "description": project.description}
        more = {"lead": lead, "issueTypes": types, "components": [], "versions": [], "roles": {}}
        return Reply(body={**shown, **more, "assigneeType": "UNASSIGNED", "isPrivate": False})

    def _types(self, call: Call) -> Reply:
        project = self._found(call.params["project"])
        may = self._access.may("CREATE_ISSUES", project)
        types = [TYPES[one] for one in project.screens] if may else []
        shown, start, size = self._createmeta_page(call, types)
        made = [self._view.issue_type(one, call.base) for one in shown]
        # There is no isLast in this envelope: the reader must count.
        counts = {"startAt": start, "maxResults": size, "total": len(types)}
        return Reply(body={"issueTypes": made, **counts})

    def _fields(self, call: Call) -> Reply:
        project = self._found(call.params["project"])
        type_id = call.params["type"]
        if type_id not in project.screens:
            return problem(400, "The issue type selected is invalid.")
        may = self._access.may("CREATE_ISSUES", project)
        marks = screen(project, type_id) if may else {}
        shown, start, size = self._createmeta_page(call, list(marks))
        made = [self._field(FIELDS[name], marks[name], project, type_id, call) for name in shown]
        counts = {"startAt": start, "maxResults": size, "total": len(marks)}
        return Reply(body={"fields": made, **counts})

    @staticmethod
    def _createmeta_page(call: Call, items: list[Any]) -> tuple[list[Any], int, int]:
        if number(call, "maxResults", 50) > 200:
            raise refuse(400, "The maxResults parameter cannot be larger than 200.")
        return paged(call, items, default=50, most=200)

    def _field(
        self, one: Field, mark: str, project: Project, type_id: str, call: Call
    ) -> JsonObject:
        verbs = ["add", "set", "remove"] if one.type == "array" else ["set"]
        shown: JsonObject = {
            "required": mark in ("!", "="),
            "schema": one.schema(),
            "name": one.name,
            "key": one.id,
            "fieldId": one.id,
            "hasDefaultValue": mark == "=",
            "operations": verbs,
        }
        allowed = self._view.allowed(one, project, call.base)
        if one.id == "issuetype":
            allowed = [self._view.issue_type(TYPES[type_id], call.base)]
        elif one.id == "project":
            allowed = [self._view.project(project, call.base)]
        if allowed is not None:
            shown["allowedValues"] = allowed
        if mark == "=" and allowed:
            shown["defaultValue"] = allowed[2] if one.id == "priority" else allowed[1]
        where = f"{call.base}/rest/api"
        if one.type == "user":
            shown["autoCompleteUrl"] = (
                f"{where}/3/user/assignable/search?project={project.key}&query="
            )
        elif one.id == "labels":
            shown["autoCompleteUrl"] = f"{where}/1.0/labels/suggest?query="
        return shown
