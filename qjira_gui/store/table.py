"""The live rows of one table in memory, and TinyDB's Table over them."""

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar, cast, overload

import msgspec
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document
from tinydb.table import Table as TinyTable

#: TinyDB numbers its documents; typed rows bring ids of their own.
Key = int | str
Doc = dict[str, Any]
Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]
V = TypeVar("V")


class Journal(Protocol):
    """What a shelf needs of the database."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit at its end what was staged inside, then let the shelves settle."""

    def stage(self, shelf: "Shelf[Any]", blobs: Mapping[Key, bytes | None]) -> None:
        """Take changes of one shelf towards the disk; None removes."""


class Shelf(Generic[V]):
    """What is on disk of one table, decoded, and over it what the open transaction changes.

    Values are handed out as they are: whoever cannot trust the receiver copies them.
    """

    def __init__(
        self, journal: Journal, name: str, kind: type[V], blobs: Mapping[Key, bytes]
    ) -> None:
        """Decode `blobs`; those that this version cannot read stay on disk and in `unreadable`."""
        self.name = name
        self.kind = kind
        self.unreadable: dict[Key, bytes] = {}
        self.decode = msgspec.json.Decoder(kind).decode
        self._journal = journal
        self._saved: dict[Key, V] = {}
        self._pending: dict[Key, V | None] = {}
        self._sorted = True
        for key, blob in blobs.items():
            try:
                self._saved[key] = self.decode(blob)
            # msgspec reports broken UTF-8 as a plain ValueError.
            except (msgspec.MsgspecError, ValueError):
                self.unreadable[key] = blob

    def get(self, key: Key) -> V | None:
        """Return one value, None where there is none."""
        return self._pending[key] if key in self._pending else self._saved.get(key)

    def view(self) -> dict[Key, V]:
        """Return all values in the order of their ids, which is also the order after a restart."""
        if not self._sorted:
            self._saved = _in_order(self._saved)
            self._sorted = True
        if not self._pending:
            return self._saved
        merged = {**self._saved, **self._pending}
        return _in_order({key: value for key, value in merged.items() if value is not None})

    def write(self, changes: Mapping[Key, V | None]) -> None:
        """Write values and remove those that are None, by themselves or with the open transaction.

        Memory holds what the disk gives back. A value that could be written but never be read
        again (text in a number's place) fails here, while its owner can still be told.
        """
        blobs: dict[Key, bytes | None] = {}
        values: dict[Key, V | None] = {}
        for key, value in changes.items():
            blob = None if value is None else msgspec.json.encode(value)
            blobs[key] = blob
            values[key] = None if blob is None else self.decode(blob)
        if blobs:
            with self._journal.transaction():
                self._journal.stage(self, blobs)
                self._pending.update(values)

    def settle(self) -> None:
        """Take over what has been committed."""
        for key, value in self._pending.items():
            if value is None:
                self._saved.pop(key, None)
                continue
            if key not in self._saved:
                last: Any = next(reversed(self._saved), key)
                self._sorted = self._sorted and key >= last
            self._saved[key] = value
            self.unreadable.pop(key, None)
        self._pending.clear()

    def forget(self) -> None:
        """Drop what was not committed."""
        self._pending.clear()


def _in_order(values: dict[Key, V]) -> dict[Key, V]:
    keys: list[Any] = list(values)
    return {key: values[key] for key in sorted(keys)}


