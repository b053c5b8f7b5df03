"""How the two sites are reached and how each stands, in words."""

from enum import StrEnum

import msgspec

from qjira_gui.domain.outbox import Site


class Network(msgspec.Struct, frozen=True):
    """What a company's network asks for."""

    ca_file: str = ""
    proxy: str = ""


class QualyticsLogin(msgspec.Struct, frozen=True):
    """What it takes to reach Qualytics."""

    url: str
    token: str

    def __repr__(self) -> str:
        """Leave the token out of every log and traceback."""
        return f"QualyticsLogin(url={self.url!r})"


class JiraLogin(msgspec.Struct, frozen=True):
    """What it takes to reach Jira; `api_base` only where a gateway must be used."""

    url: str
    email: str
    token: str
    api_base: str = ""

    def __repr__(self) -> str:
        """Leave the token out of every log and traceback."""
        return f"JiraLogin(url={self.url!r}, email={self.email!r})"


class ConnectionState(StrEnum):
    """How a site stands, as its pill shows it."""

    ABSENT = "not connected"
    UNKNOWN = "connecting"
    CONNECTED = "connected"
    OFFLINE = "offline"
    SIGN_IN = "sign in again"
    TROUBLE = "has trouble"


class SiteStatus(msgspec.Struct, frozen=True):
    """One site's pill: its state, why, and since when it works (UTC seconds)."""

    site: Site
    state: ConnectionState = ConnectionState.ABSENT
    sentence: str = ""
    ok_at: float | None = None


class Outcome(StrEnum):
    """What one step of the connection test found."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Step(msgspec.Struct, frozen=True):
    """One step of the connection test: what was looked at, what was found, how to mend it."""

    name: str
    outcome: Outcome
    found: str
    remedy: str = ""


class Settings(msgspec.Struct, frozen=True):
    """What a profile remembers, secrets excepted."""

    id: str = "settings"
    qualytics_url: str = ""
    jira_url: str = ""
    jira_email: str = ""
    jira_api_base: str = ""
    default_project: str = ""
    network: Network = Network()
    #: Rows that the list loads at most; the view says so when there are more.
    list_limit: int = 10_000
    #: Seconds in which an act can be undone before it leaves; 0 sends at once.
    undo_seconds: float = 5.0
    #: The addresses that were in use last, by site, in one spelling each.
    places: dict[str, str] = {}
    #: What was wrong with a data file that was set aside, until the analyst has answered.
    damage: str = ""
    #: Nothing is sent until the analyst resumes, also after a restart.
    paused: bool = False
    #: "system", "light" or "dark".
    theme: str = "system"
    #: Window places by name, base64 of Qt's own format.
    geometry: dict[str, str] = {}
