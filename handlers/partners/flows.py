"""What members do: look at their partner, cheer, ask, write, agree, and say with whom and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Message, Option
from bot.chat.reply import Open, Reply, Say
from bot.core.context import Context
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers import challenges
from handlers.partners import company_views, grouping, store, views
from handlers.partners.evening import Evening
from handlers.partners.payloads import (
    AgreementDraft,
    AskAgreement,
    AskEvening,
    AskHow,
    AskNever,
    Cheer,
    Decline,
    EveningDraft,
    NeverDraft,
    ReplyTo,
    ShowMine,
    WantCompany,
    Wish,
)
from handlers.partners.relaying import LIMITS, circle
from handlers.partners.store import Agreement, Together
from handlers.partners.views import Somebody


def command(ctx: Context, _rest: str) -> Reply:
    """`/partner`: my partner, or how to get one."""
    return Say(mine(ctx))


def show_mine(ctx: Context, _payload: ShowMine) -> Reply:
    """The same by a button."""
    return Say(mine(ctx))


def mine(ctx: Context) -> Message:
    """My partner and what I can do; without one, why, and how to get one."""
    evening = Evening(ctx, [ctx.actor.id])
    groups = evening.of(ctx.actor.id)
    if groups:
        standings = [evening.standing(group, ctx.actor.id) for group in groups]
        return views.mine(standings, store.evenings(ctx, [ctx.actor.id])[ctx.actor.id])
    own = challenges.own(ctx, ctx.actor.id)
    if not own:
        return views.no_challenge()
    for challenge in own:
        (taking,) = challenges.participants(ctx, challenge.id, [ctx.actor.id])
        if taking.wants_partner and ctx.actor.id in store.waiting(ctx, challenge.id):
            return company_views.waiting(challenge.title, grouping.why_waiting(ctx, challenge, ctx.actor.id), challenge.id)
        if taking.wants_partner:
            begins = challenge.plan.starts_on if challenge.plan.starts_on >= ctx.community_today() else None
            return views.with_settings(company_views.wished(challenge.title, wants=True, on=begins))
    return views.with_settings(views.asked_whether(own[0].title, own[0].id))


def wish(ctx: Context, payload: Wish) -> Reply:
    """Say whether I would like a partner; whatever follows happens where the wish is heard."""
    challenge = challenges.challenge(ctx, payload.challenge)
    if challenge is None or not challenge.state.is_open:
        raise CardOutOfDate
    if not challenges.wish_partner(ctx, challenge.id, ctx.actor.id, wants=payload.wants):
        raise CardOutOfDate
    on = challenge.plan.starts_on if challenge.plan.starts_on >= ctx.community_today() else None
    on = on if not grouping.is_company_open(ctx, challenge) else None
    return Say(company_views.wished(challenge.title, wants=payload.wants, on=on))


def want_company(ctx: Context, payload: WantCompany) -> Reply:
    """Find company for me, also while my partner is away."""
    challenge = challenges.challenge(ctx, payload.challenge)
    if challenge is None or not challenge.state.is_open or challenge.id not in {each.id for each in challenges.own(ctx, ctx.actor.id)}:
        raise CardOutOfDate
    if ctx.actor.id in store.waiting(ctx, challenge.id) or _has_company(ctx, challenge.id):
        return Say(mine(ctx))
    challenges.wish_partner(ctx, challenge.id, ctx.actor.id, wants=True)
    if ctx.actor.id not in store.waiting(ctx, challenge.id) and not _has_company(ctx, challenge.id):
        grouping.seek(ctx, challenge, ctx.actor.id)
    return Say(company_views.seeking(challenge.title))


def _has_company(ctx: Context, challenge: int) -> bool:
    """Whether the actor has a partner in a challenge who is not away."""
    evening = Evening(ctx, [ctx.actor.id])
    groups = [group for group in evening.of(ctx.actor.id) if group.challenge == challenge]
    return any(evening.paused_until(group, other) is None for group in groups for other in group.others(ctx.actor.id))


# -- what goes to a partner ------------------------------------------------------------------------------------------------


def cheer(ctx: Context, payload: Cheer) -> Reply:
    """A cheer, which the partner hears."""
    return _give(ctx, payload.group, "cheers", views.cheered)


def ask_how(ctx: Context, payload: AskHow) -> Reply:
    """Ask my partner how it is going."""
    return _give(ctx, payload.group, "questions", views.asked_how)


def _give(ctx: Context, group_id: int, what: str, told: Callable[[int, Sequence[Somebody]], Message]) -> Reply:
    group, others = _mine(ctx, group_id)
    if getattr(store.signs(ctx, group.id, ctx.today()), what) >= LIMITS[what]:
        return Say(views.enough(what))
    store.give(ctx, group.id, ctx.today(), what)
    for other in others.values():
        message = told(group.id, circle(ctx, others, group, other.id))
        ctx.post(other, message, kind=Kind.PERSONAL, on_reply=ReplyTo(group.id, ctx.actor.id))
    return Say(views.given(grouping.somebodies(others, others), what))


def _mine(ctx: Context, group_id: int) -> tuple[Together, dict[int, Member]]:
    """A group that stands and that the actor is in, with the others who are here."""
    group = store.group(ctx, group_id)
    if group is None or ctx.actor.id not in group.members:
        raise CardOutOfDate
    return group, people.members(ctx.session, group.others(ctx.actor.id))


# -- what partners agree on --------------------------------------------------------------------------------------------------


def open_agreement(ctx: Context, payload: AskAgreement) -> Open:
    """Open the form with what stands now."""
    group, _others = _mine(ctx, payload.group)
    agreed = group.agreement
    return ctx.open(AgreementDraft, values={"medium": agreed.medium, "time": agreed.time, "tone": agreed.tone}, subject=payload)


def agree(ctx: Context, draft: AgreementDraft, subject: AskAgreement) -> Reply:
    """Keep what was agreed; the others see it on one card."""
    group, others = _mine(ctx, subject.group)
    agreement = Agreement(draft.medium, draft.time, draft.tone)
    store.agree(ctx, group.id, agreement)
    store.seen(ctx, group.id)
    for other in others.values():
        card = views.agreed(agreement, group.id, ctx.actor.name)
        ctx.post(other, card, kind=Kind.PERSONAL, key=f"partner/agreement/{group.id}/{other.id}")
    return Say(views.agreed(agreement, group.id))


# -- what somebody sets for themselves ---------------------------------------------------------------------------------------


def open_evening(ctx: Context, _payload: AskEvening) -> Open:
    """Open the form about the hour of my evening line."""
    return ctx.open(EveningDraft, values={"hour": store.evenings(ctx, [ctx.actor.id])[ctx.actor.id]})


def save_evening(ctx: Context, draft: EveningDraft, _subject: object) -> Reply:
    """Move my evening line."""
    store.set_evening(ctx, draft.hour)
    grouping.plan_evenings(ctx, [ctx.actor.id])
    return Say(views.evening_saved(draft.hour))


def decline(ctx: Context, payload: Decline) -> Reply:
    """Another partner, without a reason; the other hears only that the pair has ended."""
    group, _others = _mine(ctx, payload.group)
    challenge = challenges.challenge(ctx, group.challenge)
    if challenge is None:
        raise CardOutOfDate
    grouping.leave(ctx, challenge, group, ctx.actor.id)
    grouping.seek(ctx, challenge, ctx.actor.id)
    return Say(company_views.declined(is_seeking=True))


def open_never(ctx: Context, _payload: AskNever) -> Reply:
    """Open the private list as it stands."""
    if not never_options(ctx, None)["people"]:
        return Say(views.nobody_yet())
    return ctx.open(NeverDraft, values={"people": sorted(store.said_never(ctx))})


def never_options(ctx: Context, _subject: object) -> Options:
    """Whoever takes part where I do, and whom I have on my list."""
    found = set(store.said_never(ctx))
    for challenge in challenges.own(ctx, ctx.actor.id):
        found |= {each.person for each in challenges.participants(ctx, challenge.id) if not each.has_left}
    names = people.names(ctx.session, found - {ctx.actor.id})
    return {"people": tuple(Option(str(person), name) for person, name in sorted(names.items(), key=lambda each: each[1].casefold()))}


def save_never(ctx: Context, draft: NeverDraft, _subject: object) -> Reply:
    """Keep the list; a pair that it names ends as if it were declined."""
    chosen = {int(person) for person in draft.people}
    if ctx.actor.id in chosen:
        raise FieldErrors({"people": _("Please choose somebody else than yourself.")})
    store.say_never(ctx, sorted(chosen))
    for group in store.groups_of(ctx, [ctx.actor.id]):
        challenge = challenges.challenge(ctx, group.challenge)
        if challenge is not None and chosen & set(group.members):
            grouping.leave(ctx, challenge, group, ctx.actor.id)
            grouping.seek(ctx, challenge, ctx.actor.id)
    names = people.names(ctx.session, chosen)
    return Say(views.never_saved([names[person] for person in sorted(names, key=lambda each: names[each].casefold())]))
