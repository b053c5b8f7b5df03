"""Says who has a profile open: a small file that whoever is at work keeps in it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the data file's code is not needed before the first paint
    from qjira_gui.store.opening import AlreadyOpenError

FILE = "instance"


class Holder(NamedTuple):
    """Who wrote the file; a hint only, since the lock of the data file decides who may write."""

    #: "window", or "deliver" for one without a window.
    work: str
    pid: int
    #: UTC seconds.
    since: float
    #: Where a window listens for a second start; empty where nobody does.
    server: str = ""

    @property
    def sentence(self) -> str:
        """Say who it is, and what that means for whoever comes second."""
        # Read before the first paint, said only after it.
        from datetime import datetime

        since = datetime.fromtimestamp(self.since).astimezone().strftime("%H:%M")
        who = f"(process {self.pid}, since {since})"
        if self.work == "deliver":
            return (
                f"QJira is already sending what waits with this profile, without a window {who}. "
                "Nothing was changed. It ends by itself; start again then."
            )
        return (
            f"QJira is open with this profile in a window {who}. Nothing was changed. That window "
            "sends what waits by itself: use it, or close it and start again."
        )


def read(profile: Path) -> Holder | None:
    """Return who has the profile; None where nobody does, or it is known to have died."""
    try:
        work, pid, since, server = (profile / FILE).read_text("utf-8").split("\n", 3)
        holder = Holder(work, int(pid), float(since), server.strip())
    except (OSError, ValueError):
        return None
    return holder if _may_live(holder.pid) else None


def explained(error: "AlreadyOpenError", other: Holder | None) -> "AlreadyOpenError":
    """Return the error with the name of who has the profile, where that is known."""
    return type(error)(other.sentence, error.detail) if other is not None else error


@contextmanager
def held(profile: Path, holder: Holder) -> Iterator[None]:
    """Name the holder while the block lasts; only who has the data file's lock may do so.

    A disk that refuses costs no more than a vaguer sentence for whoever comes second.
    """
    file = profile / FILE
    try:
        new = file.with_name(FILE + ".new")
        new.write_text("\n".join(str(part) for part in holder) + "\n", "utf-8")
        new.replace(file)
    except OSError:
        pass
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def _may_live(pid: int) -> bool:
    """Say whether a process may exist; Windows has no harmless way to ask, and is believed."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
