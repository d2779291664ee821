"""How most conversations begin: a challenge is announced and joined, and its days go by. Lived once in a process, then remembered."""

from __future__ import annotations

from datetime import datetime

from tests.kit.past import lived
from tests.kit.people import Person

CARD = "Seven small days"  # on the announcement of the pack that is chosen unless another one is


async def announced(
    lead: Person,
    *members: Person,
    starts_on: str = "2026-03-23",
    until: datetime | None = None,
    partners: bool = False,
    on: str = CARD,
    **draft: object,
) -> None:
    """A challenge that these members join, with a wish for a partner or without; `on` is a text of its announcement."""
    stage = lead.stage
    who = tuple(each.who.account for each in (lead, *members))
    what = ("announced", who, starts_on, partners, on, repr(sorted(draft.items())))

    async def begins() -> None:
        await lead.types("/challenge")
        await lead.fills("Announce it", starts_on=starts_on, **draft)
        for member in members:
            await joins(member, partners=partners, on=on)

    async def goes_on() -> None:
        await lived(stage, what, begins)
        if until is not None:
            await stage.winder.advance(until)

    await lived(stage, (*what, until), goes_on) if until is not None else await goes_on()


async def joins(member: Person, *, partners: bool = False, on: str = CARD) -> None:
    """Join what is announced with these words."""
    await member.presses("Join", on=on)
    if partners:
        await member.presses("Yes, find me a partner", on="You are in")
