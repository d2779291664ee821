"""Keeps the faked platforms in a file, so that a restart of the playground takes nothing away."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from adapters.playground.driver import Json

log = logging.getLogger(__name__)

FORMAT = 1
MESSAGE_DEPTH = 6  # file, platforms, platform, conversations, conversation, messages


class Dumpable(Protocol):
    """A world that can be written down and brought back."""

    def dump(self) -> Json:
        """Return everything that outlives the process, as JSON."""
        ...

    def restore(self, dumped: Json) -> None:
        """Put a dumped world in the place of this one, or raise ValueError and leave this one as it is."""
        ...

    def watch(self, changed: Callable[[str], None]) -> None:
        """Call `changed` whenever there is something new to be written down."""
        ...


class Memory:
    """The file in which the platforms are kept.

    `load` first, when the clock stands where it will go on and before anything happens on the platforms; then `run` in a task;
    `close` at the end, when the platforms have come to rest.
    """

    def __init__(self, path: Path, platforms: Mapping[str, Dumpable], interval: float = 1.0) -> None:
        self._path, self._platforms, self._interval = path, dict(platforms), interval
        self._changed = False
        self._loaded = False
        self._writing = threading.Lock()
        self._turns = self._written = 0
        for platform in self._platforms.values():
            platform.watch(self._note)

    def _note(self, _user: str) -> None:
        self._changed = True

    def load(self) -> bool:
        """Bring everything back; False when there was nothing to read, and what could not be read is moved aside."""
        found = self._path.exists() and self._restored()
        self._loaded = True
        if found:
            # The platforms leapt over the ids that they may have given out: a second kill must not let them leap to the same place.
            self.save()
        return found

    def _restored(self) -> bool:
        before = {name: platform.dump() for name, platform in self._platforms.items()}
        try:
            kept = self._read()
            for name, platform in self._platforms.items():  # in the order given: a clock comes before those that look at it
                platform.restore(kept[name])
        except (OSError, ValueError, RecursionError) as error:
            aside = self._path.with_name(f"{self._path.name}.broken-{time.time_ns()}")
            self._path.rename(aside)
            log.warning("the playground begins anew: what it kept cannot be read (%s) and was moved to %s", error, aside)
            for name, dumped in before.items():  # all or none: the platforms know nothing of each other, but the bot knows both
                self._platforms[name].restore(dumped)
            return False
        return True

    def _read(self) -> Json:
        kept = json.loads(self._path.read_bytes())
        if not isinstance(kept, dict) or kept.get("version") != FORMAT or not isinstance(kept.get("platforms"), dict):
            raise ValueError(f"not a file of format {FORMAT}")
        platforms: Json = kept["platforms"]
        if platforms.keys() != self._platforms.keys():
            raise ValueError(f"it holds {sorted(platforms)} and not {sorted(self._platforms)}")
        return platforms

    def save(self) -> None:
        """Write everything down; whoever looks at the file sees the old one or the new one, whole, and only its owner may look."""
        turn, dumps = self._turn()
        self._write(turn, dumps)

    def _turn(self) -> tuple[int, Json]:
        self._changed = False
        self._turns += 1
        return self._turns, {name: platform.dump() for name, platform in self._platforms.items()}

    def _write(self, turn: int, dumps: Json) -> None:
        with self._writing:
            if turn < self._written:
                return  # a later state is there already
            try:
                self._replace(_pieces({"version": FORMAT, "platforms": dumps}, MESSAGE_DEPTH))
            except BaseException:
                self._changed = True
                raise
            self._written = turn

    def _replace(self, pieces: Iterator[str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{self._path.name}.new")
        # One that was left behind by a kill may be open to other eyes: never write into it.
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.writelines(pieces)
        # Not flushed to the disk: a killed process loses nothing by that.
        beside.replace(self._path)

    async def run(self) -> None:
        """Save what changed, again and again; a disk that is full is tried again."""
        while True:
            await asyncio.sleep(self._interval)
            if not self._changed:
                continue
            turn, dumps = self._turn()
            try:
                await asyncio.to_thread(self._write, turn, dumps)
            except OSError:
                log.exception("the playground could not be kept in %s", self._path)

    def close(self) -> None:
        """Save once more, unless nothing was ever loaded: an empty world must not take the place of a kept one."""
        if self._loaded:
            self.save()


def _pieces(value: Any, depth: int) -> Iterator[str]:
    """Encode in pieces of a message each: encoding all at once would let no other thread do anything meanwhile."""
    if depth == 0 or not value or not isinstance(value, dict | list):
        yield json.dumps(value)
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield opening
        if isinstance(value, dict):
            yield json.dumps(key) + ":"
        yield from _pieces(each, depth - 1)
        opening = ","
    yield closing
