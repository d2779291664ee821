"""What everybody does every day runs on prebuilt statements alone, and on few of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.chat.action import to_wire
from bot.core.clock import WoundClock
from bot.core.ports import Commanded, Did, Pressed, Submitted
from bot.data.prepared import Prepared
from bot.data.units import Units
from bot.people.rows import PlaceRow
from handlers.challenges.payloads import ChallengeDraft, Done, Join, NotDone
from handlers.challenges.rows import ChallengeRow, DoneRow
from handlers.journal.rows import EntryRow
from tests.bot.core.world import PLACE, World, world


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], list[str]]]:
    """What SQLAlchemy executes, the transaction's own words left out, and what goes past it."""
    executed: list[str] = []
    prebuilt: list[str] = []
    run = Prepared.run

    def counted(self: Prepared, *given: Any) -> Any:
        prebuilt.append(self._sql)
        return run(self, *given)

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            executed.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(Prepared, "run", counted)
            yield executed, prebuilt
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


async def in_a_challenge(units: Units, clock: WoundClock) -> tuple[World, int]:
    """Ann's community with a challenge that Bob has joined and that begins today."""
    community = await world(units, clock)
    (place,) = await community.stored(PlaceRow)
    values = {"pack": "first_steps", "starts_on": clock.now().date().isoformat(), "hour": "09:00", "places": [str(place.id)]}
    await community.does("ann", Submitted(ChallengeDraft.wire_name, None, "n1", values), place=PLACE)
    (challenge,) = await community.stored(ChallengeRow)
    for _twice in range(2):
        await community.does("bob", Pressed(to_wire(Join(challenge.id))))
    return community, challenge.id


@pytest.mark.parametrize("did", ["journal", "done", "not done"])
async def test_a_day_is_lived_by_prebuilt_statements(units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch, did: str) -> None:
    community, challenge = await in_a_challenge(units, clock)
    acts: dict[str, tuple[Did, int]] = {
        "journal": (Commanded("journal", "I noticed something"), 14),
        "done": (Pressed(to_wire(Done(challenge, 1))), 15),
        "not done": (Pressed(to_wire(NotDone(challenge, 1))), 15),
    }
    if did == "not done":
        await community.does("bob", acts["done"][0])
    act, most = acts[did]
    with listening(monkeypatch) as (executed, prebuilt):
        await community.does("bob", act)
    assert executed == []
    assert 3 <= len(prebuilt) <= most, prebuilt
    assert len(await community.stored(DoneRow)) == (0 if did == "not done" else 1)


async def test_an_entry_outside_of_challenges_needs_two_statements(
    units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    community, _challenge = await in_a_challenge(units, clock)
    await community.writes("carl", "help")
    with listening(monkeypatch) as (executed, prebuilt):
        await community.does("carl", Commanded("journal", "Only for me"))
    assert (executed, len(prebuilt)) == ([], 2), "who acts where, and the entry; who never took part and has no partner is not looked for"
    assert len(await community.stored(EntryRow)) == 1
