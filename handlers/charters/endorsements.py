"""Named queries of what members say to charters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, select

from bot.core.context import Context
from bot.data.ids import new_id
from handlers.charters.charter import Charter, Endorsement
from handlers.charters.rows import EndorsementRow
from handlers.charters.rules import Stance

WHY, ANSWER = "charter_endorsements.why", "charter_endorsements.answer"


def of(ctx: Context, charter: Charter) -> Sequence[Endorsement]:
    """What was said in the round that counts, in its order; what somebody said who leads it by now does not count."""
    query = select(EndorsementRow).where(EndorsementRow.charter_id == charter.id, EndorsementRow.round == charter.round)
    query = query.where(EndorsementRow.person_id != charter.lead) if charter.lead is not None else query
    return _found(ctx, query.order_by(EndorsementRow.id))


def stances(ctx: Context, charters: Collection[Charter]) -> Mapping[int, Counter[Stance]]:
    """How many say what in the round that counts, by charter."""
    row, rounds = EndorsementRow, {each.id: (each.round, each.lead) for each in charters}
    query = select(row.charter_id, row.round, row.person_id, row.stance).where(row.charter_id.in_(list(rounds)))
    found: dict[int, Counter[Stance]] = {}
    for charter_id, number, person, stance in ctx.session.execute(query):
        if number == rounds[charter_id][0] and person != rounds[charter_id][1]:
            found.setdefault(charter_id, Counter())[Stance(stance)] += 1
    return found


def endorsement(ctx: Context, endorsement_id: int) -> Endorsement | None:
    """One by its id."""
    return next(iter(_found(ctx, select(EndorsementRow).where(EndorsementRow.id == endorsement_id))), None)


def endorsers(ctx: Context, charter_id: int) -> set[int]:
    """All who said something to it, in any round."""
    query = select(EndorsementRow.person_id).where(EndorsementRow.charter_id == charter_id)
    return set(ctx.session.execute(query).scalars())


def endorsed_by(ctx: Context, person: int) -> set[int]:
    """The charters to which somebody said something."""
    return set(ctx.session.execute(select(EndorsementRow.charter_id).where(EndorsementRow.person_id == person)).scalars())


def own(ctx: Context, charter: Charter) -> Endorsement | None:
    """What the actor says."""
    row = _own_row(ctx, charter)
    return _endorsement(ctx, row) if row is not None else None


def say(ctx: Context, charter: Charter, stance: Stance, why: str = "") -> bool:
    """The actor says this, in place of what they said before; whether it is new. Other words want another answer."""
    row = _own_row(ctx, charter)
    if row is None:
        row = EndorsementRow(id=new_id(), community_id=ctx.community.id, charter_id=charter.id, person_id=ctx.actor.id)
        row.round, row.why = charter.round, None
        ctx.session.add(row)
    elif (row.stance, ctx.vault.open_text(WHY, row.id, row.why) if row.why is not None else "") == (stance.value, why):
        return False
    row.stance, row.endorsed_at, row.answer = stance.value, ctx.now, None
    row.why = ctx.vault.seal(WHY, row.id, why) if why else None
    ctx.session.flush()
    return True


def take_back(ctx: Context, charter: Charter) -> bool:
    """The actor says nothing any more; whether there was something."""
    row = _own_row(ctx, charter)
    if row is None:
        return False
    ctx.session.execute(delete(EndorsementRow).where(EndorsementRow.id == row.id))
    ctx.session.expire_all()
    return True


def answer(ctx: Context, endorsement_id: int, text: str) -> Endorsement:
    """What is answered to it."""
    row = ctx.session.get_one(EndorsementRow, endorsement_id)
    row.answer = ctx.vault.seal(ANSWER, row.id, text)
    ctx.session.flush()
    return _endorsement(ctx, row)


def export(ctx: Context) -> list[dict[str, Any]]:
    """What the actor said to charters, as plain values."""
    found = _found(ctx, select(EndorsementRow).where(EndorsementRow.person_id == ctx.actor.id).order_by(EndorsementRow.id))
    return [{"stance": each.stance.value, "why": each.why, "answer": each.answer} for each in found]


def _own_row(ctx: Context, charter: Charter) -> EndorsementRow | None:
    mine = (EndorsementRow.charter_id == charter.id, EndorsementRow.round == charter.round, EndorsementRow.person_id == ctx.actor.id)
    return ctx.session.execute(select(EndorsementRow).where(*mine)).scalar_one_or_none()


def _found(ctx: Context, query: Select[EndorsementRow]) -> Sequence[Endorsement]:
    return [_endorsement(ctx, row) for row in ctx.session.execute(query).scalars()]


def _endorsement(ctx: Context, row: EndorsementRow) -> Endorsement:
    why = ctx.vault.open_text(WHY, row.id, row.why) if row.why is not None else ""
    answered = ctx.vault.open_text(ANSWER, row.id, row.answer) if row.answer is not None else ""
    return Endorsement(row.id, row.charter_id, row.person_id, Stance(row.stance), why, answered)
