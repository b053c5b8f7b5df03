"""What a look at an anomaly's comments makes news, and what an issue has been told already."""

import math
from collections.abc import Iterable, Sequence

import msgspec

from qjira_gui.domain.anomaly import Comment
from qjira_gui.domain.comment import parse_status_text
from qjira_gui.domain.issue import JiraComment


class CommentNews(msgspec.Struct, frozen=True):
    """What to pass on, and up to which comment an anomaly has been looked at."""

    mark: int
    comments: tuple[Comment, ...] = ()


class OwnText(msgspec.Struct, frozen=True):
    """A comment that went out from here whose number Qualytics never told."""

    text: str
    #: When it left, in UTC seconds, with room for clocks that differ.
    since: float


def comment_news(
    found: Iterable[tuple[Comment, float]],
    mark: int | None,
    own: frozenset[int],
    own_texts: Sequence[OwnText],
    linked_at: float = math.inf,
) -> CommentNews:
    """Return the comments behind `mark` that were written elsewhere.

    `found` holds each comment with the UTC seconds at which it was made. With `mark` None it is
    the first look: old comments are not pushed, only those made after `linked_at`. `own` are the
    comments that went out from here; `own_texts` those that went along with an archiving, whose
    number Qualytics never tells. Echoes of a ticket system are left out.
    """
    ordered = sorted(found, key=lambda one: one[0].id)
    newest = ordered[-1][0].id if ordered else 0
    if mark is None:
        mark = max((comment.id for comment, at in ordered if at < linked_at), default=0)
    left = list(own_texts)
    fresh = []
    for comment, at in ordered:
        message = (comment.message or "").strip()
        if comment.id in own or comment.external_source or not message:
            continue
        # Once each, and also where an earlier look has seen it: a colleague may say the same words
        # again. What is new here is ours whatever a clock says; what is old only by its time.
        same = [one for one in left if one.text.strip() == message]
        ours = next((one for one in same if comment.id > mark or at >= one.since), None)
        if ours is not None:
            left.remove(ours)
        elif comment.id > mark:
            fresh.append(comment)
    return CommentNews(mark=max(newest, mark), comments=tuple(fresh))


def last_status(
    comments: Sequence[JiraComment], anomaly_id: int, *, alone: bool = True
) -> tuple[JiraComment, str] | None:
    """Return the last comment that tells an issue of an anomaly's status, and which that is.

    `comments` newest first. A marker of ours counts, whichever desk wrote it, and so does the
    text of Qualytics' own integration, which carries no marker. One issue may be linked with
    several anomalies: what was said of another one is no word on this. A text without a marker
    may speak of any of them, so it counts only where this one is `alone`.
    """
    for comment in comments:
        if _of_another(comment, anomaly_id) or not (alone or comment.marker):
            continue
        said = (comment.marker or {}).get("status")
        parsed = parse_status_text(comment.text)
        last = said if isinstance(said, str) and said else (parsed[1] if parsed else "")
        if last:
            return comment, last
    return None


def find_status(
    comments: Sequence[JiraComment], status: str, anomaly_id: int, *, alone: bool = True
) -> JiraComment | None:
    """Return the comment by which `status` is the last word on an issue about an anomaly, None
    where it is not; `comments` newest first, `alone` as for `last_status`."""
    last = last_status(comments, anomaly_id, alone=alone)
    return last[0] if last is not None and last[1] == status else None


def find_number(comments: Sequence[JiraComment], comment_id: int) -> JiraComment | None:
    """Return the comment whose marker says that it passed on this comment of Qualytics."""
    return next((c for c in comments if comment_id and _number(c) == comment_id), None)


def find_words(
    comments: Sequence[JiraComment], comment_id: int, text: str, anomaly_id: int, *, mine: bool
) -> JiraComment | None:
    """Return the comment that passed on a comment of Qualytics already, by its words.

    They are all that Qualytics' own integration leaves, and all that is known of a comment that
    went along with an archiving, by whoever did that (`comment_id` 0), or by whoever saw it (no
    number in the marker). `mine`: what is looked for was done at this desk, whose earlier comments
    in the same words, unmarked or without a number, must not be taken for it.
    """
    wanted = " ".join(text.split())
    marked = any(comment.marker for comment in comments)
    for comment in comments:
        if _of_another(comment, anomaly_id) or " ".join(comment.text.split()) != wanted:
            continue
        if not comment.marker:
            if marked or not mine:
                return comment
        elif not (comment_id and _number(comment)) and (_number(comment) or not mine):
            # Two numbers that differ are two comments, however alike their words.
            return comment
    return None


def _number(comment: JiraComment) -> int:
    number = (comment.marker or {}).get("comment", 0)
    return number if isinstance(number, int) else 0


def _of_another(comment: JiraComment, anomaly_id: int) -> bool:
    """Say whether a marker names another anomaly."""
    return bool(comment.marker) and (comment.marker or {}).get("anomaly", anomaly_id) != anomaly_id
