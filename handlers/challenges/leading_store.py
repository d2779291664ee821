"""Named queries of those who lead challenges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from itertools import groupby

from sqlalchemy import func, select, update

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from bot.people import store as people
from bot.people.values import Member, Place
from handlers.challenges.leading_rows import ChallengePlaceRow, ProposalRow
from handlers.challenges.rows import ChallengeRow, DayRow, DoneRow, ParticipantRow
from handlers.challenges.rules import Plan, State
from handlers.packs import Activity

WHY = "challenge_proposals.why"


@dataclass(frozen=True, slots=True)
class Counts:
    """Participation as a lead sees it: never who."""

    joined: int
    lately: int
    days_done: int


@dataclass(frozen=True, slots=True)
class StandingDay:
    """A day's activity as it stands, with whoever changed it last."""

    activity: Activity
    revision: int
    edited_by: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A challenge that a member would like."""

    id: int
    pack: str
    why: str
    state: State
    proposed_by: int
    decided_by: int | None


# -- places --------------------------------------------------------------------------------------------------------------


def places(ctx: Context, challenge_id: int) -> Sequence[Place]:
    """The open places that a challenge is shown in: the chosen ones, or all where none were."""
    chosen = set(ctx.session.execute(select(ChallengePlaceRow.place_id).where(ChallengePlaceRow.challenge_id == challenge_id)).scalars())
    return [place for place in people.places(ctx.session) if not chosen or place.id in chosen]


def choose_places(ctx: Context, challenge_id: int, chosen: Iterable[int]) -> None:
    """Show a challenge in these places only."""
    for place in chosen:
        row = ChallengePlaceRow(id=new_id(), community_id=ctx.community.id, challenge_id=challenge_id, place_id=place)
        ctx.session.add(row)
    ctx.session.flush()


# -- what a lead changes -------------------------------------------------------------------------------------------------


def leads(ctx: Context) -> Sequence[Member]:
    """The leads who are here."""
    return [member for member in people.members(ctx.session).values() if member.is_lead]


def save(ctx: Context, challenge_id: int, plan: Plan, minute: int, state: State) -> None:
    """Keep what a lead changed of a challenge."""
    breaks = [[begins.isoformat(), ends.isoformat() if ends is not None else None] for begins, ends in plan.breaks]
    values = {"starts_on": plan.starts_on, "days": plan.days, "breaks": breaks, "minute": minute, "state": state.value}
    values |= {"revision": ChallengeRow.revision + 1, "edited_by": ctx.actor.id}
    ctx.session.execute(update(ChallengeRow).where(ChallengeRow.id == challenge_id).values(**values))


def days(ctx: Context, challenge_id: int) -> Mapping[int, Activity]:
    """Every day's activity by its number."""
    query = select(DayRow.number, DayRow.activity).where(DayRow.challenge_id == challenge_id).order_by(DayRow.number)
    return {row.number: Activity(**row.activity) for row in ctx.session.execute(query)}


def themes(ctx: Context, challenge_id: int) -> Sequence[str]:
    """The themes of a challenge, one for each seven days."""
    return ctx.session.execute(select(ChallengeRow.themes).where(ChallengeRow.id == challenge_id)).scalar_one()


def add_days(ctx: Context, challenge_id: int, first: int, activities: Sequence[Activity]) -> None:
    """Put days at the end."""
    for number, activity in enumerate(activities, start=first):
        ctx.session.add(
            DayRow(id=new_id(), community_id=ctx.community.id, challenge_id=challenge_id, number=number, activity=activity.as_json())
        )
    ctx.session.flush()


def standing_day(ctx: Context, challenge_id: int, number: int) -> StandingDay | None:
    """A day as it stands."""
    query = select(DayRow).where(DayRow.challenge_id == challenge_id, DayRow.number == number)
    row = ctx.session.execute(query).scalar_one_or_none()
    return StandingDay(Activity(**row.activity), row.revision, row.edited_by) if row is not None else None


