"""Runs the three listeners in a thread of their own, and takes them off the air and back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from qjira_gui.practice.control import ControlRoutes, ledger_rule
from qjira_gui.practice.faults import SITES, Fault
from qjira_gui.practice.jira_app import JiraTickets
from qjira_gui.practice.listen import Listener
from qjira_gui.practice.qualytics_app import QualyticsApp
from qjira_gui.practice.wire import Call, JsonObject, Reply, Rule, Site
from qjira_gui.practice.world import World


class Runner:
    """Started once and stopped once."""

    def __init__(self, world: World, port: int) -> None:
        self._world, self._port = world, port
        self._thread = threading.Thread(target=self._main, name="practice-server", daemon=True)
        self._ready = threading.Event()
        self._error: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._listeners: dict[str, Listener] = {}
        self._rules: dict[str, list[Rule]] = {}
        self._returning: asyncio.Future[None] | None = None

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error

    def stop(self) -> None:
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=10)

    def url(self, name: str) -> str:
        return self._listeners[name].url

    def addresses(self) -> JsonObject:
        world = self._world
        return {
            "qualytics_url": self.url("qualytics"),
            "qualytics_token": world.qualytics_token,
            "jira_url": self.url("jira"),
            "jira_email": world.jira_email,
            "jira_token": world.jira_token,
            "control_url": self.url("control"),
        }

    def routes(self) -> list[tuple[str, str, str]]:
        return [
            (site, rule.method, rule.path) for site, rules in self._rules.items() for rule in rules
        ]

    def apply_faults(self) -> None:
        """Make the listeners agree with the faults, from any other thread."""
        self._call(self.apply())

    async def apply(self) -> None:
        """The same, on the loop."""
        for site in SITES:
            fault = self._world.faults.find(site, "offline")
            if fault is None:
                await self._listeners[site].open()
                continue
            await self._listeners[site].close()
            seconds = fault.options.pop("seconds", None)
            if seconds is not None:
                asyncio.get_running_loop().call_later(float(seconds), self._back, fault)

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None or not self._thread.is_alive():
            work.close()
            raise RuntimeError("The practice server is not running.")
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    def _main(self) -> None:
        try:
            # A factory, not a policy: qasync installs a policy that would build a Qt loop here.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._serve())
        except Exception as problem:
            self._error = problem
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(self._strange)
        ports = dict.fromkeys(("qualytics", "jira", "control"), 0)
        if self._port:
            ports = {name: self._port + at for at, name in enumerate(ports)}
        try:
            # Jira first: Qualytics' own tickets carry its address.
            for name in ("jira", "qualytics", "control"):
                listener = Listener(self._site(name), ports[name])
                await listener.open()
                self._listeners[name] = listener
            self._ready.set()
            await self._stop.wait()
        finally:
            self._world.faults.remove()
            for listener in self._listeners.values():
                await listener.finish()

    def _site(self, name: str) -> Site:
        world = self._world
        kept: JsonObject = {"ledger": world.ledger, "faults": world.faults, "lock": world.lock}
        if name == "jira":
            jira = world.jira_app
            rules = [*jira.rules, ledger_rule(world)]
            calls: JsonObject = {
                "guard": jira.guard,
                "finish": jira.finish,
                "missing": jira.missing,
            }
            calls |= {"fault_reply": jira.fault_reply, "alias": jira.alias}
        elif name == "qualytics":
            tickets = JiraTickets(world.jira, self.url("jira"))
            app = QualyticsApp(world.qualytics, world.faults, tickets, world.root)
            rules = [*app.rules, ledger_rule(world)]
            calls = {"guard": app.guard, "finish": app.finish, "missing": app.missing}
            calls |= {"fault_reply": app.fault_reply}
        else:
            rules = ControlRoutes(world, self.addresses).rules()
            calls = {"guard": _anybody, "finish": _nothing, "missing": _missing}
            calls |= {"fault_reply": _never, "after": self.apply}
        self._rules[name] = rules
        return Site(name, rules, **kept, **calls)

    def _back(self, fault: Fault) -> None:
        """An offline site whose time is over."""
        if self._world.faults.remove(fault_id=fault.id):
            self._returning = asyncio.ensure_future(self.apply())

    def _strange(self, loop: asyncio.AbstractEventLoop, context: JsonObject) -> None:
        problem = context.get("exception")
        if not isinstance(problem, ConnectionError):
            self._world.ledger.crash(f"{context.get('message')}: {problem!r}")


def _anybody(rule: Rule | None, call: Call) -> Reply | None:
    return None


def _nothing(call: Call, reply: Reply) -> None:
    return None


def _missing(call: Call, known: bool) -> Reply:
    return Reply(405 if known else 404, {"detail": f"There is no {call.method} {call.path} here."})


def _never(fault: Fault) -> Reply:
    raise AssertionError("No fault reaches the control listener.")
