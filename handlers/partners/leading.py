"""A lead pairs people: looks at what was matched, matches anew, fixes pairs by hand, sends it, prints the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Message, Option
from bot.chat.reply import Reply, Say
from bot.chat.text import Moment
from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.days import instant_of
from bot.people.values import Member
from handlers import challenges
from handlers.challenges import Challenge, ChallengeBegun, ManagerShown
from handlers.partners import grouping, lead_views, rounds_store, seating, store
from handlers.partners.hours import goal_words
from handlers.partners.lead_views import Preview, Shown
from handlers.partners.payloads import AskFix, Audit, FixDraft, PairUp, Release, Reroll, Send
from handlers.partners.rounds_store import MATCHING, SENT, Round
from handlers.partners.rules import Why
from handlers.partners.seating import Applicant, Seating, match

SEND_JOB = "partners.send"
SENDS_AT, OR_AT = time(16), time(9)
SMALL = 60  # so many are matched within the unit
LARGEST_SEED = 2**31


def at_the_start(ctx: Context, fact: ChallengeBegun) -> None:
    """A challenge has begun: the lead may look at the pairs until they are sent by themselves."""
    challenge = _challenge(ctx, fact.challenge)
    if rounds_store.was_sent(ctx, challenge.id):
        return
    round_ = rounds_store.unsent(ctx, challenge.id) or _new_round(ctx, challenge)
    if len(round_.people) < 2:
        send_now(ctx, challenge, round_)
        return
    on, at = _sent_on(ctx, challenge)
    ctx.plan(SEND_JOB, challenge.id, Cadence(ctx.community.zone, at, on, on))
    show(ctx, challenge, round_)


def _sent_on(ctx: Context, challenge: Challenge) -> tuple[date, time]:
    """When pairs are sent by themselves: in the afternoon of the first day, or the morning after where it begins later than that."""
    on = max(challenge.plan.starts_on, ctx.community_today())
    begins = max(instant_of(on, challenge.at, ctx.community.zone), ctx.now)
    is_over = instant_of(on, SENDS_AT, ctx.community.zone) <= begins
    return (on + timedelta(days=1), OR_AT) if is_over else (on, SENDS_AT)


def send_by_itself(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Nobody is without a partner because a lead is on holiday."""
    for occurrence in occurrences:
        challenge = challenges.challenge(ctx, occurrence.subject)
        round_ = rounds_store.unsent(ctx, occurrence.subject) if challenge is not None and challenge.state.is_open else None
        if challenge is None or round_ is None:
            continue
        rounds_store.be_due(ctx, round_.id)
        if round_.state == MATCHING:
            continue  # it is sent as soon as it is matched
        if _has_changed(ctx, challenge, round_):
            round_ = _match(ctx, challenge, round_, round_.seed, round_.fixed())
        if round_.state != MATCHING:
            send_now(ctx, challenge, round_)


# -- matching ----------------------------------------------------------------------------------------------------------------


def _new_round(ctx: Context, challenge: Challenge) -> Round:
    number, seed = rounds_store.last_number(ctx) + 1, ctx.random.randrange(LARGEST_SEED)
    round_ = rounds_store.find(ctx, rounds_store.insert_round(ctx, challenge.id, number, seed))
    assert round_ is not None
    return _match(ctx, challenge, round_, seed, set())


def _match(ctx: Context, challenge: Challenge, round_: Round, seed: int, fixed: set[tuple[int, int]]) -> Round:
    """Seat whoever wants a partner now and match them: here where they are few, later where they are many."""
    seating_ = _seating(ctx, challenge, round_, seed, fixed)
    rounds_store.seat(ctx, round_.id, seating_, seed)
    if len(seating_.people) <= SMALL:
        rounds_store.keep_outcome(ctx, round_.id, match(seating_.inputs))
    else:
        ctx.later("partners.match", {"round": str(round_.id), "inputs": dict(seating_.inputs)})
    again = rounds_store.find(ctx, round_.id)
    assert again is not None
    return again


def compute(given: dict[str, Any]) -> dict[str, Any]:
    """Match many, off the event loop."""
    return match(given["inputs"])


def take_match(ctx: Context, given: dict[str, Any], outcome: dict[str, Any]) -> None:
    """Many are matched: the lead sees it, or it is sent where its hour has come; what was matched anew meanwhile counts instead."""
    round_ = rounds_store.find(ctx, int(given["round"]))
    challenge = challenges.challenge(ctx, round_.challenge) if round_ is not None else None
    if round_ is None or challenge is None or round_.state != MATCHING or round_.inputs != given["inputs"]:
        return
    rounds_store.keep_outcome(ctx, round_.id, outcome)
    matched = rounds_store.find(ctx, round_.id)
    assert matched is not None
    if matched.is_due:
        send_now(ctx, challenge, matched)
    else:
        show(ctx, challenge, matched)


