"""The practice Qualytics: its routes, who may use them, and what it says when it refuses."""

from __future__ import annotations

import json
from typing import Any

from qjira_gui.practice.faults import Fault, FaultBook
from qjira_gui.practice.people import PEOPLE
from qjira_gui.practice.qualytics_anomalies import AnomalyRoutes
from qjira_gui.practice.qualytics_comments import CommentRoutes
from qjira_gui.practice.qualytics_state import BUILD, MY_ID, QualyticsState, user_json
from qjira_gui.practice.qualytics_tickets import TicketRoutes, Tickets
from qjira_gui.practice.wire import LOGIN_PAGE, Call, JsonObject, Reply, Rule, html

OPEN = "open"
SITE = "qualytics"
_RANKS = ("Reporter", "Viewer", "Drafter", "Author", "Editor")


def refusal(
    status: int, detail: str, *, code: str | None = None, hint: str = "", title: str = ""
) -> Reply:
    """An `ErrorResponse`, with a fault context where the real one would give one."""
    body: JsonObject = {"detail": detail}
    if code is not None:
        body["fault_context"] = {
            "code": code,
            "fault_domain": "user" if status < 500 else "platform",
            "who": "caller" if status < 500 else "qualytics",
            "retryable": status >= 500 or status == 408,
            "title": title or detail,
            "hint": hint,
            "phase": None,
        }
    return Reply(status, body)


class Access:
    """The caller's role and what it allows; a fault of the kind `role` changes it."""

    def __init__(self, faults: FaultBook) -> None:
        self._faults = faults

    @property
    def role(self) -> str:
        return str(self._faults.option(SITE, "role", "role", PEOPLE[MY_ID - 1].role))

    def lacks(self, needed: str) -> Reply | None:
        """403 unless the caller's permission on the datastore is at least this one."""
        held = str(self._faults.option(SITE, "role", "permission", "Editor"))
        if _RANKS.index(held) >= _RANKS.index(needed):
            return None
        detail = f"This needs the {needed} permission on the datastore; you have {held}."
        return refusal(
            403, detail, code="permission_denied", hint="Ask an administrator of the team."
        )

    def no_manager(self) -> Reply | None:
        if self.role in ("Admin", "Manager"):
            return None
        return refusal(403, "This needs the Manager role.", code="role_required")


