"""What a look makes news, and what an issue has been told already."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qjira_gui.domain.anomaly import Comment
from qjira_gui.domain.comment import comment_text, status_text
from qjira_gui.domain.issue import JiraComment
from qjira_gui.domain.watching import (
    CommentNews,
    OwnText,
    comment_news,
    find_number,
    find_status,
    find_words,
)

NOW = 1_795_168_800.0
ANOMALY = 7


def said(number: int, message: str | None = "hello", **more: Any) -> tuple[Comment, float]:
    """A comment in Qualytics, made as many seconds after the start as its number says."""
    return Comment(id=number, message=message, **more), NOW + number


def news(
    *found: tuple[Comment, float],
    mark: int | None = 0,
    own: frozenset[int] = frozenset(),
    texts: tuple[OwnText, ...] = (),
) -> tuple[int, list[int]]:
    made = comment_news(found, mark, own, texts)
    return made.mark, [comment.id for comment in made.comments]


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (news(), (0, [])),
        (news(mark=None), (0, [])),
        (news(said(3), said(2), mark=None), (3, [])),
        (news(said(3), said(2)), (3, [2, 3])),
        (news(said(3), said(2), mark=2), (3, [3])),
        # The comments that were newest were deleted: the mark stays.
        (news(said(3), mark=9), (9, [])),
        (news(said(3), said(4), own=frozenset({3})), (4, [4])),
        (news(said(3, external_source={"ticket_number": "A-1"})), (3, [])),
        (news(said(3, "  "), said(4, None)), (4, [])),
        # What went along with an archiving is ours once.
        (news(said(3), texts=(OwnText("hello ", NOW),)), (3, [])),
        (news(said(3), said(4), texts=(OwnText("hello", NOW),)), (4, [4])),
        # An earlier look has seen ours, so this is a colleague's.
        (news(said(3), said(4), mark=3, texts=(OwnText("hello", NOW),)), (4, [4])),
        # Somebody said it long before we did.
        (news(said(3), said(90), mark=3, texts=(OwnText("hello", NOW + 80),)), (90, [])),
        # With a clock that is ahead of the server's, ours is still not news.
        (news(said(3), texts=(OwnText("hello", NOW + 9000),)), (3, [])),
    ],
)
def test_what_is_news(told: tuple[int, list[int]], what: tuple[int, list[int]]) -> None:
    assert told == what


@given(st.lists(st.integers(1, 40), unique=True), st.data())
def test_each_comment_is_news_once_however_the_looks_fall(
    numbers: list[int], data: st.DataObject
) -> None:
    ordered = sorted(numbers)
    mark: int | None = 0
    told: list[int] = []
    cuts = data.draw(st.lists(st.integers(0, len(ordered)), max_size=6).map(sorted))
    for cut in [*cuts, len(ordered), len(ordered)]:
        seen = data.draw(st.permutations([said(one) for one in ordered[:cut]]))
        made: CommentNews = comment_news(seen, mark, frozenset(), ())
        mark = made.mark
        told += [one.id for one in made.comments]
    assert told == ordered


def wrote(text: str, **marker: object) -> JiraComment:
    """A comment on an issue; without a marker somebody else wrote it."""
    held = {"op": "x", "anomaly": ANOMALY, **marker} if marker else None
    return JiraComment(id=text, text=text, created="", marker=held)


ACK, RESOLVED = status_text(NOW, "Acknowledged"), status_text(NOW, "Resolved")


@pytest.mark.parametrize(
    ("newest_first", "known"),
    [
        ([], False),
        ([wrote("Please mend this")], False),
        ([wrote("a word", status="Acknowledged")], True),
        ([wrote(ACK)], True),
        ([wrote("x"), wrote(comment_text("y"), comment=5), wrote(ACK)], True),
        ([wrote(RESOLVED), wrote(ACK)], False),
        ([wrote("r", status="Resolved"), wrote("a", status="Acknowledged")], False),
        ([wrote("a", status="Acknowledged"), wrote("r", status="Resolved")], True),
        # The same issue is linked with another anomaly as well.
        ([wrote("a", status="Acknowledged", anomaly=8)], False),
        ([wrote("r", status="Resolved", anomaly=8), wrote("a", status="Acknowledged")], True),
    ],
)
def test_whether_a_status_is_the_last_word(newest_first: list[JiraComment], known: bool) -> None:
    assert (find_status(newest_first, "Acknowledged", ANOMALY) is not None) is known


HELLO = comment_text("hello\nthere")
SHOWN = "Comment from Qualytics: hello there"


@pytest.mark.parametrize(
    ("listed", "number", "mine", "known"),
    [
        ([], 5, False, False),
        # Written by Qualytics' own integration.
        ([wrote(SHOWN)], 5, False, True),
        ([wrote(SHOWN), wrote("x", status="y")], 5, True, True),
        # A site that shows no markers: it may be one of ours that was said before.
        ([wrote(SHOWN)], 5, True, False),
        # Two numbers are two comments.
        ([wrote(SHOWN, comment=4)], 5, False, False),
        # Another desk archived with it, and never heard its number.
        ([wrote(SHOWN, op="b")], 5, False, True),
        # We archived with it: another desk has seen it with its number.
        ([wrote(SHOWN, comment=5)], 0, True, True),
        # We archived with these words before.
        ([wrote(SHOWN, op="b")], 0, True, False),
        ([wrote(SHOWN, op="b")], 0, False, True),
        ([wrote(SHOWN, op="b", anomaly=8)], 5, False, False),
        ([wrote("Comment from Qualytics: something else")], 5, False, False),
    ],
)
def test_whether_words_were_passed_on(
    listed: list[JiraComment], number: int, mine: bool, known: bool
) -> None:
    assert (find_words(listed, number, HELLO, ANOMALY, mine=mine) is not None) is known


def test_a_number_is_known_whatever_became_of_its_words() -> None:
    listed = [wrote("edited by somebody", comment=5), wrote("none", status="y")]
    assert find_number(listed, 5) is listed[0]
    assert find_number(listed, 6) is None
    assert find_number(listed, 0) is None
