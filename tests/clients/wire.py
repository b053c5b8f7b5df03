"""A server on loopback that misbehaves on the wire exactly as a test tells it to."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from qjira_gui.clients.http import Http, Wrap, tls_context
from qjira_gui.clients.sign_in import basic

EMAIL = "dana.whitfield@acme.example"
TOKEN = "ATATT3xFfGF0-a-secret-that-nobody-may-read"


@dataclass
class Request:
    """What came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


Behaviour = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Wire:
    """The server: where it is, and what has reached it."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> bytes:
    """A whole answer as bytes; header names are written with underscores."""
    told = {"content_type": "application/json", "content_length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in told.items()]
    head = "\r\n".join([f"HTTP/1.1 {status} Status", *lines])
    return f"{head}\r\n\r\n".encode() + body


async def well(request: Request, writer: asyncio.StreamWriter) -> None:
    """Answer as one should."""
    writer.write(answer())


async def hang(request: Request, writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *rest = head.strip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = [line.partition(":") for line in rest]
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, target, headers, body)


@asynccontextmanager
async def serving(
    behave: Behaviour = well, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Wire]:
    """A server that reads each request and then does what `behave` does."""
    wire = Wire()
    tasks: list[asyncio.Task[None] | None] = []
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())
        writers.append(writer)
        wire.connections += 1
        with contextlib.suppress(ConnectionError):
            while (request := await _read(reader)) is not None:
                wire.requests.append(request)
                await behave(request, writer)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    wire.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield wire
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
            # An open socket would be reported in whichever test comes next.
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        await asyncio.gather(*(task for task in tasks if task is not None))


@asynccontextmanager
async def http_at(
    base: str, *, ca_file: str = "", proxy: str = "", token: str = TOKEN, wrap: Wrap | None = None
) -> AsyncIterator[Http]:
    """The client under test, signed in as always."""
    tls = tls_context(ca_file)
    auth = basic("Jira", EMAIL, token)
    http = Http("Jira", f"{base}/", auth=auth, tls=tls, proxy=proxy, wrap=wrap)
    try:
        yield http
    finally:
        await http.aclose()
