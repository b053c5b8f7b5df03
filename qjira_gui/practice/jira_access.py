"""Who is asking the practice Jira, what they may do, and how often they may write."""

from __future__ import annotations

import base64
import binascii
import math
from collections import deque
from datetime import UTC, datetime

from qjira_gui.practice.faults import FaultBook
from qjira_gui.practice.jira_catalog import Project
from qjira_gui.practice.jira_people import MY_ACCOUNT
from qjira_gui.practice.jira_state import SITE, Issue, JiraState
from qjira_gui.practice.jira_words import NO_ISSUE, UNAUTHENTICATED, problem, refuse
from qjira_gui.practice.wire import Call, Reply, Rule

# How a rule answers somebody who is not signed in.
OPEN = "open"  # as anybody
SELF = "self"  # 401: only makes sense for a signed-in user
WRITE = "write"  # 401, and counted against the limit of one issue
ISSUE = "issue"  # 404 in the words for an issue
PROJECT = "project"  # 404 in the words for a project
EMPTY = "empty"  # 200 with nothing in it

PERMISSIONS = (
    ("BROWSE_PROJECTS", "Browse Projects", "10"),
    ("CREATE_ISSUES", "Create Issues", "11"),
    ("EDIT_ISSUES", "Edit Issues", "12"),
    ("ASSIGN_ISSUES", "Assign Issues", "13"),
    ("ADD_COMMENTS", "Add Comments", "15"),
    ("LINK_ISSUES", "Link Issues", "21"),
    ("MODIFY_REPORTER", "Modify Reporter", "30"),
    ("EDIT_OWN_COMMENTS", "Edit Own Comments", "37"),
    ("DELETE_OWN_COMMENTS", "Delete Own Comments", "38"),
    ("TRANSITION_ISSUES", "Transition Issues", "46"),
)
_BURSTS = ((20, 2.0), (100, 30.0))
_LOGIN = "x-seraph-loginreason"


class Access:
    """The account's one e-mail and token, its permissions, and the limit of writes on one issue."""

    def __init__(
        self, state: JiraState, faults: FaultBook, *, email: str, token: str, cloud: str
    ) -> None:
        self._state, self._faults = state, faults
        self._good = f"{email}:{token}"
        self.gateway = f"/ex/jira/{cloud}/"

    def guard(self, rule: Rule | None, call: Call) -> Reply | None:
        """The refusal of this caller, or None; notes who is calling."""
        access = rule.access if rule else ISSUE
        if access == OPEN:
            return None
        if fault := self._faults.use(SITE, "dead_token", call.method, call.path, call.route):
            if fault.options.get("captcha"):
                return self._captcha(call)
            return self._unknown(
                access, call, rejected=True, strict=bool(fault.options.get("everything"))
            )
        header = call.headers.get("authorization", "")
        if not header:
            return self._unknown(access, call, rejected=False)
        given = _basic(header)
        if given is not None and given.startswith(":"):
            return Reply(403, {"error": "Failed to parse Connect Session Auth Token"})
        if given != self._good:
            return self._unknown(access, call, rejected=True)
        at_gateway = call.path.startswith(self.gateway)
        if not at_gateway and self._faults.find(SITE, "scoped_token"):
            return problem(401, UNAUTHENTICATED)
        call.who = MY_ACCOUNT
        return None

    def may(self, permission: str, project: Project) -> bool:
        for fault in self._faults.all_of(SITE, "no_permission"):
            lost = fault.options.get("permissions") or ["CREATE_ISSUES", "ADD_COMMENTS"]
            if permission in lost and fault.options.get("project") in (None, project.key):
                return False
        if permission == "BROWSE_PROJECTS":
            return project.visible
        if permission == "CREATE_ISSUES":
            return project.visible and project.create
        return project.visible

    def need(self, permission: str, project: Project, message: str) -> None:
        """403 in Jira's words unless the caller has this permission."""
        if not self.may(permission, project):
            raise refuse(403, message)

    def issue(self, id_or_key: str) -> Issue:
        """The issue, or 404 where it is missing, hidden, or not yet to be read."""
        issue = self._state.find(id_or_key)
        if issue is None or not self._state.readable(issue):
            raise refuse(404, NO_ISSUE)
        if not self.may("BROWSE_PROJECTS", issue.project):
            raise refuse(404, NO_ISSUE)
        return issue

    def visible(self) -> list[Issue]:
        issues = self._state.issues.values()
        return [one for one in issues if self.may("BROWSE_PROJECTS", one.project)]

    def count_write(self, issue: Issue) -> None:
        """20 writes in 2 s and 100 in 30 s on one issue, or 429."""
        now = self._state.now()
        writes = self._state.writes.setdefault(issue.id, deque())
        while writes and writes[0] <= now - _BURSTS[-1][1]:
            writes.popleft()
        for limit, span in _BURSTS:
            recent = [at for at in writes if at > now - span]
            if len(recent) >= limit:
                wait = max(math.ceil(recent[-limit] + span - now), 1)
                refusal = refuse(429, "Rate limit exceeded.")
                refusal.reply.headers = limit_headers(now, wait, "jira-per-issue-on-write", limit)
                raise refusal
        writes.append(now)

    def _unknown(
        self, access: str, call: Call, *, rejected: bool, strict: bool = False
    ) -> Reply | None:
        headers = {_LOGIN: "AUTHENTICATED_FAILED"} if rejected else {}
        if access == EMPTY and not strict:
            # Nothing tells this answer from a search that finds nothing: not even the header.
            return None
        if strict or access in (SELF, WRITE, EMPTY):
            reply = problem(401, UNAUTHENTICATED)
        elif access == PROJECT:
            named = call.params.get("project", "")
            reply = problem(404, f"No project could be found with key '{named}'.")
        else:
            reply = problem(404, NO_ISSUE)
        reply.headers = headers
        return reply

    def _captcha(self, call: Call) -> Reply:
        reply = problem(403, "CAPTCHA challenge: log in through the browser once.")
        login = f"CAPTCHA_CHALLENGE; login-url={call.base}/login.jsp"
        reply.headers = {_LOGIN: "AUTHENTICATION_DENIED", "x-authentication-denied-reason": login}
        return reply


def limit_headers(
    now: float, wait: int | None, reason: str | None, limit: int = 100
) -> dict[str, str]:
    """What Jira adds to a 429; a gateway in front of it adds neither wait nor reason."""
    headers: dict[str, str] = {}
    if reason is not None:
        reset = datetime.fromtimestamp(now + (wait or 1), UTC).strftime("%Y-%m-%dT%H:%MZ")
        headers = {"ratelimit-reason": reason, "x-ratelimit-limit": str(limit)}
        headers |= {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    if wait is not None:
        headers["retry-after"] = str(wait)
    return headers


def _basic(header: str) -> str | None:
    scheme, _, code = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(code.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