def _seating(ctx: Context, challenge: Challenge, round_: Round, seed: int, fixed: set[tuple[int, int]]) -> Seating:
    reachable = rounds_store.reachable(ctx)
    thirds = rounds_store.times_third(ctx)
    applicants = [
        Applicant(each.person, each.unit, goal_words(each.goal), *reachable[each.person], thirds.get(each.person, 0))
        for each in challenges.participants(ctx, challenge.id)
        if each.wants_partner and not each.has_left and each.paused_until is None and each.person in reachable
    ]
    return seating.seated(applicants, rounds_store.met(ctx), rounds_store.all_nevers(ctx), fixed, round_.number, seed)


def _has_changed(ctx: Context, challenge: Challenge, round_: Round) -> bool:
    """Whether somebody came, went or changed what counts since the round was matched."""
    now = _seating(ctx, challenge, round_, round_.seed, round_.fixed())
    return dict(enumerate(now.people)) != dict(round_.people) or now.inputs["never"] != [tuple(pair) for pair in round_.inputs["never"]]


# -- what a lead does --------------------------------------------------------------------------------------------------------


def pair_up(ctx: Context, payload: PairUp) -> Reply:
    """Match those who want a partner, and look at it."""
    challenge = _challenge(ctx, payload.challenge, lock=True)
    if not challenge.state.is_open:
        return Say(lead_views.over(challenge.title))
    standing = rounds_store.unsent(ctx, challenge.id)
    if standing is None:
        standing = _new_round(ctx, challenge)
    elif _has_changed(ctx, challenge, standing):
        standing = _match(ctx, challenge, standing, standing.seed, standing.fixed())
    return Say(_preview(ctx, challenge, standing))


def reroll(ctx: Context, payload: Reroll) -> Reply:
    """Match anew with another seed; fixed pairs stay."""
    challenge, round_ = _unsent(ctx, payload.round)
    if round_.state == SENT:
        return Say(lead_views.sent_already(challenge.title))
    matched = _match(ctx, challenge, round_, ctx.random.randrange(LARGEST_SEED), round_.fixed())
    is_same = set(map(frozenset, matched.groups())) == set(map(frozenset, round_.groups()))
    return Say(_preview(ctx, challenge, matched, is_same=is_same), instead=True)


def open_fix(ctx: Context, payload: AskFix) -> Reply:
    """Open the form that fixes a pair."""
    challenge, round_ = _unsent(ctx, payload.round)
    return Say(lead_views.sent_already(challenge.title)) if round_.state == SENT else ctx.open(FixDraft, subject=payload)


def fix_options(ctx: Context, subject: object) -> Options:
    """Everybody who wants a partner."""
    round_ = rounds_store.find(ctx, subject.round) if isinstance(subject, AskFix) else None
    names = people.names(ctx.session, round_.people.values()) if round_ is not None else {}
    options = tuple(Option(str(person), name) for person, name in sorted(names.items(), key=lambda each: each[1].casefold()))
    return {"one": options, "other": options}


def fix(ctx: Context, draft: FixDraft, subject: AskFix) -> Reply:
    """Fix a pair; what one of the two was fixed to before is released, and the rest is matched again."""
    challenge, round_ = _unsent(ctx, subject.round)
    if round_.state == SENT:
        return Say(lead_views.sent_already(challenge.title))
    if draft.one == draft.other:
        raise FieldErrors({"other": _("Please choose two different people.")})
    pair = {int(draft.one), int(draft.other)}
    kept = {each for each in round_.fixed() if not pair & set(each)}
    one, other = sorted(pair)
    return Say(_preview(ctx, challenge, _match(ctx, challenge, round_, round_.seed, kept | {(one, other)})))


def release(ctx: Context, payload: Release) -> Reply:
    """Fix nothing by hand any more."""
    challenge, round_ = _unsent(ctx, payload.round)
    if round_.state == SENT:
        return Say(lead_views.sent_already(challenge.title))
    return Say(_preview(ctx, challenge, _match(ctx, challenge, round_, round_.seed, set())), instead=True)


def send(ctx: Context, payload: Send) -> Reply:
    """Send what was looked at; where somebody came or went since, look again first."""
    challenge, round_ = _unsent(ctx, payload.round)
    if round_.state == SENT:
        return Say(lead_views.sent_already(challenge.title))
    if round_.state == MATCHING:
        return Say(_preview(ctx, challenge, round_))
    if _has_changed(ctx, challenge, round_):
        matched = _match(ctx, challenge, round_, round_.seed, round_.fixed())
        return Say(_preview(ctx, challenge, matched, has_changed=True), instead=True)
    send_now(ctx, challenge, round_)
    return Say(lead_views.sent(challenge.title, challenge.id, len(round_.groups())), instead=True)


