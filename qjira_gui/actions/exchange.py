"""Taking links and history to another computer, or to a colleague."""

from collections.abc import Callable

from qjira_gui.actions.linking import revive
from qjira_gui.domain.exchange import Addresses, Imported, from_json, merge, to_json
from qjira_gui.store.profile import Store


class Exchange:
    """Export and import; neither secrets nor the outbox are part of it."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], float],
        sites: Callable[[], Addresses] = Addresses,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """`sites` says whose numbers these are; `on_change` hears of new links."""
        self._store = store
        self._now = now
        self._sites = sites
        self._on_change = on_change

    def export(self) -> bytes:
        """Return the links that hold and the history, as one JSON document."""
        return to_json(
            self._store.links.all(), self._store.events.all(), self._now(), self._sites()
        )

    def import_(self, raw: bytes) -> Imported:
        """Add what is not here yet; raises AppError, and then nothing was written."""
        document = from_json(raw, self._sites())
        store = self._store
        links = store.links
        merged = merge(
            document, links.rows.all(), store.events.all(), store.outbox.new_id, links.is_here
        )
        with store.transaction():
            for link in merged.links:
                gone = store.links.get(link.id)
                if gone is not None and gone.removed_at is not None:
                    revive(store, gone)
            store.links.put(*merged.links)
            store.events.put(*merged.events)
        # What happens from now on must sort after what came in, whatever that desk's clock said.
        store.outbox.start_after(link.id for link in merged.links)
        store.outbox.start_after(event.id for event in merged.events)
        self._on_change()
        return merged.imported
