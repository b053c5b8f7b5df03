"""Turns plain functions into HTTP: one call in, one reply out, with the faults in between."""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.routing import compile_path
from starlette.types import Message, Receive, Scope, Send

from qjira_gui.practice.faults import Fault, FaultBook, JsonObject
from qjira_gui.practice.ledger import Ledger

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1>"
    '<form method="post" action="/login"><input name="user"><input name="password" type="password">'
    "</form></body></html>"
)


class BadJson(ValueError):
    """The body of a request is not JSON."""


@dataclass(slots=True)
class Call:
    """One request as a handler sees it."""

    method: str
    path: str
    route: str
    params: dict[str, str]
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    base: str
    who: str = ""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def one(self, name: str, default: str | None = None) -> str | None:
        values = self.all(name)
        return values[-1] if values else default

    def csv(self, name: str) -> list[str]:
        """Values of a list parameter, which Jira takes both repeated and separated by commas."""
        return [
            part.strip() for value in self.all(name) for part in value.split(",") if part.strip()
        ]

    def json(self) -> Any:
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise BadJson(str(problem)) from problem


@dataclass(slots=True)
class Reply:
    """One answer; a body of None is an answer without a body, bytes are sent as they are."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    media: str = "application/json"

    def encoded(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else msgspec.json.encode(self.body)


class Refused(Exception):
    """Raised by a handler to answer at once."""

    def __init__(
        self, status: int, body: Any = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, body)
        self.reply = Reply(status, body, headers or {})


Handler = Callable[[Call], Reply]


class Rule:
    """One route: a method, a path with {places} and the function that answers."""

    def __init__(self, method: str, path: str, handler: Handler, access: str = "") -> None:
        self.method, self.path, self.handler, self.access = method, path, handler, access
        self.pattern = compile_path(path)[0]


def html(text: str, status: int = 200) -> Reply:
    return Reply(status, text.encode(), media="text/html; charset=utf-8")


class Site:
    """An ASGI application: finds the route, lets the faults have their way, keeps the ledger."""

    def __init__(
        self,
        name: str,
        rules: list[Rule],
        *,
        ledger: Ledger,
        faults: FaultBook,
        lock: threading.RLock,
        guard: Callable[[Rule | None, Call], Reply | None],
        finish: Callable[[Call, Reply], None],
        fault_reply: Callable[[Fault], Reply],
        missing: Callable[[Call, bool], Reply],
        after: Callable[[], Awaitable[None]] | None = None,
        alias: Callable[[str], str] = lambda path: path,
    ) -> None:
        self.name = name
        self._by_method: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_method.setdefault(rule.method, []).append(rule)
        self._ledger, self._faults, self._lock = ledger, faults, lock
        self._guard, self._finish, self._fault_reply = guard, finish, fault_reply
        self._missing, self._after, self._alias = missing, after, alias

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call, rule = self._read(scope)
        practice = call.path.startswith("/practice/")
        delay, fault = (0.0, None)
        if not practice:
            delay, fault = self._faults.take(self.name, call.method, call.path, call.route)
        if fault is not None and fault.kind == "cut_before":
            self._note(call, 0)
            await _abort(scope)
            return
        call.body = await _body(receive)
        if delay:
            await asyncio.sleep(delay)
        committed = fault is None or fault.kind.startswith("cut_") or fault.options.get("committed")
        reply = self._answer(rule, call) if committed else Reply()
        if fault is not None and fault.kind == "hang":
            self._note(call, 0)
            await self._hang(fault, receive)
            await _abort(scope)
            return
        if fault is not None and not fault.kind.startswith("cut_"):
            reply = self._fault_reply(fault)
        if practice:
            if self._after is not None:
                await self._after()
            await _send(reply, scope, send)
        elif fault is not None and fault.kind == "cut_after":
            self._note(call, 0)
            await _abort(scope)
        elif fault is not None and fault.kind == "cut_during":
            self._note(call, 0)
            await _send_half(reply, scope, send)
        else:
            # Noted first: whoever has the answer in hand must find the request in the ledger.
            self._note(call, reply.status)
            await _send(reply, scope, send)

    def _read(self, scope: Scope) -> tuple[Call, Rule | None]:
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        raw = scope["query_string"].decode("latin-1")
        path = self._alias(scope["path"])
        rule, params = self._match(scope["method"], path)
        base = f"http://{headers.get('host', '127.0.0.1')}"
        query = parse_qsl(raw, keep_blank_values=True)
        route = rule.path if rule else path
        return Call(scope["method"], scope["path"], route, params, query, headers, b"", base), rule

    def _match(self, method: str, path: str) -> tuple[Rule | None, dict[str, str]]:
        for rule in self._by_method.get(method, []):
            if found := rule.pattern.match(path):
                return rule, found.groupdict()
        return None, {}

    def _answer(self, rule: Rule | None, call: Call) -> Reply:
        with self._lock:
            try:
                reply = self._guard(rule, call)
                if reply is None:
                    reply = rule.handler(call) if rule else self._missing(call, self._known(call))
            except Refused as refused:
                reply = refused.reply
            except Exception:
                self._ledger.crash(f"{call.method} {call.path}\n{traceback.format_exc()}")
                reply = Reply(500, b"The practice server failed: see crashes in its ledger.")
            self._finish(call, reply)
        return reply

    def _known(self, call: Call) -> bool:
        path = self._alias(call.path)
        rules = (rule for some in self._by_method.values() for rule in some)
        return any(rule.pattern.match(path) for rule in rules)

    def _note(self, call: Call, status: int) -> None:
        self._ledger.request(call.method, call.path, status, call.route)

    async def _hang(self, fault: Fault, receive: Receive) -> None:
        """Until the client gives up, the fault is taken away, or its time is over."""

        async def gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        loop = asyncio.get_running_loop()
        until = loop.time() + float(fault.options.get("seconds", 3600))
        waiting = asyncio.ensure_future(gone())
        try:
            while not (waiting.done() or fault.over or loop.time() > until):
                await asyncio.wait([waiting], timeout=0.02)
        finally:
            waiting.cancel()


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message: Message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _start(reply: Reply, length: int) -> Message:
    headers = dict(reply.headers)
    if reply.status not in (204, 304):
        headers["content-length"] = str(length)
    if length:
        headers.setdefault("content-type", reply.media)
    raw = [
        (key.lower().encode("latin-1"), value.encode("latin-1")) for key, value in headers.items()
    ]
    return {"type": "http.response.start", "status": reply.status, "headers": raw}


async def _send(reply: Reply, scope: Scope, send: Send) -> None:
    body = reply.encoded()
    await send(_start(reply, len(body)))
    await send({"type": "http.response.body", "body": body})


async def _send_half(reply: Reply, scope: Scope, send: Send) -> None:
    body = reply.encoded() or b"{}"
    await send(_start(Reply(reply.status if body != b"{}" else 200, body), len(body)))
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await _abort(scope)


async def _abort(scope: Scope) -> None:
    # The protocol in listen.py puts its transport here: ASGI has no word for breaking a connection.
    scope["state"]["transport"].abort()
    # uvicorn must see the loss before the application returns, or it tries to answer 500.
    await asyncio.sleep(0)
    await asyncio.sleep(0)


__all__ = [
    "BadJson",
    "Call",
    "Fault",
    "Handler",
    "JsonObject",
    "Refused",
    "Reply",
    "Rule",
    "Site",
    "html",
]
