"""The library: what is kept is found again by everybody, and a name can be taken off."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.data import scope
from bot.papers.document import Document, Prose, Quotation
from bot.people.rows import CommunityRow, PersonRow
from bot.people.values import Community
from bot.playground import Playground
from handlers import library
from tests.kit.cast import Cast
from tests.kit.people import Person

At = Callable[[str], Person]


async def kept(stage: Playground, *titles: str, kind: str = "closing report", by: Person | None = None, text: str = "It helped.") -> None:
    """Somebody's feature keeps something for each title."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        row = session.query(CommunityRow).one()
        here = Community(row.id, row.name, row.zone, row.language)
        scope.enter(session, here.id)
        names = [by.who.name] if by is not None else []
        people = [session.execute(select(PersonRow.id).where(PersonRow.name == name)).scalar_one() for name in names]
        ctx = Context(session=session, registry=stage.parts.registry, now=stage.winder.now(), seed=1, community=here)
        for title in titles:
            paper = Document(title, (Prose("Side by side."), Quotation(text, library.by(0) if people else None)))
            library.keep(ctx, kind=kind, title=title, text=paper, people=people)

    await stage.parts.units.run(work)


@pytest.mark.both_databases
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_the_library_lists_and_shows_what_was_kept(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    me = cast.member
    await me.types("/library")
    me.sees("Nothing here yet.")
    await kept(stage, *(f"Report {n}" for n in range(1, 8)), by=cast.other)
    await kept(stage, "How we ask", kind="story")
    await me.types("/library")
    me.sees("How we ask", "Report 7", "Report 4")
    me.does_not_see("Report 3")
    await me.presses("Older", on="Report 4")
    me.sees("Report 1", "Report 3")
    await me.presses("Newest", on="Report 1")
    if cast.is_slack:
        await me.presses("Show only", on="How we ask", picking="story")
    else:
        await me.fills("Choose", **{"picked-1": "story"})
    await me.presses("Read How we ask")
    me.sees("Side by side.", "It helped.")
    await me.types("/library")
    await me.presses("Read Report 4")
    me.sees("Report 4", cast.other.who.name, f"With words of {cast.other.who.name}.")


@pytest.mark.thorough
async def test_an_item_goes_along_as_files(stage: Playground, person: At) -> None:
    bob = person("BOB")
    await kept(stage, "王伟's *report* #1", by=person("PRIYA"), text="x" * 3000)
    await bob.types("/library")
    await bob.presses("Read 王伟's *report* #1")
    await bob.presses("Take it along")
    markdown, pdf = (file.content or b"" for file in stage.slack.ws.files.values())
    assert markdown.decode().startswith("# 王伟's \\*report\\* \\#1\n\nSide by side.")
    assert f"— {person('PRIYA').who.name}" in markdown.decode()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert person("PRIYA").who.name in text


async def test_whoever_erases_themselves_takes_their_name_off_and_the_item_stays(stage: Playground, person: At) -> None:
    priya, bob = person("PRIYA"), person("BOB")
    await kept(stage, "Report", by=priya)
    await priya.types("/convene erase")
    await priya.fills("Erase everything", word="erase")
    await bob.types("/library")
    await bob.presses("Read Report")
    bob.sees("It helped.", "Somebody")
    bob.does_not_see(priya.who.name)


async def test_a_long_item_is_shown_in_part(stage: Playground, person: At) -> None:
    layla = person("layla")
    await kept(stage, "Long", text="A long sentence that is not over yet. " * 400)
    await layla.types("/library")
    await layla.presses("Read Long")
    layla.sees("There is more. The files have all of it.")
