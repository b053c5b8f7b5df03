"""The steps of the tour: what is pressed, and what the window must show then."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidgetItem

from qjira_gui.domain.connection import ConnectionState
from qjira_gui.domain.outbox import Site
from qjira_gui.tour import Tour
from qjira_gui.ui import theme as look
from qjira_gui.ui.anomaly_side import AnomalySide
from qjira_gui.ui.archive_dialog import ArchiveDialog
from qjira_gui.ui.link_dialog import IssueRole, LinkDialog
from qjira_gui.ui.ticket_form import TicketForm

STATUS = "Qualytics Anomaly Status: "
COMMENT = "Comment from Qualytics: "
WORDS = "Same rows as yesterday; the nightly load ran twice."
LATER = "Written on the train."


def _side(tour: Tour) -> AnomalySide:
    side = tour.window.anomalies.side
    assert side is not None
    return side


def _form(tour: Tour) -> TicketForm:
    form = _side(tour).form
    assert form is not None
    return form


async def _all_sent(tour: Tour) -> None:
    await tour.until("everything has been sent", lambda: tour.actions.outbox.tally().waiting == 0)
    tour.check("nothing needs anybody", tour.actions.outbox.tally().needs_you == 0)
    await tour.until("the badge is gone", lambda: not tour.window.rail._badge.isVisible())


def _anomaly_id(tour: Tour) -> int:
    anomaly = _side(tour).panel.anomaly
    assert anomaly is not None
    return anomaly.id


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
    await tour.until("the list is read to its end", page._progress.isHidden)
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
    page.select(wanted.id)
    await tour.until("the detail", lambda: _side(tour).panel.isVisible())
    await tour.until("it has been read", lambda: not page_is_reading(tour))


def page_is_reading(tour: Tour) -> bool:
    """Say whether the detail is still being read."""
    tasks = _side(tour)._tasks
    return "read anomaly" in tasks.names


async def acknowledge(tour: Tour) -> None:
    """One press; the row says so at once."""
    tour.click(_side(tour).panel.acknowledge)
    tour.did["statuses"].append((_anomaly_id(tour), "Acknowledged"))
    await _all_sent(tour)


async def new_ticket(tour: Tour) -> None:
    """The form asks what this project asks for, and shows what will be appended."""
    tour.click(_side(tour).panel.ticket)
    form = _form(tour)
    await tour.until("the form can be sent", form.submit.isEnabled)
    tour.check(
        "the default project is chosen", form.fields.project.currentText().endswith("(DATA)")
    )
    text = "Rows of **last night** look wrong.\n\n- check the load\n- tell Finance"
    tour.type_into(form.fields.description.text, text)


async def preview(tour: Tour) -> None:
    """The preview shows the appended facts."""
    form = _form(tour)
    form.tabs.setCurrentIndex(1)
    await tour.until(
        "the appended block",
        lambda: "Qualytics Anomaly Linked" in form._preview.toPlainText(),
    )


async def create_ticket(tour: Tour) -> None:
    """The ticket gets its key from Jira."""
    form = _form(tour)
    form.tabs.setCurrentIndex(0)
    tour.did["created"].append(form.fields.summary.value())
    tour.click(form.submit)
    anomaly_id = _anomaly_id(tour)
    links = tour.actions.anomalies.links
    await tour.until(
        "the ticket has a key", lambda: links(anomaly_id) and links(anomaly_id)[0].issue
    )
    issue = links(anomaly_id)[0].issue
    assert issue is not None
    tour.did["linked"][issue.key] = []
    await _all_sent(tour)


async def search_issues(tour: Tour) -> None:
    """The link dialog finds issues by words."""
    tour.click(_side(tour).panel.link)
    await tour.until("the dialog", lambda: isinstance(_side(tour).dialog, LinkDialog))
    dialog = _side(tour).dialog
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
    dialog = _side(tour).dialog
    assert isinstance(dialog, LinkDialog)
    tour.click(dialog.agree)
    links = tour.actions.anomalies.links
    await tour.until("two tickets", lambda: len(links(_anomaly_id(tour))) == 2)
    tour.check("linking writes nothing to Jira", not tour.server.ledger()["comments"])


async def comment(tour: Tour) -> None:
    """A comment reaches Qualytics and both tickets."""
    panel = _side(tour).panel
    tour.type_into(panel.comment, WORDS)
    tour.click(panel.send)
    tour.did["comments"].append((_anomaly_id(tour), WORDS))
    for told in tour.did["linked"].values():
        told.append(COMMENT + WORDS)
    await _all_sent(tour)


async def go_offline(tour: Tour) -> None:
    """Both servers are gone; acts go on and wait, and the window says so."""
    for site in Site:
        tour.server.set_fault(site.value, "offline")
    panel = _side(tour).panel
    tour.type_into(panel.comment, LATER)
    tour.click(panel.send)
    tour.did["comments"].append((_anomaly_id(tour), LATER))
    for told in tour.did["linked"].values():
        told.append(COMMENT + LATER)
    await tour.until("the banner", tour.window.banner.isVisible)
    tour.check("nothing was lost", tour.actions.outbox.tally().waiting >= 1)


async def archive_offline(tour: Tour) -> None:
    """Archiving while offline waits behind the comment."""
    side = _side(tour)
    side.archive("Resolved")
    await tour.until("the dialog", lambda: isinstance(side.dialog, ArchiveDialog))
    dialog = side.dialog
    assert isinstance(dialog, ArchiveDialog)
    await tour.until("it is open", dialog.isVisible)
    tour.click(dialog.agree)
    await tour.until("two acts wait", lambda: tour.actions.outbox.tally().waiting == 2)
    tour.did["statuses"].append((_anomaly_id(tour), "Resolved"))
    for told in tour.did["linked"].values():
        told.append(STATUS + "Resolved")


async def outbox_waits(tour: Tour) -> None:
    """The outbox says what waits and why."""
    tour.click(tour.window.rail.button("Outbox"))
    outbox = tour.window.outbox
    assert outbox is not None
    await tour.until("two rows", lambda: len(outbox.model.entries) == 2)


async def come_back(tour: Tour) -> None:
    """Everything goes out by itself, in order."""
    tour.server.clear_faults()
    await _all_sent(tour)
    outbox = tour.window.outbox
    assert outbox is not None
    outbox.choose_view("Sent")
    count = tour.actions.outbox.tally()
    total = count.sent + count.waiting + count.needs_you + count.cancelled
    tour.check("the sum holds", count.queued == total)


async def tickets(tour: Tour) -> None:
    """Both tickets stand in the list of tickets, with Jira's status."""
    tour.click(tour.window.rail.button("Tickets"))
    page = tour.window.tickets
    assert page is not None
    await tour.until(
        "Jira's status", lambda: all(one.issue and one.issue.status for one in page.model.links)
    )
    tour.check("two tickets", len(page.model.links) == 2)


async def practice(tour: Tour) -> None:
    """The practice page shows what was accepted."""
    tour.click(tour.window.rail.button("Practice"))
    page = tour.window.practice
    assert page is not None
    page.refresh()
    tour.check("the ledger", WORDS in page.ledger.toPlainText())


async def dark(tour: Tour) -> None:
    """The same window in the dark."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    look.apply(application, look.DARK)
    tour.click(tour.window.rail.button("Anomalies"))
    await tour.until("the list", tour.window.anomalies.table.isVisible)


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
)
