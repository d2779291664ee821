"""How a request begins: three questions, one sentence with all the rest, change; a member's is opened by a lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.form import Form
from bot.chat.language import Phrase, _
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.chat.text import clean_prose
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.days import instant_of
from bot.people.disclosure import USUAL_K, may_be_anonymous, too_few_to_be_anonymous
from handlers.opinions import (
    audience,
    cards,
    contributions,
    inviting,
    managing_views,
    opening_views,
    phases,
    seats,
    store,
    taking_part,
    views,
)
from handlers.opinions.forms import OpeningDraft, TermsDraft
from handlers.opinions.payloads import Approve, ChangeTerms, Compose, Discard, OpenIt
from handlers.opinions.requests import LONGEST_BACKGROUND, LONGEST_QUESTION, Request
from handlers.opinions.rules import Fallback, Phase, Rule, Size, TooSoon, is_rapid, looser, plan

DUE_AT = time(18)
RAPID_QUORUM = 20  # per cent
MOST_PAST = 5
BEGINNINGS = (Phase.PREPARED, Phase.PROPOSED, Phase.INFORM, Phase.STATEMENTS)


def directory(ctx: Context, _rest: str) -> Reply:
    """What is asked now, and what was."""
    running = store.lasting(ctx)
    past = [each for each in store.newest(ctx, MOST_PAST) if each.phase.is_over]
    return Say(opening_views.directory(running, past))


def compose(ctx: Context, _payload: Compose) -> Reply:
    """Open the form of the three questions."""
    return ctx.open(OpeningDraft) if people.places(ctx.session) else Say(opening_views.no_place())


def pick_up(ctx: Context, words: str) -> Reply:
    """Somebody wants opinions on a message: a short question becomes the question, all else the background; nothing is kept yet."""
    text = clean_prose(words)
    if not text:
        return Say(opening_views.no_words())
    if not people.places(ctx.session):
        return Say(opening_views.no_place())
    is_question = text.endswith("?") and "\n" not in text and len(text) <= LONGEST_QUESTION
    values = {"question": text} if is_question else {"background": text[:LONGEST_BACKGROUND]}
    intro = opening_views.CUT if len(text) > LONGEST_BACKGROUND else ""
    return ctx.open(OpeningDraft, values=values, subject=Compose(about_message=True), intro=intro)


def draw_opening(_ctx: Context, subject: object, form: Form) -> Form:
    """What is asked, as it fits how the form was opened."""
    return opening_views.asked_for(form, subject if isinstance(subject, Compose) else None)


def command(ctx: Context, draft: OpeningDraft) -> Reply:
    """The same from a line that answers all three."""
    return prepare(ctx, draft, None)


def prepare(ctx: Context, draft: OpeningDraft, _subject: object) -> Reply:
    """Show in one sentence what will hold; nobody else sees it yet."""
    if not people.places(ctx.session):
        return Say(opening_views.no_place())
    deadline = instant_of(draft.by, DUE_AT, ctx.community.zone)
    new = Request(0, draft.question, background=draft.background, asker=draft.asker, owner=ctx.actor.id, k=USUAL_K, phase=Phase.PREPARED)
    if is_rapid(ctx.now, deadline):
        new = replace(new, is_rapid=True, rule=Rule.TWO_THIRDS, quorum=RAPID_QUORUM)
    new = replace(new, ends=_ends(ctx, new, deadline, "by"))
    store.discard_prepared(ctx)
    return taking_part.in_chat(ctx, _prepared(ctx, store.insert(ctx, new)))


def _ends(ctx: Context, request: Request, deadline: datetime, name: str) -> dict[Phase, datetime]:
    try:
        stops = plan(request.size, ctx.now, deadline, ctx.community.zone)
    except TooSoon as soon:
        raise FieldErrors({name: soon.phrase}) from soon
    return {stop.phase: stop.ends_at for stop in stops}


def _prepared(ctx: Context, request: Request) -> Message:
    return opening_views.prepared(cards.standing(ctx, request), is_lead=ctx.actor.is_lead)


# -- what holds ----------------------------------------------------------------------------------------------------------


def open_terms(ctx: Context, payload: ChangeTerms) -> Reply:
    """Open the form of everything that holds."""
    request = taking_part.managed(ctx, payload.request)
    if request.phase.is_over or request.sent_at is not None:
        return Say(views.past_it(request))
    due = request.deadline.astimezone(ZoneInfo(ctx.community.zone))
    values = {
        "question": request.question,
        "background": request.background,
        "asker": request.asker,
        "speaker": request.speaker,
        "size": request.size.value,
        "options": "\n".join(request.options),
        "on": due.date(),
        "at": due.time(),
        "is_anonymous": request.is_anonymous,
        "rule": request.rule.value,
        "quorum": request.quorum,
        "fallback": request.fallback.value,
    }
    return ctx.open(TermsDraft, values=values, subject=payload, intro=managing_views.may_change(is_free=_is_free(ctx, request)))


def _is_free(ctx: Context, request: Request) -> bool:
    """Whether nobody has answered, so that everything may be corrected."""
    return not request.is_known or not seats.count(ctx, request.id)


def change_terms(ctx: Context, draft: TermsDraft, subject: ChangeTerms) -> Reply:
    """Correct everything while nobody has answered; afterwards only make promises stricter, for all to see."""
    request = taking_part.managed(ctx, subject.request)
    if request.phase.is_over or request.sent_at is not None:
        raise FieldErrors({"": _("This request is over or was sent, so nothing was changed.")})
    wanted = _wanted(ctx, request, draft)
    if not request.is_known:
        changed = store.save(ctx, wanted)
        return taking_part.in_chat(ctx, _prepared(ctx, changed), instead=changed.phase is Phase.PREPARED)
    if not _is_free(ctx, request):
        _refuse_what_is_looser(request, wanted, draft)
    if wanted.is_anonymous and not request.is_anonymous:
        contributions.forget_writers(ctx, request.id)
    changed = store.save(ctx, wanted)
    phases.come_round(ctx, changed)
    cards.show(ctx, changed)
    told = managing_views.terms_changed(cards.standing(ctx, changed))
    cards.tell_places(ctx, told)
    return Say(told)


def _wanted(ctx: Context, request: Request, draft: TermsDraft) -> Request:
    size = Size(draft.size)
    wanted = replace(
        request,
        question=draft.question,
        background=draft.background,
        asker=draft.asker,
        speaker=draft.speaker,
        size=size,
        options=tuple(dict.fromkeys(line.strip() for line in draft.options.splitlines() if line.strip())) if size is Size.QUICK else (),
        is_anonymous=draft.is_anonymous,
        rule=Rule(draft.rule),
        quorum=draft.quorum,
        fallback=Fallback(draft.fallback),
    )
    errors: dict[str, Phrase] = {}
    if len(wanted.options) == 1 or any(len(option) > 150 for option in wanted.options):
        errors["options"] = _("Please give at least two options of at most 150 characters, or none.")
    if wanted.is_anonymous and not may_be_anonymous(here := audience.count(ctx, wanted), wanted.k):
        errors["is_anonymous"] = too_few_to_be_anonymous(here, wanted.k)
    if errors:
        raise FieldErrors(errors)
    deadline = instant_of(draft.on, draft.at, ctx.community.zone) if draft.on is not None else request.deadline
    if request.phase not in BEGINNINGS:
        return replace(wanted, size=request.size, options=request.options, ends={**request.ends, Phase.SEND: deadline})
    if deadline == request.deadline and size is request.size:
        return wanted
    ends = _ends(ctx, wanted, deadline, "on")
    phase = next(iter(ends)) if request.is_known else request.phase
    return replace(wanted, phase=phase, ends=ends, is_rapid=is_rapid(ctx.now, deadline))


def _refuse_what_is_looser(request: Request, wanted: Request, draft: TermsDraft) -> None:
    if wanted.question != request.question:
        raise FieldErrors({"question": _("People have answered this question, so its words stay.")})
    if draft.size != request.size.value:
        raise FieldErrors({"size": _("People have answered. Use the button that makes it larger instead.")})
    if wanted.deadline != request.deadline:
        raise FieldErrors({"on": _("People have answered. Use the button that gives more time instead.")})
    if found := looser(request.promises, wanted.promises):
        raise FieldErrors({"": managing_views.is_looser(found)})


# -- opening -------------------------------------------------------------------------------------------------------------


def open_it(ctx: Context, payload: OpenIt) -> Reply:
    """A lead opens it; a member asks the leads to."""
    request = taking_part.managed(ctx, payload.request)
    if request.phase is Phase.PROPOSED:
        return approve(ctx, Approve(request.id, opens=True)) if ctx.actor.is_lead else Say(opening_views.proposed(request))
    if request.is_known:
        return Say(opening_views.opened(request, _places(ctx)) if request.is_running else views.past_it(request))
    if not people.places(ctx.session):
        return Say(opening_views.no_place())
    if not ctx.actor.is_lead:
        return _propose(ctx, request)
    return _open(ctx, request)


def _open(ctx: Context, request: Request) -> Say:
    if request.is_anonymous and not may_be_anonymous(here := audience.count(ctx, request), request.k):
        return Say(managing_views.refused(request, too_few_to_be_anonymous(here, request.k)))
    try:
        begun = phases.begin(ctx, request)
    except TooSoon as soon:
        return Say(managing_views.refused(request, soon.phrase))
    inviting.invite(ctx, begun)
    if begun.group is not None:
        inviting.tell_group(ctx, begun)
    return Say(opening_views.opened(begun, _places(ctx)), instead=True)


def _places(ctx: Context) -> list[str]:
    return [place.name for place in people.places(ctx.session)]


def _propose(ctx: Context, request: Request) -> Reply:
    proposed = store.save(ctx, replace(request, phase=Phase.PROPOSED))
    for lead in cards.leads(ctx):
        ctx.post(
            lead,
            opening_views.proposal(cards.standing(ctx, proposed), ctx.actor.name),
            kind=Kind.PERSONAL,
            key=proposal_key(proposed),
            about=ctx.actor,
        )
    return Say(opening_views.proposed(proposed), instead=True)


def proposal_key(request: Request) -> str:
    """The key of what leads see of a proposal."""
    return f"{cards.key(request)}/proposal"


def approve(ctx: Context, payload: Approve) -> Reply:
    """A lead opens what a member proposed, or does not for now."""
    request = store.request(ctx, payload.request, lock=True)
    if request is None:
        raise CardOutOfDate
    if request.phase is not Phase.PROPOSED:
        return Say(views.past_it(request))
    if payload.opens:
        answer = replace(_open(ctx, request), instead=False)  # the card is rewritten, for every lead
        if store.again(ctx, request.id).phase is Phase.PROPOSED:
            return answer
    else:
        store.discard(ctx, request.id)
        answer = Say(opening_views.proposal_settled(request, ctx.actor.name, opens=False))
    settled = opening_views.proposal_settled(request, ctx.actor.name, opens=payload.opens)
    for lead in cards.leads(ctx):
        ctx.rewrite(lead, proposal_key(request), settled)
    proposer = people.members(ctx.session, [request.owner]).get(request.owner) if request.owner is not None else None
    if proposer is not None and proposer.id != ctx.actor.id:
        ctx.post(proposer, settled, kind=Kind.NEWS)
    return answer


def discard(ctx: Context, payload: Discard) -> Reply:
    """Forget what was prepared, or take back what was proposed."""
    request = store.request(ctx, payload.request, lock=True)
    if request is None:
        return Say(opening_views.gone())
    if request.owner != ctx.actor.id:
        raise CardOutOfDate
    if request.is_known:
        return Say(views.past_it(request))
    was_proposed = request.phase is Phase.PROPOSED
    store.discard(ctx, request.id)
    for lead in cards.leads(ctx) if was_proposed else ():
        ctx.rewrite(lead, proposal_key(request), opening_views.taken_back(request, ctx.actor.name))
    return Say(opening_views.discarded(leads_saw_it=was_proposed), instead=True)
