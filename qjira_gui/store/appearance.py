"""The look of the first paint, in a file of one word: the data file is opened only after it."""

from contextlib import suppress
from pathlib import Path

FILE = "appearance"


def read(profile: Path) -> str:
    """Return "light", "dark" or "system"; whatever is wrong with the file, "system"."""
    try:
        word = (profile / FILE).read_text("ascii").strip()
    except (OSError, UnicodeError):
        return "system"
    return word if word in ("light", "dark") else "system"


def write(profile: Path, choice: str) -> None:
    """Keep a choice; a disk that refuses costs no more than a flash at the next start."""
    with suppress(OSError):
        (profile / FILE).write_text(choice, "ascii")
