"""Work that may outlast the request it came with: kept, awaited for a while, never cancelled half-way."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import structlog

T = TypeVar("T")
log = structlog.get_logger("convene.slack")


def where(error: BaseException) -> str:
    """The last steps to an error, for the log: a whole traceback may show the words that were worked on."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


class Waiting:
    """The tasks that are under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.held = 0  # of them those that hold an event which nobody will send again

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin work that will run to its end whoever waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def within(self, task: asyncio.Task[T], seconds: float) -> bool:
        """Whether the task ended in time; it goes on where it did not."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()

        def end(_task: object = None) -> None:
            if not over.done():
                over.set_result(None)

        timer = loop.call_later(max(0.0, seconds), end)
        task.add_done_callback(end)
        try:
            await over
        finally:
            timer.cancel()
            task.remove_done_callback(end)
        return task.done()

    async def settles(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self, seconds: float = 10.0) -> None:
        """Wait for what is under way, but not for ever."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("unfinished work failed", error=type(error).__name__, where=where(error))
