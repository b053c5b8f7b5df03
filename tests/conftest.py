"""What every test gets: a loop for coroutines, ten seconds at most, no screen and no keyring."""

import asyncio
import functools
import inspect
import os
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

# Before any import of Qt, which aborts without a display; QT_QPA_PLATFORM=xcb overrides.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Both qasync and the icons look for PyQt first.
os.environ.setdefault("QT_API", "pyside6")
# A test that forgets to bring its own must not ask the developer's keyring to unlock.
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

# Before anything imports them, so that their assertions say what was compared.
pytest.register_assert_rewrite("tests.ui.bench", "tests.ui.pages")

TestCoroutine = Callable[..., Coroutine[Any, Any, None]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """A coroutine that waits for what never comes fails, and its traceback says where it waited."""
    test = pyfuncitem.obj
    if inspect.iscoroutinefunction(test) and not pyfuncitem.get_closest_marker("soak"):
        # Below the 30 s of faulthandler_timeout, which ends the whole run.
        pyfuncitem.obj = limited(test, 25 if pyfuncitem.get_closest_marker("slow") else 10)


def limited(test: TestCoroutine, seconds: float) -> TestCoroutine:
    @functools.wraps(test)
    async def watched(**arguments: Any) -> None:
        async with asyncio.timeout(seconds):
            await test(**arguments)

    return watched
