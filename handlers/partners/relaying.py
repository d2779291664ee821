"""Partners talk through us: what one writes reaches the other, and follows when it is edited, taken back or reacted to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.chat.errors import CardOutOfDate
from bot.chat.language import _
from bot.chat.reply import Gathering, Reply, Say, Silence
from bot.chat.text import Strong, clean_prose
from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context, Written
from bot.core.facts import WordsRefused
from bot.core.feature import Goes
from bot.core.outbox import Kind
from bot.core.ports import FileLost, Reacted, SentFile
from bot.people import store as people
from bot.people.values import Member
from handlers import challenges
from handlers.partners import grouping, relay_store, relay_views, store, views
from handlers.partners.payloads import LONGEST, MeetUp, Relayed, ReplyDraft, ReplyTo, TakeBack
from handlers.partners.relay_store import Said
from handlers.partners.rows import MessageRow
from handlers.partners.store import Together
from handlers.partners.views import Somebody

LIMITS = {"cheers": 3, "questions": 2, "messages": 10}  # of one person, in one group, on one day
FORGET_JOB = "partners.forget"
WORDS = "partner/words/"  # and which: the key of what somebody wrote
KEPT_FOR = timedelta(days=30)  # after the end of a challenge
GOES = (
    Goes(
        "what partners wrote to each other, sealed, from the end of their challenge",
        KEPT_FOR,
        "late edits and replies still find it, and nobody needs it longer",
        MessageRow,
        None,  # the job that comes then
    ),
)


def circle(ctx: Context, here: Mapping[int, Member], group: Together, reader: int) -> tuple[Somebody, ...]:
    """Everybody in a group but one reader; whoever acts stands first."""
    others = [each for each in group.others(reader) if each != ctx.actor.id]
    return (Somebody(ctx.actor.id, ctx.actor.name), *grouping.somebodies(here, others))


# -- words -----------------------------------------------------------------------------------------------------------------


def open_reply(ctx: Context, payload: ReplyTo) -> Reply:
    """Open the form that writes to one's partner, or to both."""
    group = _together(ctx, payload)
    others = people.members(ctx.session, group.others(ctx.actor.id)) if group is not None else {}
    if payload.person not in others:
        raise CardOutOfDate
    names = views.joined_names(grouping.somebodies(others, others))
    return ctx.open(ReplyDraft, subject=payload, intro=_("It goes to {names}, and to nobody else.", names=Strong(names)))


def reply(ctx: Context, draft: ReplyDraft, subject: ReplyTo) -> Reply:
    """Send what was written in the form."""
    return _say(ctx, subject, draft.text, None)


def reply_to_sign(ctx: Context, payload: ReplyTo, written: Written) -> Reply:
    """A reply to a partner's cheer or question goes back to them."""
    return _say(ctx, payload, clean_prose(written.text), written)


def reply_to_words(ctx: Context, payload: Relayed, written: Written) -> Reply:
    """A reply to what a partner wrote goes back to them."""
    text, said = clean_prose(written.text), relay_store.message(ctx, payload.message)
    if said is None:
        return Say(relay_views.not_sent("", text))
    return _say(ctx, ReplyTo(said.group, said.writer), text, written)


def _say(ctx: Context, to: ReplyTo, text: str, written: Written | None) -> Reply:
    group = _together(ctx, to)
    others = people.members(ctx.session, group.others(ctx.actor.id)) if group is not None else {}
    if group is None or to.person not in others:
        return Say(relay_views.not_sent(people.names(ctx.session, [to.person]).get(to.person, ""), text))
    if not text:
        return ctx.open(ReplyDraft, subject=to)
    if len(text) > LONGEST:
        return Say(relay_views.too_long(text))
    if store.signs(ctx, group.id, ctx.today()).messages >= LIMITS["messages"]:
        return Say(views.enough("messages", text))
    store.give(ctx, group.id, ctx.today(), "messages")
    message = relay_store.insert(ctx, group.id, text, written)
    for other in others.values():
        _post(ctx, other, message, text, group.id, circle(ctx, others, group, other.id))
    return Say(relay_views.on_its_way(_told(ctx, group, others), message))


def _together(ctx: Context, to: ReplyTo) -> Together | None:
    """The group in which the actor goes along with somebody: the one that is meant, or another where that one has ended."""
    groups = [group for group in store.groups_of(ctx, [ctx.actor.id]) if to.person in group.members]
    return next((group for group in groups if group.id == to.group), groups[-1] if groups else None)


def _post(ctx: Context, to: Member, message: int, text: str, group: int, others: Sequence[Somebody]) -> None:
    card = relay_views.words(text, group, others)
    ctx.post(to, card, kind=Kind.PERSONAL, key=_key(message), on_reply=Relayed(message), about=ctx.actor)


def _key(message: int) -> str:
    return f"{WORDS}{message}"


def _told(ctx: Context, group: Together, others: Mapping[int, Member]) -> tuple[Somebody, ...]:
    """Who gets it, and until when they are away."""
    taking = {each.person: each for each in challenges.participants(ctx, group.challenge, list(others))}
    away = {person: taking[person].paused_until for person in others if person in taking}
    return tuple(Somebody(other.id, other.name, away_until=away.get(other.id)) for other in others.values())


def refuse_file(ctx: Context, payload: ReplyTo | Relayed, file: SentFile | FileLost) -> Reply:
    """A file does not pass; whoever sent it hears so, and what would."""
    said = relay_store.message(ctx, payload.message) if isinstance(payload, Relayed) else None
    to = payload if isinstance(payload, ReplyTo) else ReplyTo(said.group, said.writer) if said is not None else None
    group = _together(ctx, to) if to is not None else None
    others = people.members(ctx.session, group.others(ctx.actor.id)) if group is not None else {}
    return Say(relay_views.no_files(file.name, grouping.somebodies(others, others)))


