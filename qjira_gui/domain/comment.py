"""The words that go to Jira: the two sync comments, and an anomaly's block under a description."""

import re
from datetime import UTC, datetime, timedelta

import msgspec

from qjira_gui.domain.text import clean, cut, label_text, one_line, summary_text

# The limits are part of the wording: who composes a text finds both here.
__all__ = [
    "COMMENT_LEAD",
    "Context",
    "check_lines",
    "clean",
    "comment_text",
    "context_lines",
    "context_rows",
    "context_text",
    "context_title",
    "cut",
    "is_from_integration",
    "label_text",
    "one_line",
    "parse_status_text",
    "stamp",
    "status_text",
    "summary_text",
]

#: What every comment that is passed on begins with.
COMMENT_LEAD = "Comment from Qualytics:"
FAILED_CHECKS = "Failed Checks:"
VIEW = "View in Qualytics:"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = r"\[\s*([0-9]{4}-[0-9]{2}-[0-9]{2})\s+([0-9]{2}:[0-9]{2}:[0-9]{2})\s+UTC\s*\]"
#: Marks of emphasis and headings that a Markdown form of the same text has before its words.
_LEAD = r"[\s#*_]*"
_STATUS = re.compile(_LEAD + _STAMP + r"\s*Qualytics\s+Anomaly\s+Status:")
_VALUE = re.compile(r"\s*(\w+(?:[ \t\xa0-]+\w+){0,2})[ \t\xa0]*(?:\n|$)")
_COMMENT = re.compile(_LEAD + r"Comment\s+from\s+Qualytics:")
_BLOCK = re.compile(r"Qualytics\s+Anomaly\s+Linked\s*" + _STAMP + r"[\s*]*Anomaly\s+ID:")

# A message is a sentence, but an expression check may quote a page of SQL in it.
_MESSAGE_LIMIT = 2_000
_VALUE_LIMIT = 1_000
_WORD_LIMIT = 100


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What is appended to a new issue's description, as the anomaly was at that moment."""

    #: UTC seconds.
    at: float
    anomaly_id: int
    status: str
    type: str
    #: ISO 8601, as received.
    detected: str
    message: str | None = None
    fields: list[str] = []
    #: What each failed check said.
    failed_checks: list[str] = []
    url: str


def stamp(at: float) -> str:
    """Return UTC seconds in the form that every text of the integration uses."""
    # Not fromtimestamp(): Windows refuses negative seconds there.
    return f"{_EPOCH + timedelta(seconds=int(at)):%Y-%m-%d %H:%M:%S} UTC"


def status_text(at: float, status: str) -> str:
    """Return the comment that tells Jira of a new status."""
    return f"[{stamp(at)}] Qualytics Anomaly Status: {one_line(status)}"


def comment_text(text: str) -> str:
    """Return the comment that carries a comment of Qualytics."""
    return f"{COMMENT_LEAD} {clean(text).strip()}"


def parse_status_text(text: str) -> tuple[float, str] | None:
    """Return time and status where `text` is a status comment, whoever wrote it."""
    head = _STATUS.match(text)
    value = head and _VALUE.match(text, head.end())
    if not head or not value:
        return None
    try:
        moment = datetime.fromisoformat(f"{head[1]}T{head[2]}+00:00")
    except ValueError:
        return None
    return moment.timestamp(), one_line(value[1])


def is_from_integration(text: str) -> bool:
    """Say whether QJira or Qualytics' own integration wrote `text`, and not a person."""
    return bool(_STATUS.match(text) or _COMMENT.match(text) or _BLOCK.search(text))


def context_title(context: Context) -> str:
    """Return the first line of the block."""
    return f"Qualytics Anomaly Linked [{stamp(context.at)}]"


def context_rows(context: Context) -> list[tuple[str, str]]:
    """Return the block's labels and values, those that have a value."""
    fields = [name for name in map(one_line, context.fields) if name]
    rows = [
        ("Anomaly ID:", str(context.anomaly_id), _WORD_LIMIT),
        ("Status:", context.status, _WORD_LIMIT),
        ("Type:", context.type, _WORD_LIMIT),
        ("Detected:", _moment(context.detected), _WORD_LIMIT),
        ("Fields:" if len(fields) > 1 else "Field:", ", ".join(fields), _VALUE_LIMIT),
        ("Message:", context.message or "", _MESSAGE_LIMIT),
    ]
    told = ((label, cut(one_line(value), limit)) for label, value, limit in rows)
    return [(label, value) for label, value in told if value]


def check_lines(context: Context) -> list[str]:
    """Return what each failed check said, one line each."""
    told = (cut(one_line(check), _VALUE_LIMIT) for check in context.failed_checks)
    return [line for line in told if line]


def context_lines(context: Context) -> list[str]:
    """Return the block as plain lines, to be shown under the description while it is typed."""
    checks = check_lines(context)
    return [
        context_title(context),
        *(f"{label} {value}" for label, value in context_rows(context)),
        *((FAILED_CHECKS, *(f"- {line}" for line in checks)) if checks else ()),
        f"{VIEW} {context.url}",
    ]


def context_text(context: Context) -> str:
    """Return the block as plain text."""
    return "\n".join(context_lines(context))


def _moment(iso: str) -> str:
    """Return the time of detection as Qualytics writes it in tickets; as received where unclear."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return str(moment.astimezone(UTC)) if moment.tzinfo else iso
