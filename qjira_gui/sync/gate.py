"""Who may send right now: how each site stands, and which pauses are in force."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from qjira_gui.domain.connection import ConnectionState, SiteStatus
from qjira_gui.domain.failure import (
    Hold,
    comments_on,
    hold_after,
    scope_of,
    scopes,
    sort_of_ticket,
    tickets_at_once,
)
from qjira_gui.domain.outbox import Entry, EntryKind, Failure, FailureKind, Site

_WAY_BACK = "Connect that one again, or cancel this in the Outbox."
#: The kinds of failure that hold back more than their entry, the one that tells most first.
_HOLDING = (FailureKind.SIGN_IN, FailureKind.OFFLINE, FailureKind.RATE, FailureKind.REFUSED)


class Gate:
    """Fed by every answer, whoever asked; read before every send."""

    def __init__(
        self,
        on_change: Callable[[], None],
        issue_of: Callable[[Entry], str] = lambda entry: "",
        elsewhere: Callable[[Entry], bool] = lambda entry: False,
    ) -> None:
        """`on_change` is called when a pill or a pause changed; `issue_of` gives the key of the
        issue that an entry goes to, empty where it has none; `elsewhere` says whether an entry
        belongs to another site than the one that is connected."""
        self._on_change = on_change
        self._issue_of = issue_of
        self._elsewhere = elsewhere
        # By scope and kind: being offline for a moment must not shorten a pause of ten minutes.
        self._holds: dict[tuple[str, FailureKind], Hold] = {}
        #: Sites of which somebody has said that they may have gone.
        self._doubted: set[Site] = set()
        #: How many tickets of a sort Jira took in a row.
        self._taken: dict[str, int] = {}
        self._status = {site: SiteStatus(site=site) for site in Site}
        #: The analyst has paused the outbox.
        self.paused = False

    def status(self, site: Site) -> SiteStatus:
        """Return how a site stands."""
        return self._status[site]

    def connecting(self, site: Site, *, absent: bool = False, sentence: str = "") -> None:
        """Start afresh: the connection was changed, or taken away; `sentence` says why.

        A new one counts as offline until somebody has looked, which the worker does at once.
        """
        lanes = "anomaly:" if site is Site.QUALYTICS else "link:"
        for scope, kind in list(self._holds):
            if scope.startswith((site.value, lanes)):
                del self._holds[scope, kind]
        if site is Site.JIRA:
            self._taken.clear()
        if not absent:
            self._look_at_once(site)
        state = ConnectionState.ABSENT if absent else ConnectionState.UNKNOWN
        self._set(SiteStatus(site=site, state=state, sentence=sentence))

    def answered(
        self, site: Site, now: float, *, signed_in: bool = True, entry: Entry | None = None
    ) -> None:
        """Note that a site works; `entry` is what it took, if it was given one.

        Not `signed_in`: the answer would have come without a good token as well, so it proves
        nothing about the sign-in (Jira lets anybody read some things).
        """
        state = self._status[site].state
        unsure = (ConnectionState.SIGN_IN, ConnectionState.UNKNOWN)
        if not signed_in and state in unsure:
            return
        for kind in (FailureKind.SIGN_IN, FailureKind.OFFLINE):
            self._holds.pop((site.value, kind), None)
        if entry is not None:
            self.mended(entry)
            if entry.kind is EntryKind.ISSUE:
                sort = sort_of_ticket(entry)
                self._taken[sort] = self._taken.get(sort, 0) + 1
        for scope in self._scopes(entry) if entry is not None else ():
            hold = self._holds.get((scope, FailureKind.RATE))
            if hold is not None and hold.over(now):
                del self._holds[scope, FailureKind.RATE]
        self._set(SiteStatus(site=site, state=ConnectionState.CONNECTED, ok_at=now))

    def failed(self, site: Site, failure: Failure, entry: Entry | None = None) -> None:
        """Note a failure: it may close the gate for more than the entry it hit."""
        if failure.kind is FailureKind.OFFLINE and (site.value, FailureKind.SIGN_IN) in self._holds:
            # Nothing is sent anyway, and a look at the site would only be refused again.
            return
        if failure.kind is FailureKind.SIGN_IN:
            # Whoever refuses a sign-in can be reached.
            self._holds.pop((site.value, FailureKind.OFFLINE), None)
        issue = self._issue_of(entry) if entry is not None else ""
        scope = scope_of(failure, site.value, entry, issue)
        if scope is not None:
            self._taken.pop(scope, None)
            self._hold(scope, failure)
            if scope == comments_on(issue) and self._refuses_comments(issue):
                # One issue may be locked; two mean that the permission is missing, which Jira
                # gives for a whole project.
                self._hold(comments_on(issue.rpartition("-")[0]), failure)
        state = self._state_after(site, failure)
        if state is not None:
            self._set(replace(self._status[site], state=state, sentence=failure.sentence))
        else:
            self._on_change()

    def hold_for(self, entry: Entry, now: float) -> Hold | None:
        """Return the pause that keeps an entry back now, None where it may go.

        An offline pause does not end with its time: somebody has to look first.
        """
        if self._elsewhere(entry):
            sentence = f"This belongs to {entry.place}, and another site is connected. {_WAY_BACK}"
            return Hold(entry.lane, FailureKind.ELSEWHERE, sentence, until=None)
        return self._first_hold(self._scopes(entry), now)

    def holds(self, site: Site, now: float) -> bool:
        """Say whether a site as a whole is held back, so that nobody else need ask it either."""
        return self._first_hold((site.value,), now) is not None

    def _first_hold(self, scopes: tuple[str, ...], now: float) -> Hold | None:
        for kind in _HOLDING:
            for scope in scopes:
                hold = self._holds.get((scope, kind))
                if hold is not None and (kind is FailureKind.OFFLINE or not hold.over(now)):
                    return hold
        return None

    def to_probe(self, now: float) -> list[Site]:
        """Return the sites to be looked at now: held as offline and due, or doubted.

        A doubt is told once, so whoever asks has to look.
        """
        found = ((site, self._holds.get((site.value, FailureKind.OFFLINE))) for site in Site)
        due = {site for site, hold in found if hold is not None and hold.over(now)}
        due, self._doubted = due | self._doubted, set()
        return [site for site in Site if site in due]

    def next_change(self, now: float) -> float | None:
        """Return when the next pause ends, in UTC seconds."""
        ends = [hold.until for hold in self._holds.values() if hold.until and not hold.over(now)]
        return min(ends, default=None)

    def release(self, site: Site, now: float) -> None:
        """Look at a site at once: somebody pressed Try now.

        One request finds out. What a server asked for itself is not cut short.
        """
        kinds = (FailureKind.OFFLINE, FailureKind.SIGN_IN)
        held = [self._holds.pop((site.value, kind), None) for kind in kinds]
        if any(held):
            self._look_at_once(site)
            self._on_change()

    def doubt(self, site: Site, now: float) -> None:
        """Look at a site at once: the system says that the network has come or gone.

        Nothing is held back meanwhile that was not before, for only a request tells the truth.
        """
        here = (hold for (scope, _), hold in self._holds.items() if scope.startswith(site.value))
        if any(hold.asked and not hold.over(now) for hold in here):
            return  # it can be reached, and has asked to be left alone
        if (site.value, FailureKind.OFFLINE) in self._holds:
            self._look_at_once(site)
        else:
            self._doubted.add(site)
        self._on_change()

    def mended(self, entry: Entry) -> None:
        """Let what is like this entry go again: one arrived, or somebody has changed something."""
        for scope in self._scopes(entry):
            self._holds.pop((scope, FailureKind.REFUSED), None)

    def tickets_at_once(self, entry: Entry, most: int) -> int:
        """Return how many tickets of this one's sort may be under way."""
        return tickets_at_once(self._taken.get(sort_of_ticket(entry), 0), most)

    @property
    def refuses(self) -> bool:
        """Whether something waits for a refusal to be mended."""
        return any(kind is FailureKind.REFUSED for _, kind in self._holds)

    def still_refused(self, stuck: Iterable[Entry]) -> None:
        """Let go what no entry that needs the analyst speaks for any more: a pause without a
        message to mend would never end."""
        held = [key for key in self._holds if key[1] is FailureKind.REFUSED]
        if held:
            reasons = {scope for entry in stuck for scope in self._scopes(entry)}
            for key in held:
                if key[0] not in reasons:
                    del self._holds[key]

    def _scopes(self, entry: Entry) -> tuple[str, ...]:
        return scopes(entry, self._issue_of(entry))

    def _hold(self, scope: str, failure: Failure) -> None:
        before = self._holds.get((scope, failure.kind))
        self._holds[scope, failure.kind] = hold_after(failure, scope, before)

    def _refuses_comments(self, issue: str) -> bool:
        """Say whether a second issue of the same project takes no comment."""
        others = comments_on(issue.rpartition("-")[0]) + "-"
        held = {scope for scope, kind in self._holds if kind is FailureKind.REFUSED}
        return any(one.startswith(others) for one in held - {comments_on(issue)})

    def _look_at_once(self, site: Site) -> None:
        hold = Hold(site.value, FailureKind.OFFLINE, "Connecting.", until=0.0, times=0)
        self._holds[site.value, FailureKind.OFFLINE] = hold

    def _state_after(self, site: Site, failure: Failure) -> ConnectionState | None:
        """Return what the pill shows from now on, None where it stays as it is."""
        if failure.kind is FailureKind.OFFLINE:
            # A look that was asked to come later has reached somebody.
            return ConnectionState.TROUBLE if failure.status == 429 else ConnectionState.OFFLINE
        if failure.kind is FailureKind.SIGN_IN:
            return ConnectionState.SIGN_IN
        held = any((site.value, worse) in self._holds for worse in _HOLDING[:2])
        return ConnectionState.TROUBLE if failure.kind is FailureKind.PASSING and not held else None

    def _set(self, status: SiteStatus) -> None:
        old = self._status[status.site]
        if status.state is ConnectionState.CONNECTED or status.ok_at is not None:
            self._status[status.site] = status
        else:
            self._status[status.site] = replace(status, ok_at=old.ok_at)
        if (old.state, old.sentence) != (status.state, status.sentence):
            self._on_change()
