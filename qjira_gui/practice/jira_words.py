"""What Jira says when it refuses, in English and, where a user has chosen it, in German."""

from __future__ import annotations

import re
from typing import Any

from qjira_gui.practice.wire import Refused, Reply

JsonObject = dict[str, Any]

UNAUTHENTICATED = "Client must be authenticated to access this resource."
NO_ISSUE = "Issue does not exist or you do not have permission to see it."
NO_COMMENT = "Can not find a comment for the id: {0}."
NOT_ADF = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
TOO_LONG = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
NEWLINES = "The summary is invalid because it contains newline characters."
NOT_ON_SCREEN = "Field '{0}' cannot be set. It is not on the appropriate screen, or unknown."
BAD_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."
REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available in the developer documentation."
)

# English pattern → German; only what an analyst is likely to meet.
_GERMAN = (
    (
        re.escape(UNAUTHENTICATED),
        "Der Client muss für den Zugriff auf diese Ressource angemeldet sein.",
    ),
    (re.escape(NO_ISSUE), "Der Vorgang existiert nicht oder Sie dürfen ihn nicht sehen."),
    (re.escape(NEWLINES), "Die Zusammenfassung ist ungültig, da sie Zeilenumbrüche enthält."),
    (re.escape(TOO_LONG), "Der Text ist zu lang. Er überschreitet das Limit von 32.767 Zeichen."),
    (
        r"Field '(.+)' cannot be set\. .+",
        r"Das Feld '\1' kann nicht gesetzt werden. Es ist unbekannt.",
    ),
    (r"(.+) is required\.", r"\1 ist erforderlich."),
    (
        r"The label '(.+)' contains spaces which is invalid\.",
        r"Das Stichwort '\1' enthält unzulässige Leerzeichen.",
    ),
    (r"You must specify a summary of the issue\.", "Sie müssen eine Zusammenfassung angeben."),
)


def problem(status: int, *messages: str, **fields: str) -> Reply:
    """An `ErrorCollection`."""
    return Reply(status, {"errorMessages": list(messages), "errors": dict(fields)})


def refuse(status: int, *messages: str, **fields: str) -> Refused:
    reply = problem(status, *messages, **fields)
    return Refused(reply.status, reply.body)


def translated(body: Any) -> Any:
    """The same refusal as a user with German as language reads it."""

    def german(text: str) -> str:
        for pattern, words in _GERMAN:
            if re.fullmatch(pattern, text):
                return re.sub(pattern, words, text)
        return text

    if not isinstance(body, dict) or "errorMessages" not in body:
        return body
    messages = [german(text) for text in body["errorMessages"]]
    errors = {name: german(text) for name, text in body.get("errors", {}).items()}
    return {**body, "errorMessages": messages, "errors": errors}
