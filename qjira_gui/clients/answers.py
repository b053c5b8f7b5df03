"""What an answer that is not a success means, as an error with a sentence."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from qjira_gui.clients import lenient
from qjira_gui.domain.errors import (
    AppError,
    NotTheApiError,
    PassingError,
    RateError,
    RefusedError,
    SignInError,
)
from qjira_gui.domain.text import cut, one_line

#: Values of X-Seraph-LoginReason that mean rejected credentials whatever the status says
#: (jira-api.md, section 3).
_REJECTED = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED")

#: What Jira Cloud says with 403 to a sign-in without an e-mail; it is never translated.
_NO_EMAIL = "Failed to parse Connect Session Auth Token"

#: Characters of a server's words that an error keeps: some send a whole stack trace.
_LONGEST = 1_000

_MEANING = {
    403: "A permission is missing for this.",
    404: "It is not there, or this account may not see it.",
    410: "This server no longer offers it.",
    413: "The issue is full: Jira takes no more of these.",
}


def retry_after(response: httpx.Response) -> float | None:
    """Return the pause in seconds that the server asks for, None where it names none."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until(value, parsedate_to_datetime, response)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _reset_wait(response: httpx.Response) -> float | None:
    """Return the seconds to X-RateLimit-Reset, None where it is not named."""
    value = response.headers.get("X-RateLimit-Reset")
    return None if value is None else _until(value, datetime.fromisoformat, response)


def _until(value: str, parse: Callable[[str], datetime], response: httpx.Response) -> float | None:
    """Return the seconds to a moment, measured on the server's own clock."""
    try:
        until, asked = parse(value), parsedate_to_datetime(response.headers["Date"])
    except (ValueError, KeyError):
        return None
    return max(0.0, (_in_utc(until) - _in_utc(asked)).total_seconds())


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def request_id(response: httpx.Response) -> str:
    """Return the server's name for this request, for whoever searches its log."""
    for header in ("atl-traceid", "X-AREQUESTID", "X-Request-ID"):
        if header in response.headers:
            return str(response.headers[header])
    return ""


def is_json(response: httpx.Response) -> bool:
    """Say whether the answer calls itself JSON."""
    return "json" in response.headers.get("Content-Type", "").lower()


def _said(value: object) -> list[str]:
    """Return the sentences in a value: text, a list of them, or Qualytics' `{loc, msg}`."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, list):
        return [text for one in value for text in _said(one)]
    if not isinstance(value, dict):
        return []
    place = value.get("loc")
    where = ".".join(map(str, place)) if isinstance(place, list) else ""
    told = [text for key in ("msg", "message", "detail") for text in _said(value.get(key))][:1]
    return [f"{where}: {text}".strip(": ") for text in told]


def words_of(response: httpx.Response) -> tuple[list[str], dict[str, str]]:
    """Return the server's own sentences, and those that belong to a field, by field id."""
    try:
        body: Any = lenient.loads(response.content)
    except msgspec.DecodeError:
        text = response.content.decode("utf-8", "replace").strip()
        # Of a web page, or of JSON that broke off, nothing is worth reading.
        return ([] if text.startswith(("<", "{", "[{", '["', "[[")) else _said(text)), {}
    if not isinstance(body, dict):
        return _said(body), {}
    errors = body.get("errors")
    named = errors if isinstance(errors, dict) else {}
    fields = {key: " ".join(_said(value)) or str(value) for key, value in named.items()}
    general = [] if errors is named else _said(errors)
    # `detail` is Qualytics', the rest Jira's, in the shapes of its several layers.
    for key in ("errorMessages", "message", "error", "detail"):
        general += _said(body.get(key))
    return general, fields


def _as_is(text: str) -> str:
    return text


def error_of(
    name: str, response: httpx.Response, hide: Callable[[str], str] = _as_is
) -> AppError | None:
    """Return what is wrong with an answer of the site called `name`; None for a success.

    `hide` takes the secrets out of what the server said.
    """
    # Hidden before they are cut: of half a secret nobody could tell that it is one.
    status, trace = response.status_code, hide(request_id(response))[:100]
    said, fields = words_of(response) if status >= 400 else ([], {})
    fields = {hide(key): _short(hide(text)) for key, text in fields.items()}
    spoken = _short(hide(" ".join(said + [f"{key}: {text}" for key, text in fields.items()])))
    detail = f"HTTP {status} {response.request.method} {response.request.url.path} {spoken}".strip()
    login = response.headers.get("X-Seraph-LoginReason", "")
    captcha = "CAPTCHA" in response.headers.get("X-Authentication-Denied-Reason", "")
    rejected = any(reason in login for reason in _REJECTED)
    if status == 401 or rejected or captcha or (status == 403 and _NO_EMAIL in spoken):
        if captcha:
            sentence = f"{name} wants you to sign in once in the browser before it lets apps in."
        else:
            sentence = (
                f"{name} does not accept the sign-in. Everything is kept; enter a new token in "
                "Connections and it goes on."
            )
        return SignInError(sentence, detail, request_id=trace)
    if status == 429:
        wait = retry_after(response)
        return RateError(
            f"{name} asks for a pause. It goes on by itself.",
            detail,
            retry_after=wait if wait is not None else _reset_wait(response),
            reason=hide(response.headers.get("RateLimit-Reason", ""))[:100],
            request_id=trace,
        )
    if status == 408 or status >= 500:
        return PassingError(
            f"{name} has trouble (HTTP {status}). QJira tries again by itself.",
            detail,
            retry_after=retry_after(response),
            request_id=trace,
        )
    if status >= 400:
        meaning = spoken or _MEANING.get(status, "It gave no reason.")
        return RefusedError(
            f"{name} refused this: {meaning}", detail, status=status, fields=fields,
            request_id=trace,
        )  # fmt: skip
    if status >= 300 or (response.content and not is_json(response)):
        return NotTheApiError(
            f"A web page answered instead of {name}. A sign-in page of your network may be in "
            "between, or the address in Connections is not right. Everything is kept.",
            detail,
            request_id=trace,
        )
    return None


def _short(text: str) -> str:
    return cut(one_line(text), _LONGEST)
