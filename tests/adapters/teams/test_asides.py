"""Answers in a place: aside where the platform has that, in the person's own chat where not, and never before others."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from adapters.teams.asides import REFUSED_FOR, Asides
from adapters.teams.references import Spot
from bot.chat.message import Button, Buttons, File, Message, Paragraph
from bot.chat.reply import Open, Say
from bot.core.ports import BotAdded
from tests.adapters.teams.conftest import ANN, BOB, CYD, GROUP, PLACE, Clock, Stage, staged
from tests.adapters.teams.test_thread import POLL, ask

PLACES = pytest.mark.parametrize("place", [PLACE, GROUP])
MINE = Message("Counted", (Paragraph("You voted for Pizza"), Buttons((Button("Undo", '["undo",{}]'),))))


def known(stage: Stage) -> Asides:
    assert stage.adapter._turns is not None
    return stage.adapter._turns._answers._asides


def tried(stage: Stage) -> int:
    """How often something was to be said aside."""
    return sum(call.operation == "post" and "recipient" in (call.body or {}) for call in stage.fake.calls)


@PLACES
async def test_whoever_types_in_a_place_is_answered_there_alone(stage: Stage, place: str) -> None:
    stage.script.says("For you")
    await stage.types(ANN, "@Convene help", place)
    told = stage.last(ANN, place)
    assert (told["plain"], told["private"]) == ("For you", True)
    assert told["thread"] == (stage.fake.sent[-1]["id"] if place == PLACE else None)
    assert stage.messages(ANN) == stage.messages(BOB, place) == stage.messages(BOB) == []


@PLACES
async def test_a_card_that_one_person_alone_sees_is_pressed_and_replaced_for_good(stage: Stage, place: str) -> None:
    await stage.adapter.post(stage.place(place), ask(asks=False), "t")
    stage.script.says(MINE)
    await stage.press(ANN, "Vote", place)
    assert stage.notices(ANN) == ["Counted"], "what is seen right there needs no sentence about where it is"
    assert "You voted for Pizza" in stage.last(ANN, place)["plain"]
    stage.script.says("Taken back", instead=True)
    await stage.press(ANN, "Undo", place)
    stage.fake._core.world.message(stage.last(ANN, place)["id"]).views.clear()  # as when the client is opened anew
    assert (stage.last(ANN, place)["plain"], stage.last(ANN, place)["private"]) == ("Taken back", True)
    assert [each["text"] for each in stage.messages(BOB, place)] == ["Want to vote?"]
    assert stage.messages(ANN) == []


async def test_a_card_of_ones_own_is_replaced_by_nobody_else(stage: Stage) -> None:
    stage.script.says(MINE)
    await stage.types(ANN, "@Convene vote", PLACE)
    stage.script.says("Taken back", instead=True)
    await stage.press(ANN, "Undo", PLACE)
    pressed, mine = stage.fake.sent[-1], stage.last(ANN, PLACE)
    bob = stage.fake._core.person(BOB)
    forged = {**pressed, "id": "forged", "from": {"id": bob.id, "name": bob.name, "aadObjectId": bob.aad_object_id}}
    stage.script.says("What Bob alone may read", instead=True)
    assert (await stage.fake._core.courier.carries_again(forged)).status == 200
    assert stage.last(ANN, PLACE)["body"] == mine["body"]


async def test_a_dialog_that_was_opened_in_a_place_ends_there(stage: Stage) -> None:
    await stage.adapter.post(stage.place(), ask(asks=True), "t")
    for said, is_more in (("Started", False), (MINE, True)):
        stage.script.replies(Open(POLL))
        await stage.fake.presses(ANN, stage.messages(ANN, PLACE)[0]["id"], stage.messages(ANN, PLACE)[0]["controls"][0]["id"])
        stage.script.says(said)
        await stage.fake.submits(ANN, stage.dialog(ANN)["id"], {"question": "Q"})
        assert stage.notices(ANN)[-1] == ("Counted" if is_more else "Started")
        assert [each["text"] for each in stage.messages(ANN, PLACE)[1:]] == ["Counted"] * is_more
    assert stage.messages(ANN) == []


async def test_forms_and_files_come_to_the_own_chat(stage: Stage) -> None:
    stage.fake._core.manifest["bots"] = [{"supportsFiles": True}]
    stage.script.replies(Open(POLL))
    await stage.types(ANN, "@Convene poll", PLACE)
    assert stage.last(ANN)["plain"].startswith("New poll")
    assert (stage.last(ANN, PLACE)["plain"], stage.last(ANN, PLACE)["private"]) == ("I sent you a form in our chat.", True)
    stage.script.says(Message("Here it is", (Paragraph("Here it is"), File("a.md", "text/markdown", "All of it", b"x"))))
    await stage.types(ANN, "@Convene export", PLACE)
    await stage.adapter.settles()
    assert "a.md" in stage.last(ANN)["plain"]
    assert (stage.last(ANN, PLACE)["plain"], stage.last(ANN, PLACE)["private"]) == ("I answered you in our chat.", True)
    assert stage.messages(BOB, PLACE) == []


async def test_what_people_come_back_to_comes_to_the_own_chat(stage: Stage) -> None:
    await stage.adapter.post(stage.place(), ask(asks=False), "t")
    stage.script.replies(Say(MINE, stays=True))
    await stage.press(ANN, "Vote", PLACE)
    assert stage.last(ANN)["text"] == "Counted"
    assert stage.notices(ANN) == ["Counted. There is more to read in our chat."]
    assert len(stage.messages(ANN, PLACE)) == 1


@PLACES
async def test_where_there_are_none_the_answer_comes_to_the_own_chat_and_that_is_said(stage: Stage, place: str) -> None:
    stage.fake._core.world.takes_asides = False
    await stage.adapter.post(stage.place(place), ask(asks=False), "t")
    stage.script.says(MINE)
    await stage.press(ANN, "Vote", place)
    assert "You voted for Pizza" in stage.last(ANN)["plain"]
    assert stage.notices(ANN) == ["Counted. There is more to read in our chat."]
    await stage.types(ANN, "@Convene help", place)
    assert [each["text"] for each in stage.messages(ANN)] == ["Counted"] * 2
    assert [each["text"] for each in stage.messages(BOB, place)] == ["Want to vote?", "I answered you in our chat."]
    await stage.types(ANN, "Asked one more question.", PLACE, thread=stage.messages(ANN, PLACE)[0]["id"] if place == PLACE else None)
    assert len(stage.messages(BOB, place)) == 2, "whoever only replies did not call us, and nobody needs a line about that"


async def test_a_place_that_refuses_is_not_tried_again_for_an_hour(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.fake._core.world.takes_asides = False
    stage.script.says(MINE)
    for _ in range(3):
        await stage.types(ANN, "@Convene help", PLACE)
    assert tried(stage) == 1
    await stage.types(ANN, "@Convene help", GROUP)
    assert tried(stage) == 2, "another place is another matter"
    stage.fake._core.world.takes_asides = True
    monkeypatch.setattr(known(stage)._refusing, "_clock", lambda: time.monotonic() + REFUSED_FOR + 1)
    await stage.types(ANN, "@Convene help", PLACE)
    assert (tried(stage), stage.last(ANN, PLACE)["private"]) == (3, True)


@pytest.mark.parametrize("cloud", ["smba.infra.gov.teams.microsoft.us", "smba.infra.gcc.teams.microsoft.com", "elsewhere.example"])
async def test_a_cloud_that_may_not_know_of_it_is_never_asked(cloud: str) -> None:
    class Nobody:
        async def post(self, *_: Any, **__: Any) -> str:
            raise AssertionError("what is meant for one might be shown to all")

    assert not await Asides(Nobody()).say(Spot(f"https://{cloud}/teams/", PLACE), ANN, {})  # type: ignore[arg-type]


async def test_who_can_be_answered_nowhere_is_told_so_without_the_answer(stage: Stage) -> None:
    stage.fake._core.world.takes_asides = False
    stage.script.says("Your secret")
    await stage.types(CYD, "@Convene help", PLACE)
    assert [each["plain"] for each in stage.messages(BOB, PLACE)] == [
        "I have something for you alone. Please add me for yourself, then I can write to you."
    ]
    await stage.adapter.post(stage.place(), ask(asks=False), "t")
    stage.script.says(MINE)
    await stage.press(CYD, "Vote", PLACE)
    assert stage.notices(CYD) == ["Counted. I have something for you alone. Please add me for yourself, then I can write to you."]


async def test_whoever_adds_us_to_a_place_is_asked_in_their_own_chat(stage: Stage) -> None:
    stage.script.says("Whose community is this?")
    await stage.fake.add_bot_to(GROUP, ANN)
    assert stage.script.heard[-1].did == BotAdded()
    assert stage.last(ANN)["plain"] == "Whose community is this?"
    assert stage.messages(ANN, GROUP) == []


async def test_what_one_person_alone_sees_is_gone_after_a_day_and_replaced_no_more() -> None:
    clock = Clock()
    async with staged(now=clock) as stage:
        stage.script.says(MINE)
        await stage.types(ANN, "@Convene help", PLACE)
        card, undo = stage.last(ANN, PLACE), stage.last(ANN, PLACE)["controls"][0]
        clock.at += timedelta(hours=23)
        stage.script.says("Taken back", instead=True)
        await stage.fake.presses(ANN, card["id"], undo["id"])
        assert stage.last(ANN, PLACE)["plain"] == "Taken back"
        clock.at += timedelta(hours=2)
        assert stage.messages(ANN, PLACE) == []
        assert not await known(stage).replace(Spot(stage.fake.service_url, PLACE), ANN, card["id"], {"type": "message", "text": "x"})
