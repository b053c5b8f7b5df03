"""Tokens in the system's own keyring, or in memory for this run; never in a file, log or text."""

import asyncio
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from qjira_gui.domain.errors import AppError

if TYPE_CHECKING:  # importing it takes 100 ms, and looking for a backend as long again
    from keyring.backend import KeyringBackend

#: What people find the entries under in their keyring.
SERVICE: Final = "QJira"
#: Which environment variable wins over which secret.
VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {"qualytics": "QUALYTICS_TOKEN", "jira": "JIRA_TOKEN"}
)
THIS_RUN: Final = "this run only"
#: Bytes in UTF-16, so 1,280 letters; a longer one fails with error 1783 (jaraco/keyring#355).
WINDOWS_LIMIT: Final = 2560

_WINDOWS = "Windows Credential Manager"
_DESKTOP = "the desktop's keyring (GNOME Keyring or one like it)"
_PLACES = {
    "keyring.backends.Windows": _WINDOWS,
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.SecretService": _DESKTOP,
    "keyring.backends.libsecret": _DESKTOP,
    "keyring.backends.kwallet": "KWallet",
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """Where a secret is now, and how to say it."""

    where: Literal["keyring", "memory"]
    sentence: str


class NotRemovedError(AppError):
    """A secret may still be in the keyring."""


class Credentials:
    """Secrets by name; whatever asks the keyring waits for it in a thread."""

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        variables: Mapping[str, str] = VARIABLES,
    ) -> None:
        """What `environment` has under `variables[name]` wins over all that is kept."""
        self._environment = environment
        self._variables = variables
        self._memory: dict[str, str] = {}
        self._removed: set[str] = set()

    def __repr__(self) -> str:
        """Leave the secrets out of every log and traceback."""
        return f"Credentials({', '.join(self._variables)})"

    async def get(self, name: str) -> str | None:
        """Return the secret; None where there is none, or the keyring does not give it."""
        secret = self._given(name) or self._memory.get(name)
        if secret or name in self._removed:
            return secret
        return await asyncio.to_thread(_look_up, name)

    async def set(self, name: str, secret: str) -> Kept:
        """Keep a secret as safely as this computer can, and say where that is."""
        place, problem = await asyncio.to_thread(_store, name, secret)
        self._removed.discard(name)
        variable = self._variable(name)
        if problem:
            self._memory[name] = secret
            way_out = f", or set {variable} in the environment" if variable else ""
            sentence = (
                f"{problem}, so the token is kept in memory until QJira closes. "
                f"At the next start, enter it again{way_out}."
            )
        else:
            self._memory.pop(name, None)
            sentence = f"The token is kept in {place}."
        if self._given(name):
            sentence += f" {variable} is set in the environment and is used instead of it."
        return Kept("memory" if problem else "keyring", sentence)

    async def remove(self, name: str) -> None:
        """Forget a secret; raises NotRemovedError where the keyring does not let it go."""
        self._memory.pop(name, None)
        self._removed.add(name)
        problem = await asyncio.to_thread(_delete, name)
        if problem:
            raise NotRemovedError(
                f"{problem}, so the token may still be in it. QJira does not use it any more in "
                f"this run. Remove the entry “{SERVICE}” in your keyring's own window."
            )

    async def where(self, name: str = "") -> str:
        """Name the place in which a secret will be kept, for people to read before they type."""
        if self._given(name):
            return f"the environment variable {self._variable(name)}"
        return await asyncio.to_thread(_place)

    def _given(self, name: str) -> str:
        return self._environment.get(self._variable(name), "").strip()

    def _variable(self, name: str) -> str:
        """A name is a site and, behind a space, its address: two profiles keep two tokens."""
        return self._variables.get(name.partition(" ")[0], "")


class ThisRun(Credentials):
    """Keeps nothing beyond this run: for practice data, the tour and tests."""

    async def get(self, name: str) -> str | None:
        """Return the secret; None where there is none."""
        return self._given(name) or self._memory.get(name)

    async def set(self, name: str, secret: str) -> Kept:
        """Keep a secret until QJira closes."""
        self._memory[name] = secret
        return Kept("memory", "The token is kept until QJira closes.")

    async def remove(self, name: str) -> None:
        """Forget a secret."""
        self._memory.pop(name, None)

    async def where(self, name: str = "") -> str:
        """Say that nothing is kept."""
        return THIS_RUN


# Backends fail with whatever their libraries raise (D-Bus, pywin32), and texts may quote what was
# sent: all of it is caught here, and only the kind of error leaves.


def _backend() -> "KeyringBackend | None":
    try:
        import keyring

        chosen = keyring.get_keyring()
        for backend in getattr(chosen, "backends", [chosen]):
            # keyrings.alt writes plain text; it is used silently wherever it is installed.
            plain_text = type(backend).__module__.startswith("keyrings.alt")
            if backend.priority > 0 and not plain_text:
                found: KeyringBackend = backend
                return found
    except Exception as error:
        _log.debug("no keyring: %s", type(error).__name__)
    return None


def _place() -> str:
    backend = _backend()
    return _name_of(backend) if backend else THIS_RUN


def _name_of(backend: "KeyringBackend") -> str:
    for module, place in _PLACES.items():
        if type(backend).__module__.startswith(module):
            return place
    return str(backend.name)


def _look_up(name: str) -> str | None:
    try:
        backend = _backend()
        return backend.get_password(SERVICE, name) if backend else None
    except Exception as error:
        _problem(error)
        return None


def _store(name: str, secret: str) -> tuple[str, str]:
    """Return the place, or why there is none."""
    backend = _backend()
    if backend is None:
        return "", "This computer has no keyring that QJira can use"
    place = _name_of(backend)
    try:
        if place == _WINDOWS and len(secret.encode("utf-16-le")) > WINDOWS_LIMIT:
            # Else the next start would sign in with the token that this one replaces.
            _delete(name)
            return "", f"{place} takes at most {WINDOWS_LIMIT // 2:,} letters"
        backend.set_password(SERVICE, name, secret)
        if backend.get_password(SERVICE, name) != secret:
            return "", "The keyring took the token and did not keep it"
    except Exception as error:
        return "", _problem(error)
    return place, ""


def _delete(name: str) -> str:
    """Return why it is not gone, if so."""
    try:
        backend = _backend()
        # Deleting what is not there is an error in some backends.
        if backend and backend.get_password(SERVICE, name) is not None:
            backend.delete_password(SERVICE, name)
    except Exception as error:
        return _problem(error)
    return ""


def _problem(error: Exception) -> str:
    from keyring.errors import KeyringLocked

    _log.debug("keyring: %s", type(error).__name__)
    if isinstance(error, KeyringLocked):
        return "The keyring is locked"
    return "The keyring refused"
