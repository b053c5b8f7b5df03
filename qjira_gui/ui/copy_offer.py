"""What to do about a data file that was set aside: go back to a copy, go on without, or later."""

import time
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from qjira_gui.domain.errors import AppError
from qjira_gui.ui.dialog import choose

if TYPE_CHECKING:
    from qjira_gui.actions import Actions


class Copy(Protocol):
    """A good copy: when it was made (UTC seconds), and what somebody would get back with it."""

    @property
    def made_at(self) -> float: ...
    @property
    def links(self) -> int: ...
    @property
    def unsent(self) -> int: ...


class Answer(Enum):
    """What somebody said."""

    USE = auto()  #: the copy takes the file's place
    GO_ON = auto()  #: the new file is right as it is
    LATER = auto()  #: ask again at the next start


async def offer(parent: QWidget, actions: "Actions", damage: AppError, copy: Copy | None) -> Answer:
    """Say what happened, and ask where there is something to decide."""
    title = "The data file was damaged"
    if copy is None:
        words = f"{damage.sentence} There is no copy to go back to."
        said = await choose(parent, title, words, ("Go on", "Remind me at the next start"))
        return Answer.GO_ON if said == 0 else Answer.LATER
    made = time.strftime("%d %B %Y, %H:%M", time.localtime(copy.made_at))
    what = f"{_count(copy.links, 'link')} and {_count(copy.unsent, 'act')} that had not been sent"
    waiting = len(actions.outbox.unfinished())
    if waiting:
        words = (
            f"{damage.sentence} There is a good copy of {made} with {what}. It cannot be used "
            f"before what waits now has arrived ({_count(waiting, 'act')}), which would be set "
            "aside with the present file. After that, QJira asks at its next start."
        )
        await choose(parent, title, words, ("All right",))
        return Answer.LATER
    words = (
        f"{damage.sentence} There is a good copy of {made} with {what}. QJira looks whether they "
        "arrived before it sends them. Links made since then are taken along; the history of what "
        "was done since stays in the file that is set aside."
    )
    said = await choose(
        parent, title, words, ("Use the copy", "Go on without it", "Ask me at the next start")
    )
    return (Answer.USE, Answer.GO_ON, Answer.LATER)[said]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
