"""A changed address: the same site takes along what belongs to it, another one gets nothing."""

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import Site
from tests.ui.bench import Bench, Opener, click
from tests.ui.pages import CardObject, press, until, words
from tests.ui.test_connections_page import filled, unconnected


async def connected(bench: Bench) -> CardObject:
    """Connect both sites, link an issue, and let a comment for it wait."""
    await (await filled(bench, "qualytics")).test()
    card = await filled(bench, "jira")
    await card.test()
    await until(lambda: bench.anomalies.model.rows)
    await bench.idle()
    one = bench.anomalies.first()
    bench.actions.tickets.link(one, Issue("10401", "DATA-101"))
    bench.actions.outbox.pause(True)
    bench.actions.triage.acknowledge([one.id])
    return card


async def moved(bench: Bench, card: CardObject, answer: str) -> None:
    """Save the same server under another spelling, and say what that means."""
    await filled(bench, "jira")
    card.card.address.setText(bench.server.jira_url.replace("127.0.0.1", "localhost"))
    press(card.card.test)
    await until(lambda: bench.window.findChildren(QMessageBox))
    (box,) = bench.window.findChildren(QMessageBox)
    assert box.text() == "Is this the same Jira?"
    assert "1 link or unsent act belongs to the address in use" in box.informativeText()
    buttons = box.findChildren(QPushButton)
    click(next(one for one in buttons if one.text() == answer))
    await until(card.card.test.isEnabled)


@pytest.mark.parametrize(
    ("answer", "kept"), [("The same Jira, new address", 1), ("Another Jira", 0), ("Cancel", 1)]
)
async def test_a_changed_address_asks_what_it_means(
    open_window: Opener, answer: str, kept: int
) -> None:
    async with unconnected(open_window) as bench:
        card = await connected(bench)
        one = bench.anomalies.first().id
        await moved(bench, card, answer)
        saved = bench.actions.settings.current.jira_url
        assert ("localhost" in saved) is (answer != "Cancel")
        assert len(bench.actions.anomalies.links(one)) == kept
        bench.actions.outbox.pause(False)
        await until(lambda: bench.ledger("status_changes"))
        if kept:
            await bench.sent()
            assert len(bench.ledger("comments")) == 1
        else:
            await bench.shown()
            assert bench.ledger("comments") == []
            bench.window.show_page("Tickets")
            assert bench.window.tickets is not None
            assert "1 more belongs to another site" in words(bench.window.tickets)


async def test_where_nothing_belongs_to_an_address_nobody_is_asked(open_window: Opener) -> None:
    async with unconnected(open_window) as bench:
        card = await filled(bench, "jira")
        await card.test()
        card.card.address.setText(bench.server.jira_url.replace("127.0.0.1", "localhost"))
        card.card.token.setText(bench.server.jira_token)
        assert "Save:" in await card.test()
        assert bench.window.findChildren(QMessageBox) == []
        assert bench.actions.connections.status(Site.JIRA).sentence == ""
