"""The community's endorsement: what members say, what is answered, how it ends; and the sponsor's sign-off beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core.cadences import Occurrence
from bot.core.context import Context
from bot.core.outbox import Kind as PostKind
from bot.people import store as people
from handlers import nudges
from handlers.charters import cards, endorsements, endorsing_views, moves, store, views, volunteering
from handlers.charters.charter import Charter, Endorsement, SignOff
from handlers.charters.forms import ObjectionAnswerDraft, ObjectionDraft, SignOffDraft
from handlers.charters.payloads import AnswerIt, Confirm, GiveSignOff, Object, Support, TakeBack
from handlers.charters.rules import USUAL_DAYS, Change, Move, Said, Stance, State, decide

SPONSOR = "sponsor"
WHY_ANSWER = _("Somebody supports your proposal on a condition, or has a concern, and waits for an answer.")
WHY_ENDORSE = _("The community decides on it together, and you have not said anything yet.")
WHY_CONFIRM = _("The community endorsed your proposal, and it begins once you confirm it.")
TIME_TO_CONFIRM = timedelta(days=30)


def begin(ctx: Context, charter: Charter) -> None:
    """Members are asked in all places; the sponsor, where there is one, in their own chat."""
    if charter.sponsor is not None and charter.sign_off is None and charter.asks_resources:
        ask_sponsor(ctx, charter)


def ask_again(ctx: Context, charter: Charter, found: Collection[Change]) -> Charter:
    """What was endorsed is another thing now: everybody is asked anew."""
    until = ctx.now + timedelta(days=USUAL_DAYS)
    nudges.drop(ctx, *reminder_keys(ctx, charter))
    asked = moves.moved(ctx, charter, Move.ASK_AGAIN, round=charter.round + 1, until=until)
    told = endorsing_views.asked_again(asked, found)
    cards.tell_places(ctx, told)
    cards.tell(ctx, endorsements.endorsers(ctx, asked.id) - {ctx.actor.id}, told)
    return asked


def reminder_keys(ctx: Context, charter: Charter) -> list[str]:
    """The keys of all that may remind somebody in this round: each is reminded of once."""
    answers = [_answer_key(charter, each) for each in endorsements.of(ctx, charter)]
    return [*answers, _confirm_key(charter), _endorse_key(charter)]


def _endorse_key(charter: Charter) -> str:
    return f"{cards.key(charter)}/endorse/{charter.round}"


def _answer_key(charter: Charter, endorsement: Endorsement) -> str:
    return f"{cards.key(charter)}/answer/{endorsement.id}"


def _confirm_key(charter: Charter) -> str:
    return f"{cards.key(charter)}/confirm/{charter.round}"


# -- what members say ----------------------------------------------------------------------------------------------------


def support(ctx: Context, payload: Support) -> Reply:
    """Support it, in one press."""
    charter = _endorsed(ctx, payload.charter)
    return charter if isinstance(charter, Say) else _say(ctx, charter, Stance.SUPPORT)


def ask_why(ctx: Context, payload: Object) -> Reply:
    """Ask for the condition or the concern."""
    charter = _endorsed(ctx, payload.charter)
    if isinstance(charter, Say):
        return charter
    own = endorsements.own(ctx, charter)
    values = {"why": own.why} if own is not None and own.stance.value == payload.stance else {}
    return ctx.open(ObjectionDraft, values=values, subject=payload, intro=charter.name)


def object_to(ctx: Context, draft: ObjectionDraft, subject: Object) -> Reply:
    """Support it on a condition, or say a concern; whoever leads it hears of it and answers."""
    charter = moves.known(ctx, subject.charter, lock=True)
    if not _is_open(ctx, charter):
        raise FieldErrors({"": _("The endorsement has ended meanwhile, so nothing was changed.")})
    if charter.lead == ctx.actor.id:
        return Say(endorsing_views.your_own(charter))
    if subject.stance not in (Stance.CONDITION.value, Stance.CONCERN.value):
        raise CardOutOfDate
    return _say(ctx, charter, Stance(subject.stance), draft.why)


def _endorsed(ctx: Context, charter_id: int) -> Charter | Say:
    """The charter, locked, where the actor may say something to it now; otherwise what they hear."""
    charter = moves.known(ctx, charter_id, lock=True)
    if not _is_open(ctx, charter):
        return Say(views.past_it(charter))
    return Say(endorsing_views.your_own(charter)) if charter.lead == ctx.actor.id else charter


def _is_open(ctx: Context, charter: Charter) -> bool:
    return charter.state is State.ENDORSING and charter.until is not None and charter.until > ctx.now


def _say(ctx: Context, charter: Charter, stance: Stance, why: str = "") -> Reply:
    is_new = endorsements.say(ctx, charter, stance, why)
    if is_new:
        cards.show(ctx, charter)
        _show_objections(ctx, charter)
    nudges.settle(ctx, ctx.actor, _endorse_key(charter), instead=views.done(charter))
    return Say(endorsing_views.said(charter, stance, why, is_new=is_new))


def remind_the_silent(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Whoever has said nothing yet is reminded once before the end, as their number of reminders allows."""
    for occurrence in occurrences:
        charter = store.charter(ctx, occurrence.subject)
        if charter is None or not _is_open(ctx, charter) or charter.until is None:
            continue
        spoken = {each.person for each in endorsements.of(ctx, charter)}
        silent = [each for each in people.members(ctx.session).values() if each.id not in spoken and not charter.is_run_by(each.id)]
        reminder = nudges.Reminder(_endorse_key(charter), endorsing_views.still_open(charter), WHY_ENDORSE, charter.until)
        nudges.remind_all(ctx, [(member, reminder) for member in silent])


