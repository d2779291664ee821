"""After two identities became one person: old buttons, old ids, and units that were under way at that very moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.message import Message, Paragraph
from bot.core import outbox
from bot.core.outbox import Kind
from bot.core.rows import PostRow
from bot.data import scope
from bot.people import joining
from bot.people import store as people
from bot.people.rows import CommunityRow, IdentityRow, MergedPersonRow, PersonRow
from bot.playground import Playground
from tests.handlers.test_connect import code_of
from tests.handlers.test_erase import everything
from tests.kit.beginnings import announced
from tests.kit.cast import count, rows
from tests.kit.people import Person

At = Callable[[str], Person]


async def ids_of(stage: Playground) -> dict[str, int]:
    return dict(await rows(stage, IdentityRow.name, IdentityRow.person_id))


async def link(bob: Person, layla: Person) -> None:
    """Layla types Bob's code, and both agree: Bob's row stays."""
    await layla.types(f"/convene connect {await code_of(bob)}")
    await layla.presses("Link them")
    await bob.presses("Yes, that is me")
    layla.sees("Linked. You are one person")


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_old_buttons_of_both_chats_work_on(stage: Playground, person: At) -> None:
    bob, layla, ann = person("BOB"), person("layla"), person("ANN")
    await announced(ann, bob, layla)
    await layla.types("/journal Written before.")
    await stage.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    done, undo = layla.holds("Done", on="your words become"), layla.holds("Undo", on="Saved in your journal")
    both = await ids_of(stage)
    await link(bob, layla)
    await undo()
    layla.sees("Taken back")
    await done()
    layla.sees("Done. It counts.")
    await bob.presses("Pause", on="your words become")
    assert await count(stage, PersonRow) == 7
    kept, gone = both[bob.who.name], both[layla.who.name]
    assert await rows(stage, MergedPersonRow.id, MergedPersonRow.person_id) == [(gone, kept)]

    def look(session: Session) -> tuple[dict[int, int], dict[int, str]]:
        scope.enter(session, _community(session))
        found = people.members(session, [gone, kept, 99])
        return {asked: member.id for asked, member in found.items()}, people.names(session, [gone])

    members, names = await stage.parts.units.read(look)
    assert members == {kept: kept, gone: kept}
    assert names == {gone: bob.who.name}
    await bob.types("/convene erase")
    await bob.fills("Erase everything", word="erase")
    after = await everything(stage)
    assert str(gone) not in after
    assert str(kept) not in after


def _community(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.scalars(select(CommunityRow.id)).one()


@pytest.mark.both_databases
async def test_who_was_linked_twice_is_found_by_each_old_id(stage: Playground, person: At) -> None:
    bob, layla, wei = person("BOB"), person("layla"), person("wei")
    before = await ids_of(stage)
    first, second, third = (before[each.who.name] for each in (layla, bob, wei))

    def twice(session: Session) -> set[int]:
        scope.enter(session, _community(session))
        joining.merge_people(session, second, first, chat=7)
        joining.merge_people(session, third, second, chat=7)
        return {member.id for member in people.members(session, [first, second, third]).values()}

    assert await stage.parts.units.run(twice) == {third}


@pytest.mark.both_databases
async def test_what_others_are_told_about_somebody_follows_them_and_goes_with_them(stage: Playground, person: At) -> None:
    bob, layla, ann = person("BOB"), person("layla"), person("ANN")
    before = await ids_of(stage)
    gone = before[layla.who.name]

    def told(session: Session) -> None:
        scope.enter(session, _community(session))
        here = people.members(session)
        reader = here[before[ann.who.name]]
        said = Message("About her", (Paragraph("About her"),))
        outbox.queue(
            session,
            community=session.info["scope"],
            lane=reader.identities[0].id,
            message=said,
            now=stage.winder.now(),
            kind=Kind.NEWS,
            key=f"seen/{gone}",
            about=gone,
        )

    await stage.parts.units.run(told)
    await link(bob, layla)
    kept = before[bob.who.name]
    about = await rows(stage, PostRow.key, PostRow.about_id)
    assert [key for key, person_id in about if person_id == kept] == [f"seen/{kept}"]
    await bob.types("/convene erase")
    await bob.fills("Erase everything", word="erase")
    assert str(kept) not in await everything(stage)
