"""Entries for a partner: offered to who has one, read by that partner alone, and only what was written since they are partners."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from bot.core.context import Context
from bot.core.feature import Feature, Partner
from bot.people import store as people
from bot.playground import Playground
from handlers.journal.rows import EntryRow
from tests.kit.cast import rows
from tests.kit.people import Person

At = Callable[[str], Person]


class Pairs:
    """A feature that knows partners, as one above the journal will."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str, datetime]] = []

    def __call__(self, ctx: Context) -> Sequence[Partner]:
        mine = {other: since for pair in self.pairs for me, other, since in (pair, (pair[1], pair[0], pair[2])) if me == ctx.actor.name}
        return [Partner(member, mine[member.name]) for member in people.members(ctx.session).values() if member.name in mine]


@pytest.fixture
def pairs(stage: Playground) -> Pairs:
    made = Pairs()
    stage.parts.registry.features = (Feature("pairs", partners=made), *stage.parts.registry.features)
    return made


def offers(who: Person) -> set[str]:
    """What the open form lets one pick as readers."""
    dialog = who.screen["dialog"]
    shown = dialog["controls"] if dialog is not None else who.message("What happened")["controls"]
    return {option["label"] for control in shown if control["name"] == "visibility" for option in control["options"]}


@pytest.mark.both_databases
@pytest.mark.parametrize(("one", "other", "stranger"), [("BOB", "layla", "PRIYA"), ("layla", "BOB", "anil")])
async def test_a_partner_reads_what_is_meant_for_them(
    stage: Playground, person: At, pairs: Pairs, one: str, other: str, stranger: str
) -> None:
    bob, layla, priya = person(one), person(other), person(stranger)
    await bob.types("/journal Meant for nobody yet.")
    bob.does_not_see("Let my partner read it")
    await bob.types("/journal")
    assert offers(bob) == {"Only me", "Everybody in the community"}
    pairs.pairs.append((bob.who.name, layla.who.name, stage.winder.now() + timedelta(minutes=1)))
    await stage.winder.advance(stage.winder.now() + timedelta(hours=1))
    await bob.types("/journal")
    assert offers(bob) == {"Only me", "My partner too", "Everybody in the community"}
    await bob.fills("Save", text="Meant for two.", visibility="partner")
    bob.sees("You and your partner can read it.")
    await bob.types("/journal Private at first.")
    again = bob.holds("Let my partner read it")
    await bob.presses("Let my partner read it")
    bob.sees("Your partner can read your entry")
    await bob.types("/journal Stays private.")
    await layla.types("/journal list")
    await layla.presses("From my partner")
    layla.sees("What my partner shares with me", "Meant for two.", "Private at first.", bob.who.name)
    layla.does_not_see("Stays private.", "Meant for nobody yet.")
    await again()
    await bob.presses("Only for me after all")
    bob.sees("Only you can read this entry now.")
    bob.does_not_see("Your message in the place")
    await priya.types("/journal list")
    priya.does_not_see("From my partner", "Meant for two.")
    assert sorted(await rows(stage, EntryRow.visibility)) == ["partner", "private", "private", "private"]


@pytest.mark.thorough
async def test_a_new_partner_does_not_read_what_was_meant_for_another(stage: Playground, person: At, pairs: Pairs) -> None:
    bob, layla, priya = person("BOB"), person("layla"), person("PRIYA")
    pairs.pairs.append((bob.who.name, layla.who.name, stage.winder.now()))
    await bob.types("/journal")
    await bob.fills("Save", text="Between Bob and Layla.", visibility="partner")
    await stage.winder.advance(stage.winder.now() + timedelta(hours=1))
    pairs.pairs[:] = [(bob.who.name, priya.who.name, stage.winder.now())]
    for number in range(4):
        await bob.types(f"/journal Number {number}.")
        await bob.presses("Let my partner read it")
    await priya.types("/journal list")
    await priya.presses("From my partner")
    priya.sees("Number 3.", "Number 1.")
    priya.does_not_see("Number 0.")
    await priya.presses("Older", on="What my partner shares")
    priya.sees("Number 0.")
    priya.does_not_see("Between Bob and Layla.")
    await bob.types("/journal One more.")
    held = bob.holds("Let my partner read it")
    pairs.pairs.clear()
    await held()
    bob.sees("You have no partner just now")
    await layla.types("/journal list")
    layla.does_not_see("From my partner", "Between Bob and Layla.")
