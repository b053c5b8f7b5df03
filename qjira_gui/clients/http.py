"""One door to a site: sends a request and turns every trouble into an error with a sentence."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
import truststore

from qjira_gui.clients import lenient
from qjira_gui.clients.answers import error_of
from qjira_gui.clients.sign_in import SignIn
from qjira_gui.domain.errors import (
    AppError,
    InDoubtError,
    NotTheApiError,
    OfflineError,
)

#: Seconds. A write may take Jira long; connecting may not.
TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=30.0)
#: Seconds for a request as a whole: a server that sends a byte now and then never times out.
LONGEST = 120.0
#: Above 20 in flight httpx slows down; eight keep both sites and the window quick.
MOST_IN_FLIGHT = 8
#: Seconds that a request under way may take to end when its connection is taken away.
GRACE = 1.0

#: Wraps the transport that really sends; tests check every request and answer through it.
Wrap = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]

Params = Sequence[tuple[str, str | int]]

T = TypeVar("T")

# httpcore's own log quotes headers and broken answers as they came, whatever they hold.
for _part in ("connection", "http11", "http2", "proxy", "socks"):
    logging.getLogger(f"httpcore.{_part}").setLevel(logging.INFO)


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
        auth: SignIn | None = None,
        tls: ssl.SSLContext,
        proxy: str = "",
        wrap: Wrap | None = None,
    ) -> None:
        """`base` ends in a slash; requests name paths below it, without a leading slash.

        Raises AppError where the proxy, or the one that the environment names, is no address.
        """
        self.name = name
        self.base = base
        self._auth = auth
        local = is_loopback(base)
        transport: httpx.AsyncBaseTransport | None = None
        if wrap is not None:
            transport = wrap(httpx.AsyncHTTPTransport(verify=tls))
        try:
            self._client = httpx.AsyncClient(
                base_url=base,
                auth=auth,
                headers={"Accept": "application/json", "User-Agent": "QJira"},
                # Each request signs in by itself: a session begun by a login page would outlive
                # the token, or stand in its way.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                verify=tls,
                timeout=TIMEOUT,
                trust_env=not local,
                proxy=proxy.strip() or None if not local else None,
                transport=transport,
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise AppError(
                f"The proxy for {name} is not one that QJira can use. Name it in Connections like "
                "http://proxy.example.com:3128, or leave it empty.",
                type(error).__name__,
            ) from None
        self._slots = asyncio.Semaphore(MOST_IN_FLIGHT)
        #: How often the site has answered, whatever it said.
        self.answers = 0
        self._closing = False
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def aclose(self) -> None:
        """Close every connection; what is under way gets a moment to end.

        The library forgets a connection that is still being made, and would leave its socket open.
        """
        self._closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._idle.wait()
        await self._client.aclose()

    async def request(
        self, method: str, path: str, *, params: Params = (), json: object = None
    ) -> httpx.Response:
        """Send once, never again by itself; return a 2xx answer, raise an AppError for the rest."""
        self._under_way += 1
        self._idle.clear()
        try:
            sent = await self._send(method, path, params, json)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
        self.answers += isinstance(sent, httpx.Response)
        # Raised out here, so that no error of the library, which may quote a header, hangs on it.
        problem = sent if isinstance(sent, AppError) else error_of(self.name, sent, self._hide)
        if problem is not None:
            raise problem
        assert isinstance(sent, httpx.Response)
        return sent

    async def _send(
        self, method: str, path: str, params: Params, json: object
    ) -> httpx.Response | AppError:
        body = None if json is None else _encoded(json)
        headers = {} if body is None else {"Content-Type": "application/json"}
        query = httpx.QueryParams([(key, _sendable(value)) for key, value in params])
        try:
            request = self._client.build_request(
                method, path, params=query or None, content=body, headers=headers
            )
            async with self._slots, asyncio.timeout(LONGEST):
                if self._closing:
                    return self._disconnected("closing")
                return await self._client.send(request)
        except httpx.HTTPError as error:
            return self._unanswered(error)
        except TimeoutError:
            return self._in_doubt(f"no whole answer in {LONGEST:.0f} s")
        except (httpx.InvalidURL, UnicodeError) as error:
            return OfflineError(
                f"The address of {self.name} is not a web address. Mend it in Connections.",
                type(error).__name__,
            )
        except RuntimeError as error:
            if not self._client.is_closed:
                raise
            return self._disconnected(str(error))

    def _disconnected(self, detail: str) -> OfflineError:
        """The connection was changed while a request waited for its turn."""
        return OfflineError(
            f"{self.name} was disconnected before this was sent. It goes out by itself over "
            "the new connection.",
            detail,
        )

    async def read(self, path: str, type: type[T], *, params: Params = ()) -> T:
        """Send a GET and return its JSON as `type`."""
        return self.decode(await self.request("GET", path, params=params), type)

    def decode(self, response: httpx.Response, type: type[T]) -> T:
        """Return the JSON of an answer as `type`; an answer that is none is NotTheApiError."""
        try:
            return lenient.decode(response.content, type)
        except msgspec.DecodeError as error:
            raise NotTheApiError(
                f"{self.name} sent an answer that QJira cannot read. Nothing was lost; "
                "the details help whoever looks after this server.",
                f"{response.request.method} {response.request.url.path}: {error}",
            ) from error

    def _hide(self, text: str) -> str:
        return text if self._auth is None else self._auth.hide(text)

    def _unanswered(self, error: httpx.HTTPError) -> AppError:
        detail = self._hide(f"{type(error).__name__}: {error}".strip(": "))
        if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.PoolTimeout):
            if "CERTIFICATE" in str(error).upper():
                return OfflineError(
                    f"The certificate of {self.name} is not trusted on this computer. Ask your "
                    "administrator for the company's CA file and name it in Connections.",
                    detail,
                )
            if "SSL" in str(error).upper():
                return OfflineError(
                    f"{self.name} answers, but no secure connection comes about. Look at "
                    "Connections whether the address begins with https, and at the proxy.",
                    detail,
                )
            return OfflineError(
                f"{self.name} cannot be reached. What you do is kept and goes out by itself "
                "when the connection is back.",
                detail,
            )
        if isinstance(error, httpx.ProxyError):
            # Its words may quote the password that it refuses; the number says enough.
            detail = " ".join(detail.split()[:2])
        if isinstance(error, httpx.ProxyError | httpx.UnsupportedProtocol):
            return OfflineError(
                f"The way to {self.name} is blocked (address or proxy). Look at Connections.",
                detail,
            )
        return self._in_doubt(detail)

    def _in_doubt(self, detail: str) -> InDoubtError:
        return InDoubtError(
            f"{self.name} did not answer. QJira looks whether it arrived before sending again.",
            detail,
        )


def _encoded(json: object) -> bytes:
    try:
        return msgspec.json.encode(json)
    except UnicodeEncodeError:
        return msgspec.json.encode(lenient.whole(json))


def _sendable(value: str | int) -> str | int:
    """Return a value of the query without halves of characters, which nothing can encode."""
    return value if isinstance(value, int) else value.encode("utf-8", "replace").decode()
