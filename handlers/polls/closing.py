"""How polls end: closed at their time, by hand or by the last vote; later, cancelled; and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.errors import CardOutOfDate, FieldErrors, UserError
from bot.chat.language import _
from bot.chat.reply import Reply, Say
from bot.core.cadences import Occurrence
from bot.core.context import Context
from bot.core.facts import Fact
from bot.core.outbox import Kind as PostKind
from bot.lean import dataclass
from bot.people import store as people
from bot.people.days import instant_of
from bot.people.values import Member
from handlers import nudges
from handlers.polls import ballots, cards, managing_views, store, views
from handlers.polls.kinds import State, Terms
from handlers.polls.payloads import Cancel, CancelDraft, Close, Extend, ExtendDraft, OutcomeDraft, TellOutcome
from handlers.polls.rules import FARTHEST, OUTCOME_AFTER, OUTCOME_WITHIN, hour_exists


@dataclass(frozen=True, slots=True)
class PollClosed(Fact):
    """A poll has closed and its result is posted."""

    poll: int


class NotYours(UserError):
    """Somebody else's poll."""

    def __init__(self) -> None:
        super().__init__(_("Only whoever asked this, or a lead, can do that. You can vote, and change your vote until it closes."))


def may_manage(ctx: Context, terms: Terms) -> bool:
    """Whether the actor may close and change it."""
    return ctx.actor.is_lead or terms.poser == ctx.actor.id


def managed(ctx: Context, poll: int) -> Terms:
    """A poll that the actor may manage, locked."""
    terms = store.poll(ctx, poll, lock=True)
    if terms is None or terms.state is State.DRAFT:
        raise CardOutOfDate
    if not may_manage(ctx, terms):
        raise NotYours
    return terms


# -- closing -------------------------------------------------------------------------------------------------------------


def close(ctx: Context, payload: Close) -> Reply:
    """Close it now; a second press finds it closed."""
    terms = managed(ctx, payload.poll)
    if terms.is_open:
        finish(ctx, terms)
        return Say(managing_views.closed_now(terms))
    return Say(views.over(terms))


