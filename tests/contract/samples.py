"""Small requests and rich texts that the checker's own tests take as good, to spoil one thing."""

import json
from typing import Any

JSON_HEADERS = {"Content-Type": "application/json"}
HTML_HEADERS = {"Content-Type": "text/html; charset=utf-8"}
ISSUE = "/rest/api/3/issue"
COMMENT = "/rest/api/3/issue/DQ-7/comment"
ANOMALIES = "/api/anomalies"


def body(value: Any) -> bytes:
    """A value as it goes over the wire."""
    return json.dumps(value).encode()


def text(words: str = "2103 orders had a null AMOUNT") -> dict[str, Any]:
    """A rich text of one paragraph."""
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}],
    }


def issue(**fields: Any) -> dict[str, Any]:
    """The body that creates an issue."""
    return {
        "fields": {
            "project": {"id": "10000"},
            "issuetype": {"id": "10004"},
            "summary": "Null amounts in ORDERS",
            "labels": ["qualytics-anomaly-824"],
            "description": text(),
        }
        | fields,
        "properties": [{"key": "qjira", "value": {"op": "7f3k2", "anomaly": 824}}],
    }
