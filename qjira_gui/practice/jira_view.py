"""Issues, comments, projects and people as Jira sends them."""

from __future__ import annotations

from typing import Any

from qjira_gui.practice import adf
from qjira_gui.practice.faults import FaultBook
from qjira_gui.practice.jira_catalog import (
    CATEGORIES,
    FIELDS,
    PRIORITIES,
    STATUSES,
    TYPES,
    Field,
    IssueType,
    Project,
    Status,
)
from qjira_gui.practice.jira_people import Account, account_json, accounts
from qjira_gui.practice.jira_state import SITE, Issue, JiraState, Remark
from qjira_gui.practice.times import jira_time

JsonObject = dict[str, Any]

NAVIGABLE: tuple[str, ...] = (
    *("summary", "status", "issuetype", "project", "priority", "labels", "assignee", "reporter"),
    *("creator", "created", "updated", "duedate", "components", "description", "resolution"),
    *("resolutiondate", "parent", "environment"),
)


class View:
    """Makes JSON; `base` is the address under which the site is being asked."""

    def __init__(self, state: JiraState, faults: FaultBook, cloud: str, user_zone: str) -> None:
        self._state, self._faults, self._cloud, self._zone = state, faults, cloud, user_zone

    def api(self, base: str) -> str:
        # Since July 2026 `self` in bodies names the gateway: nobody may build links from it.
        return f"{base}/ex/jira/{self._cloud}"

    def account(self, one: Account, base: str) -> JsonObject:
        nulls = self._faults.find(SITE, "null_emails") is not None
        return account_json(one, self.api(base), self._zone, nulls=nulls)

    def person(self, account_id: str | None, base: str) -> JsonObject | None:
        one = accounts().get(account_id or "")
        return None if one is None else self.account(one, base)

    def project(self, one: Project, base: str) -> JsonObject:
        icon = f"{base}/secure/projectavatar?pid={one.id}"
        shown = {
            "self": f"{self.api(base)}/rest/api/3/project/{one.id}",
            "id": one.id,
            "key": one.key,
            "name": one.name,
            "projectTypeKey": one.kind,
            "simplified": False,
            "avatarUrls": dict.fromkeys(("16x16", "24x24", "32x32", "48x48"), icon),
        }
        if self._faults.find(SITE, "newer_build") and one.key == "WEB":
            # A type that the specification does not list, as real sites have.
            shown |= {"projectTypeKey": "product_discovery", "untranslatedName": one.name}
        return shown

    def issue_type(self, one: IssueType, base: str) -> JsonObject:
        return {
            "self": f"{self.api(base)}/rest/api/3/issuetype/{one.id}",
            "id": one.id,
            "name": one.name,
            "description": one.description,
            "iconUrl": f"{base}/images/icons/issuetypes/{one.name.lower().replace(' ', '-')}.svg",
            "subtask": one.subtask,
            "hierarchyLevel": one.level,
        }

    def status(self, one: Status, base: str) -> JsonObject:
        category = CATEGORIES[one.category]
        where = f"{self.api(base)}/rest/api/3"
        return {
            "self": f"{where}/status/{one.id}",
            "id": one.id,
            "name": one.name,
            "description": "",
            "iconUrl": f"{base}/images/icons/statuses/generic.png",
            "statusCategory": {"self": f"{where}/statuscategory/{category['id']}", **category},
        }

    def priority(self, priority_id: str | None, base: str) -> JsonObject | None:
        for one, name, _color in PRIORITIES:
            if one == priority_id:
                return {
                    "self": f"{self.api(base)}/rest/api/3/priority/{one}",
                    "iconUrl": f"{base}/images/icons/priorities/{name.lower()}.svg",
                    "name": name,
                    "id": one,
                }
        return None

    def comment(self, one: Remark, issue: Issue, base: str, *, properties: bool) -> JsonObject:
        shown: JsonObject = {
            "self": f"{self.api(base)}/rest/api/3/issue/{issue.id}/comment/{one.id}",
            "id": str(one.id),
            "author": self.person(one.author, base),
            "updateAuthor": self.person(one.author, base),
            "body": one.body,
            "created": jira_time(one.created),
            "updated": jira_time(one.updated),
            "jsdPublic": True,
        }
        if one.visibility is not None:
            shown["visibility"] = one.visibility
        if properties and not self._faults.find(SITE, "no_comment_properties"):
            shown["properties"] = [{"key": k, "value": v} for k, v in one.properties.items()]
        return shown

    def issue(self, one: Issue, base: str, fields: list[str], properties: list[str]) -> JsonObject:
        shown: JsonObject = {
            "expand": "renderedFields,names,schema,operations,editmeta,changelog",
            "id": str(one.id),
            "self": f"{self.api(base)}/rest/api/3/issue/{one.id}",
            "key": one.key,
        }
        named = self.fields(one, base, fields)
        if named or fields:
            shown["fields"] = named
        if properties:
            everything = "*all" in properties
            found = one.properties.items()
            shown["properties"] = {k: v for k, v in found if everything or k in properties}
        return shown

    def fields(self, one: Issue, base: str, asked: list[str]) -> JsonObject:
        """The fields asked for: names, `*all`, `*navigable`, and `-name` to leave one out."""
        every = [
            *NAVIGABLE,
            "subtasks",
            *(name for name in FIELDS if name.startswith("customfield")),
        ]
        wanted: list[str] = []
        for name in asked:
            if name == "*all":
                wanted += [*every, "comment"]
            elif name == "*navigable":
                wanted += NAVIGABLE
            elif name.startswith("-"):
                wanted = wanted or list(every)
                wanted = [kept for kept in wanted if kept != name[1:]]
            else:
                wanted.append(name)
        custom = one.project.screens.get(one.type, "")
        made: JsonObject = {}
        for name in wanted:
            if name.startswith("customfield") and name not in custom and name not in asked:
                continue
            if name in every or name == "comment":
                made[name] = self._field(one, name, base)
        return made

    def _field(self, one: Issue, name: str, base: str) -> Any:
        stored = one.fields.get(name)
        match name:
            case "status":
                return self.status(STATUSES[one.status], base)
            case "issuetype":
                return self.issue_type(TYPES[one.type], base)
            case "project":
                return self.project(one.project, base)
            case "priority":
                return self.priority(stored, base)
            case "assignee" | "reporter":
                return self.person(stored, base)
            case "creator":
                return self.person(one.creator, base)
            case "created" | "updated":
                return jira_time(getattr(one, name))
            case "resolutiondate":
                return None if one.resolved is None else jira_time(one.resolved)
            case "resolution":
                return None if one.resolved is None else {"id": "10000", "name": "Done"}
            case "labels" | "components":
                return stored or []
            case "subtasks":
                return []
            case "parent":
                parent = self._state.find(stored) if stored else None
                return parent and {"id": str(parent.id), "key": parent.key}
            case "comment":
                shown = [self.comment(r, one, base, properties=False) for r in one.remarks]
                count = len(shown)
                return {"comments": shown, "maxResults": count, "total": count, "startAt": 0}
        if isinstance(stored, str) and name in FIELDS and FIELDS[name].type == "user":
            return self.person(stored, base)
        return stored

    def allowed(self, field: Field, project: Project, base: str) -> list[JsonObject] | None:
        """`allowedValues` of a field in createmeta, or None where there are none."""
        where = f"{self.api(base)}/rest/api/3"
        if field.id == "priority":
            return [shown for one in PRIORITIES if (shown := self.priority(one[0], base))]
        if field.id == "components":
            return [
                {"self": f"{where}/component/{one.id}", "id": one.id, "name": one.value}
                for one in project.components
            ]
        if not field.options:
            return None

        def option(one: Any) -> JsonObject:
            shown: JsonObject = {"self": f"{where}/customFieldOption/{one.id}"}
            shown |= {"value": one.value, "id": one.id}
            if one.children:
                shown["children"] = [option(child) for child in one.children]
            return shown

        return [option(one) for one in field.options]


def rendered(document: JsonObject) -> str:
    """A document as simple HTML, for `renderedBody`."""
    safe = adf.text_of(document).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"<p>{line}</p>" for line in safe.split("\n"))
