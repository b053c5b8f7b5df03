"""Icons from QtAwesome's Phosphor font, in the colour that is asked for."""

import importlib.util
from enum import StrEnum
from functools import cache
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

#: The file inside the package `qtawesome`. Importing the package would read all of its eleven
#: fonts and take as long as the rest of the start together, so only this file is used.
FONT = "fonts/phosphor-1.3.0.ttf"


class Icon(StrEnum):
    """The places in the font, by what they show (phosphor-charmap-1.3.0.json)."""

    ANOMALIES = "\uf1fb"
    TICKET = "\uf327"
    OUTBOX = "\uf25c"
    CONNECTIONS = "\uf1f3"
    PRACTICE = "\uf180"
    SEARCH = "\uf20a"
    REFRESH = "\uf045"
    CHECK = "\uf0e7"
    DONE = "\uf0e8"
    ARCHIVE = "\uf009"
    COMMENT = "\uf0e6"
    LINK = "\uf1f6"
    UNLINK = "\uf1f4"
    PLUS = "\uf27f"
    OPEN = "\uf058"
    WARNING = "\uf35c"
    PROBLEM = "\uf35d"
    CLOSE = "\uf36d"
    FAILED = "\uf36e"
    WAITING = "\uf0f9"
    OFFLINE = "\uf106"
    KEY = "\uf1e4"
    DOWN = "\uf0c2"
    RIGHT = "\uf0c4"
    FILTER = "\uf196"
    MORE = "\uf145"
    PAUSE = "\uf25e"
    PLAY = "\uf27c"
    COPY = "\uf114"
    USER = "\uf346"
    INFO = "\uf1e0"
    BACK = "\uf03b"
    PREVIEW = "\uf15b"
    UNDO = "\uf021"
    EMPTY = "\uf336"
    COLUMNS = "\uf2d0"
    BUG = "\uf0a5"
    RECORDS = "\uf12d"


@cache
def _family() -> str:
    """Load the font once; an installation without it shows words without icons."""
    found = importlib.util.find_spec("qtawesome")
    for place in (found.submodule_search_locations if found else None) or []:
        number = QFontDatabase.addApplicationFont(str(Path(place) / FONT))
        if number >= 0:
            return QFontDatabase.applicationFontFamilies(number)[0]
    return ""


@cache
def pixmap(which: Icon, colour: str, size: int = 16, ratio: int = 2) -> QPixmap:
    """Return an icon of `size` pixels, drawn at `ratio` times the resolution."""
    drawn = QPixmap(size * ratio, size * ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    family = _family()
    if family:
        font = QFont(family)
        font.setPixelSize(size * ratio)
        painter = QPainter(drawn)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        square = QRect(0, 0, size * ratio, size * ratio)
        painter.drawText(square, Qt.AlignmentFlag.AlignCenter, which.value)
        painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def icon(which: Icon, colour: str, size: int = 16) -> QIcon:
    """Return an icon for a button or a menu."""
    return QIcon(pixmap(which, colour, size))


def spaced_icon(which: Icon, colour: str, size: int = 16) -> QIcon:
    """Return an icon with room behind it: a style sheet cannot part it from a button's text."""
    return QIcon(spaced(pixmap(which, colour, size)))


def spaced(picture: QPixmap, gap: int = 6) -> QPixmap:
    """Return a picture with `gap` pixels behind it."""
    ratio = picture.devicePixelRatio()
    drawn = QPixmap(picture.width() + int(gap * ratio), picture.height())
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return drawn
