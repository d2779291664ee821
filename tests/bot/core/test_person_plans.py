"""Erasing and linking people goes by indexes, however many posts there are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.core import erasure
from bot.core.crossing import named_by_old_id
from bot.data import scope
from bot.data.units import Units
from handlers import features

features()  # every feature's tables
AT = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)


def plan(session: Session, statement: Any) -> str:
    """How the database would find the rows of a statement, where reading a whole table is the last resort."""
    scope.enter(session, scope.SYSTEM)
    connection = scope.connection(session)
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    sql = str(statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    found = connection.execute(text(("EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN ") + sql.replace(":", r"\:")))
    return "\n".join(str(row[-1]) for row in found)


@pytest.mark.both_databases
@pytest.mark.parametrize("which", [0, 1])
async def test_what_others_were_told_of_somebody_is_found_by_an_index(units: Units, which: int) -> None:
    shown = await units.read(lambda session: plan(session, erasure.about_them(7, AT)[which]))
    assert "ix_posts_about_id" in shown
    assert "SCAN posts" not in shown
    assert "Seq Scan" not in shown


@pytest.mark.both_databases
async def test_posts_with_an_old_id_are_found_by_indexes(units: Units) -> None:
    shown = await units.read(lambda session: plan(session, named_by_old_id([5, 6], 7, 8)))
    assert "ix_posts_about_id" in shown
    assert "lane_id" in shown
    assert "SCAN posts" not in shown
    assert "Seq Scan" not in shown
