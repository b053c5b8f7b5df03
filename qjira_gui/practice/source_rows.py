"""Rows as a source record shows them: believable, with the checked field as bad as was found."""

from __future__ import annotations

from typing import Any

from qjira_gui.practice.anomalies import Anomaly
from qjira_gui.practice.times import DAY, utc_date

JsonObject = dict[str, Any]

_NAMES = ("Alder", "Harbor", "Linden", "Northgate", "Quarry", "Summit", "Tidewater", "Willow")
_CODES = ("AT", "DE", "FR", "NL", "SE", "US")
# What a field holds whose check of this rule has failed.
_BAD: dict[str, Any] = {
    "notNull": None,
    "notEmpty": "",
    "notNegative": -41.9,
    "positive": 0,
    "greaterThan": 0,
    "between": 250_001.5,
    "maxValue": 18_250,
    "minValue": -3.2,
    "isType": "12,5",
    "expectedValues": "??",
    "notFuture": "2031-01-01",
    "afterDateTime": "1970-01-01",
    "beforeDateTime": "2999-12-31",
    "matchesPattern": "unknown",
    "maxLength": "+49 (0)30 1234 5678 extension 99",
    "minLength": "x",
    "containsUrl": "n/a",
    "isAddress": "Main St",
    "unique": "0000417",
    "existsIn": "9999999",
    "containsSocialSecurityNumber": "078-05-1120",
    "containsCreditCard": "4111 1111 1111 1111",
}


def source_rows(one: Anomaly) -> list[JsonObject]:
    """At most ten of the anomalous records."""
    check = one.checks[0]
    rows: list[JsonObject] = []
    for at in range(min(one.count or 3, 10)):
        row: JsonObject = {}
        for place, (name, use) in enumerate(check.table.fields):
            if name in check.fields and check.rule in _BAD:
                row[name] = _BAD[check.rule]
            else:
                row[name] = _cell(use, one.id * 31 + at * 17 + place, one.created)
        rows.append(row)
    return rows


def _cell(use: str, number: int, created: float) -> Any:
    match use:
        case "id" | "ref":
            return f"{number * 7919 % 10_000_000:07d}"
        case "money":
            return number * 137 % 90_000 / 100
        case "count":
            return number % 400
        case "share" | "measure":
            return number * 3 % 1000 / 10
        case "code":
            return _CODES[number % len(_CODES)]
        case "time" | "date" | "later":
            return utc_date(created - number % 40 * DAY).isoformat()
        case "email":
            return f"{_NAMES[number % 8].lower()}.{number % 900}@mail.example"
        case "phone":
            return f"+49 30 {number % 1_000_000:06d}"
        case "url":
            return f"https://shop.meridian.example/p/{number % 5000}"
        case "address":
            return f"{number % 190 + 1} {_NAMES[number % 8]} Road, Utrecht"
    return f"{_NAMES[number % 8]} {_NAMES[number // 8 % 8]}"
