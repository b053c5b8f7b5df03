"""No secret in any file under the profile, any log line, any text that people may copy.

Secrets are planted and everything is done with them; then all bytes and all words are searched,
for each secret as it is, in base64 and as it stands in an address.
"""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

import httpx
import pytest
from msgspec.structs import replace

from qjira_gui.desk import Desk
from qjira_gui.domain.connection import JiraLogin, Network, QualyticsLogin, Step
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import EntryKind, Site
from qjira_gui.domain.page import AnomalyFilter
from qjira_gui.logfile import logging_to
from qjira_gui.store.credentials import Credentials
from qjira_gui.ui.crash_dialog import report_of
from tests.clients.wire import Request, serving
from tests.faults.planted import PROXY, WRONG_JIRA, WRONG_QUALYTICS, files_of, forms, shown
from tests.scheduled import Scheduled
from tests.sync.acts import act
from tests.sync.conftest import clock, place, running
from tests.sync.place import Counting, Place

__all__ = ["clock", "place", "running"]


def secrets_of(place: Place) -> list[str]:
    server = place.server
    return [server.qualytics_token, server.jira_token, WRONG_QUALYTICS, WRONG_JIRA, PROXY] + [
        base64.b64encode(f"{server.jira_email}:{token}".encode()).decode()
        for token in (server.jira_token, WRONG_JIRA)
    ]


