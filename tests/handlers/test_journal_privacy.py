"""What people write in their journal stands nowhere in clear and reaches nobody for whom it was not meant; this search finds leaks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from bot import logs
from bot.core.context import Context
from bot.core.feature import Keeps
from bot.data import scope
from bot.data.base import Base
from bot.data.sqlite_units import SqliteUnits
from bot.people import store as people
from bot.people.rows import CommunityRow
from bot.people.values import Community
from bot.playground import Playground
from handlers.journal import exporting, feature, reading
from tests.kit.engines import file_of
from tests.kit.people import Person

At = Callable[[str], Person]
PRIVATE, EVERYBODYS, TAKEN_BACK, CHANGED = "canary-private-壱", "canary-community-弐", "canary-taken-back-参", "canary-changed-四"
CANARIES = (PRIVATE, EVERYBODYS, TAKEN_BACK, CHANGED)


async def written(stage: Playground, at: At) -> None:
    """Somebody writes in every way there is."""
    for name in ("BOB", "layla"):
        member = at(name)
        await member.types(f"/journal {PRIVATE} of {name}")
        await member.types("/journal")
        await member.fills("Save", text=f"{EVERYBODYS} of {name}", visibility="community")
        await member.types(f"/journal {TAKEN_BACK} of {name}")
        await member.presses("Undo", on="Saved in your journal")
        await member.types("/journal Before.")
        await member.types("/journal search before")
        await member.presses("Open Thu 19 Mar" if name == "BOB" else _label(member), on="Your entries with")
        await member.presses("Change", on="Your entry for")
        await member.fills("Save", text=f"{CHANGED} of {name}", visibility="private")
        await member.types("/journal list")
        await member.types(f"/journal search {PRIVATE}")
        await member.types("/journal export")


def _label(member: Person) -> str:
    return next(c["label"] for c in member.message("Your entries with")["controls"] if c["label"].startswith("Open "))


async def everything_stored(stage: Playground) -> str:
    """All rows of all tables as text; on SQLite the files themselves as well, whatever lies about in them."""

    def work(session: Session) -> str:
        scope.enter(session, scope.SYSTEM)
        connection = session.connection()
        shown: list[str] = []
        for each in Base.metadata.sorted_tables:
            query: Any = select(*(literal_column(column.name) for column in each.columns)).select_from(each)
            for row in connection.execute(query):
                shown += [_shown(value) for value in row]
        return "\n".join(shown)

    stored = await stage.parts.units.read(work)
    if isinstance(stage.parts.units, SqliteUnits):
        path = file_of(stage.parts.units)
        stored += "".join(each.read_bytes().decode("utf-8", "replace") for each in path.parent.glob(f"{path.name}*"))
    return stored


def _shown(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


@pytest.mark.thorough
async def test_no_entry_stands_in_clear_in_the_database_or_the_logs(
    stage: Playground, person: At, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await written(stage, person)
    stored = await everything_stored(stage)
    assert "Learning Engineers" in stored, "the search sees what is there"
    for canary in CANARIES:
        assert canary not in stored
        assert canary.encode().hex() not in stored
    out = capsys.readouterr()
    logged = out.out + out.err + caplog.text
    for canary in CANARIES:
        assert canary not in logged


@pytest.mark.thorough
async def test_the_search_finds_a_planted_leak(stage: Playground, person: At) -> None:
    await written(stage, person)

    def leak(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.query(CommunityRow).update({"name": f"about {PRIVATE}"})

    await stage.parts.units.run(leak)
    assert PRIVATE in await everything_stored(stage)


@pytest.mark.thorough
async def test_nobody_else_sees_or_exports_an_entry(stage: Playground, person: At) -> None:
    await written(stage, person)
    for name in ("ANN", "PRIYA", "jurgen", "anil", "HANAKO", "wei"):
        await person(name).types("/journal list")
        await person(name).types("/journal search canary")
        await person(name).types("/journal export")
        person(name).does_not_see(*CANARIES)
        person(name).sees("nothing to take with you yet")
    exports = await exports_by_name(stage)
    assert sorted(name for name, shown in exports.items() if "canary" in shown) == sorted(
        [person("BOB").who.name, person("layla").who.name]
    )
    for name in ("BOB", "layla"):
        own = exports[person(name).who.name]
        assert [canary in own for canary in CANARIES] == [True, True, False, True]
        assert f"of {'layla' if name == 'BOB' else 'BOB'}" not in own


@pytest.fixture
def production_logs() -> Iterator[None]:
    """Logs as a real process writes them."""
    before = structlog.get_config()
    structlog.configure(processors=logs.processors(structlog.processors.JSONRenderer(ensure_ascii=False)))
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("production_logs")
@pytest.mark.parametrize("name", ["BOB", "layla"])
@pytest.mark.parametrize("failing", ["handlers.journal.store.insert_entry", "handlers.journal.views.receipt"])
async def test_a_handler_that_fails_logs_nothing_of_what_was_written(
    stage: Playground, person: At, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str, failing: str
) -> None:
    def fail(*given: object, **named: object) -> None:
        """Locals hold the text, and so does the message of the failure."""
        raise RuntimeError(f"{PRIVATE} in {given} {named}") from ValueError(PRIVATE)

    member = person(name)
    monkeypatch.setattr(failing, fail)
    await member.types(f"/journal {PRIVATE}")
    member.sees("Something went wrong on our side", PRIVATE)
    await member.types("/journal")
    await member.fills("Save", text=PRIVATE, visibility="private")
    out = capfd.readouterr()
    assert "interaction failed" in out.out + out.err, "the failure itself is logged"
    assert PRIVATE not in out.out + out.err
    assert PRIVATE not in await everything_stored(stage), "the file and its write-ahead log hold nothing of it"


@pytest.mark.thorough
async def test_no_export_of_anybody_else_holds_an_entry(stage: Playground, person: At) -> None:
    await written(stage, person)
    names = [f"{each.name}.{export}" for each in stage.parts.registry.features for export in each.keeps]
    assert "journal.journal" in names
    for keeps in (keeps for each in stage.parts.registry.features for keeps in each.keeps.values()):
        found = await told_by_name(stage, keeps)
        told = {name for name, shown in found.items() if any(canary in shown for canary in CANARIES)}
        assert told <= {person("BOB").who.name, person("layla").who.name}


async def told_by_name(stage: Playground, keeps: Keeps) -> dict[str, str]:
    """What an export tells each person."""

    def work(session: Session) -> dict[str, str]:
        return {ctx.actor.name: json.dumps(keeps.export(ctx), ensure_ascii=False, default=str) for ctx in everybody(stage, session)}

    return await stage.parts.units.read(work)


def everybody(stage: Playground, session: Session) -> Iterator[Context]:
    """A context for each member."""
    scope.enter(session, scope.SYSTEM)
    row = session.query(CommunityRow).one()
    here = Community(row.id, row.name, row.zone, row.language)
    scope.enter(session, here.id)
    for member in people.members(session).values():
        yield Context(session=session, registry=stage.parts.registry, now=stage.winder.now(), seed=1, community=here, actor=member)


async def exports_by_name(stage: Playground) -> dict[str, str]:
    """What each person's export holds, by the feature's own declaration, in both its forms."""
    keeps = feature.keeps["journal"]

    def work(session: Session) -> dict[str, str]:
        found = {}
        for ctx in everybody(stage, session):
            markdown = exporting.as_markdown(reading.everything(ctx), ctx.actor.language).decode()
            found[ctx.actor.name] = json.dumps(keeps.export(ctx), ensure_ascii=False) + markdown
        return found

    return await stage.parts.units.read(work)
