"""Issues that are in Jira before anybody starts, to be searched and linked."""

from __future__ import annotations

import random
from typing import Any

from qjira_gui.practice import adf
from qjira_gui.practice.jira_catalog import FIELDS, PROJECTS, STATUSES
from qjira_gui.practice.jira_people import account_by_name, accounts
from qjira_gui.practice.jira_state import JiraState
from qjira_gui.practice.people import JIRA_ONLY, PEOPLE
from qjira_gui.practice.times import DAY

# project | type | summary | labels
_ISSUES = """
DATA|10002|Nightly load of ORDERS leaves null values in AMOUNT|data-quality,orders
DATA|10002|Duplicate ORDER_ID after the replay of 14 March|data-quality,orders
DATA|10001|Add a freshness alert for DAILY_SALES|monitoring
DATA|10003|Partition PAYMENTS by RECEIVED_AT|performance
DATA|10002|INVOICES arrive without CURRENCY from the Nordic shop|data-quality,invoices
DATA|10004|Move the sales warehouse to incremental loads|roadmap
DATA|10001|Reconcile RETURNS with the refund service|reconciliation
DATA|10002|PRODUCTS: list price negative for bundles|data-quality,pricing
DATA|10001|Document the owners of every table in Customer 360|governance
DATA|10003|Expose consent history to the marketing tool|consent
DATA|10002|page_views: dwell_seconds is zero for one app version|tracking
DATA|10002|Late partition in app_events on Sundays|data-quality,late-data
DATA|10001|Raise the row limit of source record samples|tooling
DATA|10002|STORES: COUNTRY holds codes that are not ISO|data-quality
DATA|10001|Archive sessions older than two years|retention
DATA|10002|Duplicate customers after the CRM merge|data-quality,customers
FIN|10001|Month-end: trial_balance does not match journal_entries|month-end
FIN|10001|fx_rates missing for two currencies on holidays|reference-data
FIN|10007|Show cost centers without owner in the monthly pack|reporting
FIN|10001|vendor_payments with an IBAN that fails its checksum|payments
FIN|10001|tax_filings: taxable_base negative for one jurisdiction|tax
FIN|10001|Explain the jump of notional in regulatory_positions|regulatory
FIN|10007|New layout of the liquidity report|reporting
FIN|10001|Close period 2026-09 for the subsidiaries|month-end
OPS|10008|Snowflake warehouse suspended during the nightly run|on-call
OPS|10001|Rotate the credentials of the event lake|
OPS|10008|S3 listing slow, scans time out|on-call
OPS|10001|Write the run book for late files|
OPS|10008|Postgres replica lags by more than an hour|on-call
CRM|10002|E-mail addresses with trailing blanks in customers|data-quality,customers
CRM|10003|Ask for the preferred language at sign-up|
CRM|10002|Loyalty points balance negative after a merge|loyalty
CRM|10001|Clean up phone numbers without country code|data-quality
CRM|10002|Consents revoked before they were granted|consent,data-quality
SCM|10002|Shipments delivered before they were shipped|data-quality,shipments
SCM|10001|Agree on a unit for weight_kg with the carriers|
SCM|10002|inventory: on_hand differs from the sum of stock_movements|reconciliation
SCM|10001|Onboard the new supplier portal|
SCM|10002|purchase_orders without a due date|data-quality
WEB|10002|Campaign id is empty for clicks from the app|tracking
WEB|10003|Send the product URL with every cart event|tracking
WEB|10002|Search events counted twice on slow networks|tracking,data-quality
WEB|10001|Retire the old page tagging|
HR|10001|Headcount report counts contractors twice|
HR|10001|Access review for people data|
SEC|10001|Review of tokens used by data tools|
"""

_WORDS = (
    "Seen on the dashboard this morning; the figures of yesterday are affected.",
    "The team that owns the source has been told, and is looking into it.",
    "Needs a fix in the load and a backfill of the days concerned.",
    "Happens about once a month. Steps and a sample are in the comments.",
)
_REPLIES = (
    "I can reproduce this with the sample of Tuesday.",
    "Fixed in the load, the backfill runs tonight.",
    "Could you attach the list of keys?",
    "Waiting for the answer of the source team.",
)


def seed_issues(state: JiraState, seed: int) -> None:
    """Some four dozen issues with people, states and comments, the same for the same seed."""
    rng = random.Random(f"jira:{seed}")
    now = state.now()
    people = [one.id for person in (*PEOPLE, *JIRA_ONLY) if (one := account_by_name(person.name))]
    people = [one for one in people if accounts()[one].active]
    lines = _ISSUES.strip().splitlines()
    ages = sorted((rng.random() * 150 * DAY + 3600 for _ in lines), reverse=True)
    for line, age in zip(_mixed(lines), ages, strict=True):
        key, type_id, summary, labels = line.split("|")
        fields: dict[str, Any] = {
            "summary": summary,
            "description": adf.kept(adf.document(rng.choice(_WORDS))),
            "labels": [label for label in labels.split(",") if label],
            "priority": rng.choice("1233344"),
            "assignee": rng.choice(people) if rng.random() < 0.7 else None,
            "reporter": rng.choice(people),
        }
        if type_id == "10007":
            fields["customfield_10106"] = f"REP-{rng.randrange(100, 400)}"
        assert set(fields) <= set(FIELDS)
        project = PROJECTS[key]
        issue = state.create(project, type_id, fields, creator=fields["reporter"], at=now - age)
        issue.status = rng.choice(project.statuses)
        for _ in range(rng.randrange(0, 3)):
            at = now - age * rng.random()
            state.comment(
                issue, adf.document(rng.choice(_REPLIES)), author=rng.choice(people), at=at
            )
        if STATUSES[issue.status].category == "done":
            issue.resolved = issue.updated


def _mixed(lines: list[str]) -> list[str]:
    """Projects taken in turn, so that none is only old."""
    return [lines[at] for start in range(7) for at in range(start, len(lines), 7)]
