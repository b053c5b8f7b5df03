"""The list of anomalies: every filter and sort of the real one, a hundred a page at most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qjira_gui.practice.anomalies import STATUSES, TAGS, Anomaly
from qjira_gui.practice.qualytics_checks import Query
from qjira_gui.practice.qualytics_state import QualyticsState
from qjira_gui.practice.qualytics_view import View
from qjira_gui.practice.times import DAY, utc_date
from qjira_gui.practice.wire import Call, Reply

RULES: tuple[str, ...] = (
    *("afterDateTime", "aggregationComparison", "anyNotNull", "beforeDateTime", "between"),
    *("betweenTimes", "containsCreditCard", "containsEmail", "containsSocialSecurityNumber"),
    *("containsUrl", "dataDiff", "distinctCount", "entityResolution", "equalTo", "equalToField"),
    *("existsIn", "expectedSchema", "expectedValues", "fieldCount", "freshness", "greaterThan"),
    *("greaterThanField", "isAddress", "isCreditCard", "isReplicaOf", "isType", "lessThan"),
    *("lessThanField", "matchesPattern", "maxLength", "maxPartitionSize", "maxValue", "metric"),
    *("minLength", "minPartitionSize", "minValue", "notExistsIn", "notFuture", "notEmpty"),
    *("notNegative", "notNull", "positive", "predictedBy", "requiredValues"),
    *("satisfiesExpression", "sum", "timeDistributionSize", "unique", "volumetric"),
)

Test = Callable[[Anomaly], bool]


def _values(name: str, one: Anomaly) -> set[Any]:
    """What an anomaly has to offer to the list filter of this name."""
    table = one.checks[0].table
    match name:
        case "operation":
            return {one.operation}
        case "datastore":
            return {table.datastore.id}
        case "container":
            return {table.id}
        case "field":
            return {field for check in one.checks for field in check.fields}
        case "field_profile":
            names = [field for field, _ in table.fields]
            return {table.id * 100 + names.index(f) for check in one.checks for f in check.fields}
        case "container_scan":
            return {one.operation * 1000 + table.id}
        case "partition_scan":
            return {one.operation * 10_000 + table.id}
        case "resolved_by_operation":
            return {one.operation + 10} if one.status == "Resolved" else set()
        case "resolved_by_container_scan":
            return {(one.operation + 10) * 1000 + table.id} if one.status == "Resolved" else set()
        case "rule_type":
            return {check.rule for check in one.checks}
        case "template":
            return set()
        case "quality_check":
            return {check.id for check in one.checks}
        case "tag":
            return {TAGS[tag][0] for tag in one.tags or []}
        case "assignee":
            return set(one.assignees or [])
    raise AssertionError(name)


_INT_LISTS = (
    *("operation", "datastore", "container", "field_profile", "container_scan"),
    *("resolved_by_container_scan", "resolved_by_operation", "partition_scan"),
    *("template", "quality_check", "assignee"),
)
_SORTS: dict[str, Callable[[Anomaly], float]] = {
    "sort_id": lambda one: one.id,
    "sort_created": lambda one: one.created,
    "sort_weight": lambda one: one.weight,
    # Without a count: last when descending, as SQL's nulls last.
    "sort_anomalous_records_count": lambda one: -1 if one.count is None else one.count,
}


class AnomalyList:
    """Answers `GET /anomalies`, and remembers the last lists: an app reads all pages of one."""

    def __init__(self, state: QualyticsState, view: View) -> None:
        self._state, self._view = state, view
        self._memory: dict[tuple[Any, ...], list[Anomaly]] = {}

    def answer(self, call: Call) -> Reply:
        query = Query(call)
        page = query.int_or("page", 1, 1)
        size = query.int_or("size", 50, 1, 100)
        tests = self._tests(query)
        sorts = [
            (name, way)
            for name, _ in call.query
            if name in _SORTS and (way := query.choice(name, ("desc", "asc")))
        ]
        query.problems.settle()
        kept = tuple(pair for pair in call.query if pair[0] not in ("page", "size"))
        # A window that ends now moves with the clock, so its list is good for one request only.
        moment = self._state.now() if call.one("timeframe") else 0
        found = self._found((self._state.version, moment, *kept), tests, sorts)
        start = (page - 1) * size
        return Reply(
            body={
                "items": [self._view.listing(one) for one in found[start : start + size]],
                "total": len(found),
                "page": page,
                "size": size,
                "pages": -(-len(found) // size),
            }
        )

    def _found(
        self, key: tuple[Any, ...], tests: list[Test], sorts: list[tuple[str, str]]
    ) -> list[Anomaly]:
        if key in self._memory:
            return self._memory[key]
        everything = self._state.anomalies.values()
        found = [one for one in everything if all(test(one) for test in tests)]
        if sorts:
            for name, way in reversed(sorts):
                found.sort(key=_SORTS[name], reverse=way == "desc")
        else:
            found.sort(key=lambda one: (one.created, one.weight), reverse=True)
        if len(self._memory) >= 8:
            self._memory.pop(next(iter(self._memory)))
        self._memory[key] = found
        return found

    def _tests(self, query: Query) -> list[Test]:
        tests: list[Test] = []
        if ids := query.ids("id"):
            wanted = {one.id for text in ids if (one := self._state.find(text))}
            tests.append(lambda one: one.id in wanted)
        self._state_tests(query, tests)
        lists: dict[str, list[Any]] = {name: list(query.ints(name)) for name in _INT_LISTS}
        lists |= {name: list(query.texts(name)) for name in ("field", "tag")}
        tests += [_overlap(name, set(wanted)) for name, wanted in lists.items() if wanted]
        if rules := query.choices("rule_type", RULES):
            tests.append(_overlap("rule_type", set(rules)))
        if query.int_or_none("segment") is not None:
            tests.append(lambda one: False)
        self._word_tests(query, tests)
        self._time_tests(query, tests)
        return tests

    def _state_tests(self, query: Query, tests: list[Test]) -> None:
        archived = query.choice("archived", ("include", "only"))
        if archived is None:
            tests.append(lambda one: not one.archived)
        elif archived == "only":
            tests.append(lambda one: one.archived)
        if statuses := query.choices("status", STATUSES):
            tests.append(lambda one: one.status in statuses)
        if kind := query.choice("anomaly_type", ("shape", "record")):
            tests.append(lambda one: one.type == kind)
        enriched = query.flag("source_enriched")
        if enriched is not None:
            tests.append(lambda one: one.enriched == enriched)
        related = query.int_or_none("related_to_id")
        if related is not None:
            other = self._state.find(related)
            print_ = other.fingerprint if other else None
            tests.append(lambda one: print_ is not None and one.fingerprint == print_)

    def _word_tests(self, query: Query, tests: list[Test]) -> None:
        if search := " ".join(query.texts("search")[-1:]).casefold().split():
            tests.append(lambda one: all(word in _haystack(one) for word in search))
        if part := "".join(query.texts("message")[-1:]).casefold():
            tests.append(lambda one: part in one.words.casefold())

    def _time_tests(self, query: Query, tests: list[Test]) -> None:
        if on := query.day("created_date"):
            tests.append(lambda one: utc_date(one.created) == on)
        if start := query.day("start_date"):
            tests.append(lambda one: utc_date(one.created) >= start)
        if end := query.day("end_date"):
            tests.append(lambda one: utc_date(one.created) <= end)
        days = query.int_or_none("timeframe")
        if days is not None:
            since = self._state.now() - days * DAY
            tests.append(lambda one: one.created >= since)


def _overlap(name: str, wanted: set[Any]) -> Test:
    return lambda one: not wanted.isdisjoint(_values(name, one))


def _haystack(one: Anomaly) -> str:
    table = one.checks[0].table
    rules = " ".join(check.rule for check in one.checks)
    parts = (one.words, one.description or "", table.name, table.datastore.name, rules, one.id)
    return " ".join(str(part) for part in parts).casefold()
