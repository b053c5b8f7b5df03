"""Jira Cloud's REST API v3, as far as tickets need it; https://developer.atlassian.com/cloud/jira."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec

from qjira_gui.clients import lenient
from qjira_gui.clients.http import Http, Params
from qjira_gui.clients.jira_answers import (
    Created,
    Issues,
    Listing,
    Permissions,
    Picker,
    RawIssue,
    ServerInfo,
    Suggestions,
)
from qjira_gui.domain.errors import NotTheApiError, RefusedError
from qjira_gui.domain.fields import FormField, form_field
from qjira_gui.domain.issue import Issue, IssueType, Me, Project, User

#: The property that says which entry wrote an issue or a comment: people never see it.
MARKER = "qjira.entry"

ISSUE_FIELDS = ["summary", "status", "issuetype", "project", "updated"]
#: Pages of one search at most: a server that repeats itself must not be read for ever.
_MOST_PAGES = 50

T = TypeVar("T")


@asynccontextmanager
async def believing(http: Http) -> AsyncIterator[None]:
    """Let a 404 pass only to an account that Jira knows; raises SignInError otherwise.

    To a dead token Jira shows nothing, as if there were nothing (jira-api.md, section 3).
    """
    try:
        yield
    except RefusedError as error:
        if error.status == 404:
            await http.read("myself", Me)
        raise


class JiraClient:
    """Jira over HTTP; every method raises AppError."""

    def __init__(self, http: Http, site_url: str) -> None:
        """`site_url` is where people browse, without a trailing slash."""
        self.http = http
        self.site_url = site_url
        #: Who the token belongs to, once somebody has asked.
        self.account = ""

    def browse(self, key: str) -> str:
        """Return the page of an issue; never taken from `self`, which moves to a gateway."""
        return f"{self.site_url}/browse/{key}"

    async def me(self) -> Me:
        """Return who the token belongs to."""
        me = await self.http.read("myself", Me)
        self.account = me.account_id
        return me

    async def server_info(self) -> ServerInfo:
        """Return what the server says about itself."""
        return await self.http.read("serverInfo", ServerInfo)

    async def missing_permissions(self, project: str, wanted: Sequence[str]) -> list[str]:
        """Return those of the wanted permissions that the account lacks in a project."""
        params: Params = [("permissions", ",".join(wanted)), ("projectKey", project)]
        has = (await self.http.read("mypermissions", Permissions, params=params)).permissions
        return [one for one in wanted if one in has and not has[one].have_permission]

    async def projects(self) -> list[Project]:
        """Return the projects in which the account may create, by name."""
        # Not by the last update: Jira's document has two names for that, and a wrong one is 400.
        params: Params = [("action", "create"), ("orderBy", "name")]
        try:
            found = await self._all("project/search", params, 100)
        except RefusedError as error:
            # Jira says 404 where nothing matches.
            if error.status != 404:
                raise
            found = []
        if not found:
            await self.me()
        return _readable(found, Project)

    async def issue_types(self, project_id: str) -> list[IssueType]:
        """Return the types that can be created by themselves, so no sub-tasks."""
        found = await self._all(f"issue/createmeta/{project_id}/issuetypes", [], 200)
        if not found:
            await self.me()
        return [kind for kind in _readable(found, IssueType) if not kind.subtask]

    async def form(self, project_id: str, type_id: str) -> list[FormField]:
        """Return the fields of the create screen; fields not among them must not be sent."""
        path = f"issue/createmeta/{project_id}/issuetypes/{type_id}"
        fields = [form_field(raw) for raw in await self._all(path, [], 200)]
        return [field for field in fields if field.id]

    async def people(self, project: str, query: str) -> list[User]:
        """Return who may be assigned in a project (by key), matching `query`."""
        # Jira takes the accounts of the asked range first and looks at the name afterwards: a
        # smaller range misses people, and no range goes beyond the first thousand.
        params: Params = [("project", project), ("query", query), ("maxResults", 1000)]
        async with believing(self.http):
            found = await self.http.read("user/assignable/search", list[User], params=params)
        return [user for user in found if user.active and user.account_id]

    async def labels(self, start: str) -> list[str]:
        """Return labels in use that begin like `start`."""
        params: Params = [("fieldName", "labels"), ("fieldValue", start)]
        path = "jql/autocompletedata/suggestions"
        found = await self.http.read(path, Suggestions, params=params)
        return [one.value.strip('"') for one in found.results if one.value]

    async def create(self, fields: dict[str, Any], marker: dict[str, Any]) -> Issue:
        """Create an issue that carries `marker`; the caller looks first when in doubt."""
        body = {"fields": fields, "properties": [{"key": MARKER, "value": marker}]}
        answer = await self.http.request("POST", "issue", json=body)
        made = self.http.decode(answer, Created)
        return Issue(id=made.id, key=made.key, summary=str(fields.get("summary", "")))

    async def issue(self, id_or_key: str) -> Issue:
        """Return one issue; a moved one is followed and answers with its new key."""
        params: Params = [("fields", ",".join(ISSUE_FIELDS))]
        async with believing(self.http):
            return (await self.http.read(f"issue/{id_or_key}", RawIssue, params=params)).issue()

    async def issues(self, ids: Sequence[str]) -> list[Issue]:
        """Return up to 100 issues by number; those that are gone are left out."""
        if not ids:
            return []
        body = {"issueIdsOrKeys": list(ids), "fields": ISSUE_FIELDS}
        answer = await self.http.request("POST", "issue/bulkfetch", json=body)
        found = self.http.decode(answer, Issues).issues
        if not found:
            await self.me()
        return [raw.issue() for raw in found]

    async def pick(self, query: str) -> list[Issue]:
        """Return issues by words while typing; sections overlap, so each key comes once."""
        params: Params = [("query", query), ("showSubTasks", "true")]
        picker = await self.http.read("issue/picker", Picker, params=params)
        found: dict[str, Issue] = {}
        for section in picker.sections:
            for one in section.issues:
                found[one.key] = Issue(id=str(one.id or ""), key=one.key, summary=one.summary_text)
        return list(found.values())

    async def search(
        self, query: str, *, reconcile: Sequence[str] = (), limit: int = 50
    ) -> list[RawIssue]:
        """Return up to `limit` issues for a bounded JQL query, with our markers.

        `reconcile`: up to 50 numbers of issues written lately, which the index may not know yet.
        """
        body: dict[str, Any] = {
            "jql": query,
            # Left out, only ids come back.
            "fields": ISSUE_FIELDS,
            "properties": [MARKER],
        }
        if numbers := [int(number) for number in reconcile if number.isdecimal()]:
            body["reconcileIssues"] = numbers[:50]
        found: list[RawIssue] = []
        for _ in range(_MOST_PAGES):
            body["maxResults"] = limit - len(found)
            answer = await self.http.request("POST", "search/jql", json=body)
            page = self.http.decode(answer, Issues)
            found += page.issues
            # A page may be short, or empty, although more follow.
            token, old = page.next_page_token, body.get("nextPageToken")
            if page.is_last or not token or token == old or len(found) >= limit:
                break
            body["nextPageToken"] = token
        if not found:
            await self.me()
        return found[:limit]

    async def _all(self, path: str, params: Params, size: int) -> list[dict[str, Any]]:
        """Return what all pages of a list hold; some say which is the last, some only how many."""
        found: list[dict[str, Any]] = []
        last: list[dict[str, Any]] = []
        while True:
            place: Params = [*params, ("startAt", len(found)), ("maxResults", size)]
            async with believing(self.http):
                page = await self.http.read(path, Listing, params=place)
            got = page.entries
            if got is None:
                raise NotTheApiError(
                    "Jira sent a list that QJira cannot read. Nothing was lost; the details help "
                    "whoever looks after this server.",
                    f"GET {path}: no list in the answer",
                )
            if not got or got == last:
                return found
            found, last = found + got, got
            whole = page.total is not None and len(found) >= page.total
            if page.is_last or (whole and page.is_last is None):
                return found


def _readable(parts: list[dict[str, Any]], type: type[T]) -> list[T]:
    """Return those of the parts that are what they should be."""
    found = []
    for part in parts:
        try:
            found.append(lenient.convert(part, type))
        except msgspec.ValidationError:
            continue
    return found
