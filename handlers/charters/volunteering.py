"""Seats: shown to everybody before one is given, asked for with a line; following without joining; and when the work begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.outbox import Kind as PostKind
from bot.people import store as people
from handlers.charters import cards, home_views, homes, moves, seat_views, store, views
from handlers.charters.charter import Charter, Part, Seat, Taking
from handlers.charters.forms import SeatDraft
from handlers.charters.payloads import AskForSeat, Begin, Follow, GiveSeat, SeeAsking, StepBack
from handlers.charters.rules import Move, State, given_from

CALLING = (State.RECRUITING, State.ACTIVE)


def assemble(ctx: Context, charter: Charter) -> Charter:
    """Open seats are shown in all places from now on; where none is open, the work begins."""
    seats = store.seats(ctx, [charter.id]).get(charter.id, ())
    if all(seat.person is not None for seat in seats):
        return _begun(ctx, charter)
    shown = charter if charter.shown_at is not None else moves.changed_to(ctx, replace(charter, shown_at=ctx.now))
    if shown.round:
        cards.tell_places(ctx, seat_views.open_seats(cards.standing(ctx, shown)))
    return shown


def _begun(ctx: Context, charter: Charter) -> Charter:
    begun = moves.moved(ctx, charter, Move.BEGIN, heard_at=ctx.now)
    told = seat_views.begun(cards.standing(ctx, begun))
    if begun.round or charter.shown_at is not None:
        cards.tell_places(ctx, told, _key(begun))
    return begun


def show_begun(ctx: Context, charter: Charter) -> None:
    """Where places were told who begins, somebody who is erased is named no more."""
    told = seat_views.begun(cards.standing(ctx, charter))
    for place in people.places(ctx.session):
        ctx.rewrite(place, _key(charter), told)


def _key(charter: Charter) -> str:
    return f"{cards.key(charter)}/begun"


def begin(ctx: Context, payload: Begin) -> Reply:
    """The work begins; seats may stay open."""
    charter = moves.managed(ctx, payload.charter)
    if not moves.may(charter, Move.BEGIN):
        return Say(views.past_it(charter))
    begun = _begun(ctx, charter)
    places = [(place.id, place.name) for place in people.places(ctx.session)]
    return Say(home_views.with_places(seat_views.begun(cards.standing(ctx, begun)), begun, places))


# -- asking for a seat ---------------------------------------------------------------------------------------------------


def open_ask(ctx: Context, payload: AskForSeat) -> Reply:
    """Ask for a line; a seat that was taken has a waiting list."""
    charter, seat = _seat(ctx, payload.seat)
    if charter.state not in CALLING:
        return Say(views.past_it(charter))
    taking = store.part_of(ctx, charter.id, ctx.actor.id)
    if charter.is_run_by(ctx.actor.id) or (taking is not None and taking.part is Part.TEAM):
        return Say(seat_views.on_the_team(charter))
    line = taking.line if taking is not None else ""
    return ctx.open(SeatDraft, values={"line": line}, subject=payload, intro=seat_views.about(charter, seat))


def ask(ctx: Context, draft: SeatDraft, subject: AskForSeat) -> Reply:
    """Ask for it; whoever leads the team hears, and everybody sees how many have asked."""
    charter, seat = _seat(ctx, subject.seat)
    charter = moves.known(ctx, charter.id, lock=True)
    if charter.state not in CALLING:
        raise FieldErrors({"": _("No seats are given there at the moment.")})
    taking = store.part_of(ctx, charter.id, ctx.actor.id)
    if charter.is_run_by(ctx.actor.id) or (taking is not None and taking.part is Part.TEAM):
        return Say(seat_views.on_the_team(charter))
    store.put(ctx, charter.id, Taking(ctx.actor.id, Part.ASKS, draft.line, seat.id))
    cards.show(ctx, charter)
    if taking is None or taking.part is not Part.ASKS:
        _tell_one_more(ctx, charter, seat, draft.line)
    _show_asking(ctx, charter)
    return Say(seat_views.asked(charter, seat, _given_from(ctx, charter)))


def _seat(ctx: Context, seat_id: int) -> tuple[Charter, Seat]:
    found = store.seat(ctx, seat_id)
    if found is None:
        raise CardOutOfDate
    return moves.known(ctx, found[0]), found[1]


def _given_from(ctx: Context, charter: Charter) -> datetime:
    return given_from(charter.shown_at or ctx.now, ctx.community.zone)


def _tell_one_more(ctx: Context, charter: Charter, seat: Seat, line: str) -> None:
    """The list of who asks is edited, which notifies nobody: whoever has it already hears of each who comes later."""
    told = seat_views.one_more(charter, seat, ctx.actor.name, line)
    for member in cards.heads(ctx, charter):
        if ctx.has_posted(member, f"{cards.key(charter)}/asking"):
            ctx.post(member, told, kind=PostKind.PERSONAL, about=ctx.actor)


def _show_asking(ctx: Context, charter: Charter) -> None:
    message = _asking(ctx, charter)
    for member in cards.heads(ctx, charter):
        ctx.post(member, message, kind=PostKind.ASKED_FOR, key=f"{cards.key(charter)}/asking")


def _asking(ctx: Context, charter: Charter) -> Message:
    asking = [each for each in store.people_of(ctx, [charter.id]).get(charter.id, ()) if each.part is Part.ASKS]
    present = people.members(ctx.session, [each.person for each in asking]) if asking else {}
    seats = {each.id: each for each in store.seats(ctx, [charter.id]).get(charter.id, ())}
    people_asking = tuple((present[each.person].name, each) for each in asking if each.person in present)
    may_give = _given_from(ctx, charter) <= ctx.now
    return seat_views.asking(charter, people_asking, seats, _given_from(ctx, charter), may_give=may_give)


def see_asking(ctx: Context, payload: SeeAsking) -> Reply:
    """Who asks for a seat, and what they write; for its leads alone."""
    return Say(_asking(ctx, moves.managed(ctx, payload.charter)))


def give(ctx: Context, payload: GiveSeat) -> Reply:
    """Give the seat, or thank for asking; not before everybody could see it for three working days."""
    charter = moves.managed(ctx, payload.charter)
    taking = store.part_of(ctx, charter.id, payload.person)
    if taking is None or taking.part is not Part.ASKS:
        return Say(_asking(ctx, charter))
    if not payload.gives:
        return _thank(ctx, charter, taking)
    if _given_from(ctx, charter) > ctx.now:
        return Say(seat_views.not_yet(charter, _given_from(ctx, charter)))
    seats = store.seats(ctx, [charter.id]).get(charter.id, ())
    role = next((seat.role for seat in seats if seat.id == taking.seat), None)
    free = next((seat for seat in seats if seat.person is None and seat.role == role), None)
    if free is None:
        return Say(seat_views.taken(charter))
    store.give_seat(ctx, free.id, taking.person)
    store.put(ctx, charter.id, Taking(taking.person, Part.TEAM, taking.line, free.id))
    cards.tell(ctx, [taking.person], seat_views.yours(charter, free, homes.name_of(ctx, charter)), kind=PostKind.PERSONAL)
    homes.welcome(ctx, charter, people.members(ctx.session, [taking.person]).values())
    cards.show(ctx, charter)
    _show_asking(ctx, charter)
    return Say(seat_views.given(charter, free, _name(ctx, taking.person)))


def _thank(ctx: Context, charter: Charter, taking: Taking) -> Reply:
    store.put(ctx, charter.id, Taking(taking.person, Part.THANKED, taking.line))
    cards.tell(ctx, [taking.person], seat_views.thanked(charter), kind=PostKind.PERSONAL)
    cards.show(ctx, charter)
    _show_asking(ctx, charter)
    return Say(seat_views.thanks_given(charter, _name(ctx, taking.person)))


def _name(ctx: Context, person: int) -> str:
    return people.names(ctx.session, [person]).get(person, "")


# -- following and leaving -----------------------------------------------------------------------------------------------


def follow(ctx: Context, payload: Follow) -> Reply:
    """Hear of it without joining, or no more."""
    charter = moves.known(ctx, payload.charter, lock=True)
    taking = store.part_of(ctx, charter.id, ctx.actor.id)
    if taking is not None and taking.part in {Part.TEAM, Part.ASKS}:
        return Say(seat_views.on_the_team(charter) if taking.part is Part.TEAM else seat_views.asks_already(charter))
    store.put(ctx, charter.id, Taking(ctx.actor.id, Part.FOLLOWS if payload.follows else Part.LEFT))
    return Say(seat_views.follows(charter, follows=payload.follows))


def step_back(ctx: Context, payload: StepBack) -> Reply:
    """Leave the team, or ask no more; the seat is open again, and its leads hear."""
    charter = moves.known(ctx, payload.charter, lock=True)
    taking = store.part_of(ctx, charter.id, ctx.actor.id)
    if taking is None or taking.part not in {Part.TEAM, Part.ASKS}:
        return Say(seat_views.follows(charter, follows=False))
    leave(ctx, charter, ctx.actor.id)
    return Say(seat_views.left(charter))


def leave(ctx: Context, charter: Charter, person: int) -> None:
    """Somebody is on the team no more."""
    taking = store.part_of(ctx, charter.id, person)
    store.put(ctx, charter.id, Taking(person, Part.LEFT))
    if free_seats(ctx, charter, person):
        charter = store.save(ctx, replace(charter, shown_at=ctx.now))
        _tell_waiting(ctx, charter)
    cards.show(ctx, charter)
    if taking is not None and taking.part is Part.TEAM and not charter.state.is_over:
        _tell_left(ctx, charter, person)
    elif any(ctx.has_posted(member, f"{cards.key(charter)}/asking") for member in cards.heads(ctx, charter)):
        _show_asking(ctx, charter)


def _tell_left(ctx: Context, charter: Charter, person: int) -> None:
    """Whoever leads it hears once, and that nobody is thrown out of where the team works."""
    member = people.members(ctx.session, [person]).get(person)
    place = homes.own(ctx, charter) if member is not None else None
    told = seat_views.has_left(charter, _name(ctx, person), place.name if place is not None else "")
    for head in cards.heads(ctx, charter):
        if head.id != person:
            ctx.post(head, told, kind=PostKind.ASKED_FOR, about=member)


def _tell_waiting(ctx: Context, charter: Charter) -> None:
    """Whoever is on the waiting list hears that a seat is open again, and its leads see the list."""
    waiting = {each.person for each in store.people_of(ctx, [charter.id]).get(charter.id, ()) if each.part is Part.ASKS}
    if waiting and charter.state in CALLING:
        cards.tell(ctx, waiting, seat_views.open_again(charter), key=f"{cards.key(charter)}/open_again")
        _show_asking(ctx, charter)


def free_seats(ctx: Context, charter: Charter, person: int) -> bool:
    """The seats that somebody had are open again; whether they had one."""
    theirs = [seat for seat in store.seats(ctx, [charter.id]).get(charter.id, ()) if seat.person == person]
    for seat in theirs:
        store.give_seat(ctx, seat.id, None)
    return bool(theirs)
