"""The fixtures of the official documents, for the tests of this folder."""

from tests.contract.fixtures import (
    adf_checker,
    checked_transport_for,
    jira_checker,
    qualytics_checker,
)

__all__ = ["adf_checker", "checked_transport_for", "jira_checker", "qualytics_checker"]
