"""How far the sending of a backlog is: what a person sees of it after a day offline."""

import msgspec
from msgspec.structs import replace

from qjira_gui.domain.tally import Tally

#: Fewer waiting entries than this go out before anybody could read a notice about them.
LEAST = 5


class Drain(msgspec.Struct, frozen=True):
    """A backlog that builds up while something holds it back, and goes out after that."""

    #: How much waited when it was held back last.
    backlog: int = 0
    #: How much had been sent when the sending began; None while it is held back, or nothing is.
    sent_before: int | None = None
    #: How much is sent of it by now, and how much is left.
    done: int = 0
    left: int = 0

    @property
    def under_way(self) -> bool:
        """Whether there is a progress to show."""
        return self.sent_before is not None

    @property
    def words(self) -> str:
        """The progress in words."""
        return f"Sending what waited: {self.done:,} of {self.done + self.left:,} have arrived."


def follow(drain: Drain, tally: Tally, *, held: bool) -> tuple[Drain, str]:
    """Return where it stands now, and what to say if this is its end.

    `held`: a site cannot be reached or the outbox is paused, so nothing is expected to move. What
    is sent makes more (comments for the issues), so what is left may grow as well.
    """
    if held:
        return Drain(backlog=tally.waiting), ""
    if drain.sent_before is None:
        if drain.backlog < LEAST:
            return Drain(), ""
        drain = replace(drain, sent_before=tally.arrived)
    assert drain.sent_before is not None
    now = replace(drain, done=max(0, tally.arrived - drain.sent_before), left=tally.waiting)
    if tally.waiting:
        return now, ""
    if not now.done:  # it was cancelled
        return Drain(), ""
    said = f"{now.done:,} that waited have arrived."
    if tally.needs_you:
        need = "needs you" if tally.needs_you == 1 else "need you"
        said = f"{now.done:,} that waited have arrived; {tally.needs_you:,} {need}: see Outbox."
    return Drain(), said
