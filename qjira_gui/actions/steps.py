"""The connection tests: one look after the other, each with what it found and how to mend it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from qjira_gui.clients.http import is_loopback
from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.connection import JiraLogin, Network, Outcome, QualyticsLogin, Step
from qjira_gui.domain.errors import AppError, RefusedError, SignInError
from qjira_gui.domain.page import AnomalyFilter
from qjira_gui.domain.token import WARN, expires_at

#: Where scoped API tokens must go instead of the site (jira-api.md, section 2).
GATEWAY = "https://api.atlassian.com"
#: What a ticket and its comments need.
PERMISSIONS = ("BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS", "ASSIGN_ISSUES")
_SERVER = "Server"
_REACH = "Check the address, your network, the VPN and the proxy."

T = TypeVar("T")


class _Tenant(msgspec.Struct, rename={"cloud_id": "cloudId"}):
    cloud_id: str = ""


async def _step(name: str, look: Awaitable[T], remedy: str) -> tuple[T | None, Step]:
    """Return what a look gave, and the step for its failure (or a blank success)."""
    try:
        return await look, Step(name=name, outcome=Outcome.OK, found="")
    except AppError as error:
        if name == _SERVER and isinstance(error, SignInError):
            # Whoever refuses a sign-in can be reached.
            remedy = "Check the token, and whether this is the right address."
        return None, Step(name=name, outcome=Outcome.FAILED, found=error.sentence, remedy=remedy)


class QualyticsTest:
    """Tests a login without using it for anything else."""

    def __init__(
        self, sites: Sites, login: QualyticsLogin, network: Network, now: Callable[[], float]
    ) -> None:
        """`now` gives UTC seconds."""
        self._sites = sites
        self.login = login
        self._network = network
        self._now = now

    async def run(self) -> AsyncIterator[Step]:
        """Yield the steps; the first failure is the last step."""
        building = self._sites.build_qualytics(self.login, self._network)
        client, step = await _step("Address", building, "Use the address from your browser.")
        if client is None:
            yield step
            return
        yield msgspec.structs.replace(step, found=client.http.base)
        try:
            _, step = await _step(_SERVER, client.health(), _REACH)
            yield step if step.found else replace(step, found="A Qualytics answers here.")
            if step.outcome is Outcome.FAILED:
                return
            yield self._expiry()
            remedy = "Make a new token in Qualytics: Settings, Tokens, Generate Token."
            me, step = await _step("Sign-in", client.me(), remedy)
            if me is None:
                yield step
                return
            yield replace(step, found=f"Signed in as {me.label} ({me.role or 'no role named'}).")
            remedy = "Ask a Qualytics administrator for access to a datastore (Reporter or more)."
            page, step = await _step("Anomalies", client.page(AnomalyFilter(), 1), remedy)
            if page is not None:
                step = replace(step, found=f"{page.total:,} open anomalies can be read.")
            yield step
        finally:
            await client.http.aclose()

    def _expiry(self) -> Step:
        if not self.login.token:
            remedy = "Paste the token that Qualytics showed when it was made."
            return Step("Token", Outcome.WARNING, "No token was given.", remedy)
        end = expires_at(self.login.token)
        if end is None:
            return Step("Token", Outcome.OK, "It does not say when it ends.")
        day = datetime.fromtimestamp(end, UTC).strftime("%d %B %Y")
        remedy = "Make a new token in Qualytics: Settings, Tokens, Generate Token."
        if end < self._now():
            return Step("Token", Outcome.WARNING, f"It ended on {day}.", remedy)
        if end < self._now() + WARN:
            return Step("Token", Outcome.WARNING, f"It ends soon, on {day}.", remedy)
        return Step("Token", Outcome.OK, f"Good until {day}.")


class JiraTest:
    """Tests a login; `login` names the gateway afterwards where the token needs it."""

    def __init__(self, sites: Sites, login: JiraLogin, network: Network, project: str) -> None:
        """`project` is the default project's key, or empty."""
        self._sites = sites
        self.login = replace(login, api_base="")
        self._network = network
        self._project = project

    async def run(self) -> AsyncIterator[Step]:
        """Yield the steps; the first failure is the last step."""
        building = self._sites.build_jira(self.login, self._network)
        remedy = "Use the address from your browser, like https://acme.atlassian.net."
        client, step = await _step("Address", building, remedy)
        if client is None:
            yield step
            return
        yield replace(step, found=client.site_url)
        try:
            info, step = await _step(_SERVER, client.server_info(), _REACH)
            if info is None:
                yield step
                return
            words = f"{info.server_title or 'Jira'} ({info.deployment_type}) answers here."
            yield replace(step, found=words)
            if info.deployment_type != "Cloud":
                remedy = "QJira speaks to Jira Cloud. Tests and tickets may fail on this server."
                yield Step("Kind of server", Outcome.WARNING, info.deployment_type, remedy)
            remedy = (
                "Check the e-mail address, and make a new token at "
                "id.atlassian.com, Security, API tokens."
            )
            me, step = await _step("Sign-in", client.me(), remedy)
            if me is None:
                through = await self._through_gateway(client)
                if through is None:
                    yield step
                    return
                await client.http.aclose()
                client, found = through
                step = Step("Sign-in", Outcome.OK, f"Signed in as {found} (a scoped token).")
            else:
                step = replace(step, found=f"Signed in as {me.display_name}.")
            yield step
            async for step in self._projects(client):
                yield step
        finally:
            await client.http.aclose()

    async def _through_gateway(self, client: JiraClient) -> tuple[JiraClient, str] | None:
        """Try the gateway: a scoped token gives 401 on the site itself."""
        gateway = client.site_url if is_loopback(client.site_url) else GATEWAY
        try:
            tenant = await client.http.read(f"{client.site_url}/_edge/tenant_info", _Tenant)
            login = replace(self.login, api_base=f"{gateway}/ex/jira/{tenant.cloud_id}")
            other = await self._sites.build_jira(login, self._network)
        except AppError:
            return None
        try:
            me = await other.me()
        except AppError:
            await other.http.aclose()
            return None
        self.login = login
        return other, me.display_name

    async def _projects(self, client: JiraClient) -> AsyncIterator[Step]:
        remedy = "Ask a Jira administrator for the permission Create issues in a project."
        found, step = await _step("Projects", client.projects(), remedy)
        if found is None:
            yield step
            return
        if not found:
            words = "Signed in, but there is no project in which you may create issues."
            yield Step("Projects", Outcome.WARNING, words, remedy)
            return
        names = ", ".join(project.key for project in found[:8])
        yield replace(step, found=f"You may create issues in {names}.")
        if not self._project:
            return
        if self._project not in {project.key for project in found}:
            words = f"There is no project {self._project} in which you may create issues."
            yield Step("Default project", Outcome.WARNING, words, f"Choose one of {names}.")
            return
        yield await self._permissions(client)

    async def _permissions(self, client: JiraClient) -> Step:
        name = "Default project"
        try:
            lacks = await client.missing_permissions(self._project, PERMISSIONS)
        except SignInError as error:
            return Step(name, Outcome.FAILED, error.sentence)
        except RefusedError as error:
            return Step(name, Outcome.WARNING, error.sentence)
        if lacks:
            words = ", ".join(one.replace("_", " ").lower() for one in lacks)
            remedy = "Ask a Jira administrator for them."
            return Step(name, Outcome.WARNING, f"In {self._project} you may not: {words}.", remedy)
        return Step(name, Outcome.OK, f"{self._project}: create, comment and assign are allowed.")
