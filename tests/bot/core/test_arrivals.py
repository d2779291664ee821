"""Who arrives and what does not: strangers' words leave no trace, places and people change and go."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.core.facts import PersonArrived, PersonChanged, PersonLeft, PlaceGone, PlaceJoined
from bot.core.handling import NOBODY
from bot.core.ports import (
    AccountClosed,
    BotAdded,
    BotRemoved,
    Commanded,
    Deleted,
    Did,
    Edited,
    PlaceClosed,
    PlaceRenamed,
    PlaceReopened,
    Pressed,
    ProfileChanged,
    Wrote,
)
from bot.core.rows import KeptTextRow, LaneRow, RhythmRow, SeenRow
from bot.people.days import instant_of
from bot.people.rows import CommunityRow, IdentityRow, PersonRow, PlaceRow
from handlers.challenges.flows import ACTIVITY_JOB
from handlers.journal.rows import EntryRow
from tests.bot.core.world import PLACE, World, words

BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"


async def counts(community: World) -> dict[str, int]:
    rows: tuple[type[Any], ...] = (CommunityRow, PersonRow, IdentityRow, PlaceRow, LaneRow, SeenRow, KeptTextRow, EntryRow)
    return {row.__tablename__: len(await community.stored(row)) for row in rows}


NOT_FOR_US: tuple[Did, ...] = (
    Wrote("Lunch?", "m1"),
    Wrote("/journal is a nice word", "m1"),
    Wrote("yes", "m1"),
    Wrote("", "m1"),
    Wrote("I agree", "m2", reply_to="a message of somebody else"),
    Edited("Dinner?", "m1"),
    Deleted("m1"),
)


@pytest.mark.parametrize("place", [PLACE, "C-where-we-are-not"])
@pytest.mark.parametrize("did", NOT_FOR_US, ids=repr)
async def test_what_strangers_say_to_each_other_leaves_no_trace(community: World, did: Did, place: str) -> None:
    before = await counts(community)
    answer = await community.does("stranger", did, place=place, key="e1")
    assert words(answer) == ""
    assert await counts(community) == before
    assert community.facts == []


@pytest.mark.parametrize("did", NOT_FOR_US[:5], ids=repr)
async def test_what_members_say_to_each_other_leaves_no_trace_either(community: World, did: Did) -> None:
    before = await counts(community)
    assert words(await community.does("ann", did, place=PLACE, key="e1")) == ""
    assert await counts(community) == before


@pytest.mark.parametrize("did", [ProfileChanged(), AccountClosed(), PlaceRenamed("x"), BotRemoved()], ids=repr)
async def test_what_a_platform_tells_of_a_stranger_does_not_make_them_a_member(community: World, did: Did) -> None:
    before = await counts(community)
    assert words(await community.does("stranger", did)) == ""
    assert {**await counts(community), "seen": 0} == {**before, "seen": 0}
    assert community.facts == []


async def test_a_mention_makes_somebody_arrive(community: World) -> None:
    answer = await community.writes("bob", "help", mentions_bot=True, place=PLACE)
    assert "What I can do" in words(answer)
    assert [row.name for row in await community.stored(PersonRow)] == ["Ann", "Bob"]
    assert [type(fact) for fact in community.facts] == [PersonArrived]


async def test_a_command_where_nobody_added_us_makes_no_place(community: World) -> None:
    await community.does("bob", Commanded("convene", ""), place="C9")
    assert [row.external_id for row in await community.stored(PlaceRow)] == [PLACE]


@pytest.mark.parametrize("account", [NOBODY, "ann"])
async def test_a_place_is_renamed(community: World, account: str) -> None:
    await community.does(account, PlaceRenamed("  new\u202e name "), place=PLACE)
    assert [row.name for row in await community.stored(PlaceRow)] == ["new name"]
    assert len(await community.stored(PersonRow)) == 1


@pytest.mark.parametrize("did", [PlaceClosed(), BotRemoved()], ids=repr)
@pytest.mark.parametrize("account", [NOBODY, "ann"])
async def test_a_place_ends_and_can_begin_again(community: World, account: str, did: Did) -> None:
    await community.does(account, did, place=PLACE)
    (place,) = await community.stored(PlaceRow)
    assert place.closed_at == community.clock.now()
    assert community.facts == [PlaceGone(place.id)]
    community.facts.clear()
    await community.does(account, BotAdded(), place=PLACE)
    (place,) = await community.stored(PlaceRow)
    assert place.closed_at is None
    assert [type(fact) for fact in community.facts] == [PlaceJoined]


@pytest.mark.parametrize("account", [NOBODY, "ann"])
async def test_a_group_of_places_ends_as_a_whole_and_opens_again_as_it_was(community: World, account: str) -> None:
    async def closed() -> list[str]:
        return sorted(row.external_id for row in await community.stored(PlaceRow) if row.closed_at is not None)

    for place in ("T1", "T1a", "T1b"):
        await community.does("ann", BotAdded(), place=place, group="T1")
    await community.does("ann", BotAdded(), place="T2", group="T2")
    await community.does(account, PlaceClosed(), place="T1a", group="T1")
    assert await closed() == ["T1a"]
    community.clock.wind(community.clock.now() + timedelta(hours=1))
    community.facts.clear()
    await community.does(account, PlaceClosed("T1"), place="T1", group="T1")
    assert await closed() == ["T1", "T1a", "T1b"]
    assert [type(fact) for fact in community.facts] == [PlaceGone, PlaceGone]
    await community.does(account, PlaceReopened("T1"), place="T1", group="T1")
    assert await closed() == ["T1a"], "what was deleted before stays so"
    await community.does(account, BotRemoved("T1"), place="T1", group="T1")
    assert await closed() == ["T1", "T1a", "T1b"]
    await community.does("ann", BotAdded(), place="T1", group="T1")
    await community.writes("ann", "echo hello", place="T1b", group="T1", mentions_bot=True)
    assert await closed() == ["T1a"], "whoever calls the bot somewhere shows that it is there"


@pytest.mark.parametrize("did", [PlaceClosed(), PlaceReopened(), PlaceClosed("T9"), PlaceRenamed("x"), BotRemoved()], ids=repr)
async def test_what_happens_to_a_place_that_is_not_ours_changes_nothing(community: World, did: Did) -> None:
    before = await counts(community)
    await community.does(NOBODY, did, place="C9")
    assert await counts(community) == before
    assert community.facts == []


async def test_a_place_of_an_unknown_workspace_begins_a_community(community: World) -> None:
    answer = await community.does("zoe", BotAdded(), place="C5", team="T2")
    assert "What I can do" in words(answer)
    assert len(await community.stored(CommunityRow)) == 2
    assert [row.role for row in await community.stored(PersonRow)] == ["lead", "lead"]


async def test_who_closes_their_account_has_left_and_may_come_back(community: World) -> None:
    await community.writes("bob", "help")
    bob = next(row.id for row in await community.stored(PersonRow) if row.name == "Bob")
    community.facts.clear()
    await community.does("bob", AccountClosed())
    assert community.facts == [PersonLeft(bob)]
    assert {row.name: row.left_at is not None for row in await community.stored(PersonRow)} == {"Ann": False, "Bob": True}
    await community.does("bob", AccountClosed())
    assert community.facts == [PersonLeft(bob)], "told once"
    await community.writes("bob", "help")
    assert [type(fact) for fact in community.facts] == [PersonLeft, PersonArrived]
    assert {row.left_at for row in await community.stored(PersonRow)} == {None}


async def test_a_changed_profile_moves_the_hour(community: World) -> None:
    opened = await community.does("ann", Commanded("challenge", ""))
    announced = await community.submits("ann", opened, {"starts_on": "2026-03-23"})
    await community.presses("bob", announced, "Join")
    first = datetime(2026, 3, 23, tzinfo=UTC).date()

    async def next_at() -> datetime | None:
        (row,) = [row for row in await community.stored(RhythmRow) if row.job == ACTIVITY_JOB]
        return row.next_at

    assert await next_at() == instant_of(first, time(9), BERLIN)
    community.facts.clear()
    await community.does("bob", ProfileChanged(), zone=TOKYO, name="Robert")
    assert await next_at() == instant_of(first, time(9), TOKYO)
    assert [type(fact) for fact in community.facts] == [PersonChanged]
    assert "Robert" in [row.name for row in await community.stored(PersonRow)]


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "Berlin"])
async def test_a_zone_that_does_not_exist_is_not_taken_over(community: World, zone: str) -> None:
    await community.does("ann", ProfileChanged(), zone=zone)
    await community.does("bob", Pressed('["command",{"name":"convene"}]'), zone=zone)
    assert {row.zone for row in await community.stored(PersonRow)} == {BERLIN}


@pytest.mark.parametrize("did", [BotAdded(), BotRemoved(), PlaceClosed(), PlaceReopened(), PlaceRenamed("x")], ids=repr)
async def test_what_a_platform_tells_where_there_is_no_community_is_answered_with_silence(community: World, did: Did) -> None:
    assert words(await community.does("zoe", did, team="T7")) == ""
    assert "There is no community here yet" in words(await community.writes("zoe", "hello", team="T7"))
