"""A channel that Slack opened without our hearing of it is taken rather than left empty beside another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from adapters.playground.slack.channel_methods import create_channel
from adapters.playground.slack.workspace import BOT_USER
from adapters.slack.places import found
from bot.chat.reply import Founding
from bot.chat.text import Mention
from tests.adapters.slack.stage import START, Stage, staged

ANN = Mention("Ann", (("slack/T0001", "UANN"),))
TEAM = Founding("Shorter handovers", (ANN,), "[]")
NAME = "shorter-handovers"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.places.ASKS_AFTER", 0.01)


def channels(stage: Stage) -> dict[str, Sequence[str]]:
    """The channels of that name, with who is in them."""
    there = stage.slack.ws.channels.values()
    return {str(each.name): sorted(each.members) for each in there if (each.name or "").startswith(NAME)}


def opened_by_us(stage: Stage, *others: str, ago: timedelta = timedelta(days=3)) -> None:
    made = create_channel(stage.slack.ws, {"name": NAME})["channel"]
    channel = stage.slack.ws.channels[made["id"]]
    channel.created = int((START - ago).timestamp())
    channel.members += others


async def test_one_that_was_opened_unheard_is_found_when_it_is_asked_for_again() -> None:
    async with staged(more_scopes="channels:manage") as stage:
        stage.slack.faults.add("conversations.create", status=504, effect="before")
        stage.slack.faults.add("users.conversations", status=503, times=10)
        assert await found(stage.client, TEAM) is None, "nobody could look"
        stage.slack.faults.clear()
        made = await found(stage.client, TEAM)
        assert made is not None
        assert (made[1], channels(stage)) == (NAME, {NAME: sorted([BOT_USER, "UANN"])})


async def test_one_that_a_process_which_died_had_opened_is_taken() -> None:
    async with staged(more_scopes="channels:manage") as stage:
        opened_by_us(stage)
        assert await found(stage.client, TEAM) is not None
        assert channels(stage) == {NAME: sorted([BOT_USER, "UANN"])}


async def test_one_that_stands_behind_a_page_of_others_is_found() -> None:
    async with staged(more_scopes="channels:manage") as stage:
        for number in range(250):
            stage.slack.add_channel(f"CX{number}", f"x-{number}", [])
        opened_by_us(stage)
        assert await found(stage.client, TEAM) is not None
        assert channels(stage) == {NAME: sorted([BOT_USER, "UANN"])}


async def test_one_in_which_somebody_is_belongs_to_another_team() -> None:
    async with staged(more_scopes="channels:manage") as stage:
        opened_by_us(stage, "UBOB")
        await found(stage.client, TEAM)
        assert channels(stage) == {NAME: sorted([BOT_USER, "UBOB"]), f"{NAME}-2": sorted([BOT_USER, "UANN"])}


async def test_one_that_somebody_else_opened_is_left_alone_though_nobody_but_us_is_in_it() -> None:
    async with staged(more_scopes="channels:manage") as stage:
        stage.slack.add_channel("CTHEIRS", NAME, ["UBOB"])
        stage.slack.ws.channels["CTHEIRS"].members.append(BOT_USER)
        await found(stage.client, TEAM)
        assert set(channels(stage)) == {NAME, f"{NAME}-2"}
