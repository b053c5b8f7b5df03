"""Search: JQL by pages without a total, approximate count, picker, and the removed old search."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from qjira_gui.practice import jql
from qjira_gui.practice.faults import FaultBook
from qjira_gui.practice.jira_access import EMPTY, SELF, Access
from qjira_gui.practice.jira_catalog import TYPES
from qjira_gui.practice.jira_issues import body
from qjira_gui.practice.jira_paging import number
from qjira_gui.practice.jira_query import Evaluator
from qjira_gui.practice.jira_state import SITE, Issue, JiraState
from qjira_gui.practice.jira_view import View
from qjira_gui.practice.jira_words import REMOVED, problem, refuse
from qjira_gui.practice.times import DAY
from qjira_gui.practice.wire import Call, JsonObject, Reply, Rule

API = "/rest/api/3"
_BODY: dict[str, type | tuple[type, ...]] = {
    "jql": str,
    "nextPageToken": (str, type(None)),
    "maxResults": int,
    "fields": list,
    "expand": str,
    "properties": list,
    "fieldsByKeys": bool,
    "failFast": bool,
    "reconcileIssues": list,
}
_MARKS = re.compile(r"[^\w-]+")


class SearchRoutes:
    """All ways to look for issues."""

    def __init__(
        self, state: JiraState, view: View, access: Access, faults: FaultBook, evaluator: Evaluator
    ) -> None:
        self._state, self._view, self._access, self._faults = state, view, access, faults
        self._evaluator = evaluator

    def rules(self) -> list[Rule]:
        return [
            Rule("GET", f"{API}/search/jql", self._get, EMPTY),
            Rule("POST", f"{API}/search/jql", self._post, EMPTY),
            Rule("POST", f"{API}/search/approximate-count", self._count, EMPTY),
            Rule("GET", f"{API}/issue/picker", self._picker, EMPTY),
            Rule("GET", f"{API}/search", self._removed, SELF),
            Rule("POST", f"{API}/search", self._removed, SELF),
        ]

    def _get(self, call: Call) -> Reply:
        try:
            ids = [int(one) for one in call.csv("reconcileIssues")]
        except ValueError as wrong:
            raise refuse(400, "reconcileIssues must be numeric issue ids.") from wrong
        given = {
            "jql": call.one("jql") or "",
            "nextPageToken": call.one("nextPageToken"),
            "maxResults": number(call, "maxResults", 50),
            "fields": call.csv("fields"),
            "properties": call.csv("properties"),
            "reconcileIssues": ids,
            "expand": call.one("expand") or "",
        }
        return self._search(call, given)

    def _post(self, call: Call) -> Reply:
        return self._search(call, body(call, _BODY))

    def _search(self, call: Call, given: JsonObject) -> Reply:
        reconcile, wanted = given.get("reconcileIssues") or [], given.get("properties") or []
        if len(reconcile) > 50 or not all(type(one) is int for one in reconcile):
            raise refuse(400, "At most 50 numeric ids can be given as reconcileIssues.")
        if len(wanted) > 5:
            raise refuse(400, "At most 5 properties can be requested.")
        words = given.get("jql") or ""
        start = self._place(given.get("nextPageToken"), words)
        found = self._found(call, words, set(reconcile))
        if start == 0:
            self._state.searched()
        fields = given.get("fields") or []
        most = 5000 if set(fields) <= {"id", "key"} else 100
        size = max(min(int(given.get("maxResults", 50)), most), 1)
        # `maxResults` is advice: a page may be shorter although more follow.
        size = min(size, int(self._faults.option(SITE, "short_pages", "size", size)))
        shown = found[start : start + size]
        last = start + size >= len(found)
        page: JsonObject = {
            "issues": [self._shown(one, call, fields, wanted) for one in shown],
            "isLast": last,
        }
        if not last:
            page["nextPageToken"] = self._token(start + size, words)
        if "names" in str(given.get("expand", "")):
            page["names"] = {name: name.capitalize() for name in fields if not name.startswith("*")}
        return Reply(body=page)

    def _shown(self, one: Issue, call: Call, fields: list[str], wanted: list[str]) -> JsonObject:
        if not fields or fields == ["id"]:
            shown: JsonObject = {"id": str(one.id)}
            if wanted:
                shown["properties"] = self._view.issue(one, call.base, [], wanted)["properties"]
            return shown
        return self._view.issue(one, call.base, [name for name in fields if name != "key"], wanted)

    def _found(self, call: Call, words: str, reconcile: set[int]) -> list[Issue]:
        seen = [one for one in self._access.visible()
                if self._state.indexed(one) or one.id in reconcile]  # fmt: skip
        try:
            return self._evaluator.run(words, seen if call.who else [])
        except jql.JqlError as wrong:
            raise refuse(400, str(wrong)) from wrong

    def _token(self, start: int, words: str) -> str:
        content = {"at": start, "jql": words, "until": self._state.now() + 7 * DAY}
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()

    def _place(self, token: str | None, words: str) -> int:
        if not token:
            return 0
        try:
            content = json.loads(base64.urlsafe_b64decode(token))
            good = content["jql"] == words and content["until"] > self._state.now()
        except (binascii.Error, ValueError, KeyError, TypeError):
            good = False
        if not good or self._faults.use(SITE, "expired_page_token"):
            raise refuse(400, "The next page token is invalid or expired.")
        return int(content["at"])

    def _count(self, call: Call) -> Reply:
        words = body(call, {"jql": str}).get("jql") or ""
        return Reply(body={"count": len(self._found(call, words, set()))})

    def _picker(self, call: Call) -> Reply:
        query = (call.one("query") or "").strip()
        seen = (
            [one for one in self._access.visible() if self._state.indexed(one)] if call.who else []
        )
        seen = [one for one in seen if self._wanted(one, call)]
        seen.sort(key=lambda one: one.updated, reverse=True)
        matching = [one for one in seen if _matches(one, query)]
        # The two sections overlap, and neither tells an issue's status.
        history = [self._suggested(one, query, call) for one in matching[:5]]
        current = [self._suggested(one, query, call) for one in matching[:20]]
        sections: list[JsonObject] = [
            {"id": "hs", "label": "History Search", "issues": history},
            {"id": "cs", "label": "Current Search", "issues": current},
        ]
        for section in sections:
            count = len(section["issues"])
            section["sub"] = f"Showing {count} of {len(matching)} matching issues"
            if not count:
                section["msg"] = "No matching issues found"
        return Reply(body={"sections": sections})

    def _wanted(self, one: Issue, call: Call) -> bool:
        project, left_out = call.one("currentProjectId"), call.one("currentIssueKey")
        if project and one.project.id != project:
            return False
        if call.one("showSubTasks", "true") == "false" and TYPES[one.type].subtask:
            return False
        return one.key != left_out

    def _suggested(self, one: Issue, query: str, call: Call) -> JsonObject:
        return {
            "id": one.id,
            "key": one.key,
            "keyHtml": _bold(one.key, query),
            "img": f"{call.base}/images/icons/issuetypes/task.svg",
            "summary": _bold(one.summary, query),
            "summaryText": one.summary,
        }

    def _removed(self, call: Call) -> Reply:
        return problem(410, REMOVED)


def _terms(text: str) -> list[str]:
    return [word for word in _MARKS.split(text.casefold()) if word]


def _matches(one: Issue, query: str) -> bool:
    if not query:
        return True
    if query.upper() == one.key or (query.isdecimal() and one.key.endswith(f"-{query}")):
        return True
    words = _terms(f"{one.key} {one.summary}")
    return all(any(word.startswith(term) for word in words) for term in _terms(query))


def _bold(text: str, query: str) -> str:
    """HTML with the matching beginnings of words in bold, as the picker marks them."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    terms: list[Any] = [re.escape(term) for term in _terms(query)]
    if not terms:
        return safe
    return re.sub(rf"\b({'|'.join(terms)})", r"<b>\1</b>", safe, flags=re.IGNORECASE)
