"""Where the two sites are: the numbers of one mean something else at another."""

from collections.abc import Mapping

from qjira_gui.domain.outbox import Site


class Places:
    """The addresses in use, or last in use where a site is not connected now."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """`known` are those of an earlier run, by site."""
        self._last = {site: known.get(site.value, "") for site in Site}

    def set(self, site: Site, place: str) -> None:
        """Another address is in use; none leaves the last one, whose rows are still shown."""
        self._last[site] = place or self._last[site]

    def of(self, site: Site) -> str:
        """Return the address that what is done now belongs to, empty before the first one."""
        return self._last[site]

    def known(self) -> dict[str, str]:
        """Return the addresses by site, for the next run."""
        return {site.value: place for site, place in self._last.items()}

    def elsewhere(self, site: Site, place: str) -> bool:
        """Say whether something that belongs to `place` is no affair of the site in use.

        What was kept before addresses were belongs to any.
        """
        return bool(place and self.of(site)) and place != self.of(site)
