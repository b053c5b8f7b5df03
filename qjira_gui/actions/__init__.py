"""What the analyst can do, one method an act."""

from qjira_gui.actions.anomalies import Anomalies
from qjira_gui.actions.connections import Connections
from qjira_gui.actions.diagnostics import Diagnostics
from qjira_gui.actions.exchange import Exchange
from qjira_gui.actions.form import FormActions
from qjira_gui.actions.outbox import OutboxActions
from qjira_gui.actions.settings import SettingsActions
from qjira_gui.actions.tickets import Tickets
from qjira_gui.actions.triage import Triage


class Actions:
    """All acts, by what they are about."""

    def __init__(
        self,
        anomalies: Anomalies,
        triage: Triage,
        tickets: Tickets,
        form: FormActions,
        outbox: OutboxActions,
        connections: Connections,
        settings: SettingsActions,
        diagnostics: Diagnostics,
        exchange: Exchange,
    ) -> None:
        """Hold them together; each knows only what it needs."""
        self.anomalies = anomalies
        self.triage = triage
        self.tickets = tickets
        self.form = form
        self.outbox = outbox
        self.connections = connections
        self.settings = settings
        self.diagnostics = diagnostics
        self.exchange = exchange


__all__ = ["Actions"]
