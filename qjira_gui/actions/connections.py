"""Connecting the two sites: what is kept where, and a test that says how to mend what fails."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

from msgspec.structs import replace

from qjira_gui.actions.steps import JiraTest, QualyticsTest
from qjira_gui.clients import address
from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.connection import (
    JiraLogin,
    Outcome,
    QualyticsLogin,
    SiteStatus,
    Step,
)
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Site
from qjira_gui.store.credentials import Credentials, Kept
from qjira_gui.store.profile import Store
from qjira_gui.sync.gate import Gate

#: Environment variables that win over the profile: the vendor's own names for Qualytics.
VARIABLES = ("QUALYTICS_URL", "QUALYTICS_TOKEN", "JIRA_URL", "JIRA_EMAIL", "JIRA_TOKEN")


class Connections:
    """Both sites; secrets go to the keyring and nowhere else."""

    def __init__(
        self,
        store: Store,
        sites: Sites,
        gate: Gate,
        credentials: Credentials,
        environment: Mapping[str, str],
        now: Callable[[], float],
        on_connected: Callable[[], None],
    ) -> None:
        """`on_connected` is called when a client was swapped."""
        self._store = store
        self._sites = sites
        self._gate = gate
        self._credentials = credentials
        self._environment = environment
        self._now = now
        self._on_connected = on_connected
        for site in Site:
            self._know_place(site)

    def status(self, site: Site) -> SiteStatus:
        """Return how a site stands."""
        return self._gate.status(site)

    @property
    def configured(self) -> bool:
        """Whether both addresses are known, so that no first-start page is needed."""
        return bool(self._qualytics_url() and self._jira_url())

    def from_environment(self, variable: str) -> bool:
        """Say whether a variable overrides the profile, so that its field cannot be edited."""
        return bool(self._environment.get(variable))

    async def where_secrets_go(self) -> str:
        """Return in words where a token will be kept."""
        return await self._credentials.where()

    async def qualytics_login(self) -> QualyticsLogin:
        """Return the login as it would be used now; the token may be empty."""
        url = self._qualytics_url()
        return QualyticsLogin(url=url, token=await self._secret(Site.QUALYTICS, url))

    async def jira_login(self) -> JiraLogin:
        """Return the login as it would be used now; the token may be empty."""
        settings, url = self._store.settings, self._jira_url()
        email = self._environment.get("JIRA_EMAIL") or settings.jira_email
        token = await self._secret(Site.JIRA, url)
        return JiraLogin(url=url, email=email, token=token, api_base=settings.jira_api_base)

    async def open(self) -> None:
        """Use what the profile and the environment know; a bad address becomes a pill."""
        await asyncio.gather(self._open_qualytics(), self._open_jira())
        self._on_connected()

    def left_behind(self, site: Site, url: str) -> int:
        """Count the links and unsent entries that belong to the address that was in use last,
        where `url` is another one."""
        here, places = _place(site, url), self._store.places
        if not here or not places.elsewhere(site, here):
            return 0
        last = places.of(site)
        unsent = [e for e in self._store.outbox.unfinished() if e.site is site and e.place == last]
        return len(unsent) + len(self._store.links.all())

    def moved(self, site: Site, url: str) -> None:
        """The site that was in use last has this address now: what belongs to it moves along."""
        here = _place(site, url)
        self._store.move(site, self._store.places.of(site), here)
        self._store.places.set(site, here)

    async def save_qualytics(self, login: QualyticsLogin, *, tested: bool = False) -> Kept | None:
        """Keep and use a login; an empty token keeps the one there is. Raises AppError.

        One that was `tested` right now need not be looked at again before it counts as connected.
        """
        address.qualytics_api(login.url)
        kept = await self._keep_secret(Site.QUALYTICS, login.url, login.token)
        self._store.save_settings(replace(self._store.settings, qualytics_url=login.url.strip()))
        await self._open_qualytics()
        self._opened(Site.QUALYTICS, tested)
        return kept

    async def save_jira(
        self, login: JiraLogin, default_project: str, *, tested: bool = False
    ) -> Kept | None:
        """Keep and use a login; an empty token keeps the one there is. Raises AppError."""
        address.jira_site(login.url)
        kept = await self._keep_secret(Site.JIRA, login.url, login.token)
        self._store.save_settings(
            replace(
                self._store.settings,
                jira_url=login.url.strip(),
                jira_email=login.email.strip(),
                jira_api_base=login.api_base,
                default_project=default_project.strip().upper(),
            )
        )
        await self._open_jira()
        self._opened(Site.JIRA, tested)
        return kept

    async def test_qualytics(self, login: QualyticsLogin, on_step: Callable[[Step], None]) -> bool:
        """Look at one thing after the other, telling each; return whether it can be used."""
        full = replace(login, token=login.token or (await self.qualytics_login()).token)
        test = QualyticsTest(self._sites, full, self._store.settings.network, self._now)
        return await _tell(test.run(), on_step)

    async def test_jira(
        self, login: JiraLogin, default_project: str, on_step: Callable[[Step], None]
    ) -> JiraLogin | None:
        """Look at one thing after the other, telling each.

        Returns the login to keep (a scoped token needs the gateway), None where it is no good.
        """
        full = replace(login, token=login.token or (await self.jira_login()).token)
        project = default_project.strip().upper()
        test = JiraTest(self._sites, full, self._store.settings.network, project)
        good = await _tell(test.run(), on_step)
        return replace(login, api_base=test.login.api_base) if good else None

    async def forget(self, site: Site) -> None:
        """Take a connection away; links, history and what waits stay."""
        settings = self._store.settings
        if site is Site.QUALYTICS:
            await self._credentials.remove(_name(Site.QUALYTICS, settings.qualytics_url))
            self._store.save_settings(replace(settings, qualytics_url=""))
            await self._open_qualytics()
        else:
            await self._credentials.remove(_name(Site.JIRA, settings.jira_url))
            self._store.save_settings(replace(settings, jira_url="", jira_api_base=""))
            await self._open_jira()
        self._on_connected()

    def _qualytics_url(self) -> str:
        return self._environment.get("QUALYTICS_URL") or self._store.settings.qualytics_url

    def _jira_url(self) -> str:
        return self._environment.get("JIRA_URL") or self._store.settings.jira_url

    def _opened(self, site: Site, tested: bool) -> None:
        if tested:
            self._gate.answered(site, self._now())
        self._on_connected()

    async def _secret(self, site: Site, url: str) -> str:
        return await self._credentials.get(_name(site, url)) or ""

    async def _keep_secret(self, site: Site, url: str, secret: str) -> Kept | None:
        if not secret:
            return None
        return await self._credentials.set(_name(site, url), secret)

    async def _open_qualytics(self) -> None:
        login = await self.qualytics_login()
        await self._use(Site.QUALYTICS, login if login.url else None)

    async def _open_jira(self) -> None:
        login = await self.jira_login()
        await self._use(Site.JIRA, login if login.url else None)

    async def _use(self, site: Site, login: QualyticsLogin | JiraLogin | None) -> None:
        network, trouble = self._store.settings.network, ""
        built: QualyticsClient | JiraClient | None = None
        try:
            if isinstance(login, QualyticsLogin):
                built = await self._sites.build_qualytics(login, network)
            elif isinstance(login, JiraLogin):
                built = await self._sites.build_jira(login, network)
        except AppError as error:
            # Nothing may go out over the connection that this one was to replace.
            trouble = error.sentence
        self._know_place(site)
        self._gate.connecting(site, absent=built is None, sentence=trouble)
        if site is Site.QUALYTICS:
            assert not isinstance(built, JiraClient)
            await self._sites.use_qualytics(built)
        else:
            assert not isinstance(built, QualyticsClient)
            await self._sites.use_jira(built)

    def _know_place(self, site: Site) -> None:
        url = self._qualytics_url() if site is Site.QUALYTICS else self._jira_url()
        self._store.places.set(site, _place(site, url))


def _place(site: Site, url: str) -> str:
    """Return the one spelling of a site's address, empty for what is none.

    Without scheme and usual port: they say how it is reached, and not which one it is.
    """
    try:
        return address.place(
            address.jira_site(url) if site is Site.JIRA else address.qualytics_api(url)
        )
    except AppError:
        return ""


async def _tell(steps: AsyncIterator[Step], on_step: Callable[[Step], None]) -> bool:
    """Pass each step on; return whether none has failed."""
    good = True
    async for step in steps:
        on_step(step)
        good = good and step.outcome is not Outcome.FAILED
    return good


def _name(site: Site, url: str) -> str:
    """Return the name under which a site's secret is kept: one an address, however typed."""
    try:
        place = address.jira_site(url) if site is Site.JIRA else address.qualytics_api(url)
    except AppError:
        place = url
    return f"{site.value} {place}"
