"""The handlers of reminders: putting off, pausing, stopping, going on, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Block
from bot.chat.reply import Open, Reply, Say
from bot.chat.text import Strong
from bot.core.context import Context
from bot.core.facts import PersonChanged
from bot.core.feature import Upcoming
from bot.people.values import HowOften
from handlers.nudges import away, health_store, store, views
from handlers.nudges.payloads import AskPause, ChooseActivity, PauseDraft, Resume, SeeHealth, Snooze, Stop
from handlers.nudges.rules import PutOff, State, foreseen, leaves_at, put_off_until
from handlers.nudges.waking import look_at, show, standings

LONGEST_PAUSE = timedelta(days=366)


def snooze(ctx: Context, payload: Snooze) -> Reply:
    """Let what stands in a message come again later; the person asked for it, so it takes nothing from the budget."""
    nudge = store.nudge(ctx, payload.nudge)
    if nudge is None or ctx.picked not in set(PutOff):
        raise CardOutOfDate
    items = [item for item in store.items_of(ctx, nudge.id) if item.state is State.SENT]
    if not items:
        return Say(views.nothing_to_put_off())
    terms = standings(ctx, [ctx.actor.id])[ctx.actor.id].terms
    comes_at = leaves_at(terms, put_off_until(PutOff(ctx.picked), ctx.now, terms), None)
    later = [item for item in items if comes_at is not None and item.expires_at > comes_at]
    if comes_at is None or not later:
        return Say(views.put_off(None, ctx.actor.zone))
    store.put_off(ctx, [item.id for item in later], comes_at)
    look_at(ctx, ctx.actor.id, comes_at)
    show(ctx, ctx.actor, nudge)
    return Say(views.put_off(comes_at, ctx.actor.zone, len(items) - len(later)))


def ask_pause(ctx: Context, _payload: AskPause) -> Open:
    """Open the form that pauses, a week ahead."""
    intro = _("Until then I remind you of nothing. What you asked for, such as the daily activity, still comes.")
    return ctx.open(PauseDraft, values={"until": ctx.today() + timedelta(days=7)}, intro=intro)


def pause(ctx: Context, draft: PauseDraft, _subject: object) -> Reply:
    """No reminders until a date."""
    today = ctx.today()
    if draft.until <= today:
        raise FieldErrors({"until": _("Please choose a day after today, {today}.", today=today)})
    if draft.until > today + LONGEST_PAUSE:
        raise FieldErrors({"until": _("Please choose a day within a year.")})
    store.set_state(ctx, ctx.actor.id, paused_until=draft.until)
    return Say(views.paused(draft.until))


def stop(ctx: Context, _payload: Stop) -> Reply:
    """No reminders from now on."""
    is_new = not standings(ctx, [ctx.actor.id])[ctx.actor.id].terms.is_stopped
    if is_new:
        store.set_state(ctx, ctx.actor.id, stopped_at=ctx.now, is_silent=False)
    return Say(views.stopped(is_new=is_new))


def resume(ctx: Context, _payload: Resume) -> Reply:
    """Reminders again; what waited meanwhile and is not over comes together."""
    terms = standings(ctx, [ctx.actor.id])[ctx.actor.id].terms
    is_paused = terms.paused_until is not None and terms.paused_until > ctx.today()
    if terms.is_stopped or is_paused:
        store.set_state(ctx, ctx.actor.id, stopped_at=None, paused_until=None, ignored=0)
        look_at(ctx, ctx.actor.id, ctx.now)
    return Say(views.resumed(is_new=terms.is_stopped or is_paused, budget=terms.budget))


def choose_activity(ctx: Context, payload: ChooseActivity) -> Reply:
    """How often the daily activity comes to the actor."""
    if payload.often not in set(HowOften):
        raise CardOutOfDate
    often = HowOften(payload.often)
    if often is not ctx.actor.activity:
        store.choose_activity(ctx, often)
        ctx.act_as(replace(ctx.actor, activity=often))
        ctx.publish(PersonChanged(ctx.actor))
    return Say(views.activity_chosen(often))


def upcoming(ctx: Context) -> Sequence[Upcoming]:
    """Which reminders come to the actor, when, and why; those that would be over by then do not."""
    items = store.waiting(ctx, [ctx.actor.id]).get(ctx.actor.id, [])
    if not items:
        return ()
    terms, used = standings(ctx, [ctx.actor.id])[ctx.actor.id].terms, store.used(ctx, [ctx.actor.id]).get(ctx.actor.id, {})
    comes = foreseen(terms, [item.waiting for item in items], used, ctx.now)
    return [
        Upcoming(comes[item.id], _("A reminder: {what}", what=item.message.summary), _("{why}", why=Strong(item.why)))
        for item in items
        if item.id in comes
    ]


def my_things(ctx: Context) -> Sequence[Block]:
    """What keeps reminders from coming, and days away, with the way back."""
    terms = standings(ctx, [ctx.actor.id])[ctx.actor.id].terms
    until = terms.paused_until if terms.paused_until is not None and terms.paused_until > ctx.today() else None
    return (*views.standing(is_stopped=terms.is_stopped, paused_until=until), *away.my_things(ctx))


def health(ctx: Context, _asked: str | SeeHealth) -> Reply:
    """`/convene health`: how reminders were received in the last whole month, for leads."""
    last = ctx.community_today().replace(day=1) - timedelta(days=1)
    month = last.replace(day=1)
    return Say(views.health(health_store.counts(ctx, month), month, last))
