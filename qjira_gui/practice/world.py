"""Everything that the practice server remembers, and what somebody else does to it."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable
from typing import Any

from qjira_gui.practice import adf
from qjira_gui.practice.faults import FaultBook
from qjira_gui.practice.jira_app import JiraApp
from qjira_gui.practice.jira_people import MY_ACCOUNT, account_by_name
from qjira_gui.practice.jira_seed import seed_issues
from qjira_gui.practice.jira_state import JiraState
from qjira_gui.practice.jira_view import View as JiraView
from qjira_gui.practice.ledger import Ledger
from qjira_gui.practice.people import ME, PEOPLE
from qjira_gui.practice.qualytics_app import SITE as QUALYTICS
from qjira_gui.practice.qualytics_state import QualyticsState
from qjira_gui.practice.qualytics_view import View as QualyticsView
from qjira_gui.practice.times import zone

JsonObject = dict[str, Any]
SITE_ZONE = "UTC"


class World:
    """One lock guards it all: a request is handled, or somebody else acts, never both at once."""

    def __init__(
        self,
        *,
        anomalies: int,
        seed: int,
        now: Callable[[], float],
        root: str,
        user_zone: str,
        token_days: float,
    ) -> None:
        self.lock = threading.RLock()
        self.now, self.root = now, root
        self.faults = FaultBook()
        self.ledger = Ledger(now)
        digest = hashlib.sha256(f"practice:{seed}".encode()).hexdigest()
        self.jira_email = ME.email
        self.jira_token = f"ATATT3xFfGF0{digest}={digest[:8].upper()}"
        self.cloud_id = str(uuid.UUID(digest[:32], version=4))
        self.qualytics = QualyticsState(
            anomalies=anomalies, seed=seed, now=now, ledger=self.ledger, token_days=token_days
        )
        self.jira = JiraState(
            now=now,
            ledger=self.ledger,
            faults=self.faults,
            seed=lambda state: seed_issues(state, seed),
        )
        self.jira_app = JiraApp(
            self.jira,
            self.faults,
            email=self.jira_email,
            token=self.jira_token,
            cloud=self.cloud_id,
            user_zone=(user_zone, zone(user_zone)),
            site_zone=zone(SITE_ZONE),
        )
        self._jira_view = JiraView(self.jira, self.faults, self.cloud_id, user_zone)
        self._qualytics_view = QualyticsView(self.qualytics)

    @property
    def qualytics_token(self) -> str:
        """A good token, unless a fault says that it runs out soon or has run out."""
        with self.lock:
            if self.faults.find(QUALYTICS, "expired_token"):
                return self.qualytics.issue_token(-1)
            if fault := self.faults.find(QUALYTICS, "expiring_token"):
                return self.qualytics.issue_token(float(fault.options.get("days", 3)))
            return self.qualytics.token

    def change_anomaly(self, anomaly_id: int | str, status: str, by: str) -> JsonObject:
        with self.lock:
            one = self.qualytics.change(anomaly_id, status, by=by)
            return {"id": one.id, "status": one.status}

    def add_comment(
        self, anomaly_id: int | str, message: str, external: JsonObject | None, by: str
    ) -> JsonObject:
        with self.lock:
            one = self.qualytics.find(anomaly_id)
            if one is None:
                raise KeyError(f"There is no anomaly {anomaly_id}.")
            names = [person.name for person in PEOPLE]
            # A comment that came from a ticket has no Qualytics user.
            user = None if external else names.index(by) + 1 if by in names else 4
            remark = self.qualytics.comment(one, message, user=user, by=by, external=external)
            return self._qualytics_view.comment(remark)

    def change_issue(self, key: str, change: JsonObject, by: str) -> JsonObject:
        with self.lock:
            issue = self.jira.find(key)
            if issue is None:
                raise KeyError(f"There is no issue {key}.")
            unknown = set(change) - {"status", "move_to", "comment", "delete"}
            if unknown or not change:
                raise ValueError("An issue's change is one of status, move_to, comment, delete.")
            if "status" in change:
                self.jira.transition(issue, change["status"], by=by)
            if "move_to" in change:
                self.jira.move(issue, change["move_to"], by=by)
            if "comment" in change:
                author = account_by_name(by)
                words = adf.document(change["comment"])
                self.jira.comment(issue, words, author=author.id if author else MY_ACCOUNT, by=by)
            if change.get("delete"):
                self.jira.delete(issue, by=by)
            shown = {"id": str(issue.id), "key": issue.key}
            fields = self._jira_view.fields(issue, "", ["status"])
            return {**shown, "status": fields["status"]["name"]}

    def reset(self) -> None:
        with self.lock:
            self.faults.remove()
            self.ledger.clear()
            self.qualytics.reset()
            self.jira.reset()
