"""What a lead does: set a meetup, move it, call it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, field, replace
from datetime import datetime, timedelta

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.form import corrected, raw
from bot.chat.language import Phrase, _
from bot.chat.message import Message
from bot.chat.reading import say_label
from bot.chat.reply import Open, Reply, Say
from bot.core.context import Context
from bot.core.facts import Fact
from bot.core.outbox import Kind
from bot.lean import dataclass
from bot.people import store as people
from bot.people.days import instant_of
from handlers import challenges, nudges
from handlers.challenges import Challenge
from handlers.meetups import cards, store, views
from handlers.meetups.payloads import AboutMeetup, Cancel, CancelDraft, MeetupDraft
from handlers.meetups.rules import FARTHEST, Suggestion, fitting, hour_exists, is_link, marks_of, suggested, without, without_marked
from handlers.meetups.store import Meetup


@dataclass(frozen=True, slots=True)
class AgendaBegun(Fact):
    """A lead is about to set the meetup of a challenge; whoever has something to say there adds its lines."""

    challenge: int
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wanted:
    starts_at: datetime
    ends_at: datetime
    link: str
    agenda: str


# -- opening -------------------------------------------------------------------------------------------------------------


def meet_up(ctx: Context, payload: challenges.MeetUp) -> Reply:
    """Set the meetup of a challenge, or see how it stands."""
    if payload.challenge is None:
        return _of_those_that_are_meant(ctx)
    challenge = challenges.challenge(ctx, payload.challenge)
    if challenge is None:
        raise CardOutOfDate
    standing = store.of_challenge(ctx, challenge.id)
    if standing is not None and not standing.is_cancelled:
        if cards.is_over(ctx, standing):
            return Say(views.gone(standing))
        return Say(views.managed(standing, store.counts(ctx, standing.id)))
    if not challenges.can_meet(challenge):
        return Say(views.not_to_meet_about(challenge.title))
    return _new_form(ctx, challenge)


def _of_those_that_are_meant(ctx: Context) -> Reply:
    found = challenges.to_meet_about(ctx)
    if not found:
        return Say(views.nothing_to_close())
    if len(found) > 1:
        return Say(views.choose([(each.id, each.title) for each in found]))
    return meet_up(ctx, challenges.MeetUp(found[0].id))


def open_form(ctx: Context, payload: AboutMeetup) -> Reply:
    """Open the form as things stand now."""
    return meet_up(ctx, challenges.MeetUp(payload.challenge)) if payload.meetup is None else _change_form(ctx, payload.meetup)


def _new_form(ctx: Context, challenge: Challenge) -> Open:
    best = suggestion(ctx, challenge)
    quoted = contributed(ctx, challenge.id)
    values = {"on": best.on, "at": best.at, "agenda": fitting(agenda(ctx, quoted))}
    intro = views.intro(ctx.actor.zone, best.suits, best.of)
    return ctx.open(MeetupDraft, values=values, subject=AboutMeetup(challenge.id, None, 0, marks_of(quoted)), intro=intro)


def suggestion(ctx: Context, challenge: Challenge) -> Suggestion:
    """The hour that suits most of those who take part, in the actor's zone."""
    present = people.members(ctx.session, challenges.people_in(ctx, challenge.id))
    return suggested(challenge.plan.last_on, ctx.now, ctx.actor.zone, (member.zone for member in present.values()))


def contributed(ctx: Context, challenge: int) -> Sequence[str]:
    """The lines that others have for the agenda, as things stand now."""
    begun = AgendaBegun(challenge)
    ctx.publish(begun)
    return begun.lines


def agenda(ctx: Context, quoted: Sequence[str]) -> Sequence[str]:
    """The agenda to begin with: a welcome, what others add to it, and what comes next; in the lead's language, since they edit it."""
    ours = (_("Welcome: who is here, and what each of us takes along"), _("What we do next, and who begins"))
    welcome, following = (say_label(line, ctx.actor.language) for line in ours)
    return [welcome, *quoted, following]


def _change_form(ctx: Context, meetup_id: int) -> Reply:
    standing = store.meetup(ctx, meetup_id)
    if standing is None:
        raise CardOutOfDate
    if standing.is_cancelled or cards.is_over(ctx, standing):
        return Say(views.gone(standing))
    return ctx.open(MeetupDraft, values=_values(ctx, standing), subject=_about(ctx, standing), intro=views.intro(ctx.actor.zone, 0, 0))


