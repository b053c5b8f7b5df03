"""What the practice Qualytics remembers: anomalies, comments, ticket links, users and its token."""

from __future__ import annotations

import base64
import hmac
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qjira_gui.practice.anomalies import ARCHIVED, FIRST_ID, OPEN, Anomaly, sample
from qjira_gui.practice.checks import checks
from qjira_gui.practice.ledger import Ledger
from qjira_gui.practice.people import ME, PEOPLE
from qjira_gui.practice.times import DAY, qualytics_time

JsonObject = dict[str, Any]
BUILD = "20260910-6599e5c"
MY_ID = PEOPLE.index(ME) + 1


@dataclass(slots=True)
class Remark:
    """A comment on an anomaly."""

    id: int
    anomaly: int
    message: str
    user: int | None
    created: float
    external: JsonObject | None = None
    mentioned: list[int] = field(default_factory=list)


class QualyticsState:
    """Every change goes through here, so that each is in the ledger and wakes the list's memory."""

    def __init__(
        self,
        *,
        anomalies: int,
        seed: int,
        now: Callable[[], float],
        ledger: Ledger,
        token_days: float,
    ) -> None:
        self.now, self.ledger, self.seed = now, ledger, seed
        self._count = anomalies
        rng = random.Random(f"token:{seed}")
        self._secret = rng.randbytes(32)
        self.token = self.issue_token(token_days)
        self.checks = checks()
        self.version = 0
        self.reset()

    def reset(self) -> None:
        started = self.now()
        self.anomalies: dict[int, Anomaly] = {
            one.id: one for one in sample(self.checks, self._count, self.seed, started)
        }
        self.by_uuid = {one.uuid: one.id for one in self.anomalies.values()}
        self._alike: dict[str, list[int]] = {}
        for one in self.anomalies.values():
            if one.fingerprint is not None:
                self._alike.setdefault(one.fingerprint, []).append(one.id)
        self.remarks: dict[int, Remark] = {}
        self.links: dict[int, list[JsonObject]] = {}
        self.last_id = 700
        self.version += 1
        self._first_remarks(random.Random(f"remarks:{self.seed}"), started)

    def issue_token(self, days: float) -> str:
        """A JWT: `exp` can be read by anybody, the signature only checked here."""
        claims = {"sub": f"auth0|{ME.login}", "name": "QJira", "exp": int(self.now() + days * DAY)}
        head = _b64(b'{"alg":"HS256","typ":"JWT"}')
        payload = _b64(json.dumps(claims, separators=(",", ":")).encode())
        return f"{head}.{payload}.{self._sign(f'{head}.{payload}')}"

    def token_problem(self, token: str) -> str | None:
        """Why a token is no good, or None."""
        head, _, signature = token.rpartition(".")
        if not head or not hmac.compare_digest(signature, self._sign(head)):
            return "Invalid token"
        payload = head.partition(".")[2]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return "Token has expired" if claims["exp"] <= self.now() else None

    def find(self, anomaly_id: int | str) -> Anomaly | None:
        """By number, by number as text, or by UUID."""
        text = str(anomaly_id)
        if text.isdecimal():
            return self.anomalies.get(int(text))
        return self.anomalies.get(self.by_uuid.get(text.lower(), -1))

    def first_of_its_kind(self, one: Anomaly) -> Anomaly | None:
        """The oldest other anomaly with the same fingerprint, if it is older than this one."""
        for number in self._alike.get(one.fingerprint or "", []):
            if number < one.id and number in self.anomalies:
                return self.anomalies[number]
        return None

    def set_status(self, anomaly: Anomaly, status: str, *, by: str) -> None:
        before, anomaly.status = anomaly.status, status
        self.version += 1
        facts = {"anomaly": anomaly.id, "from": before, "to": status, "status": status}
        kind = "archives" if status in ARCHIVED else "status_changes"
        # A PATCH that repeats the status changes nothing; tests want to see it all the same.
        self.ledger.add(kind, by=by, **facts)

    def update(self, anomaly: Anomaly, changes: JsonObject, *, by: str) -> None:
        """Description, tags (as places in TAGS) and assignees (ids)."""
        for name, value in changes.items():
            setattr(anomaly, name, value)
        self.version += 1
        self.ledger.add("anomaly_updates", by=by, anomaly=anomaly.id, changes=dict(changes))

    def destroy(self, anomaly: Anomaly, *, by: str) -> None:
        del self.anomalies[anomaly.id]
        del self.by_uuid[anomaly.uuid]
        self.remarks = {key: one for key, one in self.remarks.items() if one.anomaly != anomaly.id}
        self.links.pop(anomaly.id, None)
        self.version += 1
        self.ledger.add("hard_deletes", by=by, anomaly=anomaly.id, status=anomaly.status)

    def comment(
        self,
        anomaly: Anomaly,
        message: str,
        *,
        user: int | None = MY_ID,
        by: str = ME.name,
        external: JsonObject | None = None,
        mentioned: list[int] | None = None,
    ) -> Remark:
        remark = Remark(
            self.next_id(), anomaly.id, message, user, self.now(), external, list(mentioned or [])
        )
        self.remarks[remark.id] = remark
        facts = {"anomaly": anomaly.id, "id": remark.id, "message": message}
        self.ledger.add("anomaly_comments", by=by, **facts, external_source=external)
        return remark

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def change(self, anomaly_id: int | str, status: str, *, by: str) -> Anomaly:
        """Somebody else sets a status, an archived one included, on the Qualytics web page."""
        anomaly = self.find(anomaly_id)
        if anomaly is None:
            raise KeyError(f"There is no anomaly {anomaly_id}.")
        if status not in OPEN + ARCHIVED:
            raise ValueError(f"There is no status {status!r}.")
        self.set_status(anomaly, status, by=by)
        return anomaly

    def _sign(self, text: str) -> str:
        return _b64(hmac.digest(self._secret, text.encode(), "sha256"))

    def _first_remarks(self, rng: random.Random, started: float) -> None:
        """A few remarks, on some of them what came back from a ticket system."""
        words = (
            "Checked with the source team: the export was run twice on Monday.",
            "Same cause as last week, the late partition of the nightly load.",
            "Confirmed with finance, the month-end job rewrites these rows.",
            "Waiting for the vendor to resend the file.",
            "The threshold looks too tight for the holiday season.",
        )
        for anomaly_id in range(FIRST_ID, FIRST_ID + self._count, max(self._count // 60, 1)):
            one = self.anomalies[anomaly_id]
            at = min(one.created + rng.random() * 2 * DAY, started - 60)
            user = rng.randrange(1, len(PEOPLE) + 1)
            remark = Remark(self.next_id(), one.id, rng.choice(words), user, at)
            if rng.random() < 0.2:
                remark.user = None
                remark.external = {
                    "ticket_number": f"DATA-{rng.randrange(101, 120)}",
                    "ticket_url": None,
                    "integration_type": "jira",
                    "author_name": rng.choice(PEOPLE).name,
                }
            self.remarks[remark.id] = remark


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def user_json(user_id: int, now: float) -> JsonObject:
    """A `UserStub`, which is a `User` without teams."""
    person = PEOPLE[user_id - 1]
    return {
        "id": user_id,
        "created": qualytics_time(1_672_531_200.0 + user_id * DAY),
        "user_id": f"auth0|{person.login}",
        "user_name": person.login,
        "user_type": "Human",
        "email": person.email,
        "name": person.name,
        "picture": None,
        "role": person.role,
        "last_login": qualytics_time(now - user_id * 3600),
        "deleted_at": None,
    }