def save_day(ctx: Context, challenge_id: int, number: int, activity: Activity) -> None:
    """Keep a day as its lead wants it; the challenge is locked."""
    row = ctx.session.execute(select(DayRow).where(DayRow.challenge_id == challenge_id, DayRow.number == number)).scalar_one()
    row.activity, row.revision, row.edited_by = asdict(activity), row.revision + 1, ctx.actor.id
    ctx.session.flush()


def counts(ctx: Context, challenge_id: int) -> Counts:
    """How many take part, how many of them did a day lately, and how many days that makes."""
    mine = (ParticipantRow.challenge_id == challenge_id, ParticipantRow.left_at.is_(None))
    joined = ctx.session.execute(select(func.count(ParticipantRow.id)).where(*mine)).scalar_one()
    done = select(func.count(DoneRow.id)).join(ParticipantRow, ParticipantRow.id == DoneRow.participant_id).where(*mine)
    lately = (
        select(func.count(func.distinct(DoneRow.participant_id)))
        .join(ParticipantRow, ParticipantRow.id == DoneRow.participant_id)
        .where(*mine, DoneRow.done_at > ctx.now - timedelta(days=3))
    )
    return Counts(joined, ctx.session.execute(lately).scalar_one(), ctx.session.execute(done).scalar_one())


def numbers_done(ctx: Context, challenge_id: int) -> Sequence[Sequence[int]]:
    """The days that each participant did, in order, nobody named."""
    query = (
        select(DoneRow.participant_id, DoneRow.number)
        .join(ParticipantRow, ParticipantRow.id == DoneRow.participant_id)
        .where(ParticipantRow.challenge_id == challenge_id, ParticipantRow.left_at.is_(None))
        .order_by(DoneRow.participant_id, DoneRow.number)
    )
    return [[row.number for row in rows] for _who, rows in groupby(ctx.session.execute(query), key=lambda row: row.participant_id)]


# -- proposals -----------------------------------------------------------------------------------------------------------


def insert_proposal(ctx: Context, pack: str, why: str) -> Proposal:
    """A new proposal of the actor's."""
    made = new_id()
    row = ProposalRow(
        id=made,
        community_id=ctx.community.id,
        pack=pack,
        why=ctx.vault.seal(WHY, made, why),
        state=State.PROPOSED.value,
        proposed_by=ctx.actor.id,
        proposed_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return Proposal(made, pack, why, State.PROPOSED, ctx.actor.id, None)


def proposals_of(ctx: Context, person: int) -> Sequence[int]:
    """A person's proposals that wait for an answer; their ids."""
    query = select(ProposalRow.id).where(ProposalRow.proposed_by == person, ProposalRow.state == State.PROPOSED.value)
    return ctx.session.execute(query).scalars().all()


def has_proposed(ctx: Context, pack: str) -> bool:
    """Whether the actor's proposal of a pack waits for an answer."""
    query = select(ProposalRow.id).where(
        ProposalRow.proposed_by == ctx.actor.id, ProposalRow.pack == pack, ProposalRow.state == State.PROPOSED.value
    )
    return ctx.session.execute(query).first() is not None


def proposal(ctx: Context, proposal_id: int, *, lock: bool = False) -> Proposal | None:
    """A proposal by its id."""
    query = select(ProposalRow).where(ProposalRow.id == proposal_id)
    row = ctx.session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    return _proposal(ctx, row) if row is not None else None


def open_proposals(ctx: Context) -> Sequence[Proposal]:
    """The proposals that wait for an answer, the oldest first."""
    query = select(ProposalRow).where(ProposalRow.state == State.PROPOSED.value).order_by(ProposalRow.id)
    return [_proposal(ctx, row) for row in ctx.session.execute(query).scalars()]


def _proposal(ctx: Context, row: ProposalRow) -> Proposal:
    why = ctx.vault.open_text(WHY, row.id, row.why)
    return Proposal(row.id, row.pack, why, State(row.state), row.proposed_by, row.decided_by)


def decide(ctx: Context, proposal_id: int, state: State) -> None:
    """Keep what came of a proposal."""
    values = {"state": state.value, "decided_by": ctx.actor.id}
    ctx.session.execute(update(ProposalRow).where(ProposalRow.id == proposal_id).values(**values))
