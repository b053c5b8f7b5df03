"""What one page asks another for: to show an anomaly or an entry, to change what waits."""

from typing import TYPE_CHECKING

from qjira_gui.domain.editing import is_edited
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Entry, EntryKind
from qjira_gui.ui import theme as look
from qjira_gui.ui.edit_dialog import edit_words

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.tasks import TaskScope
    from qjira_gui.ui.window import MainWindow


class Errands:
    """Knows all pages, so that they need not know each other."""

    def __init__(
        self, window: "MainWindow", actions: "Actions", tasks: "TaskScope", theme: look.Theme
    ) -> None:
        """Run them in this window."""
        self._window, self._actions, self._tasks, self._theme = window, actions, tasks, theme

    def show_anomaly(self, anomaly_id: int) -> None:
        """Go to an anomaly, whatever is filtered."""
        self._window.show_page("Anomalies")
        self._window.anomalies.bring(anomaly_id)

    def show_entry(self, entry: Entry) -> None:
        """Go to an entry of the outbox, where something can be done about it."""
        self._window.show_page("Outbox")
        if self._window.outbox is not None:
            self._window.outbox.bring(entry)

    def edit(self, entry: Entry) -> None:
        """Change a ticket in its form, as soon as its anomaly can be shown; a comment at once."""
        window = self._window
        if entry.kind is not EntryKind.ISSUE:
            editing = edit_words(window, self._theme, self._actions, entry, window.toast.say)
            self._tasks.start(editing, name="edit", exclusive=True)
            return
        window.show_page("Anomalies")
        window.anomalies.bring(entry.anomaly_id, lambda: self._open_ticket(entry))

    def _open_ticket(self, entry: Entry) -> None:
        """Take a ticket that waits back into the form, with what Jira said at each field."""
        try:
            self._actions.tickets.reopen(entry.id)
        except AppError as error:
            self._window.toast.say(error.sentence)
            return
        side, why = self._window.anomalies.side, entry.failure
        if side is not None:
            side.new_ticket()
            if side.form is not None and why is not None:
                side.form.show_refused(why.fields, "" if is_edited(entry) else why.sentence)
