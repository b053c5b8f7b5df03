"""Coroutines of the window: none is silent about an error, none outlives its widget."""

import asyncio

from qjira_gui.ui.tasks import TaskScope
from tests.ui.pages import until


class Heard(list[BaseException]):
    """The errors that a scope told of."""


async def test_an_error_is_told_and_the_others_go_on() -> None:
    heard, done = Heard(), asyncio.Event()
    scope = TaskScope(heard.append)

    async def fails() -> None:
        raise ValueError("told")

    async def goes_on() -> None:
        await asyncio.sleep(0.002)
        done.set()

    scope.start(fails(), name="fails")
    scope.start(goes_on(), name="goes on")
    await done.wait()
    await until(lambda: not scope.names)
    assert [str(error) for error in heard] == ["told"]
    await scope.aclose()


async def test_an_exclusive_task_takes_the_place_of_the_earlier_one() -> None:
    heard, ran = Heard(), list[int]()
    scope = TaskScope(heard.append)

    async def search(number: int) -> None:
        await asyncio.sleep(0.002)
        ran.append(number)

    for number in range(3):
        scope.start(search(number), name="search", exclusive=True)
    scope.start(search(9), name="another", exclusive=True)
    await until(lambda: not scope.names)
    assert sorted(ran) == [2, 9]
    assert heard == []


async def test_tasks_end_by_the_beginning_of_their_name() -> None:
    heard, ran = Heard(), list[str]()
    scope = TaskScope(heard.append)

    async def work(name: str) -> None:
        await asyncio.sleep(0.002)
        ran.append(name)

    for name in ("ticket types", "ticket fields", "load"):
        scope.start(work(name), name=name)
    scope.end("ticket ")
    scope.end()
    await until(lambda: not scope.names)
    assert ran == ["load"]
    assert heard == []


async def test_closing_waits_for_what_cleans_up_and_lets_nothing_start_any_more() -> None:
    heard, cleaned = Heard(), list[bool]()
    scope = TaskScope(heard.append)

    async def holds() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.001)
            cleaned.append(True)

    scope.start(holds(), name="holds")
    await asyncio.sleep(0)
    await scope.aclose()
    assert cleaned == [True]
    scope.start(holds(), name="late")
    assert scope.names == set()
    assert heard == []
