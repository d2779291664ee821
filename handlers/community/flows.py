"""The community's handlers: its birth, what it is called, and who leads it."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.errors import FieldErrors
from bot.chat.language import _
from bot.chat.message import Option
from bot.chat.reply import Reply, Say
from bot.core import reach
from bot.core.context import Context
from bot.core.facts import CommunityBegun, CommunityChanged, LeadNamed, PersonChanged
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Role
from handlers import charters
from handlers.community import store, views
from handlers.community.payloads import CommunityDraft, LeadDraft, LeaveSo, NameLead, SeeOutOfReach, SetUp, StepDown
from handlers.community.rules import language_of, zone_of

SETUP = "setup"
UNKNOWN_ZONE = "UTC"


def begin(ctx: Context, fact: CommunityBegun) -> None:
    """Whoever began a community is asked about it in their own chat."""
    ctx.post(fact.member, views.setup_card(ctx.community), kind=Kind.ASKED_FOR, key=SETUP)


def guess_better(ctx: Context, fact: PersonChanged) -> None:
    """A lead's profile often comes after the birth: as long as nobody has said anything, their zone is the better guess."""
    if fact.member.is_lead and ctx.community.zone == UNKNOWN_ZONE and not people.is_settled(ctx.session, ctx.community.id):
        _change(ctx, zone=fact.member.zone, language=language_of(fact.member.language), settles=False)


def show(ctx: Context, _rest: str) -> Reply:
    """`/convene community`: how it stands."""
    leads = store.leads(ctx)
    places = [place.name for place in people.places(ctx.session)]
    named = charters.supporter(ctx)
    supporter = people.names(ctx.session, [named]).get(named, "") if named is not None else ""
    names, missed = [lead.name for lead in leads], len(reach.missed(ctx.session))
    card = views.card(ctx.community, places, names, may_step_down=len(leads) > 1, supporter=supporter, out_of_reach=missed)
    return Say(card)


def see_out_of_reach(ctx: Context, _payload: SeeOutOfReach) -> Reply:
    """Who and what is out of reach, and why."""
    return Say(views.out_of_reach(reach.missed(ctx.session)))


def open_setup(ctx: Context, _payload: SetUp) -> Reply:
    """Open the form with what is known or guessed."""
    known = {"name": ctx.community.name, "language": language_of(ctx.community.language), "zone": ctx.community.zone}
    return ctx.open(CommunityDraft, values=known)


def set_up(ctx: Context, draft: CommunityDraft, _subject: object) -> Reply:
    """Take over what a lead says of the community; the first time is answered with the welcome."""
    zone = zone_of(draft.zone)
    if zone is None:
        raise FieldErrors({"zone": _("I do not know this zone. Write a larger city near you, or a name like Europe/Berlin.")})
    is_first = not people.is_settled(ctx.session, ctx.community.id)
    _change(ctx, name=draft.name, language=draft.language, zone=zone)
    if is_first:
        ctx.take_back(ctx.actor, SETUP, views.settled_already(ctx.community))
    return Say(views.welcome(ctx.community) if is_first else views.changed(ctx.community))


def leave_so(ctx: Context, _payload: LeaveSo) -> Reply:
    """What we guessed is right."""
    if people.is_settled(ctx.session, ctx.community.id):
        return Say(views.settled_already(ctx.community))
    _change(ctx)
    return Say(views.welcome(ctx.community), instead=True)


def _change(ctx: Context, *, name: str = "", language: str = "", zone: str = "", settles: bool = True) -> None:
    before = ctx.community
    ctx.community = replace(before, name=name or before.name, language=language or before.language, zone=zone or before.zone)
    people.describe_community(ctx.session, ctx.community, ctx.now if settles else None)
    if ctx.community != before:
        ctx.publish(CommunityChanged(before, ctx.community))


def lead_options(ctx: Context, _subject: object) -> Options:
    """Everybody who is here and no lead yet."""
    return {"who": tuple(Option(str(member.id), member.name) for member in people.members(ctx.session).values() if not member.is_lead)}


def open_leads(ctx: Context, _payload: NameLead) -> Reply:
    """Open the form that names a lead."""
    return ctx.open(LeadDraft) if lead_options(ctx, None)["who"] else Say(views.nobody_to_name())


def name_lead(ctx: Context, draft: LeadDraft, _subject: object) -> Reply:
    """Somebody else becomes a lead and hears it."""
    member = people.members(ctx.session, [int(draft.who)])[int(draft.who)]
    if member.id in people.leads(ctx.session):
        return Say(views.lead_already(member.name))
    store.appoint(ctx, member.id, Role.LEAD)
    ctx.publish(LeadNamed(replace(member, role=Role.LEAD)))
    ctx.post(member, views.you_lead(ctx.actor.name, ctx.community), kind=Kind.NEWS)
    return Say(views.named(member.name))


def step_down(ctx: Context, _payload: StepDown) -> Reply:
    """A lead becomes a member again, as long as another one stays."""
    leads = people.leads(ctx.session)
    if ctx.actor.id not in leads:
        return Say(views.no_lead_anyway())
    if len(leads) == 1:
        return Say(views.last_lead())
    store.appoint(ctx, ctx.actor.id, Role.MEMBER)
    return Say(views.stepped_down())
