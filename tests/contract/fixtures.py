"""Fixtures that put the official documents around any test's HTTP; import them in a conftest.

Where the documents are absent, `jira_checker` and `qualytics_checker` skip the test that asks for
them. `checked_transport_for` does not: what the program does is worth testing without them, so the
transport then lets all pass, and the tests of this folder are the ones that say so by skipping.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Protocol

import httpx
import pytest

from tests.contract import specs
from tests.contract.adf import AdfChecker
from tests.contract.checker import SpecChecker
from tests.contract.transport import CheckedTransport


class Server(Protocol):
    """What of a practice server matters here: where its two sites are, and Jira's cloud id."""

    @property
    def qualytics_url(self) -> str: ...
    @property
    def jira_url(self) -> str: ...
    @property
    def cloud_id(self) -> str: ...


class TransportMaker(Protocol):
    """Makes transports; a test may need one a client."""

    def __call__(
        self,
        server: Server,
        *,
        faults: bool = False,
        answers_only: bool = False,
        root: str = "/api",
        inner: httpx.AsyncBaseTransport | None = None,
    ) -> CheckedTransport: ...


@cache
def adf_official() -> AdfChecker:
    """The judge of rich texts; compiled once for all tests."""
    return AdfChecker(specs.document(specs.ADF))


@cache
def jira_official() -> SpecChecker:
    """The checker of Jira Cloud's document; what it has compiled is kept for all tests."""
    return SpecChecker(specs.document(specs.JIRA), adf=adf_official())


@cache
def qualytics_official(root: str = "/api") -> SpecChecker:
    """The checker of Qualytics' document, for a deployment that serves it under `root`."""
    return SpecChecker(specs.document(specs.QUALYTICS), root=root)


def checkers_for(server: Server, root: str = "/api") -> Mapping[str, SpecChecker]:
    """A checker for each of the server's addresses; none where the documents are absent."""
    if specs.missing():
        if specs.required():
            specs.need_specs()
        return {}
    return {
        server.qualytics_url: qualytics_official(root),
        server.jira_url: jira_official(),
        # Where Atlassian's gateway serves the same site to scoped tokens.
        f"{server.jira_url}/ex/jira/{server.cloud_id}": jira_official(),
    }


@pytest.fixture
def jira_checker() -> SpecChecker:
    """Jira's document, or a skip."""
    specs.need_specs()
    return jira_official()


@pytest.fixture
def qualytics_checker() -> SpecChecker:
    """Qualytics' document, or a skip."""
    specs.need_specs()
    return qualytics_official()


@pytest.fixture
def adf_checker() -> AdfChecker:
    """The schema of rich texts, or a skip."""
    specs.need_specs()
    return adf_official()


@contextmanager
def checked_transports() -> Iterator[TransportMaker]:
    """Makes checked transports, and fails at the end if any of them saw a departure."""
    made: list[CheckedTransport] = []

    def make(
        server: Server,
        *,
        faults: bool = False,
        answers_only: bool = False,
        root: str = "/api",
        inner: httpx.AsyncBaseTransport | None = None,
    ) -> CheckedTransport:
        transport = CheckedTransport(
            inner or httpx.AsyncHTTPTransport(),
            checkers_for(server, root),
            faults=faults,
            answers_only=answers_only,
        )
        made.append(transport)
        return transport

    yield make
    problems = [problem for transport in made for problem in transport.problems]
    assert problems == [], "\n".join(problems)


@pytest.fixture
def checked_transport_for() -> Iterator[TransportMaker]:
    """As `checked_transports`, for one test."""
    with checked_transports() as make:
        yield make
