"""One door to a site: sends a request and turns every trouble into an error with a sentence."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
import truststore

from qjira_gui.clients.answers import error_of
from qjira_gui.domain.errors import (
    AppError,
    InDoubtError,
    NotTheApiError,
    OfflineError,
    SignInError,
)

#: Seconds. A write may take Jira long; connecting may not.
TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=30.0)
#: Above 20 in flight httpx slows down; eight keep both sites and the window quick.
MOST_IN_FLIGHT = 8

#: Wraps the transport that really sends; tests check every request and answer through it.
Wrap = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]

Params = Sequence[tuple[str, str | int]]

T = TypeVar("T")


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Return a context that trusts what this computer trusts, and `ca_file` where one is named.

    Blocks for tens of milliseconds: call it in a thread. Raises AppError for a file that is none.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        try:
            context.load_verify_locations(cafile=Path(ca_file))
        except (OSError, ssl.SSLError) as error:
            raise AppError(
                f"The certificate file {ca_file} cannot be used. "
                "Choose a PEM file in Connections, or leave the field empty.",
                str(error),
            ) from error
    return context


def is_loopback(url: str) -> bool:
    """Say whether an address stays on this computer, where no proxy belongs."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


class Http:
    """A site's HTTP client; `name` is what people call the site."""

    def __init__(
        self,
        name: str,
        base: str,
        *,
        auth: httpx.Auth | None = None,
        headers: Mapping[str, str] | None = None,
        tls: ssl.SSLContext,
        proxy: str = "",
        wrap: Wrap | None = None,
    ) -> None:
        """`base` ends in a slash; requests name paths below it, without a leading slash."""
        self.name = name
        self.base = base
        local = is_loopback(base)
        transport: httpx.AsyncBaseTransport | None = None
        if wrap is not None:
            transport = wrap(httpx.AsyncHTTPTransport(verify=tls))
        self._client = httpx.AsyncClient(
            base_url=base,
            auth=auth,
            headers={"Accept": "application/json", "User-Agent": "QJira", **(headers or {})},
            verify=tls,
            timeout=TIMEOUT,
            trust_env=not local,
            proxy=proxy or None if not local else None,
            transport=transport,
        )
        self._slots = asyncio.Semaphore(MOST_IN_FLIGHT)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def request(
        self, method: str, path: str, *, params: Params = (), json: object = None
    ) -> httpx.Response:
        """Send once, never again by itself; return a 2xx answer, raise an AppError for the rest."""
        body = None if json is None else msgspec.json.encode(json)
        headers = {} if body is None else {"Content-Type": "application/json"}
        request = self._client.build_request(
            method, path, params=list(params) or None, content=body, headers=headers
        )
        async with self._slots:
            try:
                response = await self._client.send(request)
            except httpx.HTTPError as error:
                # Without its cause: what httpx quotes may hold the token.
                raise self._unanswered(error) from None
            except (httpx.InvalidURL, UnicodeError) as error:
                raise OfflineError(
                    f"The address of {self.name} is not a web address. Mend it in Connections.",
                    str(error),
                ) from error
        problem = error_of(self.name, response)
        if problem is not None:
            raise problem
        return response

    async def read(self, path: str, type: type[T], *, params: Params = ()) -> T:
        """Send a GET and return its JSON as `type`."""
        return self.decode(await self.request("GET", path, params=params), type)

    def decode(self, response: httpx.Response, type: type[T]) -> T:
        """Return the JSON of an answer as `type`; an answer that is none is NotTheApiError."""
        try:
            return msgspec.json.decode(response.content, type=type)
        except msgspec.DecodeError as error:
            raise NotTheApiError(
                f"{self.name} sent an answer that QJira cannot read. Nothing was lost; "
                "the details help whoever looks after this server.",
                f"{response.request.method} {response.request.url.path}: {error}",
            ) from error

    def _unanswered(self, error: httpx.HTTPError) -> AppError:
        if isinstance(error, httpx.LocalProtocolError):
            # A header that cannot be sent: only the token and the e-mail come from people. The
            # error's own text would quote them.
            return SignInError(
                f"The sign-in for {self.name} is empty or has a character in it that no token "
                "has. Enter the token again in Connections."
            )
        detail = f"{type(error).__name__}: {error}".strip(": ")
        if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.PoolTimeout):
            if "CERTIFICATE" in str(error).upper():
                return OfflineError(
                    f"The certificate of {self.name} is not trusted on this computer. Ask your "
                    "administrator for the company's CA file and name it in Connections.",
                    detail,
                )
            return OfflineError(
                f"{self.name} cannot be reached. What you do is kept and goes out by itself "
                "when the connection is back.",
                detail,
            )
        if isinstance(error, httpx.ProxyError | httpx.UnsupportedProtocol):
            return OfflineError(
                f"The way to {self.name} is blocked (address or proxy). Look at Connections.",
                detail,
            )
        return InDoubtError(
            f"{self.name} did not answer. QJira looks whether it arrived before sending again.",
            detail,
        )
