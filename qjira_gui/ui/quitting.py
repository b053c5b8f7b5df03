"""Asks before quitting while something waits: what becomes of it, and when."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from qjira_gui.ui.dialog import ask

if TYPE_CHECKING:
    from qjira_gui.actions.outbox import OutboxActions


async def may_quit(parent: QWidget, outbox: "OutboxActions") -> bool:
    """Return whether the window may go; asked only where something is on its way."""
    count = outbox.tally()
    if not count.waiting:
        return True
    one = count.waiting == 1
    title = f"Quit with {'one act' if one else f'{count.waiting:,} acts'} still on the way?"
    when = "once you resume the outbox" if outbox.paused else "when QJira runs again"
    text = (
        f"{'It is' if one else 'They are'} kept on this computer and {'goes' if one else 'go'} out "
        f"{when}. Until then, Qualytics and Jira do not know of {'it' if one else 'them'}."
    )
    if count.needs_you:
        text += f" What needs you ({count.needs_you:,}) is kept as well."
    return await ask(parent, title, text, "Quit", "Stay")
