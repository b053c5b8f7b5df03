"""Where the two sites are: the numbers of one mean something else at another."""

from qjira_gui.domain.outbox import Site


class Places:
    """The addresses in use now; empty for a site that is not connected."""

    def __init__(self) -> None:
        """Nothing is connected yet."""
        self._now: dict[Site, str] = {}

    def set(self, site: Site, place: str) -> None:
        """Another address is in use, or none."""
        self._now[site] = place

    def of(self, site: Site) -> str:
        """Return the address in use."""
        return self._now.get(site, "")

    def elsewhere(self, site: Site, place: str) -> bool:
        """Say whether something that belongs to `place` is no affair of the site in use.

        What was kept before addresses were belongs to any.
        """
        return bool(place and self.of(site)) and place != self.of(site)
