"""Packs: looking at them, making them from what is pasted, editing days, handing over, taking back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.core.registry import Registry
from bot.data import scope
from bot.people import store
from bot.people.rows import CommunityRow
from bot.people.values import Community, Member
from bot.playground import Playground
from handlers import packs
from handlers.packs.reading import read_yaml, to_yaml
from handlers.packs.rows import PackRow
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
LIST = "1. Draw the road of one change - Boxes from left to right.\n2. Ask the next shift one question\n4. Show your desk to a newcomer"
TABLE = 'Day\tTitle\tPractice\tReflect\n1\tA quiet hour\t"Switch off\nwhat ""rings""."\tWhat came up?\n3\tA walk\tGo round once.\t'


async def made(cast: Cast, **values: Any) -> None:
    await cast.lead.types("/pack")
    await cast.lead.presses("Make a pack")
    await cast.lead.fills("Save", **{"called": "Our week", **values})


async def versions(stage: Playground, *what: Any) -> list[Any]:
    """The packs that were saved, in that order."""
    found = [row[1:] for row in sorted(await rows(stage, PackRow.id, *what), key=lambda row: row[0])]
    return found if len(what) > 1 else [row[0] for row in found]


async def content(cast: Cast) -> list[dict[str, Any]]:
    return (await versions(cast.stage, PackRow.content))[-1]["activities"]  # type: ignore[no-any-return]


@pytest.mark.both_databases
async def test_a_lead_pastes_a_list_and_starts_a_challenge_from_it(stage: Playground, person: At) -> None:
    for n, name in enumerate(("ANN", "jurgen")):
        lead = person(name)
        await lead.types("/pack")
        lead.sees("Packs", "DevOps, 30 days", "First steps in learning together, 7 days")
        await lead.presses("Make a pack")
        await lead.fills("Save", called=f"Week {name}", purpose="Seven days of ours.", text=LIST, days="7", model="devops")
        lead.sees(f"Week {name} is saved with 7 days.", "Day 1: Draw the road of one change", "Days 3, 5-7 come from DevOps")
        lead.sees("On days 1-2, 4, lines that you left open have words that fit any day.")
        lead.does_not_see("This is version")
        assert await versions(stage, PackRow.version, PackRow.days) == [(1, 7)] * (n + 1)
        await lead.types("/challenge")
        if n:
            await lead.presses("Start a challenge")
        await lead.fills("Announce it", pack=f"Week {name}", starts_on="2026-03-23")
        lead.sees("Seven days of ours.", in_place=True)


async def test_a_table_from_a_spreadsheet_becomes_a_pack(cast: Cast) -> None:
    await made(cast, text=TABLE)
    cast.lead.sees("Our week is saved with 3 days", "Day 2 comes from A better practitioner", "On days 1, 3, lines")
    first, second, third = await content(cast)
    assert first["practice"] == 'Switch off\nwhat "rings".'
    assert (first["reflect"], third["title"], third["practice"]) == ("What came up?", "A walk", "Go round once.")
    assert second == packs.shipped()["better_practitioner"].activities[1].as_json()
    assert cast.is_clean()


async def test_every_problem_is_told_at_once_with_its_line_and_what_was_typed_stays(cast: Cast) -> None:
    await made(cast, called="", text="1. One\n1. Again\n0. Nothing")
    cast.lead.sees("Line 2: Day 1 is there twice.", "Line 3: There is no day 0", "Please say what the pack is called")
    assert await count(cast.stage, PackRow) == 0
    assert cast.values(cast.lead)["text"] == "1. One\n1. Again\n0. Nothing"
    await cast.lead.fills("Save", called="Our week", text="title: x\nactivities:\n- title: 7\n  colour: green\n")
    cast.lead.sees("Line 1: There is no purpose.", "Line 3: Day 1 has no practice.", "colour is no line of a pack")
    await cast.lead.fills("Save", called="Our week", text=LIST, days="3")
    cast.lead.sees("Your list goes on until day 4")
    await cast.lead.fills("Save", called="Our week", text="", days="0")
    cast.lead.sees("Paste at least one activity")
    assert await count(cast.stage, PackRow) == 0
    await cast.lead.fills("Save", called="Our week", text="", days="9")
    cast.lead.sees("Our week is saved with 9 days", "Days 1-9 come from A better practitioner")
    assert cast.is_clean()


async def test_yaml_is_taken_in_the_form_and_on_the_line_and_saving_again_makes_a_version(cast: Cast) -> None:
    days = packs.shipped()["devops"].activities[:2]
    whole = to_yaml(replace(packs.shipped()["first_steps"], name="ours", title="Our steps", activities=days))
    await made(cast, called="", text=whole)
    cast.lead.sees("Our steps is saved with 2 days")
    await cast.lead.types(f"/pack {whole}")
    cast.lead.sees("This is version 2")
    await cast.lead.types("/pack name: x\ntitle: y\nactivities: 7\n")
    cast.lead.sees("cannot be read as a pack yet", "The activities are a list")
    assert await versions(cast.stage, PackRow.name, PackRow.version) == [("ours", 1), ("ours", 2)]
    await cast.lead.types(f"/pack Our list\n{LIST}")
    cast.lead.sees("Our list is saved with 4 days")
    await cast.lead.types("/pack Our broken list\n1. A\n1. B")
    cast.lead.sees("Line 3: Day 1 is there twice")
    await cast.lead.types("/pack OUR LIST")
    cast.lead.sees("Day 4: Show your desk to a newcomer")
    await cast.lead.types("/pack Something new")
    await cast.lead.fills("Save", text="One\nTwo")
    cast.lead.sees("Something new is saved with 2 days")
    assert cast.is_clean()


async def test_a_shipped_packs_name_stays_its_own(cast: Cast) -> None:
    steps = packs.shipped()["first_steps"]
    await made(cast, called="", text=to_yaml(replace(steps, title="Steps", activities=steps.activities[:1])))
    assert await versions(cast.stage, PackRow.name) == ["first_steps_own"]
    assert packs.shipped()["first_steps"].title != "Steps"


async def test_titles_that_differ_never_share_a_name(cast: Cast) -> None:
    for title in ("C", "C++", "学习", "学习工程", "C++"):
        await made(cast, called=title, text="One")
    names = await versions(cast.stage, PackRow.name, PackRow.version)
    assert names[:2] == [("c", 1), ("c_2", 1)]
    assert names[4] == ("c_2", 2)
    assert len({name for name, _version in names}) == 4


async def test_undo_takes_a_version_back_and_a_second_press_changes_nothing(cast: Cast) -> None:
    await made(cast, text=LIST)
    first = cast.lead.holds("Undo")
    await made(cast, text="One\nTwo")
    await first()
    cast.lead.sees("was saved again since")
    await cast.lead.presses("Undo", on="saved with 2 days")
    cast.lead.sees("is as it was in version 1")
    await cast.lead.presses("Save it after all")
    assert await versions(cast.stage, PackRow.version, PackRow.days) == [(1, 4), (2, 2)]
    await cast.lead.presses("Undo")
    await cast.again()
    assert await versions(cast.stage, PackRow.version) == [1]
    assert cast.is_clean()


async def test_delete_brings_back_the_pack_for_a_week(cast: Cast) -> None:
    await made(cast, text=LIST)
    await cast.lead.presses("The whole pack")
    await cast.lead.presses("Delete")
    await cast.again()
    cast.lead.sees("is deleted")
    assert await count(cast.stage, PackRow) == 0
    await cast.lead.presses("Read the days")
    cast.lead.sees("no longer here")
    await cast.lead.types("yes")
    assert await count(cast.stage, PackRow) == 0, "nobody asked a question that this would answer"
    await cast.lead.presses("Undo", on="is deleted")
    assert await versions(cast.stage, PackRow.name, PackRow.days) == [("our_week", 4)]
    assert cast.is_clean()


@pytest.mark.both_platforms
async def test_days_are_edited_one_by_one_and_a_shipped_pack_is_copied(cast: Cast) -> None:
    await cast.lead.types("/pack")
    if cast.is_slack:
        await cast.lead.presses("Look at a pack", picking="first_steps")
    else:
        await cast.lead.fills("Choose", **{"picked-1": "first_steps"})
    cast.lead.sees("Week 1: Seeing your own work with the others' eyes", "Day 7: Look back, choose one thing")
    await cast.lead.presses("Read the days")
    await cast.lead.presses("Next day")
    cast.lead.sees("Watch how it is done", "day 2 of 7")
    await cast.lead.presses("Edit in a copy of our own")
    await cast.lead.fills("Save", called="Watch somebody", short="")
    cast.lead.sees("Day 2 of First steps in learning together, our version is saved", "is as it was", "words that fit any day")
    await cast.lead.presses("Edit the next day")
    await cast.lead.fills("Save")
    cast.lead.sees("there is nothing to save")
    assert await versions(cast.stage, PackRow.name, PackRow.version) == [("first_steps_own", 1)]
    assert [a["title"] for a in await content(cast)][1] == "Watch somebody"
    assert packs.shipped()["first_steps"].activities[1].title == "Watch how it is done"
    await cast.lead.types("/pack first_steps_own")
    await cast.lead.presses("Add a day")
    await cast.lead.fills("Save", called="An eighth day", practice="Rest.", theme="After the week")
    cast.lead.sees("Day 8 of")
    last = (await versions(cast.stage, PackRow.content))[-1]
    assert (len(last["activities"]), last["themes"][-1]) == (8, "After the week")
    assert cast.is_clean()


async def test_more_days_are_pasted_into_a_pack(cast: Cast) -> None:
    await made(cast, text=LIST)
    await cast.lead.presses("The whole pack")
    await cast.lead.presses("Paste more days")
    await cast.lead.fills("Save", text="Five\nSix")
    cast.lead.sees("saved with 6 days", "This is version 2")
    await cast.lead.types("/pack our_week")
    await cast.lead.presses("Paste more days")
    await cast.lead.fills("Save", text="Day 1: Another first day\nDay 8: Eight")
    assert [a["title"] for a in await content(cast)][:2] == ["Another first day", "Ask the next shift one question"]
    assert len(await content(cast)) == 8


@pytest.mark.both_platforms
async def test_a_pack_is_handed_over_as_a_file_and_as_text(cast: Cast) -> None:
    await cast.lead.types("/pack devops")
    await cast.lead.presses("Hand over as a file")
    cast.lead.sees("devops.yaml")
    if cast.is_slack:
        files = list(cast.stage.slack.ws.files.values())
        assert read_yaml((files[-1].content or b"").decode()) == packs.shipped()["devops"]
    await cast.lead.presses("Show it as text to copy")
    cast.lead.sees("Day 1: The road of one change", "days 1-7")
    await cast.lead.presses("Go on")
    cast.lead.sees("days 8-14", "Week 2: Tidying up, side by side")
    assert cast.is_clean()


async def test_only_leads_make_packs(cast: Cast) -> None:
    await cast.member.types("/pack")
    cast.member.sees("Only a lead")
    await cast.member.types("/convene")
    cast.member.does_not_see("See the packs of activities")


async def test_a_pack_that_went_while_a_form_was_open_is_told_kindly(stage: Playground, person: At) -> None:
    for name, other in (("ANN", "jurgen"), ("jurgen", "ANN")):
        lead, second = person(name), person(other)
        await lead.types("/pack Shared\nOne\nTwo")
        await second.types("/pack Shared")
        await lead.types("/challenge")
        await second.presses("Delete")
        await lead.fills("Announce it", pack="shared", starts_on="2026-03-23")
        assert await count(stage, PackRow) == 0
        lead.sees("Please pick one of the options")
        lead.does_not_see("Something went wrong")


async def test_a_challenges_days_become_a_pack_and_one_community_never_sees_anothers(stage: Playground, person: At) -> None:
    await person("ANN").types("/pack Ours\nOne\nTwo")
    community = (await rows(stage, CommunityRow.id))[0]
    days = packs.shipped()["devops"].activities[:9]

    def work(session: Session) -> tuple[packs.Pack, list[str]]:
        scope.enter(session, community)
        lead = next(member for member in store.members(session).values() if member.is_lead)
        ctx = context(session, Community(community, "Ours", "Europe/Berlin", "en"), lead)
        assert packs.find(ctx, "ours") is not None
        assert packs.find(ctx, "none") is None
        made = packs.pack_from_days(ctx, "DevOps", "", days)
        found = list(packs.available(ctx))
        scope.enter(session, community + 1)
        assert set(packs.available(context(session, Community(community + 1, "", "UTC", "en"), lead))) == set(packs.shipped())
        return made, found

    def context(session: Session, of: Community, lead: Member) -> Context:
        return Context(session=session, registry=Registry([packs.feature]), now=stage.winder.now(), seed=1, community=of, actor=lead)

    made, found = await stage.parts.units.run(work)
    assert (made.name, made.version, made.activities, len(made.themes)) == ("devops_own", 1, days, 2)
    assert found[-2:] == ["devops_own", "ours"]
