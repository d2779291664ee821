"""What many tests begin with: lived through by the first of them in a process, and remembered for the others."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.clock import WoundClock
from bot.data.sqlite_units import SqliteUnits
from bot.playground import Playground
from tests.kit.engines import file_of
from tests.kit.moving_in import START


@dataclass(frozen=True)
class Past:
    """The clock, the database and both platforms as they were left."""

    now: datetime
    database: sqlite3.Connection
    slack: dict[str, Any]
    teams: dict[str, Any]


_pasts: dict[Hashable, Past] = {}


async def lived(stage: Playground, what: Hashable, life: Callable[[], Awaitable[object]]) -> None:
    """Let people live through something; `what` tells it, and who takes part in it, from everything else.

    On a stage where something has happened already, and on PostgreSQL, it is lived through every time.
    """
    units, clock = stage.parts.units, stage.parts.clock
    if not isinstance(units, SqliteUnits) or not isinstance(clock, WoundClock) or not _is_new(units, clock):
        await life()
    elif (past := _pasts.get(what)) is None:
        await life()
        await stage.winder.settle()
        _expect_to_be_whole(stage)
        _pasts[what] = Past(clock.now(), _copy_of(units), stage.slack.dump(), stage.teams.dump())
    else:
        clock.wind(past.now)
        with closing(sqlite3.connect(file_of(units))) as here:
            past.database.backup(here)
        stage.slack.restore(past.slack)
        stage.teams.restore(past.teams)


def _is_new(units: SqliteUnits, clock: WoundClock) -> bool:
    """Whether nothing was written since people moved in."""
    path = file_of(units)
    log = path.with_name(f"{path.name}-wal")
    return clock.now() == START and not (log.exists() and log.stat().st_size)


def _expect_to_be_whole(stage: Playground) -> None:
    """What platforms let go at a restart is not remembered, nor is what went wrong: there must be none of it."""
    assert not any(stage.slack.ws.stacks.values()), "a dialog is open"
    assert not stage.teams._core.world.dialogs, "a dialog is open"
    assert stage.slack.broadcasts == stage.slack.wordless == []
    assert stage.teams.card_problems == stage.teams.protocol_problems == []


def _copy_of(units: SqliteUnits) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(file_of(units))) as here:
        here.backup(copy)
    return copy
