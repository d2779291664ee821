"""The response as a paper, its sending, and what comes of it for all who took part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.form import Form
from bot.chat.language import _
from bot.chat.reply import Reply, Say
from bot.chat.text import Label
from bot.core.cadences import Occurrence, once
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.papers.document import Document, Part, Prose, Quotation, Section
from bot.papers.files import asked, contents
from bot.people import store as people
from handlers import library
from handlers.opinions import audience, cards, charting, ending_views, ratifying, seats, store, taking_part, views
from handlers.opinions.annex import Dissent
from handlers.opinions.forms import AnswerDraft, LessonDraft, SendDraft, SignDraft
from handlers.opinions.payloads import Send, Sign, TakeResponse, TellAnswer, TellLesson
from handlers.opinions.requests import Request
from handlers.opinions.response import Responded, Signatory, document
from handlers.opinions.rules import ASKED_AGAIN, Phase, Position, Printing, Size, Stop, Way, phases

AFTER_JOB, FILES = "opinion.after", "opinion.files"
RESPONSE = "opinion response"
TO_SEND, DUE, AFTER = "send", "due", "after"
WHY_DUE = _("A response that you look after is due, and has not been sent yet.")
WHY_AFTER = _("All who took part in a request of yours would like to hear what came of it.")
Named = Callable[[int], Label]


# -- the paper -----------------------------------------------------------------------------------------------------------


def paper(ctx: Context, request: Request, named: Named) -> Document:
    """The whole response as it stands; `named` says how a person's name is written."""
    version = store.response(ctx, request)
    known = charting.statements(ctx, request)
    is_quick = request.size is Size.QUICK
    decision = ratifying.decision(ctx, request) if not is_quick and request.decision is not None else None
    way = Way(request.decision) if request.decision is not None else Way.OURS
    made = document(
        Responded(
            community=ctx.community.name,
            question=request.question,
            asker=request.asker,
            speaker=request.speaker or (named(request.owner) if request.owner is not None else None),
            size=request.size,
            zone=ctx.community.zone,
            opened_at=request.opened_at or ctx.now,
            sent_at=request.sent_at,
            sent_to=request.sent_to,
            stops=_stops(ctx, request),
            promises=request.promises,
            sentences=version.sentences if version is not None else (),
            statements=tuple((number, each.text) for number, each in known.items()),
            invited=audience.count(ctx, request),
            took_part=seats.count(ctx, request.id),
            rounds=request.round,
            opinions=found.only(known) if (found := charting.map_of(ctx, request)) is not None else None,
            numbers=tuple((number, number) for number in known),
            decision=decision,
            way=way,
            dissents=() if is_quick else _dissents(ctx, request, named),
            signatories=_signatories(ctx, request, named) if way is Way.SIGNATORIES else (),
            by_group=audience.drafting_group(ctx, request),
            audience=request.audience,
            invited_group=audience.invited(ctx, request).group,
        )
    )
    return replace(made, parts=(*made.parts, *reasons(ctx, request, named))) if is_quick else made


def _stops(ctx: Context, request: Request) -> tuple[Stop, ...]:
    zone = ZoneInfo(ctx.community.zone)
    ordered = [(phase, request.ends[phase]) for phase in phases(request.size) if phase in request.ends]
    return tuple(Stop(phase, at, (local := at.astimezone(zone)).date(), local.time()) for phase, at in ordered)


def _dissents(ctx: Context, request: Request, named: Named) -> tuple[Dissent, ...]:
    """Minority reasons, word for word, with a name only where their holder chose that."""
    holders = seats.holders(ctx, request.id)
    found = []
    for seat, ballot in ratifying.ballots(ctx, request):
        position = Position(ballot.position)
        if position.dissents and ballot.words:
            name = named(holders[seat]) if ballot.printing is Printing.NAMED else None
            found.append(Dissent(position, ballot.words, ballot.printing, name))
    return tuple(found)


def reasons(ctx: Context, request: Request, named: Named) -> tuple[Section, ...]:
    """Of a quick request: why people answered as they did, those of the most first, the others as dissent."""
    counts = ratifying.counts(ctx, request)
    most = max(range(len(counts)), key=lambda number: counts[number], default=0)
    holders = seats.holders(ctx, request.id)
    of_most, others = [], []
    for seat, ballot in ratifying.ballots(ctx, request):
        if ballot.words and ballot.printing is not Printing.NOT:
            name = named(holders[seat]) if ballot.printing is Printing.NAMED else None
            told = Quotation(ballot.words, name)
            if ballot.position == str(most):
                of_most.append(told)
            else:
                others.append(Section(ballot.label, (told,)))
    found = [Section(_("Reasons"), tuple(of_most))] if of_most else []
    return (*found, *((Section(_("Dissent"), tuple(others)),) if others else ()))


