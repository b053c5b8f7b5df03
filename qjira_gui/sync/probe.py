"""Looks whether a site is back and lets us in, with the cheapest question that tells both."""

import logging
from collections.abc import Callable

from msgspec.structs import replace

from qjira_gui.clients.jira import JiraClient
from qjira_gui.clients.qualytics import QualyticsClient
from qjira_gui.domain.errors import AppError, RefusedError, SignInError
from qjira_gui.domain.failure import failure_of
from qjira_gui.domain.outbox import Failure, FailureKind

log = logging.getLogger(__name__)


async def probe(client: QualyticsClient | JiraClient, now: Callable[[], float]) -> Failure | None:
    """Return what is wrong with a site, None where it can be used."""
    try:
        await _ask(client)
    except AppError as error:
        failure = failure_of(error, now())
        if failure.kind is FailureKind.SIGN_IN:
            return failure
        # Whatever else is wrong with a cheap question, the site is of no use now.
        return replace(failure, kind=FailureKind.OFFLINE)
    except Exception as error:
        # A bug of ours: it must end neither the worker nor the looking.
        log.exception("looking at a site")
        sentence = "QJira made a mistake while it looked at this site, and tries again."
        detail = f"{type(error).__name__}: {error}"
        return Failure(FailureKind.OFFLINE, sentence, now(), detail)
    return None


async def refused_alone(
    client: QualyticsClient | JiraClient | None, error: SignInError
) -> AppError:
    """Return what a refused sign-in means: that of the site, or of this request alone.

    A token may lack one permission (a scope of Jira's): then everything else goes on.
    """
    if client is None:
        return error
    try:
        await client.me()
    except AppError:
        return error
    return RefusedError(
        "Your token may not do this, although it is accepted for other things. Give it that "
        "permission, or enter another one in Connections.",
        error.detail,
        status=401,
        request_id=error.request_id,
    )


async def _ask(client: QualyticsClient | JiraClient) -> None:
    try:
        # Not Qualytics' `health`, which lets everybody in: a token that has ended must show here,
        # and not with the first eight entries.
        await client.me()
    except RefusedError:
        if isinstance(client, JiraClient):
            raise
        await client.health()