def send_now(ctx: Context, challenge: Challenge, round_: Round) -> None:
    """Let the groups begin; those that stood before end with it, and who waits hears why."""
    rounds_store.mark_sent(ctx, round_.id)
    ctx.forget(SEND_JOB, [challenge.id])
    standing = store.groups_in(ctx, challenge.id)
    grouped = {person for group in round_.groups() for person in group if len(group) > 1}
    ending = [group for group in standing if grouped & set(group.members)]
    grouping.end_groups(ctx, [group.id for group in ending])
    begun = [group for group in round_.groups() if len(group) > 1]
    grouping.begin(ctx, challenge, begun, round_.number)
    grouping.plan_evenings(ctx, {person for group in ending for person in group.members} - grouped)
    for person in set(round_.people.values()) - grouped:
        store.wait(ctx, challenge.id, person)
        grouping.tell_why(ctx, challenge, person)
    _refresh(ctx, challenge, round_, lead_views.sent(challenge.title, challenge.id, len(begun)))


def audit(ctx: Context, payload: Audit) -> Reply:
    """Print what was paired: repeats, thirds, and whether it comes out the same again."""
    challenge = _challenge(ctx, payload.challenge)
    rounds = rounds_store.sent(ctx, challenge.id)
    names = people.names(ctx.session, {person for each in rounds for person in each.people.values()})
    thirds = rounds_store.times_third(ctx)
    often = sum(count > 1 for person, count in thirds.items() if person in names)
    return Say(lead_views.audit(challenge.title, [_audited(each, names) for each in rounds], often))


def _audited(round_: Round, names: dict[int, str]) -> seating.Audit:
    outcome = round_.outcome or {"groups": [], "waiting": []}
    sizes = [len(each["seats"]) for each in outcome["groups"]]
    is_small = len(round_.inputs["candidates"]) <= SMALL
    return seating.Audit(
        number=round_.number,
        seed=round_.seed,
        pairs=sizes.count(2),
        trios=sizes.count(3),
        repeats=seating.repeats(round_.inputs, outcome),
        is_reproducible=match(round_.inputs) == outcome if is_small else None,
        groups=tuple(tuple(names.get(person, "") for person in group) for group in round_.groups()),
    )


# -- what a lead sees --------------------------------------------------------------------------------------------------------


def offer_buttons(ctx: Context, fact: ManagerShown) -> None:
    """A lead who manages a challenge can pair its people."""
    ctx.buttons += lead_views.manager_buttons(fact.challenge, has_rounds=rounds_store.was_sent(ctx, fact.challenge))


def show(ctx: Context, challenge: Challenge, round_: Round) -> None:
    """Give the preview to whoever started the challenge, or to every lead."""
    for lead in _recipients(ctx, challenge):
        ctx.post(lead, _preview(ctx, challenge, round_), kind=Kind.NEWS, key=_key(round_))


def _recipients(ctx: Context, challenge: Challenge) -> Sequence[Member]:
    leads = [member for member in people.members(ctx.session).values() if member.is_lead]
    return [lead for lead in leads if lead.id == challenge.started_by] or leads


def _refresh(ctx: Context, challenge: Challenge, round_: Round, card: Message) -> None:
    for lead in _recipients(ctx, challenge):
        if ctx.has_posted(lead, _key(round_)):
            ctx.post(lead, card, kind=Kind.NEWS, key=_key(round_))


def _key(round_: Round) -> str:
    return f"partner/round/{round_.id}"


def _preview(ctx: Context, challenge: Challenge, round_: Round, *, has_changed: bool = False, is_same: bool = False) -> Message:
    if round_.state == MATCHING:
        return lead_views.matching(challenge.title, len(round_.people), round_.id)
    names = people.names(ctx.session, round_.people.values())
    shown = []
    for each in (round_.outcome or {"groups": ()})["groups"]:
        called = tuple(names[round_.people[seat]] for seat in each["seats"] if seat in round_.people)
        shown.append(Shown(called, tuple((Why(why), number) for why, number in each["reasons"])))
    waiting = tuple(names[round_.people[seat]] for seat in (round_.outcome or {"waiting": ()})["waiting"] if seat in round_.people)
    standing = rounds_store.was_sent(ctx, challenge.id)
    sends_at = None if standing else Moment(instant_of(*_sent_on(ctx, challenge), ctx.community.zone), zone=ctx.community.zone)
    return lead_views.preview(
        Preview(round_.id, challenge.title, tuple(shown), waiting, sends_at, bool(round_.inputs["fixed"]), has_changed, is_same)
    )


def _unsent(ctx: Context, round_id: int) -> tuple[Challenge, Round]:
    round_ = rounds_store.find(ctx, round_id)
    challenge = challenges.challenge(ctx, round_.challenge) if round_ is not None else None
    if round_ is None or challenge is None or not challenge.state.is_open:
        raise CardOutOfDate
    return challenge, round_


def _challenge(ctx: Context, challenge_id: int, *, lock: bool = False) -> Challenge:
    challenge = challenges.challenge(ctx, challenge_id, lock=lock)
    if challenge is None:
        raise CardOutOfDate
    return challenge
