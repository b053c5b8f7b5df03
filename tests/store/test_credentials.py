"""Where tokens are kept, what is said when they cannot be, and that they show nowhere."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

from qjira_gui.store.credentials import THIS_RUN, Credentials, NotRemovedError

SECRET = "tok-5ecret"


class Vault(KeyringBackend):
    """A keyring in memory, and every way in which one says no."""

    priority = 1.0

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        self.fail()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.fail()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.fail()
        if (service, username) not in self.entries:
            raise PasswordDeleteError("not there")
        del self.entries[service, username]

    def fail(self) -> None:
        if self.error:
            raise self.error


class Forgetful(Vault):
    """Takes everything and keeps nothing, as the null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


Use = Callable[[object], None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Make a backend the system's keyring."""
    return lambda backend: monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


@pytest.fixture
def vault(use: Use) -> Vault:
    vault = Vault()
    use(vault)
    return vault


def from_module(module: str, base: type[Vault] = Vault) -> Vault:
    """A backend that claims to come from `module`."""
    kind: type[Any] = type("Keyring", (base,), {"__module__": module})
    backend: Vault = kind()
    return backend


async def test_a_token_is_in_the_keyring_after_a_restart(vault: Vault) -> None:
    kept = await Credentials({}).set("jira", SECRET)
    assert kept.where == "keyring"
    assert kept.sentence.startswith("The token is kept in ")
    assert vault.entries == {("QJira", "jira"): SECRET}
    afresh = Credentials({})
    assert await afresh.get("jira") == SECRET
    assert await afresh.get("qualytics") is None
    await afresh.remove("jira")
    await afresh.remove("jira")
    assert vault.entries == {}
    assert await afresh.get("jira") is None
    await afresh.set("jira", "new")
    assert await afresh.get("jira") == "new"


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        (Vault(KeyringLocked(SECRET)), "The keyring is locked, so"),
        (Vault(PasswordSetError(SECRET)), "The keyring refused, so"),
        (Vault(OSError(SECRET)), "The keyring refused, so"),
        (Forgetful(), "did not keep it, so"),
        (load_keyring("keyring.backends.fail.Keyring"), "This computer has no keyring"),
        (load_keyring("keyring.backends.null.Keyring"), "This computer has no keyring"),
    ],
)
async def test_without_a_willing_keyring_the_token_lives_for_this_run(
    use: Use, backend: KeyringBackend, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    use(backend)
    credentials = Credentials({})
    kept = await credentials.set("jira", SECRET)
    assert kept.where == "memory"
    assert said in kept.sentence
    assert "kept in memory until QJira closes" in kept.sentence
    assert "JIRA_TOKEN" in kept.sentence
    assert await credentials.get("jira") == SECRET
    assert await Credentials({}).get("jira") is None
    for shown in (repr(credentials), str(credentials), repr(kept), caplog.text):
        assert SECRET not in shown


async def test_a_broken_installation_of_keyring_counts_as_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert await Credentials({}).where() == THIS_RUN
    assert (await Credentials({}).set("jira", SECRET)).where == "memory"


async def test_a_newer_token_in_memory_wins_over_an_older_one_in_the_keyring(vault: Vault) -> None:
    credentials = Credentials({})
    await credentials.set("jira", "old")
    vault.error = KeyringLocked()
    await credentials.set("jira", "new")
    vault.error = None
    assert await credentials.get("jira") == "new"
    await credentials.set("jira", "newest")
    assert vault.entries == {("QJira", "jira"): "newest"}
    assert await credentials.get("jira") == "newest"


async def test_a_token_that_the_keyring_does_not_let_go_is_told_and_not_used(vault: Vault) -> None:
    credentials = Credentials({})
    await credentials.set("jira", SECRET)
    vault.error = KeyringLocked(SECRET)
    with pytest.raises(NotRemovedError, match="may still be in it") as told:
        await credentials.remove("jira")
    vault.error = None
    assert await credentials.get("jira") is None
    assert SECRET not in f"{told.value!r} {told.value.detail} {told.value.__cause__}"


async def test_windows_is_not_asked_to_keep_more_than_it_can(use: Use) -> None:
    vault = from_module("keyring.backends.Windows")
    use(vault)
    credentials = Credentials({})
    assert (await credentials.set("jira", "x" * 1280)).where == "keyring"
    kept = await credentials.set("jira", "x" * 1281)
    assert kept.where == "memory"
    assert "1,280 letters" in kept.sentence
    assert await credentials.get("jira") == "x" * 1281
    # The next start must not sign in with the token that was replaced.
    assert await Credentials({}).get("jira") is None


async def test_the_environment_wins(vault: Vault) -> None:
    environment = {"JIRA_TOKEN": " from-script\n", "QUALYTICS_TOKEN": ""}
    credentials = Credentials(environment)
    kept = await credentials.set("jira", SECRET)
    assert "JIRA_TOKEN is set in the environment and is used" in kept.sentence
    assert await credentials.get("jira") == "from-script"
    assert await credentials.where("jira") == "the environment variable JIRA_TOKEN"
    await credentials.set("qualytics", SECRET)
    assert await credentials.get("qualytics") == SECRET
    assert "environment" not in await credentials.where("qualytics")
    environment.clear()
    assert await credentials.get("jira") == SECRET
    own = Credentials({"TEAM": "x"}, {"jira": "TEAM"})
    assert await own.get("jira") == "x"
    assert "x" not in repr(own)


@pytest.mark.parametrize(
    ("module", "place"),
    [
        ("keyring.backends.Windows", "Windows Credential Manager"),
        ("keyring.backends.macOS", "macOS Keychain"),
        ("keyring.backends.SecretService", "the desktop's keyring (GNOME Keyring or one like it)"),
        ("keyring.backends.kwallet", "KWallet"),
        ("company.vault", "vault Keyring"),
        ("keyrings.alt.file", THIS_RUN),
    ],
)
async def test_people_read_where_the_token_goes_before_they_type_it(
    use: Use, module: str, place: str
) -> None:
    use(from_module(module))
    assert await Credentials({}).where() == place


async def test_plain_text_on_disk_is_passed_over_for_a_real_keyring(use: Use) -> None:
    class Chain:
        backends = (from_module("keyrings.alt.file"), from_module("keyring.backends.kwallet"))

    use(Chain())
    assert await Credentials({}).where() == "KWallet"
    await Credentials({}).set("jira", SECRET)
    assert Chain.backends[0].entries == {}
    assert Chain.backends[1].entries == {("QJira", "jira"): SECRET}


def test_starting_does_not_wait_for_keyring() -> None:
    code = "import sys, qjira_gui.store.credentials; sys.exit('keyring' in sys.modules)"
    subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], env=os.environ, check=True
    )
