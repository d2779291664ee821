"""Choosing who is invited, and giving a request to a chartered group, which drafts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.chat.errors import FieldErrors
from bot.chat.language import _
from bot.chat.reply import Reply, Say
from bot.core.context import Context, For
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.disclosure import may_be_anonymous, too_few_to_be_anonymous
from handlers import charters
from handlers.opinions import audience, cards, managing_views, opening_views, seats, store, taking_part, views
from handlers.opinions.audience import GROUP, NO_GROUP
from handlers.opinions.forms import AudienceDraft
from handlers.opinions.payloads import ChangeAudience
from handlers.opinions.requests import Request
from handlers.opinions.rules import Audience, Phase, Promise


def open_audience(ctx: Context, payload: ChangeAudience) -> Reply:
    """Open the form of who is invited, and who drafts."""
    request = taking_part.managed(ctx, payload.request)
    if request.phase.is_over or request.sent_at is not None:
        return Say(views.past_it(request))
    of_group = f"{GROUP}{request.invited_group}" if request.audience is Audience.GROUP else request.audience.value
    values = {
        "invited": of_group,
        "named": [str(person) for person in sorted(request.named)],
        "drafts": f"{GROUP}{request.group}" if request.group is not None else NO_GROUP,
    }
    known = options(ctx, payload)
    shown = {name: value for name, value in values.items() if name == "named" or value in {each.value for each in known[name]}}
    return ctx.open(AudienceDraft, values=shown, subject=payload, intro=request.question)


def options(ctx: Context, _subject: Any) -> Options:
    """Whom one may invite, and who may draft."""
    return audience.options(ctx)


def change_audience(ctx: Context, draft: AudienceDraft, subject: ChangeAudience) -> Reply:
    """Invite these, and let these draft; once somebody has answered nobody is left out who was invited."""
    request = taking_part.managed(ctx, subject.request)
    if request.phase.is_over or request.sent_at is not None:
        raise FieldErrors({"": _("This request is over or was sent, so nothing was changed.")})
    wanted = _wanted(ctx, request, draft)
    before, after = (audience.invited(ctx, each).people for each in (request, wanted))
    leaves_out = after is not None and (before is None or not before <= after)
    if leaves_out and request.is_known and seats.count(ctx, request.id):
        raise FieldErrors({"invited": managing_views.is_looser({Promise.INVITED})})
    store.invite(ctx, request.id, wanted.named)
    changed = store.save(ctx, wanted)
    if not changed.is_known:
        prepared = opening_views.prepared(cards.standing(ctx, changed), is_lead=ctx.actor.is_lead)
        return taking_part.in_chat(ctx, prepared, instead=changed.phase is Phase.PREPARED)
    cards.show(ctx, changed)
    if changed.group is not None and changed.group != request.group:
        tell_group(ctx, changed)
    if after != before:
        told = managing_views.terms_changed(cards.standing(ctx, changed))
        cards.tell_places(ctx, told)
        invite(ctx, changed, but=before or ())
        return Say(told)
    return Say(managing_views.saved(changed))


def _wanted(ctx: Context, request: Request, draft: AudienceDraft) -> Request:
    group, drafts = audience.group_of(draft.invited), audience.group_of(draft.drafts)
    if drafts is not None and drafts != request.group:
        audience.given_to(ctx, drafts)
    kind = Audience.GROUP if group is not None else Audience(draft.invited)
    named = frozenset(int(person) for person in draft.named) if kind is Audience.NAMED else frozenset[int]()
    wanted = replace(request, audience=kind, invited_group=group, named=named, group=drafts)
    count = audience.count(ctx, wanted)
    if not count:
        raise FieldErrors({"named" if kind is Audience.NAMED else "invited": _("Please choose at least one person who is here.")})
    if request.is_anonymous and not may_be_anonymous(count, request.k):
        raise FieldErrors({"invited": too_few_to_be_anonymous(count, request.k)})
    return wanted


def invite(ctx: Context, request: Request, but: tuple[int, ...] | frozenset[int] = ()) -> None:
    """Whoever is invited where not everybody is hears it in their own chat."""
    if request.audience is Audience.EVERYBODY or request.phase is Phase.PREPARED:
        return
    asked = [member for member in audience.members(ctx, request).values() if member.id not in but]
    told = views.invitation(cards.standing(ctx, request))
    ctx.post_all([For(member, told, f"{cards.key(request)}/invitation") for member in asked], kind=Kind.NEWS)


# -- a group that drafts -------------------------------------------------------------------------------------------------


def give_to_group(ctx: Context, request: Request, group_id: int) -> charters.Group:
    """A chartered group looks after it from now on: it drafts, and those who are invited ratify."""
    group = audience.given_to(ctx, group_id)
    here = people.members(ctx.session, group.people)
    head = next(person for person in group.people if person in here)
    given = store.save(ctx, replace(request, group=group.id, owner=head))
    tell_group(ctx, given)
    cards.show(ctx, given)
    return group


def tell_group(ctx: Context, request: Request) -> None:
    """The people of the group hear that they draft."""
    told = managing_views.is_your_groups(request, audience.drafting_group(ctx, request))
    theirs = people.members(ctx.session, audience.heads(ctx, request))
    ctx.post_all(
        [For(member, told, f"{cards.key(request)}/group") for member in theirs.values() if member.id != ctx.actor.id], kind=Kind.NEWS
    )
