"""Groups and projects from their question to what came of it, with people on both platforms."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from pypdf import PdfReader

from bot.core.context import Context
from bot.playground import Playground
from handlers.charters import endorsements, flows, store, taking_along
from handlers.charters.charter import Charter
from handlers.charters.payloads import TakeOverview
from handlers.charters.rows import CharterRow
from handlers.charters.rules import Kind, Stance, State
from tests.kit.cast import Cast, rows
from tests.kit.charters import BETTER, acting, drafts_project, publishes, starts_group
from tests.kit.crowds import heard
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def test_a_group_is_announced_at_once_in_all_places(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await cast.member.types("/charter")
    cast.member.sees("There is none yet.")
    await starts_group(cast.member)
    cast.member.sees("Announced in:")
    for somebody in (cast.other, elsewhere):
        somebody.sees("Retro circle", "How do we learn from small mishaps?", BETTER, "The team is at work", in_place=True)
    await cast.other.types("/charter")
    cast.other.sees("Groups and projects", "Retro circle", f"Ask {cast.member.who.name}.", "Last heard on")
    await cast.other.presses("See Retro circle")
    cast.other.sees("Reports", "Never by itself")
    assert await rows(cast.stage, CharterRow.state) == ["active"]
    assert cast.is_clean()


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_project_from_its_question_to_what_came_of_it(cast: Cast, person: At) -> None:
    far = Cast.of(cast.stage, "teams" if cast.is_slack else "slack", person)
    ann, bob, priya, hanako = cast.lead, cast.member, cast.other, person("HANAKO" if cast.is_slack else "wei")
    jurgen, layla, anil, wei = far.lead, far.member, far.other, person("wei" if cast.is_slack else "HANAKO")
    everybody = (ann, bob, priya, hanako, jurgen, layla, anil, wei)
    clock = cast.stage.winder

    # Three minutes, and it can be proposed; the rest comes later.
    await drafts_project(bob, seats="Interviewer | patient\nWriter")
    bob.sees("Nobody else sees this yet.", "Still empty:")
    ann.does_not_see("Shorter handovers")
    await bob.presses("Name, goal, scope")
    await bob.fills("Save", scope_in="Handovers between shifts.")
    await bob.presses("Hours, budget, sponsor")
    await bob.fills("Save", hours="2 hours a week each", budget="300 for travel", sponsor=jurgen.who.name)
    await bob.presses("Propose it")
    bob.sees("A lead publishes it, and you hear of it.")
    layla.does_not_see("Shorter handovers")
    ann.sees(f"{bob.who.name} proposes this.")
    await ann.presses("Publish it")
    await ann.fills("Publish it", days="7")
    bob.sees(f"{ann.who.name} published it.")
    for somebody in (priya, layla):
        somebody.sees("Shorter handovers", "Nobody has answered yet", "2 open seats:", in_place=True)

    # The community says what it thinks; the sponsor confirms only what they pay.
    for somebody in (priya, layla):
        await somebody.presses("Support", on="2 open seats:")
        somebody.sees("Noted:")
    await wei.presses("Support on a condition", on="2 open seats:")
    await wei.fills("Say it", why="The night shift is asked first.")
    await anil.presses("Concern", on="2 open seats:")
    await anil.fills("Say it", why="Another group works on this.")
    layla.sees("2 people support it, 1 on a condition, 1 has a concern.", in_place=True)
    bob.sees("2 members wait for your answer.", "The night shift is asked first.", "Another group works on this.")
    await bob.presses(f"Answer {wei.who.name}")
    await bob.fills("Answer", answer="We ask them first.")
    wei.sees("We ask them first.", "If that settles it, you can support it now.")
    await wei.presses("Support", on="We ask them first.")
    layla.sees("3 people support it", in_place=True)
    jurgen.sees("You are named as its sponsor.", "300 for travel")
    await jurgen.presses("Confirm what I pay")
    await jurgen.fills("Tell them", words="The hours, and 200 for travel.")
    bob.sees("confirms what they pay.", "The hours, and 200 for travel.")

    await clock.advance(clock.now() + timedelta(days=7, minutes=2))
    for somebody in (priya, layla):
        somebody.sees("The community endorsed it.", in_place=True)
    await bob.presses("Confirm it")
    bob.sees("Confirmed. The community has chartered it.")

    # Seats stood in all places for three working days; they are asked for with a line.
    layla.sees("Seats are shown to everybody before one is given.", in_place=True)
    await layla.presses("Ask for: Interviewer", on="Seats are shown to everybody")
    await layla.fills("Ask", line="I did ten such interviews.")
    await hanako.presses("Ask for: Interviewer", on="Seats are shown to everybody")
    await hanako.fills("Ask", line="I like to listen.")
    hanako.sees("2 people have asked", in_place=True)
    hanako.does_not_see("I did ten such interviews.")
    bob.sees("I did ten such interviews.", "I like to listen.")
    await bob.presses(f"Give it to {layla.who.name}")
    layla.sees("The seat is yours: Interviewer.")
    await bob.presses(f"Thank {hanako.who.name}")
    hanako.sees("Thank you for asking.")
    await bob.types("/charter hand")
    await bob.presses("See Shorter handovers")
    await bob.presses("Look after it")
    await bob.presses("Begin the work")
    priya.sees("The work begins.", in_place=True)

    # Reports on the rhythm, answers, and what they change.
    await bob.presses("See all of it", on="The work begins.")
    await bob.presses("Look after it")
    await bob.presses("Report")
    await bob.fills("Tell everybody", done="Five interviews.", ask="Who knows the night shift?")
    for somebody in (priya, anil):
        somebody.sees("Five interviews.", "Who knows the night shift?", in_place=True)
    await anil.presses("Offer help", on="Five interviews.")
    await anil.fills("Tell the team", words="I do, and introduce you.")
    await priya.presses("Well done", on="Five interviews.")
    anil.sees("Well done: 1, 1 answer in words", in_place=True)
    bob.sees("I do, and introduce you.")
    await bob.presses("Say what you change")
    await bob.fills("Tell who answered", changed="We meet them on Tuesday.")
    for somebody in (priya, anil):
        somebody.sees("The team read the answers to its report, yours too.", "We meet them on Tuesday.")
    await clock.advance(clock.now() + timedelta(days=30))
    bob.sees("It is time to tell the community how it goes.")

    # Results, the library, and everybody who had a hand in it hears, each once.
    await bob.presses("Look after it", on="It is time to tell the community how it goes.")
    await bob.presses("Bring back results")
    await bob.fills("Tell everybody", found="A list of five points halves the time.", asset="The checklist")
    for somebody in (priya, layla, wei, anil, hanako, jurgen):
        somebody.sees("Results: Shorter handovers", in_place=True)
        assert somebody.count("You had a hand in it. This is what came of it:") == 1
    ann.does_not_see("You had a hand in it.")
    await wei.presses("Read it in the library", on="You had a hand in it.")
    wei.sees("A list of five points halves the time.", layla.who.name)
    await ann.types("/charter")
    await ann.presses("All of them as a page")
    await ann.presses("See Shorter handovers")
    await ann.presses("Take it along")
    ann.sees("Groups and projects, as two files.", "Shorter handovers, as two files.")
    if cast.is_slack:
        pages = [file.content or b"" for file in cast.stage.slack.ws.files.values() if file.name in ("charter.pdf", "charters.pdf")]
        overview, page = (" ".join("".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages).split()) for pdf in pages)
        for text in (jurgen.who.name, "The hours, and 200 for travel.", "A list of five points halves the time."):
            assert text in page
            assert text in overview
        assert "We meet them on Tuesday." in page
        assert "fewer than 5" in page

    await bob.presses("Close it with thanks")
    await bob.fills("Thank everybody", lessons="Begin with the night shift.")
    for somebody in (priya, layla):
        somebody.sees("Closed with thanks: Shorter handovers", layla.who.name, "Begin with the night shift.", in_place=True)

    # Who was told what in their own chat, each once, and nobody else.
    all_heard = {priya, layla, wei, anil, hanako, jurgen}
    for text, expected in {
        "The seat is yours: Interviewer.": {layla},
        "Thank you for asking.": {hanako},
        "We ask them first.": {wei},
        "There is a new report.": {layla},
        "The team read the answers to its report, yours too.": {priya, anil},
        "You had a hand in it. This is what came of it:": all_heard,
    }.items():
        assert {who for who in everybody if who is not bob and any(text in said for said in told(who))} == expected, text
    for who in all_heard:
        twice = [text for text, times in told(who).items() if times > 1 and "Shorter handovers" in text]
        assert twice == [], f"{who.who.name} was told twice"
    assert await rows(cast.stage, CharterRow.state) == ["closed"]
    assert cast.is_clean()


def told(somebody: Person) -> Counter[str]:
    """What the bot said to somebody in their own chat, and how often."""
    chats = [each for each in somebody.screen["conversations"] if each["kind"] == "chat"]
    return Counter(each["plain"] for chat in chats for each in chat["messages"] if each["author"]["is_bot"] and each["plain"])


@pytest.mark.thorough
async def test_a_group_that_asks_for_hours_is_endorsed_first(slack: Cast) -> None:
    await starts_group(slack.member, hours="2 hours a week each")
    slack.member.sees("A lead publishes it, and you hear of it.")
    slack.other.does_not_see("Retro circle")
    await slack.lead.presses("Give it back")
    await slack.lead.fills("Give it back", why="Please ask for one hour.")
    slack.member.sees("gives it back to its lead as a draft", "Please ask for one hour.")
    assert await rows(slack.stage, CharterRow.state) == ["draft"]
    await slack.member.presses("Look after it", on="Please ask for one hour.")
    await slack.member.presses("Propose it")
    await publishes(slack.lead)
    slack.other.sees("Retro circle", "Being endorsed", in_place=True)


@pytest.mark.thorough
async def test_of_five_hundred_charters_the_directory_asks_no_more_than_of_thirty(slack: Cast) -> None:
    def write(numbers: range) -> Callable[[Context], None]:
        def work(ctx: Context) -> None:
            for number in numbers:
                words = {"name": f"Circle {number} " + "学" * 60, "goal": "Why? " * 50, "scope_in": "words " * 400}
                new = Charter(0, Kind.GROUP, "subtopic", words, state=State.ACTIVE, lead=ctx.actor.id, heard_at=ctx.now)
                store.insert(ctx, new)

        return work

    def look(ctx: Context) -> int:
        statements: list[str] = []
        with heard(statements):
            flows.command(ctx, "")
            flows.command(ctx, "circle 29")
        return len(statements)

    await acting(slack, slack.member, write(range(30)))
    of_thirty = await acting(slack, slack.member, look)
    await acting(slack, slack.member, write(range(30, 500)))
    assert await acting(slack, slack.member, look) == of_thirty
    await slack.other.types("/charter")
    slack.other.sees("Circle 499")
    assert slack.other.count("Circle 499") == 1
    await slack.other.presses("Older")
    slack.other.sees("Circle 490")
    await slack.other.presses("Find by name")
    await slack.other.fills("Find", name="circle 123")
    slack.other.sees("1 with “circle 123” in its name.", "Circle 123")
    await slack.other.types("/charter no such thing")
    slack.other.sees("Nothing has “no such thing” in its name.")
    assert slack.is_clean()


@pytest.mark.thorough
async def test_a_page_over_all_asks_no_more_of_thirty_than_of_three(slack: Cast) -> None:
    def write(count: int) -> Callable[[Context], None]:
        def work(ctx: Context) -> None:
            for number in range(count):
                words = {"name": f"Circle {number}", "goal": "Why?"}
                made = store.insert(ctx, Charter(0, Kind.GROUP, "subtopic", words, state=State.ACTIVE, lead=ctx.actor.id, heard_at=ctx.now))
                store.set_seats(ctx, made.id, [("Writer", "")])
                endorsements.say(ctx, made, Stance.SUPPORT)

        return work

    def look(ctx: Context) -> int:
        statements: list[str] = []
        with heard(statements):
            taking_along.take_overview(ctx, TakeOverview())
        return len(statements)

    await acting(slack, slack.lead, write(3))
    of_three = await acting(slack, slack.lead, look)
    await acting(slack, slack.lead, write(27))
    assert await acting(slack, slack.lead, look) == of_three
