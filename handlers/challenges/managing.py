"""What a lead changes of a challenge that is announced or runs; everybody whom it touches is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import cycle, islice

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _, n_
from bot.chat.message import Message, Option
from bot.chat.reply import Open, Reply, Say
from bot.core.context import Context
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.people import store as people
from handlers import packs
from handlers.challenges import leading_store, managing_views, store
from handlers.challenges.ending import ChallengePlanned
from handlers.challenges.facts import ChallengeBegun, ChallengeEnded, ManagerShown
from handlers.challenges.flows import ACTIVITY_JOB, END_JOB, PLACE_JOB, replan_parts, show_announcement
from handlers.challenges.leading import not_a_start, post_todays
from handlers.challenges.leading_payloads import (
    SAME,
    SAME_AGAIN,
    AboutPlan,
    Cancel,
    ChangeHour,
    ChooseDay,
    ChooseDayDraft,
    DayDraft,
    EditDay,
    Extend,
    ExtendDraft,
    HourDraft,
    Manage,
    Pause,
    Reschedule,
    RescheduleDraft,
    Resume,
)
from handlers.challenges.leading_rules import day_numbers_from, extended, moved_to, paused, resumed, room, untouched
from handlers.challenges.rules import Move, State, moved
from handlers.challenges.store import Challenge
from handlers.challenges.two_editors import told_of_change, told_what_stands
from handlers.packs import Activity

JUST_STRIKING = timedelta(minutes=1)  # an hour that strikes while a lead changes something is not lost


def manage(ctx: Context, payload: Manage | AboutPlan) -> Reply:
    """How a challenge stands, in counts, and what can be changed of it."""
    challenge = store.challenge(ctx, payload.challenge)
    if challenge is None:
        raise CardOutOfDate
    if not challenge.state.is_open:
        return Say(managing_views.not_open(challenge))
    places = [place.name for place in leading_store.places(ctx, challenge.id)]
    counts = leading_store.counts(ctx, challenge.id)
    ctx.publish(ManagerShown(challenge.id))
    return Say(ctx.with_additions(managing_views.managed(managing_views.Standing(challenge, counts, places, _has_begun(ctx, challenge)))))


# -- editing a day -------------------------------------------------------------------------------------------------------


def choose_day(ctx: Context, payload: ChooseDay) -> Reply:
    """Open the form that asks which day."""
    challenge = _locked(ctx, payload.challenge)
    if not challenge.state.is_open:
        return Say(managing_views.not_open(challenge))
    numbers = _still_to_come(ctx, challenge)
    if not numbers:
        return Say(managing_views.no_day_left(challenge))
    return ctx.open(ChooseDayDraft, values={"number": str(numbers[0])}, subject=payload)


def day_options(ctx: Context, subject: ChooseDay) -> Options:
    """The days that have reached nobody yet."""
    challenge = store.challenge(ctx, subject.challenge)
    if challenge is None or not challenge.state.is_open:
        return {"number": ()}
    days = leading_store.days(ctx, challenge.id)
    found = [(number, days[number].title) for number in _still_to_come(ctx, challenge)]
    return {"number": tuple(Option(str(number), _("Day {number}: {title}", number=number, title=title)) for number, title in found)}


def open_day(ctx: Context, draft: ChooseDayDraft, subject: ChooseDay) -> Reply:
    """Open the chosen day with every line as it stands."""
    return _day_form(ctx, subject.challenge, int(draft.number))


def open_edit(ctx: Context, payload: EditDay) -> Reply:
    """Open a day that is known already."""
    return _day_form(ctx, payload.challenge, payload.number)


def _day_form(ctx: Context, challenge: int, number: int) -> Open:
    standing = leading_store.standing_day(ctx, challenge, number)
    if standing is None:
        raise CardOutOfDate
    intro = _("Day {number}. People get it as you leave it here.", number=number)
    return ctx.open(DayDraft, values=_lines(standing.activity), subject=EditDay(challenge, number, standing.revision), intro=intro)


def save_day(ctx: Context, draft: DayDraft, subject: EditDay) -> Reply:
    """Keep a day; what another lead made of it meanwhile is shown, not overwritten."""
    challenge = _locked(ctx, subject.challenge)
    if not challenge.state.is_open:
        raise FieldErrors({"": _("This challenge is over or cancelled, so the day stays as it was.")})
    if subject.number not in _still_to_come(ctx, challenge):
        raise FieldErrors({"": _("This day has come meanwhile, so it stays as people got it.")})
    standing = leading_store.standing_day(ctx, challenge.id, subject.number)
    if standing is None:
        raise CardOutOfDate
    typed = asdict(draft)
    if standing.revision != subject.revision:
        now = _lines(standing.activity)
        both = {name: (typed[name], now[name]) for name in typed}
        return told_what_stands(ctx, _day_form(ctx, challenge.id, subject.number), both, standing.edited_by)
    leading_store.save_day(ctx, challenge.id, subject.number, Activity(title=typed.pop("called"), **typed))
    return Say(managing_views.day_saved(challenge, subject.number))


# -- pausing and going on ------------------------------------------------------------------------------------------------


def pause(ctx: Context, payload: Pause) -> Reply:
    """No more activities until a lead resumes; the rest of the days move on."""
    challenge = _locked(ctx, payload.challenge)
    if challenge.state is State.PAUSED:
        return Say(managing_views.paused_already(challenge))
    if not challenge.state.is_open:
        return Say(managing_views.not_open(challenge))
    if not _has_begun(ctx, challenge):
        return Say(managing_views.not_begun(challenge))
    on = _untouched(ctx, challenge)
    if on > challenge.plan.last_on:
        return Say(managing_views.nothing_to_pause(challenge))
    running = State.RUNNING if challenge.state is State.ANNOUNCED else challenge.state  # begun where no place has had its hour yet
    state = moved(running, Move.PAUSE)
    assert state is not None
    changed = _keep(ctx, replace(challenge, plan=paused(challenge.plan, on), state=state))
    _tell_places(ctx, changed, managing_views.place_told_paused(changed, on))
    if challenge.state is State.ANNOUNCED:
        ctx.publish(ChallengeBegun(challenge.id))
    return Say(managing_views.paused(changed, on))


def resume(ctx: Context, payload: Resume) -> Reply:
    """Go on with the next day, on the first date that is the same for everybody."""
    challenge = _locked(ctx, payload.challenge)
    state = moved(challenge.state, Move.RESUME)
    if state is None:
        return Say(managing_views.runs_already(challenge) if challenge.state.is_open else managing_views.not_open(challenge))
    on = _untouched(ctx, challenge)
    plan = resumed(challenge.plan, on)
    following = plan.date_of(day_numbers_from(plan, on).start)
    assert following is not None
    changed = _keep(ctx, replace(challenge, plan=plan, state=state))
    _tell_places(ctx, changed, managing_views.place_told_resumed(changed, following))
    return Say(managing_views.resumed(changed, following))


# -- longer, another day, another hour -----------------------------------------------------------------------------------


def open_extend(ctx: Context, payload: Extend) -> Reply:
    """Open the form for more days."""
    challenge = _locked(ctx, payload.challenge)
    return _extend_form(ctx, challenge) if challenge.state.is_open else _closed(challenge)


def extend_options(ctx: Context, _subject: object) -> Options:
    """The same activities again, or those of a pack."""
    shipped = (Option(pack.name, pack.title) for pack in packs.available(ctx).values())
    return {"source": (SAME_AGAIN, *shipped)}


def _extend_form(ctx: Context, challenge: Challenge) -> Open:
    return ctx.open(ExtendDraft, values={"more": 7}, subject=AboutPlan(challenge.id, challenge.revision))


def extend(ctx: Context, draft: ExtendDraft, subject: AboutPlan) -> Reply:
    """Add days at the end."""
    challenge = _locked(ctx, subject.challenge)
    if not challenge.state.is_open:
        return _closed(challenge)
    if challenge.revision != subject.revision:
        has = n_("It has {count} day now.", "It has {count} days now.", challenge.plan.days)
        return told_of_change(ctx, _extend_form(ctx, challenge), asdict(draft), {"more": has}, challenge.edited_by)
    most = room(challenge.plan)
    if draft.more > most:
        raise FieldErrors({"more": n_("There is room for {count} more day.", "There is room for {count} more days.", most)})
    own = leading_store.days(ctx, challenge.id)
    again: Sequence[Activity] = list(own.values()) if draft.source == SAME else packs.available(ctx)[draft.source].activities
    leading_store.add_days(ctx, challenge.id, challenge.plan.days + 1, list(islice(cycle(again), draft.more)))
    changed = _keep(ctx, replace(challenge, plan=extended(challenge.plan, draft.more, _untouched(ctx, challenge))))
    _tell_places(ctx, changed, managing_views.place_told_extended(changed, draft.more))
    return Say(managing_views.extended(changed, draft.more))


def open_reschedule(ctx: Context, payload: Reschedule) -> Reply:
    """Open the form for another first day."""
    challenge = _locked(ctx, payload.challenge)
    if not challenge.state.is_open:
        return _closed(challenge)
    if _has_begun(ctx, challenge):
        return Say(managing_views.begun_already(challenge))
    return _reschedule_form(ctx, challenge)


def _reschedule_form(ctx: Context, challenge: Challenge) -> Open:
    return ctx.open(RescheduleDraft, values={"starts_on": challenge.plan.starts_on}, subject=AboutPlan(challenge.id, challenge.revision))


def reschedule(ctx: Context, draft: RescheduleDraft, subject: AboutPlan) -> Reply:
    """Begin on another day; whoever takes part is told, because they expect the old one."""
    challenge = _locked(ctx, subject.challenge)
    if not challenge.state.is_open:
        return _closed(challenge)
    if _has_begun(ctx, challenge):
        return Say(managing_views.begun_already(challenge))
    if challenge.revision != subject.revision:
        begins = _("It begins on {day} now.", day=challenge.plan.starts_on)
        return told_of_change(ctx, _reschedule_form(ctx, challenge), asdict(draft), {"starts_on": begins}, challenge.edited_by)
    if (wrong := not_a_start(ctx, draft.starts_on)) is not None:
        raise FieldErrors({"starts_on": wrong})
    if draft.starts_on == challenge.plan.starts_on:
        raise FieldErrors({"starts_on": _("It begins on that day already.")})
    changed = _keep(ctx, replace(challenge, plan=moved_to(challenge.plan, draft.starts_on)))
    _tell_places(ctx, changed, managing_views.place_told_moved(changed))
    _tell_participants(ctx, changed, managing_views.told_moved(changed))
    post_todays(ctx, changed)
    return Say(managing_views.moved(changed))


def open_hour(ctx: Context, payload: ChangeHour) -> Reply:
    """Open the form for another hour."""
    challenge = _locked(ctx, payload.challenge)
    if not challenge.state.is_open:
        return _closed(challenge)
    return _hour_form(ctx, challenge)


def _hour_form(ctx: Context, challenge: Challenge) -> Open:
    return ctx.open(HourDraft, values={"hour": challenge.at}, subject=AboutPlan(challenge.id, challenge.revision))


def change_hour(ctx: Context, draft: HourDraft, subject: AboutPlan) -> Reply:
    """Let the places get the day's activity at another hour; a day whose new hour is over already comes at once."""
    challenge = _locked(ctx, subject.challenge)
    if not challenge.state.is_open:
        return _closed(challenge)
    if challenge.revision != subject.revision:
        comes = _("It comes at {hour} now.", hour=challenge.at)
        return told_of_change(ctx, _hour_form(ctx, challenge), asdict(draft), {"hour": comes}, challenge.edited_by)
    if draft.hour == challenge.at:
        raise FieldErrors({"hour": _("It comes at that hour already.")})
    changed = _keep(ctx, replace(challenge, at=draft.hour))
    _tell_places(ctx, changed, managing_views.place_told_hour(changed))
    post_todays(ctx, changed)
    return Say(managing_views.hour_changed(changed))


