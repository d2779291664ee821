"""How requests stand for one person, what reminds them, what is kept of them, and what follows from what happens elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import select

from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Message, Paragraph
from bot.chat.text import Strong
from bot.core.cadences import Occurrence
from bot.core.context import Context
from bot.core.facts import CommunityChanged, ErasureBegun, PeopleLinked, PersonLeft, PlaceJoined
from bot.core.feature import Keeps, Upcoming
from bot.core.outbox import Kind
from bot.people import store as people
from handlers import nudges
from handlers.opinions import audience, cards, charting, contributions, managing_views, phases, seats, store, views
from handlers.opinions.payloads import Manage, See
from handlers.opinions.requests import Request, Said
from handlers.opinions.rows import (
    ContributionRow,
    InvitedRow,
    LessonRow,
    ParticipantRow,
    ParticipationRow,
    RequestRow,
    SignatureRow,
    VersionRow,
)
from handlers.opinions.rules import Phase

MOST = 3  # on the front door
WHY = _("This request needs your voice, and you have not taken part in this phase yet.")
ASKING = (Phase.STATEMENTS, Phase.RATIFY)


def waiting(ctx: Context) -> Sequence[Request]:
    """The requests that need the actor's voice now."""
    asking = [each for each in store.running(ctx) if each.phase in ASKING and audience.is_invited(ctx, each, ctx.actor.id)]
    return [each for each in asking if not seats.acted(ctx, each, [ctx.actor.id])]


def seen_by(ctx: Context, payload: See) -> Message | None:
    """A request's card as whoever looks at it sees it; of what is over, or anonymous, it says the same to everybody."""
    request = store.request(ctx, payload.request)
    if request is None or request.is_anonymous or request.phase is Phase.PREPARED or request.phase.is_over:
        return None
    is_asked = request.phase in ASKING and audience.is_invited(ctx, request, ctx.actor.id)
    waits = not seats.acted(ctx, request, [ctx.actor.id]) if is_asked else None
    return views.card(cards.standing(ctx, request), waits_for_me=waits)


def my_things(ctx: Context) -> Sequence[Block]:
    """What needs the actor's voice, and what they look after."""
    found = [block for each in waiting(ctx)[:MOST] for block in views.needs_voice(cards.standing(ctx, each))]
    for mine in [each for each in store.lasting(ctx) if each.owner == ctx.actor.id or ctx.actor.id in audience.heads(ctx, each)][:MOST]:
        said = _("You look after this request.") if mine.owner == ctx.actor.id else _("Your group drafts this response.")
        found += [Paragraph((Strong(mine.question), " ", said)), Buttons((Button(_("Look after it"), Manage(mine.id)),))]
    return found


def upcoming(ctx: Context) -> Sequence[Upcoming]:
    """The reminders of requests in which the actor has not taken part."""
    begun = [(each, phases.reminded_at(each)) for each in waiting(ctx)]
    return [
        Upcoming(at, _("Reminder of an opinion request: {question}", question=each.question), WHY)
        for each, at in begun
        if at is not None and at > ctx.now
    ]