def _values(ctx: Context, standing: Meetup) -> dict[str, object]:
    begins = standing.starts_at.astimezone(ctx.actor.tz)
    return {"on": begins.date(), "at": begins.time(), "minutes": standing.minutes, "link": standing.link, "agenda": standing.agenda}


def _about(ctx: Context, standing: Meetup) -> AboutMeetup:
    return AboutMeetup(standing.challenge, standing.id, standing.sequence, marks_of(contributed(ctx, standing.challenge)))


# -- setting and changing ------------------------------------------------------------------------------------------------


def save(ctx: Context, draft: MeetupDraft, subject: AboutMeetup) -> Reply:
    """Set the meetup, or change it."""
    standing = store.of_challenge(ctx, subject.challenge, lock=True)
    taken_back = set(subject.quoted.split()) - set(marks_of(contributed(ctx, subject.challenge)).split())
    draft = replace(draft, agenda=without_marked(draft.agenda, taken_back)) if taken_back else draft
    if subject.meetup is None:
        if standing is not None and not standing.is_cancelled:
            return Say(views.managed(standing, store.counts(ctx, standing.id)))
        return _set(ctx, draft, subject.challenge)
    if standing is None or standing.id != subject.meetup:
        raise CardOutOfDate
    if standing.is_cancelled or cards.is_over(ctx, standing):
        return Say(views.gone(standing))
    if standing.sequence != subject.sequence:
        return _told_what_stands(ctx, draft, standing)
    return _change(ctx, draft, standing)


def _set(ctx: Context, draft: MeetupDraft, challenge_id: int) -> Reply:
    challenge = challenges.challenge(ctx, challenge_id)
    if challenge is None:
        raise CardOutOfDate
    if not challenges.can_meet(challenge):
        return Say(views.not_to_meet_about(challenge.title))
    wanted = _wanted(ctx, draft)
    _mark_urgent(ctx, draft, challenge.id)
    made = store.insert(ctx, challenge.id, challenge.title, wanted.starts_at, wanted.ends_at, wanted.link, wanted.agenda)
    cards.plan_occasion(ctx, made)
    places = cards.show_in_places(ctx, made)
    invited = cards.show_to_people(ctx, made)
    cards.urge(ctx, made)
    return Say(views.is_set(made, [place.name for place in places], invited))


def _change(ctx: Context, draft: MeetupDraft, standing: Meetup) -> Reply:
    wanted = _wanted(ctx, draft, standing)
    was_urgent = nudges.is_urgent(ctx, cards.urgent_key(standing.challenge))
    _mark_urgent(ctx, draft, standing.challenge)
    if wanted == _Wanted(standing.starts_at, standing.ends_at, standing.link, standing.agenda) and draft.urgent <= was_urgent:
        return Say(views.is_changed(standing, is_new=False))
    changed = store.change(ctx, standing.id, wanted.starts_at, wanted.ends_at, wanted.link, wanted.agenda)
    cards.replan(ctx, standing, changed)
    cards.show_in_places(ctx, changed)
    cards.show_to_people(ctx, changed)
    cards.urge(ctx, changed)
    cards.tell_changed(ctx, changed, has_moved=changed.starts_at != standing.starts_at)
    return Say(views.is_changed(changed))


def _mark_urgent(ctx: Context, draft: MeetupDraft, challenge_id: int) -> None:
    key = cards.urgent_key(challenge_id)
    if draft.urgent and not nudges.is_urgent(ctx, key) and not nudges.mark_urgent(ctx, key):
        raise FieldErrors({"urgent": _("This month has its urgent request already. It stays with the invitation this time.")})


