"""The small challenge, lived on both platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.rows import PostRow
from bot.playground import Playground
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, rows
from tests.kit.people import Person

At = Callable[[str], Person]
DAY_ONE = datetime(2026, 3, 23, 12, 0, tzinfo=UTC)


async def start_challenge(lead: Person) -> None:
    await lead.types("/challenge")
    await lead.fills("Announce it", starts_on="2026-03-23")


@pytest.mark.both_databases
async def test_members_of_both_platforms_live_one_challenge(stage: Playground, person: At) -> None:
    ann, bob, jurgen, layla = person("ANN"), person("BOB"), person("jurgen"), person("layla")
    await start_challenge(ann)
    ann.sees("First steps in learning together is announced")
    for somebody in (bob, layla):
        somebody.sees("Seven small days", in_place=True)

    for somebody in (bob, layla, jurgen):
        await somebody.presses("Join", on="Seven small days")
        somebody.sees("You are in: First steps in learning together")
    ann.sees("3 people", in_place=True)
    jurgen.sees("3 people", in_place=True)

    await stage.winder.advance(DAY_ONE)
    for somebody in (ann, bob, jurgen, layla):
        somebody.sees("One question about today", in_place=True)

    await stage.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    await bob.presses("Done", on="your words become today's journal entry")
    bob.sees("Day 1 is done.", "That makes 1 day of 7.", "Done. It counts.")
    await layla.types("I asked why we do it this way, and nobody knew. 🙂")
    layla.sees("Saved in your journal", "Only you can read it", "Day 1 of First steps in learning together is done as well")
    bob.does_not_see("nobody knew")

    end = await stage.winder.horizon()
    assert end is not None
    await stage.winder.advance(end)
    for somebody in (ann, jurgen):
        somebody.sees("is over", "2 days were done together", in_place=True)
    bob.sees("You did 1 day of 7.")
    titles = ("One question", "Watch how", "Say what", "A small failure", "Ask for something", "Leave a trace", "Look back")
    for n, title in enumerate(titles, 1):
        assert bob.count(title) == 2, f"day {n}: once in the place, once in the chat"
        assert layla.count(title) == 2, f"day {n}"
    assert stage.slack.broadcasts == []
    assert stage.teams.card_problems == []


# -- edges ---------------------------------------------------------------------------------------------------------------

FIRST, SECOND, THIRD = "One question about today", "Watch how", "Say what"


async def running(
    stage: Playground, person: At, *members: Person, starts_on: str = "2026-03-23", until: datetime | None = None, **draft: Any
) -> None:
    """A challenge that these members have joined, just announced."""
    await announced(person("ANN"), *members, starts_on=starts_on, until=until, **draft)


def comings(member: Person, text: str) -> list[str]:
    """When messages of the bot with this text came into a member's own chat."""
    chat = next(c for c in member.screen["conversations"] if c["kind"] == "chat")
    return [m["at"][:16] for m in chat["messages"] if text in m["plain"] and m["author"]["is_bot"]]


async def test_a_word_that_means_nothing_there_is_said_so_and_hides_nothing(cast: Cast) -> None:
    await cast.lead.types("/challenge statistics of May")
    cast.lead.sees("I do not know statistics of May here. I understand /challenge meetup", "There is no challenge now.")
    await cast.lead.presses("Start a challenge", on="statistics of May")
    assert "starts_on" in cast.values(cast.lead)
    await cast.member.types("/challenge xyz")
    cast.member.sees("I do not know xyz here. The buttons do all that there is.", "Propose a challenge")
    cast.member.does_not_see("/challenge meetup")


async def test_before_a_challenge_begins_my_progress_says_when_it_does(stage: Playground, person: At) -> None:
    await running(stage, person, person("BOB"))
    await person("BOB").presses("My progress", on="Seven small days")
    person("BOB").sees("It begins on Mon 23 Mar.")
    person("BOB").does_not_see("There is no activity today", "Any day is a good one")