def remind(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Before a phase ends, those who have not taken part in it."""
    for occurrence in occurrences:
        request = store.request(ctx, occurrence.subject)
        if request is None or request.phase not in ASKING or request.until is None or request.until <= ctx.now:
            continue
        present, acted = audience.members(ctx, request), seats.acted(ctx, request)
        reminder = nudges.Reminder(phases.reminder_key(request), views.reminder(cards.standing(ctx, request)), WHY, request.until)
        nudges.remind_all(ctx, [(member, reminder) for member in present.values() if member.id not in acted])


# -- what happens elsewhere ----------------------------------------------------------------------------------------------


def show_to_place(ctx: Context, fact: PlaceJoined) -> None:
    """A place that joins late gets the requests that last."""
    for request in store.lasting(ctx):
        cards.show_in(ctx, request, fact.place)


def follow_community(ctx: Context, _fact: CommunityChanged) -> None:
    """Two communities that became one have all places of both."""
    _show_all(ctx)


def _show_all(ctx: Context) -> None:
    for request in store.lasting(ctx):
        cards.show(ctx, request)


def release_person(ctx: Context, fact: PersonLeft) -> None:
    """What somebody looked after who has left is offered to the leads."""
    for request in store.owned_by(ctx, fact.person):
        if request.phase.is_over:
            continue
        if request.phase is Phase.PREPARED:
            store.discard(ctx, request.id)
            continue
        here = people.members(ctx.session, audience.heads(ctx, request))
        heir = next((person for person in audience.heads(ctx, request) if person in here and person != fact.person), None)
        orphan = store.save(ctx, replace(request, owner=heir))
        if heir is not None:
            ctx.post(here[heir], managing_views.is_yours(orphan, None), kind=Kind.PERSONAL)
            cards.show(ctx, orphan)
            continue
        for lead in cards.leads(ctx):
            if lead.id != fact.person:
                ctx.post(lead, views.orphaned(orphan), kind=Kind.PERSONAL, key=f"{cards.key(orphan)}/orphaned")


def let_go(ctx: Context, fact: ErasureBegun) -> None:
    """Somebody is erased: what they said in requests that run goes, and the counts with it."""
    for request in store.running(ctx):
        seat = seats.seat_of(ctx, request.id, fact.person)
        if seat is None:
            continue
        for number, said in seats.sheet(ctx, request.id, seat).answered.items():
            contributions.count(ctx, request.id, number, said, None)
        contributions.leave(ctx, request.id, seat)
        seats.leave(ctx, request.id, seat)
        fact.afterwards.append(partial(_show_again, ctx, request.id))


def _show_again(ctx: Context, request_id: int) -> None:
    request = store.again(ctx, request_id)
    cards.show(ctx, request)
    charting.paint_anew(ctx, request)


def join_seats(ctx: Context, fact: PeopleLinked) -> None:
    """Two who became one have one seat: of two answers to the same the later seat's stands."""
    for request in store.running(ctx):
        joined = seats.join(ctx, request.id, fact.member.id, fact.gone)
        if joined is not None:
            _join_sheets(ctx, request, *joined)
    _show_all(ctx)


def _join_sheets(ctx: Context, request: Request, kept: str, later: Said, earlier: Said) -> None:
    both = Said(later.stances, earlier.levels | later.levels, earlier.ballots | later.ballots)
    for number, said in earlier.answered.items():
        if later.stance(number) is None:
            both.answer(number, said)
        else:
            contributions.count(ctx, request.id, number, said, None)
    seats.write(ctx, request.id, kept, both)


# -- what is kept --------------------------------------------------------------------------------------------------------


def _export_said(ctx: Context) -> list[dict[str, Any]]:
    """What the actor said in requests that run, and in which they took part."""
    found: list[dict[str, Any]] = []
    for request in _took_part_in(ctx):
        seat = seats.own(ctx, request.id)
        written = [{"what": each.about.value, "text": each.text, **each.more} for each in contributions.of_seat(ctx, request.id, seat)]
        found.append({"question": request.question, "written": written, "answers": seats.sheet(ctx, request.id, seat).written()})
    invited = [store.request(ctx, each) for each in store.invited_by_name(ctx)]
    return [*found, *({"invited_to": each.question} for each in invited if each is not None)]


def _took_part_in(ctx: Context) -> list[Request]:
    ids = {
        request
        for row in (ParticipantRow, ParticipationRow, ContributionRow)
        for request in ctx.session.execute(select(row.request_id).where(row.person_id == ctx.actor.id)).scalars()
    }
    return [request for each in sorted(ids) if (request := store.request(ctx, each)) is not None]


def _export_signed(ctx: Context) -> list[dict[str, Any]]:
    return [*store.own_signatures(ctx), *store.own_lessons(ctx)]


def _export_owned(ctx: Context) -> list[dict[str, Any]]:
    owned = [
        {"question": each.question, "background": each.background, "asker": each.asker, "phase": each.phase.value}
        for each in store.owned_by(ctx, ctx.actor.id)
    ]
    return [*owned, *store.own_versions(ctx)]


KEEPS = {
    "opinions": Keeps(
        _("What you said in opinion requests, until the response is sent; afterwards only that you took part. The words are encrypted."),
        _("Statements stand with your name where a request is open. Ballots and answers are seen by nobody; you choose what is printed."),
        _export_said,
        (ParticipantRow, ParticipationRow, ContributionRow, InvitedRow),
    ),
    "opinions_signed": Keeps(
        _("Responses that you signed, and what you said you see differently now."),
        _("Signatures: everybody who reads the response. What you see differently: the community, without your name."),
        _export_signed,
        (SignatureRow, LessonRow),
    ),
    "opinion_requests": Keeps(
        _("The opinion requests that you look after, and the versions of responses that you wrote."),
        _("Everybody in the community."),
        _export_owned,
        (RequestRow, VersionRow),
    ),
}
