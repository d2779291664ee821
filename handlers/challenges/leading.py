"""How a challenge begins: a lead starts one, a member proposes one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import Phrase, _
from bot.chat.message import Option
from bot.chat.reading import say_label
from bot.chat.reply import Open, Reply, Say
from bot.chat.text import clean_line
from bot.core.context import Context
from bot.core.doing import press
from bot.core.facts import CommunityChanged, LeadNamed, PersonArrived, PersonLeft
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.data.ids import new_id
from bot.people import store as people
from bot.people.days import DAY_ENDS
from bot.people.values import Member
from handlers import nudges, packs
from handlers.challenges import leading_store, leading_views, store
from handlers.challenges.cadence import post_to_places
from handlers.challenges.ending import ChallengePlanned
from handlers.challenges.flows import END_JOB, PLACE_JOB, show_announcement
from handlers.challenges.leading_payloads import (
    AnnounceProposal,
    MeetUp,
    NotNow,
    Prepared,
    ProposalDraft,
    Propose,
    Remix,
    StartAgain,
    TryDay,
)
from handlers.challenges.payloads import ChallengeDraft, Start
from handlers.challenges.rules import DEFAULT_HOUR, Move, Plan, Rhythm, State, moved
from handlers.challenges.store import Challenge
from handlers.packs import Pack

MOST_PAST = 5  # challenges of the past in the directory
MEETUP_WORD = "meetup"
REMIND_AFTER, ANSWER_WITHIN = timedelta(days=2), timedelta(days=14)
LONGEST_WORD = 80
LONGEST_PLACES = 900  # characters of chosen places that a button can carry beside the rest


def directory(ctx: Context, rest: str) -> Reply:
    """`/challenge`: what is open; a lead starts one where nothing is. `/challenge meetup` is its button, no other word is known."""
    word = clean_line(rest, LONGEST_WORD)
    if word.casefold() == MEETUP_WORD:
        return press(ctx, MeetUp(None))
    challenges = store.open_challenges(ctx)
    past = store.past_challenges(ctx, MOST_PAST) if ctx.actor.is_lead else ()
    if not word and not challenges and not past and ctx.actor.is_lead:
        return open_start(ctx, Start())
    shown = leading_views.directory(challenges, past, is_lead=ctx.actor.is_lead)
    known = f"/{ctx.registry.prefix}challenge {MEETUP_WORD}" if ctx.actor.is_lead else ""
    return Say(leading_views.not_understood(word, known, shown) if word else shown)


def open_start(ctx: Context, _payload: Start) -> Open:
    """Open the form that starts a challenge, with tomorrow as the first day."""
    return _start_form(ctx, packs.SMALLEST)


def start_again(ctx: Context, payload: StartAgain) -> Reply:
    """Open the form with what a challenge was."""
    was = store.challenge(ctx, payload.challenge)
    if was is None:
        raise CardOutOfDate
    known = was.pack if was.pack in packs.available(ctx) else packs.SMALLEST
    return _start_form(ctx, known, {"hour": was.at, "rhythm": was.plan.rhythm.value})


def remix(ctx: Context, payload: Remix) -> Reply:
    """Open the start form with a challenge's days as its leads left them; what is no pack yet becomes one."""
    was = store.challenge(ctx, payload.challenge, lock=True)  # a second press finds the pack that the first one made
    if was is None:
        raise CardOutOfDate
    days = tuple(leading_store.days(ctx, was.id).values())
    known = next((pack for pack in packs.available(ctx).values() if pack.activities == days), None)
    pack = known or packs.pack_from_days(ctx, _remixed(ctx, was.title), was.purpose, days, leading_store.themes(ctx, was.id))
    made = _("The days of this challenge are kept as the pack {title}.", title=pack.title) if known is None else None
    return _start_form(ctx, pack.name, {"hour": was.at, "rhythm": was.plan.rhythm.value}, intro=made)


def _remixed(ctx: Context, title: str) -> str:
    """What a pack is called that was made of a challenge; made of such a challenge again, it is the same pack's next version."""

    def said(of: str) -> str:
        return say_label(_("{title}, as we did it", title=of), ctx.community.language)

    bare = title.removesuffix(said(""))
    return said(clean_line(bare, packs.LONGEST_TITLE - len(said(""))))


