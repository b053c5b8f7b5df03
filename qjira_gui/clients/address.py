"""What an analyst types as an address, made into the addresses that the APIs need."""

import re
from urllib.parse import SplitResult, urlsplit

import httpx

from qjira_gui.domain.errors import AppError

_NO_ADDRESS = "Paste it from your browser's address bar, for example"
#: Where Qualytics' own pages begin: one of them was pasted, only the host matters.
_QUALYTICS_PAGE = re.compile(
    r"/(?:datastores|anomalies|explore|settings|login|insights|library|tags|flows|dashboard)\b"
)
#: Where Jira's own pages begin, below whatever path a server of one's own is installed at.
_JIRA_PAGE = re.compile(
    r"/(?:browse|rest|secure|projects|issues|wiki|plugins|login\.jsp"
    r"|jira/(?:software|core|servicedesk|your-work|for-you|dashboards|people|projects|plans))\b"
)


def _parts(text: str, example: str) -> SplitResult:
    """Return what was typed as a web address, https unless it says otherwise."""
    text = text.strip()
    if not text:
        raise AppError("The address is empty. Paste it from your browser's address bar.")
    # `https:/acme` and `https:acme` are slips of the hand, not hosts called https.
    if slip := re.match(r"(https?):(?!\d)/*", text, re.IGNORECASE):
        text = f"{slip[1].lower()}://{text[slip.end() :]}"
    elif "://" not in text:
        text = f"https://{text}"
    wrong = AppError(f"“{text}” is not a web address. {_NO_ADDRESS} {example}.")
    try:
        parts = urlsplit(text)
        httpx.URL(text)
        bad = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
        bad = bad or len(text.split()) > 1
    except (ValueError, httpx.InvalidURL):
        raise wrong from None
    if parts.username is not None or parts.password is not None:
        # Not quoted: a password may be in it.
        raise AppError("The address holds a user name or password. Leave it out of the address.")
    if bad or re.search(r"[^\w.:\[\]-]", parts.netloc):
        raise wrong
    # Written in one way, so that a secret is found under the address however it was typed; other
    # scripts have letters that grow when they are made small.
    host = parts.netloc.lower() if parts.netloc.isascii() else parts.netloc
    return parts._replace(netloc=host.rstrip("."))


def qualytics_api(text: str) -> str:
    """Return the API's base, ending in a slash: the vendor's own rules (qualytics-api.md, 2).

    A missing scheme becomes https; `/api` is taken off and put on again; raises AppError.
    """
    parts = _parts(text, "https://acme.qualytics.io")
    path = re.sub(r"/api(?:/docs|/redoc|/openapi\.json)?$", "", parts.path.rstrip("/"))
    if _QUALYTICS_PAGE.match(path):
        path = ""
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}/api/"


def origin(url: str) -> str:
    """Return scheme and host of an address: where Qualytics' pages are; empty for none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def place(url: str) -> str:
    """Return host and path of an address without its usual port, to tell one site by."""
    parts = urlsplit(url)
    usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return f"{parts.netloc.removesuffix(usual)}{parts.path.rstrip('/')}".lower()


def jira_site(text: str) -> str:
    """Return the site's address without a trailing slash; raises AppError.

    A bare name such as `acme` means `https://acme.atlassian.net`; a pasted page keeps the host.
    """
    text = text.strip().rstrip("/")
    if re.fullmatch(r"[A-Za-z0-9-]+", text) and text.lower() != "localhost":
        text = f"{text}.atlassian.net"
    example = "https://acme.atlassian.net"
    parts = _parts(text, example)
    host = parts.hostname or ""
    if host == "atlassian.com" or host.endswith(".atlassian.com"):
        raise AppError(
            f"{host} belongs to Atlassian itself. Use the address of your own site, for example "
            f"{example}."
        )
    # In the cloud a site is the whole host; elsewhere Jira may be installed below a path.
    path = "" if host.endswith(".atlassian.net") else _JIRA_PAGE.split(parts.path)[0]
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}"


def proxy(text: str) -> str:
    """Return a proxy's address as it may be kept; raises AppError where a password is in it."""
    if "@" in text:
        # Not quoted, and not kept: settings are a file that copies are made of.
        raise AppError(
            "The proxy address holds a user name or password, and QJira keeps no password in a "
            "file. Nothing was changed. Leave them out; if your proxy asks for them, empty this "
            "field and set HTTPS_PROXY in the environment."
        )
    return text.strip()
