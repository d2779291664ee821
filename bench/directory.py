"""The directory of five hundred charters, against one bare query of the same rows."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.report import Report
from bot.core.context import Context
from bot.core.registry import Registry
from bot.data import scope
from bot.data.engine import units_for
from bot.data.ids import new_id
from bot.people.rows import CommunityRow, PersonRow
from bot.people.values import Community, Member, Role
from handlers import features
from handlers.charters import flows, store
from handlers.charters.charter import Charter
from handlers.charters.rows import CharterRow
from handlers.charters.rules import Kind, State
from tests.kit.databases import databases
from tests.kit.moving_in import START, VAULT

CHARTERS, ROUNDS = 500, 30
AIM_MS = 100.0
ASKED = {"/charter": "", "/charter circle 29": "circle 29"}  # a page of it, and a search by name, which opens all names


def measure() -> Report:
    """Look at the directory on both databases."""
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        addresses = {"sqlite": made.sqlite(Path(folder)), "postgresql": made.postgres()}
        found = {kind: asyncio.run(_on(address)) for kind, address in addresses.items()}
    rows = [
        (f"{kind}: {what}", f"{median:.1f}", f"{worst:.1f}", f"{median / times['bare'][0]:.2f}")
        for kind, times in found.items()
        for what, (median, worst) in times.items()
    ]
    slowest = max(times[what][1] for times in found.values() for what in ASKED)
    ratio = max(times[what][0] / times["bare"][0] for times in found.values() for what in ASKED)
    figures = {kind: {what: round(median, 2) for what, (median, _worst) in times.items()} for kind, times in found.items()}
    notes = [
        f"{CHARTERS} charters, each {ROUNDS} times; the aim is that the slowest look takes under {AIM_MS:.0f} ms.",
        "Bare is one query of the same rows, nothing opened.",
    ]
    header = ("", "median ms", "slowest ms", "of bare")
    more = {"charters": CHARTERS, "slowest_ms": round(slowest, 1), "median_ms": figures}
    return Report("directory", ratio, AIM_MS, slowest < AIM_MS, header, rows, more, notes)


async def _on(address: str) -> dict[str, tuple[float, float]]:
    units = units_for(address, VAULT)
    try:
        person = await units.run(_filled)
        looks: dict[str, Callable[[Context], object]] = {"bare": _bare}
        looks |= {what: lambda ctx, rest=rest: flows.command(ctx, rest) for what, rest in ASKED.items()}  # type: ignore[misc]
        return {what: await units.run(lambda session, look=look: _timed(_acting(session, person), look)) for what, look in looks.items()}  # type: ignore[misc]
    finally:
        await units.close()


def _filled(session: Session) -> int:
    """A community, a member and their charters, as long as they may be; the member's id."""
    scope.enter(session, scope.SYSTEM)
    community = CommunityRow(id=new_id(), name="Bench", zone="Europe/Berlin", language="en", created_at=START)
    session.add(community)
    session.flush()
    person = PersonRow(id=new_id(), community_id=community.id, name="Ann", zone=community.zone, language="en", role="lead", joined_at=START)
    session.add(person)
    session.flush()
    ctx = _acting(session, person.id)
    for number in range(CHARTERS):
        words = {"name": f"Circle {number} " + "学" * 60, "goal": "Why? " * 50, "scope_in": "words " * 400}
        made = store.insert(ctx, Charter(0, Kind.GROUP, "subtopic", words, state=State.ACTIVE, lead=person.id, heard_at=START))
        store.set_seats(ctx, made.id, [("Writer", "patient"), ("Reader", "")])
    return person.id


def _acting(session: Session, person: int) -> Context:
    scope.enter(session, scope.SYSTEM)
    row = session.execute(select(CommunityRow)).scalar_one()
    here = Community(row.id, row.name, row.zone, row.language)
    scope.enter(session, here.id)
    ctx = Context(session=session, registry=Registry(features()), now=START, seed=1, community=here)
    ctx.act_as(Member(person, "Ann", here.zone, here.language, Role.LEAD))
    return ctx


def _bare(ctx: Context) -> object:
    columns = [getattr(CharterRow, each.key) for each in CharterRow.__mapper__.column_attrs]
    return ctx.session.execute(select(*columns).where(CharterRow.community_id == ctx.community.id)).all()


def _timed(ctx: Context, look: Callable[[Context], object]) -> tuple[float, float]:
    """Median and slowest in milliseconds; nothing that was loaded before is kept."""
    took = []
    for _number in range(ROUNDS):
        ctx.session.expunge_all()
        began = time.perf_counter()
        look(ctx)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), max(took)
