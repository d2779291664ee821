"""How reminders are received, looked at again and again: no two looks tell what one person did in between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.data import scope
from bot.data.ids import new_id
from bot.playground import Playground
from handlers.nudges import store
from handlers.nudges.rows import HealthRow, NudgeRow
from tests.kit.cast import count
from tests.kit.crowds import arrives, does
from tests.kit.people import Person
from tests.kit.reminders import At


async def reminded(stage: Playground, at: datetime, people: list[int], outcome: str) -> None:
    """Each got one message, and this came of it."""

    def unit(ctx: Context) -> None:
        for person in people:
            known: dict[str, Any] = {"on_date": at.date(), "slot": None, "sent_at": at, "leaves_until": at, "outcome": outcome}
            ctx.session.add(NudgeRow(id=new_id(), community_id=ctx.community.id, person_id=person, **known))

    await does(stage, unit)


async def stops(stage: Playground, *people: int) -> None:
    await does(stage, lambda ctx: store.set_states(ctx, {person: {"stopped_at": ctx.now} for person in people}))


async def looked(stage: Playground, lead: Person) -> str:
    await lead.types("/convene health")
    return lead.message("How reminders are received")["plain"]


async def test_a_second_look_tells_nothing_of_who_did_something_in_between(stage: Playground, person: At) -> None:
    ann, crowd = person("ANN"), await arrives(stage, 20)
    march = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    await reminded(stage, march, crowd[:7], "acted")
    await reminded(stage, march, crowd[7:13], "ignored")
    await reminded(stage, march, crowd[13:19], "open")
    await stops(stage, *crowd[:6])
    await stage.winder.advance(datetime(2026, 4, 2, 9, 0, tzinfo=UTC))
    first = await looked(stage, ann)
    assert "From Sun 1 Mar to Tue 31 Mar" in first
    assert [f"\n{n}\n" in f"{first}\n" or f" {n}\n" in f"{first}\n" for n in (19, 7, 6)] == [True] * 3

    def acts(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        row = session.query(NudgeRow).filter_by(person_id=crowd[13]).one()
        row.outcome = "acted"

    await stage.parts.units.run(acts)
    await stops(stage, crowd[6])
    assert await looked(stage, ann) == first
    await stage.winder.advance(datetime(2026, 4, 29, 9, 0, tzinfo=UTC))
    assert await looked(stage, ann) == first
    assert await count(stage, HealthRow) == 1


async def test_how_many_stopped_is_told_anew_only_when_five_or_more_made_the_difference(stage: Playground, person: At) -> None:
    ann, crowd = person("ANN"), await arrives(stage, 30)
    told = []
    for month, stopping in ((4, crowd[:6]), (5, crowd[6:7]), (6, crowd[7:12])):
        await stops(stage, *stopping)
        await stage.winder.advance(datetime(2026, month, 2, 9, 0, tzinfo=UTC))
        text = await looked(stage, ann)
        told.append(text.split("People who receive none now")[1].split("\n")[0].strip(": "))
    assert told == ["6", "6", "12"]
