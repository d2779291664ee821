"""A whole challenge with canaries in it: what is private reaches nobody and stands nowhere in clear, and this search finds a leak."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bot.data import scope
from bot.people.rows import CommunityRow, PersonRow
from bot.playground import Playground
from handlers.challenges.rows import ChallengeRow
from tests.handlers.test_endings import END, at, text_of
from tests.handlers.test_journal_privacy import everybody, everything_stored
from tests.kit.cast import rows
from tests.kit.meetups import released
from tests.kit.pairs import PAIRED, joined
from tests.kit.people import Person

At = Callable[[str], Person]
PRIVATE, PARTNERS, NAMED, NAMELESS, GOAL = (f"canary-{n}-壱弐参" for n in ("private", "partner", "named", "nameless", "goal"))
SECRET = (PRIVATE, PARTNERS, GOAL)
OTHERS = ("ANN", "PRIYA", "jurgen", "anil", "HANAKO", "wei")
DRAFT = "Only leads see this draft"


async def lived(stage: Playground, person: At) -> None:
    """Bob and Layla are partners for a week, and Bob writes in every way there is; a report, a meetup and an item of the library follow."""
    ann, bob, layla, priya = (person(name) for name in ("ANN", "BOB", "layla", "PRIYA"))
    await joined(ann, bob, layla, person("wei"), person("anil"))
    await bob.types("/partner")
    await bob.presses("Never pair me with")
    chosen = [str(row.id) for row in await rows(stage, PersonRow) if row.name in {person("wei").who.name, person("anil").who.name}]
    await bob.fills("Keep it private", people=chosen)
    await bob.presses("My goal and my hour", on="You are in")
    await bob.fills("Save", goal=GOAL)
    await stage.winder.advance(PAIRED)
    await bob.types(PRIVATE)
    await bob.types("/journal")
    await bob.fills("Save", text=PARTNERS, visibility="partner")
    await released(bob, NAMED)
    await released(bob, NAMELESS, by_name=False)
    await priya.types("/journal Nothing to hide.")
    await stage.winder.advance(at(END, 18))
    await ann.presses("Closing meetup", on=DRAFT)
    await ann.fills("Tell everybody", on="2026-04-03", at="18:00")
    await ann.presses("Get it as files", on=DRAFT)
    await ann.presses("Post it", on=DRAFT)
    await priya.types("/library")
    await priya.presses("Read First steps in learning…")
    await priya.presses("Take it along")
    for name in (*OTHERS, "layla"):
        await person(name).types("/convene export")


async def files_of(stage: Playground) -> str:
    """The text of every file that anybody got, from pages as well."""
    contents = [file.content or b"" for file in stage.slack.ws.files.values()] + list(stage.teams.uploads.values())
    return "\n".join(text_of(each) if each.startswith(b"%PDF") else each.decode() for each in contents)


async def exports(stage: Playground) -> dict[str, str]:
    """What `/convene export` tells each person, whole."""

    def work(session: Session) -> dict[str, str]:
        kept = [keeps for each in stage.parts.registry.features for keeps in each.keeps.values()]
        return {
            ctx.actor.name: json.dumps([keeps.export(ctx) for keeps in kept], ensure_ascii=False, default=str)
            for ctx in everybody(stage, session)
        }

    return await stage.parts.units.read(work)


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_what_is_private_in_a_whole_challenge_reaches_nobody(
    stage: Playground, person: At, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await lived(stage, person)
    bob, layla, ann = person("BOB"), person("layla"), person("ANN")
    for name in OTHERS:
        person(name).does_not_see(*SECRET)
    layla.does_not_see(PRIVATE)
    layla.sees(PARTNERS)
    for reader in (ann, layla):
        reader.sees(f"{bob.who.name}: {NAMED}", NAMELESS, in_place=True)
    for line in ann.reads().splitlines():
        assert not (NAMELESS in line and bob.who.name in line), "what is said without a name stands beside none"

    handed = await files_of(stage)
    assert NAMED in handed
    assert NAMELESS in handed
    for canary in SECRET:
        assert canary not in handed, "no report, item of the library or export of another has it"

    told = await exports(stage)
    own = told.pop(bob.who.name)
    for canary in (PRIVATE, PARTNERS, NAMED, NAMELESS, GOAL):
        assert canary in own
    assert "never_pair_me_with" in own
    for name, export in told.items():
        for canary in SECRET:
            assert canary not in export, name
        assert '"never_pair_me_with": [{' not in export, name
        assert '"never_pair_me_with": ["' not in export, name

    stored = await everything_stored(stage)
    assert "Learning Engineers" in stored, "the search sees what is there"
    out = capsys.readouterr()
    logged = out.out + out.err + caplog.text
    for canary in (PRIVATE, PARTNERS, NAMED, NAMELESS, GOAL):
        for found in (canary, canary.encode().hex()):
            assert found not in stored
            assert found not in logged


@pytest.mark.thorough
async def test_this_search_finds_a_planted_leak(stage: Playground, person: At) -> None:
    await lived(stage, person)

    def leak(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.query(CommunityRow).update({"name": f"about {PRIVATE}"})
        session.query(ChallengeRow).update({"title": f"about {PARTNERS}"})

    await stage.parts.units.run(leak)
    stored = await everything_stored(stage)
    assert PRIVATE in stored
    assert PARTNERS in stored
    await person("ANN").types("/challenge")
    assert PARTNERS in person("ANN").reads()
    await person("PRIYA").types("/convene export")
    assert PRIVATE in await files_of(stage)
