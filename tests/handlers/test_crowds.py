"""What comes round for a thousand people takes as many statements as for a few, and each goes by an index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.chat.language import _
from bot.chat.message import Message, Paragraph
from bot.core.cadences import Occurrence
from bot.core.context import Context, For
from bot.core.outbox import Kind
from bot.core.rows import PostRow
from bot.people import store as people
from bot.playground import Playground
from handlers import nudges
from handlers.challenges import cadence
from handlers.challenges import store as challenge_store
from handlers.nudges import waking
from handlers.nudges.rows import NudgeRow, NudgeWakeRow, ReminderRow
from handlers.partners import evening, grouping
from handlers.partners.rows import QuestionRow
from tests.kit.cast import count, rows
from tests.kit.crowds import arrives, does, walks
from tests.kit.people import Person

At = Callable[[str], Person]
FEW, MANY = 4, 60
PLACES = re.compile(r"\(?(\?|\$\d+(::\w+)?)\)?(, )?")  # of values, as either database writes them
MONDAY = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)


def told_apart(few: list[str], many: list[str]) -> Counter[str]:
    """The statements that are sent more often for many people than for few; lists of values may be longer."""

    def shape(statement: str) -> str:
        return " ".join(PLACES.sub("", statement).split())

    return Counter(map(shape, many)) - Counter(map(shape, few))


@pytest.mark.thorough
async def test_reminders_are_asked_for_and_sent_to_many_as_to_few(stage: Playground) -> None:
    sent: list[list[str]] = []
    for size in (FEW, MANY):
        crowd = await arrives(stage, size)
        statements: list[str] = []
        for key in ("tree", "bird"):  # the second time everybody has left one alone

            def ask(ctx: Context, crowd: list[int] = crowd, key: str = f"{key}{size}") -> None:
                said = _("The tree waits")
                reminder = nudges.Reminder(key, Message(said, (Paragraph(said),)), _("You asked."), ctx.now + timedelta(days=3))
                nudges.remind_all(ctx, [(member, reminder) for member in people.members(ctx.session, crowd).values()])

            at = MONDAY if key == "tree" else MONDAY + timedelta(days=1)
            statements += await does(stage, ask, at)
            wakes = await rows(stage, NudgeWakeRow.id)
            due = [Occurrence(wake, at.date(), at) for wake in wakes]
            statements += await does(stage, lambda ctx, due=due: waking.wake(ctx, due), at + timedelta(minutes=2))  # type: ignore[misc]
        sent.append(statements)
        assert await count(stage, NudgeWakeRow) == 0
    assert set(await rows(stage, ReminderRow.state)) == {"sent"}
    assert Counter(await rows(stage, NudgeRow.outcome)) == {"ignored": FEW + MANY, "open": FEW + MANY}
    assert told_apart(*sent) == Counter()
    assert await walks(stage, sent[-1]) == []


async def test_what_is_over_is_so_for_many_as_for_few(stage: Playground) -> None:
    """What has not left ends for everybody at once; what stands somewhere is edited, message by message."""
    sent: list[list[str]] = []
    for size in (FEW, MANY):
        crowd = await arrives(stage, size)

        def ask(ctx: Context, crowd: list[int] = crowd, key: str = f"tree{size}") -> None:
            said = _("The tree waits")
            reminder = nudges.Reminder(key, Message(said, (Paragraph(said),)), _("You asked."), ctx.now + timedelta(days=3))
            nudges.remind_all(ctx, [(member, reminder) for member in people.members(ctx.session, crowd).values()])

        await does(stage, ask, MONDAY)
        sent.append(await does(stage, lambda ctx, key=f"tree{size}": nudges.drop(ctx, key), MONDAY))  # type: ignore[misc]
    assert set(await rows(stage, ReminderRow.state)) == {"settled"}
    assert told_apart(*sent) == Counter()
    assert await walks(stage, sent[-1]) == []


@pytest.mark.thorough
async def test_the_day_and_the_evening_come_to_many_as_to_few(stage: Playground, person: At) -> None:
    """A week in which nobody did anything: everybody gets the day, the evening line, and an offer."""
    await person("ANN").types("/challenge")
    await person("ANN").fills("Announce it", pack="better_practitioner", starts_on="2026-03-23")
    days: list[list[str]] = []
    lines: list[list[str]] = []
    for size in (FEW, MANY):
        crowd = await arrives(stage, size)
        parts: list[int] = []

        def joins(ctx: Context, crowd: list[int] = crowd, parts: list[int] = parts) -> None:
            (challenge,) = challenge_store.open_challenges(ctx)
            parts += [challenge_store.join(ctx, challenge, each, time(9))[0].id for each in crowd]
            grouping.begin(ctx, challenge, list(zip(crowd[::2], crowd[1::2], strict=True)), 1)

        await does(stage, joins, MONDAY)
        friday = MONDAY + timedelta(days=4)
        due = [Occurrence(part, friday.date(), friday) for part in parts]
        days.append(await does(stage, lambda ctx, due=due: cadence.send_days(ctx, due), friday))  # type: ignore[misc]
        at = friday + timedelta(hours=7)
        due = [Occurrence(each, at.date(), at) for each in crowd]
        lines.append(await does(stage, lambda ctx, due=due: evening.send(ctx, due), at))  # type: ignore[misc]
    assert told_apart(*days) == Counter()
    assert told_apart(*lines) == Counter()
    assert await count(stage, QuestionRow) == FEW + MANY
    assert set(await rows(stage, QuestionRow.on_date)) == {date(2026, 3, 23)}
    assert await walks(stage, [*days[-1], *lines[-1]]) == []


async def test_what_still_waits_is_said_anew_to_many_as_to_one(stage: Playground) -> None:
    crowd = await arrives(stage, FEW)

    def twice(ctx: Context) -> None:
        here = people.members(ctx.session, crowd).values()
        for words in ("The first words", "The second words"):
            ctx.post_all([For(each, Message(words, (Paragraph(words),)), f"words/{each.id}") for each in here], kind=Kind.NEWS)

    await does(stage, twice)
    posts = [each for each in await rows(stage, PostRow.key, PostRow.revision, PostRow.state) if str(each[0]).startswith("words/")]
    assert sorted(posts) == sorted((f"words/{each}", 2, "ready") for each in crowd)
