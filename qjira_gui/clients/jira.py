"""Jira Cloud's REST API v3, as far as tickets need it; https://developer.atlassian.com/cloud/jira."""

from collections.abc import Sequence
from typing import Any

import msgspec

from qjira_gui.clients.http import Http, Params
from qjira_gui.domain.errors import RefusedError
from qjira_gui.domain.fields import FormField, form_field
from qjira_gui.domain.issue import Issue, IssueType, Me, Project, User

#: The property that says which entry wrote an issue or a comment: people never see it.
MARKER = "qjira.entry"

ISSUE_FIELDS = ["summary", "status", "issuetype", "project", "updated"]
_PAGE = 100


class _Named(msgspec.Struct):
    name: str = ""


class _Category(msgspec.Struct):
    key: str = ""


class _Status(msgspec.Struct, rename="camel"):
    name: str = ""
    status_category: _Category | None = None


class _Project(msgspec.Struct):
    key: str = ""


class _Fields(msgspec.Struct):
    summary: str | None = None
    status: _Status | None = None
    issuetype: _Named | None = None
    project: _Project | None = None
    updated: str | None = None


class RawIssue(msgspec.Struct):
    """An issue as Jira sends it, with our marker where it was asked for."""

    id: str
    key: str = ""
    fields: _Fields | None = None
    properties: dict[str, Any] | None = None

    def issue(self) -> Issue:
        """Return the parts that the window shows; what was not sent stays empty."""
        got = self.fields or _Fields()
        category = got.status and got.status.status_category
        return Issue(
            id=self.id,
            key=self.key,
            summary=got.summary or "",
            status=got.status.name if got.status else "",
            category=category.key if category else "",
            type=got.issuetype.name if got.issuetype else "",
            project=got.project.key if got.project else "",
            updated=got.updated or "",
        )


class _Issues(msgspec.Struct):
    issues: list[RawIssue] = []


class _Projects(msgspec.Struct, rename="camel"):
    values: list[Project]
    is_last: bool = True


class _Types(msgspec.Struct, rename="camel"):
    issue_types: list[IssueType] | None = None
    # Data Center's name for the same list (jira-api.md, section 13).
    values: list[IssueType] | None = None


class _FieldPage(msgspec.Struct):
    fields: list[dict[str, Any]] | None = None
    values: list[dict[str, Any]] | None = None
    total: int | None = None


class _Permission(msgspec.Struct, rename="camel"):
    have_permission: bool = False


class _Permissions(msgspec.Struct):
    permissions: dict[str, _Permission]


class _PickerIssue(msgspec.Struct, rename="camel"):
    key: str
    id: int = 0
    summary_text: str = ""


class _Section(msgspec.Struct):
    issues: list[_PickerIssue] = []


class _Picker(msgspec.Struct):
    sections: list[_Section] = []


class _Suggestion(msgspec.Struct):
    value: str = ""


class _Suggestions(msgspec.Struct):
    results: list[_Suggestion] = []


class _Created(msgspec.Struct):
    id: str
    key: str


class ServerInfo(msgspec.Struct, frozen=True, rename="camel"):
    """What a Jira says about itself without sign-in."""

    server_title: str = ""
    #: Cloud, Server or Data Center.
    deployment_type: str = ""


