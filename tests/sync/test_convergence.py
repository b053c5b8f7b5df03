"""Seeded days full of acts and trouble: in the end nothing is lost, doubled or out of order."""

import random
from collections import Counter
from typing import Any

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.issue import Issue
from qjira_gui.domain.outbox import EntryState
from tests.sync.acts import new_ticket, ticket_form
from tests.sync.place import Place, some_anomalies
from tests.sync.test_faults import holds

FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("offline", {}),
    ("429", {"retry_after": 30}),
    ("429", {"reason": "jira-per-issue-on-write", "retry_after": 5}),
    ("500", {}),
    ("503", {"committed": True, "retry_after": 20}),
    ("html", {}),
    ("cut_before", {}),
    ("cut_after", {}),
    ("cut_during", {}),
    ("dead_token", {}),
    ("index_lag", {"seconds": 100}),
]


class Day:
    """What an analyst does on one day, and what must have come of it."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.dice = place, random.Random(seed)
        self.comments: Counter[str] = Counter()
        self.summaries: Counter[str] = Counter()
        self.told: dict[str, list[str]] = {}
        self.links: dict[int, list[str]] = {}
        self.archived: set[int] = set()
        self.number = 0

    async def morning(self, desk: Desk) -> None:
        self.anomalies = await some_anomalies(desk, 6)
        self.issues: list[Issue] = [
            (await desk.actions.tickets.search(f"DATA-10{n}"))[0] for n in (1, 2, 3)
        ]
        self.form = await ticket_form(desk)

    async def act(self, desk: Desk) -> None:
        self.number += 1
        anomaly = self.dice.choice(self.anomalies)
        text = f"remark {self.number}"
        what = self.dice.choice(["comment"] * 3 + ["ticket", "link", "acknowledge", "archive"])
        keys = self.links.setdefault(anomaly.id, [])
        if what == "ticket":
            await new_ticket(desk, anomaly, self.form, summary=text)
            self.summaries[text] += 1
            keys.append(text)
        elif what == "link":
            issue = self.dice.choice(self.issues)
            if issue.key not in keys:
                desk.actions.tickets.link(anomaly, issue)
                keys.append(issue.key)
        elif what == "acknowledge":
            desk.actions.triage.acknowledge([anomaly.id])
            self.archived.discard(anomaly.id)
        elif anomaly.id not in self.archived:
            if what == "comment":
                desk.actions.triage.comment(anomaly.id, text)
            else:
                desk.actions.triage.archive([anomaly.id], "Invalid", text)
                self.archived.add(anomaly.id)
            self.comments[text] += 1
            for key in keys:
                self.told.setdefault(f"{anomaly.id} {key}", []).append(text)

    def trouble(self) -> None:
        kind, options = self.dice.choice(FAULTS)
        site = self.dice.choice(["qualytics", "jira"])
        if kind == "index_lag":
            site = "jira"
        if site == "qualytics":
            options = {key: value for key, value in options.items() if key != "reason"}
        times = None if kind in ("offline", "dead_token") else self.dice.randint(1, 3)
        self.place.server.set_fault(site, kind, times=times, **options)

    def judge(self) -> None:
        """By the ledger alone."""
        ledger = self.place.ledger
        assert Counter(one["message"] for one in ledger("anomaly_comments")) == self.comments
        issues = {one["summary"]: one["key"] for one in ledger("issues")}
        assert Counter(one["summary"] for one in ledger("issues")) == self.summaries
        for place, texts in self.told.items():
            anomaly, _, name = place.partition(" ")
            passed_on = [
                one["text"].removeprefix("Comment from Qualytics: ")
                for one in ledger("comments")
                if one["issue"] == issues.get(name, name)
                and str(one["properties"]["qjira.entry"]["anomaly"]) == anomaly
                and one["text"].startswith("Comment from")
            ]
            assert passed_on == texts, place


async def live(place: Place, seed: int) -> None:
    # Where Qualytics cannot tell what it offers, the client tries what no document knows.
    place.checked = False
    day, profile = Day(place, seed), place.profile
    async with place.open() as desk:
        await day.morning(desk)
    for _ in range(4):
        async with place.open(profile) as desk:
            for _ in range(6):
                if day.dice.random() < 0.5:
                    day.trouble()
                await day.act(desk)
                if day.dice.random() < 0.7:
                    await place.passes(desk, day.dice.choice([0.0, 1.0, 20.0, 400.0]))
                if day.dice.random() < 0.3:
                    place.server.clear_faults()
            if day.dice.random() < 0.5:
                profile = place.left_by_a_kill(profile)
    place.server.clear_faults()
    async with place.open(profile) as desk:
        assert await place.settles(desk) == []
        assert holds(desk)
        states = {entry.state for entry in desk.actions.outbox.entries()}
        assert states == {EntryState.SENT}
    day.judge()


@pytest.mark.parametrize("seed", range(6))
async def test_after_a_bad_day_everything_has_arrived_once_and_in_order(
    place: Place, seed: int
) -> None:
    await live(place, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(8, 308))
async def test_after_each_of_many_bad_days_everything_has_arrived_once_and_in_order(
    place: Place, seed: int
) -> None:
    await live(place, seed)