class Quoting(httpx.AsyncBaseTransport):
    """While `status` is set, the servers quote the sign-in wherever they have room for words."""

    status = 0

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not Quoting.status:
            return await self._inner.handle_async_request(request)
        said = request.headers.get("Authorization", "")
        words = [said, quote(said, safe=""), quote_plus(said)]
        kind, _, what = said.partition(" ")
        token = what
        if kind == "Basic":
            words.append(base64.b64decode(what).decode())
            token = words[-1].partition(":")[2]
        words += [token, quote(token, safe=""), base64.b64encode(token.encode()).decode()]
        words.append(base64.urlsafe_b64encode(token.encode()).decode().rstrip("="))
        headers = {"X-AREQUESTID": token * 2, "RateLimit-Reason": said, "Retry-After": "1"}
        body = {"message": " and ".join(words), "errors": {token: token, "summary": said}}
        return httpx.Response(Quoting.status, json=body, headers=headers, request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass
class Day:
    """What was said in a day of work: errors with all that hangs on them, steps, texts."""

    place: Place
    errors: list[BaseException] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        async with Desk.open(
            self.place.profile,
            environment={},
            clock=self.place.clock,
            credentials=Credentials({}),
            wrap=lambda inner: Quoting(Counting(inner, self.place)),
            on_trouble=self.errors.append,
        ) as desk:
            yield desk

    def logins(self, *, good: bool) -> tuple[QualyticsLogin, JiraLogin]:
        server = self.place.server
        qualytics = server.qualytics_token if good else WRONG_QUALYTICS
        jira = server.jira_token if good else WRONG_JIRA
        return (
            QualyticsLogin(server.qualytics_url, qualytics),
            JiraLogin(server.jira_url, server.jira_email, jira),
        )

    async def connects(self, desk: Desk, *, good: bool) -> None:
        steps: list[Step] = []
        # A client that is swapped while it connects leaves its socket to the garbage collector.
        desk.actions.outbox.pause(True)
        await self.place.rests(desk)
        qualytics, jira = self.logins(good=good)
        connections = desk.actions.connections
        await connections.test_qualytics(qualytics, steps.append)
        await connections.test_jira(jira, "DATA", steps.append)
        await self.place.rests(desk)
        kept = [await connections.save_qualytics(qualytics)]
        await self.place.rests(desk)
        kept.append(await connections.save_jira(jira, ""))
        await self.place.rests(desk)
        desk.actions.outbox.pause(False)
        self.texts += [repr(steps), repr(kept), repr(qualytics), repr(jira), str(jira)]
        self.texts += [await connections.where_secrets_go(), repr(await connections.jira_login())]

    async def asks(self, desk: Desk) -> None:
        """Ask all that can be asked, and keep what is said where it fails."""
        actions = desk.actions
        for question in (
            actions.anomalies.detail(7), actions.anomalies.comments(7), actions.form.projects(),
            actions.anomalies.source_record(7), actions.tickets.search("DATA-101"),
            actions.form.me(), actions.form.labels("q"), desk.look_once(),
        ):  # fmt: skip
            try:
                await question
            except AppError as error:
                self.errors.append(error)

    async def is_told(self, desk: Desk) -> None:
        """Keep all that the window shows or lets people copy."""
        actions = desk.actions
        self.texts += [actions.diagnostics.text(), actions.exchange.export().decode()]
        self.texts += [actions.outbox.details(entry.id) for entry in actions.outbox.entries()]
        self.texts += [repr(entry) for entry in actions.outbox.entries()]
        self.texts += [repr(actions.settings.current)]
        self.texts += [repr(actions.connections.status(site)) for site in Site]
        self.texts += [repr(vars(actions.connections)), repr(desk)]

    def spoken(self) -> Iterator[str]:
        yield from self.texts
        for error in self.errors:
            yield report_of(error)
            one: BaseException | None = error
            while one is not None:
                yield f"{one} {one!r} {one.args!r} {vars(one)!r}"
                one = one.__cause__ or one.__context__


async def works(day: Day, desk: Desk) -> None:
    """A day: wrong tokens, right ones, servers that quote what they refuse, and then all well."""
    place = day.place
    await day.connects(desk, good=False)
    await day.asks(desk)
    await day.is_told(desk)
    await day.connects(desk, good=True)
    await day.asks(desk)
    # To the end: then it is kept for when Qualytics is away.
    load = desk.actions.anomalies.load(AnomalyFilter())
    listed = [one async for batch in load for one in batch.items]
    anomaly, issue = listed[0], (await desk.actions.tickets.search("DATA-101"))[0]
    desk.actions.tickets.link(anomaly, issue)
    for number, status in enumerate((400, 401, 429, 500, 302)):
        await act(desk, (EntryKind.STATUS, EntryKind.COMMENT)[number % 2], anomaly, issue)
        Quoting.status = status
        await place.passes(desk, 5)
        await day.asks(desk)
        await day.connects(desk, good=True)
        await day.is_told(desk)
        Quoting.status = 0
        for site in Site:
            desk.actions.outbox.try_now(site)
    # Those that were refused, by the server's own words.
    for entry in desk.actions.outbox.unfinished():
        desk.actions.outbox.send_now([entry.id])


async def test_a_day_of_everything_leaves_no_secret_in_any_file_log_or_text(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "qjira_gui", "keyring", "asyncio"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    day, secrets = Day(place), secrets_of(place)
    place.profile.mkdir()
    with logging_to(place.profile):
        async with day.desk() as desk:
            try:
                await works(day, desk)
            finally:
                Quoting.status = 0
            assert await place.settles(desk) == []
            trouble = await desk.actions.triage._store.back_up(place.profile, place.clock.now())
            assert trouble is None
            await day.is_told(desk)
            await place.rests(desk)
            alive = files_of(place.profile)
            logging.getLogger("qjira_gui").error("a bug:\n%s", "\n".join(day.spoken()))
        closed = files_of(place.profile)
    # What was searched is what there is to search.
    assert {"qjira.db", "qjira.db-wal", "qjira.log"} <= alive.keys()
    assert any(name.startswith("backups") for name in closed)
    assert any(name.startswith("cache") for name in closed)
    assert place.server.qualytics_url.encode() in closed["qjira.db"]
    said = [*day.spoken(), caplog.text, *(repr((r.args, r.msg)) for r in caplog.records)]
    assert len(day.errors) > 20
    assert any("[secret]" in text for text in said), "no server has quoted anything"
    assert "httpx" in {record.name for record in caplog.records}
    for name, content in {**{f"alive {k}": v for k, v in alive.items()}, **closed}.items():
        assert shown(content, secrets) == [], name
    for text in said:
        assert shown(text.encode(), secrets) == [], text[:2000]


async def test_the_password_of_a_proxy_in_the_environment_shows_nowhere(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)

    async def quotes(request: Request, writer: asyncio.StreamWriter) -> None:
        sign_in = request.headers["proxy-authorization"]
        head = f"HTTP/1.1 407 not {sign_in}\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode())

    steps: list[Step] = []
    async with serving(quotes) as proxy:
        port = proxy.url.rpartition(":")[2]
        monkeypatch.setenv("HTTPS_PROXY", f"http://ana:{quote(PROXY, safe='')}@127.0.0.1:{port}")
        async with Desk.open(
            place.profile, environment={}, clock=place.clock, credentials=Credentials({})
        ) as desk:
            day = Day(place)
            acme = QualyticsLogin("https://acme.example", WRONG_QUALYTICS)
            assert not await desk.actions.connections.test_qualytics(acme, steps.append)
            await desk.actions.connections.save_qualytics(acme)
            desk.actions.triage.comment(7, "waits")
            await place.passes(desk, 30)
            await day.asks(desk)
            await day.is_told(desk)
    assert proxy.requests
    pair = base64.b64encode(f"ana:{PROXY}".encode()).decode()
    assert proxy.requests[0].headers["proxy-authorization"] == f"Basic {pair}"
    secrets = [PROXY, pair, WRONG_QUALYTICS]
    for text in [*day.spoken(), repr(steps), caplog.text]:
        assert shown(text.encode(), secrets) == [], text[:2000]
    for name, content in files_of(place.profile).items():
        assert shown(content, secrets) == [], name


@pytest.mark.parametrize("before", ["http://ana:", "ana:", "socks5://:", "  https://ana:"])
async def test_a_proxy_with_a_password_is_refused_with_a_way_out_and_not_kept(
    place: Place, before: str
) -> None:
    async with Desk.open(place.profile, environment={}, credentials=Credentials({})) as desk:
        settings = desk.actions.settings
        settings.keep(replace(settings.current, network=Network(proxy="http://proxy:3128")))
        typed = Network(proxy=f"{before}{quote(PROXY, safe='')}@proxy.acme.example:3128")
        with pytest.raises(AppError, match="set HTTPS_PROXY in the environment") as caught:
            settings.keep(replace(settings.current, network=typed))
        assert settings.current.network.proxy == "http://proxy:3128"
        assert shown(report_of(caught.value).encode(), [PROXY]) == []
    assert [n for n, raw in files_of(place.profile).items() if shown(raw, [PROXY])] == []


async def test_a_token_pasted_into_an_address_is_refused_and_not_kept(place: Place) -> None:
    async with Desk.open(place.profile, environment={}, credentials=Credentials({})) as desk:
        connections = desk.actions.connections
        with pytest.raises(AppError, match="Leave it out") as one:
            await connections.save_qualytics(
                QualyticsLogin(f"https://ana:{WRONG_QUALYTICS}@acme.example", "")
            )
        with pytest.raises(AppError, match="Leave it out") as other:
            await connections.save_jira(
                JiraLogin(f"ana:{WRONG_QUALYTICS}@acme.example", "", ""), ""
            )
        for caught in (one, other):
            assert shown(report_of(caught.value).encode(), [WRONG_QUALYTICS]) == []
    assert [n for n, raw in files_of(place.profile).items() if shown(raw, [WRONG_QUALYTICS])] == []


def test_without_a_window_nothing_that_is_printed_or_written_tells_a_token(place: Place) -> None:
    known = {**place.environment, "JIRA_TOKEN": WRONG_JIRA}
    scheduled = Scheduled(place.profile, place.server, 7, known)
    scheduled.acts(lambda desk: desk.actions.triage.comment(7, "waits"))
    _, printed = scheduled.delivers()
    assert any("waits" in line for line in printed)
    assert shown("\n".join(printed).encode(), secrets_of(place)) == []
    for name, content in files_of(place.profile).items():
        assert shown(content, secrets_of(place)) == [], name


@pytest.mark.parametrize("form", range(len(forms(WRONG_JIRA))))
def test_the_search_finds_a_secret_in_each_form(form: int) -> None:
    planted = b"some words " + sorted(forms(WRONG_JIRA))[form] + b" more"
    assert shown(planted, [WRONG_JIRA])
    assert shown(base64.b64encode(f"ana@acme.example:{WRONG_JIRA}!".encode()), [WRONG_JIRA])
