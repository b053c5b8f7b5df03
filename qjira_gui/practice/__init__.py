"""The practice server: a small Qualytics and a small Jira on loopback, as bad as the real ones.

Importing this is cheap: Starlette, uvicorn and asyncio are loaded when a server starts.
"""

from qjira_gui.practice.server import PracticeServer

__all__ = ["PracticeServer"]
