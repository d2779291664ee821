"""A draft that quotes somebody who takes their words back, or is erased, says what stands without them."""

from __future__ import annotations

import pytest

from tests.handlers.test_endings import DRAFT, END, at
from tests.kit.beginnings import announced
from tests.kit.cast import Cast
from tests.kit.meetups import released


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["erased", "taken back"])
async def test_released_words_leave_the_draft_of_a_report(cast: Cast, way: str) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-24"))
    await released(cast.member, "Words that go with me.")
    await released(cast.other, "Words that stay.")
    await cast.stage.winder.advance(at(END, 18))
    assert "Words that go with me." in cast.lead.message(DRAFT)["plain"]
    if way == "erased":
        await cast.member.types("/convene erase")
        await cast.member.fills("Erase everything", word="erase")
    else:
        await cast.member.deletes("Words that go with me.")
    await cast.stage.settle()
    await cast.stage.winder.settle()
    draft = cast.lead.message(DRAFT)["plain"]
    assert "Words that go with me." not in draft
    assert "Words that stay." in draft
    await cast.lead.presses("Post it", on=DRAFT)
    cast.lead.does_not_see("Words that go with me.")
    cast.other.sees("Words that stay.", in_place=True)
    assert cast.is_clean()