class JiraClient:
    """Jira over HTTP; every method raises AppError."""

    def __init__(self, http: Http, site_url: str) -> None:
        """`site_url` is where people browse, without a trailing slash."""
        self.http = http
        self.site_url = site_url

    def browse(self, key: str) -> str:
        """Return the page of an issue; never taken from `self`, which moves to a gateway."""
        return f"{self.site_url}/browse/{key}"

    async def me(self) -> Me:
        """Return who the token belongs to."""
        return await self.http.read("myself", Me)

    async def server_info(self) -> ServerInfo:
        """Return what the server says about itself."""
        return await self.http.read("serverInfo", ServerInfo)

    async def missing_permissions(self, project: str, wanted: Sequence[str]) -> list[str]:
        """Return those of the wanted permissions that the account lacks in a project."""
        params: Params = [("permissions", ",".join(wanted)), ("projectKey", project)]
        has = (await self.http.read("mypermissions", _Permissions, params=params)).permissions
        return [one for one in wanted if one in has and not has[one].have_permission]

    async def projects(self) -> list[Project]:
        """Return the projects in which the account may create, lately used ones first."""
        found: list[Project] = []
        while True:
            params: Params = [
                ("action", "create"),
                ("orderBy", "-lastIssueUpdatedTime"),
                ("startAt", len(found)),
                ("maxResults", _PAGE),
            ]
            try:
                page = await self.http.read("project/search", _Projects, params=params)
            except RefusedError as error:
                # Jira says 404 where nothing matches.
                if error.status == 404:
                    return found
                raise
            found += page.values
            if page.is_last or not page.values:
                return found

    async def issue_types(self, project_id: str) -> list[IssueType]:
        """Return the types that can be created by themselves, so no sub-tasks."""
        path = f"issue/createmeta/{project_id}/issuetypes"
        page = await self.http.read(path, _Types, params=[("maxResults", 200)])
        return [kind for kind in page.issue_types or page.values or [] if not kind.subtask]

    async def form(self, project_id: str, type_id: str) -> list[FormField]:
        """Return the fields of the create screen; fields not among them must not be sent."""
        path = f"issue/createmeta/{project_id}/issuetypes/{type_id}"
        found: list[dict[str, Any]] = []
        while True:
            params: Params = [("startAt", len(found)), ("maxResults", 200)]
            page = await self.http.read(path, _FieldPage, params=params)
            got = page.fields or page.values or []
            found += got
            if not got or page.total is None or len(found) >= page.total:
                return [form_field(raw) for raw in found]

    async def people(self, project: str, query: str) -> list[User]:
        """Return who may be assigned in a project (by key), matching `query`."""
        params: Params = [("project", project), ("query", query), ("maxResults", 50)]
        found = await self.http.read("user/assignable/search", list[User], params=params)
        return [user for user in found if user.active]

    async def labels(self, start: str) -> list[str]:
        """Return labels in use that begin like `start`."""
        params: Params = [("fieldName", "labels"), ("fieldValue", start)]
        path = "jql/autocompletedata/suggestions"
        found = await self.http.read(path, _Suggestions, params=params)
        return [one.value.strip('"') for one in found.results if one.value]

    async def create(self, fields: dict[str, Any], marker: dict[str, Any]) -> Issue:
        """Create an issue that carries `marker`; the caller looks first when in doubt."""
        body = {"fields": fields, "properties": [{"key": MARKER, "value": marker}]}
        answer = await self.http.request("POST", "issue", json=body)
        made = self.http.decode(answer, _Created)
        return Issue(id=made.id, key=made.key, summary=str(fields.get("summary", "")))

    async def issue(self, id_or_key: str) -> Issue:
        """Return one issue; a moved one is followed and answers with its new key."""
        params: Params = [("fields", ",".join(ISSUE_FIELDS))]
        return (await self.http.read(f"issue/{id_or_key}", RawIssue, params=params)).issue()

    async def issues(self, ids: Sequence[str]) -> list[Issue]:
        """Return up to 100 issues by number; those that are gone are left out."""
        body = {"issueIdsOrKeys": list(ids), "fields": ISSUE_FIELDS}
        answer = await self.http.request("POST", "issue/bulkfetch", json=body)
        return [raw.issue() for raw in self.http.decode(answer, _Issues).issues]

    async def pick(self, query: str) -> list[Issue]:
        """Return issues by words while typing; sections overlap, so each key comes once."""
        params: Params = [("query", query), ("showSubTasks", "true")]
        picker = await self.http.read("issue/picker", _Picker, params=params)
        found: dict[str, Issue] = {}
        for section in picker.sections:
            for one in section.issues:
                found[one.key] = Issue(id=str(one.id or ""), key=one.key, summary=one.summary_text)
        return list(found.values())

    async def search(
        self, query: str, *, reconcile: Sequence[str] = (), limit: int = 50
    ) -> list[RawIssue]:
        """Return issues for a bounded JQL query, with our markers.

        `reconcile`: up to 50 numbers of issues written lately, which the index may not know yet.
        """
        body: dict[str, Any] = {
            "jql": query,
            "maxResults": limit,
            # Left out, only ids come back.
            "fields": ISSUE_FIELDS,
            "properties": [MARKER],
        }
        if reconcile:
            body["reconcileIssues"] = [int(number) for number in reconcile][:50]
        answer = await self.http.request("POST", "search/jql", json=body)
        return self.http.decode(answer, _Issues).issues