# -- what becomes of them --------------------------------------------------------------------------------------------------


def follow_edit(ctx: Context, written: Written) -> Reply:
    """What stands with a partner follows its edited message; the later wins, and what was taken back stays so."""
    said, text = relay_store.of_message(ctx, written), clean_prose(written.text)
    if said is None or said.text is None or not text or written.at < said.changed_at:
        return Silence()
    if len(text) > LONGEST:
        return Say(relay_views.edit_too_long(text))
    relay_store.rewrite(ctx, said.id, text, written.at)
    holding = _holding(ctx, said)
    for other in holding:
        _post(ctx, other, said.id, text, said.group, _circle_of_before(ctx, said, other))
    return Say(relay_views.follows(tuple(Somebody(other.id, other.name) for other in holding)))


def tell_refused(ctx: Context, fact: WordsRefused) -> None:
    """Whoever wrote something that cannot reach a partner hears it, once for each partner, and has their words back."""
    number = fact.key.removeprefix(WORDS)
    said = relay_store.message(ctx, int(number)) if fact.key.startswith(WORDS) else None
    if said is None or said.text is None:
        return
    name = people.names(ctx.session, [fact.person]).get(fact.person, "")
    for writer in people.members(ctx.session, [said.writer]).values():
        card = relay_views.refused(name, said.text, stands=fact.stands)
        ctx.post(writer, card, key=f"partner/refused/{said.id}/{fact.person}")


def _circle_of_before(ctx: Context, said: Said, reader: Member) -> tuple[Somebody, ...]:
    """Everybody who got a message, as one of its readers knows them."""
    group = store.group(ctx, said.group)
    here = people.members(ctx.session, group.members) if group is not None else {}
    return circle(ctx, here, group, reader.id) if group is not None else (Somebody(ctx.actor.id, ctx.actor.name),)


def _holding(ctx: Context, said: Said) -> list[Member]:
    """With whom a message stands, or waits to be said."""
    readers = people.members(ctx.session, relay_store.readers(ctx, said))
    return [reader for reader in readers.values() if ctx.has_posted(reader, _key(said.id))]


def follow_deletion(ctx: Context, written: Written) -> Reply:
    """What stands with a partner goes when its message does."""
    said = relay_store.of_message(ctx, written)
    return _take_back(ctx, said) if said is not None and said.text is not None else Silence()


def take_back(ctx: Context, payload: TakeBack) -> Reply:
    """Take back what I wrote, by a button."""
    said = relay_store.message(ctx, payload.message)
    if said is None or said.writer != ctx.actor.id:
        raise CardOutOfDate
    return _take_back(ctx, said) if said.text is not None else Say(relay_views.is_taken_back())


def _take_back(ctx: Context, said: Said) -> Reply:
    relay_store.rewrite(ctx, said.id, None, ctx.event_at)
    for other in _holding(ctx, said):
        ctx.take_back(other, _key(said.id), relay_views.taken_back(ctx.actor.name))
    return Say(relay_views.took_back())


def follow_reaction(ctx: Context, payload: Relayed, reacted: Reacted) -> Reply:
    """The writer reads in one line how a partner reacted; it is edited when they react again."""
    said = relay_store.message(ctx, payload.message)
    group = store.group(ctx, said.group) if said is not None else None
    if said is None or said.text is None or group is None or ctx.actor.id not in group.others(said.writer):
        return Silence()
    relay_store.react(ctx, said.id, reacted.removed, stands=False)
    relay_store.react(ctx, said.id, reacted.added, stands=True)
    store.seen(ctx, group.id)
    standing, key = relay_store.reactions(ctx, said.id), f"partner/reaction/{said.id}/{ctx.actor.id}"
    for writer in people.members(ctx.session, [said.writer]).values():
        if standing:
            line = relay_views.reacted(ctx.actor.name, standing, said.text)
            ctx.post(writer, line, kind=Kind.PERSONAL, key=key, about=ctx.actor)
        elif ctx.has_posted(writer, key):
            ctx.take_back(writer, key, relay_views.reacted_no_more(ctx.actor.name, said.text))
    return Silence()


# -- a conversation of their own -------------------------------------------------------------------------------------------


def meet_up(ctx: Context, payload: MeetUp) -> Reply:
    """Bring partners together in a conversation of their platform's own, where they have one; otherwise they write through us."""
    group = store.group(ctx, payload.group)
    if group is None or ctx.actor.id not in group.members:
        raise CardOutOfDate
    here = people.members(ctx.session, group.members)
    others = circle(ctx, here, group, ctx.actor.id)[1:]
    if not grouping.may_meet(here.values()):
        return Say(relay_views.no_conversation(group.id, others))
    greeting = relay_views.greeting([each.name for each in here.values()])
    gathering = Gathering(tuple(each.mention for each in here.values()), greeting, relay_views.conversation_opened(others), relay_views.WAY)
    return Say(relay_views.no_conversation(group.id, others), gathers=gathering)


# -- what is forgotten -----------------------------------------------------------------------------------------------------


def plan_forgetting(ctx: Context, challenge: int) -> None:
    """What partners wrote is kept for a while after a challenge, so that late edits still arrive, and then no more."""
    at = ctx.now + KEPT_FOR
    ctx.plan(FORGET_JOB, challenge, Cadence("UTC", at.time().replace(second=0, microsecond=0), at.date(), at.date()))


def forget(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Delete what partners wrote in challenges that ended a while ago."""
    for occurrence in occurrences:
        relay_store.forget(ctx, occurrence.subject)
