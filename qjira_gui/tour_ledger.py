"""Compares what the tour did with what the practice server has really accepted."""

from collections import Counter
from typing import Any


def differences(ledger: dict[str, Any], did: dict[str, Any]) -> list[str]:
    """Return every difference as a sentence; an empty list means once each, nothing else.

    `did`: `statuses` [(anomaly, status)], `comments` [(anomaly, text)], `created` [summary],
    `linked` {issue key: [texts that must have been written there, in order]}.
    """
    wrong: list[str] = []
    set_there = [
        (event["anomaly"], event["status"])
        for event in sorted(
            ledger["status_changes"] + ledger["archives"], key=lambda event: event["seq"]
        )
    ]
    wrong += _unequal("status", set_there, did["statuses"])
    said = [(event["anomaly"], event["message"]) for event in ledger["anomaly_comments"]]
    wrong += _unequal("comment in Qualytics", said, did["comments"])
    made = [event["summary"] for event in ledger["issues"]]
    wrong += _unequal("issue", made, did["created"])
    told: dict[str, list[str]] = {}
    for event in ledger["comments"]:
        # The time in a status comment is the moment of delivery: only the rest is compared.
        told.setdefault(event["issue"], []).append(_without_time(event["text"]))
    for key in sorted({*told, *did["linked"]}):
        got, wanted = told.get(key, []), did["linked"].get(key, [])
        if got != wanted:
            wrong.append(f"{key} was told {got}, not {wanted}")
    for kind in ("hard_deletes", "comment_edits", "transitions", "issue_changes"):
        if ledger[kind]:
            wrong.append(f"{kind} happened: {ledger[kind]}")
    if ledger["crashes"]:
        wrong.append(f"the practice server stumbled: {ledger['crashes']}")
    return wrong


def _unequal(name: str, got: list[Any], wanted: list[Any]) -> list[str]:
    missing, extra = Counter(wanted) - Counter(got), Counter(got) - Counter(wanted)
    return [f"{name} never arrived: {one} ({n}×)" for one, n in missing.items()] + [
        f"{name} arrived too often or uncalled for: {one} ({n}×)" for one, n in extra.items()
    ]


def _without_time(text: str) -> str:
    return text.partition("] ")[2] if text.startswith("[") else text
