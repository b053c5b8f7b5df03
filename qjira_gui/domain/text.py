"""Text that Jira will take: clean, on one line, and cut between characters as people see them."""

import unicodedata

#: "Must be less than 255", says Jira.
SUMMARY_LIMIT = 254
LABEL_LIMIT = 255
ELLIPSIS = "…"

_NEWLINES = "\r\n\x0b\x0c\x85\u2028\u2029"
#: What JSON parsers, XML and Jira's database refuse; a tab and a newline are text.
_CONTROLS = {
    code: ("\n" if chr(code) in _NEWLINES else None)
    for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFFFE, 0xFFFF)
    if chr(code) not in "\t\n"
}
_ZWJ = "\u200d"
#: Characters that belong to the one before them though their category does not say so: joiners,
#: skin tones, the tags of regional flags, the vowels and tails of Hangul, Thai and Lao AM.
_TAILS = (
    ("\u200c", _ZWJ),
    ("\U0001f3fb", "\U0001f3ff"),
    ("\U000e0020", "\U000e007f"),
    ("\u1160", "\u11ff"),
    ("\ud7b0", "\ud7fb"),
    ("\u0e33", "\u0e33"),
    ("\u0eb3", "\u0eb3"),
)
#: Nobody writes a longer cluster; one that is longer would otherwise take a whole text with it.
_LONGEST_CLUSTER = 32


def units(text: str) -> int:
    """Return the length as Jira (Java) counts it: an emoji outside the first plane counts twice."""
    return len(text) if text.isascii() else len(text) + sum(c > "\uffff" for c in text)


def clean(text: str) -> str:
    """Return `text` with newlines as \\n and without control characters and lone surrogates."""
    text = text.replace("\r\n", "\n").translate(_CONTROLS)
    if text.isascii():
        return text
    # Two halves of a pair, kept apart by some JSON decoders, become the character they stand for.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def one_line(text: str) -> str:
    """Return `text` on one line: Jira refuses a summary with a newline in it."""
    return " ".join(clean(text).split())


def cut(text: str, limit: int, mark: str = ELLIPSIS) -> str:
    """Return `text` in at most `limit` units, `mark` included where something was left out."""
    text = clean(text)
    if units(text) <= limit:
        return text
    room = limit - units(mark)
    if room < 0:
        return ""
    end = len(text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore"))
    return text[: _boundary(text, end)].rstrip() + mark


def summary_text(text: str) -> str:
    """Return `text` as a summary that Jira accepts."""
    return cut(one_line(text), SUMMARY_LIMIT)


def label_text(text: str) -> str:
    """Return `text` as a label: Jira refuses spaces in labels."""
    return cut("-".join(clean(text).split()), LABEL_LIMIT, mark="")


def _boundary(text: str, end: int) -> int:
    """Return the nearest place at or before `end` where no visible character is split."""
    for place in range(end, max(end - _LONGEST_CLUSTER, 0), -1):
        if not _joined(text, place):
            return place
    return 0 if end <= _LONGEST_CLUSTER else end


def _joined(text: str, place: int) -> bool:
    """Say whether the characters on both sides of `place` are seen as one."""
    before, after = text[place - 1], text[place]
    if before == _ZWJ or unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return True
    if any(first <= after <= last for first, last in _TAILS):
        return True
    if not _is_flag_half(after):
        return False
    start = place
    while start and _is_flag_half(text[start - 1]):
        start -= 1
    return (place - start) % 2 == 1


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
