"""Typed, pressed and forced: double presses, forms that stand open while the poll changes, edited values, many and strange options."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.form import Draft
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.playground import Playground
from handlers.polls import flows
from handlers.polls.ballot_rows import VoteRow
from handlers.polls.kinds import NotAnOption
from handlers.polls.payloads import ChoicesDraft, DotsDraft, GiveAnswer, Pick, RankDraft, ScoreDraft, TextDraft, Vote
from handlers.polls.rows import OptionRow, PollRow
from tests.handlers.test_polls import FORM, asks, filled, in_unit, presses_payload
from tests.kit.cast import Cast, confirms, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
ARABIC = ["التعلّم معًا في مجتمع الممارسة", "جلسة أسئلة مفتوحة", "ورشة عمل قصيرة"]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def test_a_request_that_comes_twice_is_one_vote(cast: Cast) -> None:
    await cast.lead.types("/poll Lunch? | Pizza | Sushi")
    await cast.member.presses("Pizza", on="Choose one.")
    await cast.again()
    assert cast.member.count("Counted:") == 1
    cast.other.sees("1 person has voted.", in_place=True)
    assert await count(cast.stage, VoteRow) == 1


async def test_a_command_that_comes_twice_is_one_poll(cast: Cast) -> None:
    await cast.lead.types("/poll Lunch? | Pizza | Sushi")
    await cast.again()
    assert await count(cast.stage, PollRow) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["dots", "score", "ranked", "multiple"])
async def test_a_form_that_was_opened_before_other_words_counts_nothing(cast: Cast, kind: str) -> None:
    """Its fields would stand for other options."""
    await asks(cast.lead, "What first?", kind=kind, **FORM)
    await cast.member.presses("Vote", on="What first?")
    await cast.lead.presses("Close, extend, change")
    await cast.lead.presses("Change the wording")
    await cast.lead.fills("Save", options="Soup\nPizza")
    values: dict[str, Any] = {"dots": {"o0": "4"}, "score": {"o0": "4"}, "ranked": {"o0": "Pizza"}, "multiple": {"chosen": "Pizza"}}[kind]
    await cast.member.fills("Vote", **values)
    cast.member.does_not_see("Counted:")
    assert await count(cast.stage, VoteRow) == 0
    assert cast.is_clean()


async def test_words_of_the_other_direction(cast: Cast) -> None:
    await asks(cast.lead, "ما الذي نبدأ به؟", kind="ranked", options="\n".join(ARABIC))
    cast.member.sees("ما الذي نبدأ به؟", *ARABIC, in_place=True)
    await cast.member.presses("Vote", on="ما الذي نبدأ به؟")
    await cast.member.fills("Vote", o0=ARABIC[2], o1=ARABIC[0])
    cast.member.sees("Counted:", ARABIC[2])
    await cast.lead.presses("Close, extend, change")
    await confirms(cast.lead, "Close it now")()
    cast.member.sees(f"The run-off goes to {ARABIC[2]}.", in_place=True)
    assert cast.is_clean()


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["multiple", "dots", "score"])
async def test_forms_of_fifty_long_options(cast: Cast, kind: str) -> None:
    long = [f"{n:02d}" + "学习实践社区共同成长" * 7 + "好好好" for n in range(1, 51)]
    await asks(cast.lead, "哪一个？", kind=kind, options="\n".join(long[:30]), more="\n".join(long[30:]))
    await cast.member.presses("Vote", on="哪一个？")
    if kind == "multiple":
        last = next(c for c in await controls(cast.member) if c["name"] == "chosen")["options"][49]
        await cast.member.fills("Vote", chosen=[last["value"]] if cast.is_slack else last["value"])
    else:
        await cast.member.fills("Vote", o0="1", o49="5")
    cast.member.sees("Counted:", long[49])
    await cast.lead.presses("Close, extend, change")
    await confirms(cast.lead, "Close it now")()
    cast.member.sees("Result: 哪一个？", long[0], in_place=True)
    await cast.member.presses("See all of it", on="Result: 哪一个？")
    for _page in range(4):
        await cast.member.presses("Further options")
    cast.member.sees("Page 5 of 5")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_of_many_options_one_ranks_ones_first_ten(cast: Cast, person: At) -> None:
    await asks(cast.lead, "What first?", kind="ranked", options="\n".join(f"Option {n}" for n in range(1, 13)))
    cast.member.sees("Put your first 10 in your order, the best first.", in_place=True)
    ballots = (
        (cast.member, {f"o{rank}": f"Option {12 - rank}" for rank in range(10)}),
        (cast.other, {"o0": "Option 1", "o1": "Option 12"}),
    )
    for somebody, ranks in (*ballots, (cast.lead, {"o0": "Option 2"})):
        await somebody.presses("Vote", on="What first?")
        assert {c["name"] for c in await controls(somebody) if c["name"].startswith("o")} >= {f"o{rank}" for rank in range(10)}
        assert "Rank 11" not in somebody.reads()
        await somebody.fills("Vote", **ranks)
        somebody.sees("Counted:")
    await cast.lead.presses("Close, extend, change")
    await confirms(cast.lead, "Close it now")()
    cast.member.sees("Most points for Option 12. What a vote leaves out stands below all that it names.", in_place=True)
    cast.member.sees("1 vote names none of these.", in_place=True)
    assert cast.is_clean()


async def controls(somebody: Person) -> list[Any]:
    dialog = somebody.screen["dialog"]
    if dialog is not None:
        return list(dialog["controls"])
    return [control for c in somebody.screen["conversations"] for m in c["messages"] for control in m["controls"]]


EDITED: list[tuple[str, type[Draft], dict[str, Any]]] = [
    ("dots", DotsDraft, {"o0": "-1"}),
    ("dots", DotsDraft, {"o0": "1000"}),
    ("dots", DotsDraft, {"o49": "1"}),
    ("score", ScoreDraft, {"o0": "-3"}),
    ("score", ScoreDraft, {"o0": "6"}),
    ("score", ScoreDraft, {"o0": "x"}),
    ("score", ScoreDraft, {"o30": "3"}),
    ("ranked", RankDraft, {"o0": "OTHER"}),
    ("ranked", RankDraft, {"o0": "OWN", "o1": "OWN"}),
    ("ranked", RankDraft, {}),
    ("ranked", RankDraft, {"o0": "-1"}),
    ("multiple", ChoicesDraft, {"chosen": ["OWN", "OTHER"]}),
    ("multiple", ChoicesDraft, {"chosen": ["x"]}),
    ("multiple", ChoicesDraft, {"chosen": []}),
    ("open", TextDraft, {"text": "x" * 1001}),
    ("open", TextDraft, {"text": " \n "}),
]


@pytest.mark.parametrize(("kind", "draft", "given"), EDITED, ids=lambda each: str(each)[:40])
async def test_edited_forms_count_nothing(slack: Cast, kind: str, draft: type[Draft], given: dict[str, Any]) -> None:
    await asks(slack.lead, "What now?", kind=kind, **FORM)
    await slack.lead.types("/poll Lunch? | Pizza | Sushi")
    polls = dict(await rows(slack.stage, PollRow.kind, PollRow.id))
    options = await rows(slack.stage, OptionRow.id, OptionRow.poll_id)
    own = next((str(option) for option, poll in options if poll == polls[kind]), "")
    words = {"OTHER": next(str(option) for option, poll in options if poll == polls["single"]), "OWN": own}

    def meant(value: Any) -> Any:
        return [words.get(each, each) for each in value] if isinstance(value, list) else words.get(value, value)

    values = {name: meant(value) for name, value in given.items()}
    with pytest.raises(FieldErrors):
        await in_unit(slack, slack.member, partial(_sends, draft, values, GiveAnswer(polls[kind])))
    assert await count(slack.stage, VoteRow) == 0


async def test_payloads_edited_by_hand_count_nothing(slack: Cast) -> None:
    await asks(slack.lead, "Points?", kind="dots", **FORM)
    await slack.lead.types("/poll Lunch? | Pizza | Sushi")
    polls = dict(await rows(slack.stage, PollRow.kind, PollRow.id))
    of = await rows(slack.stage, OptionRow.id, OptionRow.poll_id)
    others = next(option for option, poll in of if poll == polls["dots"])
    own = next(option for option, poll in of if poll == polls["single"])
    for payload, said in (
        (Vote(polls["single"], others), NotAnOption),
        (Vote(polls["single"], -1), NotAnOption),
        (Vote(7, own), CardOutOfDate),
    ):
        with pytest.raises(said):
            await presses_payload(slack, slack.member, payload)
    assert await count(slack.stage, VoteRow) == 0


async def test_a_form_of_another_kind_and_a_pick_of_nothing(slack: Cast) -> None:
    await slack.lead.types("/poll Lunch? | Pizza | Sushi")
    (poll,) = await rows(slack.stage, PollRow.id)
    with pytest.raises(CardOutOfDate):
        await in_unit(slack, slack.member, partial(_sends, TextDraft, {"text": "Pizza"}, GiveAnswer(poll)))
    for picked in (None, "", "-1", "1", "²", "9" * 30, "Pizza"):
        with pytest.raises(NotAnOption):
            await in_unit(slack, slack.member, partial(_picks, poll, picked))
    assert await count(slack.stage, VoteRow) == 0


async def test_a_preview_takes_no_votes_and_is_nobody_elses(slack: Cast) -> None:
    await slack.lead.types("/poll")
    await slack.lead.fills("Show me the preview", question="Lunch?", **FORM)
    (poll,) = await rows(slack.stage, PollRow.id)
    option = (await rows(slack.stage, OptionRow.id))[0]
    with pytest.raises(CardOutOfDate):
        await in_unit(slack, slack.member, partial(_votes, poll, option))
    said = await in_unit(slack, slack.lead, partial(_votes, poll, option))
    assert isinstance(said, Say)
    assert await count(slack.stage, VoteRow) == 0


def _sends(draft: type[Draft], values: dict[str, Any], subject: GiveAnswer, ctx: Context) -> Reply:
    return flows.answer(ctx, filled(ctx, draft, values, subject), subject)


def _picks(poll: int, picked: str | None, ctx: Context) -> Reply:
    ctx.picked = picked
    return flows.pick(ctx, Pick(poll))


def _votes(poll: int, option: int, ctx: Context) -> Reply:
    return flows.vote(ctx, Vote(poll, option))
