"""Times as people say them, in their own time zone."""

from datetime import UTC, datetime


def parse(iso: str) -> datetime | None:
    """Return the time of an API's text, None where it is none; a time without zone is UTC."""
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def ago(seconds: float) -> str:
    """Return how long ago something was."""
    if seconds < 60:
        return "just now"
    for size, name in ((86400, "day"), (3600, "hour"), (60, "min")):
        if seconds >= size:
            count = int(seconds // size)
            plural = "s" if count > 1 and name != "min" else ""
            return f"{count} {name}{plural} ago"
    return "just now"


def clock_time(at: float, now: float) -> str:
    """Return the time of day, with the day where it is not today's."""
    then, today = datetime.fromtimestamp(at).astimezone(), datetime.fromtimestamp(now).astimezone()
    return then.strftime("%H:%M" if then.date() == today.date() else "%d %b %H:%M")


def full(iso: str) -> str:
    """Return an API's time in full, as it came where it cannot be read."""
    found = parse(iso)
    return found.astimezone().strftime("%d %b %Y, %H:%M") if found else iso


def short(iso: str) -> str:
    """Return an API's time for a narrow column."""
    found = parse(iso)
    return found.astimezone().strftime("%d %b %H:%M") if found else iso
