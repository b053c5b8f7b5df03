"""What helps somebody else to help: versions, counts and states, and never a secret."""

import platform
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from qjira_gui import __version__
from qjira_gui.clients import address
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import EntryState, Site
from qjira_gui.store.profile import Store
from qjira_gui.sync.gate import Gate

_PACKAGES = ("PySide6-Essentials", "qasync", "httpx", "msgspec", "tinydb", "keyring", "truststore")


class Diagnostics:
    """Made anew each time it is asked for; shown before it is copied."""

    def __init__(self, store: Store, gate: Gate, now: Callable[[], float]) -> None:
        """`now` gives UTC seconds."""
        self._store = store
        self._gate = gate
        self._now = now

    def text(self) -> str:
        """Return it as lines; hosts are named, people and tokens are not."""
        settings, count = self._store.settings, self._store.outbox.tally()
        lines = [
            f"QJira {__version__}, Python {sys.version.split()[0]}, {platform.platform()}",
            ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
            "",
            f"queued {count.queued} = sent {count.sent} + waiting {count.waiting} "
            f"+ needs you {count.needs_you} + cancelled {count.cancelled}",
            f"links {len(self._store.links.all())}, rows that cannot be read "
            f"{self._store.unreadable}",
            f"own CA file {'yes' if settings.network.ca_file else 'no'}, "
            f"proxy {'yes' if settings.network.proxy else 'no'}, paused {self._gate.paused}",
            "",
        ]
        for site, url in ((Site.QUALYTICS, settings.qualytics_url), (Site.JIRA, settings.jira_url)):
            status = self._gate.status(site)
            seen = "never" if status.ok_at is None else f"{self._now() - status.ok_at:.0f} s ago"
            lines.append(f"{site.value} at {_host(url)}: {status.state.value}, answered {seen}")
            if status.sentence:
                lines.append(f"  {status.sentence}")
        lines.append("")
        for entry in self._store.outbox.unfinished()[:50]:
            failure = entry.failure
            why = f"{failure.kind.value}: {failure.detail}" if failure else "not tried yet"
            doubt = ", in doubt" if entry.in_doubt else ""
            lines.append(f"{entry.kind.value} {entry.state.value}, tries {entry.attempts}{doubt}")
            if entry.state is not EntryState.WAITING or failure is not None:
                lines.append(f"  {why}")
        return "\n".join(lines)


def _host(url: str) -> str:
    try:
        return address.origin(address.qualytics_api(url)) if url else "no address"
    except AppError:
        return "an address that is none"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        # The frozen program carries packages without their metadata.
        return "?"
