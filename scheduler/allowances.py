"""Allowances: the edits and the posts that a workspace's platform takes in a minute, each in its turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from bot.core.ports import Allowance
from bot.core.rows import AllowanceRow
from bot.data import prepared
from bot.data.base import table

Workspace = tuple[str, str]  # platform, workspace


_allowances = table(AllowanceRow)
_KEY = ("platform", "workspace", "kind")
_THIS = and_(*(_allowances.c[name] == bindparam(f"its_{name}") for name in _KEY))
_LOOK = select(_allowances.c.whole_at).where(_THIS).with_for_update()
_SPEND = update(_allowances).where(_THIS).values(whole_at=bindparam("new_whole_at"))
_OPEN = insert(_allowances)


class Takes(StrEnum):
    """Of what a platform says how much it takes."""

    EDITS = "edits"
    POSTS = "posts"


def turn(whole_at: datetime | None, now: datetime, allowance: Allowance) -> tuple[datetime, datetime]:
    """When the next may leave, and when the whole allowance will be there again after it; in any minute no more leave than it says."""
    share = timedelta(minutes=1) / allowance.a_minute
    free_from = max(now, whole_at) if whole_at is not None else now
    at = max(now, free_from - share * (allowance.at_once - 1))
    return at, free_from + share


def turns(
    connection: Connection, kind: Takes, waiting: Mapping[Workspace, Iterable[int]], now: datetime, of: Mapping[str, Allowance]
) -> dict[int, datetime]:
    """What waits -> when it may leave: those that wait get their turns in the order in which they came."""
    found: dict[int, datetime] = {}
    for platform, workspace in sorted(waiting):
        this = (platform, workspace, kind.value)
        its = {f"its_{name}": value for name, value in zip(_KEY, this, strict=True)}
        before = prepared.execute(connection, _LOOK, its).scalar()
        whole_at = before
        for post in waiting[platform, workspace]:
            found[post], whole_at = turn(whole_at, now, of[platform])
        if before is None:
            prepared.execute(connection, _OPEN, {**dict(zip(_KEY, this, strict=True)), "whole_at": whole_at})
        else:
            prepared.execute(connection, _SPEND, {**its, "new_whole_at": whole_at})
    return found
