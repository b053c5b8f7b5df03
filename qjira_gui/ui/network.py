"""What the system says of the network: a hint to look at once; only a request tells the truth."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

_ONLINE = QNetworkInformation.Reachability.Online


class NetworkHint(QObject):
    """Calls `look` when the computer has lost its network, or has one again.

    Many systems say nothing (Linux without NetworkManager, containers): then it never calls, and
    everything is found out by asking.
    """

    def __init__(self, parent: QObject, look: Callable[[], object]) -> None:
        """Listen from now on."""
        super().__init__(parent)
        self._look = look
        self._online: bool | None = None
        wanted = QNetworkInformation.Feature.Reachability
        known = QNetworkInformation.loadBackendByFeatures(wanted)
        found = QNetworkInformation.instance() if known else None
        if found is not None:
            self.heard(found.reachability())
            found.reachabilityChanged.connect(self.heard)

    def heard(self, reachability: QNetworkInformation.Reachability) -> None:
        """Take the system's word: a change between online and anything less is worth a look."""
        if reachability is QNetworkInformation.Reachability.Unknown:
            return
        online = reachability is _ONLINE
        if self._online is not None and online is not self._online:
            self._look()
        self._online = online
