"""The handlers of somebody who takes part: how it stands, pauses, their goal and hour, earlier days, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.reply import Open, Reply, Say
from bot.chat.text import Strong
from bot.core.context import Context
from bot.core.feature import Upcoming
from bot.people.days import day_of
from bot.people.values import HowOften
from handlers import nudges
from handlers.challenges import store, views
from handlers.challenges import taking_part_store as mine
from handlers.challenges import taking_part_views as shown
from handlers.challenges.facts import ParticipantPaused, PartnerWish, ProgressShown
from handlers.challenges.flows import comes_on, dates_of, open_challenge, plan_activity, was_sent
from handlers.challenges.payloads import Progress
from handlers.challenges.rules import State
from handlers.challenges.store import Challenge, Participant
from handlers.challenges.streaks import Numbered, Pause, Standing, grants, standing
from handlers.challenges.taking_part_payloads import AboutMeDraft, AskAboutMe, AskPause, CatchUp, PauseDraft, Resume

A_WEEK = timedelta(days=7)


def progress(ctx: Context, payload: Progress) -> Reply:
    """How it stands for me."""
    challenge = store.challenge(ctx, payload.challenge)
    if challenge is None:
        raise CardOutOfDate
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    if part is None:
        if challenge.state is State.CLOSED:
            raise CardOutOfDate
        return Say(views.not_in_it(challenge))
    today = ctx.today()
    about = mine.about_me(ctx, part.id)
    card = shown.Mine(
        standing=stands(ctx, part, about),
        number=challenge.plan.number_of(today),
        zone=ctx.actor.zone,
        goal=about.goal,
        hides_streak=ctx.actor.hides_streak,
        resumes_on=mine.resumes_on(ctx, part.id, today),
        has_earlier=today > challenge.plan.starts_on,
        begins_on=challenge.plan.starts_on if today < challenge.plan.starts_on else None,
    )
    ctx.publish(ProgressShown(challenge.id))
    return Say(ctx.with_additions(shown.progress(challenge, card, is_open=challenge.state is not State.CLOSED)))


def stands(ctx: Context, part: Participant, about: mine.AboutMe) -> Standing:
    """How it stands for the acting participant."""
    zone = ctx.actor.zone
    return standing(
        [Numbered(number, on) for number, on in dates_of(part.challenge.plan).items()],
        joined_on=day_of(about.joined_at, zone),
        done=mine.done_numbers(ctx, part.id),
        pauses=[*mine.pauses(ctx, part.id), *(Pause(*away) for away in nudges.days_away(ctx, part.person))],
        now=ctx.now,
        zone=zone,
        granted=grants(part.challenge.plan.days),
    )


def ask_pause(ctx: Context, payload: AskPause) -> Open:
    """Open the form that pauses, a week ahead where the challenge lasts that long."""
    part = _part(ctx, payload.challenge)
    until = mine.resumes_on(ctx, part.id, ctx.today()) or min(ctx.today() + A_WEEK, part.challenge.plan.last_on)
    intro = _("Until then nothing comes to you from {title}. You can go on earlier whenever you like.", title=Strong(part.challenge.title))
    return ctx.open(PauseDraft, values={"until": max(until, ctx.today() + timedelta(days=1))}, subject=payload, intro=intro)


def pause(ctx: Context, draft: PauseDraft, subject: object) -> Reply:
    """Pause what comes daily until a date."""
    if not isinstance(subject, AskPause):
        raise CardOutOfDate
    part = _part(ctx, subject.challenge)
    today, last_on = ctx.today(), part.challenge.plan.last_on
    if draft.until <= today:
        raise FieldErrors({"until": _("Please choose a day after today, {today}.", today=today)})
    if draft.until > max(last_on, today + timedelta(days=1)):
        raise FieldErrors({"until": _("The last activity is on {day}. Please choose a day until then, or leave.", day=last_on)})
    mine.pause(ctx, part.id, today, draft.until - timedelta(days=1))
    following = plan_activity(ctx, part, ctx.actor, sends_today=False)
    ctx.publish(ParticipantPaused(part.challenge.id, part.person, draft.until))
    return Say(shown.paused(part.challenge, draft.until, following, ctx.actor.zone))


def resume(ctx: Context, payload: Resume) -> Reply:
    """Go on at once; what has come today does not come again."""
    part = _part(ctx, payload.challenge)
    was_paused = mine.end_pause(ctx, part.id, ctx.today())
    if was_paused:
        ctx.publish(ParticipantPaused(part.challenge.id, part.person, None))
    number = part.challenge.plan.number_of(ctx.today())
    has_todays = number is not None and was_sent(ctx, part, ctx.actor, number)
    following = plan_activity(ctx, part, ctx.actor, sends_today=not has_todays)
    has_todays = number is not None and was_sent(ctx, part, ctx.actor, number)
    said = shown.resumed(part.challenge, following, ctx.actor.zone, was_paused=was_paused, has_todays=has_todays)
    return Say(said, instead=was_paused)


def ask_about_me(ctx: Context, payload: AskAboutMe) -> Open:
    """Open the form about me, with what I told before."""
    part = _part(ctx, payload.challenge)
    about = mine.about_me(ctx, part.id)
    partner = True if about.wants_partner is None else about.wants_partner
    values = {"goal": about.goal, "unit": about.unit, "partner": partner, "hour": part.at}
    return ctx.open(AboutMeDraft, values=values, subject=payload, intro=_("All of this is up to you, and you can change it later."))


def about_me(ctx: Context, draft: AboutMeDraft, subject: object) -> Reply:
    """Keep what I told; my activity moves to my hour."""
    if not isinstance(subject, AskAboutMe):
        raise CardOutOfDate
    part = _part(ctx, subject.challenge)
    at = draft.hour or part.at
    is_own = part.has_own_hour if at == part.at else at != ctx.actor.hour  # back at the usual hour, it follows the settings again
    wished = mine.about_me(ctx, part.id).wants_partner
    mine.tell(ctx, part.id, goal=draft.goal, unit=draft.unit, wants_partner=draft.partner, at=at, has_own_hour=is_own)
    part = _part(ctx, subject.challenge)
    number = part.challenge.plan.number_of(ctx.today())
    sends = number is not None and not was_sent(ctx, part, ctx.actor, number)
    following = plan_activity(ctx, part, ctx.actor, sends_today=sends)
    if wished is not draft.partner:
        ctx.publish(PartnerWish(part.challenge.id, part.person, draft.partner))
    return Say(ctx.with_additions(shown.told(at, following, ctx.actor.zone, wants_partner=draft.partner)))


def catch_up(ctx: Context, payload: CatchUp) -> Reply:
    """The days before today's, for reading."""
    challenge = store.challenge(ctx, payload.challenge)
    if challenge is None:
        raise CardOutOfDate
    days = mine.activities_before(ctx, challenge.id, _current(challenge, ctx.today()))
    return Say(shown.catch_up(challenge, days, payload.page))


