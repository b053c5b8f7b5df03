"""The rules of the house that no linter knows, each with a snippet that proves it can say no."""

import ast
import asyncio
import functools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import limited

ROOT = Path(__file__).resolve().parents[1]
OWN_CODE = ("qjira_gui/", "main.py", "dev.py", "bench/", "tests/")
MADE_BY_TOOLS = {".git", ".venv", "build", "dist", ".hypothesis", "__pycache__"}
LONGEST_FILE = 300

Rule = Callable[[str, ast.Module], Iterator[tuple[int, str]]]

STATIC_DIALOGS = {
    "QMessageBox": {"question", "information", "warning", "critical", "about", "aboutQt"},
    "QFileDialog": {
        "getOpenFileName",
        "getOpenFileNames",
        "getOpenFileUrl",
        "getOpenFileUrls",
        "getSaveFileName",
        "getSaveFileUrl",
        "getExistingDirectory",
        "getExistingDirectoryUrl",
    },
    "QInputDialog": {"getText", "getMultiLineText", "getInt", "getDouble", "getItem"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}


def name_of(node: ast.AST) -> str:
    """`asyncio.get_running_loop().create_task` of the expression that reads like it."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{name_of(value)}.{name}"
        case ast.Call(func=function):
            return f"{name_of(function)}()"
    return "?"


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, name_of(node.func)


def one_sentence_first(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    docstring = ast.get_docstring(tree)
    first = (docstring or "").split("\n", 1)[0]
    if not docstring or tree.body[0].lineno != 1:
        yield 1, "the first line is not a docstring that says what the module is for"
    elif not first.endswith(".") or re.search(r"[.!?] [A-Z]", first):
        yield 1, "the docstring's first line is not one sentence"


def no_nested_loop(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Inside a coroutine a nested Qt loop loses the wake-ups of other tasks, for good."""
    # Before asyncio's loop exists nothing can be lost: the first paint may be awaited by Qt's own.
    spared = 1 if path in ("qjira_gui/app.py", "bench/bare_window.py") else 0
    for line, name in calls(tree):
        owner, _, last = name.rpartition(".")
        if owner and last in {"exec", "exec_"}:
            spared -= 1
            if spared < 0:
                yield line, f"{name}() runs a loop inside the loop: open() it and await the result"
        elif last in {"processEvents", "qWait"}:
            yield line, f"{name}() runs a loop inside the loop"
        elif last in STATIC_DIALOGS.get(owner.rpartition(".")[2], ()):
            yield line, f"{name}() blocks the loop: open() a dialog and await the result"


def no_qtbot_wait_in_a_coroutine(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.AsyncFunctionDef):
            for line, name in calls(function):
                if name.startswith("qtbot.wait"):
                    yield line, f"{name}() in a coroutine runs a loop inside the loop"


def no_async_slot(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Its first step runs a turn late (a double click acts twice), and nobody holds its task."""
    for node in ast.walk(tree):
        if isinstance(node, ast.alias | ast.Name | ast.Attribute):
            name = node.name if isinstance(node, ast.alias) else name_of(node)
            if name.endswith("asyncSlot"):
                yield node.lineno, "asyncSlot: use a plain slot and TaskScope.start()"


def no_bare_task(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A task that nobody holds can vanish in mid-await, and its error with it."""
    # TaskScope belongs to the window; below it, and in tests, whoever makes a task holds it.
    elsewhere = ("tests/", "bench/", "dev.py", "qjira_gui/sync/", "qjira_gui/practice/")
    if path == "qjira_gui/ui/tasks.py" or path.startswith(elsewhere):
        return
    for line, name in calls(tree):
        owner, _, last = name.rpartition(".")
        on_a_loop = owner == "" or owner == "asyncio" or owner.rstrip("()").endswith("loop")
        if last == "ensure_future" or (last == "create_task" and on_a_loop):
            yield line, f"{name}(): start it in a TaskScope or a TaskGroup"


def no_sleeping_thread(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    if not path.startswith("qjira_gui/") or path.startswith("qjira_gui/practice/"):
        return
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="time", names=names):
                sleeps = any(alias.name == "sleep" for alias in names)
            case _:
                sleeps = name_of(node) == "time.sleep"
        if sleeps:
            yield getattr(node, "lineno", 1), "time.sleep freezes the window"


def cancellation_goes_on(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Swallowed, it leaves a task running that the one who cancelled it waits for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func).endswith("suppress"):
            if any(catches_cancellation(kind) for kind in node.args):
                yield node.lineno, "suppresses cancellation"
        elif isinstance(node, ast.ExceptHandler):
            if node.type is None:
                yield node.lineno, "a bare except swallows cancellation"
            elif any(catches_cancellation(kind) for kind in ast.walk(node.type)) and not any(
                isinstance(inner, ast.Raise) for inner in ast.walk(node)
            ):
                yield node.lineno, "swallows cancellation: clean up and raise"


def catches_cancellation(kind: ast.AST) -> bool:
    return name_of(kind).rpartition(".")[2] in {"CancelledError", "BaseException"}


#: Each rule, with code that it must flag.
RULES: dict[Rule, list[str]] = {
    one_sentence_first: ["import os", '"""Two things. One file."""', '\n"""A line late."""'],
    no_nested_loop: [
        "dialog.exec()",
        "QMenu(self).exec_(point)",
        "QApplication.processEvents()",
        "QMessageBox.question(self, title, text)",
        "QtWidgets.QFileDialog.getOpenFileName()",
        "QTest.qWait(5)",
    ],
    no_qtbot_wait_in_a_coroutine: ["async def test(qtbot):\n    qtbot.waitUntil(done)"],
    no_async_slot: ["from qasync import asyncSlot", "@qasync.asyncSlot()\ndef save(self): ..."],
    no_bare_task: [
        "asyncio.create_task(work())",
        "asyncio.get_running_loop().create_task(work())",
        "self._loop.create_task(work())",
        "create_task(work())",
        "asyncio.ensure_future(work())",
    ],
    no_sleeping_thread: ["time.sleep(1)", "from time import sleep"],
    cancellation_goes_on: [
        "try: ...\nexcept asyncio.CancelledError: ...",
        "try: ...\nexcept (OSError, CancelledError):\n    log()",
        "try: ...\nexcept BaseException as error:\n    log(error)",
        "try: ...\nexcept: raise",
        "with contextlib.suppress(asyncio.CancelledError): ...",
    ],
}
FINE = '''"""What a rule must leave alone, in one module."""
async def work(self, group):
    group.create_task(other())
    await asyncio.sleep(1)
    cursor.execute("select 1")
    dialog.open()
    QMessageBox(self).open()
    QMessageBox.StandardButton.Yes
    try: ...
    except BaseException:
        clean_up()
        raise
'''


def files() -> Iterator[Path]:
    """Every file that is, or would be, committed."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS and "cache" not in name]
        yield from (Path(folder, name) for name in names)


@functools.cache
def modules() -> dict[str, tuple[str, ast.Module]]:
    """The source and its tree for each path of our own, parsed once for all rules."""
    paths = {file.relative_to(ROOT).as_posix(): file for file in files() if file.suffix == ".py"}
    sources = {
        path: file.read_text("utf-8") for path, file in paths.items() if path.startswith(OWN_CODE)
    }
    return {path: (source, ast.parse(source)) for path, source in sorted(sources.items())}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    broken = [
        f"{path}:{line}: {what}"
        for path, (_, tree) in modules().items()
        for line, what in rule(path, tree)
    ]
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize(
    ("rule", "snippet"),
    [(rule, snippet) for rule, snippets in RULES.items() for snippet in snippets],
    ids=lambda value: value.__name__ if callable(value) else value,
)
def test_the_rule_flags_code_that_breaks_it(rule: Rule, snippet: str) -> None:
    assert list(rule("qjira_gui/ui/somewhere.py", ast.parse(snippet)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_leaves_good_code_alone(rule: Rule) -> None:
    assert not list(rule("qjira_gui/ui/somewhere.py", ast.parse(FINE)))


def test_the_window_may_be_painted_by_qts_own_loop_once_and_only_in_app() -> None:
    once, twice = ast.parse("application.exec()"), ast.parse("a.exec()\nb.exec()")
    assert not list(no_nested_loop("qjira_gui/app.py", once))
    assert list(no_nested_loop("qjira_gui/app.py", twice))


def too_long(source: str) -> bool:
    return len(source.splitlines()) > LONGEST_FILE


def test_no_file_is_longer_than_can_be_read_in_one_go() -> None:
    assert not [path for path, (source, _) in modules().items() if too_long(source)]
    assert too_long("pass\n" * (LONGEST_FILE + 1))


# Written in pieces, so that this file does not name them either.
HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org")
OF_ONE_MACHINE = re.compile(
    rf"{'|'.join(re.escape(host) for host in HOSTS)}"
    r"|(?<![\w.~/])/(?:ro" + r"ot|wo" + r"rk)(?:/|\b(?![\w-]))"
    r"|(?<![\w.~])/(?:ho" + r"me|Us" + r"ers)/\w|[A-Z]:\\+Us" + r"ers\\"
)


def test_no_file_names_a_package_host_or_a_place_on_somebodys_machine() -> None:
    found = []
    for file in files():
        try:
            lines = file.read_text("utf-8").splitlines()
        except UnicodeDecodeError:  # a picture, a font
            continue
        found += [f"{file}:{n}" for n, line in enumerate(lines, 1) if OF_ONE_MACHINE.search(line)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("host", HOSTS)
def test_a_package_host_is_recognised(host: str) -> None:
    assert OF_ONE_MACHINE.search(f"--index-url https://{host}/simple")


@pytest.mark.parametrize("first", ["ro" + "ot", "wo" + "rk", "ho" + "me/ana", "Us" + "ers/ana"])
def test_a_place_on_somebodys_machine_is_recognised(first: str) -> None:
    assert OF_ONE_MACHINE.search(f'open("/{first}/notes.txt")')
    assert not OF_ONE_MACHINE.search(f"https://example.com/rest/{first}/1")


async def test_a_test_that_waits_for_ever_fails() -> None:
    async def waits() -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await limited(waits, 0.01)()
