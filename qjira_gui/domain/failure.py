"""What an error means for an entry and for its neighbours: one place for all decisions."""

import math

import msgspec

from qjira_gui.domain.errors import (
    AppError,
    InDoubtError,
    NotTheApiError,
    OfflineError,
    PassingError,
    RateError,
    RefusedError,
    SignInError,
)
from qjira_gui.domain.link import lane_of
from qjira_gui.domain.outbox import CANNOT_LOOK, Entry, EntryKind, Failure, FailureKind

#: Seconds between looks whether a site is back: quick at first, gentle later.
PROBES = (2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
#: Seconds that a pause lasts where the server names no time; it doubles up to the longest.
RATE_PAUSE = 5.0
LONGEST_RATE_PAUSE = 60.0
#: Seconds; a server that asks for more than a day is asked again after a day.
LONGEST_RETRY_AFTER = 24 * 3600.0

#: What each `RateLimit-Reason` slows (jira-api.md, section 10); the rest slow their endpoint.
_WHOLE_SITE = ("jira-quota-global-based", "jira-quota-tenant-based")
_ONE_ISSUE = "jira-per-issue-on-write"
#: Fields whose refusal says nothing about other tickets of the same project and type.
_OWN_WORDS = ("summary", "description", "labels", "assignee")

#: What to do about a refusal: the server's own words say only what is wrong.
_MEND = "Change it, or what it goes to, and press Send now; or cancel it."
_ADVICE = {
    403: "Ask whoever looks after that site for the permission, then press Send now.",
    404: "Look whether it still exists; if it does, press Send now, otherwise cancel this.",
    410: "Look whether it still exists; if it does, press Send now, otherwise cancel this.",
}


def failure_of(error: AppError, at: float) -> Failure:
    """Return what an error means; `at` is when it came, in UTC seconds."""
    kind, doubt = FailureKind.REFUSED, False
    wait: float | None = None
    reason, fields, status = "", {}, 0
    sentence = error.sentence
    if isinstance(error, OfflineError):
        kind = FailureKind.OFFLINE
    elif isinstance(error, NotTheApiError):
        # A network's sign-in page: it passes, but nobody knows who saw the request.
        kind, doubt = FailureKind.OFFLINE, True
    elif isinstance(error, InDoubtError):
        kind, doubt = FailureKind.PASSING, True
    elif isinstance(error, PassingError):
        kind, doubt, wait = FailureKind.PASSING, True, error.retry_after
    elif isinstance(error, RateError):
        kind, wait, reason, status = FailureKind.RATE, error.retry_after, error.reason, 429
    elif isinstance(error, SignInError):
        kind = FailureKind.SIGN_IN
    elif isinstance(error, RefusedError):
        fields, status = error.fields, error.status
        said = sentence.rstrip()
        stop = "" if said.endswith((".", "!", "?")) else "."
        sentence = f"{said}{stop} {_ADVICE.get(error.status, _MEND)}"
    return Failure(
        kind=kind,
        sentence=sentence,
        detail=error.detail,
        at=at,
        retry_after=_sane(wait),
        reason=reason,
        request_id=error.request_id,
        status=status,
        in_doubt=doubt,
        fields=fields,
    )


def _sane(wait: float | None) -> float | None:
    """Return a pause that a clock can add; a server may say anything, also `inf`."""
    if wait is None or math.isnan(wait):
        return None
    return min(max(wait, 0.0), LONGEST_RETRY_AFTER)


class Hold(msgspec.Struct, frozen=True):
    """A pause that covers every entry of `scope`: a site, a kind of request or a lane."""

    scope: str
    kind: FailureKind
    sentence: str
    #: UTC seconds; None until the analyst does something.
    until: float | None
    #: How often it has come in a row.
    times: int = 1
    #: When it began: a clock that says less was set back.
    since: float = 0.0
    #: The server can be reached and asked for it.
    asked: bool = False

    def over(self, now: float) -> bool:
        """Say whether its time has passed."""
        return self.until is not None and (self.until <= now or now < self.since)


def scopes(entry: Entry, issue: str = "") -> tuple[str, ...]:
    """Return every scope that an entry belongs to; `issue` is the key of the one it goes to."""
    own: tuple[str, ...] = (entry.site.value, entry.kind.value, entry.lane)
    if entry.kind is EntryKind.ISSUE:
        own = (*own, sort_of_ticket(entry))
    if entry.kind is EntryKind.ISSUE_COMMENT and issue:
        own = (*own, comments_on(issue), comments_on(issue.rpartition("-")[0]))
    return (*own, lane_of(entry.link_id)) if entry.link_id else own


def sort_of_ticket(entry: Entry) -> str:
    """Return the scope of all tickets of the same project and issue type."""
    fields = entry.payload.get("fields") or {}
    numbers = [str((fields.get(name) or {}).get("id", "")) for name in ("project", "issuetype")]
    return ":".join([entry.kind.value, *numbers])


def tickets_at_once(taken: int, most: int) -> int:
    """Return how many tickets of one sort may be under way, after Jira took `taken` in a row.

    One alone, until two have shown that the next will not be refused for the same mistake: that
    mistake is one message then, also when four hundred tickets come home from a day offline.
    """
    return min(most, max(1, taken))


def comments_on(key: str) -> str:
    """Return the scope of all comments on an issue, or on a project's issues."""
    return f"{EntryKind.ISSUE_COMMENT.value}:{key}"


def scope_of(failure: Failure, site: str, entry: Entry | None, issue: str = "") -> str | None:
    """Return what a failure slows besides the entry itself, None where that is nothing.

    `entry` is None where somebody was only reading; `issue` is the key of the one it goes to.
    """
    match failure.kind:
        case FailureKind.OFFLINE | FailureKind.SIGN_IN:
            return site
        case FailureKind.REFUSED if entry is not None and entry.kind is EntryKind.ISSUE:
            # One mistake is one message, not four hundred; what only this ticket says is its own.
            own = bool(failure.fields) and not set(failure.fields) - set(_OWN_WORDS)
            return None if own or failure.reason == CANNOT_LOOK else sort_of_ticket(entry)
        case FailureKind.REFUSED if entry is not None and entry.kind is EntryKind.ISSUE_COMMENT:
            return comments_on(issue) if failure.status == 403 and issue else None
        case FailureKind.RATE if failure.reason in _WHOLE_SITE:
            return site
        case FailureKind.RATE if entry is not None:
            return entry.lane if failure.reason == _ONE_ISSUE else entry.kind.value
    return None


def hold_after(failure: Failure, scope: str, before: Hold | None) -> Hold:
    """Return the pause that a failure puts on `scope`, where `before` was the last of its kind.

    Requests that fail together are one failure: a pause grows only when it was over.
    """
    times = before.times if before is not None else 0
    until: float | None = None
    if failure.kind is FailureKind.OFFLINE:
        # A probe may be asked to slow down as well.
        wait = max(PROBES[min(times, len(PROBES) - 1)], failure.retry_after or 0.0)
        until = failure.at + wait
    elif failure.kind is FailureKind.RATE:
        wait = min(RATE_PAUSE * 2 ** min(times, 20), LONGEST_RATE_PAUSE)
        if failure.retry_after is not None:
            # It may be longer than what was asked for: who says "0" again and again means it not.
            grown = min(2.0 ** min(times, 20), LONGEST_RATE_PAUSE)
            wait = max(failure.retry_after, grown)
        until = failure.at + wait
    asked = failure.status == 429 or failure.retry_after is not None
    hold = Hold(scope, failure.kind, failure.sentence, until, times + 1, failure.at, asked)
    if before is None or before.over(failure.at):
        return hold
    longer = (before.until or math.inf) < (until or math.inf)
    if failure.kind is FailureKind.RATE and failure.retry_after is not None and longer:
        return msgspec.structs.replace(hold, times=times)
    return before
