"""How groups begin, change and end, so that nobody is alone without being told when and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from bot.chat.text import Mention
from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context, For
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers import challenges, nudges
from handlers.challenges import Challenge
from handlers.partners import company_views, questions, rounds_store, store, views
from handlers.partners.hours import in_zone, shared_words
from handlers.partners.store import Together
from handlers.partners.views import Introduction, Somebody

EVENING_JOB = "partners.evening"
INVITATION_JOB = "partners.invitation"
THIRD = "third"
ANSWER_WITHIN = timedelta(days=1)


def begin(ctx: Context, challenge: Challenge, groups: Iterable[Sequence[int]], round_number: int) -> None:
    """Let groups begin: everybody in them hears who goes along with them, and their evening line is planned."""
    members = [tuple(group) for group in groups]
    made = store.insert_groups(ctx, challenge.id, round_number, members)
    everybody = [person for each in members for person in each]
    store.wait_no_more(ctx, challenge.id, everybody)
    introduce(ctx, challenge, made)
    plan_evenings(ctx, everybody)


def introduce(ctx: Context, challenge: Challenge, groups: Mapping[int, Sequence[int]], *, is_new_third: bool = False) -> None:
    """Introduce the members of groups to each other, each in their own zone."""
    everybody = [person for each in groups.values() for person in each]
    here = people.members(ctx.session, everybody)
    goals = {each.person: each.goal for each in challenges.participants(ctx, challenge.id, everybody)}
    awake = store.awake(ctx, everybody)
    posts = []
    for group, members in groups.items():
        common = frozenset.intersection(*(awake.get(person, frozenset()) for person in members))
        question = ctx.random.randrange(len(views.QUESTIONS))
        for person in members:
            if (member := here.get(person)) is None:
                continue
            others = tuple(Somebody(other, here[other].name) for other in members if other != person and other in here)
            words = shared_words([goals.get(each, "") for each in (person, *(other.person for other in others))])
            hours = in_zone(common, member.zone, ctx.now)
            meeting = meeting_of([here[each] for each in members if each in here])
            told = Introduction(group, challenge.title, others, words, hours, question, is_new_third, meeting)
            posts.append(For(member, views.introduction(told), f"partner/group/{group}/{len(members)}"))
    ctx.post_all(posts, kind=Kind.NEWS)


def plan_evenings(ctx: Context, persons: Collection[int]) -> None:
    """Let the evening line come to whoever has a partner, and to nobody else."""
    grouped = {member for group in store.groups_of(ctx, persons) for member in group.members}
    evenings = store.evenings(ctx, persons)
    here = people.members(ctx.session, persons)
    wanted = {person: Cadence(each.zone, evenings[person], ctx.today(each)) for person, each in here.items() if person in grouped}
    ctx.plan_all(EVENING_JOB, wanted)
    ctx.forget(EVENING_JOB, [person for person in persons if person not in grouped or person not in here])


def leave(ctx: Context, challenge: Challenge, group: Together, person: int, *, has_left: bool = False, seeks: bool = True) -> None:
    """Somebody leaves a group; the others hear it kindly, and whoever is alone then gets company."""
    store.group(ctx, group.id, lock=True)
    others = group.others(person)
    store.remove_member(ctx, group.id, person)
    if len(others) < 2:
        end_groups(ctx, [group.id])
    else:
        drop_offers(ctx, [group.id])  # two are left, and how it goes on is another question now
    tell = company_views.left if has_left else company_views.parted
    name = people.names(ctx.session, [person]).get(person, "")
    for other in people.members(ctx.session, others).values():
        alone = len(others) < 2
        ctx.post(other, tell(challenge.title, name, challenge.id, is_seeking=alone and seeks), kind=Kind.NEWS)
    plan_evenings(ctx, [person, *others])
    if len(others) == 1 and seeks:
        seek(ctx, challenge, others[0])


def end_groups(ctx: Context, groups: Collection[int]) -> None:
    """Let groups end; what was offered in them is over."""
    drop_offers(ctx, groups)
    store.end_groups(ctx, groups)


def drop_offers(ctx: Context, groups: Collection[int], about: int | None = None) -> None:
    """What was offered because of silence is over in these groups: all of it, or what was about one person's."""
    open_ones = questions.open_offers(ctx, groups, about) if groups else {}
    if open_ones:
        nudges.drop(ctx, *(offer_key(question) for question in open_ones))
        questions.settle_questions(ctx, open_ones)