# -- calling it off ------------------------------------------------------------------------------------------------------


def cancel(ctx: Context, payload: Cancel) -> Reply:
    """Call a challenge off; nothing of it comes any more."""
    challenge = _locked(ctx, payload.challenge)
    state = moved(challenge.state, Move.CANCEL)
    if state is None:
        return _closed(challenge)
    parts = store.parts_of(ctx, challenge.id)
    _tell_participants(ctx, challenge, managing_views.told_cancelled(challenge))
    store.set_state(ctx, challenge.id, state)
    ctx.forget(PLACE_JOB, [challenge.id])
    ctx.forget(END_JOB, [challenge.id])
    ctx.forget(ACTIVITY_JOB, [part.id for part in parts])
    for place in leading_store.places(ctx, challenge.id):
        ctx.post(place, managing_views.cancelled_card(challenge), kind=Kind.PLACE, key=f"challenge/{challenge.id}")
    _tell_places(ctx, challenge, managing_views.place_told_cancelled(challenge))
    ctx.publish(ChallengeEnded(challenge.id))
    return Say(managing_views.cancelled(challenge))


# -- what they share -----------------------------------------------------------------------------------------------------


def _keep(ctx: Context, changed: Challenge) -> Challenge:
    """Keep a changed challenge, let everything that comes round follow it, and show it on its card."""
    minute = changed.at.hour * 60 + changed.at.minute
    leading_store.save(ctx, changed.id, changed.plan, minute, changed.state)
    ctx.plan(PLACE_JOB, changed.id, changed.plan.daily(ctx.community.zone, changed.at), after=ctx.now - JUST_STRIKING)
    if changed.plan.is_paused:
        ctx.forget(END_JOB, [changed.id])
    else:
        ctx.plan(END_JOB, changed.id, changed.plan.ending())
    replan_parts(ctx, changed)
    ctx.publish(ChallengePlanned(changed.id))
    show_announcement(ctx, changed)
    return changed


