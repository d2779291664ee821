"""Allowances: the edits that a workspace's platform takes in a minute, shared by all living cards, each in its turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.core.ports import Allowance
from bot.core.rows import EditAllowanceRow
from bot.data import prepared
from bot.data.base import table

Workspace = tuple[str, str]  # platform, workspace

_allowances = table(EditAllowanceRow)
_is_this = (_allowances.c.platform == bindparam("of"), _allowances.c.workspace == bindparam("where"))
_LOOK = select(_allowances.c.whole_at).where(*_is_this).with_for_update()
_SPEND = update(_allowances).where(*_is_this).values(whole_at=bindparam("new_whole_at"))
_OPEN = insert(_allowances)


def turn(whole_at: datetime | None, now: datetime, allowance: Allowance) -> tuple[datetime, datetime]:
    """When the next edit may leave, and when the whole allowance will be there again after it; in any minute no more leave than it says."""
    share = timedelta(minutes=1) / allowance.a_minute
    free_from = max(now, whole_at) if whole_at is not None else now
    at = max(now, free_from - share * (allowance.at_once - 1))
    return at, free_from + share


def turns(
    connection: Connection, waiting: Mapping[Workspace, Iterable[int]], now: datetime, of: Mapping[str, Allowance]
) -> dict[int, datetime]:
    """Post -> when its edit may leave: those that wait get their turns in the order in which they came."""
    found: dict[int, datetime] = {}
    for platform, workspace in sorted(waiting):
        key = {"of": platform, "where": workspace}
        before = prepared.execute(connection, _LOOK, key).scalar()
        whole_at = before
        for post in waiting[platform, workspace]:
            found[post], whole_at = turn(whole_at, now, of[platform])
        if before is None:
            prepared.execute(connection, _OPEN, {"platform": platform, "workspace": workspace, "whole_at": whole_at})
        else:
            prepared.execute(connection, _SPEND, {**key, "new_whole_at": whole_at})
    return found
