"""What those who are invited do, and what comes to those who come."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.errors import CardOutOfDate
from bot.chat.language import _
from bot.chat.message import Block
from bot.chat.reply import Reply, Say
from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context
from bot.core.facts import PeopleLinked, PersonChanged, PersonLeft, PlaceJoined
from bot.core.feature import Keeps, Upcoming
from handlers import challenges, nudges
from handlers.meetups import cards, store, views
from handlers.meetups.payloads import Rsvp, SendFile
from handlers.meetups.rows import AnswerRow, MeetupRow
from handlers.meetups.rules import SOON, Answer, day_before
from handlers.meetups.store import Given, Meetup

MOST = 2  # on the front door


def answer(ctx: Context, payload: Rsvp) -> Reply:
    """Say whether I come; a second press changes nothing."""
    if payload.answer not in set(Answer):
        raise CardOutOfDate
    said = Answer(payload.answer)
    meetup = _meetup(ctx, payload.meetup, lock=True)
    if meetup.is_cancelled or cards.is_over(ctx, meetup):
        return Say(views.gone(meetup))
    given, before = store.give(ctx, meetup.id, said)
    cards.plan_day_before(ctx, meetup, given, ctx.actor)
    if said is before:
        return Say(views.answered(meetup, said, before, None))
    if before is Answer.COMING:
        cards.take_back_reminders(ctx, meetup, ctx.actor)
    nudges.settle(ctx, ctx.actor, cards.urgent_key(meetup.challenge), views.answered(meetup, said, before, None))
    cards.show_in_places(ctx, meetup)
    cards.refresh_own(ctx, meetup, ctx.actor, said)
    had_file = before is not None and before.wants_news
    file = cards.file_for(ctx, meetup, ctx.actor.language) if said.wants_news and not had_file else None
    return Say(views.answered(meetup, said, before, file))


def send_file(ctx: Context, payload: SendFile) -> Reply:
    """Hand over the calendar file as it stands now, of a cancelled meetup the one that takes it out."""
    meetup = _meetup(ctx, payload.meetup)
    file = cards.file_for(ctx, meetup, ctx.actor.language)
    return Say(views.told_cancelled(meetup, file) if meetup.is_cancelled else views.file_sent(meetup, file))


def _meetup(ctx: Context, meetup_id: int, *, lock: bool = False) -> Meetup:
    meetup = store.meetup(ctx, meetup_id, lock=lock)
    if meetup is None:
        raise CardOutOfDate
    return meetup


# -- what comes round ----------------------------------------------------------------------------------------------------


def remind_day_before(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """The day before, to those who said that they will come."""
    found: dict[int, dict[int, Given]] = {}
    for given in store.given(ctx, [each.subject for each in occurrences]):
        found.setdefault(given.meetup, {})[given.person] = given
    for meetup_id, given_by in found.items():
        meetup = store.meetup(ctx, meetup_id)
        if meetup is not None and not meetup.is_cancelled and meetup.starts_at > ctx.now:
            cards.remind(ctx, meetup, given_by, 0, views.tomorrow(meetup), meetup.starts_at - ctx.now)


def remind_soon(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Shortly before it begins, to those who said that they will come."""
    for occurrence in occurrences:
        meetup = store.of_occasion(ctx, occurrence.subject)
        if meetup is not None and not meetup.is_cancelled and meetup.ends_at > ctx.now:
            cards.remind(ctx, meetup, store.answers(ctx, meetup.id), 1, views.soon(meetup), meetup.ends_at - ctx.now)


def end(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """It has taken place: nothing on its cards can be pressed any more."""
    for occurrence in occurrences:
        meetup = store.of_occasion(ctx, occurrence.subject)
        if meetup is not None and not meetup.is_cancelled:
            nudges.drop(ctx, cards.urgent_key(meetup.challenge))
            cards.show_in_places(ctx, meetup)


# -- what happens elsewhere ----------------------------------------------------------------------------------------------


def release_person(ctx: Context, fact: PersonLeft) -> None:
    """Whoever has left does not come, and is not counted."""
    for given, meetup in store.answers_of(ctx, fact.person):
        ctx.forget(cards.DAY_BEFORE_JOB, [given.id])
        store.take_out(ctx, given.id)
        cards.show_in_places(ctx, meetup)


def follow_person(ctx: Context, fact: PersonChanged) -> None:
    """Somebody's zone or hour may have changed: the day before is another one, or comes at another hour."""
    for given, meetup in store.answers_of(ctx, fact.member.id):
        cards.plan_day_before(ctx, meetup, given, fact.member)


def count_anew(ctx: Context, fact: PeopleLinked) -> None:
    """Two who became one are counted once, and reminded once."""
    for meetup in store.to_come(ctx):
        cards.show_in_places(ctx, meetup)
    follow_person(ctx, PersonChanged(fact.member))


def show_to_place(ctx: Context, fact: PlaceJoined) -> None:
    """A place that joins late gets the cards of what is still to come."""
    for meetup in store.to_come(ctx):
        cards.show_in(ctx, meetup, fact.place)


# -- how it stands for one person ----------------------------------------------------------------------------------------


def upcoming(ctx: Context) -> Sequence[Upcoming]:
    """The reminders that the actor agreed to."""
    found: list[Upcoming] = []
    why = _("You said that you will come.")
    for given, meetup in store.answers_of(ctx, ctx.actor.id):
        if given.answer is not Answer.COMING:
            continue
        on = day_before(meetup.starts_at, ctx.actor.zone)
        following = Cadence(ctx.actor.zone, ctx.actor.hour, on, on).next_due(ctx.now)
        if following is not None:
            found.append(Upcoming(following[1], views.title_of(meetup), why))
        if meetup.starts_at - SOON > ctx.now:
            found.append(Upcoming(meetup.starts_at - SOON, views.title_of(meetup), why))
    return found


def my_things(ctx: Context) -> Sequence[Block]:
    """The meetups that the actor is invited to, or comes to."""
    meetups = store.to_come(ctx)
    if not meetups:
        return ()
    own = {meetup.id: given.answer for given, meetup in store.answers_of(ctx, ctx.actor.id)}
    concerned = [meetup for meetup in meetups if meetup.id in own or ctx.actor.id in challenges.people_in(ctx, meetup.challenge)]
    return [block for meetup in concerned[:MOST] for block in views.my_thing(meetup, own.get(meetup.id))]


KEEPS = {
    "meetups": Keeps(
        _("What you said to invitations to meetups."),
        _("Only you see it; everybody else sees counts without names."),
        store.exported,
        (AnswerRow,),
    ),
    "meetups_set": Keeps(
        _("The meetups that you set as a lead: their day, link and agenda."),
        _("The community reads them."),
        store.own_set,
        (MeetupRow,),
    ),
}