def _tell_places(ctx: Context, challenge: Challenge, line: Message) -> None:
    for place in leading_store.places(ctx, challenge.id):
        ctx.post(place, line, kind=Kind.PLACE)


def _tell_participants(ctx: Context, challenge: Challenge, message: Message) -> None:
    """Tell everybody who takes part but whoever did it, who has the receipt."""
    parts = store.parts_of(ctx, challenge.id)
    for member in people.members(ctx.session, [part.person for part in parts]).values():
        if member.id != ctx.actor.id:
            ctx.post(member, message, kind=Kind.NEWS)


def _locked(ctx: Context, challenge_id: int) -> Challenge:
    challenge = store.challenge(ctx, challenge_id, lock=True)
    if challenge is None:
        raise CardOutOfDate
    return challenge


def _closed(challenge: Challenge) -> Reply:
    return Say(managing_views.not_open(challenge))


def _has_begun(ctx: Context, challenge: Challenge) -> bool:
    return challenge.state is not State.ANNOUNCED or challenge.plan.starts_on <= ctx.community_today()


def _untouched(ctx: Context, challenge: Challenge) -> date:
    """The first date whose activity has reached neither a place nor a participant."""
    parts = store.parts_of(ctx, challenge.id)
    members = people.members(ctx.session, [part.person for part in parts])
    own = [(members[part.person].zone, part.at) for part in parts if part.person in members]
    return untouched(ctx.community_today(), [(ctx.community.zone, challenge.at), *own], ctx.now)


def _lines(activity: Activity) -> dict[str, str]:
    """An activity as its form has it."""
    lines: dict[str, str] = asdict(activity)
    return {"called": lines.pop("title"), **lines}


def _still_to_come(ctx: Context, challenge: Challenge) -> Sequence[int]:
    return day_numbers_from(challenge.plan, max(_untouched(ctx, challenge), challenge.plan.starts_on))
