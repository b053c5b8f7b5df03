"""What an analyst types as an address, made into the addresses that the APIs need."""

import re
from urllib.parse import urlsplit

from qjira_gui.domain.errors import AppError


def _with_scheme(text: str) -> str:
    text = text.strip().rstrip("/")
    if not text:
        raise AppError("The address is empty. Paste it from your browser's address bar.")
    return text if "://" in text else f"https://{text}"


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in url:
        raise AppError(
            f"“{url}” is not a web address. Paste it from your browser's address bar, "
            "for example https://acme.qualytics.io."
        )
    if parts.username or parts.password:
        raise AppError("The address holds a user name or password. Leave it out of the address.")
    return url


def qualytics_api(text: str) -> str:
    """Return the API's base, ending in a slash: the vendor's own rules (qualytics-api.md, 2).

    A missing scheme becomes https; `/api` is taken off and put on again; raises AppError.
    """
    url = _checked(_with_scheme(text))
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix("/api")
    # A page of the web interface was pasted: only the host matters.
    if re.match(r"/(datastores|anomalies|explore|settings|login)\b", path):
        path = ""
    return f"{parts.scheme}://{parts.netloc}{path}/api/"


def origin(url: str) -> str:
    """Return scheme and host of an address: where Qualytics' pages are."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def jira_site(text: str) -> str:
    """Return the site's address without a trailing slash; raises AppError.

    A bare name such as `acme` means `https://acme.atlassian.net`; a pasted page keeps the host.
    """
    text = text.strip().rstrip("/")
    if re.fullmatch(r"[A-Za-z0-9-]+", text) and text.lower() != "localhost":
        text = f"{text}.atlassian.net"
    url = _checked(_with_scheme(text))
    parts = urlsplit(url)
    path = re.split(r"/(?:browse|jira|rest|secure|projects|issues|wiki|plugins)\b", parts.path)[0]
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}"
