"""What the steps of the tour need again and again."""

from qjira_gui.tour import Tour
from qjira_gui.ui.anomaly_side import AnomalySide
from qjira_gui.ui.ticket_form import TicketForm

STATUS = "Qualytics Anomaly Status: "
COMMENT = "Comment from Qualytics: "


def side(tour: Tour) -> AnomalySide:
    """Return what stands beside the list."""
    found = tour.window.anomalies.side
    assert found is not None
    return found


def form(tour: Tour) -> TicketForm:
    """Return the ticket that is being written."""
    found = side(tour).form
    assert found is not None
    return found


def anomaly_id(tour: Tour) -> int:
    """Return the anomaly that the detail shows."""
    found = side(tour).panel.anomaly
    assert found is not None
    return found.id


def is_reading(tour: Tour) -> bool:
    """Say whether the detail is still being read."""
    return "read anomaly" in tour.tasks.names


async def all_sent(tour: Tour) -> None:
    """Wait until nothing waits and nothing needs anybody."""
    await tour.until("everything has been sent", lambda: tour.actions.outbox.tally().waiting == 0)
    tour.check("nothing needs anybody", tour.actions.outbox.tally().needs_you == 0)
    await tour.until("the badge is gone", lambda: not tour.window.rail.badge.isVisible())
