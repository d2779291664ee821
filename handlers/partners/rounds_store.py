"""Named queries of rounds: what went into them, what came out, and who was with whom before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from bot.people.rows import PersonRow
from handlers.partners.hours import awake_hours
from handlers.partners.rows import GroupRow, MemberRow, NeverRow, RoundRow, SeatRow
from handlers.partners.seating import Seating

INPUTS, OUTCOME = "partner_rounds.inputs", "partner_rounds.outcome"
MATCHING, PREVIEWED, SENT = "matching", "previewed", "sent"


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it stands; `people` has who sits on each seat, without those who are gone."""

    id: int
    challenge: int
    number: int
    seed: int
    state: str
    is_due: bool
    inputs: Mapping[str, Any]
    outcome: Mapping[str, Any] | None
    people: Mapping[int, int]
    sent_at: datetime | None

    def fixed(self) -> set[tuple[int, int]]:
        """The pairs that a lead fixed by hand, as people."""
        seats = self.people
        return {(seats[one], seats[other]) for one, other in self.inputs["fixed"] if one in seats and other in seats}

    def groups(self) -> list[tuple[int, ...]]:
        """Who was matched with whom, without those who are gone."""
        found = (
            tuple(self.people[seat] for seat in each["seats"] if seat in self.people) for each in (self.outcome or {"groups": ()})["groups"]
        )
        return [group for group in found if group]


def insert_round(ctx: Context, challenge: int, number: int, seed: int) -> int:
    """A new round, without anything in it yet; its id."""
    row = RoundRow(id=new_id(), community_id=ctx.community.id, challenge_id=challenge, number=number, seed=seed, state=MATCHING)
    row.inputs, row.matched_at = ctx.vault.seal(INPUTS, row.id, json.dumps({})), ctx.now
    ctx.session.add(row)
    ctx.session.flush()
    return row.id


def seat(ctx: Context, round_id: int, seating: Seating, seed: int) -> None:
    """Put people on the seats of a round that is to be matched."""
    ctx.session.execute(delete(SeatRow).where(SeatRow.round_id == round_id))
    for number, person in enumerate(seating.people):
        ctx.session.add(SeatRow(id=new_id(), community_id=ctx.community.id, round_id=round_id, person_id=person, number=number))
    sealed = ctx.vault.seal(INPUTS, round_id, json.dumps(dict(seating.inputs)))
    values = {"inputs": sealed, "outcome": None, "seed": seed, "state": MATCHING, "matched_at": ctx.now}
    ctx.session.execute(update(RoundRow).where(RoundRow.id == round_id).values(**values))
    ctx.session.flush()


def keep_outcome(ctx: Context, round_id: int, outcome: Mapping[str, Any]) -> None:
    """A round is matched and can be looked at."""
    sealed = ctx.vault.seal(OUTCOME, round_id, json.dumps(dict(outcome)))
    ctx.session.execute(update(RoundRow).where(RoundRow.id == round_id).values(outcome=sealed, state=PREVIEWED))


def be_due(ctx: Context, round_id: int) -> None:
    """A round is sent as soon as it is matched."""
    ctx.session.execute(update(RoundRow).where(RoundRow.id == round_id).values(is_due=True))


def mark_sent(ctx: Context, round_id: int) -> None:
    """A round was sent."""
    ctx.session.execute(update(RoundRow).where(RoundRow.id == round_id).values(state=SENT, sent_at=ctx.now))


def drop_unsent(ctx: Context, challenge: int) -> None:
    """A challenge is over: what was only previewed is nothing any more."""
    ctx.session.execute(delete(RoundRow).where(RoundRow.challenge_id == challenge, RoundRow.state != SENT))


def find(ctx: Context, round_id: int) -> Round | None:
    """A round, locked."""
    row = ctx.session.execute(select(RoundRow).where(RoundRow.id == round_id).with_for_update()).scalar_one_or_none()
    return _round(ctx, row) if row is not None else None


def unsent(ctx: Context, challenge: int) -> Round | None:
    """The round of a challenge that was not sent yet."""
    query = select(RoundRow).where(RoundRow.challenge_id == challenge, RoundRow.state != SENT).order_by(RoundRow.id.desc())
    row = ctx.session.execute(query.with_for_update()).scalars().first()
    return _round(ctx, row) if row is not None else None


def sent(ctx: Context, challenge: int) -> Sequence[Round]:
    """The rounds of a challenge that were sent, the first one first."""
    query = select(RoundRow).where(RoundRow.challenge_id == challenge, RoundRow.state == SENT).order_by(RoundRow.id)
    return [_round(ctx, row) for row in ctx.session.execute(query).scalars().all()]


def was_sent(ctx: Context, challenge: int) -> bool:
    """Whether a challenge has its pairs."""
    query = select(RoundRow.id).where(RoundRow.challenge_id == challenge, RoundRow.state == SENT)
    return ctx.session.execute(query.limit(1)).first() is not None


def last_number(ctx: Context) -> int:
    """The number of the community's newest round."""
    return ctx.session.execute(select(func.coalesce(func.max(RoundRow.number), 0))).scalar_one()


def met(ctx: Context) -> list[tuple[int, int, int]]:
    """Everybody who was ever in a group with somebody, and in which round."""
    one, other = aliased(MemberRow), aliased(MemberRow)
    query = (
        select(one.person_id, other.person_id, GroupRow.round)
        .join(other, (other.group_id == one.group_id) & (other.person_id > one.person_id))
        .join(GroupRow, GroupRow.id == one.group_id)
    )
    return [(row[0], row[1], row[2]) for row in ctx.session.execute(query)]


def times_third(ctx: Context) -> dict[int, int]:
    """How often each was a third."""
    query = select(MemberRow.person_id, func.count()).where(MemberRow.was_third).group_by(MemberRow.person_id)
    return {row[0]: row[1] for row in ctx.session.execute(query)}


def all_nevers(ctx: Context) -> list[tuple[int, int]]:
    """All pairs that are never made."""
    return [(row.person_id, row.other_id) for row in ctx.session.execute(select(NeverRow.person_id, NeverRow.other_id))]


def reachable(ctx: Context) -> dict[int, tuple[frozenset[int], str]]:
    """The hours of UTC in which each present member can be reached, and their language."""
    query = select(PersonRow.id, PersonRow.zone, PersonRow.quiet_from, PersonRow.quiet_to, PersonRow.language).where(
        PersonRow.left_at.is_(None)
    )
    hours: dict[tuple[str, int, int], frozenset[int]] = {}
    found = {}
    for row in ctx.session.execute(query):
        key = (row.zone, row.quiet_from, row.quiet_to)
        if key not in hours:
            hours[key] = awake_hours(*key, ctx.now)
        found[row.id] = (hours[key], row.language)
    return found


def _round(ctx: Context, row: RoundRow) -> Round:
    seats = ctx.session.execute(select(SeatRow.number, SeatRow.person_id).where(SeatRow.round_id == row.id)).all()
    inputs = json.loads(ctx.vault.open_text(INPUTS, row.id, row.inputs))
    outcome = json.loads(ctx.vault.open_text(OUTCOME, row.id, row.outcome)) if row.outcome is not None else None
    people = {each.number: each.person_id for each in seats}
    return Round(row.id, row.challenge_id, row.number, row.seed, row.state, row.is_due, inputs, outcome, people, row.sent_at)
