"""Jira's document format: written from what analysts type, cut to what Jira takes, read back."""

from qjira_gui.clients.adf.bodies import Text, comment, description, field
from qjira_gui.clients.adf.markdown import from_markdown
from qjira_gui.clients.adf.nodes import Node, document
from qjira_gui.clients.adf.reading import html, plain

__all__ = [
    "Node",
    "Text",
    "comment",
    "description",
    "document",
    "field",
    "from_markdown",
    "html",
    "plain",
]
