"""Anonymous means it: an operator with the database, its files, every key and the order of the voters cannot link what is closed.

Each attack is shown to work before: on the same poll while it is open, or on an open poll, whose votes stand in the order they came in.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.data import scope
from bot.data.base import Base
from bot.data.units import Units
from bot.data.vault import Vault
from bot.playground import Playground
from handlers.polls.ballot_rows import PollSecretRow, SecretBallotRow
from handlers.polls.kinds import Kind, Terms
from scheduler.scrub import wanted
from tests.handlers.test_polls import asks
from tests.kit.booth import Booth
from tests.kit.operator import Guess, Known, Operator, right
from tests.kit.people import Person

VOTERS = 16
LINKED = 10  # guesses that are right; chance alone gets there once in three million times


class Scene:
    """A poll with as many different answers as voters, in an order that is known."""

    def __init__(self, booth: Booth, operator: Operator, terms: Terms, truth: Guess, url: str) -> None:
        self.booth, self.operator, self.terms, self.truth = booth, operator, terms, truth
        self._url = url
        self.is_postgres = url.startswith("postgresql")

    async def linked_by(self, folder: Path) -> set[str]:
        """The attacks that get at most people's answers."""
        await self.written_out()
        guesses = await self.operator.guesses()
        guesses["files"] = self.operator.by_files()
        if not self.is_postgres:
            guesses["log"] = self.operator.by_log(folder)
        return {name for name, guess in guesses.items() if right(guess, self.truth) >= LINKED}

    async def known(self) -> Known:
        """What would link ballots to people, as it stands before close."""

        def work(ctx: Context) -> Known:
            encoded = ctx.session.execute(select(PollSecretRow.secret).where(PollSecretRow.poll_id == self.terms.id)).scalar_one()
            held = ctx.session.execute(select(SecretBallotRow).where(SecretBallotRow.poll_id == self.terms.id)).scalars().all()
            return Known(encoded.encode(), frozenset(r.voter for r in held), frozenset(r.answer.encode() for r in held))

        return await self.booth.run(None, work)

    async def left_in_files(self, known: Known) -> set[str]:
        """What of it stands in any file."""
        await self.written_out()
        return {each for file in self.operator.database_files() for each in known.found_in(file.read_bytes())}

    async def written_out(self) -> None:
        """Let PostgreSQL put into its files what it has in memory, with samples of every column for its planner."""
        if self.is_postgres:
            engine = create_async_engine(self._url, isolation_level="AUTOCOMMIT")
            async with engine.connect() as connection:
                await connection.execute(text("ANALYZE"))
                await connection.execute(text("CHECKPOINT"))
            await engine.dispose()


async def files_of(units: Units, url: str) -> Path:
    if url.startswith("sqlite"):
        return Path(str(make_url(url).database)).parent

    def work(session: Session) -> Path:
        scope.enter(session, scope.SYSTEM)
        folder = session.execute(text("SHOW data_directory")).scalar_one()
        number = session.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
        return Path(folder) / "base" / str(number)

    return await units.read(work)


async def scene(units: Units, vault: Vault, url: str, *, is_anonymous: bool = True) -> Scene:
    booth = Booth(units)
    await booth.gather(VOTERS)
    terms = await booth.opens(Kind.OPEN, is_anonymous=is_anonymous)
    order = [booth.people[(5 * n) % VOTERS] if VOTERS % 5 else booth.people[n] for n in range(VOTERS)]
    truth = {who: f"answer {number:02d} of somebody" for number, who in enumerate(order)}
    for who, answer in truth.items():
        await booth.votes(terms, who, answer)
    return Scene(booth, Operator(units, vault, terms.id, order, await files_of(units, url)), terms, truth, url)


@pytest.fixture
async def anonymous(units: Units, vault: Vault, database_url: str) -> Scene:
    return await scene(units, vault, database_url)


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_nobody_can_link_a_ballot_of_a_closed_poll(anonymous: Scene, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("moments")
    known = await anonymous.known()
    before = await anonymous.linked_by(folder)
    if anonymous.is_postgres:
        assert before == {"hmac", "files", "transaction", "secret_ballots by physical", "secret_ballots by xmin"}
    else:
        assert before == {"hmac", "files", "log"}  # ballots lie there in the order of their keys
    assert await anonymous.left_in_files(known) == {"secret", "key", "sealed"}

    await anonymous.booth.closes(anonymous.terms)
    assert await anonymous.linked_by(folder) <= {"files", "log"}  # for some seconds
    assert "key" in await anonymous.left_in_files(known)  # deleted rows stand there until the scrub

    assert await anonymous.booth.scrubs()
    assert await anonymous.linked_by(folder) == set()
    # PostgreSQL's planner may keep samples of keys; they mean nothing without the secret, and stand beside no answer.
    assert await anonymous.left_in_files(known) == ({"key"} if anonymous.is_postgres else set())


@pytest.mark.both_databases
async def test_the_same_looks_link_every_vote_of_an_open_poll(
    units: Units, vault: Vault, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    opened = await scene(units, vault, database_url, is_anonymous=False)
    linked = await opened.linked_by(tmp_path_factory.mktemp("moments"))
    by_transaction = {"poll_votes by xmin"} if opened.is_postgres else set()
    assert linked == {"poll_votes by physical", "poll_votes by id", "poll_votes by answered_at"} | by_transaction


def held(session: Session) -> dict[str, str]:
    """Everything that the whole bot keeps, by table, what is sealed opened with the operator's keys."""
    scope.enter(session, scope.SYSTEM)
    vault: Vault = session.info["vault"]
    found: dict[str, list[str]] = {}
    for table in Base.metadata.sorted_tables:
        for row in session.connection().execute(table.select()).mappings():
            for name, value in row.items():
                if isinstance(value, bytes) and "id" in row:
                    value = vault.open(f"{table.name}.{name}", row["id"], value).decode()
                found.setdefault(table.name, []).append(str(value))
    return {name: "\n".join(values) for name, values in found.items()}


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_nothing_that_the_whole_bot_keeps_says_who_wrote_what(
    stage: Playground, person: Callable[[str], Person], capfd: pytest.CaptureFixture[str]
) -> None:
    """Posts, what came in, kept texts, laters, reminders and the log are looked through for words that only one person wrote."""
    ann = person("ANN")
    await asks(ann, "What holds us back?", kind="open", is_anonymous=["yes"])
    said = {}
    for number, voter in enumerate(person(name) for name in ("BOB", "HANAKO", "PRIYA", "layla", "wei", "anil")):
        said[voter.who.name] = f"canary {number} sings"
        await voter.presses("Vote", on="What holds us back?")
        await voter.fills("Vote", text=said[voter.who.name])
        voter.sees(said[voter.who.name])
    for moment in ("open", "closed"):
        tables = await stage.parts.units.read(held)
        loud = {name for name, content in tables.items() if "canary" in content}
        assert loud == ({"ballots"} if moment == "closed" else set()), moment  # ballots of an open poll are sealed and have no id
        assert "canary" not in capfd.readouterr().out
        if moment == "open":
            await ann.presses("Close, extend, change", on="What holds us back?")
            await ann.presses("Close it now", on="What holds us back?")
    ann.sees("Fewer than 10 people voted", in_place=True)
    assert all(answer in tables["ballots"] for answer in said.values())
    assert not await stage.parts.units.read(wanted)  # it was scrubbed meanwhile
