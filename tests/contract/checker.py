"""Says, sentence by sentence, where a request or an answer departs from an OpenAPI document."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.contract import strict_json
from tests.contract.adf import AdfChecker
from tests.contract.operations import Call, Operation, Operations, parameter_problems
from tests.contract.schemas import Direction, Schema, Schemas
from tests.contract.specs import Document

JSON_TYPE = "application/json"

_CREATEMETA = "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes"
# Answers that real sites give and Jira's document leaves out; each needs a source.
_OBSERVED = {
    # "No project could be found with key …": reference, jira-api.md §3, reads of a hidden project.
    f"GET {_CREATEMETA}": {404},
    f"GET {_CREATEMETA}/{{issueTypeId}}": {404},
}


class SpecChecker:
    """Holds calls against one document; `root` is where its API is served, if elsewhere.

    `adf` judges the rich texts of Jira, which its OpenAPI document leaves untyped.
    """

    def __init__(
        self, document: Document, *, root: str | None = None, adf: AdfChecker | None = None
    ) -> None:
        self.title = str(document["info"]["title"])
        self._schemas = Schemas(document)
        self._operations = Operations(document, self._schemas, root)
        self._adf = adf

    def check_request(
        self,
        method: str,
        path: str,
        query_pairs: Iterable[tuple[str, str]],
        headers: Mapping[str, str],
        body_bytes: bytes,
    ) -> list[str]:
        """What the server's owner would object to; `path` as on the wire, percent-encoded."""
        call = self._operations.find(method, path)
        if call is None:
            return [self._unknown(method, path)]
        operation = call.operation
        problems = []
        if operation.deprecated:
            problems.append(f"{operation} is deprecated")
        plain = {key.lower(): value for key, value in headers.items()}
        problems += parameter_problems(call, query_pairs, plain, self._schemas)
        problems += self._request_body(call, plain.get("content-type", ""), body_bytes)
        return [f"request {operation}: {problem}" for problem in problems]

    def check_response(
        self, method: str, path: str, status: int, headers: Mapping[str, str], body_bytes: bytes
    ) -> list[str]:
        """What a client written by the document would not expect of this answer."""
        call = self._operations.find(method, path)
        if call is None:
            return [self._unknown(method, path)]
        plain = {key.lower(): value for key, value in headers.items()}
        problems = self._response(
            call.operation, status, _media_type(plain.get("content-type", "")), body_bytes
        )
        return [f"answer {status} to {call.operation}: {problem}" for problem in problems]

    def _unknown(self, method: str, path: str) -> str:
        return f"{method.upper()} {path} is not an operation of {self.title}"

    def _request_body(self, call: Call, content_type: str, body: bytes) -> list[str]:
        operation = call.operation
        if operation.body is None:
            return ["it takes no body, and one was sent"] if body else []
        if not body:
            return ["its body is missing"] if operation.body.get("required") else []
        content: dict[str, Schema] = operation.body["content"]
        media = _documented(content, _media_type(content_type))
        if media is None:
            return [f"its body is of type {content_type!r}, and {', '.join(content)} is wanted"]
        if media != JSON_TYPE:
            return []
        value, problems = self._json(content[media], body, "request")
        return problems + _unsafe_deletes(operation, value)

    def _response(self, operation: Operation, status: int, media: str, body: bytes) -> list[str]:
        response = operation.response(status)
        # A limiter or a gateway stands before the API and answers in its own words.
        passing = status == 429 or status >= 500
        if response is None and status in _OBSERVED.get(str(operation), ()):
            response = {}
        if response is None:
            return [] if passing or status == 401 else ["the status is not documented"]
        # What a 204 documents beside itself is a slip: HTTP gives it no body.
        content: dict[str, Schema] = {} if status == 204 else response.get("content", {})
        if not content:
            if status < 400:
                return ["a body came, and none is documented"] if body else []
            if passing or not body or media == JSON_TYPE:
                return []
            return [f"the error's body is of type {media!r}"]
        if not body:
            # An empty schema stands for "shape unknown", no body included.
            open_ended = all(not one.get("schema") for one in content.values())
            return [] if status >= 400 and open_ended else ["its body is missing"]
        wanted = _documented(content, media)
        if wanted is None:
            return [f"its body is of type {media!r}, and {', '.join(content)} is documented"]
        return self._json(content[wanted], body, "response")[1] if media == JSON_TYPE else []

    def _json(self, media: Schema, body: bytes, direction: Direction) -> tuple[Any, list[str]]:
        value, problems = strict_json.decode(body)
        if problems:
            return value, problems
        schema = media.get("schema")
        if schema:
            problems += self._schemas.problems(schema, value, direction, "body")
        if self._adf is not None:
            problems += self._adf.problems(value, "body")
        return value, problems


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _documented(content: Mapping[str, Schema], media: str) -> str | None:
    if media in content:
        return media
    return "*/*" if "*/*" in content else None


def _unsafe_deletes(operation: Operation, value: Any) -> list[str]:
    """Qualytics archives and destroys by one route: not told to archive, it destroys."""
    if (operation.method, operation.template) != ("DELETE", "/api/anomalies"):
        return []
    items = value if isinstance(value, list) else [value]
    return [
        f'body[{index}]: without "archive": true the anomaly would be destroyed'
        for index, item in enumerate(items)
        if not (isinstance(item, dict) and item.get("archive") is True)
    ]
