"""A whole request, in full size, with 24 members on both platforms and two blocs that dissent."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from bot.playground import SLACK_PLACE, TEAMS_PLACE, Playground, Somebody
from handlers.opinions.rows import ParticipationRow, RequestRow
from tests.kit.cast import Cast, rows
from tests.kit.people import Person
from tests.kit.requests import moves_on, opens, votes, writes

pytestmark = pytest.mark.thorough

At = Callable[[str], Person]
SHARED = ("We want to know which tools are in use.", "A list of tools helps newcomers.")
FOR = ("Approval before use is fine.", "Rules give me quiet to work.", "One tool for each purpose is enough.")
AGAINST = ("Approval takes longer than the work.", "I would use tools without telling.", "The rule was made without us.")
HARMS = (
    "Wer das liest, hält uns für einverstanden: „alles genehmigt“ – das sind wir nicht.",
    "Nobody of unit 7 was heard; 100 % of us build <small> tools & need them on the same day.",
)


async def gather(stage: Playground, person: At) -> list[Person]:
    """The people of the playground, and sixteen more who arrive on both platforms."""
    known = [person(name) for name in ("BOB", "HANAKO", "PRIYA", "layla", "wei", "anil", "ANN", "jurgen")]
    arrived = []
    for number in range(8):
        on_slack = Somebody("slack", f"U0EXTRA{number}", f"Sam {number}", "Europe/Berlin")
        on_teams = Somebody("teams", f"29:extra{number}", f"Tea {number}", "Europe/Berlin")
        stage.slack.add_user(on_slack.account, on_slack.name, zone=on_slack.zone)
        await stage.slack.join_channel(on_slack.account, SLACK_PLACE)
        await stage.slack.opens_home(on_slack.account)
        stage.teams.add_user(on_teams.account, on_teams.name, zone=on_teams.zone)
        stage.teams._core.world.rooms[TEAMS_PLACE].members.append(on_teams.account)
        await stage.teams.opens_home(on_teams.account)
        arrived += [Person(stage, on_slack), Person(stage, on_teams)]
    await stage.settle()
    return [*arrived, *known]


async def answers_all(somebody: Person, agrees_with: tuple[str, ...]) -> None:
    """Answer one statement after the other, as one's bloc does."""
    await somebody.presses("Answer statements", on="Say what this changes in your practice")
    while "statement is left for you." in (shown := _newest(somebody)) or "statements are left for you." in shown:
        agrees = any(text in shown for text in (*SHARED, *agrees_with))
        await somebody.presses("Agree" if agrees else "Disagree", on="left for you.")


def _newest(somebody: Person) -> str:
    marks = ("left for you.", "every statement")
    chat = [m for c in somebody.screen["conversations"] for m in c["messages"] if any(mark in m["plain"] for mark in marks)]
    return max(chat, key=lambda m: m["at"])["plain"] if chat else ""


async def test_twenty_four_members_two_blocs_one_response(stage: Playground, person: At) -> None:
    slack = Cast.of(stage, "slack", person)
    everybody = await gather(stage, person)
    assert len(everybody) == 24
    ann = slack.lead
    await opens(ann, size="Full: with a map of opinions", fallback="Send it with the dissent annex")
    ann.sees("It is open in:")
    await everybody[0].presses("Ask what is unclear")
    await everybody[0].fills("Ask", text="Does it hold for our own tools?")
    await moves_on(ann, "Open statements now")

    blocs = (everybody[0:8], everybody[8:16])
    for bloc, texts in zip(blocs, ((*FOR, SHARED[0]), (*AGAINST, SHARED[1])), strict=True):
        for somebody, text in zip(bloc, texts, strict=False):
            await writes(somebody, text, reason=f"Because {text.casefold()}")
    await asyncio.gather(*(answers_all(each, own) for bloc, own in zip(blocs, (FOR, AGAINST), strict=True) for each in bloc))
    await moves_on(ann, "Close statements now")
    everybody[1].sees("You are here: Map of opinions", in_place=True)
    for somebody in (everybody[0], everybody[1]):
        await somebody.presses("See the map", on="You are here: Map of opinions")
        somebody.sees(*SHARED, "Both groups agree that")
    everybody[1].sees("The numbers stand beside it as text.", in_place=True)
    await everybody[1].presses("Get the picture as a file")
    everybody[1].sees("The picture comes to you in our own chat")

    await moves_on(ann, "Begin the draft now")
    ann.sees("Here is a first draft", *SHARED)
    await moves_on(ann, "Put it to the vote now")
    for number, somebody in enumerate(everybody[:16]):
        if number in (0, 8):
            printing = "Print them with my name" if number else "Print them without my name"
            await votes(somebody, "Do not send it", HARMS[number // 8], printing)
        elif number == 9:
            await votes(somebody, "I support it only if it is changed", "Keep this to yourselves.", "Do not print them")
        else:
            await votes(somebody, "I support it as it is")
    await moves_on(ann, "Close the vote now")
    everybody[1].sees("16 people voted.", "3 objections are open.", in_place=True)

    await ann.presses("Get it as files", on="The response is ready.")
    (pdf,) = [file.content or b"" for file in stage.slack.ws.files.values() if file.name == "response.pdf"]
    text = _squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
    for each in (*HARMS, *SHARED, "Sam 4", "not ratified"):
        assert _squeezed(each) in text
    assert _squeezed("Keep this to yourselves.") not in text
    assert b"pdfuaid:part" in pdf

    await ann.presses("It was sent", on="The response is ready.")
    await ann.fills("Tell everybody", words="By mail to the board's secretary.")
    assert len(await rows(stage, ParticipationRow.person_id)) == 16
    everybody[1].sees("Thank you to all who took part.")
    await everybody[1].presses("Read the response", on="Thank you to all who took part.")
    everybody[1].sees(HARMS[1], "Sam 4")
    assert await rows(stage, RequestRow.phase) == ["outcome"]
    assert slack.is_clean()


def _squeezed(text: str) -> str:
    return "".join(text.split())