def take_back(ctx: Context, payload: TakeBack) -> Reply:
    """Say nothing any more."""
    charter = moves.known(ctx, payload.charter, lock=True)
    if not _is_open(ctx, charter):
        return Say(views.past_it(charter))
    own = endorsements.own(ctx, charter)
    if own is not None:
        nudges.drop(ctx, _answer_key(charter, own))
    was_there = endorsements.take_back(ctx, charter)
    if was_there:
        cards.show(ctx, charter)
        _show_objections(ctx, charter)
    return Say(endorsing_views.taken_back(charter, was_there=was_there))


def _show_objections(ctx: Context, charter: Charter) -> None:
    """Whoever leads it sees what waits for an answer, in one message that stays current; before the end they are reminded."""
    said = endorsements.of(ctx, charter)
    waiting = [each for each in said if each.why and not each.answer]
    key = f"{cards.key(charter)}/objections"
    names = people.names(ctx.session, [each.person for each in said])
    message = endorsing_views.to_answer(charter, waiting, names)
    for member in cards.heads(ctx, charter):
        if waiting or ctx.has_posted(member, key):
            ctx.post(member, message, kind=PostKind.ASKED_FOR, key=key)
        for each in said:
            if each not in waiting:
                nudges.settle(ctx, member, _answer_key(charter, each), instead=message)
    if waiting and charter.until is not None:
        _remind_to_answer(ctx, charter, waiting[0], message, charter.until)


def _remind_to_answer(ctx: Context, charter: Charter, waiting: Endorsement, message: Message, until: datetime) -> None:
    first = max(ctx.now + timedelta(hours=12), until - timedelta(days=2))
    if first < until:
        for member in cards.heads(ctx, charter)[:1]:
            nudges.remind(ctx, member, nudges.Reminder(_answer_key(charter, waiting), message, WHY_ANSWER, until, first))


def ask_answer(ctx: Context, payload: AnswerIt) -> Reply:
    """Ask what to answer."""
    found, charter = _objection(ctx, payload.endorsement)
    if charter.state is not State.ENDORSING:
        return Say(views.past_it(charter))
    return ctx.open(ObjectionAnswerDraft, values={"answer": found.answer}, subject=payload, intro=found.why)


def answer(ctx: Context, draft: ObjectionAnswerDraft, subject: AnswerIt) -> Reply:
    """Answer it; whoever said it hears, and may say something else now."""
    found, charter = _objection(ctx, subject.endorsement)
    if charter.state is not State.ENDORSING:
        raise FieldErrors({"": _("The endorsement has ended meanwhile, so nothing was changed.")})
    answered = endorsements.answer(ctx, found.id, draft.answer)
    told = endorsing_views.answered(charter, answered, ctx.actor.name)
    for member in people.members(ctx.session, [found.person]).values():
        ctx.post(member, told, kind=PostKind.PERSONAL, key=f"{cards.key(charter)}/answered/{found.id}", about=ctx.actor)
    _show_objections(ctx, charter)
    return Say(endorsing_views.answer_given(charter))


