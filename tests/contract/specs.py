"""Finds the official API documents beside the repository and loads each of them once."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

JIRA = "jira-openapi-v3.json"
QUALYTICS = "qualytics-openapi.json"
ADF = "adf-full.json"

Document = dict[str, Any]


def folder() -> Path:
    """Where the documents are expected: `QJIRA_SPECS`, or `shared/specs` beside the repository."""
    override = os.environ.get("QJIRA_SPECS")
    if override:
        return Path(override)
    return Path(__file__).resolve().parents[3] / "shared" / "specs"


def missing() -> list[str]:
    """The documents that are not there; empty when all of them can be used."""
    return [name for name in (JIRA, QUALYTICS, ADF) if not (folder() / name).is_file()]


def required() -> bool:
    """Whether a machine (the one that runs CI) has promised to have the documents."""
    return os.environ.get("QJIRA_REQUIRE_SPECS") == "1"


def need_specs() -> None:
    """Skips the test that asks when the documents are absent; fails it where they are required."""
    absent = missing()
    if not absent:
        return
    reason = f"the official API documents are not in {folder()}: no {', '.join(absent)}"
    if required():
        pytest.fail(f"{reason}, and QJIRA_REQUIRE_SPECS=1 asks for them", pytrace=False)
    pytest.skip(f"{reason} (QJIRA_SPECS names another folder)")


def document(name: str) -> Document:
    """One document, read on first use: the one of Jira is 2.4 MB."""
    return _read(folder() / name)


@cache
def _read(path: Path) -> Document:
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
