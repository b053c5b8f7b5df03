"""The last answers as they came, in files that may be thrown away at any time."""

import hashlib
import logging
import os
import struct
import tempfile
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

#: Bytes of all files together; beyond it the oldest go.
LIMIT: Final = 256 * 1024 * 1024

_MAGIC = b"QJC1"
#: Magic, when it was saved, length and check sum of what follows.
_HEADER = struct.Struct(">4sdQL")
_log = logging.getLogger(__name__)


class Cache:
    """Bytes by name; whatever goes wrong looks as if they were never kept. May be used in threads.

    Nothing is synced: a power cut may leave a damaged file, which then counts as absent.
    """

    def __init__(self, directory: Path, now: Callable[[], float], limit: int = LIMIT) -> None:
        """Nothing is read or created before it is needed; `now` gives UTC seconds."""
        self._directory = directory
        self._now = now
        self._limit = limit
        #: The size of each file, once known; the oldest first, also when the clock went back.
        self._known: dict[Path, int] | None = None
        self._lock = threading.Lock()

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` under `name`, in place of what was there."""
        size, saved_at = _HEADER.size + len(content), self._now()
        if size > self._limit:
            _log.debug("not cached: %d bytes are more than the limit", size)
            return
        with self._lock:
            try:
                known = self._files()
                path = self._path(name)
                self._write(path, saved_at, content)
                known.pop(path, None)
                known[path] = size
                self._prune(known)
            except OSError as error:
                _log.debug("not cached: %s", error)

    def get(self, name: str) -> tuple[bytes, float] | None:
        """Return what was kept, and when that was in UTC seconds."""
        try:
            raw = self._path(name).read_bytes()
            magic, saved_at, length, check = _HEADER.unpack_from(raw)
        except (OSError, struct.error):
            return None
        content = raw[_HEADER.size :]
        if magic != _MAGIC or len(content) != length:
            return None
        return (content, saved_at) if _check(saved_at, content) == check else None

    def clear(self) -> None:
        """Throw everything away."""
        with self._lock:
            with suppress(OSError):
                for path in self._directory.iterdir():
                    if path.suffix in (".cache", ".tmp"):
                        path.unlink(missing_ok=True)
            self._known = None

    def _path(self, name: str) -> Path:
        # A name may hold a URL, be too long, or differ from another in case only.
        digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()
        return self._directory / f"{digest[:40]}.cache"

    def _write(self, path: Path, saved_at: float, content: bytes) -> None:
        descriptor, temporary = tempfile.mkstemp(".tmp", dir=self._directory)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_HEADER.pack(_MAGIC, saved_at, len(content), _check(saved_at, content)))
                file.write(content)
            # So that the oldest are known without opening each file at the next start.
            os.utime(temporary, (saved_at, saved_at))
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _files(self) -> dict[Path, int]:
        # It may have been thrown away while the app runs.
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._known is None:
            states = {}
            for path in self._directory.iterdir():
                if path.suffix == ".tmp":
                    path.unlink(missing_ok=True)  # a kill left it
                elif path.suffix == ".cache":
                    states[path] = path.stat()
            ordered = sorted(states.items(), key=lambda item: item[1].st_mtime)
            self._known = {path: state.st_size for path, state in ordered}
        return self._known

    def _prune(self, known: dict[Path, int]) -> None:
        total = sum(known.values())
        for path in list(known):
            if total <= self._limit:
                break
            path.unlink(missing_ok=True)
            total -= known.pop(path)


def _check(saved_at: float, content: bytes) -> int:
    return zlib.crc32(content, zlib.crc32(struct.pack(">d", saved_at)))
