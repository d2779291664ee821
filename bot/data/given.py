"""Rows that a statement is given, as many as there are: arrays side by side on PostgreSQL, JSON on SQLite; it stays prebuilt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Text, bindparam, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.prepared import NOTHING, Found

INSERT: Mapping[str, Callable[[Any], Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Given:
    """A prebuilt statement over rows that it is given; `write` says it once, of the table that they are and of the dialect."""

    def __init__(self, kinds: Mapping[str, Any], write: Callable[[Any, str], Any]) -> None:
        self._names = tuple(kinds)
        arrays = [bindparam(f"each_{name}", type_=ARRAY(kind)) for name, kind in kinds.items()]
        unnested = func.unnest(*arrays).table_valued(*kinds).render_derived(name="given")
        row = func.json_each(bindparam("given", type_=Text())).table_valued("value", name="row")
        cells = [
            func.json_extract(row.c.value, literal_column(f"'$[{at}]'"), type_=kind).label(name)
            for at, (name, kind) in enumerate(kinds.items())
        ]
        given = {"postgresql": unnested, "sqlite": select(*cells).subquery("given")}
        self._by_dialect = {dialect: write(table, dialect) for dialect, table in given.items()}

    def run(self, session: Session, rows: Sequence[Sequence[Any]], **also: Any) -> Found:
        """Run it, past the session's own machinery and under its guard; for no rows it does nothing."""
        if not rows:
            return NOTHING
        dialect = scope.connection(session).dialect.name
        values = {"given": json.dumps(rows, default=_text)} if dialect == "sqlite" else self._columns(rows)
        return scope.execute(session, self._by_dialect[dialect], values | also)

    def _columns(self, rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
        return {f"each_{name}": list(cells) for name, cells in zip(self._names, zip(*rows, strict=True), strict=True)}


def _text(cell: date) -> str:
    """As the columns of SQLite hold it."""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return cell.isoformat()
