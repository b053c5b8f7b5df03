"""Connecting: what is wrong is said step by step, and no token is shown or left lying about."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from qjira_gui.domain.connection import ConnectionState
from qjira_gui.domain.outbox import Site
from qjira_gui.store.credentials import Credentials, ThisRun
from tests.ui.bench import Bench, Opener
from tests.ui.pages import CardObject, named, press, until, words

SECRET = "s3cret-and-unlike-anything-else"


@asynccontextmanager
async def unconnected(open_window: Opener, **options: object) -> AsyncIterator[Bench]:
    """A window on a profile that knows no site yet."""
    async with open_window(environment={}, **{"credentials": ThisRun({}), **options}) as bench:
        yield bench


async def filled(bench: Bench, site: str) -> CardObject:
    """Type what leads to the practice server."""
    card = bench.card(site)
    await card.read()
    server, one = bench.server, card.card
    if site == "jira":
        one.address.setText(server.jira_url)
        one.email.setText(server.jira_email)
        one.token.setText(server.jira_token)
        one.project.setText("data")
    else:
        one.address.setText(server.qualytics_url)
        one.token.setText(server.qualytics_token)
    return card


def texts(widget: QWidget) -> Iterator[str]:
    """All that is held in fields and on labels."""
    yield words(widget)
    for line in widget.findChildren(QLineEdit):
        yield from (line.text(), line.placeholderText(), line.toolTip())
    for text in widget.findChildren(QPlainTextEdit):
        yield text.toPlainText()


async def test_each_step_of_a_test_says_what_was_found_and_both_sites_connect(
    open_window: Opener,
) -> None:
    async with unconnected(open_window) as bench:
        said = await (await filled(bench, "qualytics")).test()
        for step in ("Address:", "Server:", "Token:", "Sign-in:", "Anomalies:", "Save:"):
            assert step in said
        said = await (await filled(bench, "jira")).test()
        for step in ("Server:", "Sign-in:", "Projects:", "Default project: DATA", "Save:"):
            assert step in said
        for site in Site:
            state = bench.actions.connections.status(site).state
            assert state is ConnectionState.CONNECTED
        assert bench.actions.settings.current.default_project == "DATA"
        await bench.anomalies.loaded()
        assert bench.anomalies.ids()


async def test_saved_tokens_are_in_no_widget_and_no_file(
    open_window: Opener, tmp_path: Path
) -> None:
    async with unconnected(open_window) as bench:
        for site in ("qualytics", "jira"):
            card = await filled(bench, site)
            assert card.card.token.echoMode() is QLineEdit.EchoMode.Password
            await card.test()
            assert card.card.token.text() == ""
            assert card.card.token.placeholderText() == "Kept; type to replace it"
        await bench.anomalies.loaded()
        secrets = (bench.server.qualytics_token, bench.server.jira_token)
        shown = "\n".join(text for top in QApplication.topLevelWidgets() for text in texts(top))
        assert not [secret for secret in secrets if secret in shown]
    assert not [secret for secret in secrets if secret.encode() in everything_in(tmp_path)]


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("site", ["qualytics", "jira"])
async def test_a_wrong_address_stops_at_the_step_that_can_mend_it(
    open_window: Opener, site: str
) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, site)
        card.card.address.setText("http://127.0.0.1:9/")
        said = await card.test()
        assert "cannot be reached" in said
        assert "Check the address" in said
        assert "Save:" not in said
        assert card.card.keep.isVisible()


async def test_an_address_that_is_none_says_so(open_window: Opener) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, "jira")
        card.card.address.setText("my jira")
        said = await card.test()
        assert "Address:" in said
        assert "Save:" not in said


@pytest.mark.parametrize("site", ["qualytics", "jira"])
async def test_a_web_page_instead_of_an_api_is_called_one(open_window: Opener, site: str) -> None:
    async with unconnected(open_window) as bench:
        bench.server.set_fault(site, "html")
        said = await (await filled(bench, site)).test()
        assert "Save:" not in said
        assert "page" in said


@pytest.mark.parametrize("site", ["qualytics", "jira"])
async def test_a_wrong_token_says_where_to_make_a_new_one(open_window: Opener, site: str) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, site)
        card.card.token.setText(SECRET)
        said = await card.test()
        assert "Sign-in:" in said
        assert "token" in said.partition("Sign-in:")[2]
        assert SECRET not in said
        assert "Save:" not in said


async def test_save_anyway_keeps_what_failed_the_test(open_window: Opener) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, "qualytics")
        bench.server.set_fault("qualytics", "503")
        await card.test()
        press(card.card.keep)
        await until(lambda: "Save:" in words(card.card))
        assert bench.actions.settings.current.qualytics_url == bench.server.qualytics_url
        assert card.card.token.text() == ""
        assert not card.card.keep.isVisible()


async def test_without_a_keyring_it_says_how_long_the_token_is_kept(
    open_window: Opener,
) -> None:
    # The suite's keyring backend keeps nothing, as on a server without a desktop.
    async with unconnected(open_window, credentials=Credentials({})) as bench:
        card = await filled(bench, "qualytics")
        assert "until QJira closes" in card.card.where.text()
        said = await card.test()
        assert "no keyring" in said
        assert "QUALYTICS_TOKEN" in said
        login = await bench.actions.connections.qualytics_login()
        assert login.token == bench.server.qualytics_token


async def test_the_environment_wins_and_its_fields_cannot_be_edited(bench: Bench) -> None:
    for site in ("qualytics", "jira"):
        card = bench.card(site)
        await card.read()
        lines = [card.card.address, card.card.token]
        lines += [card.card.email] if site == "jira" else []
        for line in lines:
            assert not line.isEnabled()
            assert "environment variable" in line.toolTip()
        assert "Set by the environment" in card.card.where.text()
        assert card.card.token.text() == ""
        assert not card.card._forget.isVisible()
    assert bench.card("jira").card.project.isEnabled()


async def test_a_new_test_forgets_the_steps_of_the_last_one(open_window: Opener) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, "qualytics")
        card.card.address.setText("http://127.0.0.1:9/")
        await card.test()
        card.card.address.setText(bench.server.qualytics_url)
        said = await card.test()
        assert "cannot be reached" not in said
        assert said.count("Address:") == 1


async def test_disconnect_forgets_the_address_and_the_token_but_not_the_work(
    open_window: Opener,
) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, "qualytics")
        await card.test()
        await until(card.card._forget.isVisible)
        press(named(card.card, "Disconnect"))
        await until(lambda: not bench.actions.settings.current.qualytics_url)
        await until(lambda: card.card.address.text() == "")
        login = await bench.actions.connections.qualytics_login()
        assert login.token == ""
        state = bench.actions.connections.status(Site.QUALYTICS).state
        assert state is ConnectionState.ABSENT


async def test_enter_in_a_field_tests_the_connection(open_window: Opener) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, "qualytics")
        card.card.address.returnPressed.emit()
        assert not card.card.test.isEnabled()
        await until(card.card.test.isEnabled)
        assert "Save:" in words(card.card)


async def test_a_ca_file_that_is_none_is_told_and_can_be_taken_back(
    open_window: Opener, tmp_path: Path
) -> None:
    async with unconnected(open_window) as bench:
        await (await filled(bench, "qualytics")).test()
        page = bench.card("qualytics").page
        page.ca_file.setText(str(tmp_path / "missing.pem"))
        press(named(page, "Use these"))
        await until(lambda: "certificate file" in words(page))
        page.ca_file.clear()
        press(named(page, "Use these"))
        connected = ConnectionState.CONNECTED
        await until(lambda: bench.actions.connections.status(Site.QUALYTICS).state is connected)


@pytest.mark.parametrize("site", ["qualytics", "jira"])
async def test_an_empty_sign_in_is_not_blamed_on_the_network(
    open_window: Opener, site: str
) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, site)
        card.card.token.clear()
        said = await card.test()
        assert "token" in said.partition("Address: ")[2]
        assert "VPN" not in said
