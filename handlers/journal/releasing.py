"""Highlights: what a writer lets a report quote. Nobody but the writer releases anything, and they take it back at any time."""

from __future__ import annotations

from datetime import date

from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.facts import Fact
from bot.core.outbox import Kind
from bot.lean import dataclass
from bot.people.values import Member
from handlers.journal import browse_views, release_store, release_views, store
from handlers.journal.release_payloads import AskRelease, NotThisTime, Release, TakeBack
from handlers.journal.release_store import quote_of

MOST_OFFERED = 5


@dataclass(frozen=True, slots=True)
class HighlightsChanged(Fact):
    """A person released something of a day, or took it back: whoever quotes it says what stands now.

    `quote` is what they said until now, and `by_name` whether it may be said from now on, with or without a name; None where not at all.
    """

    person: int
    on: date
    quote: str
    by_name: bool | None


def ask(ctx: Context, payload: AskRelease) -> Reply:
    """Show exactly what would be quoted."""
    entry = store.own_entry(ctx, payload.entry)
    if entry is None:
        return Say(browse_views.gone())
    by_name = release_store.is_released(ctx, entry.id)
    if by_name is not None:
        return Say(release_views.released(entry, quote_of(entry.text), by_name=by_name))
    return Say(release_views.asked(entry, quote_of(entry.text), ctx.actor.name))


def release(ctx: Context, payload: Release) -> Reply:
    """Let an entry be quoted; pressing the other way changes it."""
    entry = store.own_entry(ctx, payload.entry)
    if entry is None:
        return Say(browse_views.gone())
    stood = release_store.is_released(ctx, entry.id)
    if stood is not payload.by_name:
        release_store.release(ctx, entry, by_name=payload.by_name)
        ctx.publish(HighlightsChanged(ctx.actor.id, entry.on, quote_of(entry.text), payload.by_name))
    receipt = release_views.released(entry, quote_of(entry.text), by_name=payload.by_name)
    return Say(receipt, instead=stood is not payload.by_name)


def take_back(ctx: Context, payload: TakeBack) -> Reply:
    """Let an entry be quoted no more."""
    entry = store.own_entry(ctx, payload.entry)
    if entry is None:
        return Say(browse_views.gone())
    if not withdraw(ctx, entry.id, ctx.actor.id, entry.on, entry.text):
        return Say(release_views.was_none(entry))
    return Say(release_views.taken_back(entry), instead=True)


def withdraw(ctx: Context, entry: int, person: int, on: date, text: str) -> bool:
    """Take a highlight away with what it quoted of the entry's text as it was; whether there was one."""
    found = release_store.withdraw(ctx, entry)
    if found:
        ctx.publish(HighlightsChanged(person, on, quote_of(text), None))
    return found


def not_this_time(_ctx: Context, _payload: NotThisTime) -> Reply:
    """Nothing is quoted, and the question goes."""
    return Say(release_views.not_this_time(), instead=True)


def offer(ctx: Context, member: Member, title: str, first_on: date, last_on: date) -> bool:
    """Ask somebody once which of their own entries may be quoted; not who released some, or wrote nothing. Whether they were asked."""
    if release_store.highlights(ctx, [member.id], first_on, last_on):
        return False
    entries = release_store.fullest(ctx, member.id, first_on, last_on, MOST_OFFERED)
    if entries:
        ctx.post(member, release_views.offered(title, entries), kind=Kind.ASKED_FOR)
    return bool(entries)