class Table(TinyTable):
    """TinyDB's table, a row a document: every change is one commit, every answer is a copy.

    Ids are never given twice while the file is open, not even after `truncate`.
    """

    def __init__(self, shelf: Shelf[Doc]) -> None:
        """Stand on `shelf`."""
        # TinyDB's cache would hand the same documents to every caller.
        super().__init__(_NoStorage(), shelf.name, cache_size=0)
        self._shelf = shelf
        taken = [*shelf.view(), *shelf.unreadable]
        self._last_id = max((key for key in taken if isinstance(key, int)), default=0)

    @property
    def unreadable(self) -> list[Key]:
        """Ids of rows that are on disk and cannot be decoded."""
        return list(self._shelf.unreadable)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert one document and return its id."""
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Insert all documents or none, and return their ids."""
        new: dict[Key, Doc | None] = {}
        ids: list[int] = []
        last = self._last_id
        for document in documents:
            if not isinstance(document, Mapping):
                raise ValueError("A document is a mapping")
            key = document.doc_id if isinstance(document, Document) else last + 1
            if key in new or key in self._shelf.unreadable or self._shelf.get(key) is not None:
                raise ValueError(f"A document with id {key} exists already")
            last = max(last, key)
            new[key] = dict(document)
            ids.append(key)
        self._shelf.write(new)
        self._last_id = last
        return ids

    # TinyDB's types say that get() without arguments never returns; this one only raises.
    @overload  # type: ignore[override]
    def get(self, cond: QueryLike | None = ..., doc_id: int | None = ...) -> Document | None: ...

    @overload
    def get(
        self, cond: QueryLike | None = ..., doc_id: None = ..., doc_ids: list[int] = ...
    ) -> list[Document]: ...

    def get(
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Document | list[Document] | None:
        """Return a copy of the document that is meant, or of those with `doc_ids`."""
        if doc_id is not None:
            live = self._shelf.get(doc_id)
            return None if live is None else self._copy(doc_id, live)
        if doc_ids is not None:
            wanted = set(doc_ids)
            return [self._copy(key, doc) for key, doc in self._rows() if key in wanted]
        if cond is None:
            raise RuntimeError("Say a query, a doc_id or doc_ids")
        return next((self._copy(key, doc) for key, doc in self._rows() if cond(doc)), None)

    def search(self, cond: QueryLike) -> list[Document]:
        """Return copies of all documents that match."""
        return [self._copy(key, doc) for key, doc in self._rows() if cond(doc)]

    def count(self, cond: QueryLike) -> int:
        """Count the documents that match, without copying them."""
        return sum(1 for _, doc in self._rows() if cond(doc))

    def update(
        self,
        fields: Fields,
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Change all documents that are meant, or none, and return their ids."""
        ids = self._meant(cond, doc_ids)
        changed: dict[Key, Doc] = {}
        for key in ids:
            _change(changed.setdefault(key, self._own(key)), fields)
        self._shelf.write(changed)
        return ids

    def update_multiple(self, updates: Iterable[tuple[Fields, QueryLike]]) -> list[int]:
        """Apply each change to the documents that match its query by then."""
        pairs = list(updates)
        ids: list[int] = []
        changed: dict[Key, Doc] = {}
        for key, live in self._rows():
            for fields, cond in pairs:
                if cond(changed.get(key, live)):
                    _change(changed.setdefault(key, self._own(key)), fields)
                    ids.append(key)
        self._shelf.write(changed)
        return ids

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None
    ) -> list[int]:
        """Remove all documents that are meant and return their ids."""
        if cond is None and doc_ids is None:
            raise RuntimeError("truncate() removes all documents")
        ids = self._meant(cond, doc_ids)
        self._shelf.write(dict.fromkeys(ids))
        return ids

    def truncate(self) -> None:
        """Remove all documents."""
        self._shelf.write(dict.fromkeys(self._shelf.view()))

    def __len__(self) -> int:
        """Count all documents."""
        return len(self._shelf.view())

    def __iter__(self) -> Iterator[Document]:
        """Go through copies of all documents; changing the table meanwhile is allowed."""
        for key, doc in list(self._rows()):
            yield self._copy(key, doc)

    def _rows(self) -> ItemsView[int, Doc]:
        return cast("dict[int, Doc]", self._shelf.view()).items()

    def _meant(self, cond: QueryLike | None, doc_ids: Iterable[int] | None) -> list[int]:
        if doc_ids is not None:
            return [key for key in doc_ids if self._shelf.get(key) is not None]
        return [key for key, doc in self._rows() if cond is None or cond(doc)]

    def _own(self, key: int) -> Doc:
        return self._shelf.decode(msgspec.json.encode(self._shelf.get(key)))

    def _copy(self, key: int, live: Doc) -> Document:
        # Document() copies the top level only: nested lists would still be the live ones.
        return Document(self._shelf.decode(msgspec.json.encode(live)), key)


def _change(document: Doc, fields: Fields) -> None:
    if callable(fields):
        fields(document)
    else:
        document.update(fields)


class _NoStorage(Storage):
    """TinyDB reads and writes whole files through this; a method that still does must be loud."""

    def read(self) -> dict[str, dict[str, Any]] | None:
        raise NotImplementedError("not by rows")

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        raise NotImplementedError("not by rows")
