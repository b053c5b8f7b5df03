"""Tests that logins, errors and statuses show what they should, and nothing else."""

import traceback

import pytest

from qjira_gui.domain import errors
from qjira_gui.domain.connection import (
    JiraLogin,
    Network,
    Outcome,
    QualyticsLogin,
    Settings,
    SiteStatus,
    Step,
)
from qjira_gui.domain.errors import AppError, RateError, RefusedError
from qjira_gui.domain.outbox import Site
from qjira_gui.domain.page import AnomalyFilter

SECRET = "ATATT3xFfGF0-secret"


@pytest.mark.parametrize(
    "login",
    [
        QualyticsLogin("https://acme.qualytics.io", SECRET),
        JiraLogin("https://acme.atlassian.net", "dana@acme.example", SECRET, "https://gw"),
    ],
)
def test_a_login_shows_its_address_and_never_its_token(
    login: QualyticsLogin | JiraLogin,
) -> None:
    shown = f"{login} {login!r} {[login]} {(login,)!s} %r" % login
    assert SECRET not in shown
    assert login.url in shown
    assert SECRET not in "".join(traceback.format_exception(ValueError(login)))


KINDS = [
    one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, AppError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_a_sentence_with_the_details_behind_it(kind: type[AppError]) -> None:
    error = kind("Jira said no.", "HTTP 400", request_id="7f3k2")
    assert (str(error), error.sentence) == ("Jira said no.", "Jira said no.")
    assert (error.detail, error.request_id) == ("HTTP 400", "7f3k2")
    assert kind("Jira said no.").detail == ""


def test_an_error_keeps_its_own_copy_of_what_the_server_said() -> None:
    said = {"summary": "too long"}
    error = RefusedError("no", fields=said)
    said.clear()
    assert error.fields == {"summary": "too long"}
    assert RateError("wait").retry_after is None


def test_a_profile_starts_with_nothing_but_sound_settings() -> None:
    settings = Settings()
    assert (settings.qualytics_url, settings.jira_url, settings.network) == ("", "", Network())
    assert settings.list_limit == 10_000
    assert SiteStatus(Site.JIRA).state == "not connected"
    assert Step("Server", Outcome.OK, "found").remedy == ""


@pytest.mark.parametrize(
    ("statuses", "archived"),
    [
        (("Active",), False),
        (("Active", "Acknowledged"), False),
        (("Resolved",), True),
        (("Active", "Duplicate"), True),
        (("Snoozed",), True),
        ((), True),
    ],
)
def test_archived_anomalies_are_asked_for_where_they_could_be_among_those_wanted(
    statuses: tuple[str, ...], archived: bool
) -> None:
    assert AnomalyFilter(statuses=statuses).archived is archived