def _start_form(
    ctx: Context, pack: str, values: dict[str, object] | None = None, proposal: int | None = None, intro: Phrase | None = None
) -> Open:
    places = people.places(ctx.session)
    away = leading_views.invitation([place.name for place in places], people.closed_places(ctx.session))
    usual: dict[str, object] = {
        "pack": pack,
        "starts_on": ctx.community_today() + timedelta(days=1),
        "hour": DEFAULT_HOUR,
        "places": [place.id for place in places],
    }
    return ctx.open(
        ChallengeDraft,
        values=usual | (values or {}),
        subject=AnnounceProposal(proposal) if proposal is not None else None,
        intro=(intro, " ", away) if intro and away else intro or away,
    )


def start_options(ctx: Context, _subject: object) -> Options:
    """The packs that can be started, and the places that can be posted in."""
    places = tuple(Option(str(place.id), place.name) for place in people.places(ctx.session))
    return {**pack_options(ctx, None), "places": places}


def pack_options(ctx: Context, _subject: object) -> Options:
    """The packs that can be started."""
    return {"pack": tuple(Option(pack.name, pack.title) for pack in packs.available(ctx).values())}


def start(ctx: Context, draft: ChallengeDraft, subject: object) -> Reply:
    """Announce a challenge in its places, or show the lead its first day before."""
    if (wrong := not_a_start(ctx, draft.starts_on)) is not None:
        raise FieldErrors({"starts_on": wrong})
    everywhere = {str(place.id) for place in people.places(ctx.session)}
    if everywhere and not draft.places:
        raise FieldErrors({"places": _("Please pick at least one place.")})
    chosen = [] if set(draft.places) == everywhere else [int(place) for place in draft.places]
    proposal = subject.proposal if isinstance(subject, AnnounceProposal) else None
    pack, rhythm = packs.available(ctx)[draft.pack], Rhythm(draft.rhythm)
    if draft.try_first:
        minute = draft.hour.hour * 60 + draft.hour.minute
        places = ",".join(map(str, chosen))
        prepared = Prepared(new_id(), pack.name, draft.starts_on, minute, rhythm.value, places, proposal, changes=False)
        plan = Plan(draft.starts_on, len(pack.activities), rhythm)
        shown = Challenge(prepared.challenge, pack.title, pack.purpose, State.PROPOSED, draft.hour, plan)
        return Say(leading_views.preview(shown, pack.activities[0], prepared if len(places) <= LONGEST_PLACES else None))
    return _announce(ctx, pack, draft.starts_on, draft.hour, rhythm, chosen, proposal)


def not_a_start(ctx: Context, on: date) -> Phrase | None:
    """Why a challenge cannot begin on a date; None where it can."""
    today = ctx.community_today()
    if on < today:
        return _("This day is over. Today is {today}.", today=today)
    if on > today + timedelta(days=366):
        return _("Please choose a day within a year.")
    return None


