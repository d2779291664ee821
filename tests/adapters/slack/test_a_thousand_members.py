"""A thousand members' chats at once: the platform's own limits set the pace, hardly a call is refused, everybody hears it once."""

from __future__ import annotations

import sys

import pytest

from adapters.playground.slack.pacing import WORKSPACE_POSTS_A_MINUTE
from adapters.slack import POSTS
from bot.core.clock import WoundClock
from bot.data.units import Units
from tests.adapters.slack.outbox import opened

MEMBERS = 1000


def test_the_share_of_a_minute_is_within_what_is_published() -> None:
    assert POSTS.at_once + POSTS.a_minute <= WORKSPACE_POSTS_A_MINUTE


@pytest.mark.thorough
async def test_a_thousand_chats_at_once(units: Units, clock: WoundClock) -> None:
    async with opened(units, clock, chats=MEMBERS, rate_limits=True) as office:
        everybody = range(1, MEMBERS + 1)
        began = clock.now()
        await office.post_all(everybody, "Good morning")
        await office.settle()
        calls = [call for call in office.slack.calls if call.method == "chat.postMessage"]
        refused = [call for call in calls if call.status == 429]
        took = (clock.now() - began).total_seconds()
        allowed = MEMBERS / WORKSPACE_POSTS_A_MINUTE * 60
        sys.stdout.write(f"{MEMBERS} chats: {len(calls)} calls, {len(refused)} refused, {took:.0f} s of {allowed:.0f} s\n")
        assert len(refused) < len(calls) / 100
        assert all(office.said(member) == ["Good morning"] for member in everybody)
        assert took <= 1.2 * allowed
        assert await office.states() == ["sent"] * MEMBERS


@pytest.mark.thorough
async def test_each_conversation_keeps_its_order_meanwhile(units: Units, clock: WoundClock) -> None:
    async with opened(units, clock, chats=60, rate_limits=True) as office:
        await office.post_all(range(1, 61), "Good morning")
        await office.post(1, "And this is the second thing")
        await office.post(-1, "In the channel")
        await office.settle()
        assert office.said(1) == ["Good morning", "And this is the second thing"]
        assert office.said(-1) == ["In the channel"]
        assert [call.status for call in office.slack.calls if call.status == 429] == []
