"""What a team needs while it works: reminders, support, notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.playground import Playground
from handlers.charters.rows import NoteRow
from tests.kit.cast import Cast, confirms, count
from tests.kit.charters import ids_of, starts_group
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def test_a_team_asks_for_support(cast: Cast) -> None:
    await starts_group(cast.member)
    await cast.member.presses("Look after it")
    await cast.member.presses("Ask for support")
    await cast.member.fills("Ask", words="We have no room on Tuesdays.")
    cast.member.sees("Asked. It reaches")
    cast.lead.sees("asks for support.", "We have no room on Tuesdays.")
    cast.other.does_not_see("We have no room on Tuesdays.")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_each_report_is_reminded_of_once_and_the_co_lead_later(slack: Cast, person: At) -> None:
    bob, priya, due = slack.member, slack.other, "It is time to tell the community how it goes."
    await starts_group(bob)
    await bob.presses("Look after it")
    await bob.presses("Rhythm and dates")
    await bob.fills("Save", rhythm="Every week")
    await bob.presses("Look after it", on="Saved.")
    await bob.presses("Team and open seats")
    await bob.fills("Save", co_lead=priya.who.name)
    await slack.stage.winder.advance(datetime(2026, 3, 27, 20, 0, tzinfo=UTC))
    bob.sees(due)
    priya.does_not_see(due)
    await slack.stage.winder.advance(datetime(2026, 3, 31, 20, 0, tzinfo=UTC))
    priya.sees(due)
    await bob.presses("Report")
    await bob.fills("Tell everybody", done="We met twice.")
    bob.sees("Your report stands in:")
    assert due not in bob.reads(), "what reminded says that it is done"
    await slack.stage.winder.advance(datetime(2026, 4, 8, 20, 0, tzinfo=UTC))
    bob.sees(due)
    await bob.presses("Report")
    await bob.fills("Tell everybody", learned="It helps.")
    slack.lead.sees("We met twice.", "It helps.", in_place=True)
    await bob.types("/convene next")
    bob.sees("Reminder to report: Retro circle")
    assert slack.is_clean()


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_what_stands_in_a_message_is_kept_for_the_team_from_its_menu(cast: Cast) -> None:
    said = "We meet on Tuesdays & <Fridays>, 火曜日"
    await cast.other.types(said, in_place=True)
    await cast.member.picks_up("Keep for our team", on=said)
    cast.member.sees("You are on no team, so there is none to keep this for.")
    await starts_group(cast.member, people=await ids_of(cast, cast.other))
    await cast.member.picks_up("Keep for our team", on=said)
    assert cast.values(cast.member)["words"] == said
    assert await count(cast.stage, NoteRow) == 0
    await cast.member.fills("Keep it", sort="A decision")
    cast.member.sees("Kept for the team.", "A decision", said)

    await cast.other.types("/charter")
    await cast.other.presses("See Retro circle")
    await cast.other.presses("Notes and decisions")
    cast.other.sees("Notes and decisions: Retro circle", f"A decision. {cast.member.who.name}")
    drops = confirms(cast.member, "Take it away")
    await cast.lead.types("/charter")
    await cast.lead.presses("See Retro circle")
    cast.lead.does_not_see("Kept for the team.")
    assert said not in cast.lead.reads().replace(cast.lead.reads(in_place=True), ""), "the place alone shows it to others"
    await drops()
    cast.member.sees("Taken away. These were the words:")
    await drops()
    await cast.other.presses("Notes and decisions")
    cast.other.sees("Nothing yet. What your team notes and decides can be kept here.")
    assert cast.is_clean()


async def test_a_message_longer_than_a_note_says_so(cast: Cast) -> None:
    await starts_group(cast.member)
    await cast.other.types("学" * 3500, in_place=True)
    await cast.member.picks_up("Keep for our team", on="学学")
    cast.member.sees("This is its beginning.")
    assert cast.values(cast.member)["words"] == "学" * 3000
    await cast.member.fills("Keep it")
    cast.member.sees("Kept for the team.")
    assert cast.is_clean()