async def test_a_challenge_cannot_begin_in_the_past_or_in_more_than_a_year(stage: Playground, person: At) -> None:
    for lead in (person("ANN"), person("jurgen")):
        await lead.types("/challenge")
        await lead.fills("Announce it", starts_on="2026-03-19")
        lead.sees("This day is over")
        await lead.fills("Announce it", starts_on="2027-06-01")
        lead.sees("within a year")
    await person("jurgen").fills("Announce it", starts_on="2026-03-20")
    person("jurgen").sees("is announced")
    person("BOB").sees("Seven small days", in_place=True)


@pytest.mark.thorough
async def test_whoever_joins_late_gets_todays_activity_at_once_and_whoever_comes_back_gets_no_second_copy(
    stage: Playground, person: At
) -> None:
    await running(stage, person, until=datetime(2026, 3, 24, 15, 0, tzinfo=UTC))
    for member in (person("BOB"), person("layla")):  # 11:00 in New York
        await member.presses("Join", on="Seven small days")
        assert comings(member, SECOND) == ["2026-03-24T15:00"]
        assert comings(member, FIRST) == []
        await member.presses("Done", on="Or just write to me")
        await member.presses("Leave", on="You are in")
        await member.presses("Join again")
        assert len(comings(member, SECOND)) == 1
        member.sees("Done. It counts.")
    person("ANN").sees("2 people", in_place=True)
    await stage.winder.advance(datetime(2026, 3, 25, 15, 0, tzinfo=UTC))
    for member in (person("BOB"), person("layla")):
        assert comings(member, THIRD) == ["2026-03-25T13:00"]


@pytest.mark.thorough
async def test_whoever_has_left_gets_nothing_more(stage: Playground, person: At) -> None:
    bob, layla = person("BOB"), person("layla")
    await running(stage, person, bob, layla)
    await bob.presses("Leave", on="You are in")
    await stage.slack.deactivate_user("U0PRIYA")
    await stage.teams.uninstall_for("29:layla")
    await stage.settle()
    await stage.winder.advance(datetime(2026, 4, 2, 12, 0, tzinfo=UTC))
    for member in (bob, layla):
        assert comings(member, FIRST) == comings(member, "is over") == []
    person("ANN").sees("is over", in_place=True)


