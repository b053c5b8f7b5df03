"""Issues: create one or many, read, read many, edit, delete, and move through the workflow."""

from __future__ import annotations

from qjira_gui.practice.jira_access import EMPTY, ISSUE, OPEN, WRITE, Access
from qjira_gui.practice.jira_catalog import STATUSES, TYPES
from qjira_gui.practice.jira_create import Judge, properties
from qjira_gui.practice.jira_state import JiraState
from qjira_gui.practice.jira_view import View, rendered
from qjira_gui.practice.jira_words import BAD_PAYLOAD, NO_ISSUE, refuse
from qjira_gui.practice.people import ME
from qjira_gui.practice.wire import BadJson, Call, JsonObject, Refused, Reply, Rule, html

API = "/rest/api/3"


def body(call: Call, shape: dict[str, type | tuple[type, ...]] | None = None) -> JsonObject:
    """A JSON object; newer operations have a shape, and refuse other keys and types."""
    try:
        given = call.json()
    except BadJson as wrong:
        raise refuse(
            400, "There was an error parsing JSON. Check that your request body is valid."
        ) from wrong
    if not isinstance(given, dict):
        raise refuse(400, BAD_PAYLOAD)
    if shape is not None:
        for name, value in given.items():
            if name not in shape or not isinstance(value, shape[name]):
                raise refuse(400, BAD_PAYLOAD)
    return given


class IssueRoutes:
    """The routes under /issue that are about an issue itself."""

    def __init__(self, state: JiraState, view: View, access: Access) -> None:
        self._state, self._view, self._access = state, view, access
        self._judge = Judge(state, access)

    def rules(self) -> list[Rule]:
        one = f"{API}/issue/{{issue}}"
        return [
            Rule("POST", f"{API}/issue", self._create, WRITE),
            Rule("POST", f"{API}/issue/bulk", self._create_many, WRITE),
            Rule("POST", f"{API}/issue/bulkfetch", self._fetch, EMPTY),
            Rule("GET", one, self._read, ISSUE),
            Rule("PUT", one, self._edit, WRITE),
            Rule("DELETE", one, self._delete, WRITE),
            Rule("GET", f"{one}/transitions", self._transitions, ISSUE),
            Rule("POST", f"{one}/transitions", self._transition, WRITE),
            Rule("GET", "/browse/{issue}", self._page, OPEN),
        ]

    def _create(self, call: Call) -> Reply:
        return Reply(201, self._created(body(call), call.base))

    def _created(self, given: JsonObject, base: str) -> JsonObject:
        fields = given.get("fields")
        if not isinstance(fields, dict):
            raise refuse(400, BAD_PAYLOAD)
        project, kind = self._judge.place(fields)
        kept_properties = properties(given.get("properties"))
        kept = self._judge.fields(project, kind, fields)
        issue = self._state.create(project, kind.id, kept, properties=kept_properties)
        where = f"{self._view.api(base)}/rest/api/3/issue/{issue.id}"
        return {"id": str(issue.id), "key": issue.key, "self": where}

    def _create_many(self, call: Call) -> Reply:
        updates = body(call).get("issueUpdates")
        if not isinstance(updates, list) or not 0 < len(updates) <= 50:
            raise refuse(400, "Between 1 and 50 issues can be created at once.")
        issues: list[JsonObject] = []
        errors: list[JsonObject] = []
        for at, update in enumerate(updates):
            try:
                issues.append(self._created(update if isinstance(update, dict) else {}, call.base))
            except Refused as refused:
                status, said = refused.reply.status, refused.reply.body
                error = {"status": status, "elementErrors": said, "failedElementNumber": at}
                errors.append(error)
        return Reply(201 if issues else 400, {"issues": issues, "errors": errors})

    def _read(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        fields = call.csv("fields") or ["*all"]
        shown = self._view.issue(issue, call.base, fields, call.csv("properties"))
        expand = call.csv("expand")
        if "renderedFields" in expand and issue.fields.get("description"):
            shown["renderedFields"] = {"description": rendered(issue.fields["description"])}
        if "names" in expand:
            shown["names"] = {name: name.capitalize() for name in shown["fields"]}
        return Reply(body=shown)

    def _fetch(self, call: Call) -> Reply:
        lists = dict.fromkeys(("issueIdsOrKeys", "fields", "expand", "properties"), list)
        given = body(call, {**lists, "fieldsByKeys": bool})
        names = given.get("issueIdsOrKeys")
        if not names or len(names) > 100 or not all(isinstance(one, str) for one in names):
            raise refuse(400, "Between 1 and 100 issue ids or keys must be given.")
        if len(given.get("properties", [])) > 5:
            raise refuse(400, "At most 5 properties can be requested.")
        found: JsonObject = {}
        errors: list[JsonObject] = []
        for name in names:
            try:
                issue = self._access.issue(name) if call.who else None
            except Refused:
                issue = None
            if issue is None:
                errors.append({"id": name, "errorMessage": NO_ISSUE})
            else:
                fields = given.get("fields") or ["*navigable"]
                wanted = given.get("properties", [])
                found[f"{issue.id:012d}"] = self._view.issue(issue, call.base, fields, wanted)
        issues = [found[key] for key in sorted(found)]
        return Reply(body={"issues": issues, "issueErrors": errors})

    def _edit(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        self._access.need(
            "EDIT_ISSUES", issue.project, "You do not have permission to edit this issue."
        )
        given = body(call)
        self._access.count_write(issue)
        changes = given.get("fields") or {}
        kept = self._judge.fields(issue.project, TYPES[issue.type], changes, whole=False)
        issue.fields |= kept
        issue.properties |= properties(given.get("properties"))
        issue.updated = self._state.now()
        changed = sorted(changes)
        self._state.ledger.add(
            "issue_changes", by=ME.name, change="edited", issue=issue.key, fields=changed
        )
        return Reply(204)

    def _delete(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        self._access.need(
            "EDIT_ISSUES", issue.project, "You do not have permission to delete issues."
        )
        self._state.delete(issue, by=ME.name)
        return Reply(204)

    def _transitions(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        shown = [
            {
                "id": str(int(one) % 100 + 11),
                "name": STATUSES[one].name,
                "to": self._view.status(STATUSES[one], call.base),
                "hasScreen": False,
                "isGlobal": True,
                "isInitial": False,
                "isAvailable": True,
                "isConditional": False,
            }
            for one in issue.project.statuses
        ]
        return Reply(body={"expand": "transitions", "transitions": shown})

    def _transition(self, call: Call) -> Reply:
        issue = self._access.issue(call.params["issue"])
        named = body(call).get("transition") or {}
        for one in issue.project.statuses:
            if str(named.get("id")) == str(int(one) % 100 + 11):
                self._access.count_write(issue)
                self._state.transition(issue, one, by=ME.name)
                return Reply(204)
        raise refuse(400, "It is not possible to perform this transition.")

    def _page(self, call: Call) -> Reply:
        """What a person sees who clicks View; the browser asks without credentials."""
        issue = self._state.find(call.params["issue"])
        if issue is None or not issue.project.visible:
            return html("<!DOCTYPE html><title>Not found</title><p>No such issue.</p>", 404)
        shown = self._view.issue(issue, call.base, ["description"], [])
        words = rendered(shown["fields"]["description"] or {})
        comments = "".join(f"<hr>{rendered(one.body)}" for one in issue.remarks)
        title = _safe(f"[{issue.key}] {issue.summary}")
        head = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head>"
        status = STATUSES[issue.status].name
        return html(
            f"{head}<body><h1>{title}</h1><p>Status: {status}</p>{words}{comments}</body></html>"
        )


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
