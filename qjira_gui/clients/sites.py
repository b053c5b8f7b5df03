"""The two sites as they are connected right now; either may be missing."""

import asyncio

from qjira_gui.clients import address
from qjira_gui.clients.http import Http, Wrap, tls_context
from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.clients.sign_in import basic, bearer
from qjira_gui.domain.connection import JiraLogin, Network, QualyticsLogin


class Sites:
    """Builds the clients and swaps them when a connection changes."""

    def __init__(self, wrap: Wrap | None = None) -> None:
        """`wrap` goes around every transport, for tests that check what is sent."""
        self._wrap = wrap
        self.qualytics: QualyticsClient | None = None
        self.jira: JiraClient | None = None

    async def aclose(self) -> None:
        """Close both; what was in flight ends as unanswered."""
        for client in (self.qualytics, self.jira):
            if client is not None:
                await client.http.aclose()
        self.qualytics = self.jira = None

    async def build_qualytics(self, login: QualyticsLogin, network: Network) -> QualyticsClient:
        """Return a client for this login without making it the current one; raises AppError."""
        base = address.qualytics_api(login.url)
        tls = await asyncio.to_thread(tls_context, network.ca_file)
        http = Http(
            "Qualytics", base, auth=bearer("Qualytics", login.token), tls=tls, proxy=network.proxy,
            wrap=self._wrap,
        )  # fmt: skip
        return QualyticsClient(http, address.origin(base))

    async def build_jira(self, login: JiraLogin, network: Network) -> JiraClient:
        """Return a client for this login without making it the current one; raises AppError."""
        site = address.jira_site(login.url)
        base = f"{(login.api_base or site).rstrip('/')}/rest/api/3/"
        tls = await asyncio.to_thread(tls_context, network.ca_file)
        http = Http(
            "Jira", base, auth=basic("Jira", login.email, login.token), tls=tls,
            proxy=network.proxy, wrap=self._wrap,
        )  # fmt: skip
        return JiraClient(http, site)

    async def use_qualytics(self, client: QualyticsClient | None) -> None:
        """Make a client the current one and close the one before."""
        old, self.qualytics = self.qualytics, client
        if old is not None and old is not client:
            await old.http.aclose()

    async def use_jira(self, client: JiraClient | None) -> None:
        """Make a client the current one and close the one before."""
        old, self.jira = self.jira, client
        if old is not None and old is not client:
            await old.http.aclose()
