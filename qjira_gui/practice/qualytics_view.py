"""Anomalies and their parts as Qualytics sends them; what many anomalies share is encoded once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from qjira_gui.practice.anomalies import TAGS, Anomaly
from qjira_gui.practice.checks import Check
from qjira_gui.practice.qualytics_state import QualyticsState, Remark, user_json
from qjira_gui.practice.times import DAY, qualytics_time
from qjira_gui.practice.warehouse import DATASTORES, Datastore, Table

JsonObject = dict[str, Any]


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


@lru_cache(maxsize=64)
def _datastore(one: Datastore) -> msgspec.Raw:
    return _raw(
        {
            "id": one.id,
            "name": one.name,
            "store_type": one.store_type,
            "type": one.type,
            "description": one.description,
            "connected": True,
            "favorite": one.id == 1,
            "initialized": True,
            "group": {"id": 1 + one.id // 2, "name": one.group, "icon": None},
            "default_ai_effort": "medium",
            "default_automate_freshness_checks": True,
            "default_automate_volumetric_checks": True,
            "default_freshness_tracking_enabled": True,
            "default_infer_as_draft": False,
            "default_volumetric_tracking_enabled": True,
            "enrich_datastore_id": 90 + one.id,
            "enrichment_auto_sync": True,
            "enrichment_only": False,
            "enrichment_prefix": f"_{one.type}",
            "enrichment_remediation_strategy": "none",
            "enrichment_source_record_limit": 10,
            "high_count_rollup_threshold": 1000,
        }
    )


@lru_cache(maxsize=256)
def _container(one: Table) -> msgspec.Raw:
    shown = {
        "id": one.id,
        "name": one.name,
        "container_type": one.kind,
        "display_name": None,
        "description": f"One row for each of the {one.noun}",
        "deleted_at": None,
        "additional_metadata": None,
        "automate_freshness_checks": True,
        "automate_volumetric_checks": True,
        "freshness_tracking_enabled": True,
        "volumetric_tracking_enabled": True,
    }
    if one.kind == "table":
        shown["table_type"] = "view" if one.name.startswith("v_") else "table"
    return _raw(shown)


@lru_cache(maxsize=1024)
def _quality_check(one: Check) -> msgspec.Raw:
    return _raw(
        {
            "id": one.id,
            "created": qualytics_time(1_735_689_600.0 + one.id * 3600),
            "rule_type": one.rule,
            "inferred": one.inferred,
            "coverage": 1.0,
            "weight": float(one.template.weight),
            "fields": [{"name": name, "display_name": None} for name in one.fields] or None,
            "description": one.description(),
            "filter": None,
            "properties": one.template.properties or None,
            "status": "Active",
            "is_passing": False,
            "global_tags": [],
            "additional_metadata": None,
        }
    )


@lru_cache(maxsize=64)
def tag_json(at: int) -> msgspec.Raw:
    name, color, modifier, description = TAGS[at]
    shown: JsonObject = {"type": "global", "name": name, "color": color, "category": None}
    return _raw({**shown, "description": description, "weight_modifier": modifier})


class View:
    """Makes the JSON of one anomaly, as a listing or in full."""

    def __init__(self, state: QualyticsState) -> None:
        self._state = state

    def listing(self, one: Anomaly) -> JsonObject:
        check, now = one.checks[0], self._state.now()
        table = check.table
        return {
            "id": one.id,
            "uuid": one.uuid,
            "type": one.type,
            "status": one.status,
            "created": qualytics_time(one.created),
            "is_new": one.status == "Active" and now - one.created < DAY,
            "archived": one.archived,
            "source_enriched": one.enriched,
            "weight": one.weight,
            "anomalous_records_count": one.count,
            "message": one.words,
            "description": one.description,
            "fingerprint": one.fingerprint,
            "datastore": _datastore(table.datastore),
            "container": _container(table),
            "partition": {"name": table.name, "location": table.location},
            "global_tags": None if one.tags is None else [tag_json(tag) for tag in one.tags],
            "assignees": None
            if one.assignees is None
            else [user_json(person, now) for person in one.assignees],
            "failed_checks": [self._failed(one, failed) for failed in one.checks],
            **one.extra,
        }

    def full(self, one: Anomaly, *, comments: bool = False) -> JsonObject:
        shown = self.listing(one)
        shown["operation"] = self._operation(one)
        source = self._state.first_of_its_kind(one)
        shown["fingerprint_source"] = None
        if source is not None:
            names = ("id", "uuid", "type", "status", "fingerprint")
            shown["fingerprint_source"] = {name: getattr(source, name) for name in names}
        if comments:
            remarks = self._state.remarks.values()
            shown["comments"] = [self.comment(that) for that in remarks if that.anomaly == one.id]
        return shown

    def comment(self, one: Remark) -> JsonObject:
        user: JsonObject | None = None
        now = self._state.now()
        if one.user is not None:
            user = {**user_json(one.user, now), "teams": [], "oidc_groups": []}
            user["is_team_restricted"] = False
        mentioned = []
        for person in one.mentioned:
            stub = user_json(person, now)
            mentioned.append({name: stub[name] for name in ("id", "created", "name", "email")})
        return {
            "id": one.id,
            "created": qualytics_time(one.created),
            "message": one.message,
            "user": user,
            "mentioned_user_ids": one.mentioned,
            "mentioned_users": mentioned,
            "external_source": one.external,
            "anomaly_id": one.anomaly,
        }

    def _failed(self, one: Anomaly, check: Check) -> JsonObject:
        return {
            "quality_check": _quality_check(check),
            "message": check.message(one.count, one.figure),
            "suggested_field": check.fields[0] if check.fields else None,
            "suggested_value": None,
            "suggested_score": None,
        }

    def _operation(self, one: Anomaly) -> JsonObject:
        name = next(d.name for d in DATASTORES if d.id == one.operation % 10)
        start = one.created - 240 - one.id % 300
        return {
            "id": one.operation,
            "created": qualytics_time(start),
            "type": "scan",
            "start_time": qualytics_time(start),
            "end_time": qualytics_time(one.created + 90),
            "result": "success",
            "message": f"Scan of {name} finished",
            "triggered_by": "Schedule",
            "triggered_by_user": None,
            "aborted_by": None,
            "aborted_by_user": None,
            "schedule_id": one.operation % 10,
            "incremental": True,
            "remediation": "none",
            "max_records_analyzed_per_partition": 1_000_000,
            "high_count_rollup_threshold": 1000,
            "enrichment_source_record_limit": 10,
            "greater_than_time": None,
            "greater_than_batch": None,
        }
