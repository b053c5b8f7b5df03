"""What QJira sends as text: the description of a new issue, and the body of a comment."""

import msgspec

from qjira_gui.clients.adf import nodes
from qjira_gui.clients.adf.fit import LIMIT, fit, size, total
from qjira_gui.clients.adf.markdown import SOURCE_LIMIT, from_markdown
from qjira_gui.clients.adf.nodes import Node
from qjira_gui.domain.comment import (
    FAILED_CHECKS,
    VIEW,
    Context,
    check_lines,
    context_rows,
    context_title,
)
from qjira_gui.domain.text import clean, cut, one_line, units

# Of the block, the failed checks may take the place of the analyst's words up to this size.
_CHECKS_SHARE = 10_000
_URL_LIMIT = 2_000
_SHORTENED = "(Shortened: the text was longer than the 32,767 characters that Jira accepts.)"
_COMMENT_SHORTENED = (
    "(Shortened: the comment was longer than the 32,767 characters that Jira accepts. "
    "All of it is in Qualytics.)"
)


class Text(msgspec.Struct, frozen=True):
    """A document as Jira gets it, and whether something had to be left out."""

    adf: Node
    shortened: bool = False


def description(markdown: str, context: Context) -> Text:
    """Return the analyst's words, a line, and the anomaly's block, whose link is always there."""
    head, link, checks = _head(context), _link(context), _checks(context)
    said = from_markdown(markdown)
    end = [nodes.rule()] if said else []
    too_long = bool(said) and units(clean(markdown)) > SOURCE_LIMIT
    room = LIMIT - size(nodes.document()) - total([*head, *link])
    if not too_long and total([*said, *end, *checks]) <= room:
        return Text(nodes.document(*said, *end, *head, *checks, *link))
    note = _note(_SHORTENED)
    checks = _short_checks(context, max(_CHECKS_SHARE, room - total([*said, *note, *end])))
    room -= total(checks)
    if too_long or total([*said, *end]) > room:
        end = [*note, *end]
        said = fit(said, room - total(end))
    return Text(nodes.document(*said, *end, *head, *checks, *link), shortened=True)


def comment(text: str) -> Text:
    """Return a comment of Qualytics as it was typed: it is no Markdown, so nothing is lost."""
    return _as_typed(text, _COMMENT_SHORTENED)


def field(text: str) -> Text:
    """Return plain text for any other field that takes a document, as it was typed."""
    return _as_typed(text, _SHORTENED)


def _as_typed(text: str, told: str) -> Text:
    blocks = nodes.paragraphs(text)
    room = LIMIT - size(nodes.document())
    if total(blocks) <= room:
        return Text(nodes.document(*blocks))
    note = _note(told)
    return Text(nodes.document(*fit(blocks, room - total(note)), *note), shortened=True)


def _head(context: Context) -> list[Node]:
    inline: list[Node] = []
    for label, value in context_rows(context):
        inline += nodes.text("\n") if inline else []
        inline += [*nodes.text(label, nodes.STRONG), *nodes.text(f" {value}")]
    return [nodes.heading(3, nodes.text(context_title(context))), nodes.paragraph(inline)]


def _checks(context: Context) -> list[Node]:
    items = [nodes.list_item([nodes.paragraph(nodes.text(line))]) for line in check_lines(context)]
    title = nodes.paragraph(nodes.text(FAILED_CHECKS, nodes.STRONG))
    return [title, nodes.bullet_list(items)] if items else []


def _short_checks(context: Context, room: int) -> list[Node]:
    """Return the failed checks, and how many more there are where `room` does not hold all."""
    checks = _checks(context)
    if total(checks) <= room:
        return checks
    count = len(checks[1]["content"])
    shown = fit(checks, room - total(_more(count)))
    left = count - sum(len(node["content"]) for node in shown[1:])
    return [*shown, *_more(left)] if left else shown


def _more(count: int) -> list[Node]:
    return _note(f"({count:,} more failed checks: see Qualytics.)")


def _note(said: str) -> list[Node]:
    return [nodes.paragraph(nodes.text(said, nodes.EM))]


def _link(context: Context) -> list[Node]:
    # A link that is cut leads nowhere; no real address comes near the limit.
    url = cut(one_line(context.url), _URL_LIMIT)
    mark = nodes.link(url)
    address = nodes.text(url, *([mark] if mark else []))
    return [nodes.paragraph([*nodes.text(VIEW, nodes.STRONG), *nodes.text(" "), *address])]
