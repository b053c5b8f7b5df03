"""What the practice Jira remembers: issues, comments, remote links, properties."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qjira_gui.practice import adf
from qjira_gui.practice.faults import FaultBook
from qjira_gui.practice.jira_catalog import PROJECTS, STATUSES, Project
from qjira_gui.practice.jira_people import MY_ACCOUNT
from qjira_gui.practice.ledger import Ledger
from qjira_gui.practice.people import ME

JsonObject = dict[str, Any]
SITE = "jira"


@dataclass(slots=True)
class Remark:
    """A comment on an issue."""

    id: int
    author: str
    body: JsonObject
    created: float
    updated: float
    properties: dict[str, Any] = field(default_factory=dict)
    visibility: JsonObject | None = None
    readable_at: float = 0.0


@dataclass(slots=True)
class Issue:
    id: int
    key: str
    project: Project
    type: str
    status: str
    fields: JsonObject
    creator: str
    created: float
    updated: float
    properties: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    links: dict[int, JsonObject] = field(default_factory=dict)
    indexed_at: float = 0.0
    readable_at: float = 0.0
    unseen_searches: int = 0
    resolved: float | None = None

    @property
    def summary(self) -> str:
        return str(self.fields["summary"])


class JiraState:
    """Every change goes through here, so that each is in the ledger."""

    def __init__(
        self,
        *,
        now: Callable[[], float],
        ledger: Ledger,
        faults: FaultBook,
        seed: Callable[[JiraState], None],
    ) -> None:
        self.now, self.ledger, self.faults, self._seed = now, ledger, faults, seed
        self.reset()

    def reset(self) -> None:
        self.issues: dict[int, Issue] = {}
        self._by_key: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._last_id = 10_400
        self.writes: dict[int, deque[float]] = {}
        self.seeding = True
        self._seed(self)
        self.seeding = False
        self._last_id += 1000

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def find(self, id_or_key: str) -> Issue | None:
        """By id, or by key whatever its case; a key from before a move still finds its issue."""
        text = id_or_key.strip()
        number = int(text) if text.isdecimal() else self._by_key.get(text.upper(), -1)
        return self.issues.get(number)

    def next_key(self, project: Project) -> str:
        self._numbers[project.key] = self._numbers.get(project.key, 100) + 1
        return f"{project.key}-{self._numbers[project.key]}"

    def create(
        self,
        project: Project,
        type_id: str,
        fields: JsonObject,
        *,
        properties: dict[str, Any] | None = None,
        creator: str = MY_ACCOUNT,
        at: float | None = None,
        by: str = ME.name,
    ) -> Issue:
        now = self.now() if at is None else at
        key = self.next_key(project)
        issue = Issue(
            self.next_id(), key, project, type_id, project.statuses[0], fields, creator, now, now
        )
        issue.properties = dict(properties or {})
        self._lag(issue)
        self.issues[issue.id] = issue
        self._by_key[key] = issue.id
        if not self.seeding:
            self.ledger.add(
                "issues",
                by=by,
                key=key,
                id=str(issue.id),
                project=project.key,
                issuetype=type_id,
                summary=issue.summary,
                description=adf.text_of(fields.get("description")),
                labels=list(fields.get("labels") or []),
                priority=fields.get("priority"),
                assignee=fields.get("assignee"),
                fields=dict(fields),
                properties=dict(issue.properties),
            )
        return issue

    def comment(
        self,
        issue: Issue,
        body: JsonObject,
        *,
        properties: dict[str, Any] | None = None,
        visibility: JsonObject | None = None,
        author: str = MY_ACCOUNT,
        by: str = ME.name,
        at: float | None = None,
    ) -> Remark:
        now = self.now() if at is None else at
        remark = Remark(self.next_id(), author, adf.kept(body), now, now, dict(properties or {}))
        remark.visibility = visibility
        if not self.seeding and (fault := self.faults.use(SITE, "get_lag")):
            remark.readable_at = now + float(fault.options.get("seconds", 5.0))
        issue.remarks.append(remark)
        issue.updated = max(issue.updated, now)
        if not self.seeding:
            self.ledger.add(
                "comments",
                by=by,
                issue=issue.key,
                issue_id=str(issue.id),
                id=str(remark.id),
                text=adf.text_of(body),
                body=body,
                properties=dict(remark.properties),
            )
        return remark

    def edit_comment(
        self, issue: Issue, remark: Remark, body: JsonObject, kept: dict[str, Any], *, by: str
    ) -> None:
        remark.body, remark.updated, remark.properties = adf.kept(body), self.now(), kept
        facts = {"issue": issue.key, "id": str(remark.id), "text": adf.text_of(body)}
        self.ledger.add("comment_edits", by=by, **facts)

    def delete_comment(self, issue: Issue, remark: Remark, *, by: str) -> None:
        issue.remarks.remove(remark)
        self.ledger.add("comment_deletes", by=by, issue=issue.key, id=str(remark.id))

    def transition(self, issue: Issue, status: str, *, by: str) -> None:
        """To the status of this name or id; any status may follow any other."""
        for one in STATUSES.values():
            if status in (one.id, one.name) and one.id in issue.project.statuses:
                break
        else:
            names = [STATUSES[known].name for known in issue.project.statuses]
            raise ValueError(f"{issue.project.key} has no status {status!r}, it has {names}.")
        before = STATUSES[issue.status].name
        issue.status, issue.updated = one.id, self.now()
        issue.resolved = self.now() if one.category == "done" else None
        facts = {"from": before, "to": one.name}
        self.ledger.add("transitions", by=by, issue=issue.key, issue_id=str(issue.id), **facts)

    def move(self, issue: Issue, project_key: str, *, by: str) -> str:
        """To another project: a new key, under the old one it is still found."""
        project = PROJECTS.get(project_key)
        if project is None:
            raise ValueError(f"There is no project {project_key!r}.")
        before = issue.key
        issue.project, issue.key = project, self.next_key(project)
        issue.type = issue.type if issue.type in project.screens else next(iter(project.screens))
        issue.status, issue.updated = project.statuses[0], self.now()
        self._by_key[issue.key] = issue.id
        self.ledger.add("issue_changes", by=by, change="moved", issue=issue.key, before=before)
        return issue.key

    def delete(self, issue: Issue, *, by: str) -> None:
        del self.issues[issue.id]
        self._by_key = {key: one for key, one in self._by_key.items() if one != issue.id}
        self.ledger.add("issue_changes", by=by, change="deleted", issue=issue.key)

    def readable(self, issue: Issue) -> bool:
        return issue.readable_at <= self.now()

    def indexed(self, issue: Issue) -> bool:
        return issue.indexed_at <= self.now() and issue.unseen_searches <= 0

    def searched(self) -> None:
        """A search has run: issues that stay unseen for some searches come one nearer."""
        for issue in self.issues.values():
            if issue.unseen_searches > 0:
                issue.unseen_searches -= 1

    def _lag(self, issue: Issue) -> None:
        if self.seeding:
            return
        if fault := self.faults.use(SITE, "index_lag"):
            searches = fault.options.get("searches")
            issue.unseen_searches = int(searches or 0)
            seconds = 0.0 if searches else 5.0
            issue.indexed_at = self.now() + float(fault.options.get("seconds", seconds))
        if fault := self.faults.use(SITE, "get_lag"):
            issue.readable_at = self.now() + float(fault.options.get("seconds", 5.0))
