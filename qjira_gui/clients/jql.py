"""Questions to Jira: JQL that no input can bend, keys found in what people paste."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qjira_gui.domain.text import clean, cut

Value = str | int | Iterable[str | int]

# Two characters at least, as Jira Cloud asks of a project key; Data Center also allows underscores.
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_]+)-([1-9][0-9]*)")
_HEADED_KEY = re.compile(r"\[\s*([A-Za-z][A-Za-z0-9_]+-[1-9][0-9]*)\s*\]")
_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LUCENE = str.maketrans(dict.fromkeys('+-&|!(){}[]^~*?\\:"/', " "))
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_WORDS_LIMIT = 200


def jql(template: str, *values: Value) -> str:
    """Return `template` with each {} replaced by a value, quoted; a list becomes (a, b)."""
    parts = template.split("{}")
    if len(parts) != len(values) + 1:
        raise ValueError(f"{len(parts) - 1} places but {len(values)} values in: {template}")
    filled = (_quoted(value) + part for value, part in zip(values, parts[1:], strict=True))
    return parts[0] + "".join(filled)


def words(text: str, *, prefix: bool = False) -> str:
    """Return search words for `~` in which no character means anything to Jira's text search.

    With `prefix` the last word also finds longer ones. Empty where no word is left, which Jira
    would refuse: ask without the clause then.
    """
    found = cut(clean(text).translate(_LUCENE), _WORDS_LIMIT, mark="").split()
    said = " ".join(word.lower() if word in _OPERATORS else word for word in found)
    return f"{said}*" if said and prefix else said


def looks_like_key(text: str, site: str = "") -> str | None:
    """Return the issue key that `text` is: typed, or inside the address of an issue.

    With `site`, the address of another site has no key for us: the same key is another issue
    there. Words such as "utf-8" look like keys, too: search when there is no such issue.
    """
    text = clean(text).strip()
    if _KEY.fullmatch(text):
        return text.upper()
    if url := _URL.search(text):
        return _key_in_url(url[0].rstrip(".,;:!?)]}'"), site)
    if headed := _HEADED_KEY.match(text):
        return headed[1].upper()
    if "/" in text and "." in text and not text.split()[1:]:
        return _key_in_url(f"https://{text}", site)
    return None


def created_since(at: float, zone: str) -> str:
    """Return `at` (UTC seconds) as a JQL date in the user's zone, never later than `at`.

    Jira reads dates in the zone of the user's profile, to the minute. Where that zone is unknown
    here (Windows has none by itself) a day is taken off: no zone is farther from UTC.
    """
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        local = moment - timedelta(days=1)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        # The hour that comes twice in autumn: Jira may take the later one for the earlier.
        local -= timedelta(hours=1)
    return f"{local:%Y-%m-%d %H:%M}"


def _quoted(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        text = clean(value).replace("\n", " ").replace("\t", " ")
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"({', '.join(map(_quoted, value))})"


def _key_in_url(url: str, site: str) -> str | None:
    try:
        address, ours = urlsplit(url), urlsplit(site)
        if site and address.netloc.casefold() != ours.netloc.casefold():
            return None
        chosen = parse_qs(address.query).get("selectedIssue", [])
    except ValueError:
        return None
    # On a board the open issue stands in the query; a path names it last.
    for part in (*chosen, *reversed(address.path.split("/"))):
        if _KEY.fullmatch(part):
            return part.upper()
    return None
