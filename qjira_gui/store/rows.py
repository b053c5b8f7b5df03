"""A table of frozen structs, each under its own text id: what the stores stand on."""

from typing import Generic, Protocol, TypeVar

from qjira_gui.store.database import Database


class Item(Protocol):
    """A frozen msgspec.Struct that knows its id."""

    @property
    def id(self) -> str:
        """What it is stored under."""


T = TypeVar("T", bound=Item)


class Rows(Generic[T]):
    """Items by id, in memory and on disk in step; a failed transaction takes both back.

    Items are handed out as they are, since nobody can change a frozen struct. A list or dict
    inside one can be changed, and must not be: build a new item and put it.
    """

    def __init__(self, database: Database, name: str, kind: type[T]) -> None:
        """Read the table `name` of `database`, every row as a `kind`."""
        config = getattr(kind, "__struct_config__", None)
        if config is None or not config.frozen:
            raise TypeError(f"{kind.__name__} must be a frozen msgspec.Struct")
        self._shelf = database.shelf(name, kind)

    @property
    def unreadable(self) -> list[str]:
        """Ids of rows that this version cannot decode; they stay on disk as they are."""
        return [str(key) for key in self._shelf.unreadable]

    def put(self, *items: T) -> None:
        """Insert or replace items, in one commit."""
        self._shelf.write({item.id: item for item in items})

    def get(self, id: str) -> T | None:
        """Return one item, None where there is none."""
        return self._shelf.get(id)

    def all(self) -> list[T]:
        """Return all items in the order of their ids."""
        return list(self._shelf.view().values())

    def remove(self, *ids: str) -> None:
        """Remove items, in one commit; ids that are not there are passed over."""
        self._shelf.write({id: None for id in ids if self._shelf.get(id) is not None})

    def __len__(self) -> int:
        """Count the items."""
        return len(self._shelf.view())

    def __contains__(self, id: str) -> bool:
        """Say whether there is an item with this id."""
        return self._shelf.get(id) is not None
