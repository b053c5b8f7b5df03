"""What a look at an anomaly's comments makes news, and what an issue has been told already."""

from collections.abc import Iterable, Sequence

import msgspec

from qjira_gui.domain.anomaly import Comment
from qjira_gui.domain.comment import parse_status_text
from qjira_gui.domain.issue import JiraComment


class CommentNews(msgspec.Struct, frozen=True):
    """What to pass on, and up to which comment an anomaly has been looked at."""

    mark: int
    comments: tuple[Comment, ...] = ()


def comment_news(
    found: Iterable[Comment], mark: int | None, own: frozenset[int], own_texts: Sequence[str]
) -> CommentNews:
    """Return the comments behind `mark` that were written elsewhere.

    With `mark` None it is the first look: it only sets the mark, old comments are not pushed.
    `own` are the comments that went out from here; `own_texts` those that went along with an
    archiving, whose number Qualytics never tells. Echoes of a ticket system are left out.
    """
    ordered = sorted(found, key=lambda comment: comment.id)
    newest = ordered[-1].id if ordered else 0
    if mark is None:
        return CommentNews(mark=newest)
    texts = [text.strip() for text in own_texts]
    fresh = []
    for comment in ordered:
        message = (comment.message or "").strip()
        if comment.id <= mark or comment.id in own or comment.external_source or not message:
            continue
        if message in texts:
            # Once each: a colleague may say the same words again.
            texts.remove(message)
            continue
        fresh.append(comment)
    return CommentNews(mark=max(newest, mark), comments=tuple(fresh))


def find_status(comments: Sequence[JiraComment], status: str) -> JiraComment | None:
    """Return the comment by which `status` is the last word on an issue, None where it is not.

    `comments` newest first. A marker of ours counts, whichever desk wrote it, and so does the
    text of Qualytics' own integration, which carries no marker.
    """
    for comment in comments:
        said = (comment.marker or {}).get("status")
        parsed = parse_status_text(comment.text)
        last = said if isinstance(said, str) and said else (parsed[1] if parsed else "")
        if last:
            return comment if last == status else None
    return None


def find_comment(comments: Sequence[JiraComment], comment_id: int, text: str) -> JiraComment | None:
    """Return the comment that passed on a comment of Qualytics already: by number, or by `text`,
    which is all that Qualytics' own integration leaves, and all that is known (number 0) of one
    that went along with an archiving."""
    wanted = " ".join(text.split())
    for comment in comments:
        number = (comment.marker or {}).get("comment", 0)
        if comment_id and number == comment_id:
            return comment
        if (not comment.marker or number == comment_id) and " ".join(
            comment.text.split()
        ) == wanted:
            return comment
    return None
