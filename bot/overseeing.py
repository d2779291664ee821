"""The commands of an operator over what waits and what was delivered: tables for people, CSV and JSON for programs."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session

from bot import deliveries
from bot.app import check_revision
from bot.data.engine import units_for
from bot.data.vault import Vault
from bot.deliveries import Delivered, Which
from bot.settings import Settings

T = TypeVar("T")
Shape = Literal["table", "csv", "json"]
NOTHING = "nothing"


def over(settings: Settings, work: Callable[[Session], T], *, changes: bool = False) -> T:
    """Do something at the database of these settings; it may serve meanwhile."""

    async def run() -> T:
        await check_revision(settings.database_url)
        units = units_for(settings.database_url, Vault(settings.keys))
        try:
            return await (units.run(work, start_within=None) if changes else units.read(work))
        finally:
            await units.close()

    return asyncio.run(run())


def outbox(settings: Settings, which: Which, shape: Shape) -> str:
    """What has not been said."""
    found = over(settings, lambda session: deliveries.outbox(session, which))
    return shaped(found, shape, deliveries.Post, lambda post: (post.community, post.to, post.platform, post.kind, post.state))


def inbox(settings: Settings, shape: Shape) -> str:
    """What has not been handled or answered."""
    found = over(settings, deliveries.inbox)
    return shaped(found, shape, deliveries.Request, lambda each: (each.platform, each.workspace, each.kind, each.state))


def audit(settings: Settings, day: date | None, community: str | None, kind: str | None, shape: Shape) -> str:
    """What was delivered."""
    now = datetime.now(UTC)
    found = over(settings, lambda session: list(deliveries.audit(session, now, day, community, kind)))
    return shaped(found, shape, Delivered, lambda each: (each.community, each.platform, each.to, each.kind))


def shaped(rows: Sequence[Any], shape: Shape, row: type, heap: Callable[[Any], tuple[str, ...]]) -> str:
    """Rows as they are asked for; people see how many there are of each sort as well."""
    names = [each.name for each in fields(row)]
    if shape == "json":
        return json.dumps([asdict(each) for each in rows], default=str, ensure_ascii=False, indent=1)
    cells = [[_cell(getattr(each, name)) for name in names] for each in rows]
    if shape == "csv":
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows([names, *cells])
        return written.getvalue().rstrip("\n")
    if not rows:
        return NOTHING
    heaps = [f"{count:6} {' · '.join(words)}" for words, count in sorted(Counter(map(heap, rows)).items())]
    return "\n".join((*_table([names, *cells]), "", *heaps))


def _cell(value: Any) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ") if isinstance(value, datetime) else str(value)


def _table(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
