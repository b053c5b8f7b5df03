"""A real keyring: kept over restarts, locked, never set up, or absent; never a hang or a file.

Each test starts a D-Bus of its own with a home of its own, and in it QJira, as a desktop does.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qjira_gui.desk import Desk
from qjira_gui.domain.connection import ConnectionState, QualyticsLogin
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Site
from qjira_gui.practice import PracticeServer

ROOT = Path(__file__).parents[2]
#: Seconds for one step, most of them for starting; a prompt that nobody answers would never end.
SOON = 5.0
PLACE = "The token is kept in the desktop's keyring (GNOME Keyring or one like it)."
UNTIL_QUIT = (
    "so the token is kept in memory until QJira closes. At the next start, enter it again, or set "
    "QUALYTICS_TOKEN in the environment."
)
ABSENT = f"This computer has no keyring that QJira can use, {UNTIL_QUIT}"
LOCKED = f"The keyring is locked, {UNTIL_QUIT}"

#: How a session begins: the login unlocks the keyring, or it does not.
UNLOCKED = "printf a-password | gnome-keyring-daemon --unlock --components=secrets --daemonize"
STAYS_LOCKED = "gnome-keyring-daemon --components=secrets --daemonize"
#: The bus starts one by itself as soon as somebody asks, and it finds no keyring in this home.
NEVER_SET_UP = "true"
#: A bus on which nobody keeps secrets, as on a window manager without a desktop.
BARE_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
missing = [name for name in PROGRAMS if shutil.which(name) is None]
if missing and os.environ.get("QJIRA_REQUIRE_KEYRING"):
    raise FileNotFoundError(f"{missing} must be here: apt-get install gnome-keyring dbus")

pytestmark = [
    pytest.mark.keyring,
    pytest.mark.skipif(bool(missing), reason=f"not installed: {missing}"),
]


@dataclass
class Desktop:
    """A home and a profile in it; each session is a login, and QJira started once."""

    home: Path
    server: PracticeServer

    @property
    def profile(self) -> Path:
        return self.home / "profile"

    def session(
        self, *steps: str, login: str = UNLOCKED, bus: str = "session", **known: str
    ) -> list[Any]:
        """Return what each step gave, none of which may have taken long."""
        python = f'"{sys.executable}" -m tests.faults.test_keyring'
        command = ["sh", "-c", f"{login} >/dev/null && exec {python}"]
        if bus == "session":
            command = ["dbus-run-session", "--", *command]
        elif bus == "bare":
            config = self.home / "bare.conf"
            config.write_text(BARE_BUS)
            command = ["dbus-run-session", f"--config-file={config}", "--", *command]
        said: dict[str, Any] = {"profile": str(self.profile), "url": self.server.qualytics_url}
        process = subprocess.Popen(
            command, cwd=ROOT, env={"HOME": str(self.home), "PATH": os.environ["PATH"], **known},
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        said["token"] = self.server.qualytics_token
        try:
            printed, complaint = process.communicate(json.dumps({**said, "steps": steps}), 20)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # the bus, and whoever hangs on it
            raise
        assert process.returncode == 0, complaint
        answers = json.loads(printed.splitlines()[-1])
        slow = {step: took for step, (_, took) in zip(steps, answers, strict=True) if took > SOON}
        assert slow == {}
        assert self.server.qualytics_token not in complaint
        return [answer for answer, _ in answers]

    def files_with_the_token(self) -> list[Path]:
        secret = self.server.qualytics_token.encode()
        files = [file for file in self.home.rglob("*") if file.is_file()]
        assert self.profile / "qjira.db" in files
        return [file for file in files if secret in file.read_bytes()]


@pytest.fixture(scope="module")
def running() -> Iterator[PracticeServer]:
    with PracticeServer(anomalies=20, seed=7) as server:
        yield server


@pytest.fixture
def desktop(running: PracticeServer, tmp_path: Path) -> Desktop:
    running.reset()
    return Desktop(tmp_path, running)


def test_a_token_is_kept_over_a_restart_of_everything_and_no_file_shows_it(
    desktop: Desktop,
) -> None:
    token = desktop.server.qualytics_token
    assert desktop.session("where", "save", "token") == [
        PLACE.removeprefix("The token is kept in ").removesuffix("."),
        ["keyring", PLACE],
        token,
    ]
    # Another bus, another daemon, another process: what a restart of the computer is.
    assert desktop.session("token", "stands") == [token, ConnectionState.CONNECTED]
    assert list(desktop.home.rglob("*.keyring")), "GNOME Keyring has kept nothing"
    assert desktop.files_with_the_token() == []


def test_a_token_that_was_taken_away_is_gone_from_the_keyring(desktop: Desktop) -> None:
    desktop.session("save")
    assert desktop.session("forget", "token") == ["", ""]
    # With the address typed again, since forgetting takes that too.
    assert desktop.session("token", QUALYTICS_URL=desktop.server.qualytics_url) == [""]


def test_a_locked_keyring_keeps_the_token_in_memory_says_so_and_never_hangs(
    desktop: Desktop,
) -> None:
    token = desktop.server.qualytics_token
    desktop.session("save")
    # Without a word from the keyring, the site asks for a sign-in; typed again, all works.
    locked = desktop.session("token", "stands", "save", "token", "stands", login=STAYS_LOCKED)
    sign_in, works = ConnectionState.SIGN_IN, ConnectionState.CONNECTED
    assert locked == ["", sign_in, ["memory", LOCKED], token, works]
    assert desktop.files_with_the_token() == []
    # What the keyring had is still there once it is unlocked.
    assert desktop.session("token") == [token]


def test_a_locked_keyring_that_cannot_let_go_of_a_token_says_what_to_do(desktop: Desktop) -> None:
    desktop.session("save")
    (refused, token) = desktop.session("forget", "token", login=STAYS_LOCKED)
    assert refused == (
        "The keyring is locked, so the token may still be in it. QJira does not use it any more in "
        "this run. Remove the entry “QJira” in your keyring's own window."
    )
    assert token == ""


def test_a_keyring_that_nobody_has_set_up_is_no_hang_and_no_loss(desktop: Desktop) -> None:
    (kept, token) = desktop.session("save", "token", login=NEVER_SET_UP)
    assert kept == ["memory", f"The keyring refused, {UNTIL_QUIT}"]
    assert token == desktop.server.qualytics_token
    assert desktop.files_with_the_token() == []


@pytest.mark.parametrize("bus", ["none", "bare"])
def test_without_any_keyring_the_token_is_in_memory_and_that_is_said(
    desktop: Desktop, bus: str
) -> None:
    results = desktop.session("where", "save", "stands", "forget", "token", login="true", bus=bus)
    stands = ConnectionState.CONNECTED
    assert results == ["this run only", ["memory", ABSENT], stands, "", ""]
    assert desktop.files_with_the_token() == []


def test_the_environment_wins_over_the_keyring(desktop: Desktop) -> None:
    desktop.session("save")
    assert desktop.session("token", QUALYTICS_TOKEN="another") == ["another"]


async def play(profile: Path, url: str, token: str, steps: list[str]) -> list[tuple[Any, float]]:
    """Do the steps in one run of QJira, with the keyring that this session has."""
    answers = []
    async with Desk.open(profile) as desk:
        for step in steps:
            began = time.monotonic()
            answers.append((await one_step(desk, step, url, token), time.monotonic() - began))
    return answers


async def one_step(desk: Desk, step: str, url: str, token: str) -> Any:
    connections = desk.actions.connections
    match step:
        case "where":
            return await connections.where_secrets_go()
        case "save":
            kept = await connections.save_qualytics(QualyticsLogin(url, token))
            assert kept is not None
            return kept.where, kept.sentence
        case "token":
            return (await connections.qualytics_login()).token
        case "forget":
            try:
                await connections.forget(Site.QUALYTICS)
            except AppError as error:
                return error.sentence
            return ""
        case "stands":
            while True:
                state = connections.status(Site.QUALYTICS).state
                if state is not ConnectionState.UNKNOWN:
                    return state
                await asyncio.sleep(0.01)
    raise ValueError(step)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    asked["profile"] = Path(asked["profile"])
    sys.stdout.write(json.dumps(asyncio.run(play(**asked))))
