"""Where a meetup stands: its cards in places and chats, its calendar files, and what comes before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from bot.chat.language import _
from bot.chat.message import File, Message
from bot.chat.reading import say_label
from bot.core.cadences import Cadence, once
from bot.core.context import Context, For
from bot.core.outbox import Kind
from bot.people import calendar
from bot.people import store as people
from bot.people.values import Member, Place
from handlers import challenges, nudges
from handlers.meetups import store, views
from handlers.meetups.rules import SOON, Answer, day_before
from handlers.meetups.store import Given, Meetup

DAY_BEFORE_JOB = "meetup.day_before"  # for each answer
SOON_JOB = "meetup.soon"  # for each occasion, like the next
OVER_JOB = "meetup.over"
A_DAY = timedelta(days=1)


def is_over(ctx: Context, meetup: Meetup) -> bool:
    """Whether it has taken place."""
    return meetup.ends_at <= ctx.now


# -- cards ---------------------------------------------------------------------------------------------------------------


def show_in_places(ctx: Context, meetup: Meetup) -> Sequence[Place]:
    """Post or refresh the living card in every place of the challenge; returns them."""
    places = challenges.places(ctx, meetup.challenge)
    card = _place_card(ctx, meetup)
    for place in places:
        ctx.post(place, card, kind=Kind.PLACE, key=f"meetup/{meetup.id}")
    return places


def show_in(ctx: Context, meetup: Meetup, place: Place) -> None:
    """Post the card in one place, where the challenge is shown there."""
    if any(each.id == place.id for each in challenges.places(ctx, meetup.challenge)):
        ctx.post(place, _place_card(ctx, meetup), kind=Kind.PLACE, key=f"meetup/{meetup.id}")


def _place_card(ctx: Context, meetup: Meetup) -> Message:
    if meetup.is_cancelled:
        return views.cancelled_card(meetup)
    counts = store.counts(ctx, meetup.id)
    return views.over(meetup, counts) if is_over(ctx, meetup) else views.in_place(meetup, counts)


def show_to_people(ctx: Context, meetup: Meetup) -> int:
    """Invite everybody who takes part, or refresh the invitation that is there; returns how many. Whoever set it has the receipt."""
    found = [person for person in challenges.people_in(ctx, meetup.challenge) if person != meetup.set_by]
    given = store.answers(ctx, meetup.id)
    invited = people.members(ctx.session, found)
    _show_to(ctx, meetup, invited.values(), given)
    return len(invited)


def refresh_invitations(ctx: Context, meetup: Meetup) -> None:
    """Let the invitations that are there say what stands now; nobody gets another one."""
    given = store.answers(ctx, meetup.id)
    concerned = dict.fromkeys([*challenges.people_in(ctx, meetup.challenge), *given])
    members = people.members(ctx.session, list(concerned)).values()
    invited = ctx.have_posted([(member, _invitation_key(meetup, member)) for member in members])
    _show_to(ctx, meetup, [member for member in members if (member.id, _invitation_key(meetup, member)) in invited], given)


def refresh_own(ctx: Context, meetup: Meetup, member: Member, answer: Answer) -> None:
    """Let one's own invitation show one's answer."""
    if ctx.has_posted(member, _invitation_key(meetup, member)):
        ctx.post(member, _invitation(meetup, answer), kind=Kind.NEWS, key=_invitation_key(meetup, member))


def _show_to(ctx: Context, meetup: Meetup, members: Iterable[Member], given: Mapping[int, Given]) -> None:
    answers = {person: each.answer for person, each in given.items()}
    posts = [For(each, _invitation(meetup, answers.get(each.id)), _invitation_key(meetup, each)) for each in members]
    ctx.post_all(posts, kind=Kind.NEWS)


def _invitation(meetup: Meetup, answer: Answer | None) -> Message:
    return views.cancelled_card(meetup) if meetup.is_cancelled else views.invitation(meetup, answer)


def _invitation_key(meetup: Meetup, member: Member) -> str:
    return f"meetup/{meetup.id}/invitation/{member.id}"


# -- calendar files ------------------------------------------------------------------------------------------------------


def file_for(ctx: Context, meetup: Meetup, language: str) -> File:
    """The calendar file as it stands now, in the reader's language."""
    write = calendar.cancellation if meetup.is_cancelled else calendar.invite
    content = write(
        f"meetup-{meetup.id}@convene",
        meetup.sequence,
        meetup.starts_at,
        meetup.ends_at,
        say_label(views.title_of(meetup), language),
        meetup.reason if meetup.is_cancelled else meetup.agenda,
        meetup.link,
        organiser=ctx.community.name,
        now=ctx.now,
    )
    name = "meetup-cancelled.ics" if meetup.is_cancelled else "meetup.ics"
    return File(name, calendar.MEDIA_TYPE, views.title_of(meetup), content)


