"""JQL, as much of it as a ticket tool sends: parsed into a test for an issue and an order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<op>!=|!~|>=|<=|=|~|>|<|\(|\)|,)
    |(?P<word>[^\s"'=!~<>(),]+)
    )""",
    re.VERBOSE,
)
_KEYWORDS = {"and", "or", "not", "in", "is", "order", "by", "asc", "desc", "empty", "null"}


class JqlError(ValueError):
    """The query cannot be answered; the text is Jira's own."""


@dataclass(frozen=True, slots=True)
class Value:
    """One operand: a text, a function such as currentUser(), or EMPTY."""

    text: str
    function: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Node, ...]


Node = Clause | Not | Both | Either


@dataclass(slots=True)
class Query:
    where: Node | None
    order: list[tuple[str, bool]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(jql: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while jql[at:].strip():
        match = _TOKEN.match(jql, at)
        if match is None:
            at += len(jql[at:]) - len(jql[at:].lstrip())
            raise JqlError(f"Error in the JQL Query: '{jql[at]}' is a reserved JQL character.")
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "quoted":
            text = re.sub(r"\\(.)", lambda m: m[1] if m[1] in "\"'\\" else m[0], text[1:-1])
        found.append(_Token(kind, text, match.start(kind)))
        at = match.end()
    return found


class _Parser:
    def __init__(self, jql: str) -> None:
        self._tokens = _tokens(jql)
        self._at = 0

    def query(self) -> Query:
        where = None
        if self._tokens and not self._is("order"):
            where = self._either()
        order = self._order()
        if self._peek() is not None:
            raise self._unexpected()
        return Query(where, order)

    def _order(self) -> list[tuple[str, bool]]:
        if not self._skip("order"):
            return []
        if not self._skip("by"):
            raise self._unexpected()
        order: list[tuple[str, bool]] = []
        while True:
            name = self._next()
            descending = not self._skip("asc") and self._skip("desc")
            order.append((name.text.lower(), descending))
            if not self._skip(","):
                break
        if len(order) > 7:
            raise JqlError("The maximum number of sort fields is 7.")
        return order

    def _either(self) -> Node:
        parts = [self._both()]
        while self._skip("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = [self._one()]
        while self._skip("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self) -> Node:
        if self._skip("not"):
            return Not(self._one())
        if self._skip("("):
            inner = self._either()
            if not self._skip(")"):
                raise self._unexpected()
            return inner
        return self._clause()

    def _clause(self) -> Node:
        name = self._next()
        if name.kind == "op" or name.text.lower() in _KEYWORDS:
            self._at -= 1
            raise self._unexpected()
        negative = self._skip("not")
        if self._skip("in"):
            clause: Node = Clause(name.text.lower(), "in", self._list())
        elif self._skip("is"):
            negative = self._skip("not")
            clause = Clause(name.text.lower(), "=", (self._value(),))
        else:
            operator = self._next()
            if operator.kind != "op" or operator.text in "(),":
                self._at -= 1
                raise self._unexpected()
            text = operator.text
            negative = text in ("!=", "!~")
            text = {"!=": "=", "!~": "~"}.get(text, text)
            clause = Clause(name.text.lower(), text, (self._value(),))
        return Not(clause) if negative else clause

    def _list(self) -> tuple[Value, ...]:
        if not self._skip("("):
            return (self._value(),)
        values = [self._value()]
        while self._skip(","):
            values.append(self._value())
        if not self._skip(")"):
            raise self._unexpected()
        return tuple(values)

    def _value(self) -> Value:
        token = self._next()
        if token.kind == "op":
            self._at -= 1
            raise self._unexpected()
        if token.kind == "word" and token.text.lower() in ("empty", "null"):
            return Value("", empty=True)
        if token.kind == "word" and self._skip("("):
            while not self._skip(")"):
                self._next()
            return Value(token.text.lower(), function=True)
        return Value(token.text)

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _is(self, text: str) -> bool:
        token = self._peek()
        return token is not None and token.kind != "quoted" and token.text.lower() == text

    def _skip(self, text: str) -> bool:
        if self._is(text):
            self._at += 1
            return True
        return False

    def _next(self) -> _Token:
        token = self._peek()
        if token is None:
            raise self._unexpected()
        self._at += 1
        return token

    def _unexpected(self) -> JqlError:
        token = self._peek()
        if token is None:
            return JqlError("Error in the JQL Query: The query ended before it was complete.")
        return JqlError(
            f"Error in the JQL Query: Expecting operator or value but got '{token.text}'. "
            f"(line 1, character {token.at + 1})"
        )


def parse(jql: str) -> Query:
    return _Parser(jql).query()


_SPECIAL = set('+-&|!(){}[]^~*?\\:"')


def text_test(query: str, name: str) -> Callable[[str], bool]:
    """A test for `~`: every word must occur, `*` ends a prefix, a phrase stands in quotes."""

    def broken(why: str) -> JqlError:
        return JqlError(f"Unable to parse the text '{query}' for field '{name}'{why}.")

    if query[:1] in ("*", "?"):
        raise JqlError(
            f"The text query '{query}' for field '{name}' is not allowed to start with "
            f"character '{query[0]}'."
        )
    plain = re.sub(r"\\.", "", query)
    for opened, closed in ("()", "[]", "{}"):
        if plain.count(opened) != plain.count(closed):
            raise broken("")
    if plain.count('"') % 2:
        raise broken("")
    if re.search(r"(^|\s)(&&|\|\||AND|OR)(\s|$)", plain) and not re.search(
        r"\w\s+(&&|\|\||AND|OR)\s+\w", plain
    ):
        raise broken("")
    tests: list[Callable[[list[str]], bool]] = []
    for phrase, loose in re.findall(r'"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)', query):
        if phrase:
            tests.append(_phrase(_words(_plain(phrase))))
            continue
        if loose in ("AND", "OR", "NOT", "&&", "||"):
            continue
        prefix = loose.endswith("*") and not loose.endswith("\\*")
        words = _words(_plain(loose))
        tests += [_exact(word) for word in (words[:-1] if prefix else words)]
        if prefix and words:
            tests.append(_prefix(words[-1]))
    return lambda text: all(test(_words(text)) for test in tests)


def _plain(query: str) -> str:
    """Escaped characters kept as they are, unescaped special ones blanked as the analyser does."""
    kept = re.sub(r"\\(.)", lambda m: m[1] if m[1].isalnum() else " ", query)
    return "".join(" " if char in _SPECIAL else char for char in kept)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _exact(word: str) -> Callable[[list[str]], bool]:
    return lambda words: word in words


def _prefix(word: str) -> Callable[[list[str]], bool]:
    return lambda words: any(one.startswith(word) for one in words)


def _phrase(wanted: list[str]) -> Callable[[list[str]], bool]:
    count = len(wanted)
    return lambda words: any(words[at : at + count] == wanted for at in range(len(words)))
