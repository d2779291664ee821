"""Anonymous means it for opinion requests too: once the response is sent, nothing that is kept links a position to a person."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.base import Base
from bot.data.vault import Vault
from bot.people.rows import PersonRow
from bot.playground import Playground
from handlers.opinions import seats
from handlers.opinions.rows import ContributionRow, ParticipantRow, ParticipationRow, SecretRow, SheetRow
from tests.handlers.test_anonymity import files_of
from tests.kit.cast import Cast, rows
from tests.kit.people import Person
from tests.kit.requests import QUESTION, moves_on, opens, votes, writes

At = Callable[[str], Person]
LIVE = ("opinion_secrets", "opinion_participants", "opinion_contributions", "opinion_sheets")
SONGS = ("sings of rain", "flies over hills", "waits at windows", "sleeps by day", "drinks cold tea", "builds nothing")
VOICES = ("BOB", "HANAKO", "PRIYA", "layla", "wei", "anil")


def held(session: Session) -> dict[str, list[dict[str, str]]]:
    """Every row of every table, what is sealed opened with the operator's keys."""
    scope.enter(session, scope.SYSTEM)
    vault: Vault = session.info["vault"]
    found: dict[str, list[dict[str, str]]] = {}
    for table in Base.metadata.sorted_tables:
        for row in session.connection().execute(table.select()).mappings():
            values: dict[str, Any] = dict(row)
            for name, value in values.items():
                if isinstance(value, bytes) and "id" in values:
                    values[name] = vault.open(f"{table.name}.{name}", values["id"], value).decode()
            values |= _of_seat(table.name, values, vault)
            found.setdefault(table.name, []).append({name: str(value) for name, value in values.items()})
    return found


def _of_seat(table: str, values: dict[str, Any], vault: Vault) -> dict[str, str]:
    for of, column, row in (
        ("opinion_contributions", "words", lambda: values["id"]),
        ("opinion_sheets", "content", lambda: seats.number_of(values["seat"])),
        ("opinion_secrets", "secret", lambda: values["request_id"]),
    ):
        if table == of:
            return {column: vault.open(f"{of}.{column}", row(), base64.b64decode(values[column])).hex()}
    return {}


async def linked(stage: Playground) -> dict[str, set[str]]:
    """Who an operator finds behind which words: through the secret, or where a person stands beside them."""
    tables = await stage.parts.units.read(held)
    names = dict(await rows(stage, PersonRow.id, PersonRow.name))
    by_seat = {}
    for secret in tables.get("opinion_secrets", ()):
        by_seat = {seats.made_of(bytes.fromhex(secret["secret"]), person): name for person, name in names.items()}
    found: dict[str, set[str]] = {}
    for table, content in tables.items():
        for row in content:
            is_apart = [table in LIVE and name in ("words", "content") for name in row]
            said = " ".join(bytes.fromhex(text).decode() if apart else text for apart, text in zip(is_apart, row.values(), strict=True))
            people = {name for person, name in names.items() if str(person) in row.values()}
            people |= {by_seat[row["seat"]]} if row.get("seat") in by_seat else set()
            if "canary" in said:
                found.setdefault(table, set()).update(people)
    return found


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_nothing_links_a_position_to_a_person_once_the_response_is_sent(
    stage: Playground, person: At, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    slack = Cast.of(stage, "slack", person)
    voices = [person(name) for name in VOICES]
    await opens(slack.lead, is_anonymous=["yes"], fallback="Send it with the dissent annex")
    for number, voice in enumerate(voices):
        await writes(voice, f"canary {number} {SONGS[number]}")
        voice.does_not_see("have taken part")
    await voices[0].presses("Answer statements", on="Your statement is in.")
    voices[0].sees("canary")
    for voice in voices:
        voice.does_not_see("— ")
    await moves_on(slack.lead, "Close statements now")
    await slack.lead.presses("Edit the response", on="Here is a first draft")
    await slack.lead.fills("Save as a new version", text="We are divided.")
    await moves_on(slack.lead, "Put it to the vote now")
    for number, voice in enumerate(voices):
        objects = bool(number % 2)
        position = "Do not send it" if objects else "I support it as it is"
        await votes(voice, position, f"canary {number} fears the cat" if objects else "")
    await moves_on(slack.lead, "Close the vote now")

    everybody = {voice.who.name for voice in voices}
    before = await linked(stage)
    assert before["opinion_contributions"] == everybody  # the very same looks find everybody while it runs
    assert before["opinion_sheets"] == {voice.who.name for voice in voices[1::2]}
    traces = await _traces(stage)
    assert await _left(stage, database_url, traces) == traces  # every file that is looked into has them now

    await slack.lead.presses("It was sent", on="The response is ready.")
    await slack.lead.fills("Tell everybody", words="By mail.")
    voices[0].sees("Who said what cannot be found out any more.")
    after = await linked(stage)
    assert {table: people for table, people in after.items() if people} == {}
    assert set(after) <= {"library_items", "opinion_versions", "posts"}
    for row in (SecretRow, ParticipantRow, ContributionRow, SheetRow):
        assert await rows(stage, row.request_id) == []
    assert len(await rows(stage, ParticipationRow.person_id)) == 6
    # PostgreSQL's planner may keep samples of seats; they mean nothing without the secret, and stand beside no answer.
    seats_alone = {trace for trace in traces if len(trace) == seats.SEAT_LENGTH}
    assert await _left(stage, database_url, traces) <= (set() if database_url.startswith("sqlite") else seats_alone)
    assert "canary" not in capfd.readouterr().out
    await voices[1].presses("Read the response", on="Thank you to all who took part.")
    voices[1].sees("canary 1 fears the cat", QUESTION)


async def _traces(stage: Playground) -> set[str]:
    """What would link words to people, as it stands in the files while the request runs."""
    found = set(await rows(stage, SecretRow.secret)) | set(await rows(stage, SheetRow.seat)) | set(await rows(stage, SheetRow.content))
    return found | set(await rows(stage, ContributionRow.words))


async def _left(stage: Playground, url: str, traces: set[str]) -> set[str]:
    """What of it stands in any file of the database, once everything is written out."""
    if url.startswith("sqlite"):
        name = Path(str(make_url(url).database))
        files = list(name.parent.glob(f"{name.name}*"))
    else:
        await _written_out(url)
        folder = await files_of(stage.parts.units, url)
        # Its own files and those of the whole cluster; the log of writes is outside of the promise, as are its copies.
        files = [*folder.iterdir(), *(path for path in folder.parents[1].glob("global/*") if path.name != "pg_control")]
    content = b"".join(path.read_bytes() for path in files if path.is_file())
    return {trace for trace in traces if trace.encode() in content}


async def _written_out(url: str) -> None:
    """Let PostgreSQL put into its files what it has in memory, with samples of every column for its planner."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("ANALYZE"))
        await connection.execute(text("CHECKPOINT"))
    await engine.dispose()
