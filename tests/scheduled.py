"""A profile in which things wait, and runs without a window as a scheduler starts them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qjira_gui.desk import Desk
from qjira_gui.practice import PracticeServer
from qjira_gui.store.credentials import ThisRun

ROOT = Path(__file__).parents[1]
QT = {"PySide6", "shiboken6", "qasync", "qtpy", "qtawesome"}
#: As main.py, on a machine without Qt's libraries, and telling what was loaded.
WITHOUT_QT = f"""
import sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {QT}:
            raise ImportError(f"no {{name}} here")
sys.meta_path.insert(0, NoQt())
from qjira_gui.app import main
code = main(sys.argv[1:])
print("loaded:", *sorted(sys.modules))
sys.exit(code)
"""

Environment = dict[str, str]


def environment_of(server: PracticeServer) -> Environment:
    return {
        "QUALYTICS_URL": server.qualytics_url,
        "QUALYTICS_TOKEN": server.qualytics_token,
        "JIRA_URL": server.jira_url,
        "JIRA_EMAIL": server.jira_email,
        "JIRA_TOKEN": server.jira_token,
    }


@dataclass
class Scheduled:
    """A profile in which things wait, the sites they go to, and runs without a window."""

    profile: Path
    server: PracticeServer
    #: An anomaly that is Active.
    anomaly: int
    environment: Environment

    @property
    def title(self) -> str:
        return f"Set anomaly {self.anomaly} to Acknowledged"

    def acts(self, act: Callable[[Desk], object]) -> None:
        """Do something where no site is connected, so that it waits."""

        async def offline() -> None:
            async with Desk.open(self.profile, environment={}, credentials=ThisRun({})) as desk:
                act(desk)

        asyncio.run(offline())

    def acknowledges(self, *anomalies: int) -> None:
        self.acts(lambda desk: desk.actions.triage.acknowledge(anomalies or (self.anomaly,)))

    def starts(self, *arguments: str, code: str = "") -> "subprocess.Popen[str]":
        program = ["-c", code] if code else ["main.py"]
        command = [sys.executable, *program, "--deliver", "--profile", str(self.profile)]
        known = ("QUALYTICS_", "JIRA_")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(known)}
        return subprocess.Popen(
            [*command, *arguments], cwd=ROOT, env={**clean, **self.environment}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def delivers(self, *arguments: str, code: str = "") -> tuple[int, list[str]]:
        """What a scheduler sees: the exit code and the lines that were printed."""
        process = self.starts(*arguments, code=code)
        printed, _ = process.communicate(timeout=20)
        return process.returncode, printed.splitlines()

    def taken(self, kind: str) -> int:
        """How many acts of a kind the servers have taken."""
        return len(self.server.ledger()[kind])
