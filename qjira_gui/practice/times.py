"""Times as the two sites write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 86_400.0

# Without the tzdata package Windows knows no zone by name; these have no summer time.
_FIXED = {"Asia/Kolkata": 330, "Asia/Tokyo": 540, "Etc/UTC": 0, "UTC": 0}


def zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return timezone(timedelta(minutes=_FIXED.get(name, 0)))


def qualytics_time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def zoneless_time(at: float) -> str:
    """As Qualytics' ticket answers have it: without a zone."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def jira_time(at: float) -> str:
    """Jira writes +0000, without the colon that RFC 3339 asks for."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def utc_date(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()