@pytest.mark.thorough
async def test_a_person_who_is_deactivated_in_the_middle_is_left_alone_and_may_come_back(stage: Playground, person: At) -> None:
    bob = person("BOB")
    await running(stage, person, bob, person("PRIYA"), until=datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    await stage.slack.deactivate_user("U0BOB")
    await stage.winder.advance(datetime(2026, 3, 24, 15, 0, tzinfo=UTC))
    assert (len(comings(bob, FIRST)), len(comings(bob, SECOND))) == (1, 0)
    stage.slack.ws.users["U0BOB"].deleted = False
    stage.slack.ws.channels[bob.place].members.append("U0BOB")
    await bob.presses("Join", on="Seven small days")
    await stage.winder.advance(datetime(2026, 3, 25, 15, 0, tzinfo=UTC))
    assert len(comings(bob, THIRD)) == 1


@pytest.mark.thorough
async def test_a_change_of_zone_moves_the_hour_without_a_second_copy_or_a_lost_day(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await running(stage, person, ann, bob, until=datetime(2026, 3, 23, 12, 0, tzinfo=UTC))  # 13:00 in Berlin, 08:00 in New York
    assert (len(comings(ann, FIRST)), len(comings(bob, FIRST))) == (1, 0)
    await stage.slack.change_profile("U0ANN", zone="America/New_York")  # where nine is still to come
    await stage.slack.change_profile("U0BOB", zone="Asia/Tokyo")  # where nine is long over
    await stage.winder.advance(datetime(2026, 3, 23, 14, 0, tzinfo=UTC))
    assert (len(comings(ann, FIRST)), len(comings(bob, FIRST))) == (1, 1)
    await stage.winder.advance(datetime(2026, 3, 24, 14, 0, tzinfo=UTC))
    assert comings(ann, SECOND) == ["2026-03-24T13:00"]
    assert comings(bob, SECOND) == ["2026-03-24T00:00"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "starts_on", "before", "after"),
    [
        ("ANN", "2026-03-28", "2026-03-28T08:00", "2026-03-29T07:00"),  # Berlin
        ("BOB", "2026-10-31", "2026-10-31T13:00", "2026-11-01T14:00"),  # New York
        ("layla", "2026-10-31", "2026-10-31T13:00", "2026-11-01T14:00"),
    ],
)
async def test_nine_o_clock_stays_nine_o_clock_over_the_change_of_the_clocks(
    stage: Playground, person: At, name: str, starts_on: str, before: str, after: str
) -> None:
    member = person(name)
    await running(stage, person, member, starts_on=starts_on, until=datetime.fromisoformat(f"{after}:00+00:00") + timedelta(hours=6))
    assert comings(member, FIRST) == [before]
    assert comings(member, SECOND) == [after]


async def test_the_spring_change_in_america_too() -> None:
    from datetime import date, time

    from bot.core.cadences import Cadence

    cadence = Cadence("America/New_York", time(9), date(2026, 3, 7), date(2026, 3, 9))
    following, instants = cadence.next_due(datetime(2026, 3, 1, tzinfo=UTC)), []
    while following is not None:
        instants.append(following[1].hour)
        following = cadence.next_due(following[1])
    assert instants == [14, 13, 13]


@pytest.mark.thorough
async def test_working_days_leave_the_weekend_out(stage: Playground, person: At) -> None:
    bob, layla = person("BOB"), person("layla")
    await running(stage, person, bob, layla, starts_on="2026-03-27", rhythm="working days", until=datetime(2026, 3, 31, 20, 0, tzinfo=UTC))
    for member in (bob, layla):
        assert comings(member, FIRST) == ["2026-03-27T13:00"]
        assert comings(member, SECOND) == ["2026-03-30T13:00"]
        assert comings(member, THIRD) == ["2026-03-31T13:00"]


@pytest.mark.thorough
@pytest.mark.parametrize("platform", ["slack", "teams"])
@pytest.mark.parametrize("ending", ["archived", "deleted"])
async def test_a_place_that_ends_in_the_middle_stops_nobody(stage: Playground, person: At, platform: str, ending: str) -> None:
    cast = Cast.of(stage, platform, person)
    await running(stage, person, cast.member, until=datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    await (cast.archives_place() if ending == "archived" else cast.deletes_place())
    await stage.winder.advance(datetime(2026, 4, 2, 12, 0, tzinfo=UTC))
    assert len(comings(cast.member, SECOND)) == len(comings(cast.member, "is over")) == 1
    elsewhere = person("layla" if platform == "slack" else "PRIYA")
    elsewhere.sees("is over", in_place=True)
    assert not {"held", "parked"} & set(await rows(stage, PostRow.state)), "nothing was queued for a place that is gone"


@pytest.mark.thorough
async def test_days_are_done_only_when_they_are_open(stage: Playground, person: At) -> None:
    for member in (bob := person("BOB"), person("layla")):
        await member.types("/challenge")
    await running(stage, person, bob, until=datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    layla = person("layla")
    await layla.presses("Done", on=FIRST)
    layla.sees("Join, and your days count")
    await stage.winder.advance(datetime(2026, 3, 27, 15, 0, tzinfo=UTC))
    await bob.presses("Done", on=FIRST)
    bob.sees("Day 1 is closed.")
    await bob.presses("Done", on="day 3 of 7")
    bob.sees("Day 3 is done")
    await bob.presses("Undo", on="Day 3 is done")
    bob.sees("Day 3 is open again")
