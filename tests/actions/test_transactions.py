"""No act awaits inside a transaction: what another task wrote meanwhile would be taken back."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "qjira_gui"
WAITS = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom)


def waits_inside(tree: ast.AST) -> Iterator[int]:
    """The lines on which a `with ….transaction()` block lets go of the loop."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.With):
            continue
        calls = [one.context_expr for one in node.items if isinstance(one.context_expr, ast.Call)]
        if any(getattr(call.func, "attr", "") == "transaction" for call in calls):
            for inner in (part for line in node.body for part in ast.walk(line)):
                if isinstance(inner, WAITS):
                    yield inner.lineno


def test_nothing_awaits_inside_a_transaction() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line in waits_inside(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("line", ["await other()", "async for x in y: ...", "yield 1"])
def test_waiting_inside_a_transaction_is_noticed(line: str) -> None:
    source = f"async def act(self):\n with self.store.transaction():\n  if x:\n   {line}\n"
    assert list(waits_inside(ast.parse(source))) == [4]
