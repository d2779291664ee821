"""Allowances: the edits and the posts that a workspace's platform takes in a minute, each in its turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.core.ports import Allowance
from bot.core.rows import EditAllowanceRow, PostAllowanceRow
from bot.data import prepared
from bot.data.base import table

Workspace = tuple[str, str]  # platform, workspace


class _Statements:
    """What is asked of a table of allowances."""

    def __init__(self, row: type[EditAllowanceRow | PostAllowanceRow]) -> None:
        rows = table(row)
        is_this = (rows.c.platform == bindparam("of"), rows.c.workspace == bindparam("where"))
        self.look = select(rows.c.whole_at).where(*is_this).with_for_update()
        self.spend = update(rows).where(*is_this).values(whole_at=bindparam("new_whole_at"))
        self.open = insert(rows)


EDITS, POSTS = _Statements(EditAllowanceRow), _Statements(PostAllowanceRow)


def turn(whole_at: datetime | None, now: datetime, allowance: Allowance) -> tuple[datetime, datetime]:
    """When the next may leave, and when the whole allowance will be there again after it; in any minute no more leave than it says."""
    share = timedelta(minutes=1) / allowance.a_minute
    free_from = max(now, whole_at) if whole_at is not None else now
    at = max(now, free_from - share * (allowance.at_once - 1))
    return at, free_from + share


def turns(
    connection: Connection, kind: _Statements, waiting: Mapping[Workspace, Iterable[int]], now: datetime, of: Mapping[str, Allowance]
) -> dict[int, datetime]:
    """What waits -> when it may leave: those that wait get their turns in the order in which they came."""
    found: dict[int, datetime] = {}
    for platform, workspace in sorted(waiting):
        key = {"of": platform, "where": workspace}
        before = prepared.execute(connection, kind.look, key).scalar()
        whole_at = before
        for post in waiting[platform, workspace]:
            found[post], whole_at = turn(whole_at, now, of[platform])
        if before is None:
            prepared.execute(connection, kind.open, {"platform": platform, "workspace": workspace, "whole_at": whole_at})
        else:
            prepared.execute(connection, kind.spend, {**key, "new_whole_at": whole_at})
    return found
