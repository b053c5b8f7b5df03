"""The quality rules of the sample data: which suit a field's use, and how a failure is worded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """How one rule fails: `{n}` of `{rows}`, `{f}` the field, `{t}` the table, `{v}` a figure."""

    rule: str
    message: str
    description: str
    shape: bool = False
    weight: int = 5
    properties: JsonObject = field(default_factory=dict)


BY_USE: dict[str, tuple[Template, ...]] = {
    "id": (
        Template("unique", "{n} {rows} share a {f} with another row", "{f} is unique", weight=12),
        Template("notNull", "{n} {rows} had a null {f}", "{f} is never null", weight=10),
    ),
    "ref": (
        Template(
            "existsIn",
            "{n} {rows} have a {f} that is missing from its parent table",
            "Every {f} exists in its parent table",
            weight=9,
        ),
        Template("notNull", "{n} {rows} had a null {f}", "{f} is never null", weight=8),
    ),
    "money": (
        Template("notNegative", "{n} {rows} have a negative {f}", "{f} is not negative", weight=8),
        Template(
            "between",
            "{n} values of {f} lie outside the range 0.01 to 250,000.00",
            "{f} lies between 0.01 and 250,000",
            properties={"min": 0.01, "max": 250000.0, "inclusive_min": True, "inclusive_max": True},
        ),
        Template(
            "sum",
            "The sum of {f} is {v} % below the expected total for the period",
            "The sum of {f} stays within 5 % of its target",
            shape=True,
            weight=9,
            properties={"value": 1250000.0},
        ),
        Template(
            "metric",
            "The average of {f} moved by {v} % against the last scan, the limit is 10 %",
            "The average of {f} moves by at most 10 %",
            shape=True,
            properties={"comparison": "Percentage Change", "max": 10.0},
        ),
    ),
    "count": (
        Template("positive", "{n} {rows} have a {f} of zero or less", "{f} is positive"),
        Template(
            "maxValue",
            "{n} values of {f} exceed the maximum of 10,000",
            "{f} is at most 10,000",
            properties={"value": 10000.0},
        ),
        Template(
            "isType",
            "{n} values of {f} are not whole numbers",
            "{f} is a whole number",
            properties={"field_type": "Integral"},
        ),
    ),
    "share": (
        Template(
            "between",
            "{n} values of {f} lie outside the range 0 to 100",
            "{f} lies between 0 and 100",
            properties={"min": 0.0, "max": 100.0, "inclusive_min": True, "inclusive_max": True},
        ),
        Template(
            "greaterThan",
            "{n} values of {f} are not greater than 0",
            "{f} is above 0",
            properties={"value": 0.0},
        ),
    ),
    "measure": (
        Template(
            "predictedBy",
            "{n} values of {f} are far from the predicted value",
            "{f} follows its prediction",
            properties={"tolerance": 0.05},
        ),
        Template(
            "minValue",
            "{n} values of {f} fall below the minimum of 0",
            "{f} is at least 0",
            properties={"value": 0.0},
        ),
    ),
    "code": (
        Template(
            "expectedValues",
            "{n} {rows} have a {f} outside the expected list of values",
            "{f} holds one of the expected values",
            weight=7,
        ),
        Template(
            "distinctCount",
            "{f} has {v} distinct values more than expected",
            "The number of distinct {f} values is stable",
            shape=True,
        ),
        Template(
            "requiredValues",
            "A required value of {f} no longer occurs",
            "All required values of {f} occur",
            shape=True,
        ),
    ),
    "time": (
        Template("notFuture", "{n} {rows} have a {f} in the future", "{f} is not in the future"),
        Template(
            "timeDistributionSize",
            "The number of {rows} per day of {f} fell {v} % below its usual range",
            "The daily number of {rows} stays in its usual range",
            shape=True,
            properties={"interval_name": "Daily"},
        ),
    ),
    "date": (
        Template(
            "afterDateTime",
            "{n} values of {f} are earlier than 2015-01-01",
            "{f} is after 2015-01-01",
            properties={"datetime": "2015-01-01T00:00:00Z"},
        ),
        Template("notNull", "{n} {rows} had a null {f}", "{f} is never null"),
    ),
    "later": (
        Template(
            "greaterThanField",
            "{n} {rows} have a {f} before the field it should follow",
            "{f} follows the start of the record",
            weight=7,
        ),
        Template(
            "beforeDateTime",
            "{n} values of {f} are later than 2099-12-31",
            "{f} is before 2100",
            properties={"datetime": "2099-12-31T00:00:00Z"},
        ),
    ),
    "email": (
        Template(
            "matchesPattern",
            "{n} values of {f} are not an e-mail address",
            "{f} looks like an e-mail address",
            weight=7,
            properties={"pattern": r"[^@\s]+@[^@\s]+\.[^@\s]+"},
        ),
        Template("unique", "{n} {rows} share a {f} with another row", "{f} is unique"),
    ),
    "phone": (
        Template(
            "maxLength",
            "{n} values of {f} are longer than 20 characters",
            "{f} has at most 20 characters",
            properties={"value": 20.0},
        ),
        Template(
            "matchesPattern",
            "{n} values of {f} do not look like a phone number",
            "{f} looks like a phone number",
            properties={"pattern": r"\+?[0-9 ()-]{6,20}"},
        ),
    ),
    "text": (
        Template("notEmpty", "{n} {rows} have an empty {f}", "{f} is not empty"),
        Template(
            "minLength",
            "{n} values of {f} are shorter than 2 characters",
            "{f} has at least 2 characters",
            properties={"value": 2.0},
        ),
        Template(
            "containsSocialSecurityNumber",
            "{n} values of {f} contain a social security number",
            "{f} contains no social security number",
            weight=20,
        ),
        Template(
            "containsCreditCard",
            "{n} values of {f} contain a credit card number",
            "{f} contains no credit card number",
            weight=20,
        ),
        Template(
            "entityResolution",
            "{n} values of {f} were resolved to {v} distinct entities",
            "Spellings of one {f} are one entity",
            shape=True,
        ),
    ),
    "url": (Template("containsUrl", "{n} values of {f} contain no URL", "{f} contains a URL"),),
    "address": (
        Template(
            "isAddress",
            "{n} values of {f} are not a full postal address",
            "{f} is a postal address",
            properties={"required_labels": ["road", "city"]},
        ),
    ),
}

WHOLE_TABLE: tuple[Template, ...] = (
    Template(
        "volumetric",
        "{t} has {v} % fewer {rows} than expected for the last 24 hours",
        "The volume of {t} stays in its usual range",
        shape=True,
        weight=14,
    ),
    Template(
        "freshness",
        "{t} has not been updated for {v} hours, the limit is 24",
        "{t} is updated every 24 hours",
        shape=True,
        weight=15,
    ),
    Template(
        "expectedSchema",
        "{t} has lost a field or gained one that is not expected",
        "The fields of {t} are as expected",
        shape=True,
        weight=12,
    ),
    Template(
        "satisfiesExpression",
        "{n} {rows} do not satisfy the rule agreed for {t}",
        "Every row of {t} satisfies the agreed rule",
        weight=9,
    ),
    Template(
        "dataDiff",
        "{n} {rows} differ from the source copy of {t}",
        "{t} equals its source copy",
        weight=10,
    ),
    Template(
        "aggregationComparison",
        "The total of {t} differs from its summary table by {v} %",
        "The total of {t} equals its summary",
        shape=True,
        weight=9,
    ),
    Template(
        "fieldCount",
        "{t} has {v} fields, one less than before",
        "The number of fields of {t} is stable",
        shape=True,
    ),
)
