"""What an answer that is not a success means, as an error with a sentence."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from qjira_gui.domain.errors import (
    AppError,
    NotTheApiError,
    PassingError,
    RateError,
    RefusedError,
    SignInError,
)

#: Values of X-Seraph-LoginReason that mean rejected credentials whatever the status says
#: (jira-api.md, section 3).
_REJECTED = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED")

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
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
        asked = parsedate_to_datetime(response.headers["Date"])
    except (ValueError, KeyError):
        return None
    return max(0.0, (until - asked).total_seconds())


def _reset_wait(response: httpx.Response) -> float | None:
    """Return the seconds to X-RateLimit-Reset, measured on the server's own clock."""
    try:
        until = datetime.fromisoformat(response.headers["X-RateLimit-Reset"])
        asked = parsedate_to_datetime(response.headers["Date"])
    except (ValueError, KeyError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - asked).total_seconds())


def request_id(response: httpx.Response) -> str:
    """Return the server's name for this request, for whoever searches its log."""
    for header in ("atl-traceid", "X-AREQUESTID", "X-Request-ID"):
        if header in response.headers:
            return str(response.headers[header])
    return ""


def is_json(response: httpx.Response) -> bool:
    """Say whether the answer calls itself JSON."""
    return "json" in response.headers.get("Content-Type", "")


def _qualytics_words(detail: object) -> list[str]:
    """Qualytics says `detail` as a string or as a list of `{loc, msg}` (qualytics-api.md, 3)."""
    if isinstance(detail, str):
        return [detail]
    words = []
    for one in detail if isinstance(detail, list) else []:
        if isinstance(one, dict):
            place = ".".join(str(part) for part in one.get("loc") or [])
            words.append(f"{place}: {one.get('msg', '')}".strip(": "))
    return words


def words_of(response: httpx.Response) -> tuple[list[str], dict[str, str]]:
    """Return the server's own sentences, and those that belong to a field, by field id."""
    try:
        body: Any = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        text = " ".join(response.text.split())
        return ([] if text.startswith("<") or not text else [text[:300]]), {}
    if not isinstance(body, dict):
        return [], {}
    errors = body.get("errors")
    fields = {str(k): str(v) for k, v in errors.items()} if isinstance(errors, dict) else {}
    general = [str(m) for m in body.get("errorMessages") or []]
    general += [str(body[key]) for key in ("message", "error") if isinstance(body.get(key), str)]
    return general + _qualytics_words(body.get("detail")), fields


def error_of(name: str, response: httpx.Response) -> AppError | None:
    """Return what is wrong with an answer of the site called `name`; None for a success."""
    status, trace = response.status_code, request_id(response)
    said, fields = words_of(response) if status >= 400 else ([], {})
    spoken = " ".join(said + [f"{key}: {text}" for key, text in fields.items()])
    detail = f"HTTP {status} {response.request.method} {response.request.url.path} {spoken}".strip()
    login = response.headers.get("X-Seraph-LoginReason", "")
    if status == 401 or any(reason in login for reason in _REJECTED):
        if "CAPTCHA" in response.headers.get("X-Authentication-Denied-Reason", ""):
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
            reason=response.headers.get("RateLimit-Reason", ""),
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
