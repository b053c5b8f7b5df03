"""Who may send right now: how each site stands, and which pauses are in force."""

from collections.abc import Callable

from msgspec.structs import replace

from qjira_gui.domain.connection import ConnectionState, SiteStatus
from qjira_gui.domain.failure import Hold, hold_after, scopes
from qjira_gui.domain.outbox import Entry, Failure, FailureKind, Site

_PILL = {
    FailureKind.OFFLINE: ConnectionState.OFFLINE,
    FailureKind.SIGN_IN: ConnectionState.SIGN_IN,
}


class Gate:
    """Fed by every answer, whoever asked; read before every send."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        """`on_change` is called when a pill or a pause changed."""
        self._on_change = on_change
        self._holds: dict[str, Hold] = {}
        self._status = {site: SiteStatus(site=site) for site in Site}
        #: The analyst has paused the outbox.
        self.paused = False

    def status(self, site: Site) -> SiteStatus:
        """Return how a site stands."""
        return self._status[site]

    def connecting(self, site: Site, *, absent: bool = False) -> None:
        """Start afresh: the connection was changed, or taken away.

        A new one counts as offline until somebody has looked, which the worker does at once.
        """
        self._holds = {
            scope: hold for scope, hold in self._holds.items() if not scope.startswith(site.value)
        }
        state = ConnectionState.ABSENT if absent else ConnectionState.UNKNOWN
        if not absent:
            hold = Hold(site.value, FailureKind.OFFLINE, "Connecting.", until=0.0, times=0)
            self._holds[site.value] = hold
        self._set(SiteStatus(site=site, state=state))

    def answered(self, site: Site, now: float) -> None:
        """Note that a site works: what held it as a whole is over."""
        held = self._holds.get(site.value)
        if held is not None and held.kind is not FailureKind.RATE:
            del self._holds[site.value]
        self._set(SiteStatus(site=site, state=ConnectionState.CONNECTED, ok_at=now))

    def failed(self, site: Site, failure: Failure, entry: Entry | None = None) -> None:
        """Note a failure: it may close the gate for more than the entry it hit."""
        before = self._holds.get(site.value)
        same = before is not None and before.kind is failure.kind
        hold = hold_after(failure, site.value, entry, before.times if before and same else 0)
        # Eight requests that fail together are one failure: only an expired pause grows.
        if hold is not None and not (same and before and (before.until or 0.0) > failure.at):
            self._holds[hold.scope] = hold
        old = self._status[site]
        state = _PILL.get(failure.kind)
        if state is None and failure.kind is FailureKind.PASSING:
            state = ConnectionState.TROUBLE
        if state is not None:
            self._set(replace(old, state=state, sentence=failure.sentence))
        else:
            self._on_change()

    def hold_for(self, entry: Entry, now: float) -> Hold | None:
        """Return the pause that keeps an entry back now, None where it may go.

        An offline pause does not end with its time: somebody has to look first.
        """
        for scope in scopes(entry):
            hold = self._holds.get(scope)
            if hold is None:
                continue
            if hold.until is None or hold.until > now or hold.kind is FailureKind.OFFLINE:
                return hold
        return None

    def to_probe(self, now: float) -> list[Site]:
        """Return the sites that are held as offline and whose next look is due."""
        due = []
        for site in Site:
            hold = self._holds.get(site.value)
            if hold and hold.kind is FailureKind.OFFLINE and (hold.until or 0.0) <= now:
                due.append(site)
        return due

    def next_change(self, now: float) -> float | None:
        """Return when the next pause ends, in UTC seconds."""
        ends = [hold.until for hold in self._holds.values() if hold.until and hold.until > now]
        return min(ends, default=None)

    def release(self, site: Site, now: float) -> None:
        """Let a site be tried at once: somebody pressed Try now."""
        hold = self._holds.get(site.value)
        if hold is None:
            return
        if hold.kind is FailureKind.OFFLINE:
            self._holds[site.value] = replace(hold, until=now, times=0)
        else:
            del self._holds[site.value]
        self._on_change()

    def _set(self, status: SiteStatus) -> None:
        old = self._status[status.site]
        if status.state is ConnectionState.CONNECTED or status.ok_at is not None:
            self._status[status.site] = status
        else:
            self._status[status.site] = replace(status, ok_at=old.ok_at)
        if (old.state, old.sentence) != (status.state, status.sentence):
            self._on_change()
