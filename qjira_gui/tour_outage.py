"""The second half of the tour: an outage, what waits through it, and the same in the dark."""

from qjira_gui.domain.outbox import Site
from qjira_gui.tour import Tour
from qjira_gui.tour_hands import COMMENT, STATUS, all_sent, anomaly_id, is_reading, side
from qjira_gui.ui import theme as look
from qjira_gui.ui.archive_dialog import ArchiveDialog

LATER = "Written on the train."


async def go_offline(tour: Tour) -> None:
    """Both servers are gone; acts go on and wait, and the window says so."""
    for site in Site:
        tour.server.set_fault(site.value, "offline")
    panel = side(tour).panel
    tour.type_into(panel.comment, LATER)
    tour.click(panel.send)
    tour.did["comments"].append((anomaly_id(tour), LATER))
    for told in tour.did["linked"].values():
        told.append(COMMENT + LATER)
    await tour.until("the banner", tour.window.banner.isVisible)
    tour.check("nothing was lost", tour.actions.outbox.tally().waiting >= 1)


async def archive_offline(tour: Tour) -> None:
    """Archiving while offline waits behind the comment."""
    beside = side(tour)
    beside.archive("Resolved")
    await tour.until("the dialog", lambda: isinstance(beside.dialog, ArchiveDialog))
    dialog = beside.dialog
    assert isinstance(dialog, ArchiveDialog)
    await tour.until("it is open", dialog.isVisible)
    tour.click(dialog.agree)
    await tour.until("two acts wait", lambda: tour.actions.outbox.tally().waiting == 2)
    tour.did["statuses"].append((anomaly_id(tour), "Resolved"))
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
    await all_sent(tour)
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
    tour.check("the ledger", LATER in page.ledger.toPlainText())


async def dark(tour: Tour) -> None:
    """The same in the dark."""
    acted_on = anomaly_id(tour)
    tour.change_window(look.DARK)
    page = tour.window.anomalies
    await tour.until("the list", lambda: page.table.isVisible() and len(page.model.rows) > 100)
    page.filters.choose_status("All")
    await tour.until("archived ones too", lambda: page.model.anomaly(acted_on))
    await tour.until("the list is read to its end", page.progress.isHidden)
    page.table.pick([acted_on])
    await tour.until("the detail", lambda: side(tour).panel.isVisible())
    await tour.until("it has been read", lambda: not is_reading(tour))


async def dark_outbox(tour: Tour) -> None:
    """The outbox in the dark."""
    tour.click(tour.window.rail.button("Outbox"))
    outbox = tour.window.outbox
    assert outbox is not None
    outbox.choose_view("All")
    await tour.until("rows", lambda: len(outbox.model.entries) > 5)


async def dark_connections(tour: Tour) -> None:
    """The connections in the dark."""
    tour.click(tour.window.rail.button("Connections"))
    page = tour.window.connections
    assert page is not None
    await tour.until("the cards are read", lambda: page.cards[Site.JIRA].where.text())
