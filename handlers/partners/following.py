"""What follows when something happens elsewhere: people join, pause, leave, write, become one; a challenge ends."""

from __future__ import annotations

from bot.chat.language import _
from bot.chat.message import Button
from bot.core.context import Context
from bot.core.facts import PeopleLinked, PersonChanged
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers import challenges, endings, journal, nudges
from handlers.challenges import (
    ChallengeEnded,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPaused,
    PartnerWish,
    ProgressShown,
)
from handlers.partners import grouping, leading, relaying, rounds_store, store, views
from handlers.partners.evening import Evening, tell_absence
from handlers.partners.payloads import ShowMine, Wish
from handlers.partners.views import Somebody


def greet(ctx: Context, fact: ParticipantJoined) -> None:
    """Whoever joins is asked once whether they would like a partner; whoever said yes before gets company."""
    if fact.wants_partner is None:
        ctx.remarks.append(_("Would you like a partner to go along with? They see whether your day is done, never what you write."))
        ctx.buttons += [
            Button(_("Yes, find me a partner"), Wish(fact.challenge, wants=True)),
            Button(_("No, thank you"), Wish(fact.challenge, wants=False)),
        ]
    elif fact.wants_partner:
        _seek(ctx, fact.challenge, fact.person)


def follow_wish(ctx: Context, fact: PartnerWish) -> None:
    """Somebody said yes or no to a partner."""
    if fact.wants:
        _seek(ctx, fact.challenge, fact.person)
    elif (challenge := challenges.challenge(ctx, fact.challenge)) is not None:
        grouping.leave_all(ctx, challenge, fact.person)


def _seek(ctx: Context, challenge_id: int, person: int) -> None:
    challenge = challenges.challenge(ctx, challenge_id)
    has_some = any(group.challenge == challenge_id for group in store.groups_of(ctx, [person]))
    if challenge is not None and not has_some:
        grouping.seek(ctx, challenge, person)


def let_go(ctx: Context, fact: ParticipantLeft) -> None:
    """Somebody takes part no more; their partner hears that, and nothing else."""
    if (challenge := challenges.challenge(ctx, fact.challenge)) is not None:
        grouping.leave_all(ctx, challenge, fact.person, has_left=True)


def follow_pause(ctx: Context, fact: ParticipantPaused) -> None:
    """A partner hears until when somebody is away, and is offered company; one card, which follows when they are back."""
    challenge = challenges.challenge(ctx, fact.challenge)
    if challenge is None:
        return
    tell_absence(Evening(ctx, [fact.person]), [fact.person])
    groups = [group for group in store.groups_of(ctx, [fact.person]) if group.challenge == fact.challenge]
    if fact.until is not None:
        store.wait_no_more(ctx, challenge.id, [fact.person])
    elif not groups and any(each.wants_partner for each in challenges.participants(ctx, challenge.id, [fact.person])):
        grouping.seek(ctx, challenge, fact.person)


def follow_away(ctx: Context, fact: nudges.AwayChanged) -> None:
    """Somebody is away on other days now: where that is today, their partners hear it at once, otherwise when it begins."""
    tell_absence(Evening(ctx, [fact.person]), [fact.person])


def count_cheers(ctx: Context, fact: endings.CheersAsked) -> None:
    """Somebody takes their days along, and how often they were cheered with them."""
    _given, got = store.cheers_given(ctx, fact.challenge, fact.person)
    fact.counts.append(got)


def end(ctx: Context, fact: ChallengeEnded) -> None:
    """A challenge is over, and its groups with it."""
    ctx.forget(leading.SEND_JOB, [fact.challenge])
    rounds_store.drop_unsent(ctx, fact.challenge)
    grouping.end_all(ctx, fact.challenge)
    relaying.plan_forgetting(ctx, fact.challenge)


def follow_person(ctx: Context, fact: PersonChanged) -> None:
    """The evening line moves with its reader's zone."""
    grouping.plan_evenings(ctx, [fact.member.id])


def follow_link(ctx: Context, fact: PeopleLinked) -> None:
    """Two who are one person now are in one group of a challenge, the newest, and in none with themselves."""
    person = fact.member.id
    store.forget_oneself(ctx, person)
    groups = store.groups_of(ctx, [person])
    newest = {group.challenge: group.id for group in groups}
    for group in groups:
        challenge = challenges.challenge(ctx, group.challenge)
        if challenge is None:
            continue
        if len(group.members) < 2:
            grouping.end_groups(ctx, [group.id])
            grouping.seek(ctx, challenge, person)
        elif newest[group.challenge] != group.id:
            grouping.leave(ctx, challenge, group, person)
    grouping.plan_evenings(ctx, [person])


def add_button(ctx: Context, fact: ProgressShown) -> None:
    """My partner is reached from my progress."""
    if any(each.id == fact.challenge for each in challenges.own(ctx, ctx.actor.id)):
        ctx.buttons.append(Button(_("My partner"), ShowMine()))


# -- entries that are shared with a partner ----------------------------------------------------------------------------------


def share(ctx: Context, fact: journal.EntryWritten) -> None:
    """An entry for a partner goes to them; its writer hears whether anybody gets it."""
    if fact.visibility is not journal.Visibility.PARTNER:
        return
    names = _share(ctx, fact.person, fact.entry)
    if names:
        ctx.remarks.append(_("It goes to {names}.", names=", ".join(names)))
    else:
        ctx.remarks.append(_("You have no partner just now, so nobody else gets it."))


def follow_entry(ctx: Context, fact: journal.EntryChanged) -> None:
    """What stands with a partner follows its entry; what is theirs no more is taken back wherever it stands."""
    _share(ctx, fact.person, fact.entry)
    if journal.shared_with_partner(ctx, fact.entry) is not None:
        return
    key, name = _entry_key(fact.entry, fact.person), people.names(ctx.session, [fact.person]).get(fact.person, "")
    for other in people.members(ctx.session, store.ever_with(ctx, fact.person)).values():
        if ctx.has_posted(other, key):
            ctx.take_back(other, key, views.entry_gone(name))


def _share(ctx: Context, person: int, entry: int) -> list[str]:
    """Post an entry to the partners of now, and anew wherever it stands already; the names of those of now."""
    shared = journal.shared_with_partner(ctx, entry)
    if shared is None:
        return []
    groups = {other: group for group in store.groups_of(ctx, [person]) for other in group.others(person)}
    key, name = _entry_key(entry, person), people.names(ctx.session, [person]).get(person, "")
    writer = people.members(ctx.session, [person]).get(person)
    here = people.members(ctx.session, groups)
    for other in here.values():
        group = groups[other.id]
        further = grouping.somebodies(here, [each for each in group.others(other.id) if each != person])
        message = views.entry(shared.on, shared.text, group.id, (Somebody(person, name), *further))
        ctx.post(other, message, kind=Kind.PERSONAL, key=key, about=writer)
    _rewrite_elsewhere(ctx, [each for each in store.ever_with(ctx, person) if each not in here], key, name, shared, writer)
    return [member.name for member in here.values()]


def _rewrite_elsewhere(ctx: Context, others: list[int], key: str, name: str, shared: journal.Shared, writer: Member | None) -> None:
    for other in _holding(ctx, others, key):
        ctx.post(other, views.entry_of_before(name, shared.on, shared.text), kind=Kind.PERSONAL, key=key, about=writer)


def _holding(ctx: Context, others: list[int], key: str) -> list[Member]:
    return [member for member in people.members(ctx.session, others).values() if ctx.has_posted(member, key)]


def _entry_key(entry: int, person: int) -> str:
    return f"partner/entry/{entry}/{person}"
