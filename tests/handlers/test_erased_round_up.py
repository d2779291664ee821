"""A round-up that quotes somebody who is erased says what stands without them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.kit.cast import Cast


@pytest.mark.thorough
async def test_whoever_is_erased_is_quoted_in_no_round_up(cast: Cast) -> None:
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23")
    for somebody in (cast.member, cast.other):
        await somebody.presses("Join", on="Seven small days")
    await cast.stage.winder.advance(datetime(2026, 3, 24, 12, 0, tzinfo=UTC))
    for somebody, words in ((cast.member, "A canary in the sun."), (cast.other, "A tree in the rain.")):
        await somebody.types(f"{cast.mention} journal {words}", in_place=True)
    await cast.stage.winder.advance(datetime(2026, 3, 29, 12, 0, tzinfo=UTC))
    round_up = cast.lead.message("Together you did", cast.lead.place)["plain"]
    assert "A canary in the sun." in round_up
    assert cast.member.who.name in round_up
    await cast.member.types("/convene erase")
    await cast.member.fills("Erase everything", word="erase")
    await cast.stage.settle()
    await cast.stage.winder.settle()
    round_up = cast.lead.message("Together you did", cast.lead.place)["plain"]
    assert "canary" not in round_up
    assert cast.member.who.name not in round_up
    assert "A tree in the rain." in round_up
    assert cast.is_clean()
