"""Votes: cast, changed, withdrawn and counted, in open and in anonymous polls; people who are linked, leave for good, or come too late."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.core import erasure
from bot.core.context import Context
from bot.core.rows import ScrubRow
from bot.data.base import Base
from bot.data.units import Units
from bot.people import joining
from handlers.polls import ballots
from handlers.polls.ballot_rows import BallotRow, ParticipationRow, PollSecretRow, SecretBallotRow, SecretVoterRow, VoteRow
from handlers.polls.kinds import Kind, State, Terms
from tests.kit.booth import PIZZA, SALAD, SUSHI, Booth

either = pytest.mark.parametrize("is_anonymous", [False, True], ids=["open", "anonymous"])


@pytest.fixture
async def booth(units: Units) -> Booth:
    made = Booth(units)
    await made.gather(6)
    return made


async def count(booth: Booth, row: type[Base]) -> int:
    return await booth.run(None, lambda ctx: ctx.session.execute(select(func.count()).select_from(row)).scalar_one())


async def said(booth: Booth, terms: Terms) -> list[Any]:
    return await booth.run(None, lambda ctx: ballots.answers(ctx, terms))


async def own(booth: Booth, terms: Terms, who: int) -> object:
    return await booth.run(who, lambda ctx: ballots.own(ctx, terms))


async def voters(booth: Booth, terms: Terms) -> int:
    return await booth.run(None, lambda ctx: ballots.voters(ctx, terms))


async def have_voted(booth: Booth, terms: Terms, people: Iterable[int]) -> set[int]:
    return await booth.run(None, lambda ctx: ballots.has_voted(ctx, terms, list(people)))


@pytest.mark.both_databases
@either
async def test_a_vote_is_cast_changed_and_withdrawn_until_close(booth: Booth, is_anonymous: bool) -> None:
    ann, bob, wei, *_others = booth.people
    terms = await booth.opens(is_anonymous=is_anonymous)
    assert [await booth.votes(terms, who, PIZZA) for who in (ann, bob, wei)] == ["new", "new", "new"]
    assert await booth.votes(terms, ann, PIZZA) == "same"
    assert await booth.votes(terms, ann, SUSHI) == "changed"
    assert await own(booth, terms, ann) == SUSHI
    assert await booth.run(bob, lambda ctx: ballots.withdraw(ctx, terms))
    assert not await booth.run(bob, lambda ctx: ballots.withdraw(ctx, terms))
    assert await own(booth, terms, bob) is None
    assert await voters(booth, terms) == 2
    assert await have_voted(booth, terms, booth.people) == {ann, wei}
    closed = await booth.closes(terms)
    assert await said(booth, closed) == [PIZZA, SUSHI]
    assert await voters(booth, closed) == 2
    assert await have_voted(booth, closed, booth.people) == {ann, wei}


@either
@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Kind.MULTIPLE, (PIZZA, SALAD)),
        (Kind.RANKED, (SALAD, PIZZA, SUSHI)),
        (Kind.DOTS, ((PIZZA, 3), (SUSHI, 2))),
        (Kind.OPEN, "Wherever قهوة is good, “really”."),
    ],
)
async def test_answers_come_back_as_they_were_given(booth: Booth, is_anonymous: bool, kind: Kind, answer: Any) -> None:
    terms = await booth.opens(kind, is_anonymous=is_anonymous)
    await booth.votes(terms, booth.people[0], answer)
    assert await own(booth, terms, booth.people[0]) == answer
    assert await said(booth, await booth.closes(terms)) == [answer]


@pytest.mark.both_databases
@either
async def test_after_close_nothing_is_counted_any_more(booth: Booth, is_anonymous: bool) -> None:
    ann, bob, *_others = booth.people
    terms = await booth.opens(is_anonymous=is_anonymous)
    await booth.votes(terms, ann, PIZZA)
    closed = await booth.closes(terms)
    for late in (terms, closed):  # what a card said that is still open does not matter
        with pytest.raises(ballots.PollIsOver):
            await booth.votes(late, bob, SUSHI)
        with pytest.raises(ballots.PollIsOver):
            await booth.run(ann, lambda ctx, late=late: ballots.withdraw(ctx, late))  # type: ignore[misc]
    assert await said(booth, closed) == [PIZZA]


async def test_the_closing_instant_is_too_late(booth: Booth) -> None:
    terms = await booth.opens()
    booth.now = booth.now.replace(day=27, hour=6, minute=58)
    assert await booth.votes(terms, booth.people[0], PIZZA) == "new"
    with pytest.raises(ballots.PollIsOver):
        await booth.votes(terms, booth.people[1], PIZZA)


async def test_an_anonymous_poll_tells_nothing_before_it_is_sealed_off(booth: Booth) -> None:
    ann = booth.people[0]
    terms = await booth.opens()
    await booth.votes(terms, ann, PIZZA)
    with pytest.raises(LookupError):
        await said(booth, terms)
    closed = await booth.closes(terms)
    assert await own(booth, closed, ann) is None
    with pytest.raises(ballots.NamesAreSecret):
        await booth.run(ann, lambda ctx: ballots.with_names(ctx, closed))


async def test_an_open_poll_has_names(booth: Booth) -> None:
    ann, bob, *_others = booth.people
    terms = await booth.opens(is_anonymous=False)
    await booth.votes(terms, bob, PIZZA)
    await booth.votes(terms, ann, SUSHI)
    named = await booth.run(ann, lambda ctx: ballots.with_names(ctx, terms))
    assert named == [(ann, f"Person {ann}", SUSHI), (bob, f"Person {bob}", PIZZA)]


@pytest.mark.both_databases
async def test_a_closed_poll_keeps_who_and_what_apart(booth: Booth) -> None:
    terms, other = await booth.opens(), await booth.opens()
    for who in booth.people:
        await booth.votes(terms, who, PIZZA)
        await booth.votes(other, who, SUSHI)
    await booth.closes(terms)
    assert [await count(booth, row) for row in (BallotRow, ParticipationRow, PollSecretRow)] == [6, 6, 1]
    assert not {column.name for column in BallotRow.__table__.columns} & {"person_id", "voter", "voted_at", "answered_at"}
    assert not {column.name for column in ParticipationRow.__table__.columns} & {"id", "voted_at", "answered_at", "answer"}
    assert await booth.scrubs()
    assert await count(booth, ScrubRow) == 0
    assert await own(booth, other, booth.people[0]) == SUSHI  # what is open elsewhere can be changed as before
    assert await booth.votes(other, booth.people[0], PIZZA) == "changed"
    assert sorted(await said(booth, await booth.closes(other))) == [PIZZA] + [SUSHI] * 5


@pytest.mark.both_databases
@either
@pytest.mark.parametrize("is_kept_later", [False, True])
async def test_of_two_people_who_are_one_the_later_vote_counts(booth: Booth, is_anonymous: bool, is_kept_later: bool) -> None:
    kept, gone, *_others = booth.people
    terms = await booth.opens(is_anonymous=is_anonymous)
    for who in (gone, kept) if is_kept_later else (kept, gone):
        await booth.votes(terms, who, PIZZA if who == kept else SUSHI)
    await booth.run(None, lambda ctx: joining.merge_people(ctx.session, kept, gone, 1))
    assert await own(booth, terms, kept) == (PIZZA if is_kept_later else SUSHI)
    assert await voters(booth, terms) == 1
    assert await booth.votes(terms, kept, SALAD) == "changed"
    closed = await booth.closes(terms)
    assert await said(booth, closed) == [SALAD]
    assert await count(booth, SecretBallotRow) == 0


@either
async def test_of_two_people_who_are_one_and_do_not_vote_again_one_vote_counts(booth: Booth, is_anonymous: bool) -> None:
    kept, gone, *_others = booth.people
    terms = await booth.opens(is_anonymous=is_anonymous)
    await booth.votes(terms, kept, PIZZA)
    await booth.votes(terms, gone, SUSHI)
    await booth.run(None, lambda ctx: joining.merge_people(ctx.session, kept, gone, 1))
    assert await said(booth, await booth.closes(terms)) == [SUSHI]


async def test_who_are_linked_after_close_have_been_counted_twice_and_took_part_once(booth: Booth) -> None:
    kept, gone, *_others = booth.people
    terms = await booth.opens()
    await booth.votes(terms, kept, PIZZA)
    await booth.votes(terms, gone, SUSHI)
    closed = await booth.closes(terms)
    await booth.run(None, lambda ctx: joining.merge_people(ctx.session, kept, gone, 1))
    assert await said(booth, closed) == [PIZZA, SUSHI]
    assert await have_voted(booth, closed, booth.people) == {kept}


@pytest.mark.both_databases
@either
async def test_who_erases_themselves_before_close_takes_their_vote_along(booth: Booth, is_anonymous: bool) -> None:
    ann, bob, *_others = booth.people
    terms = await booth.opens(is_anonymous=is_anonymous)
    await booth.votes(terms, ann, PIZZA)
    await booth.votes(terms, bob, SUSHI)
    await booth.run(None, lambda ctx: erasure.erase(ctx.session, ann, ctx.now))
    assert await voters(booth, terms) == 1
    assert await said(booth, await booth.closes(terms)) == [SUSHI]


async def test_who_erases_themselves_after_close_leaves_a_ballot_that_is_nobodys(booth: Booth) -> None:
    ann, bob, *_others = booth.people
    terms = await booth.opens()
    await booth.votes(terms, ann, PIZZA)
    await booth.votes(terms, bob, SUSHI)
    closed = await booth.closes(terms)
    await booth.run(None, lambda ctx: erasure.erase(ctx.session, ann, ctx.now))
    assert await said(booth, closed) == [PIZZA, SUSHI]
    assert await have_voted(booth, closed, booth.people) == {bob}


async def test_what_was_said_in_a_cancelled_poll_goes(booth: Booth) -> None:
    terms = await booth.opens()
    await booth.votes(terms, booth.people[0], PIZZA)
    await booth.run(None, lambda ctx: ballots.discard(ctx, terms))
    assert [await count(booth, row) for row in (BallotRow, ParticipationRow, PollSecretRow, SecretBallotRow, SecretVoterRow)] == [0] * 5
    assert await count(booth, ScrubRow) == 1


@pytest.mark.both_databases
@either
async def test_double_presses_and_two_devices_are_one_vote_each(booth: Booth, is_anonymous: bool) -> None:
    terms = await booth.opens(is_anonymous=is_anonymous)
    outcomes = await asyncio.gather(*(booth.votes(terms, who, PIZZA) for who in booth.people for _again in range(3)))
    assert sorted(outcomes) == ["new"] * 6 + ["same"] * 12
    assert await voters(booth, terms) == 6


@pytest.mark.both_databases
async def test_votes_go_on_while_another_poll_is_scrubbed(booth: Booth) -> None:
    terms, other = await booth.opens(), await booth.opens()
    for who in booth.people:
        await booth.votes(other, who, SUSHI)
    await booth.closes(other)
    *_votes, is_done = await asyncio.gather(*(booth.votes(terms, who, PIZZA) for who in booth.people * 3), booth.scrubs())
    assert is_done or await booth.scrubs()
    assert await said(booth, await booth.closes(terms)) == [PIZZA] * 6


async def test_a_later_promise_cannot_open_what_was_cast_in_confidence(booth: Booth) -> None:
    """Whatever a changed row may say, ballots of an anonymous poll are found by no name."""
    terms = await booth.opens()
    await booth.votes(terms, booth.people[0], PIZZA)
    pretended = replace(await booth.closes(terms), is_anonymous=False, state=State.CLOSED)
    assert await booth.run(None, lambda ctx: ballots.with_names(ctx, pretended)) == []
    assert await count(booth, VoteRow) == 0


async def test_no_two_keys_of_a_person_are_alike(booth: Booth) -> None:
    terms, other = await booth.opens(), await booth.opens()
    for each in (terms, other):
        await booth.votes(each, booth.people[0], PIZZA)

    def keys(ctx: Context) -> set[bytes]:
        return set(ctx.session.execute(select(SecretBallotRow.voter)).scalars())

    assert len(await booth.run(None, keys)) == 2
