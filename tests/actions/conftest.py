"""The practice server, the clock and the desk of tests/sync."""

from tests.sync.conftest import anomaly, clock, desk, issue, place, running, subjects

__all__ = ["anomaly", "clock", "desk", "issue", "place", "running", "subjects"]