class QualyticsApp:
    """Builds the rules of the site, and the callbacks that `wire.Site` asks for."""

    def __init__(
        self, state: QualyticsState, faults: FaultBook, tickets: Tickets, root: str = "/api"
    ) -> None:
        self._state, self._faults, self._root = state, faults, root.rstrip("/")
        access = Access(faults)
        self._access = access
        self.rules = [
            Rule("GET", f"{self._root}/health", lambda call: Reply(204), OPEN),
            Rule("GET", f"{self._root}/status", self._status, OPEN),
            Rule("GET", f"{self._root}/users/me", self._me),
            Rule("GET", f"{self._root}/openapi.json", self._openapi),
            *AnomalyRoutes(state, faults, access).rules(self._root),
            *CommentRoutes(state, faults, access).rules(self._root),
            *TicketRoutes(state, access, tickets).rules(self._root),
            Rule("GET", "/datastores/{datastore}/anomalies", self._page, OPEN),
        ]

    def guard(self, rule: Rule | None, call: Call) -> Reply | None:
        if rule is not None and rule.access == OPEN:
            return None
        if self._faults.use(SITE, "left_out", call.method, call.path, call.route):
            return Reply(404, {"detail": "Not Found"})
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return Reply(401, {"detail": "Not authenticated"}, {"www-authenticate": "Bearer"})
        problem = self._state.token_problem(token.strip())
        if self._faults.use(SITE, "expired_token", call.method, call.path, call.route):
            problem = "Token has expired"
        if self._faults.use(SITE, "dead_token", call.method, call.path, call.route):
            problem = "Token has been revoked"
        if problem is not None:
            return Reply(401, {"detail": problem}, {"www-authenticate": "Bearer"})
        return None

    def finish(self, call: Call, reply: Reply) -> None:
        """Nothing is added to Qualytics' answers."""

    def missing(self, call: Call, known: bool) -> Reply:
        if known:
            return Reply(405, {"detail": "Method Not Allowed"})
        return Reply(404, {"detail": "Not Found"})

    def fault_reply(self, fault: Fault) -> Reply:
        """What an injected fault answers."""
        options = fault.options
        headers = {}
        if options.get("retry_after") is not None:
            headers["retry-after"] = str(options["retry_after"])
        match fault.kind:
            case "html":
                return html(options.get("body", LOGIN_PAGE), options.get("status", 200))
            case "text":
                words = options.get(
                    "body", "upstream connect error or disconnect/reset before headers"
                )
                return Reply(options.get("status", 500), words.encode(), headers, "text/plain")
            case "no_permission":
                detail = options.get("detail", "You do not have permission to perform this action.")
                return refusal(403, detail, code="permission_denied")
            case "429":
                return Reply(429, {"detail": "Too many requests"}, headers)
        words = {"408": "Request timeout", "500": "Internal Server Error", "502": "Bad Gateway"}
        words |= {"503": "Service Unavailable", "504": "Gateway Timeout"}
        body = {"detail": words[fault.kind]}
        if options.get("fault_context"):
            body = refusal(int(fault.kind), body["detail"], code="internal").body
        return Reply(int(fault.kind), body, headers)

    def _status(self, call: Call) -> Reply:
        return Reply(body={"database_connection": "OK", "rabbitmq_connection": "OK"})

    def _me(self, call: Call) -> Reply:
        team = {"id": 1, "name": "data-quality", "display_label": "Data Quality"}
        team |= {"display_name": None, "permission": "Editor"}
        me = user_json(MY_ID, self._state.now())
        more = {"teams": [team], "oidc_groups": [], "is_team_restricted": False}
        return Reply(body={**me, **more, "role": self._access.role})

    def _openapi(self, call: Call) -> Reply:
        paths: dict[str, JsonObject] = {}
        for rule in self.rules:
            if not rule.path.startswith(f"{self._root}/"):
                continue
            if self._hidden(rule):
                continue
            name = f"{rule.method.lower()} {rule.path}".replace("/", "_").replace(" ", "_")
            operation = {"operationId": name, "responses": {"200": {"description": "OK"}}}
            paths.setdefault(rule.path, {})[rule.method.lower()] = operation
        version = self._faults.option(SITE, "newer_build", "version", BUILD)
        info = {"title": "Qualytics API", "version": version}
        return Reply(body={"openapi": "3.1.0", "info": info, "paths": paths})

    def _hidden(self, rule: Rule) -> bool:
        listing = (rule.method, rule.path) == ("GET", f"{self._root}/comments")
        if listing and self._faults.find(SITE, "no_comment_listing"):
            return True
        own = rule.path.endswith("/{anomaly_id}/comments")
        if own and not self._faults.find(SITE, "anomaly_comments"):
            return True
        return any(
            fault.matches(rule.method, rule.path) for fault in self._faults.all_of(SITE, "left_out")
        )

    def _page(self, call: Call) -> Reply:
        """What a person sees who follows a link back from Jira."""
        one = self._state.find(call.one("id") or "")
        if one is None or one.checks[0].table.datastore.id != int(call.params["datastore"]):
            return html("<!DOCTYPE html><title>Not found</title><p>No such anomaly.</p>", 404)
        rows = {"Status": one.status, "Type": one.type, "Message": one.words}
        rows["Table"] = one.checks[0].table.location
        return html(page(f"Anomaly {one.id}", rows))


def page(title: str, rows: dict[str, Any]) -> str:
    """A plain page with a small table."""
    lines = "".join(f"<tr><th>{_safe(k)}</th><td>{_safe(v)}</td></tr>" for k, v in rows.items())
    head = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{_safe(title)}</title></head>"
    return f"{head}<body><h1>{_safe(title)}</h1><table>{lines}</table></body></html>"


def _safe(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