def offer_key(question: int) -> str:
    """The key of an offer in days of silence."""
    return f"partner/silent/{question}"


def leave_all(ctx: Context, challenge: Challenge, person: int, *, has_left: bool = False) -> None:
    """Somebody wants no partner any more, or takes part no more."""
    store.wait_no_more(ctx, challenge.id, [person])
    for question in questions.questions_about(ctx, person, THIRD):
        settle_invitation(ctx, question.group, person)
    for group in store.groups_of(ctx, [person]):
        if group.challenge == challenge.id:
            leave(ctx, challenge, group, person, has_left=has_left)


def is_company_open(ctx: Context, challenge: Challenge) -> bool:
    """Whether pairs exist already, so that whoever comes now gets company at once; after the last day nobody needs any more."""
    is_on = challenge.state.is_open and ctx.community_today() <= challenge.plan.last_on
    return is_on and rounds_store.was_sent(ctx, challenge.id)


def seek(ctx: Context, challenge: Challenge, person: int) -> None:
    """Company for somebody: whoever waits, otherwise a pair that agrees to a third; until then they are told what they wait for."""
    if not is_company_open(ctx, challenge):
        return
    barred = _barred(ctx, challenge.id, person)
    other = next((each for each in store.waiting(ctx, challenge.id) if each != person and each not in barred), None)
    if other is not None:
        for question in questions.questions_about(ctx, other, THIRD):
            settle_invitation(ctx, question.group, other)
        begin(ctx, challenge, [(other, person)], rounds_store.last_number(ctx))
        return
    store.wait(ctx, challenge.id, person)
    invite(ctx, challenge, person)
    tell_why(ctx, challenge, person)


def why_waiting(ctx: Context, challenge: Challenge, person: int) -> str:
    """Why somebody waits."""
    if any(question.answer is None for question in questions.questions_about(ctx, person, THIRD)):
        return "asked"
    return "unmatched" if store.groups_in(ctx, challenge.id) else "alone"


def tell_why(ctx: Context, challenge: Challenge, person: int) -> None:
    """Tell somebody why they wait, in one card that follows how it goes."""
    if (member := people.members(ctx.session, [person]).get(person)) is not None:
        card = company_views.waiting(challenge.title, why_waiting(ctx, challenge, person), challenge.id)
        ctx.post(member, card, kind=Kind.NEWS, key=f"partner/wait/{challenge.id}/{person}")


def _barred(ctx: Context, challenge: int, person: int) -> set[int]:
    """With whom somebody is not brought together now: never, or not again in this challenge."""
    nevers = {one if other == person else other for one, other in store.nevers(ctx, [person])}
    return nevers | store.ever_with(ctx, person, challenge)


# -- a third ---------------------------------------------------------------------------------------------------------------


def invite(ctx: Context, challenge: Challenge, person: int, *, first: int | None = None) -> bool:
    """Ask the next pair whether somebody may join them, each of the two privately; whether there was a pair to ask."""
    barred = _barred(ctx, challenge.id, person)
    asked = {question.group for question in questions.questions_about(ctx, person, THIRD)}
    pairs = [group for group in store.groups_in(ctx, challenge.id) if len(group.members) == 2 and group.id not in asked]
    free = [group for group in pairs if person not in group.members and not barred & set(group.members)]
    taking = challenges.participants(ctx, challenge.id, [member for group in free for member in group.members])
    away = {each.person for each in taking if each.paused_until is not None}
    free = [group for group in free if not away & set(group.members)]
    chosen = min(free, key=lambda group: (group.id != first, not group.wants_third, group.id), default=None)
    if chosen is None:
        return False
    here = people.members(ctx.session, chosen.members)
    name = people.names(ctx.session, [person]).get(person, "")
    tomorrow = ctx.now + ANSWER_WITHIN
    passes = Cadence("UTC", tomorrow.time().replace(second=0, microsecond=0), tomorrow.date(), tomorrow.date())
    wanted = [questions.Asking(chosen.id, member, person, THIRD, ctx.community_today()) for member in here]
    for asking, question in questions.ask(ctx, wanted).items():
        card = company_views.ask_third(challenge.title, name, question)
        ctx.post(here[asking.asked], card, kind=Kind.NEWS, key=invitation_key(chosen.id, person))
        ctx.plan(INVITATION_JOB, question, passes)
    return True


