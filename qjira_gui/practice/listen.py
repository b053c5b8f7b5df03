"""Sockets that can be taken away: one listener a site, really closed while the site is offline."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

HOST = "127.0.0.1"
#: Whether two sockets may hold one port; Windows has no such thing.
_SHARED = hasattr(socket, "SO_REUSEPORT")


class Connection(H11Protocol):
    """uvicorn's connection that hands its transport on, so that an application can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {"transport": transport}
        super().connection_made(transport)


class Listener:
    """One address; `open` after `close` listens on the same port again."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.port = port
        self._config = uvicorn.Config(
            app,
            # Nothing to be found out at run time: a frozen program has only what it names.
            http=H11Protocol,
            ws="none",
            interface="asgi3",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=60,
        )
        self._config.load()
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        #: Holds the port while nobody listens: otherwise any program's next connection may get it.
        self._reserved: socket.socket | None = None
        # A connection that we break ourselves is not news.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def open(self) -> None:
        if self._server is not None:
            return
        loop = asyncio.get_running_loop()
        if self._reserved is None:
            if self.port:
                # A port that is taken is an error, also where the other would share it.
                _bound(self.port, shared=False).close()
            self._reserved = _bound(self.port)
            self.port = self._reserved.getsockname()[1]
        # Where a port cannot be held twice, it is free for a moment while the site is offline.
        listening = _bound(self.port) if _SHARED else self._reserved
        self._server = await loop.create_server(self._connection, sock=listening, backlog=256)

    async def close(self) -> None:
        """Stop listening and break what is open, as pulling the cable does."""
        if self._server is not None:
            self._server.close()
            self._server = None
            if not _SHARED:
                self._reserved = None
        for connection in list(self._state.connections):
            transport: Any = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        await asyncio.sleep(0)

    async def finish(self) -> None:
        """Close, and let no request outlive the loop."""
        await self.close()
        tasks = list(self._state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None

    def _connection(self) -> Connection:
        return Connection(config=self._config, server_state=self._state, app_state={})


def _bound(port: int, *, shared: bool = _SHARED) -> socket.socket:
    """Return a socket that holds a port (any free one for 0) and does not listen yet."""
    # With the protocol named: asyncio switches Nagle's delay off only where it stands there.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((HOST, port))
    except OSError as error:
        made.close()
        raise OSError(error.errno, f"the address {HOST}:{port} is taken") from error
    made.setblocking(False)
    return made
