"""What a meetup asks of people before it: the agenda with released quotes, and the one urgent request of a month."""

from __future__ import annotations

import pytest

from handlers import nudges
from handlers.meetups.rows import MeetupRow
from handlers.nudges.rows import NudgeRow, UrgentRow
from tests.handlers.test_leading import at, comings, in_place
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, count, rows
from tests.kit.meetups import CARD, At, ended, is_set, released
from tests.kit.reminders import run


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_a_lead_marks_the_invitation_urgent_and_whoever_has_not_answered_is_reminded_once(cast: Cast, person: At) -> None:
    yes = "yes" if cast.is_slack else True
    await ended(cast, cast.member, cast.other)
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", reminders="1")
    await is_set(cast, on="2026-04-07", urgent=yes)
    await cast.other.presses("Maybe", on="You got this because")
    await cast.stage.winder.advance(at("2026-04-06", 18))
    assert comings(cast.member, "Can you come to the closing meetup") == ["2026-04-02"]
    assert comings(cast.other, "Can you come to the closing meetup") == []
    assert {row.slot for row in await rows(cast.stage, NudgeRow) if row.person_id != 0} >= {None}, "it takes nothing from the budget"
    await cast.member.presses("I'll come", on="Can you come to")
    cast.member.does_not_see("Can you come to the closing meetup")
    await cast.lead.types("/challenge meetup")
    await cast.lead.presses("Change it", on="Leads see how many come")
    await cast.lead.fills("Tell everybody", urgent=yes)
    cast.lead.sees("Nothing was changed")
    assert await count(cast.stage, UrgentRow) == 1


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_a_meetup_that_is_called_off_reminds_nobody_of_its_invitation(cast: Cast) -> None:
    await ended(cast, cast.member, cast.other)
    await is_set(cast, on="2026-04-07", urgent="yes" if cast.is_slack else True)
    await cast.lead.types("/challenge meetup")
    await cast.lead.presses("Cancel the meetup", on="Leads see how many come")
    await cast.lead.fills("Cancel the meetup")
    await cast.stage.winder.advance(at("2026-04-06", 18))
    cast.member.does_not_see("Can you come to the closing meetup")


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_there_is_one_urgent_request_a_month(cast: Cast) -> None:
    await ended(cast, cast.member)
    await run(cast.stage, lambda ctx: nudges.mark_urgent(ctx, "another"), cast.lead.who.name)
    await is_set(cast, on="2026-04-07", urgent="yes" if cast.is_slack else True)
    cast.lead.sees("This month has its urgent request already.")
    assert await count(cast.stage, MeetupRow) == 0
    assert await count(cast.stage, UrgentRow) == 1


@pytest.mark.thorough
async def test_others_add_their_lines_to_the_agenda(cast: Cast) -> None:
    """Released highlights are its points, by name or without; whoever takes one back takes the line away."""
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-24"))
    await released(cast.member, "One question before each answer.")
    await released(cast.other, "The two-minute version saved my week.", by_name=False)
    await cast.stage.winder.advance(at("2026-04-01", 18))
    await cast.lead.presses("Closing meetup", on="Only leads see this draft")
    lines = cast.values(cast.lead)["agenda"].splitlines()
    assert lines[1:3] == [f"{cast.member.who.name}: One question before each answer.", "“The two-minute version saved my week.”"]
    lines[2] = "* We hear of the two-minute version that saved my week"  # the lead's own words
    await cast.lead.fills("Tell everybody", on="2026-04-03", at="18:00", agenda="\n".join(lines))
    cast.other.sees("One question before each answer.", "two-minute version", in_place=True)
    await cast.member.presses("Without my name", on="may be quoted in the closing report, with your name")
    assert in_place(cast.other, f"{cast.member.who.name}: One question") == 0
    cast.other.sees("“One question before each answer.”", in_place=True)
    await cast.member.types("/journal list")
    await cast.member.presses("Open Tue 24 Mar")
    await cast.member.presses("Take it back", on="without your name")
    await cast.other.types("/journal list")
    await cast.other.presses("Open Tue 24 Mar")
    await cast.other.presses("Change", on="without your name")
    await cast.other.fills("Save", text="Other words.", visibility="private")
    for gone in ("One question before each answer.", "two-minute version"):
        assert in_place(cast.lead, gone) == 0
        cast.lead.does_not_see(gone)
    cast.lead.sees("A line is gone from the agenda of", "What we do next, and who begins")
    assert await rows(cast.stage, MeetupRow.sequence) == [0], "nobody has to come at another time"
    assert cast.is_clean()


@pytest.mark.thorough
async def test_what_is_taken_back_while_a_lead_writes_the_agenda_does_not_come_back(cast: Cast) -> None:
    await announced(cast.lead, cast.member, until=at("2026-03-24"))
    await released(cast.member, "One question before each answer.")
    await cast.stage.winder.advance(at("2026-04-01", 18))
    await cast.lead.types("/challenge meetup")
    typed = cast.values(cast.lead)["agenda"]
    assert "One question before each answer." in typed
    await cast.member.types("/journal list")
    await cast.member.presses("Open Tue 24 Mar")
    await cast.member.presses("Take it back", on="with your name")
    await cast.lead.fills("Tell everybody", on="2026-04-03", at="18:00", agenda=typed)
    cast.member.sees(CARD, "What we do next", in_place=True)
    assert in_place(cast.member, "One question before each answer.") == 0