def invitation_key(group: int, person: int) -> str:
    """The key of the question whether somebody may join a group."""
    return f"partner/third/{group}/{person}"


def settle_invitation(ctx: Context, group_id: int, person: int) -> None:
    """Nobody needs to answer any more whether somebody may join this group."""
    group = store.group(ctx, group_id)
    open_ones = [each for each in questions.questions_about(ctx, person, THIRD) if each.group == group_id and each.answer in (None, "yes")]
    for question in open_ones:
        questions.answer(ctx, question.id, "settled")
    ctx.forget(INVITATION_JOB, [question.id for question in open_ones])
    asked = [question.asked for question in open_ones]
    for member in people.members(ctx.session, asked if group is not None else ()).values():
        ctx.take_back(member, invitation_key(group_id, person), company_views.third_settled())


def answer_third(ctx: Context, challenge: Challenge, question: questions.Question, *, is_yes: bool) -> bool:
    """Keep an answer: both have to agree; after one no the next pair is asked. Whether the third joins now."""
    questions.answer(ctx, question.id, "yes" if is_yes else "no")
    ctx.forget(INVITATION_JOB, [question.id])
    if not is_yes:
        settle_invitation(ctx, question.group, question.about)
        go_on_asking(ctx, challenge, question.about)
        return False
    group = store.group(ctx, question.group, lock=True)
    assert group is not None
    agreed = {
        each.asked for each in questions.questions_about(ctx, question.about, THIRD) if each.group == group.id and each.answer == "yes"
    }
    if not set(group.members) <= agreed:
        return False
    join_third(ctx, challenge, group, question.about)
    return True


def join_third(ctx: Context, challenge: Challenge, group: Together, person: int) -> None:
    """A pair becomes a trio."""
    store.add_member(ctx, group.id, person, is_third=True)
    store.want_third(ctx, group.id, wants=False)
    store.wait_no_more(ctx, challenge.id, [person])
    introduce(ctx, challenge, {group.id: (*group.members, person)}, is_new_third=True)
    plan_evenings(ctx, [person])


def go_on_asking(ctx: Context, challenge: Challenge, person: int) -> None:
    """Ask the next pair for somebody who still waits; where there is none, they are told."""
    if person in store.waiting(ctx, challenge.id) and not invite(ctx, challenge, person):
        tell_why(ctx, challenge, person)


def let_invitations_pass(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """A question that nobody answered within a day goes to the next pair."""
    for occurrence in occurrences:
        question = questions.question(ctx, occurrence.subject)
        group = store.group(ctx, question.group) if question is not None else None
        challenge = challenges.challenge(ctx, group.challenge) if group is not None else None
        if question is None or question.answer is not None or challenge is None:
            continue
        settle_invitation(ctx, question.group, question.about)
        go_on_asking(ctx, challenge, question.about)


# -- what is over ------------------------------------------------------------------------------------------------------------


def end_all(ctx: Context, challenge: int) -> None:
    """Let every group of a challenge end."""
    groups = store.groups_in(ctx, challenge)
    end_groups(ctx, [group.id for group in groups])
    store.wait_no_more(ctx, challenge, store.waiting(ctx, challenge))
    plan_evenings(ctx, [person for group in groups for person in group.members])


def somebodies(here: Mapping[int, Member], persons: Iterable[int]) -> tuple[Somebody, ...]:
    """Partners as views name them, those who are present."""
    return tuple(Somebody(person, here[person].name) for person in persons if person in here)


def meeting_of(members: Collection[Member]) -> tuple[Mention, ...]:
    """Who would be in a chat of their own; nobody where they could not have one."""
    return tuple(member.mention for member in members) if may_meet(members) else ()


def may_meet(members: Iterable[Member]) -> bool:
    """Whether everybody has an account in the same workspace, where they could talk without us."""
    audiences = [{each.audience for each in member.identities} for member in members]
    return len(audiences) > 1 and bool(set.intersection(*audiences))
