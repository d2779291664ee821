"""What is stored about a person: who sees it, taking it along, and erasing it so that really nothing is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.rows import CadenceRow
from bot.data import scope
from bot.data.base import Base
from bot.people.rows import IdentityRow, PersonRow
from bot.playground import Playground
from handlers.challenges.rows import ChallengeRow, ParticipantRow
from tests.kit.cast import Cast, count, entries, rows
from tests.kit.people import Person

At = Callable[[str], Person]
CANARY = "A canary sings about Llanfair."
SEALED = {"entries": ["text"], "kept_texts": ["text"], "posts": ["body"]}


async def identity(cast: Cast, who: Person) -> IdentityRow:
    found: list[IdentityRow] = await rows(cast.stage, IdentityRow)
    return next(row for row in found if row.name == who.who.name)


async def everything(stage: Playground) -> str:
    """Every value of every row of every table, what is sealed opened."""

    def work(session: Session) -> str:
        scope.enter(session, scope.SYSTEM)
        found: list[Any] = []
        for table in Base.metadata.sorted_tables:
            for row in session.connection().execute(table.select()).mappings():
                for name, value in row.items():
                    if isinstance(value, bytes):
                        value = session.info["vault"].open_text(f"{table.name}.{name}", row["id"], value)
                    found.append(f"{table.name}.{name}={value}")
        return "\n".join(found)

    return await stage.parts.units.read(work)


async def lives_a_little(cast: Cast) -> None:
    """The lead starts a challenge; the member takes part, writes, is asked about a text, and has settings."""
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23")
    await cast.member.types(CANARY)
    await cast.member.types("/journal " + CANARY)
    await cast.member.presses("Join", on="Seven small days")
    await cast.other.presses("Join", on="Seven small days")
    await cast.stage.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    await cast.member.types(CANARY + " Again.")
    await cast.member.types("Deleted soon.")
    await cast.member.deletes("Deleted soon.")


async def erases(who: Person) -> None:
    await who.types("/convene erase")
    await who.fills("Erase everything", word=" Erase ")


@pytest.mark.both_databases
async def test_nothing_is_left_of_somebody_who_erases_themselves(cast: Cast) -> None:
    await lives_a_little(cast)
    me = await identity(cast, cast.member)
    before = await everything(cast.stage)
    traces = [str(me.person_id), str(me.id), me.account, CANARY, cast.member.who.name]
    parts = await rows(cast.stage, ParticipantRow)
    traces += [str(part.id) for part in parts if part.person_id == me.person_id]
    assert all(trace in before for trace in traces)
    others = await count(cast.stage, PersonRow)

    await cast.member.types("/convene privacy")
    cast.member.sees("What I know about you", "Only you see it")
    await cast.member.presses("Erase it all", on="What I know about you")
    await cast.member.fills("Erase everything", word="perhaps")
    assert await count(cast.stage, PersonRow) == others
    cast.member.sees("Please type erase")
    await cast.member.fills("Erase everything", word=" Erase ")
    cast.member.sees("Everything that was about you is erased")

    cast.other.sees("Taking part: 1 person" if cast.is_slack else "Taking part 1 person")
    after = await everything(cast.stage)
    traces.append(cast.member.who.account)
    for trace in traces:
        assert trace not in after, [line for line in after.splitlines() if trace in line]
    assert await count(cast.stage, PersonRow) == others - 1
    assert len(await rows(cast.stage, ParticipantRow)) == 1, "the other one's part stands"
    await cast.stage.winder.advance(datetime(2026, 3, 24, 20, 0, tzinfo=UTC))
    cast.member.sees("day 1 of 7")
    assert cast.member.count("day 2 of 7") == 1, "the place's, and none of one's own"
    assert cast.other.count("day 2 of 7") == 2
    assert cast.is_clean()

    await cast.member.types("/journal Hello again.")
    assert await count(cast.stage, PersonRow) == others
    assert (await entries(cast.stage))[-1] == "Hello again."
    assert (await identity(cast, cast.member)).person_id != me.person_id


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_a_lead_who_goes_leaves_the_others_their_challenge_but_not_without_a_lead(cast: Cast) -> None:
    await lives_a_little(cast)
    await erases(cast.lead)
    assert [row.started_by for row in await rows(cast.stage, ChallengeRow)] == [None]
    assert len(await rows(cast.stage, ParticipantRow)) == 2
    assert [job for job in await rows(cast.stage, CadenceRow.job) if job == "challenge.activity"]
    last = Cast.of(cast.stage, "teams" if cast.is_slack else "slack", lambda name: Person(cast.stage, _who(name))).lead
    await last.types("/convene erase")
    last.sees("You are the only lead here")
    assert (await identity(cast, last)).person_id
    await cast.stage.winder.advance(datetime(2026, 4, 2, 12, 0, tzinfo=UTC))
    cast.other.sees("This challenge is over")


def _who(name: str) -> Any:
    from bot.playground import PEOPLE

    return next(one for one in PEOPLE if name in one.account)


async def test_the_last_one_of_all_may_go_without_another_lead(cast: Cast) -> None:
    me = await identity(cast, cast.lead)

    def alone(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(PersonRow).where(PersonRow.id != me.person_id).values(left_at=cast.stage.winder.now()))

    await cast.stage.parts.units.run(alone)
    await erases(cast.lead)
    cast.lead.sees("Everything that was about you is erased")


async def test_a_repeated_delivery_of_the_erasure_makes_nobody_new(cast: Cast) -> None:
    before = await count(cast.stage, PersonRow)
    await erases(cast.member)
    await cast.again()
    assert await count(cast.stage, PersonRow) == before - 1


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_the_export_has_everything_of_mine_and_nothing_of_others(cast: Cast) -> None:
    await lives_a_little(cast)
    await cast.other.types("/journal Of somebody else.")
    await cast.member.types("/convene export")
    cast.member.sees("Here is everything that I keep about you")
    cast.other.does_not_see("Here is everything that I keep")
    if cast.is_slack:
        files = list(cast.stage.slack.ws.files.values())
        assert len(files) == 1
        told = json.loads(files[0].content or b"")
        assert told["profile"][0]["name"] == cast.member.who.name
        assert told["profile"][0]["accounts"][0]["account"] == cast.member.who.account
        assert CANARY in json.dumps(told)
        assert "Of somebody else." not in json.dumps(told)
    else:
        cast.member.sees("Allow")  # the file is offered, and comes when it is allowed
    await cast.member.types(f"{cast.mention} convene export", in_place=True)
    cast.other.does_not_see("Here is everything that I keep", CANARY)
    assert cast.is_clean()


def test_every_table_that_refers_to_people_says_what_happens_when_one_goes() -> None:
    people = PersonRow.__table__
    silent = [
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is people and key.ondelete not in ("CASCADE", "SET NULL")
    ]
    assert silent == []


@pytest.mark.parametrize("name", ["BOB", "layla"])
async def test_what_stands_above_a_form_stands_there_when_it_comes_back(
    stage: Playground, person: Callable[[str], Person], name: str
) -> None:
    await person(name).types("/convene erase")
    await person(name).fills("Erase everything", word="perhaps")
    person(name).sees("Please type erase", "everything that you wrote and everything that you did will be deleted")
