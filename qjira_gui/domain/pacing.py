"""When the next write on one issue may leave, so that Jira need not refuse it with a 429."""

from collections.abc import Sequence

#: Writes on one issue and seconds: Jira takes 20 in 2 s and 100 in 30 s (jira-api.md, section 10).
#: A little below, because others write on the same issue too.
LIMITS = ((16, 2.0), (80, 30.0))


def earliest(written: Sequence[float], now: float) -> float:
    """Return the time from which one more write is within the limits; `written` in order, UTC s.

    A time in the future does not count: the clock was set back, and nothing must wait for a day.
    """
    past = [at for at in written if at <= now]
    allowed = now
    for most, span in LIMITS:
        if len(past) >= most:
            allowed = max(allowed, past[-most] + span)
    return allowed


def recent(written: Sequence[float], now: float) -> list[float]:
    """Return the times that can still matter."""
    longest = max(span for _, span in LIMITS)
    return [at for at in written if now - longest < at <= now][-max(most for most, _ in LIMITS) :]
