"""How an act reaches a site: through the gate, so that every answer moves the pills."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.errors import AppError, OfflineError
from qjira_gui.domain.failure import failure_of
from qjira_gui.domain.outbox import FailureKind, Site
from qjira_gui.sync.gate import Gate


class Reach:
    """Hands out the clients for reading, and tells the gate how it went."""

    def __init__(self, sites: Sites, gate: Gate, now: Callable[[], float]) -> None:
        """`now` gives UTC seconds."""
        self._sites = sites
        self._gate = gate
        self._now = now

    @asynccontextmanager
    async def qualytics(self) -> AsyncIterator[QualyticsClient]:
        """Give the client; raises OfflineError where none is connected."""
        client = self._sites.qualytics
        if client is None:
            raise OfflineError("Qualytics is not connected yet. Go to Connections.")
        async with self._noted(Site.QUALYTICS, client, lambda: self._sites.qualytics is client):
            yield client

    @asynccontextmanager
    async def jira(self) -> AsyncIterator[JiraClient]:
        """Give the client; raises OfflineError where none is connected."""
        client = self._sites.jira
        if client is None:
            raise OfflineError("Jira is not connected yet. Go to Connections.")
        async with self._noted(Site.JIRA, client, lambda: self._sites.jira is client):
            yield client

    @asynccontextmanager
    async def _noted(
        self, site: Site, client: QualyticsClient | JiraClient, is_current: Callable[[], bool]
    ) -> AsyncIterator[None]:
        before = client.http.answers
        try:
            yield
        except AppError as error:
            failure = failure_of(error, self._now())
            # Only what concerns the site: a missing page says nothing about the others. And only
            # from the connection in use: one that was closed meanwhile has no say any more.
            if failure.kind is not FailureKind.REFUSED and is_current():
                self._gate.failed(site, failure)
            raise
        # Who had nothing to ask knows nothing of the site.
        if is_current() and client.http.answers > before:
            # Jira lets anybody read some things; Qualytics nobody without a token.
            self._gate.answered(site, self._now(), signed_in=site is Site.QUALYTICS)
