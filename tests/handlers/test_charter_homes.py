"""Where teams work: a place that is chosen, opened, pinned in, left, or gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.people.rows import PlaceRow
from bot.playground import SLACK_PLACE, TEAMS_PLACE, Playground
from handlers.charters.rows import CharterRow
from tests.kit.cast import Cast, rows
from tests.kit.charters import ids_of, starts_group
from tests.kit.people import Person

At = Callable[[str], Person]
HERE = "A team works here."


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def place_of(cast: Cast) -> str:
    """The id of the place in which the cast is."""
    wanted = SLACK_PLACE if cast.is_slack else TEAMS_PLACE
    return next(str(ident) for external, ident in await rows(cast.stage, PlaceRow.external_id, PlaceRow.id) if external == wanted)


async def works_at(cast: Cast, somebody: Person, on: str, place: str) -> None:
    """Choose where the team works, as each platform lets people pick."""
    if cast.is_slack:
        await somebody.presses("Where the team works", on=on, picking=place)
        return
    message, control = somebody._control("Choose", on)
    name = next(c["name"] for c in message["controls"] if c["options"])
    await somebody._done(await somebody.driver.presses(somebody.who.account, message["id"], control["id"], {name: place}))


def pinned(cast: Cast, channel: str) -> list[str]:
    """What is pinned in a channel, by its first words."""
    return [each.text for each in cast.stage.slack.ws.channels[channel].messages if each.pinned]


@pytest.mark.thorough
async def test_a_channel_is_opened_for_the_team_and_what_it_is_about_is_pinned_there(slack: Cast, person: At) -> None:
    bob, priya, layla = slack.member, slack.other, person("layla")
    await starts_group(bob, name="Retro: Kreis & <学>!", people=await ids_of(slack, priya, layla))
    await bob.presses("Look after it")
    await bob.presses("Open a channel for it")
    bob.sees("retro-kreis-学 is open, and the team is invited as far as it is here.")
    channel = next(each for each in slack.stage.slack.ws.channels.values() if each.name == "retro-kreis-学")
    assert {bob.who.account, priya.who.account} < set(channel.members)
    priya.sees(HERE, "Lead: Bob O'Brien")
    assert pinned(slack, channel.id) == ["A team works here: Retro: Kreis &amp; &lt;学&gt;!"]
    assert slack.lead.count("Retro: Kreis & <学>!") == 1, "what goes to all places does not come there, and nothing of it goes to them"

    # It stays current, and nothing else of the community comes there.
    await bob.types("/charter")
    await bob.presses("See Retro: Kreis & <学>!")
    await bob.presses("Look after it")
    await bob.presses("Rhythm and dates")
    await bob.fills("Save", rhythm="Every week")
    assert "Reports: Every week" in priya.message(HERE)["plain"]
    await starts_group(slack.lead, name="Another one")
    assert not any("Another one" in each.text for each in channel.messages)

    # Gone: its lead hears of it, and chooses another.
    await slack.stage.slack.delete_channel(channel.id, user=priya.who.account)
    await slack.settle()
    bob.sees("The place where the team worked is gone. You can choose another.")
    assert await rows(slack.stage, CharterRow.place_id) == [None, None]
    assert slack.is_clean()


@pytest.mark.thorough
async def test_a_name_that_is_taken_gets_a_number(slack: Cast) -> None:
    slack.stage.slack.add_channel("CTAKEN", "retro-circle", [slack.other.who.account])
    await starts_group(slack.member)
    await slack.member.presses("Look after it")
    await slack.member.presses("Open a channel for it")
    slack.member.sees("retro-circle-2 is open")
    await slack.member.presses("Open a channel for it")
    slack.member.sees("Its place is retro-circle-2.")
    names = await rows(slack.stage, PlaceRow.name)
    assert names.count("retro-circle-2") == 1
    assert slack.is_clean()


@pytest.mark.thorough
@pytest.mark.both_platforms
@pytest.mark.parametrize("refusal", ["restricted_action", "missing_scope"])
async def test_where_no_channel_can_be_opened_one_is_chosen(cast: Cast, refusal: str) -> None:
    cast.stage.slack.faults.add("conversations.create", error=refusal)
    await starts_group(cast.member)
    await cast.member.presses("Look after it")
    await cast.member.presses("Open a channel for it")
    cast.member.sees("I cannot open a channel here myself.")
    place = await place_of(cast)
    await works_at(cast, cast.member, "I cannot open a channel here myself.", place)
    cast.member.sees("Its place is", "I pin it where I am let; otherwise anybody can.")
    cast.other.sees(HERE, in_place=True)
    await works_at(cast, cast.member, "I cannot open a channel here myself.", "none")
    cast.member.sees("It has no place of its own now.")
    cast.other.sees("The team does not work here any more.", in_place=True)
    assert cast.is_clean()


@pytest.mark.thorough
@pytest.mark.parametrize("refusal", ["too_many_pins", "missing_scope", "restricted_action", "already_pinned", "ratelimited"])
async def test_a_pin_that_is_refused_keeps_nothing_from_standing_there(slack: Cast, refusal: str) -> None:
    slack.stage.slack.faults.add("pins.add", error=refusal)
    await starts_group(slack.member)
    await slack.member.presses("Look after it")
    await works_at(slack, slack.member, "Open a channel for it", await place_of(slack))
    slack.other.sees(HERE, in_place=True)
    assert pinned(slack, SLACK_PLACE) == []
    assert slack.is_clean()


@pytest.mark.thorough
async def test_the_place_of_a_team_that_is_archived_is_told(cast: Cast) -> None:
    await starts_group(cast.member)
    await cast.member.presses("Look after it")
    await works_at(cast, cast.member, "Open a channel for it", await place_of(cast))
    cast.other.sees(HERE, in_place=True)
    await cast.archives_place()
    cast.member.sees("The place where the team worked is gone. You can choose another.")
    assert await rows(cast.stage, CharterRow.place_id) == [None]
    assert cast.member.count("The place where the team worked is gone.") == 1


@pytest.mark.thorough
async def test_who_joins_the_team_later_is_invited_and_who_leaves_is_not_thrown_out(slack: Cast, person: At) -> None:
    bob, priya, layla = slack.member, slack.other, person("layla")
    await starts_group(bob, seats="1")
    await bob.presses("Look after it")
    await bob.presses("Open a channel for it")
    channel = next(each for each in slack.stage.slack.ws.channels.values() if each.name == "retro-circle")
    assert priya.who.account not in channel.members

    # By a form, and from the other side by a seat: whoever has an account there is invited, everybody is told where it is.
    await bob.presses("Look after it", on="retro-circle is open")
    await bob.presses("Team and open seats")
    await bob.fills("Save", people=await ids_of(slack, priya))
    assert priya.who.account in channel.members
    bob.sees("Priya Raman is on the team now. Welcome.")
    priya.sees("The team works in retro-circle.")
    await layla.presses("Ask for: Member", on="1 open seat:")
    await layla.fills("Ask", line="I learn from mine.")
    await slack.passes(days=7)
    await bob.presses("See who asks now")
    await bob.presses(f"Give it to {layla.who.name}")
    layla.sees("The seat is yours: Member.", "The team works in retro-circle.", "whoever leads the team can add you there.")

    await priya.presses("Leave the team")
    bob.sees("Priya Raman has left the team.", "Priya Raman stays in retro-circle unless somebody takes them out there")
    assert bob.count("Priya Raman stays in retro-circle") == 1
    assert priya.who.account in channel.members
    await bob.types("/charter")
    await bob.presses("See Retro circle")
    await bob.presses("Look after it")
    await bob.presses("Team and open seats")
    await bob.fills("Save", people=[])
    bob.sees(f"{layla.who.name} is on the team no more.", f"{layla.who.name} stays in retro-circle")
    assert slack.is_clean()


@pytest.mark.thorough
@pytest.mark.parametrize("refusal", ["missing_scope", "already_in_channel", "ratelimited"])
async def test_an_invitation_that_is_refused_is_told_about_all_the_same(slack: Cast, refusal: str) -> None:
    bob, priya = slack.member, slack.other
    await starts_group(bob)
    await bob.presses("Look after it")
    await bob.presses("Open a channel for it")
    slack.stage.slack.faults.add("conversations.invite", error=refusal)
    await bob.presses("Look after it", on="retro-circle is open")
    await bob.presses("Team and open seats")
    await bob.fills("Save", people=await ids_of(slack, priya))
    priya.sees("The team works in retro-circle.")
    channel = next(each for each in slack.stage.slack.ws.channels.values() if each.name == "retro-circle")
    assert any("is on the team now." in each.text for each in channel.messages)
    assert slack.is_clean()