def _signatories(ctx: Context, request: Request, named: Named) -> tuple[Signatory, ...]:
    signed = store.signatures(ctx, request.id)
    return tuple(Signatory(named(person), words.get("affiliation", "")) for person, words in signed.items())


def take(ctx: Context, payload: TakeResponse) -> Reply:
    """Ask for the response as Markdown and as PDF; once it is kept, the library has it."""
    request = taking_part.known(ctx, payload.request)
    if request.item is not None:
        return Say(ending_views.is_kept(request, request.item))
    if store.newest_version(ctx, request.id) is None or not request.is_running:
        return Say(views.past_it(request))
    names = Names(ctx)
    ctx.later(FILES, asked(paper(ctx, request, names.plain), ctx.actor.language, question=request.question))
    return Say(ending_views.on_their_way())


def hand_over(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Give the files to whoever asked."""
    ctx.post(ctx.actor, ending_views.files(given["question"], *contents(result)), kind=Kind.ANSWER)


class Names:
    """How people are called in a paper: by name, or by their turn among those whom the library knows."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.people: list[int] = []

    def plain(self, person: int) -> Label:
        """Their name as it is now."""
        return people.names(self._ctx.session, [person]).get(person) or _("Somebody")

    def signed(self, person: int) -> Label:
        """What the library replaces by their name, as long as they are there."""
        if person not in self.people:
            self.people.append(person)
        return library.by(self.people.index(person))


# -- signing and sending -------------------------------------------------------------------------------------------------


def open_signature(ctx: Context, payload: Sign) -> Reply:
    """Open the form of a signature, or take it off."""
    request = taking_part.asked(ctx, payload.request)
    if request.phase is not Phase.SEND or request.decision != Way.SIGNATORIES.value:
        return Say(views.past_it(request))
    if not payload.signs:
        store.sign(ctx, request.id, None)
        return Say(ending_views.unsigned(request))
    values = store.signatures(ctx, request.id).get(ctx.actor.id, {})
    return ctx.open(SignDraft, values=values, subject=payload, intro=request.question)


def sign(ctx: Context, draft: SignDraft, subject: Sign) -> Reply:
    """Sign the response."""
    request = taking_part.locked(ctx, subject.request)
    if request.phase is not Phase.SEND or request.decision != Way.SIGNATORIES.value:
        raise FieldErrors({"": _("This response was sent meanwhile, so nobody can sign it any more.")})
    store.sign(ctx, request.id, {"affiliation": draft.affiliation})
    return Say(ending_views.signed(request))


def open_send(ctx: Context, payload: Send) -> Reply:
    """Ask to whom it was sent; of ourselves, what we will do differently."""
    request = taking_part.managed(ctx, payload.request)
    if request.phase is not Phase.SEND or request.decision == Way.NOT_SENT.value:
        return Say(views.past_it(request))
    return ctx.open(SendDraft, subject=payload, intro=request.question)


def draw(ctx: Context, subject: Any, form: Form) -> Form:
    """The question as it fits whom the response is for."""
    request = store.request(ctx, subject.request) if isinstance(subject, Send | TellAnswer) else None
    return ending_views.asked_for(form, request) if request is not None else form


def send(ctx: Context, draft: SendDraft, subject: Send) -> Reply:
    """It was sent: the library keeps it, and what tied words to people goes for good."""
    request = taking_part.managed(ctx, subject.request)
    if request.phase is not Phase.SEND or request.decision == Way.NOT_SENT.value:
        raise FieldErrors({"": _("This was done meanwhile, so nothing was changed.")})
    said = replace(request, will_do=draft.words) if request.is_ours else replace(request, sent_to=draft.words)
    sent = _keep(ctx, replace(said, phase=Phase.OUTCOME, sent_at=ctx.now))
    cards.plan_once(ctx, AFTER_JOB, sent, once(ctx.now + ASKED_AGAIN))
    told = ending_views.sent(sent)
    cards.settle_owner(ctx, sent, told, DUE)
    cards.show(ctx, sent)
    cards.tell_places(ctx, told)
    count = cards.tell_all(ctx, sent, told, "sent", but=[ctx.actor.id])
    for owner in cards.owners(ctx, sent):
        ctx.rewrite(owner, f"{cards.key(sent)}/{TO_SEND}", ending_views.was_sent(sent))
    return Say(ending_views.is_sent(sent, count))


def _keep(ctx: Context, request: Request) -> Request:
    """The response enters the library; who took part stays, and all that was said goes."""
    names = Names(ctx)
    made = paper(ctx, request, names.signed)
    item = library.keep(ctx, kind=RESPONSE, title=request.question, text=made, people=names.people)
    seats.seal_off(ctx, request.id)
    store.keep_map(ctx, request.id, None)
    return store.save(ctx, replace(request, item=item))


def be_due(ctx: Context, request: Request) -> Request:
    """The response is due: what is not to be sent ends here, of anything else its owner is reminded."""
    if request.decision != Way.NOT_SENT.value:
        cards.remind_owner(ctx, request, ending_views.to_send(request), DUE, WHY_DUE, ASKED_AGAIN)
        return request
    over = _keep(ctx, replace(request, phase=Phase.ENDED))
    cards.show(ctx, over)
    cards.tell_owner(ctx, over, ending_views.not_sent(over), TO_SEND)
    cards.tell_all(ctx, over, ending_views.not_sent(over), "sent", but=[owner.id for owner in cards.owners(ctx, over)])
    return over


def end_without(ctx: Context, request: Request) -> Request:
    """Nobody wrote anything, so there is nothing to vote on or to send."""
    seats.seal_off(ctx, request.id)
    over = store.save(ctx, replace(request, phase=Phase.ENDED))
    cards.show(ctx, over)
    cards.tell_owner(ctx, over, ending_views.ended_without(over), "draft")
    return over


# -- what comes of it ----------------------------------------------------------------------------------------------------


def ask_after(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """After thirty days, and again: what did they answer, or what did we do?"""
    for occurrence in occurrences:
        request = store.request(ctx, occurrence.subject, lock=True)
        if request is None or request.phase is not Phase.OUTCOME:
            continue
        if request.is_ours:
            cards.tell_owner(ctx, request, ending_views.what_came(request), f"{AFTER}/{occurrence.on}")
        else:
            cards.remind_owner(ctx, request, ending_views.what_came(request), f"{AFTER}/{occurrence.on}", WHY_AFTER, ASKED_AGAIN)
        cards.plan_once(ctx, AFTER_JOB, request, once(ctx.now + ASKED_AGAIN))


def open_answer(ctx: Context, payload: TellAnswer) -> Reply:
    """Ask what came of it."""
    request = taking_part.managed(ctx, payload.request)
    if request.phase is not Phase.OUTCOME:
        return Say(views.past_it(request))
    return ctx.open(AnswerDraft, subject=payload, intro=request.question)


def tell_answer(ctx: Context, draft: AnswerDraft, subject: TellAnswer) -> Reply:
    """Tell all who took part, and ask them what they see differently now."""
    request = taking_part.managed(ctx, subject.request)
    if request.phase is not Phase.OUTCOME:
        raise FieldErrors({"": _("All who took part have heard already what came of it.")})
    told = replace(request, did=draft.words) if request.is_ours else replace(request, answer=draft.words)
    over = store.save(ctx, replace(told, phase=Phase.ENDED))
    ctx.forget(AFTER_JOB, [over.id])
    if over.item is not None:
        library.amend(ctx, over.item, (Section(_("What came of it"), tuple(_came(over))),))
    cards.show(ctx, over)
    cards.tell_places(ctx, ending_views.outcome(over))
    count = cards.tell_all(ctx, over, ending_views.outcome(over), "outcome", but=[ctx.actor.id])
    return Say(ending_views.outcome_told(over, count))


def _came(request: Request) -> Iterator[Part]:
    if request.is_ours:
        yield Prose(_("What we wanted to do differently:"))
        yield Quotation(request.will_do)
    yield Prose(_("What we did:") if request.is_ours else _("What they answered:"))
    yield Quotation(request.did if request.is_ours else request.answer)


def open_lesson(ctx: Context, payload: TellLesson) -> Reply:
    """Ask what somebody sees differently now."""
    request = taking_part.known(ctx, payload.request)
    if request.sent_at is None:
        return Say(views.past_it(request))
    return ctx.open(LessonDraft, subject=payload, intro=request.question)


def keep_lesson(ctx: Context, draft: LessonDraft, subject: TellLesson) -> Reply:
    """Keep what somebody sees differently now, for all to read without their name."""
    request = taking_part.locked(ctx, subject.request)
    if request.sent_at is None:
        raise CardOutOfDate
    store.keep_lesson(ctx, request, draft.text)
    return Say(ending_views.lessons(request, store.lessons(ctx, request.id)))
