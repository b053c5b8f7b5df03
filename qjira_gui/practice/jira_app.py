"""The practice Jira Cloud: its routes put together, its headers, and what its faults answer."""

from __future__ import annotations

import re
import secrets
from datetime import tzinfo

from qjira_gui.practice import adf
from qjira_gui.practice.faults import Fault, FaultBook
from qjira_gui.practice.jira_access import OPEN, Access, limit_headers
from qjira_gui.practice.jira_catalog import PRIORITIES, PROJECTS, STATUSES, TYPES
from qjira_gui.practice.jira_comments import CommentRoutes
from qjira_gui.practice.jira_issues import IssueRoutes
from qjira_gui.practice.jira_links import LinkRoutes
from qjira_gui.practice.jira_lookups import LookupRoutes
from qjira_gui.practice.jira_meta import MetaRoutes
from qjira_gui.practice.jira_people import MY_ACCOUNT, accounts
from qjira_gui.practice.jira_query import Evaluator
from qjira_gui.practice.jira_search import SearchRoutes
from qjira_gui.practice.jira_state import SITE, Issue, JiraState
from qjira_gui.practice.jira_view import View
from qjira_gui.practice.jira_words import NO_ISSUE, problem, translated
from qjira_gui.practice.times import zoneless_time
from qjira_gui.practice.wire import LOGIN_PAGE, Call, JsonObject, Reply, Rule, html

# The two clients' library asks these without a version 3 of its own.
_OLDER = re.compile(r"/rest/api/(2|latest)/(serverInfo|field|myself|search)$")


class JiraApp:
    """Builds the rules of the site, and the callbacks that `wire.Site` asks for."""

    def __init__(
        self,
        state: JiraState,
        faults: FaultBook,
        *,
        email: str,
        token: str,
        cloud: str,
        user_zone: tuple[str, tzinfo],
        site_zone: tzinfo,
    ) -> None:
        self._state, self._faults, self._cloud = state, faults, cloud
        self.access = Access(state, faults, email=email, token=token, cloud=cloud)
        view = View(state, faults, cloud, user_zone[0])
        evaluator = Evaluator(state, user_zone[1])
        self.rules = [
            Rule("GET", "/_edge/tenant_info", lambda call: Reply(body={"cloudId": cloud}), OPEN),
            *MetaRoutes(state, view, self.access, site_zone).rules(),
            *LookupRoutes(view, self.access).rules(),
            *SearchRoutes(state, view, self.access, faults, evaluator).rules(),
            *IssueRoutes(state, view, self.access).rules(),
            *CommentRoutes(state, view, self.access, faults).rules(),
            *LinkRoutes(state, view, self.access).rules(),
        ]

    def guard(self, rule: Rule | None, call: Call) -> Reply | None:
        return self.access.guard(rule, call)

    def alias(self, path: str) -> str:
        """The same operation under the gateway and under the two other names of the API."""
        if path.startswith(self.access.gateway):
            path = path[len(self.access.gateway) - 1 :]
        if older := _OLDER.fullmatch(path):
            return f"/rest/api/3/{older[2]}"
        return path

    def finish(self, call: Call, reply: Reply) -> None:
        reply.headers |= _request_id()
        if call.who:
            reply.headers["x-aaccountid"] = MY_ACCOUNT
        forced = call.headers.get("x-force-accept-language", "").lower() == "true"
        if not forced and self._faults.find(SITE, "language"):
            reply.body = translated(reply.body)

    def missing(self, call: Call, known: bool) -> Reply:
        if known:
            return Reply(405)
        if call.path.startswith("/rest/"):
            return problem(404, NO_ISSUE) if "/issue/" in call.path else Reply(404)
        return html("<!DOCTYPE html><title>Not found</title><p>Page not found.</p>", 404)

    def fault_reply(self, fault: Fault) -> Reply:
        """What an injected fault answers."""
        options = fault.options
        wait = options.get("retry_after", 1 if fault.kind == "429" else None)
        match fault.kind:
            case "html":
                return html(options.get("body", LOGIN_PAGE), options.get("status", 200))
            case "text":
                words = options.get(
                    "body", "upstream connect error or disconnect/reset before headers"
                )
                return Reply(options.get("status", 500), words.encode(), media="text/plain")
            case "429":
                reason = options.get("reason", "jira-burst-based")
                headers = limit_headers(self._state.now(), wait, reason) | _request_id()
                return Reply(429, problem(429, "Rate limit exceeded.").body, headers)
        headers = _request_id()
        if wait is not None:
            headers["retry-after"] = str(wait)
        words = {"408": "Request timed out.", "500": "Internal server error", "502": "Bad gateway"}
        words |= {"503": "Service unavailable", "504": "Gateway timeout"}
        return Reply(int(fault.kind), problem(int(fault.kind), words[fault.kind]).body, headers)


def _request_id() -> dict[str, str]:
    return {"x-arequestid": secrets.token_hex(16), "atl-traceid": secrets.token_hex(16)}


class JiraTickets:
    """Jira as Qualytics' own integration speaks of it."""

    def __init__(self, state: JiraState, url: str) -> None:
        self._state, self._url = state, url

    def search(self, words: str) -> list[JsonObject]:
        wanted = words.casefold().split()
        issues = [one for one in self._state.issues.values() if one.project.visible]
        found = [
            one
            for one in issues
            if all(word in f"{one.key} {one.summary}".casefold() for word in wanted)
        ]
        found.sort(key=lambda one: one.updated, reverse=True)
        return [self._shown(one) for one in found]

    def ticket(self, ticket_id: str) -> JsonObject | None:
        issue = self._state.find(ticket_id)
        return self._shown(issue) if issue is not None and issue.project.visible else None

    def create(self, title: str, description: str, priority: str | None) -> JsonObject:
        known = {name: one for one, name, _color in PRIORITIES}
        fields: JsonObject = {
            "summary": " ".join(title.split())[:255],
            "description": adf.kept(adf.document(description)),
            "labels": [],
            "priority": known.get(priority or "", "3"),
            "reporter": MY_ACCOUNT,
        }
        project = PROJECTS["DATA"]
        return self._shown(self._state.create(project, "10001", fields, by="Qualytics integration"))

    def _shown(self, one: Issue) -> JsonObject:
        """These dates carry no zone, unlike all others of Qualytics."""
        person = accounts().get(str(one.fields.get("assignee")))
        reporter = accounts().get(str(one.fields.get("reporter")))
        names = {priority: name for priority, name, _color in PRIORITIES}
        nothing = (
            "urgency",
            "impact",
            "subcategory",
            "closed_at",
            "assigned_group",
            "comments_count",
        )
        return {
            "ticket_id": str(one.id),
            "ticket_number": one.key,
            "title": one.summary,
            "description": adf.text_of(one.fields.get("description")),
            "status": STATUSES[one.status].name,
            "priority": names.get(str(one.fields.get("priority"))),
            "category": TYPES[one.type].name,
            "created_at": zoneless_time(one.created),
            "updated_at": zoneless_time(one.updated),
            "resolved_at": None if one.resolved is None else zoneless_time(one.resolved),
            "assigned_to": person.name if person else None,
            "requester": reporter.name if reporter else None,
            "url": f"{self._url}/browse/{one.key}",
            "metadata": {"project_key": one.project.key, "issue_type": TYPES[one.type].name},
            **dict.fromkeys(nothing),
        }
