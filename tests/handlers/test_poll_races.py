"""Everything at once: devices that vote together, closes and changes of words in the midst of votes; on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from bot.chat.action import Action
from bot.chat.errors import FieldErrors
from bot.chat.form import read
from bot.chat.reading import resolved, say_label
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.doing import press
from bot.playground import Playground
from handlers.polls import flows, managing
from handlers.polls.ballot_rows import BallotRow, ParticipationRow, SecretBallotRow, SecretVoterRow, VoteRow
from handlers.polls.payloads import AddOption, Close, DotsDraft, GiveAnswer, OptionDraft, Reword, RewordDraft, Vote
from handlers.polls.rows import OptionRow, PollRow
from tests.handlers.test_leading import in_place
from tests.handlers.test_polls import FORM, asks, in_unit
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
EVERYBODY = ("ANN", "BOB", "HANAKO", "PRIYA", "jurgen", "layla", "wei", "anil")

pytestmark = pytest.mark.both_databases


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


@pytest.fixture
def all_of_them(person: At) -> Sequence[Person]:
    return [person(name) for name in EVERYBODY]


async def poll_and_options(stage: Playground) -> tuple[int, list[int]]:
    (poll,) = await rows(stage, PollRow.id)
    return poll, [row for row, _position in sorted(await rows(stage, OptionRow.id, OptionRow.position), key=lambda each: each[1])]


async def at_once(cast: Cast, *acts: tuple[Person, Callable[[Context], Reply]]) -> list[str]:
    """What everybody was told who acted at the same time."""

    async def told(somebody: Person, work: Callable[[Context], Reply]) -> str:
        try:
            reply = await in_unit(cast, somebody, work)
        except FieldErrors as refused:
            return " ".join(say_label(each, "en") for each in refused.errors.values())
        assert isinstance(reply, Say)
        return str(resolved(reply.message, "en").summary)

    found = await asyncio.gather(*(told(*act) for act in acts))
    await cast.settle()
    return found


def presses(payload: Action) -> Callable[[Context], Reply]:
    return lambda ctx: press(ctx, payload)


@pytest.mark.thorough
@pytest.mark.parametrize("is_anonymous", [False, True], ids=["open", "anonymous"])
async def test_votes_and_a_close_at_the_same_time(slack: Cast, all_of_them: Sequence[Person], is_anonymous: bool) -> None:
    await asks(slack.lead, "Lunch?", **FORM, **({"is_anonymous": ["yes"]} if is_anonymous else {}))
    poll, (pizza, *_others) = await poll_and_options(slack.stage)
    votes = [(each, presses(Vote(poll, pizza))) for each in all_of_them for _device in range(2)]
    said = await at_once(slack, *votes[:8], (slack.lead, presses(Close(poll))), *votes[8:], (slack.lead, presses(Close(poll))))
    counted = said.count("Counted: Pizza")
    assert counted + said.count("It stands as it was: Pizza") + len([each for each in said if "is over" in each]) == 17
    assert said.count("Closed. The result is posted in every place.") == 1
    held = [await count_of(slack.stage, row) for row in (BallotRow, ParticipationRow, SecretBallotRow, SecretVoterRow, VoteRow)]
    assert held == ([counted, counted, 0, 0, 0] if is_anonymous else [0, 0, 0, 0, counted]), "what was said to be counted was"
    assert in_place(slack.member, "Result: Lunch?") == 1
    if counted >= (5 if is_anonymous else 1):
        slack.member.sees(f"{counted} pe", in_place=True)


async def test_the_last_votes_of_all_come_together_and_close_it_once(slack: Cast, all_of_them: Sequence[Person]) -> None:
    await asks(slack.lead, "All in?", closes_when_all_voted=["yes"], **FORM)
    poll, (pizza, *_others) = await poll_and_options(slack.stage)
    await at_once(slack, *((each, presses(Vote(poll, pizza))) for each in all_of_them for _device in range(2)))
    assert await count(slack.stage, VoteRow) == len(EVERYBODY)
    assert in_place(slack.member, "Result: All in?") == 1
    slack.member.sees("8 people voted.", in_place=True)


async def test_words_never_change_under_a_vote(slack: Cast, all_of_them: Sequence[Person]) -> None:
    await asks(slack.lead, "Give points", kind="dots", **FORM)
    poll, (first, *_others) = await poll_and_options(slack.stage)
    changed = RewordDraft(question="Give points then", options="Soup\nSushi\nPizza")
    votes = [(each, partial(_gives, GiveAnswer(poll, first))) for each in all_of_them]
    said = await at_once(slack, *votes[:2], (slack.lead, partial(_rewords, changed, Reword(poll))), *votes[2:])
    options = set(await rows(slack.stage, OptionRow.id))
    was_reworded = "The wording is changed everywhere." in said
    assert was_reworded == (first not in options)
    assert await count(slack.stage, VoteRow) == (0 if was_reworded else len(EVERYBODY))


def _gives(subject: GiveAnswer, ctx: Context) -> Reply:
    return flows.answer(ctx, read(DotsDraft, {"o0": "4"}), subject)


def _rewords(draft: RewordDraft, subject: Reword, ctx: Context) -> Reply:
    return managing.reword(ctx, draft, subject)


async def test_options_that_are_added_at_once_stand_in_a_row(slack: Cast, all_of_them: Sequence[Person]) -> None:
    await asks(slack.lead, "Where?", may_add_options=["yes"], **FORM)
    poll, _options = await poll_and_options(slack.stage)
    adds = [(each, partial(_adds, OptionDraft(label=f"Option {n % 4}"), AddOption(poll))) for n, each in enumerate(all_of_them)]
    await at_once(slack, *adds)
    assert sorted(await rows(slack.stage, OptionRow.position)) == list(range(7)), "of two equal ones the first stays"


def _adds(draft: OptionDraft, subject: AddOption, ctx: Context) -> Reply:
    return managing.add_option(ctx, draft, subject)


async def count_of(stage: Playground, row: type) -> int:
    return len(await rows(stage, row.poll_id))  # type: ignore[attr-defined]