def _current(challenge: Challenge, today: date) -> int:
    """The number of today's activity, or of the next one."""
    before = [number for number, on in dates_of(challenge.plan).items() if on < today]
    return max(before, default=0) + 1


def upcoming(ctx: Context) -> Sequence[Upcoming]:
    """What the challenges will send to the actor next, and why."""
    found: list[Upcoming] = []
    away = nudges.days_away(ctx, ctx.actor.id)
    for part in store.own_parts(ctx, ctx.actor.id):
        title = Strong(part.challenge.title)
        today, zone = ctx.today(), ctx.actor.zone
        resumes_on = mine.resumes_on(ctx, part.id, today)
        if resumes_on is None:
            for put_off in mine.snoozes(ctx, part.id):
                if not put_off.has_come and put_off.due_at > ctx.now and not store.is_done(ctx, part.id, put_off.number):
                    again = _("Day {number} of {title} once more", number=put_off.number, title=title)
                    found.append(Upcoming(put_off.due_at, again, _("You put it off.")))
        cadence = part.challenge.plan.daily(zone, part.at)
        following = cadence.next_due(ctx.now)
        while following is not None and not (
            comes_on(part.challenge.plan, ctx.actor, following[0], away) and (resumes_on is None or following[0] >= resumes_on)
        ):
            following = cadence.next_due(following[1])
        number = part.challenge.plan.number_of(following[0]) if following is not None else None
        if following is None or number is None:
            continue
        why = _("You take part, and {hour} is your hour.", hour=part.at)
        if resumes_on is not None:
            why = _("You have paused until {day}.", day=resumes_on)
        what = _("Day {number} of {title}", number=number, title=title)
        if ctx.actor.activity is HowOften.WEEKLY:
            what, why = _("The week in {title}", title=title), _("You take part, and chose to hear once a week.")
        found.append(Upcoming(following[1], what, why))
    return sorted(found, key=lambda each: each.at)


def _part(ctx: Context, challenge_id: int) -> Participant:
    """The actor's part in an open challenge."""
    challenge = open_challenge(ctx, challenge_id)
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    if part is None:
        raise CardOutOfDate
    return part
