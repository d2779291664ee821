"""What features above may ask about a challenge that ends: what it came to, for all and for one, and closing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from bot.core.context import Context
from bot.core.facts import Fact
from bot.lean import dataclass
from handlers import packs
from handlers.challenges import leading_store, store
from handlers.challenges import taking_part_store as mine
from handlers.challenges.leading_rules import comebacks, themes_of
from handlers.challenges.rows import ChallengeRow, DayRow, DoneRow, ParticipantRow
from handlers.challenges.rules import Move, State, Summary, moved, summary
from handlers.challenges.store import Challenge


@dataclass(frozen=True, slots=True)
class ChallengePlanned(Fact):
    """A challenge has its first plan, or another one."""

    challenge: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """An activity, and how many did it."""

    number: int
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a challenge came to, in counts: nobody is named."""

    summary: Summary
    comebacks: int
    themes: Sequence[str]
    activities: Sequence[DayCount]


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What one participant set out to do, and how many days they did."""

    person: int
    goal: str
    done: int


def outcome(ctx: Context, challenge: Challenge) -> Outcome:
    """What a challenge came to."""
    themes = ctx.session.execute(select(ChallengeRow.themes).where(ChallengeRow.id == challenge.id)).scalar_one()
    pack = packs.available(ctx).get(challenge.pack)
    return Outcome(
        summary(store.days_done(ctx, challenge.id).values(), challenge.plan.days),
        comebacks(leading_store.numbers_done(ctx, challenge.id)),
        themes_of(themes or (pack.themes if pack is not None else ()), challenge.plan.days),
        _activities(ctx, challenge.id),
    )


def _activities(ctx: Context, challenge: int) -> Sequence[DayCount]:
    query = (
        select(DoneRow.number, func.count(DoneRow.id))
        .join(ParticipantRow, ParticipantRow.id == DoneRow.participant_id)
        .where(ParticipantRow.challenge_id == challenge, ParticipantRow.left_at.is_(None))
        .group_by(DoneRow.number)
    )
    counts = {row[0]: row[1] for row in ctx.session.execute(query)}
    days = select(DayRow.number, DayRow.activity).where(DayRow.challenge_id == challenge).order_by(DayRow.number)
    return [DayCount(row.number, str(row.activity["title"]), counts.get(row.number, 0)) for row in ctx.session.execute(days)]


def who_took_part(ctx: Context, challenge: int) -> Sequence[int]:
    """Everybody who is in, or was in to the end."""
    query = select(ParticipantRow.person_id).where(ParticipantRow.challenge_id == challenge, ParticipantRow.left_at.is_(None))
    return ctx.session.execute(query.order_by(ParticipantRow.id)).scalars().all()


def who_did_days(ctx: Context, challenge: int) -> dict[int, int]:
    """Everybody who was in to the end, with how many days they did."""
    done = store.days_done(ctx, challenge)
    query = select(ParticipantRow.id, ParticipantRow.person_id).where(ParticipantRow.challenge_id == challenge)
    return {row.person_id: done[row.id] for row in ctx.session.execute(query.order_by(ParticipantRow.id)) if row.id in done}


def own_part(ctx: Context, challenge: int) -> OwnPart | None:
    """The actor's own part in a challenge."""
    part = store.participation(ctx, challenge, ctx.actor.id)
    if part is None:
        return None
    return OwnPart(part.person, mine.about_me(ctx, part.id).goal, store.count_done(ctx, part.id))


def who_pauses(ctx: Context, challenge: int, people: Collection[int], on: date) -> set[int]:
    """Which of these people have paused on a date."""
    query = select(ParticipantRow.id, ParticipantRow.person_id)
    query = query.where(ParticipantRow.challenge_id == challenge, ParticipantRow.person_id.in_(list(people)))
    persons = {row.id: row.person_id for row in ctx.session.execute(query)}
    return {persons[part] for part in mine.paused(ctx, dict.fromkeys(persons, on))} if persons else set()


def close(ctx: Context, challenge: Challenge) -> bool:
    """Close a challenge whose report is settled; whether it was open to that."""
    state = moved(challenge.state, Move.CLOSE)
    if state is not None:
        store.set_state(ctx, challenge.id, state)
    return state is not None


def challenges_of(ctx: Context, on: date) -> Sequence[Challenge]:
    """The challenges whose report may tell of a date: those that run then or ran until lately."""
    ids = mine.challenges_from(ctx, on - timedelta(days=2 * 366), on)
    found = (store.challenge(ctx, challenge) for challenge in ids)
    return [each for each in found if each is not None and each.plan.starts_on <= on <= each.plan.last_on]


def closing(ctx: Context, started_by: int | None = None) -> Sequence[int]:
    """The challenges whose report is still to be posted, all or those of one lead."""
    query = select(ChallengeRow.id).where(ChallengeRow.state == State.CLOSING.value, ChallengeRow.community_id == ctx.community.id)
    return ctx.session.execute(query if started_by is None else query.where(ChallengeRow.started_by == started_by)).scalars().all()
