"""A lead leaves out a line about what stuck before it is added to the report, and puts it back."""

from __future__ import annotations

import pytest

from tests.handlers.test_endings import DRAFT, END, at
from tests.kit.beginnings import announced
from tests.kit.cast import Cast

CANARY = "A canary in the sun."


async def until_a_line_is_there(cast: Cast) -> None:
    await announced(cast.lead, cast.member, cast.other)
    await cast.stage.winder.advance(at("2026-03-23"))
    for somebody in (cast.member, cast.other):
        await somebody.presses("Done", on="Or just write to me")
    await cast.stage.winder.advance(at(END, 18))
    await cast.lead.presses("Post it", on=DRAFT)
    await cast.stage.winder.advance(at("2026-04-28"))
    for somebody, line in ((cast.member, CANARY), (cast.other, "A tree in the rain.")):
        await somebody.presses("Still doing it", on="30 days after")
        await somebody.presses("Add a line")
        await somebody.fills("Save", line=line)


@pytest.mark.thorough
async def test_a_line_that_a_lead_leaves_out_never_gets_into_the_report(cast: Cast) -> None:
    await until_a_line_is_there(cast)
    cast.lead.sees("Lines for the report of", "They go in on Tue 5 May", CANARY, "A tree in the rain.", "In the report.")
    assert cast.lead.count("Lines for the report of") == 1, "one card, which follows"
    await cast.lead.presses("Leave it out", on=CANARY)
    cast.lead.sees("Left out of the report.")
    cast.member.does_not_see("Left out")
    await cast.stage.winder.advance(at("2026-05-05"))
    cast.member.sees("What stuck after 30 days", "2 people answered.", "A tree in the rain.")
    assert CANARY not in cast.other.reads()
    await cast.other.types("/library")
    await cast.other.presses("Read First steps in learning…")
    assert CANARY not in cast.other.reads()
    await cast.lead.presses("Put it back", on=CANARY)
    cast.other.sees(CANARY)
    await cast.lead.presses("Leave it out", on=CANARY)
    assert CANARY not in cast.other.reads()
    assert cast.is_clean()


@pytest.mark.thorough
async def test_a_line_that_is_changed_or_taken_back_is_so_before_the_lead(cast: Cast) -> None:
    await until_a_line_is_there(cast)
    await cast.lead.presses("Leave it out", on=CANARY)
    await cast.member.presses("Change the line")
    await cast.member.fills("Save", line="A bird in the wind.")
    cast.lead.sees("A bird in the wind.", "Left out of the report.")
    cast.lead.does_not_see(CANARY)
    await cast.other.presses("Change the line")
    await cast.other.fills("Save", line="")
    await cast.member.types("/convene erase")
    await cast.member.fills("Erase everything", word="erase")
    await cast.settle()
    cast.lead.does_not_see("A bird in the wind.")
    cast.lead.sees("Nobody has given a line, or they were taken back.")
    assert cast.is_clean()
