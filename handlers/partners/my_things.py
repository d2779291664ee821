"""My partner at the top of the front door, what will come, and what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Paragraph
from bot.chat.text import Strong
from bot.core.cadences import Cadence
from bot.core.context import Context
from bot.core.feature import Keeps, Upcoming
from bot.people import store as people
from handlers.partners import relay_store, store, views
from handlers.partners.evening import Evening
from handlers.partners.payloads import ShowMine
from handlers.partners.rows import (
    EveningRow,
    GroupRow,
    MemberRow,
    MessageRow,
    NeverRow,
    QuestionRow,
    ReactionRow,
    SeatRow,
    SignRow,
    WaitingRow,
)
from handlers.partners.views import Standing


def my_things(ctx: Context) -> Sequence[Block]:
    """My partners and how the day stands for them."""
    evening = Evening(ctx, [ctx.actor.id])
    return [block for group in evening.of(ctx.actor.id) for block in shown(evening.standing(group, ctx.actor.id))]


def shown(standing: Standing) -> tuple[Block, ...]:
    """One group: who, and how the day stands for them."""
    names = views.joined_names(standing.others)
    said = (Strong(standing.title), ": ", _("you go along with {names}.", names=names))
    return (Paragraph(said), Buttons((Button(_("My partner"), ShowMine()),)))


def upcoming(ctx: Context) -> Sequence[Upcoming]:
    """The evening line that comes next."""
    evening = Evening(ctx, [ctx.actor.id])
    groups = evening.of(ctx.actor.id)
    if not groups:
        return ()
    at = store.evenings(ctx, [ctx.actor.id])[ctx.actor.id]
    due = [found for group in groups if (found := _next(ctx, evening, group, at)) is not None]
    if not due:
        return ()
    return (
        Upcoming(min(due), _("How the day stands for you and your partner"), _("You have a partner, and {hour} is your hour.", hour=at)),
    )


def _next(ctx: Context, evening: Evening, group: store.Together, at: Any) -> datetime | None:
    plan = evening.challenges[group.challenge].plan
    first_on = max(ctx.today(), plan.starts_on, evening.paused_until(group, ctx.actor.id) or ctx.today())
    following = Cadence(ctx.actor.zone, at, first_on, plan.last_on).next_due(ctx.now)
    while following is not None and plan.number_of(following[0]) is None:
        following = Cadence(ctx.actor.zone, at, first_on, plan.last_on).next_due(following[1] + timedelta(minutes=1))
    return following[1] if following is not None else None


def export(ctx: Context) -> list[dict[str, Any]]:
    """The actor's groups, what they gave there, what they set and said; nothing that others said of them."""
    query = select(MemberRow, GroupRow).join(GroupRow, GroupRow.id == MemberRow.group_id).where(MemberRow.person_id == ctx.actor.id)
    rows = ctx.session.execute(query.order_by(MemberRow.id)).all()
    groups = [group.id for _member, group in rows]
    with_whom: dict[int, list[int]] = {}
    others = select(MemberRow.group_id, MemberRow.person_id).where(MemberRow.group_id.in_(groups), MemberRow.person_id != ctx.actor.id)
    for each in ctx.session.execute(others.order_by(MemberRow.id)):
        with_whom.setdefault(each.group_id, []).append(each.person_id)
    nevers = store.said_never(ctx)
    names = people.names(ctx.session, {person for each in with_whom.values() for person in each} | nevers)
    signs: dict[int, list[dict[str, Any]]] = {}
    own = select(SignRow).where(SignRow.person_id == ctx.actor.id).order_by(SignRow.on_date)
    for sign in ctx.session.execute(own).scalars():
        day = {"day": sign.on_date.isoformat(), "cheers": sign.cheers, "questions": sign.questions, "messages": sign.messages}
        signs.setdefault(sign.group_id, []).append(day)
    agreements = {group.id: group.agreement for group in store.groups_of(ctx, [ctx.actor.id])}
    told: list[dict[str, Any]] = [
        {
            "with": [names[person] for person in with_whom.get(group.id, ())],
            "since": member.joined_at.isoformat(),
            "until": ended.isoformat() if (ended := member.left_at or group.ended_at) is not None else None,
            "was_third": member.was_third,
            "agreed": _agreed(agreements.get(group.id)),
            "given": signs.get(group.id, []),
        }
        for member, group in rows
    ]
    if nevers:
        told.append({"never_pair_me_with": sorted(names[person] for person in nevers)})
    minute = ctx.session.execute(select(EveningRow.minute).where(EveningRow.person_id == ctx.actor.id)).scalar()
    if minute is not None:
        told.append({"evening_line_at": f"{minute // 60:02}:{minute % 60:02}"})
    seats = ctx.session.execute(select(SeatRow.id).where(SeatRow.person_id == ctx.actor.id)).scalars().all()
    if seats:
        told.append({"rounds_of_pairing": len(seats)})
    waits = ctx.session.execute(select(WaitingRow.waited_at).where(WaitingRow.person_id == ctx.actor.id)).scalars().all()
    told += [{"waits_for_a_partner_since": at.isoformat()} for at in waits]
    asked = select(QuestionRow).where(QuestionRow.asked_id == ctx.actor.id).order_by(QuestionRow.id)
    told += [
        {"was_asked": row.kind, "asked_at": row.asked_at.isoformat(), "answer": row.answer} for row in ctx.session.execute(asked).scalars()
    ]
    told += [
        {"wrote": text, "at": at.isoformat(), "to": [names[person] for person in with_whom.get(group, ())]}
        for group, at, text in relay_store.own(ctx)
    ]
    told += [{"reacted": reaction, "at": at.isoformat()} for reaction, at in relay_store.own_reactions(ctx)]
    return told


def _agreed(agreement: store.Agreement | None) -> dict[str, str] | None:
    if agreement is None or not agreement.is_made:
        return None
    return {"medium": agreement.medium, "time": agreement.time, "tone": agreement.tone}


KEEPS = {
    "partners": Keeps(
        _(
            "Who your partners were and when, what you agreed on, how often you cheered, and with whom you are never to be paired. "
            "What you write to a partner through me goes 30 days after the challenge."
        ),
        _("Your partner sees how your day stands and what you send them. With whom you are never to be paired only you can see."),
        export,
        (MemberRow, GroupRow, SeatRow, SignRow, MessageRow, ReactionRow, WaitingRow, QuestionRow, NeverRow, EveningRow),
    )
}
