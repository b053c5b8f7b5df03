"""What an error means for an entry and for its neighbours: one place for all decisions."""

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
from qjira_gui.domain.outbox import Entry, Failure, FailureKind

#: Seconds between looks whether a site is back: quick at first, gentle later.
PROBES = (2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
#: Seconds that a named pause lasts where the server names no time.
RATE_PAUSE = 5.0

#: What each `RateLimit-Reason` slows (jira-api.md, section 10); the rest slow their endpoint.
_WHOLE_SITE = ("jira-quota-global-based", "jira-quota-tenant-based")
_ONE_ISSUE = "jira-per-issue-on-write"


def failure_of(error: AppError, at: float) -> Failure:
    """Return what an error means; `at` is when it came, in UTC seconds."""
    kind, doubt = FailureKind.REFUSED, False
    wait: float | None = None
    reason, fields = "", {}
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
        kind, wait, reason = FailureKind.RATE, error.retry_after, error.reason
    elif isinstance(error, SignInError):
        kind = FailureKind.SIGN_IN
    elif isinstance(error, RefusedError):
        fields = error.fields
    return Failure(
        kind=kind,
        sentence=error.sentence,
        detail=error.detail,
        at=at,
        retry_after=wait,
        reason=reason,
        request_id=error.request_id,
        in_doubt=doubt,
        fields=fields,
    )


class Hold(msgspec.Struct, frozen=True):
    """A pause that covers every entry of `scope`: a site, a kind of request or a lane."""

    scope: str
    kind: FailureKind
    sentence: str
    #: UTC seconds; None until the analyst does something.
    until: float | None
    times: int = 1


def scopes(entry: Entry) -> tuple[str, ...]:
    """Return every scope that an entry belongs to."""
    own = (entry.site.value, entry.kind.value, entry.lane)
    return (*own, lane_of(entry.link_id)) if entry.link_id else own


def hold_after(failure: Failure, site: str, entry: Entry | None, times: int) -> Hold | None:
    """Return the pause that a failure asks for, None where only the entry itself is concerned.

    `times` counts how often this pause has come in a row, from 0.
    """
    match failure.kind:
        case FailureKind.OFFLINE:
            until = failure.at + PROBES[min(times, len(PROBES) - 1)]
            return Hold(site, failure.kind, failure.sentence, until, times + 1)
        case FailureKind.SIGN_IN:
            return Hold(site, failure.kind, failure.sentence, None, times + 1)
        case FailureKind.RATE:
            scope = site
            if entry is not None and failure.reason not in _WHOLE_SITE:
                scope = entry.lane if failure.reason == _ONE_ISSUE else entry.kind.value
            wait = failure.retry_after if failure.retry_after is not None else RATE_PAUSE
            return Hold(scope, failure.kind, failure.sentence, failure.at + wait, times + 1)
    return None