def use_prepared(ctx: Context, payload: Prepared) -> Reply:
    """Announce what was tried before, or open its form again, also where its first day is over meanwhile."""
    standing = store.challenge(ctx, payload.challenge)
    if standing is not None:
        return Say(leading_views.announced(standing, _names(ctx, standing)))
    pack = packs.available(ctx).get(payload.pack)
    if pack is None:
        raise CardOutOfDate
    at = time(payload.minute // 60, payload.minute % 60)
    here = {place.id for place in people.places(ctx.session)}
    chosen = [int(place) for place in payload.places.split(",") if place]
    if payload.changes or at < DAY_ENDS or not_a_start(ctx, payload.starts_on) is not None or (chosen and not here & set(chosen)):
        values: dict[str, object] = {"starts_on": payload.starts_on, "hour": at, "rhythm": payload.rhythm}
        return _start_form(ctx, pack.name, values | ({"places": chosen} if chosen else {}), payload.proposal)
    still = [place for place in chosen if place in here]
    return _announce(ctx, pack, payload.starts_on, at, Rhythm(payload.rhythm), still, payload.proposal, payload.challenge)


def _announce(
    ctx: Context,
    pack: Pack,
    starts_on: date,
    at: time,
    rhythm: Rhythm,
    chosen: Sequence[int],
    proposal: int | None,
    challenge_id: int | None = None,
) -> Reply:
    asked = leading_store.proposal(ctx, proposal, lock=True) if proposal is not None else None
    if asked is not None and moved(asked.state, Move.ANNOUNCE) is None:
        return _decided_already(ctx, asked)
    plan = Plan(starts_on, len(pack.activities), rhythm)
    challenge = store.insert_challenge(ctx, pack=pack, plan=plan, at=at, challenge_id=challenge_id)
    leading_store.choose_places(ctx, challenge.id, chosen)
    ctx.plan(PLACE_JOB, challenge.id, plan.daily(ctx.community.zone, challenge.at))
    ctx.plan(END_JOB, challenge.id, plan.ending())
    ctx.publish(ChallengePlanned(challenge.id))
    show_announcement(ctx, challenge)
    post_todays(ctx, challenge)
    if asked is not None:
        _settle(ctx, asked, State.ANNOUNCED)
        _tell_proposer(ctx, asked, challenge)
    return Say(leading_views.announced(challenge, _names(ctx, challenge)))


def post_todays(ctx: Context, challenge: Challenge) -> None:
    """Where today's hour is over and the places have nothing yet, they get today's activity at once."""
    today = ctx.community_today()
    number = challenge.plan.number_of(today)
    following = challenge.plan.daily(ctx.community.zone, challenge.at).next_due(ctx.now)
    if number is None or (following is not None and following[0] <= today):
        return
    key = f"challenge/{challenge.id}/day/{number}"
    if not any(ctx.has_posted(place, key) for place in leading_store.places(ctx, challenge.id)):
        post_to_places(ctx, challenge, number)


def _names(ctx: Context, challenge: Challenge) -> list[str]:
    return [place.name for place in leading_store.places(ctx, challenge.id)]


def try_day(ctx: Context, payload: TryDay) -> Reply:
    """Day 1 for the lead alone, now."""
    challenge, activity = store.challenge(ctx, payload.challenge), store.activity(ctx, payload.challenge, 1)
    if challenge is None or activity is None:
        raise CardOutOfDate
    return Say(leading_views.preview(challenge, activity, None))


# -- proposing -----------------------------------------------------------------------------------------------------------


def open_proposal(ctx: Context, _payload: Propose) -> Open:
    """Open the form that proposes a challenge."""
    return ctx.open(ProposalDraft, values={"pack": packs.SMALLEST})


def propose(ctx: Context, draft: ProposalDraft, _subject: object) -> Reply:
    """Give a proposal to every lead."""
    if leading_store.has_proposed(ctx, draft.pack):
        raise FieldErrors({"pack": _("Your proposal of this one is open already. You hear what comes of it.")})
    made = leading_store.insert_proposal(ctx, draft.pack, draft.why)
    leads = leading_store.leads(ctx)
    for lead in leads:
        _show_proposal(ctx, made, lead)
        if lead.id != ctx.actor.id:
            nudges.remind(ctx, lead, _reminder(ctx, made.id, _title(ctx, made)))
    return Say(leading_views.proposed(_title(ctx, made), has_leads=bool(leads)))


def _show_proposal(ctx: Context, asked: leading_store.Proposal, lead: Member) -> None:
    proposer = people.members(ctx.session, [asked.proposed_by]).get(asked.proposed_by)
    if proposer is not None and not ctx.has_posted(lead, _key(asked.id)):
        card = leading_views.proposal(asked.id, _title(ctx, asked), asked.why, proposer.mention)
        ctx.post(lead, card, kind=Kind.NEWS, key=_key(asked.id), about=proposer)


def show_open_proposals(ctx: Context, fact: LeadNamed | PersonArrived) -> None:
    """Whoever leads from now on gets the proposals that wait for an answer, each once."""
    if fact.member.is_lead:
        for asked in leading_store.open_proposals(ctx):
            _show_proposal(ctx, asked, fact.member)


def show_to_all_leads(ctx: Context, _fact: CommunityChanged) -> None:
    """Where two communities became one, the leads of both have the proposals of both."""
    open_ones = leading_store.open_proposals(ctx)
    for lead in leading_store.leads(ctx) if open_ones else ():
        for asked in open_ones:
            _show_proposal(ctx, asked, lead)


def _reminder(ctx: Context, proposal: int, title: str) -> nudges.Reminder:
    """A proposal that nobody has answered for some days is brought back to mind, without its writer's words."""
    return nudges.Reminder(
        _key(proposal),
        leading_views.proposal_waits(proposal, title),
        _("A member proposed it, and nobody has answered yet."),
        expires_at=ctx.now + ANSWER_WITHIN,
        not_before=ctx.now + REMIND_AFTER,
    )


def release_proposals(ctx: Context, fact: PersonLeft) -> None:
    """Nobody is reminded of what somebody proposed who has left."""
    for proposal in leading_store.proposals_of(ctx, fact.person):
        nudges.drop(ctx, _key(proposal))


def announce_proposal(ctx: Context, payload: AnnounceProposal) -> Reply:
    """Open the start form with what was proposed."""
    asked = _proposal(ctx, payload.proposal)
    if moved(asked.state, Move.ANNOUNCE) is None:
        return _decided_already(ctx, asked)
    return _start_form(ctx, asked.pack if asked.pack in packs.available(ctx) else packs.SMALLEST, proposal=asked.id)


def decline_proposal(ctx: Context, payload: NotNow) -> Reply:
    """Not for now; whoever proposed it hears it once."""
    asked = _proposal(ctx, payload.proposal, lock=True)
    if moved(asked.state, Move.CANCEL) is None or asked.state is not State.PROPOSED:
        return _decided_already(ctx, asked)
    _settle(ctx, asked, State.CANCELLED)
    _tell_proposer(ctx, asked, None)
    return Say(leading_views.not_now(_title(ctx, asked)))


def _proposal(ctx: Context, proposal: int, *, lock: bool = False) -> leading_store.Proposal:
    asked = leading_store.proposal(ctx, proposal, lock=lock)
    if asked is None:
        raise CardOutOfDate
    return asked


def _settle(ctx: Context, asked: leading_store.Proposal, state: State) -> None:
    leading_store.decide(ctx, asked.id, state)
    proposer = people.members(ctx.session, [asked.proposed_by]).get(asked.proposed_by)
    card = leading_views.decided(_title(ctx, asked), asked.why, ctx.actor.name, is_announced=state is State.ANNOUNCED)
    for lead in leading_store.leads(ctx):
        if ctx.has_posted(lead, _key(asked.id)):
            ctx.post(lead, card, kind=Kind.NEWS, key=_key(asked.id), about=proposer)
        nudges.settle(ctx, lead, _key(asked.id), card)


def _tell_proposer(ctx: Context, asked: leading_store.Proposal, challenge: Challenge | None) -> None:
    proposer = people.members(ctx.session, [asked.proposed_by]).get(asked.proposed_by)
    if proposer is None or proposer.id == ctx.actor.id:
        return
    card = leading_views.proposal_not_now(_title(ctx, asked)) if challenge is None else leading_views.proposal_announced(challenge)
    ctx.post(proposer, card, kind=Kind.NEWS)


def _decided_already(ctx: Context, asked: leading_store.Proposal) -> Say:
    lead = people.names(ctx.session, [asked.decided_by]).get(asked.decided_by, "") if asked.decided_by is not None else ""
    named: str | Phrase = lead or _("Somebody")
    return Say(leading_views.decided_already(_title(ctx, asked), named, is_announced=asked.state is State.ANNOUNCED))


def _title(ctx: Context, asked: leading_store.Proposal) -> str:
    pack = packs.available(ctx).get(asked.pack)
    return pack.title if pack is not None else asked.pack


def _key(proposal: int) -> str:
    return f"proposal/{proposal}"
