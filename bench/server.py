"""A practice server in a process of its own, so that it takes no time from what is measured."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from qjira_gui.clients.qualytics import list_params
from qjira_gui.domain.page import AnomalyFilter

Addresses = dict[str, str]


@contextmanager
def practice(anomalies: int) -> Iterator[Addresses]:
    """Run one; gives its addresses and credentials."""
    command = [sys.executable, "-m", "qjira_gui.practice", "--anomalies", str(anomalies)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def headers(at: Addresses) -> dict[str, str]:
    return {"Authorization": f"Bearer {at['qualytics_token']}"}


def pages(at: Addresses, count: int) -> list[bytes]:
    """Return that many pages of a hundred anomalies, as they come over the wire."""
    wanted = AnomalyFilter(statuses=())
    with httpx.Client(base_url=at["qualytics_url"], headers=headers(at), timeout=30) as client:
        answers = [
            client.get("/api/anomalies", params=list(list_params(wanted, number + 1)))
            for number in range(count)
        ]
    return [answer.raise_for_status().content for answer in answers]