def close_due(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """What closes at this time."""
    for occurrence in occurrences:
        terms = store.poll(ctx, occurrence.subject, lock=True)
        if terms is not None and terms.is_open and terms.closes_at is not None and terms.closes_at <= ctx.now:
            finish(ctx, terms)


def close_if_all_voted(ctx: Context, terms: Terms) -> bool:
    """Close a poll that was to close with the last vote, where everybody present has voted."""
    if not terms.closes_when_all_voted or not terms.is_open:
        return False
    present = set(people.members(ctx.session))
    if not present or ballots.has_voted(ctx, terms, present) != present:
        return False
    finish(ctx, terms)
    return True


def finish(ctx: Context, terms: Terms) -> None:
    """Close it, once: ballots are sealed off before anything is counted, then its result is posted in every place."""
    standing = store.poll(ctx, terms.id, lock=True)
    if standing is None or not standing.is_open:
        return
    closed = store.finish(ctx, terms.id, State.CLOSED)
    ballots.seal_off(ctx, closed)
    _let_go(ctx, closed)
    shown = cards.show(ctx, closed)
    cards.tell_places(ctx, closed, views.result(shown), "result")
    _ask_outcome(ctx, shown)
    ctx.publish(PollClosed(closed.id))


def _let_go(ctx: Context, terms: Terms) -> None:
    cards.forget(ctx, terms)
    for key in cards.reminder_keys(terms):
        nudges.drop(ctx, key)


# -- later, or not at all ------------------------------------------------------------------------------------------------


def ask_extend(ctx: Context, payload: Extend) -> Reply:
    """Ask until when."""
    terms = managed(ctx, payload.poll)
    if not terms.is_open:
        return Say(views.over(terms))
    at = terms.closes_at.astimezone(ctx.actor.tz) if terms.closes_at is not None else None
    values = {"on": at.date(), "at": at.time()} if at is not None else {}
    return ctx.open(ExtendDraft, values=values, subject=payload, intro=_("Times are in your time zone, {zone}.", zone=ctx.actor.zone))


def extend(ctx: Context, draft: ExtendDraft, subject: Extend) -> Reply:
    """Let it close later; those who have voted and the places are told."""
    terms = managed(ctx, subject.poll)
    if not terms.is_open:
        raise FieldErrors({"": _("This poll has closed meanwhile, so it cannot be extended.")})
    at = instant_of(draft.on, draft.at, ctx.actor.zone)
    if not hour_exists(draft.on, draft.at, ctx.actor.zone):
        raise FieldErrors({"at": _("On that day the clocks go forward and leave this hour out. Please choose another.")})
    if at <= max(ctx.now, terms.closes_at or ctx.now):
        raise FieldErrors({"on": _("Please choose a later time than it has now.")})
    if at > ctx.now + FARTHEST:
        raise FieldErrors({"on": _("Please choose a day within a year.")})
    later = store.extend(ctx, terms.id, at)
    cards.plan(ctx, later)
    cards.show(ctx, later)
    told = views.is_later(later, at)
    cards.tell_places(ctx, later, told)
    for member in _took_part(ctx, later):
        ctx.post(member, told, kind=PostKind.NEWS)
    return Say(managing_views.extended(later, at))


def ask_cancel(ctx: Context, payload: Cancel) -> Reply:
    """Ask why."""
    terms = managed(ctx, payload.poll)
    return ctx.open(CancelDraft, subject=payload) if terms.is_open else Say(views.over(terms))


def cancel(ctx: Context, draft: CancelDraft, subject: Cancel) -> Reply:
    """Call it off with a reason; what was said in confidence goes."""
    terms = managed(ctx, subject.poll)
    if not terms.is_open:
        return Say(views.over(terms))
    off = store.finish(ctx, terms.id, State.CANCELLED, draft.reason)
    ballots.discard(ctx, off)
    _let_go(ctx, off)
    cards.show(ctx, off)
    cards.tell_places(ctx, off, views.cancelled(off), "result")
    return Say(views.cancelled(off))


# -- what comes of it ----------------------------------------------------------------------------------------------------


def _ask_outcome(ctx: Context, shown: views.Standing) -> None:
    terms = shown.terms
    if not terms.is_decision or terms.poser is None or not shown.voters:
        return
    poser = people.members(ctx.session, [terms.poser]).get(terms.poser)
    if poser is None:
        return
    question = views.ask_outcome(shown)
    ctx.post(poser, question, kind=PostKind.ASKED_FOR, key=cards.outcome_key(terms))
    why = _("Your poll has decided something, and those who voted have not heard what comes of it.")
    reminder = nudges.Reminder(cards.outcome_key(terms), question, why, ctx.now + OUTCOME_WITHIN, ctx.now + OUTCOME_AFTER)
    nudges.remind(ctx, poser, reminder)


def ask_for_outcome(ctx: Context, payload: TellOutcome) -> Reply:
    """Ask for the sentence."""
    terms = managed(ctx, payload.poll)
    if terms.state is not State.CLOSED:
        raise CardOutOfDate
    return Say(views.outcome(terms, to_voter=False)) if terms.outcome else ctx.open(OutcomeDraft, subject=payload, intro=terms.question)


def tell_outcome(ctx: Context, draft: OutcomeDraft, subject: TellOutcome) -> Reply:
    """Tell it to those who took part, once."""
    terms = managed(ctx, subject.poll)
    if terms.state is not State.CLOSED:
        raise CardOutOfDate
    if terms.outcome:
        raise FieldErrors({"": _("Those who voted have heard already what comes of it.")})
    told = store.tell_outcome(ctx, terms.id, draft.outcome)
    message = views.outcome(told)
    heard = [member for member in _took_part(ctx, told) if member.id != ctx.actor.id]
    for member in heard:
        ctx.post(member, message, kind=PostKind.NEWS)
    cards.show(ctx, told)
    poser = people.members(ctx.session, [told.poser]).get(told.poser) if told.poser is not None else None
    if poser is not None:
        said = views.outcome(told, to_voter=False)
        ctx.take_back(poser, cards.outcome_key(told), instead=said)
        nudges.settle(ctx, poser, cards.outcome_key(told), instead=said)
    return Say(managing_views.outcome_told(told, len(heard)))


def _took_part(ctx: Context, terms: Terms) -> Sequence[Member]:
    found = ballots.took_part(ctx, terms)
    return list(people.members(ctx.session, found).values()) if found else []
