"""Answers a parsed JQL query from the issues, with Jira's words for what does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Any

from qjira_gui.practice import adf, jql
from qjira_gui.practice.jira_catalog import CATEGORIES, PRIORITIES, STATUSES, TYPES, project_of
from qjira_gui.practice.jira_people import MY_ACCOUNT, accounts
from qjira_gui.practice.jira_state import Issue, JiraState

Test = Callable[[Issue], bool]
_DATES = (
    ("yyyy-MM-dd", "%Y-%m-%d"),
    ("", "%Y-%m-%d %H:%M"),
    ("", "%Y/%m/%d"),
    ("", "%Y/%m/%d %H:%M"),
)
_RELATIVE = re.compile(r"([+-]?\d+)([wdhm])")
_UNITS = {"w": 7 * 1440, "d": 1440, "h": 60, "m": 1}
_ALIASES = {"issuekey": "key", "issue": "key", "id": "key", "type": "issuetype"}
_ORDERED = ("created", "updated", "duedate", "due")


class Evaluator:
    """Bound to the caller: dates are read in the user's zone, currentUser() is the caller."""

    def __init__(self, state: JiraState, zone: tzinfo) -> None:
        self._state, self._zone = state, zone

    def run(self, text: str, visible: Iterable[Issue]) -> list[Issue]:
        """The matching issues in their order; raises `jql.JqlError` with Jira's words."""
        query = jql.parse(text)
        if query.where is None:
            raise jql.JqlError(
                "Unbounded JQL queries are not allowed here. "
                "Please add a search restriction to your query."
            )
        test = self._test(query.where)
        found = [issue for issue in visible if test(issue)]
        found.sort(key=lambda issue: issue.id, reverse=True)
        for name, descending in reversed(query.order):
            found.sort(key=self._order(name), reverse=descending)
        return found

    def _test(self, node: jql.Node) -> Test:
        match node:
            case jql.Not(part):
                inner = self._test(part)
                return lambda issue: not inner(issue)
            case jql.Both(parts):
                tests = [self._test(part) for part in parts]
                return lambda issue: all(test(issue) for test in tests)
            case jql.Either(parts):
                tests = [self._test(part) for part in parts]
                return lambda issue: any(test(issue) for test in tests)
            case jql.Clause():
                return self._clause(node)

    def _clause(self, clause: jql.Clause) -> Test:
        name = _ALIASES.get(clause.field, clause.field)
        if clause.operator == "~":
            return self._words(name, clause.values[0].text)
        if clause.operator in (">", ">=", "<", "<=") or name in _ORDERED:
            return self._compare(name, clause)
        if name == "key":
            return self._keys(clause.values)
        wanted: set[str | None] = set()
        for value in clause.values:
            wanted |= {None} if value.empty else self._meant(name, value)
        return lambda issue: not wanted.isdisjoint(self._held(name, issue))

    def _keys(self, values: tuple[jql.Value, ...]) -> Test:
        ids: set[int] = set()
        for value in values:
            issue = self._state.find(value.text)
            if issue is None or not issue.project.visible:
                raise jql.JqlError(
                    f"An issue with key '{value.text}' does not exist for field 'key'."
                )
            ids.add(issue.id)
        return lambda issue: issue.id in ids

    def _meant(self, name: str, value: jql.Value) -> set[str | None]:
        """The stored values that a written one stands for."""
        text = value.text.casefold()
        known: set[str | None]
        match name:
            case "project":
                project = project_of(value.text)
                by_name = {one.project.key for one in self._state.issues.values()
                           if one.project.name.casefold() == text}  # fmt: skip
                known = {project.key} if project and project.visible else set(by_name)
            case "labels":
                return {text}
            case "reporter" | "assignee" | "creator":
                if value.function:
                    if value.text != "currentuser":
                        raise jql.JqlError(f"Unable to find JQL function '{value.text}()'.")
                    return {MY_ACCOUNT}
                known = {one.id for one in accounts().values()
                         if text in (one.id.casefold(), one.name.casefold())}  # fmt: skip
            case "status":
                known = {s.id for s in STATUSES.values() if text in (s.id, s.name.casefold())}
            case "statuscategory":
                known = {key for key, one in CATEGORIES.items()
                         if text in (key, str(one["id"]), one["name"].casefold())}  # fmt: skip
            case "issuetype":
                known = {t.id for t in TYPES.values() if text in (t.id, t.name.casefold())}
            case "priority":
                known = {one for one, label, _ in PRIORITIES if text in (one, label.casefold())}
            case "resolution":
                known = {"done"} if text == "done" else {None} if text == "unresolved" else set()
            case _:
                raise self._no_field(name)
        if not known:
            raise jql.JqlError(f"The value '{value.text}' does not exist for the field '{name}'.")
        return known

    def _held(self, name: str, issue: Issue) -> set[str | None]:
        match name:
            case "project":
                return {issue.project.key}
            case "labels":
                return {label.casefold() for label in issue.fields.get("labels") or []} or {None}
            case "reporter" | "assignee" | "priority":
                return {issue.fields.get(name)}
            case "creator":
                return {issue.creator}
            case "status":
                return {issue.status}
            case "statuscategory":
                return {STATUSES[issue.status].category}
            case "issuetype":
                return {issue.type}
            case "resolution":
                return {None if issue.resolved is None else "done"}
        raise self._no_field(name)

    def _words(self, name: str, query: str) -> Test:
        test = jql.text_test(query, name)
        match name:
            case "summary":
                return lambda issue: test(issue.summary)
            case "description":
                return lambda issue: test(adf.text_of(issue.fields.get("description")))
            case "comment":
                return lambda issue: any(test(adf.text_of(one.body)) for one in issue.remarks)
            case "text":
                return lambda issue: test(self._all_text(issue))
        raise jql.JqlError(f"The operator '~' is not supported by the '{name}' field.")

    def _all_text(self, issue: Issue) -> str:
        documents = [issue.fields.get("description"), *(one.body for one in issue.remarks)]
        return " ".join([issue.summary, *(adf.text_of(one) for one in documents)])

    def _compare(self, name: str, clause: jql.Clause) -> Test:
        if name not in _ORDERED:
            raise jql.JqlError(
                f"The operator '{clause.operator}' is not supported by the '{name}' field."
            )
        value = clause.values[0]
        if value.empty:
            return lambda issue: self._moment(name, issue) is None
        limit = self._date(value, name)

        def test(issue: Issue) -> bool:
            at = self._moment(name, issue)
            if at is None:
                return False
            match clause.operator:
                case ">":
                    return at > limit
                case ">=":
                    return at >= limit
                case "<":
                    return at < limit
                case "<=":
                    return at <= limit
            return limit <= at < limit + 60

        return test

    def _moment(self, name: str, issue: Issue) -> float | None:
        if name in ("created", "updated"):
            return float(getattr(issue, name))
        due = issue.fields.get("duedate")
        if not due:
            return None
        return datetime.strptime(due, "%Y-%m-%d").replace(tzinfo=self._zone).timestamp()

    def _date(self, value: jql.Value, name: str) -> float:
        now = self._state.now()
        if value.function:
            here = datetime.fromtimestamp(now, self._zone)
            day = here.replace(hour=0, minute=0, second=0, microsecond=0)
            starts = {"now": here, "startofday": day, "endofday": day + timedelta(days=1)}
            starts["startofweek"] = day - timedelta(days=(day.weekday() + 1) % 7)
            if value.text not in starts:
                raise jql.JqlError(f"Unable to find JQL function '{value.text}()'.")
            return starts[value.text].timestamp()
        text = value.text.strip()
        if match := _RELATIVE.fullmatch(text):
            return now + int(match[1]) * _UNITS[match[2]] * 60
        for _, form in _DATES:
            try:
                return datetime.strptime(text, form).replace(tzinfo=self._zone).timestamp()
            except ValueError:
                continue
        raise jql.JqlError(
            f"Date value '{text}' for field '{name}' is invalid. Valid formats include: "
            "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', "
            "or a period format e.g. '-5d', '4w 2d'."
        )

    def _order(self, name: str) -> Callable[[Issue], Any]:
        name = _ALIASES.get(name, name)
        match name:
            case "created" | "updated":
                return lambda issue: getattr(issue, name)
            case "key":
                return lambda issue: (issue.project.key, int(issue.key.rpartition("-")[2]))
            case "summary":
                return lambda issue: issue.summary.casefold()
            case "priority":
                # Jira calls the most urgent the highest, so `DESC` starts with it.
                return lambda issue: -int(issue.fields.get("priority") or 9)
            case "duedate" | "due":
                return lambda issue: issue.fields.get("duedate") or ""
            case "project" | "status" | "issuetype" | "assignee" | "reporter" | "creator" | "rank":
                held = "project" if name == "rank" else name
                return lambda issue: str(min(self._held(held, issue), key=str))
        raise self._no_field(name)

    @staticmethod
    def _no_field(name: str) -> jql.JqlError:
        return jql.JqlError(
            f"Field '{name}' does not exist or you do not have permission to view it."
        )
