"""Keeps a profile's log: warnings and our own notes, in a file that cannot grow without end."""

import logging
import logging.handlers
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def logging_to(profile: Path) -> Iterator[None]:
    """Write the log while the block lasts."""
    handler = logging.handlers.RotatingFileHandler(
        profile / "qjira.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger("qjira_gui").setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