def _objection(ctx: Context, endorsement_id: int) -> tuple[Endorsement, Charter]:
    found = endorsements.endorsement(ctx, endorsement_id)
    if found is None:
        raise CardOutOfDate
    return found, moves.managed(ctx, found.charter)


# -- how it ends ---------------------------------------------------------------------------------------------------------


def end_due(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """The time is over: it passes, or it is worked on again; the reasons stay with it."""
    for occurrence in occurrences:
        charter = store.charter(ctx, occurrence.subject, lock=True)
        if charter is None or charter.state is not State.ENDORSING or charter.until is None or charter.until > ctx.now:
            continue
        nudges.drop(ctx, *reminder_keys(ctx, charter))
        said = endorsements.of(ctx, charter)
        missing = decide([Said(each.stance, bool(each.answer)) for each in said])
        ended = moves.moved(ctx, charter, Move.REJECT if missing else Move.ENDORSE)
        told = endorsing_views.ended(cards.standing(ctx, ended), missing)
        cards.tell_places(ctx, told)
        if missing:
            cards.tell_heads(ctx, ended, endorsing_views.work_on(ended, missing), "ended")
        else:
            _ask_to_confirm(ctx, ended)


def _ask_to_confirm(ctx: Context, charter: Charter) -> None:
    message = endorsing_views.to_confirm(charter)
    cards.tell_heads(ctx, charter, message, "ended")
    for member in cards.heads(ctx, charter)[:1]:
        first = ctx.now + timedelta(days=3)
        reminder = nudges.Reminder(_confirm_key(charter), message, WHY_CONFIRM, ctx.now + TIME_TO_CONFIRM, first)
        nudges.remind(ctx, member, reminder)


def confirm(ctx: Context, payload: Confirm) -> Reply:
    """Its lead confirms it, and the team comes together."""
    charter = moves.managed(ctx, payload.charter)
    if not moves.may(charter, Move.CONFIRM):
        return Say(views.past_it(charter))
    confirmed = moves.moved(ctx, charter, Move.CONFIRM)
    done = endorsing_views.confirmed(confirmed)
    for member in cards.heads(ctx, charter):
        instead = done if member.id != ctx.actor.id else views.done(confirmed)
        nudges.settle(ctx, member, _confirm_key(charter), instead=instead)
        ctx.rewrite(member, f"{cards.key(charter)}/ended", instead)
    volunteering.assemble(ctx, confirmed)
    return Say(done)


# -- the sponsor ---------------------------------------------------------------------------------------------------------


def ask_sponsor(ctx: Context, charter: Charter) -> Charter:
    """The sponsor is asked to confirm what they pay, and only that."""
    asked = store.save(ctx, replace(charter, sign_off=SignOff.ASKED))
    cards.show(ctx, asked)
    sponsor = people.members(ctx.session, [charter.sponsor]).get(charter.sponsor) if charter.sponsor is not None else None
    if sponsor is not None:
        ctx.post(sponsor, endorsing_views.to_sign_off(asked), kind=PostKind.PERSONAL, key=f"{cards.key(asked)}/{SPONSOR}")
    return asked


def open_sign_off(ctx: Context, payload: GiveSignOff) -> Reply:
    """Ask what is confirmed, or why not."""
    charter = moves.known(ctx, payload.charter)
    if charter.sponsor != ctx.actor.id:
        raise CardOutOfDate
    if charter.state.is_over:
        return Say(views.past_it(charter))
    return ctx.open(SignOffDraft, values={"words": charter.word("sign_off")}, subject=payload, intro=endorsing_views.asked_for(charter))


def sign_off(ctx: Context, draft: SignOffDraft, subject: GiveSignOff) -> Reply:
    """The sponsor has answered; whoever leads it hears, and the card says it."""
    charter = moves.known(ctx, subject.charter, lock=True)
    if charter.sponsor != ctx.actor.id:
        raise CardOutOfDate
    if charter.state.is_over:
        raise FieldErrors({"": _("This is over, so nothing was changed.")})
    said = SignOff.CONFIRMED if subject.confirms else SignOff.DECLINED
    changed = store.save(ctx, replace(charter, sign_off=said, words={**charter.words, "sign_off": draft.words}))
    cards.show(ctx, changed)
    told = endorsing_views.signed_off(changed, ctx.actor.name)
    cards.tell_heads(ctx, changed, told, "signed_off", but=[ctx.actor.id])
    ctx.rewrite(ctx.actor, f"{cards.key(changed)}/{SPONSOR}", views.done(changed))
    return Say(told)
