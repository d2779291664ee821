"""Cards that ask by themselves what they say to whoever looks: who is asked for, what it costs, and what happens when it goes wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.teams import looks
from adapters.teams.limits import LIMITS, size_of
from bot.chat.message import Button, Buttons, Message, Paragraph
from bot.chat.reply import Reply, Say, Silence
from bot.core.ports import Interaction, Looked
from tests.adapters.teams.conftest import ANN, BOB, CYD, PLACE, Stage, staged

LINE = '["poll.see",{"poll":"7","page":"0"}]'
CARD = Message("A poll", (Paragraph("What everybody sees"), Buttons((Button("Vote", '["poll.vote",{}]'),))), personal=LINE)


def own(event: Interaction) -> Reply:
    """Everybody is told their own account, by looking alone."""
    if not isinstance(event.did, Looked):
        return Silence()
    return Say(Message("A poll", (Paragraph(f"Only for {event.actor.name}"),), personal=event.did.payload))


def refresh_of(stage: Stage, user: str = ANN) -> dict[str, Any]:
    content = stage.last(user, PLACE)["body"]["attachments"][0]["content"]
    return dict(content.get("refresh") or {})


async def crowd(stage: Stage, size: int) -> list[str]:
    """So many more people in the place."""
    people = [f"29:crowd{number}" for number in range(size)]
    for each in people:
        stage.fake.add_user(each, f"Crowd {each[8:]}", zone=None)
        stage.fake._core.room(PLACE).members.append(each)
    return people


async def test_in_a_small_place_every_client_asks_and_nobody_is_listed(stage: Stage) -> None:
    stage.script.answers = own
    await stage.adapter.post(stage.place(), CARD, "t")
    assert "userIds" not in refresh_of(stage)
    posted = stage.last(ANN, PLACE)["id"]
    for user, name in ((ANN, "Ann Lee"), (CYD, "Cyd Fox")):
        await stage.fake.looks(user, posted)
        assert stage.last(user, PLACE)["plain"] == f"Only for {name}"
    assert stage.last(BOB, PLACE)["plain"].startswith("What everybody sees")
    assert refresh_of(stage)["userIds"] == [ANN], "one's own view is refreshed for oneself alone"
    assert isinstance(stage.did, Looked)
    assert stage.did.payload == LINE


async def test_in_a_large_place_those_who_were_heard_last_are_listed_and_all_can_ask(stage: Stage) -> None:
    people = await crowd(stage, 70)
    stage.script.answers = own
    await stage.adapter.post(stage.place(), CARD, "t")
    posted = stage.last(ANN, PLACE)["id"]
    assert refresh_of(stage)["userIds"] == []
    assert not (await stage.fake.looks(ANN, posted)).delivered
    await stage.fake.looks(ANN, posted, by_hand=True)
    assert stage.last(ANN, PLACE)["plain"] == "Only for Ann Lee"

    await stage.adapter.edit(stage.place(), posted, CARD)
    assert refresh_of(stage)["userIds"] == [], "looking is no reason to be listed"
    for each in [ANN, *people]:
        await stage.press(each, "Vote", PLACE)
    await stage.adapter.edit(stage.place(), posted, CARD)
    listed = refresh_of(stage)["userIds"]
    assert len(listed) == LIMITS["refreshed"] == 60
    assert listed == sorted(people[-60:]), "the latest, in no order that tells anything"
    sizes = [call for call in stage.fake.calls if "pagedmembers" in call.path]
    assert len(sizes) == 1, "a place is asked for its size once an hour"


async def test_a_card_that_says_the_same_to_everybody_asks_nothing(stage: Stage) -> None:
    await stage.adapter.post(stage.place(), replace(CARD, personal=None), "t")
    await stage.adapter.post(stage.person(ANN), CARD, "t")
    assert refresh_of(stage) == {}
    assert "refresh" not in stage.last(ANN)["body"]["attachments"][0]["content"]
    assert [call for call in stage.fake.calls if "pagedmembers" in call.path] == []


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 500}, {"hang": True}], ids=str)
async def test_a_place_whose_size_nobody_tells_gets_its_card(stage: Stage, fault: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.teams.onlookers.PATIENCE", 0.1)
    stage.fake.faults.add("members", **fault)
    await stage.adapter.post(stage.place(), CARD, "t")
    assert refresh_of(stage)["userIds"] == [], "nobody asks unasked where there may be many"


async def test_the_card_stays_where_there_is_nothing_of_ones_own_or_it_takes_too_long() -> None:
    async with staged(patience=0.1) as stage:
        await stage.adapter.post(stage.place(), CARD, "t")
        posted = stage.last(ANN, PLACE)["id"]
        assert (await stage.fake.looks(ANN, posted)).status == 200

        async def slow(_event: Interaction) -> Reply:
            await asyncio.sleep(5)
            return Silence()

        stage.script.answers = slow
        assert (await stage.fake.looks(BOB, posted)).status == 200
        for user in (ANN, BOB):
            assert stage.last(user, PLACE)["plain"].startswith("What everybody sees")
            assert stage.notices(user) == []
            assert stage.messages(user) == [], "nobody is written to because their client asked"
        assert stage.is_clean()


async def test_too_many_looks_at_once_are_not_asked_at_all(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "MOST_AT_ONCE", 1)
    free = asyncio.Event()

    async def waits(event: Interaction) -> Reply:
        await free.wait()
        return own(event)

    stage.script.answers = waits
    await stage.adapter.post(stage.place(), CARD, "t")
    posted = stage.last(ANN, PLACE)["id"]
    first = asyncio.create_task(stage.fake.looks(ANN, posted))
    while not stage.script.heard:  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0.005)
    await stage.fake.looks(BOB, posted)
    free.set()
    await first
    assert stage.last(BOB, PLACE)["plain"].startswith("What everybody sees")
    assert stage.last(ANN, PLACE)["plain"] == "Only for Ann Lee"
    assert len(stage.script.heard) == 1


async def test_the_longest_card_leaves_room_for_who_is_asked(stage: Stage) -> None:
    await crowd(stage, 70)
    for number in range(60):
        assert stage.adapter._onlookers is not None
        stage.adapter._onlookers.heard(PLACE, f"29:{'x' * 150}{number}")
    longest = replace(CARD, blocks=tuple(Paragraph(f"{number} " + "Ж" * 3900) for number in range(30)))
    await stage.adapter.post(stage.place(), longest, "t")
    content = stage.last(ANN, PLACE)["body"]["attachments"][0]["content"]
    assert len(content["refresh"]["userIds"]) == 60
    assert size_of(content) <= LIMITS["card"]