def _wanted(ctx: Context, draft: MeetupDraft, standing: Meetup | None = None) -> _Wanted:
    """What the form says, checked; a meetup that is just going on may keep its beginning."""
    zone = ctx.actor.zone
    starts_at = instant_of(draft.on, draft.at, zone)
    errors: dict[str, Phrase] = {}
    if not hour_exists(draft.on, draft.at, zone):
        errors["at"] = _("On that day the clocks go forward and leave this hour out. Please choose another.")
    elif starts_at <= ctx.now and (standing is None or starts_at != standing.starts_at):
        errors["on" if draft.on < ctx.now.astimezone(ctx.actor.tz).date() else "at"] = _(
            "This is over already. Please choose a later time."
        )
    elif starts_at > ctx.now + FARTHEST:
        errors["on"] = _("Please choose a day within a year.")
    if draft.link and not is_link(draft.link):
        errors["link"] = _("Please give an address that begins with https://, without blanks.")
    if errors:
        raise FieldErrors(errors)
    return _Wanted(starts_at, starts_at + timedelta(minutes=int(draft.minutes)), draft.link, draft.agenda)


def _told_what_stands(ctx: Context, draft: MeetupDraft, standing: Meetup) -> Open:
    """Somebody changed it meanwhile: the form again with everything typed, and what stands now."""
    opened = ctx.open(MeetupDraft, values=_values(ctx, standing), subject=_about(ctx, standing))
    now = _(
        "Another lead has changed it meanwhile: {moment}. Nothing is saved yet. Send it again to let yours stand.",
        moment=views.when(standing),
    )
    return Open(corrected(opened.form, {name: raw(value) for name, value in asdict(draft).items()}, {"": now}))


# -- calling it off ------------------------------------------------------------------------------------------------------


def ask_to_cancel(ctx: Context, payload: Cancel) -> Reply:
    """Ask why."""
    standing = store.meetup(ctx, payload.meetup)
    if standing is None:
        raise CardOutOfDate
    return Say(_closed(standing)) if standing.is_cancelled or cards.is_over(ctx, standing) else ctx.open(CancelDraft, subject=payload)


def cancel(ctx: Context, draft: CancelDraft, subject: Cancel) -> Reply:
    """Call it off; nothing of it comes any more."""
    standing = store.meetup(ctx, subject.meetup, lock=True)
    if standing is None:
        raise CardOutOfDate
    if standing.is_cancelled or cards.is_over(ctx, standing):
        return Say(_closed(standing))
    off = _call_off(ctx, standing, draft.reason)
    cards.tell_cancelled(ctx, off)
    cards.tell_places_cancelled(ctx, off)
    return Say(views.is_cancelled(off))


def _call_off(ctx: Context, standing: Meetup, reason: str) -> Meetup:
    """Nothing of it comes any more, and its cards say so."""
    off = store.cancel(ctx, standing.id, reason)
    cards.forget(ctx, standing)
    cards.show_in_places(ctx, off)
    nudges.drop(ctx, cards.urgent_key(off.challenge))
    cards.refresh_invitations(ctx, off)
    return off


def follow_end(ctx: Context, fact: challenges.ChallengeEnded) -> None:
    """A challenge that was called off has nothing to look back on; the places hear that of the challenge itself."""
    challenge = challenges.challenge(ctx, fact.challenge)
    standing = store.of_challenge(ctx, fact.challenge, lock=True)
    if challenge is None or challenge.state is not challenges.State.CANCELLED or standing is None:
        return
    if not standing.is_cancelled and not cards.is_over(ctx, standing):
        cards.tell_cancelled(ctx, _call_off(ctx, standing, ""))


# -- words that are taken back -------------------------------------------------------------------------------------------


def forget_words(ctx: Context, challenge: int, quote: str, instead: str | None = None) -> None:
    """Somebody's words may not stand in the agenda any more, or only as another line; whoever leads is told of a line that is gone."""
    standing = store.of_challenge(ctx, challenge, lock=True)
    if standing is None or (left := without(standing.agenda, quote, instead)) == standing.agenda:
        return
    changed = store.set_agenda(ctx, standing.id, left)
    cards.show_in_places(ctx, changed)
    cards.refresh_invitations(ctx, changed)
    if instead is None and not changed.is_cancelled and not cards.is_over(ctx, changed):
        leads = challenges.leads(ctx)
        for lead in [each for each in leads if each.id == changed.set_by] or leads:
            ctx.post(lead, views.line_gone(changed), kind=Kind.NEWS)


def _closed(standing: Meetup) -> Message:
    return views.is_cancelled(standing) if standing.is_cancelled else views.gone(standing)
