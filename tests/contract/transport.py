"""A transport around httpx's own that lets nothing pass that the official documents forbid."""

from collections.abc import Mapping

import httpx

from tests.contract.checker import SpecChecker

# Not part of either API: the practice server's switches, the address of the site's cloud id, and
# the pages that a person opens in a browser (an issue, an anomaly).
_OUTSIDE = ("/practice/", "/_edge/tenant_info", "/browse/", "/datastores/")


class SpecViolation(AssertionError):
    """A request or an answer departs from its document."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Judge:
    """Knows which checker an address belongs to, and remembers every problem and every call.

    `checkers` is keyed by the start of the address: an origin such as `http://127.0.0.1:8080`, or
    an origin with a path, which is then cut off before the checker looks. With `faults`, answers
    that the practice server was told to spoil may pass: errors of any kind, and web pages. With
    `answers_only`, requests are let through, to see how a server refuses what we would never send.
    """

    def __init__(
        self,
        checkers: Mapping[str, SpecChecker],
        *,
        faults: bool = False,
        answers_only: bool = False,
    ) -> None:
        # The longest start first: a gateway's path may lie below a site's own origin.
        self._checkers = {
            start.rstrip("/"): checkers[start]
            for start in sorted(checkers, key=lambda start: len(start.rstrip("/")), reverse=True)
        }
        self.faults = faults
        self.answers_only = answers_only
        self.problems: list[str] = []
        self.checked = 0

    def request(self, request: httpx.Request) -> None:
        """Raises when the request must not be sent; its body has been read before."""
        place = self._place(request.url)
        if place is None:
            return
        checker, path = place
        self.checked += 1
        if self.answers_only:
            return
        pairs = list(request.url.params.multi_items())
        self._object(
            checker.check_request(request.method, path, pairs, request.headers, request.content)
        )

    def response(self, request: httpx.Request, response: httpx.Response) -> None:
        """Raises when the answer is not one that the document promises; its body has been read."""
        place = self._place(request.url)
        if place is None:
            return
        checker, path = place
        page = response.headers.get("content-type", "").startswith("text/html")
        if self.faults and (page or not response.is_success):
            return
        self._object(
            checker.check_response(
                request.method, path, response.status_code, response.headers, response.content
            )
        )

    def _place(self, url: httpx.URL) -> tuple[SpecChecker, str] | None:
        path = url.raw_path.decode("ascii").partition("?")[0]
        if not self._checkers or path.startswith(_OUTSIDE):
            return None
        whole = f"{url.scheme}://{url.netloc.decode('ascii')}{path}"
        for start, checker in self._checkers.items():
            if whole.startswith(start + "/"):
                return checker, whole.removeprefix(start)
        # An address under no checker would make the whole net a decoration.
        self._object([f"{whole} belongs to no checked site"])
        return None

    def _object(self, problems: list[str]) -> None:
        if problems:
            self.problems += problems
            raise SpecViolation(problems)


class CheckedTransport(httpx.AsyncBaseTransport):
    """Checks each request before it leaves and each answer before the client sees it.

    A departure raises, and is kept in `problems` as well, because a program that is meant to
    survive anything may well survive an AssertionError. A test asserts `problems == []` at its end.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        checkers: Mapping[str, SpecChecker],
        *,
        faults: bool = False,
        answers_only: bool = False,
    ) -> None:
        self._inner = inner
        self.judge = Judge(checkers, faults=faults, answers_only=answers_only)

    @property
    def problems(self) -> list[str]:
        """Every departure so far."""
        return self.judge.problems

    @property
    def checked(self) -> int:
        """How many requests were held against a document."""
        return self.judge.checked

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.judge.request(request)
        answer = await self._inner.handle_async_request(request)
        try:
            # Raw, as on the wire: the client decompresses by the headers, which stay as they are.
            raw = b"".join([part async for part in _stream(answer)])
        finally:
            await answer.aclose()
        copy = httpx.Response(answer.status_code, headers=answer.headers, content=raw)
        self.judge.response(request, copy)
        return httpx.Response(
            answer.status_code,
            headers=answer.headers,
            stream=httpx.ByteStream(raw),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


def _stream(answer: httpx.Response) -> httpx.AsyncByteStream:
    assert isinstance(answer.stream, httpx.AsyncByteStream)
    return answer.stream
