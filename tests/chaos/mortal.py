"""Workers that stop at the n-th of their await points for good, as if killed, in a loop whose time passes as soon as nobody can go on."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Generator
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

T = TypeVar("T")
Steps = Coroutine[Any, Any, T]


class Life:
    """A process among others: its await points are counted, and one of them may be its last."""

    def __init__(self, ends_at: int | None = None, end: Callable[[], None] = lambda: None) -> None:
        self.steps = 0
        self._is_over = False
        self._ends_at, self._end = ends_at, end

    def has_ended(self) -> bool:
        """Whether it has died."""
        return self._is_over

    def steps_on(self) -> None:
        """One more await point is reached."""
        self.steps += 1
        if self.steps == self._ends_at:
            self._is_over = True
            self._end()


class ShockedLife(Life):
    """A life in which something happens at one of its await points."""

    def __init__(self, at: int, shock: Callable[[], None]) -> None:
        super().__init__()
        self._at, self._shock = at, shock

    def steps_on(self) -> None:
        """One more await point is reached."""
        super().steps_on()
        if self.steps == self._at:
            self._shock()


_life: ContextVar[Life | None] = ContextVar("life", default=None)


class _Counted(Coroutine[Any, Any, T]):
    """A coroutine of a mortal: once its life is over it is never gone on with, whatever it waits for."""

    def __init__(self, inner: Steps[T], life: Life) -> None:
        self._inner, self._life = inner, life

    def send(self, value: Any) -> Any:
        if self._life.has_ended():
            return self._never()
        waits_for = self._inner.send(value)
        self._life.steps_on()
        return self._never() if self._life.has_ended() else waits_for

    def throw(self, *raised: Any) -> Any:
        if self._life.has_ended():  # a timer of the dead
            return self._never()
        waits_for = self._inner.throw(*raised)
        self._life.steps_on()
        return self._never() if self._life.has_ended() else waits_for

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, T]:
        raise AssertionError("tasks send, nobody awaits")

    @staticmethod
    def _never() -> asyncio.Future[None]:
        never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        never._asyncio_future_blocking = True
        return never


def _task(loop: asyncio.AbstractEventLoop, steps: Any, **more: Any) -> asyncio.Task[Any]:
    life = _life.get()
    return asyncio.Task(_Counted(steps, life) if life is not None else steps, loop=loop, **more)


def count_steps(loop: asyncio.AbstractEventLoop) -> None:
    """From now on the tasks of mortals are counted, and those that they begin."""
    loop.set_task_factory(_task)


def begin(life: Life, steps: Steps[T]) -> asyncio.Task[T]:
    """Let a process live in the running loop."""
    context = copy_context()
    context.run(_life.set, life)
    return context.run(asyncio.get_running_loop().create_task, steps)


class _NoWaiting(selectors.DefaultSelector):
    """Nobody waits for anything but time here, and that passes at once."""

    def __init__(self, passes: Callable[[float], None]) -> None:
        super().__init__()
        self._passes = passes

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits, and nothing will ever happen"
        if timeout > 0:
            self._passes(timeout)
        return super().select(0)


class TimelessLoop(asyncio.SelectorEventLoop):
    """A loop with a time of its own; `watch` hears how many seconds have passed since the beginning."""

    def __init__(self, watch: Callable[[float], None]) -> None:
        self._seconds, self._watch = 0.0, watch
        super().__init__(_NoWaiting(self._pass))
        count_steps(self)

    def time(self) -> float:
        return self._seconds

    def _pass(self, seconds: float) -> None:
        self._seconds += seconds
        self._watch(self._seconds)


def run_timeless(main: Steps[T], watch: Callable[[float], None]) -> T:
    """Run to the end; whoever is dead by then is left lying."""
    loop = TimelessLoop(watch)
    try:
        return loop.run_until_complete(main)
    finally:
        asyncio.set_event_loop(None)
        for task in asyncio.all_tasks(loop):
            task._log_destroy_pending = False  # type: ignore[attr-defined]
            task.get_coro().close()
        loop.close()
