"""The steps of the tour: what is pressed, and what the window must show then."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidgetItem

from qjira_gui.domain.connection import ConnectionState
from qjira_gui.domain.outbox import Site
from qjira_gui.tour import Tour
from qjira_gui.tour_hands import COMMENT, all_sent, anomaly_id, form, is_reading, side
from qjira_gui.tour_outage import (
    archive_offline,
    come_back,
    dark,
    dark_connections,
    dark_outbox,
    go_offline,
    outbox_waits,
    practice,
    tickets,
)
from qjira_gui.ui.link_dialog import IssueRole, LinkDialog

WORDS = "Same rows as yesterday; the nightly load ran twice."


async def first_start(tour: Tour) -> None:
    """A profile without connections offers two ways in."""
    welcome = tour.window.welcome
    assert welcome is not None
    await tour.until("the welcome page", welcome.isVisible)


async def connect(tour: Tour) -> None:
    """Both connections pass their tests and are kept."""
    welcome, page = tour.window.welcome, tour.window.connections
    assert welcome is not None
    assert page is not None
    tour.click(welcome.link)
    await tour.until("the connections page", page.isVisible)
    qualytics, jira = page.cards[Site.QUALYTICS], page.cards[Site.JIRA]
    await tour.until("the cards are read", lambda: qualytics.where.text() and jira.where.text())
    tour.type_into(qualytics.address, tour.server.qualytics_url)
    tour.type_into(qualytics.token, tour.server.qualytics_token)
    tour.click(qualytics.test)
    tour.type_into(jira.address, tour.server.jira_url)
    tour.type_into(jira.email, tour.server.jira_email)
    tour.type_into(jira.token, tour.server.jira_token)
    tour.type_into(jira.project, "DATA")
    tour.click(jira.test)
    status = tour.actions.connections.status
    await tour.until(
        "both are connected",
        lambda: all(status(site).state is ConnectionState.CONNECTED for site in Site),
    )
    await tour.until("both saved", lambda: qualytics.test.isEnabled() and jira.test.isEnabled())


async def anomalies(tour: Tour) -> None:
    """The list fills, newest first."""
    page = tour.window.anomalies
    tour.click(tour.window.rail.button("Anomalies"))
    await tour.until("a full list", lambda: len(page.model.rows) > 100 and page.table.isVisible())
    await tour.until("the list is read to its end", page.progress.isHidden)
    tour.check("the newest is on top", page.model.rows[0].created >= page.model.rows[-1].created)


async def filter_the_list(tour: Tour) -> None:
    """A word and a table leave fewer rows, all of which match."""
    page = tour.window.anomalies
    table = max(
        {a.table_name for a in page.model.rows if a.status == "Active" and a.failed_checks},
        key=lambda name: sum(a.table_name == name for a in page.model.rows),
    )
    page.filters.choose("table", table)
    await tour.until(
        "only that table",
        lambda: (
            page.model.order
            and {page.model.rows[i].table_name for i in page.model.order} == {table}
        ),
    )
    tour.check("fewer rows than before", len(page.model.order) < len(page.model.rows))


async def look_at_one(tour: Tour) -> None:
    """The detail stands beside the list."""
    page = tour.window.anomalies
    wanted = next(
        a
        for a in (page.model.rows[i] for i in page.model.order)
        if a.status == "Active" and a.failed_checks and a.datastore
    )
    page.table.pick([wanted.id])
    await tour.until("the detail", lambda: side(tour).panel.isVisible())
    await tour.until("it has been read", lambda: not is_reading(tour))


async def acknowledge(tour: Tour) -> None:
    """One press; the row says so at once."""
    tour.click(side(tour).panel.acknowledge)
    tour.did["statuses"].append((anomaly_id(tour), "Acknowledged"))
    await all_sent(tour)


async def new_ticket(tour: Tour) -> None:
    """The form asks what this project asks for, and shows what will be appended."""
    tour.click(side(tour).panel.ticket)
    written = form(tour)
    await tour.until("the form can be sent", written.submit.isEnabled)
    tour.check(
        "the default project is chosen", written.fields.project.currentText().endswith("(DATA)")
    )
    text = "Rows of **last night** look wrong.\n\n- check the load\n- tell Finance"
    tour.type_into(written.fields.description.text, text)


async def preview(tour: Tour) -> None:
    """The preview shows the appended facts."""
    written = form(tour)
    written.tabs.setCurrentIndex(1)
    await tour.until(
        "the appended block",
        lambda: "Qualytics Anomaly Linked" in written.preview.toPlainText(),
    )


async def create_ticket(tour: Tour) -> None:
    """The ticket gets its key from Jira."""
    written = form(tour)
    written.tabs.setCurrentIndex(0)
    tour.did["created"].append(written.fields.summary.value())
    tour.click(written.submit)
    about = anomaly_id(tour)
    links = tour.actions.anomalies.links
    await tour.until("the ticket has a key", lambda: links(about) and links(about)[0].issue)
    issue = links(about)[0].issue
    assert issue is not None
    tour.did["linked"][issue.key] = []
    await all_sent(tour)


async def search_issues(tour: Tour) -> None:
    """The link dialog finds issues by words."""
    tour.click(side(tour).panel.link)
    await tour.until("the dialog", lambda: isinstance(side(tour).dialog, LinkDialog))
    dialog = side(tour).dialog
    assert isinstance(dialog, LinkDialog)
    await tour.until("it is open", dialog.isVisible)
    tour.type_into(dialog.search, "customers")
    await tour.until(
        "issues are found", lambda: "found" in dialog.note.text() and dialog.list.count()
    )
    item = next(i for i in _items(dialog) if i.flags() & Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked)
    tour.did["linked"][item.data(IssueRole).key] = []


def _items(dialog: LinkDialog) -> list[QListWidgetItem]:
    return [dialog.list.item(at) for at in range(dialog.list.count())]


async def link(tour: Tour) -> None:
    """Both tickets stand as cards; the linked issue has not been touched."""
    dialog = side(tour).dialog
    assert isinstance(dialog, LinkDialog)
    tour.click(dialog.agree)
    links = tour.actions.anomalies.links
    await tour.until("two tickets", lambda: len(links(anomaly_id(tour))) == 2)
    tour.check("linking writes nothing to Jira", not tour.server.ledger()["comments"])


async def comment(tour: Tour) -> None:
    """A comment reaches Qualytics and both tickets."""
    panel = side(tour).panel
    tour.type_into(panel.comment, WORDS)
    tour.click(panel.send)
    tour.did["comments"].append((anomaly_id(tour), WORDS))
    for told in tour.did["linked"].values():
        told.append(COMMENT + WORDS)
    await all_sent(tour)


Step = Callable[[Tour], Awaitable[None]]
STEPS: tuple[Step, ...] = (
    first_start,
    connect,
    anomalies,
    filter_the_list,
    look_at_one,
    acknowledge,
    new_ticket,
    preview,
    create_ticket,
    search_issues,
    link,
    comment,
    go_offline,
    archive_offline,
    outbox_waits,
    come_back,
    tickets,
    practice,
    dark,
    dark_outbox,
    dark_connections,
)
