"""The control API: the ledger, the faults, and what somebody else does on the two sites."""

from __future__ import annotations

from collections.abc import Callable

from qjira_gui.practice.faults import KINDS
from qjira_gui.practice.wire import BadJson, Call, JsonObject, Refused, Reply, Rule
from qjira_gui.practice.world import World

OPEN = "open"


def ledger_rule(world: World) -> Rule:
    """The ledger, which every listener shows."""
    return Rule("GET", "/practice/ledger", lambda call: Reply(body=world.ledger.as_json()), OPEN)


class ControlRoutes:
    """Served by a listener of its own, which no fault reaches, so that `offline` can be undone."""

    def __init__(self, world: World, addresses: Callable[[], JsonObject]) -> None:
        self._world, self._addresses = world, addresses

    def rules(self) -> list[Rule]:
        return [
            ledger_rule(self._world),
            Rule("GET", "/practice/", lambda call: Reply(body=self._addresses())),
            Rule("GET", "/practice/faults", self._faults),
            Rule("POST", "/practice/faults", self._set_fault),
            Rule("DELETE", "/practice/faults", self._clear_faults),
            Rule("POST", "/practice/anomalies/{anomaly}", self._anomaly),
            Rule("POST", "/practice/comments", self._comment),
            Rule("POST", "/practice/issues/{issue}", self._issue),
            Rule("POST", "/practice/reset", self._reset),
        ]

    def _faults(self, call: Call) -> Reply:
        return Reply(body={"faults": self._world.faults.listed(), "kinds": sorted(KINDS)})

    def _set_fault(self, call: Call) -> Reply:
        given = _body(call)
        if "site" not in given or "kind" not in given:
            raise _wrong("A fault needs a site and a kind.")
        try:
            fault = self._world.faults.add(**given)
        except (ValueError, TypeError) as problem:
            raise _wrong(str(problem)) from problem
        return Reply(201, fault.as_json())

    def _clear_faults(self, call: Call) -> Reply:
        number = call.one("id")
        if number is not None and not number.isdecimal():
            raise _wrong("The id of a fault is a number.")
        fault_id = None if number is None else int(number)
        gone = self._world.faults.remove(
            fault_id=fault_id, site=call.one("site"), kind=call.one("kind")
        )
        return Reply(body={"removed": gone})

    def _anomaly(self, call: Call) -> Reply:
        given = _body(call)
        by = str(given.get("by", "Priya Raman"))
        return self._done(
            lambda: self._world.change_anomaly(call.params["anomaly"], given["status"], by)
        )

    def _comment(self, call: Call) -> Reply:
        given = _body(call)
        by, external = str(given.get("by", "Priya Raman")), given.get("external_source")
        return self._done(
            lambda: self._world.add_comment(given["anomaly_id"], given["message"], external, by)
        )

    def _issue(self, call: Call) -> Reply:
        given = _body(call)
        by = str(given.pop("by", "Elena Petrova"))
        return self._done(lambda: self._world.change_issue(call.params["issue"], given, by))

    def _reset(self, call: Call) -> Reply:
        self._world.reset()
        return Reply(204)

    @staticmethod
    def _done(act: Callable[[], JsonObject]) -> Reply:
        try:
            return Reply(body=act())
        except KeyError as problem:
            raise Refused(404, {"detail": f"Missing: {problem.args[0]}"}) from problem
        except ValueError as problem:
            raise _wrong(str(problem)) from problem


def _body(call: Call) -> JsonObject:
    try:
        given = call.json()
    except BadJson as problem:
        raise _wrong(f"This is not JSON: {problem}") from problem
    if not isinstance(given, dict):
        raise _wrong("A JSON object is needed.")
    return given


def _wrong(words: str) -> Refused:
    return Refused(422, {"detail": words})
