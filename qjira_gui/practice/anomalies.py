"""Sample anomalies, the same for the same seed; cheap, since their JSON is built when asked for."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from qjira_gui.practice.checks import Check
from qjira_gui.practice.people import PEOPLE
from qjira_gui.practice.times import DAY

FIRST_ID = 10_001
ARCHIVED = ("Resolved", "Invalid", "Duplicate", "Discarded")
OPEN = ("Active", "Acknowledged")
STATUSES = OPEN + ARCHIVED

# name, colour, weight modifier, what for
TAGS = (
    ("High", "#B83200", 9, "Look at these first"),
    ("Medium", "#F96719", 5, "Within the week"),
    ("Low", "#5A678F", 1, "When there is time"),
    ("PII", "#8E44AD", 7, "Personal data"),
    ("Finance", "#21BA45", 4, "Feeds the ledger or a filing"),
    ("Regulatory", "#C0392B", 8, "Reported to a supervisor"),
    ("Customer facing", "#2980B9", 3, "Visible to customers"),
    ("Pipeline", "#FFBB33", 0, "Caused by a load"),
)


@dataclass(slots=True)
class Anomaly:
    id: int
    uuid: str
    checks: tuple[Check, ...]
    status: str
    created: float
    count: int | None
    figure: int
    weight: int
    operation: int
    fingerprint: str | None
    enriched: bool
    tags: list[int] | None
    assignees: list[int] | None
    description: str | None = None
    message: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def archived(self) -> bool:
        return self.status in ARCHIVED

    @property
    def type(self) -> str:
        return "shape" if self.checks[0].template.shape else "record"

    @property
    def words(self) -> str:
        """What the anomaly says of itself."""
        return self.message or self.checks[0].message(self.count, self.figure)


@lru_cache(maxsize=8192)
def _fingerprint(seed: int, check: int, kind: int) -> str:
    digest = blake2b(f"{seed}:{check}:{kind}".encode(), digest_size=8).digest()
    return str(int.from_bytes(digest, "big", signed=True))


def sample(checks: list[Check], count: int, seed: int, now: float) -> list[Anomaly]:
    """Anomalies of the last 120 days, oldest first, and more of them lately."""
    rng = random.Random(seed)
    uniform, bits = rng.random, rng.getrandbits
    ages = sorted((uniform() ** 1.35 * 120 * DAY for _ in range(count)), reverse=True)
    by_table: dict[int, list[Check]] = {}
    for check in checks:
        by_table.setdefault(check.table.id, []).append(check)
    made: list[Anomaly] = []
    for at, age in enumerate(ages):
        check = checks[int(uniform() * len(checks))]
        failed: tuple[Check, ...] = (check,)
        if uniform() < 0.12:
            other = by_table[check.table.id][int(uniform() * len(by_table[check.table.id]))]
            if other is not check and other.template.shape == check.template.shape:
                failed = (check, other)
        shape = check.template.shape
        records: int | None = None if shape and bits(2) else int(10 ** (uniform() * 4.3)) + 1
        tags = _some_tags(check, uniform())
        luck = uniform()
        made.append(
            Anomaly(
                id=FIRST_ID + at,
                uuid=str(uuid.UUID(int=bits(128), version=4)),
                checks=failed,
                status=_status(luck, age),
                created=round(now - age, 6),
                count=records,
                figure=3 + bits(5),
                weight=sum(one.template.weight for one in failed)
                + sum(TAGS[tag][2] for tag in tags)
                + bits(3),
                operation=int((now - age) // DAY) * 10 + check.table.datastore.id,
                fingerprint=_fingerprint(seed, check.id, bits(3)),
                enriched=not shape and luck < 0.8,
                tags=tags,
                assignees=_some_people(uniform()),
            )
        )
    _oddities(made)
    return made


def _status(luck: float, age: float) -> str:
    if age < DAY / 2:
        return "Active"
    if luck < 0.6:
        return "Active"
    if luck < 0.8:
        return "Acknowledged"
    if luck < 0.9:
        return "Resolved"
    return ARCHIVED[1 + int(luck * 1000) % 3]


def _some_tags(check: Check, luck: float) -> list[int]:
    weight = check.template.weight
    tags = [0 if weight >= 9 else 1 if weight >= 6 else 2] if luck < 0.7 else []
    if check.table.datastore.id == 3 and luck < 0.6:
        tags.append(5 if "regulatory" in check.table.name or "tax" in check.table.name else 4)
    if check.fields and any(word in check.fields[0].lower() for word in ("email", "phone", "name")):
        tags.append(3)
    if check.rule in ("freshness", "volumetric"):
        tags.append(7)
    return tags


def _some_people(luck: float) -> list[int]:
    if luck > 0.45:
        return []
    first = 1 + int(luck * 1000) % len(PEOPLE)
    second = 1 + int(luck * 7000) % len(PEOPLE)
    return [first, second] if luck < 0.08 and second != first else [first]


def _oddities(made: list[Anomaly]) -> None:
    """What real tenants hold too: other scripts, null for a list, fields that no document names."""
    if len(made) < 12:
        return
    other, bare, richer, marked = made[-3], made[-5], made[-7], made[-9]
    other.status = bare.status = "Active"
    other.message = (
        "قيمة الحقل full_name غير صالحة in 14 rows — ‏اسم العميل‏ "
        "lost its accents after the 🚚 migration"
    )
    other.description = (
        "First seen with the regional import. 顧客名 and Ünïcode names suffer as well."
    )
    bare.tags = bare.assignees = bare.fingerprint = None
    richer.extra = {"severity_label": "P2", "lineage": {"upstream": 3, "downstream": 11}}
    marked.count = None
    marked.description = "See the <b>load report</b> & the run book.\nA second line."
