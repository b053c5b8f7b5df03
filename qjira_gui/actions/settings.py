"""What the window remembers between two starts."""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from qjira_gui.clients import address
from qjira_gui.clients.http import tls_context
from qjira_gui.domain.connection import Network, Settings
from qjira_gui.store.profile import Store


class SettingsActions:
    """Reads and keeps settings that hold no secret."""

    def __init__(self, store: Store, on_change: Callable[[], None]) -> None:
        """`on_change` is called when a setting was kept."""
        self._store = store
        self._on_change = on_change

    @property
    def current(self) -> Settings:
        """The settings as they are on disk."""
        return self._store.settings

    def keep(self, settings: Settings) -> None:
        """Keep changed settings; raises AppError for a proxy address with a password in it."""
        if settings.network != self._store.settings.network:
            address.proxy(settings.network.proxy)
        if settings != self._store.settings:
            self._store.save_settings(settings)
            self._on_change()

    async def keep_network(self, network: Network) -> None:
        """Keep how the sites are reached; raises AppError for a proxy or a file of no use, and
        then nothing is changed."""
        await asyncio.to_thread(tls_context, network.ca_file)
        self.keep(replace(self.current, network=network))

    def damage_answered(self) -> None:
        """The analyst knows of a damaged data file, and goes on with what there is."""
        self._store.damage_answered()

    def keep_geometry(self, places: dict[str, str]) -> None:
        """Keep where windows and columns are."""
        self.keep(replace(self.current, geometry={**self.current.geometry, **places}))
