"""The analyst's Markdown as Jira's document format; what Jira cannot nest is flattened to text."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qjira_gui.clients.adf import nodes
from qjira_gui.clients.adf.nodes import Mark, Node
from qjira_gui.domain.text import clean, cut

#: More than Jira takes; parsing a pasted log of megabytes would freeze the preview.
SOURCE_LIMIT = 40_000

_MAX_NESTING = 40
# References are off: to Markdown a line such as "[ORDERS]: missing" is one, and would vanish.
_PARSER = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    .enable(["table", "strikethrough"])
    .disable("reference")
)
_MARKS = {"strong_open": nodes.STRONG, "em_open": nodes.EM, "s_open": nodes.STRIKE}
#: Of what Markdown has, the official schema lets a quotation and a list item hold only these.
_NESTABLE = frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"})
_RULE = "———"


def from_markdown(text: str) -> list[Node]:
    """Return the blocks of a document: CommonMark, tables, strikethrough; HTML is text.

    A newline stays a newline, as in Jira's own editor; Markdown would make it a space.
    """
    text = cut(clean(text), SOURCE_LIMIT)
    try:
        tokens = _PARSER.parse(text)
    except RecursionError:  # images within images, some hundred deep
        return nodes.paragraphs(text)
    if any(token.level >= _MAX_NESTING - 1 for token in tokens):
        # The parser leaves out what is nested more deeply: better plain than lost.
        return nodes.paragraphs(text)
    return _blocks(tokens)


def _blocks(tokens: list[Token]) -> list[Node]:
    """Return the nodes of a flat list of tokens; a stack and no recursion, whatever the depth."""
    stack: list[tuple[Token | None, list[Node]]] = [(None, [])]
    for token in tokens:
        if token.nesting == 1:
            stack.append((token, []))
        elif token.nesting == 0:
            stack[-1][1].extend(_leaf(token))
        else:
            opening, children = stack.pop()
            stack[-1][1].extend(_closed(opening or token, children))
    return stack[0][1]


def _leaf(token: Token) -> list[Node]:
    match token.type:
        case "inline":
            return _inline(token.children or [])
        case "fence" | "code_block":
            language = (token.info.split() or [""])[0]
            return [nodes.code_block(token.content.removesuffix("\n"), language)]
        case "hr":
            return [nodes.rule()]
    return nodes.paragraphs(token.content)


def _closed(opening: Token, children: list[Node]) -> list[Node]:
    """Return what an opening token and all that it holds become."""
    match opening.type:
        case "paragraph_open":
            return [nodes.paragraph(children)]
        case "heading_open":
            return [nodes.heading(int(opening.tag[1:]), children)]
        case "blockquote_open":
            return [nodes.blockquote(_nestable(children))]
        case "list_item_open":
            return [nodes.list_item(_nestable(children))]
        case "bullet_list_open":
            return [nodes.bullet_list(children)]
        case "ordered_list_open":
            return [nodes.ordered_list(children, int(opening.attrs.get("start", 1)))]
        case "th_open" | "td_open":
            return [nodes.table_cell(children, header=opening.type == "th_open")]
        case "tr_open":
            return [nodes.table_row(children)]
        case "table_open":
            return [nodes.table(children)]
    return children


def _nestable(blocks: list[Node]) -> list[Node]:
    """Return blocks that may stand in a quotation and in a list item, with nothing lost."""
    fitting: list[Node] = []
    for block in blocks:
        match block["type"]:
            case kind if kind in _NESTABLE:
                fitting.append(block)
            case "heading":
                inline = (nodes.marked(node, nodes.STRONG) for node in block.get("content", ()))
                fitting.append(nodes.paragraph(inline))
            case "blockquote":
                fitting.extend(block["content"])
            case "rule":
                fitting.append(nodes.paragraph(nodes.text(_RULE)))
            case "table":
                fitting.extend(nodes.paragraph(_row_text(row)) for row in block["content"])
    return fitting


def _row_text(row: Node) -> list[Node]:
    inline: list[Node] = []
    for cell in row["content"]:
        inline += nodes.text(" | ") if inline else []
        for node in cell["content"][0].get("content", ()):
            header = cell["type"] == "tableHeader"
            inline.append(nodes.marked(node, nodes.STRONG) if header else node)
    return inline


def _inline(tokens: list[Token]) -> list[Node]:
    """Return the inline nodes of one paragraph, heading or cell."""
    inline: list[Node] = []
    #: What is open: its token, its mark (none for a refused link), where its text starts.
    stack: list[tuple[Token, Mark | None, int]] = []
    for token in tokens:
        marks = [mark for _, mark, _ in stack if mark]
        inside_link = any(opened.type == "link_open" for opened, _, _ in stack)
        if token.nesting == 1:
            mark = nodes.link(_target(token)) if token.type == "link_open" else None
            stack.append((token, _MARKS.get(token.type) or mark, len(inline)))
        elif token.nesting == -1:
            opened, mark, start = stack.pop()
            if opened.type == "link_open":
                empty, typed = len(inline) == start, opened.markup == "autolink"
                inline += _address(_target(opened), marks if mark else [], empty, mark or typed)
        elif token.type in ("softbreak", "hardbreak"):
            inline += nodes.text("\n")
        elif token.type == "code_inline":
            inline += nodes.text(token.content, *marks, nodes.CODE)
        elif token.type == "image":
            target = _target(token)
            mark = None if inside_link else nodes.link(target)
            inline += nodes.text(token.content, *marks, *([mark] if mark else []))
            known = [*marks, mark] if mark else marks
            inline += _address(target, known, not token.content, mark or inside_link)
        else:
            say = nodes.text if inside_link else nodes.linked_text
            inline += say(token.content, *marks)
    return inline


def _address(target: str, marks: list[Mark], empty: bool, known: object) -> list[Node]:
    """Return an address as text where nothing else shows it: no label, or no link to click."""
    if empty:
        return nodes.text(target, *marks)
    return [] if known else nodes.text(f" ({target})", *marks)


def _target(token: Token) -> str:
    return str(token.attrs.get("src" if token.type == "image" else "href", ""))
