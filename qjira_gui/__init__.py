"""QJira: Qualytics anomalies and their Jira issues in one window."""

__version__ = "0.1.0"