def tell_changed(ctx: Context, meetup: Meetup, *, has_moved: bool) -> None:
    """Those who come or may come get the new file; the places hear of another time, since an edited card notifies nobody."""
    _tell(ctx, meetup, lambda file: views.changed(meetup, has_moved=has_moved, file=file))
    if has_moved:
        for place in challenges.places(ctx, meetup.challenge):
            ctx.post(place, views.place_told_changed(meetup), kind=Kind.PLACE)


def tell_cancelled(ctx: Context, meetup: Meetup) -> None:
    """The same when it is called off."""
    _tell(ctx, meetup, lambda file: views.told_cancelled(meetup, file))


def tell_places_cancelled(ctx: Context, meetup: Meetup) -> None:
    """One line for the places."""
    for place in challenges.places(ctx, meetup.challenge):
        ctx.post(place, views.place_told_cancelled(meetup), kind=Kind.PLACE)


def _tell(ctx: Context, meetup: Meetup, message: Callable[[File], Message]) -> None:
    concerned = [given.person for given in store.answers(ctx, meetup.id).values() if given.answer.wants_news]
    members = people.members(ctx.session, concerned).values()
    posts = [For(member, message(file_for(ctx, meetup, member.language))) for member in members]
    ctx.post_all(posts, kind=Kind.ASKED_FOR)


# -- whoever has not answered --------------------------------------------------------------------------------------------


def urgent_key(challenge: int) -> str:
    """The key of a lead's urgent request for answers; another meetup of the same challenge reminds nobody a second time."""
    return f"meetup/answer/{challenge}"


def urge(ctx: Context, meetup: Meetup) -> None:
    """Where a lead marked it urgent, whoever is invited and has not answered is reminded once, a day after the invitation."""
    key = urgent_key(meetup.challenge)
    if not nudges.is_urgent(ctx, key):
        return
    answered = store.answers(ctx, meetup.id)
    silent = [each for each in challenges.people_in(ctx, meetup.challenge) if each not in answered and each != meetup.set_by]
    begins = max(ctx.now, min(ctx.now + A_DAY, meetup.starts_at - A_DAY))
    why = _("A lead asks for your answer. You are reminded of it once.")
    reminder = nudges.Reminder(key, views.unanswered(meetup), why, expires_at=meetup.starts_at, not_before=begins)
    nudges.remind_all(ctx, [(member, reminder) for member in people.members(ctx.session, silent).values()])


# -- what comes before ---------------------------------------------------------------------------------------------------


def plan_occasion(ctx: Context, meetup: Meetup) -> None:
    """What comes once for everybody: shortly before it begins, and when it is over."""
    for job, at in ((SOON_JOB, meetup.starts_at - SOON), (OVER_JOB, meetup.ends_at)):
        ctx.plan(job, meetup.occasion, once(at))


def plan_day_before(ctx: Context, meetup: Meetup, given: Given, member: Member) -> None:
    """The day before comes at one's own hour, to those who said that they will come."""
    if given.answer is Answer.COMING:
        on = day_before(meetup.starts_at, member.zone)
        ctx.plan(DAY_BEFORE_JOB, given.id, Cadence(member.zone, member.hour, on, on))
    else:
        ctx.forget(DAY_BEFORE_JOB, [given.id])


def replan(ctx: Context, before: Meetup, after: Meetup) -> None:
    """It may have moved: what comes before it moves too, and what came is out of date."""
    if before.occasion == after.occasion:
        return
    forget(ctx, before)
    plan_occasion(ctx, after)
    given = store.answers(ctx, after.id)
    for member in people.members(ctx.session, _coming(given.values())).values():
        plan_day_before(ctx, after, given[member.id], member)


def forget(ctx: Context, meetup: Meetup) -> None:
    """Nothing comes before it any more; a reminder that stands there says so."""
    ctx.forget(SOON_JOB, [meetup.occasion])
    ctx.forget(OVER_JOB, [meetup.occasion])
    given = store.answers(ctx, meetup.id)
    ctx.forget(DAY_BEFORE_JOB, [each.id for each in given.values()])
    for member in people.members(ctx.session, _coming(given.values())).values():
        take_back_reminders(ctx, meetup, member)


def take_back_reminders(ctx: Context, meetup: Meetup, member: Member) -> None:
    """What was to remind somebody is true no more."""
    for key in reminder_keys(meetup, member):
        ctx.take_back(member, key, instead=views.settled(meetup))


def reminder_keys(meetup: Meetup, member: Member) -> tuple[str, str]:
    """The keys of the two reminders, other ones for each time it is set to."""
    of = f"{meetup.occasion}/{member.id}"
    return f"meetup/{meetup.id}/before/{of}", f"meetup/{meetup.id}/soon/{of}"


def remind(ctx: Context, meetup: Meetup, given: Mapping[int, Given], key: int, message: Message, expires_in: timedelta) -> None:
    """Remind those of these who said that they will come."""
    members = people.members(ctx.session, _coming(given.values())).values()
    posts = [For(member, message, reminder_keys(meetup, member)[key], expires_in=expires_in) for member in members]
    ctx.post_all(posts, kind=Kind.ASKED_FOR)


def _coming(given: Iterable[Given]) -> list[int]:
    return [each.person for each in given if each.answer is Answer.COMING]
