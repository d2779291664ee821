"""What is stored about a person is all told and all handed over: every table that hangs on people, whoever made it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.core.feature import Keeps
from bot.data import scope
from bot.data.base import ANY_ID, Base, table
from bot.people import store as people
from bot.people.rows import CommunityRow, PersonRow
from bot.people.values import Community
from bot.playground import Playground
from handlers import features
from tests.handlers.test_connect import code_of
from tests.kit.beginnings import announced
from tests.kit.people import Person

At = Callable[[str], Person]
NOT_EXPORTED: dict[str, str] = {
    "challenge_report_omissions": "which released quotes a lead left out of a report: a choice of the lead's, with no words of its own",
    "cadences": "when things come round is told by /convene next, and derived from what is exported",
    "laters": "what somebody asked to be computed, sealed, and gone once it is carried out, within minutes",
    "nudge_wakes": "when reminders are looked at next, derived from them, which are exported",
    "occurrences": "that a daily message came on a date, which the posts tell",
}
KEEPS = {name: keeps for feature in features() for name, keeps in feature.keeps.items()}


def hangs_on_people() -> Iterator[Table]:
    """Every table that names people, whose rows go with those of people, or that holds any id."""
    going = {PersonRow.__tablename__}
    for each in Base.metadata.sorted_tables:
        goes = any(key.column.table.name in going and key.ondelete == "CASCADE" for key in each.foreign_keys)
        names_them = any(key.column.table.name == PersonRow.__tablename__ for key in each.foreign_keys)
        if goes:
            going.add(each.name)
        if goes or names_them or any(column.info == ANY_ID for column in each.columns):
            yield each


def test_every_table_about_people_is_in_the_export_or_says_why_not() -> None:
    covered = {table(row).name for keeps in KEEPS.values() for row in keeps.tables}
    about = {each.name for each in hangs_on_people()}
    assert {"participants", "days_done", "entries", "identities", "packs", "posts"} <= about
    unnamed = sorted(about - covered - NOT_EXPORTED.keys())
    assert unnamed == [], "name these tables in a Keeps of their feature, or in NOT_EXPORTED with the reason"
    assert NOT_EXPORTED.keys() <= about - covered, "what is listed is neither exported nor gone"


async def lives(stage: Playground, person: At) -> None:
    """A lead and a member who leave something in every table."""
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await bob.types("/challenge")
    await bob.presses("Propose a challenge")
    await bob.fills("Propose it", pack="devops", why="Because of the canary in the mine.")
    await announced(ann, bob)
    await bob.presses("My goal and my hour")
    await bob.fills("Save", goal="Ask more, canary.", unit="Line 3, canary.")
    await layla.types(f"/convene connect {await code_of(bob)}")
    await bob.types("/convene connect ZZZZ-ZZZZ")
    await stage.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))


async def export_of(stage: Playground, name: str, keeps: Keeps, seen: Callable[[str], None] | None = None) -> Any:
    """What one export tells a person of this name, and every statement that it runs (SQLite)."""

    def work(session: Session) -> Any:
        scope.enter(session, scope.SYSTEM)
        row = session.query(CommunityRow).one()
        here = Community(row.id, row.name, row.zone, row.language)
        scope.enter(session, here.id)
        actor = next(member for member in people.members(session).values() if member.name == name)
        ctx = Context(session=session, registry=stage.parts.registry, now=stage.winder.now(), seed=1, community=here, actor=actor)
        driver: Any = scope.connection(session).connection.driver_connection
        if seen is not None:
            driver.set_trace_callback(seen)
        try:
            return keeps.export(ctx)
        finally:
            if seen is not None:
                driver.set_trace_callback(None)

    return await stage.parts.units.read(work)


@pytest.mark.parametrize("export", sorted(KEEPS))
async def test_an_export_reads_the_tables_that_it_says(stage: Playground, person: At, export: str) -> None:
    statements: list[str] = []
    await export_of(stage, person("BOB").who.name, KEEPS[export], statements.append)
    read = "\n".join(statements)
    assert [table(row).name for row in KEEPS[export].tables if f" {table(row).name}" not in read] == []
    assert KEEPS[export].tables


@pytest.mark.thorough
async def test_what_people_tell_propose_and_lead_is_handed_to_them_alone(stage: Playground, person: At) -> None:
    await lives(stage, person)
    mine = {name: await export_of(stage, person("BOB").who.name, keeps) for name, keeps in KEEPS.items()}
    assert mine["proposals"][0]["why"] == "Because of the canary in the mine."
    assert (mine["challenges"][0]["goal"], mine["challenges"][0]["unit"]) == ("Ask more, canary.", "Line 3, canary.")
    assert [code["code"] for code in mine["connecting"]] == ["made", "unknown"]
    assert mine["posts"]
    leads = {name: await export_of(stage, person("ANN").who.name, keeps) for name, keeps in KEEPS.items()}
    assert leads["challenges_led"][0]["did"] == "started"
    assert "canary" not in json.dumps(leads, default=str)
    await person("BOB").types("/convene privacy")
    person("BOB").sees("your goal and unit", "challenges that you proposed", "packs that you made", "code that connects")
