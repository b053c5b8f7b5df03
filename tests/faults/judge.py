"""What the ledger says of the acts that were done: which are lost, doubled or out of order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from qjira_gui.clients.jira import MARKER
from qjira_gui.desk import Desk
from qjira_gui.domain.comment import parse_status_text
from qjira_gui.domain.link import Link, Origin
from qjira_gui.domain.outbox import Entry, EntryKind, asks_for_status
from tests.faults.child import Job, Said

BY_THE_ANALYST = (EntryKind.STATUS, EntryKind.ARCHIVE, EntryKind.COMMENT)


@dataclass
class Left:
    """A profile once everything is sent."""

    entries: list[Entry]
    links: list[Link]
    #: Reports that a look for news gave: all was our own, so there is none.
    news: int = 0


async def left_of(desk: Desk, job: Job) -> Left:
    links = [one for anomaly in job.anomalies for one in desk.actions.anomalies.links(anomaly)]
    return Left(desk.actions.outbox.entries(), links, await desk.look_once())


@dataclass
class Verdict:
    """What the ledger says of the acts: `lost` and `doubled` name them."""

    expected: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    #: Acts on disk that were never acknowledged.
    unacknowledged: int = 0
    adopted: int = 0

    def compare(self, lane: str, expected: Sequence[str], there: Sequence[str]) -> None:
        """Hold one lane's events, in order, against what they must be."""
        self.expected += len(expected)
        should, does = Counter(expected), Counter(there)
        self.lost += [f"{lane}: {what}" for what in (should - does).elements()]
        self.doubled += [f"{lane}: {what}" for what in (does - should).elements()]
        if should == does and list(expected) != list(there):
            self.disordered.append(f"{lane}: {there} instead of {expected}")


def judge(ledger: dict[str, Any], acts: Sequence[Said], left: Left) -> Verdict:
    """Say what was lost and what was doubled: of each act, and of the comments that follow."""
    verdict = Verdict(adopted=sum(entry.adopted for entry in left.entries))
    done = [entry for entry in left.entries if entry.kind in BY_THE_ANALYST]
    durable = {entry.id for entry in done} | {link.id for link in left.links}
    acknowledged = {act.id for act in acts}
    verdict.lost += [f"not on disk: {act}" for act in acts if act.id not in durable]
    verdict.unacknowledged = len(durable - acknowledged)
    _judge_words(verdict, ledger, acts)

    anomalies = {entry.anomaly_id for entry in done} | {link.anomaly_id for link in left.links}
    kinds = ("status_changes", "archives", "anomaly_comments")
    there: dict[int, list[str]] = {anomaly: [] for anomaly in anomalies}
    for event in ledger["events"]:
        if event["kind"] in kinds:
            there.setdefault(event["anomaly"], []).append(event.get("status") or event["message"])
    for anomaly, events in there.items():
        mine = [entry for entry in done if entry.anomaly_id == anomaly]
        verdict.compare(f"anomaly {anomaly}", [e for one in mine for e in effects(one)], events)

    _judge_issues(verdict, ledger, left)
    _judge_links(verdict, ledger, left, done)
    return verdict


def effects(entry: Entry) -> list[str]:
    """What an act is, as the server notes it; an archive's comment comes before its status."""
    words = [entry.payload.get(name) for name in ("message", "comment", "status")]
    return [str(word) for word in words if word]


def _judge_words(verdict: Verdict, ledger: dict[str, Any], acts: Sequence[Said]) -> None:
    """By what was printed alone, whatever the profile says: every text is there once."""
    told = Counter(event["message"] for event in ledger["anomaly_comments"])
    made = Counter(event["summary"] for event in ledger["issues"])
    for act in acts:
        if act.text:
            count = (made if act.what == "create" else told)[act.text]
            if count == 0:
                verdict.lost.append(f"printed: {act}")
            if count > 1:
                verdict.doubled.append(f"printed: {act}")


def _marker(event: dict[str, Any]) -> str:
    return str((event["properties"].get(MARKER) or {}).get("op", ""))


def _judge_issues(verdict: Verdict, ledger: dict[str, Any], left: Left) -> None:
    created = {link.id: link for link in left.links if link.origin is Origin.CREATED}
    asked = {e.id: created.get(e.link_id) for e in left.entries if e.kind is EntryKind.ISSUE}
    made = [(event["key"], asked.get(_marker(event))) for event in ledger["issues"]]
    names = [link.summary if link else f"nobody's {key}" for key, link in made]
    verdict.compare("issues", sorted(link.summary for link in created.values()), sorted(names))
    for key, link in made:
        if link is not None and link.name != key:
            verdict.lost.append(f"the key of {key}")


def _judge_links(
    verdict: Verdict, ledger: dict[str, Any], left: Left, done: Sequence[Entry]
) -> None:
    link_of = {entry.id: entry.link_id for entry in left.entries}
    there: dict[str, list[str]] = {link.id: [] for link in left.links}
    for event in ledger["comments"]:
        status = parse_status_text(event["text"])
        said = status[1] if status else event["text"].removeprefix("Comment from Qualytics: ")
        there.setdefault(link_of.get(_marker(event), "nobody"), []).append(said)
    for link in left.links:
        told, expected = "Active", []
        for act in (one for one in done if one.anomaly_id == link.anomaly_id):
            if act.id > link.id:
                *words, last = effects(act)
                expected += words
                if not asks_for_status(act) or last != told:
                    expected.append(last)
            if asks_for_status(act):
                told = str(act.payload["status"])
        verdict.compare(f"link {link.name} {link.id}", expected, there.pop(link.id))
    for link_id, texts in there.items():
        verdict.compare(f"link {link_id}", [], texts)
