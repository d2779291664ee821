"""The journal's handlers."""

from __future__ import annotations

from datetime import date

from bot.chat.language import _
from bot.chat.reply import Reply, Say, Silence
from bot.chat.text import clean_prose
from bot.core import kept
from bot.core.context import Context, Written
from bot.core.facts import Fact
from bot.core.feature import Options
from bot.lean import dataclass
from handlers.journal import browse_views, partners, release_views, releasing, store, views
from handlers.journal.payloads import EntryDraft, KeepAsEntry, Restore, Undo, Write
from handlers.journal.rules import LONGEST, Visibility, default_visibility
from handlers.journal.store import Entry


@dataclass(frozen=True, slots=True)
class EntryWritten(Fact):
    """A person wrote an entry for a day."""

    person: int
    on: date
    entry: int
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class DayEmptied(Fact):
    """The last entry of a person's day was taken back."""

    person: int
    on: date


@dataclass(frozen=True, slots=True)
class EntryChanged(Fact):
    """An entry was rewritten or taken back: whoever tells it elsewhere tells it no more as it was."""

    person: int
    on: date
    visibility: Visibility
    entry: int


def write(ctx: Context, written: Written, *, on: date | None = None, visibility: Visibility | None = None) -> Reply:
    """Write an entry, by default for the writer's today, and answer with the receipt."""
    text = clean_prose(written.text)
    if not text:
        return ctx.open(EntryDraft)
    if len(text) > LONGEST:
        return Say(views.too_long(text))
    who = visibility or default_visibility(is_seen_by_place=ctx.is_seen_by_place)
    entry = store.insert_entry(ctx, Written(text, written.at, written.lane, written.message_id), on or ctx.today(), who)
    if entry is None:
        return Say(views.already_there())
    ctx.publish(EntryWritten(ctx.actor.id, entry.on, entry.id, entry.visibility))
    return Say(views.receipt(entry, ctx.remarks, has_partner=bool(partners.of_actor(ctx))))


def write_line(ctx: Context, rest: str) -> Reply:
    """Write what stands behind the command's name; nothing there opens the form."""
    if not rest:
        return ctx.open(EntryDraft)
    source = ctx.written
    return write(ctx, Written(rest, ctx.event_at, source.lane, source.message_id) if source else Written(rest, ctx.event_at))


def write_form(ctx: Context, draft: EntryDraft, subject: object) -> Reply:
    """Write what was filled in, for the day that the form was opened for."""
    on = subject.on if isinstance(subject, Write) else None
    on = min(on, ctx.today()) if on is not None else None
    return write(ctx, Written(draft.text, ctx.event_at), on=on, visibility=Visibility(draft.visibility))


def entry_options(ctx: Context, _subject: object) -> Options:
    """Who a new entry may be shown to."""
    return {"visibility": views.who_may_read(Visibility.PRIVATE, has_partner=bool(partners.of_actor(ctx)))}


def open_form(ctx: Context, payload: Write) -> Reply:
    """Open the form; one for another day than today says so."""
    if payload.on is None:
        return ctx.open(EntryDraft)
    return ctx.open(EntryDraft, subject=payload, intro=_("For {day}.", day=payload.on) if payload.on < ctx.today() else "")


def pick_up(ctx: Context, words: str) -> Reply:
    """Somebody wants to remember a message in their journal: its words begin an entry, and nothing is kept before they save it."""
    text = clean_prose(words)
    if not text:
        return Say(views.no_words())
    return ctx.open(EntryDraft, values={"text": text[:LONGEST]}, intro=views.CUT if len(text) > LONGEST else "")


def keep_as_entry(ctx: Context, payload: KeepAsEntry) -> Reply:
    """Make a kept text today's entry."""
    reply = write(ctx, kept.take(ctx, payload.kept), visibility=Visibility.PRIVATE)
    return Say(reply.message, instead=True) if isinstance(reply, Say) else reply


def restore(ctx: Context, payload: Restore) -> Reply:
    """Write an entry again that was taken back, for its day and for the same eyes."""
    readers = Visibility(payload.visibility) if payload.visibility in set(Visibility) else Visibility.PRIVATE
    reply = write(ctx, kept.take(ctx, payload.kept), on=min(payload.on, ctx.today()), visibility=readers)
    return Say(reply.message, instead=True) if isinstance(reply, Say) else reply


def undo(ctx: Context, payload: Undo) -> Reply:
    """Take an entry back; pressing twice says so and changes nothing."""
    entry = remove(ctx, payload.entry)
    if entry is None:
        return Say(browse_views.gone())
    text = kept.keep(ctx, Written(entry.text, ctx.now))
    return Say(views.taken_back(entry, text), instead=True)


def remove(ctx: Context, entry_id: int) -> Entry | None:
    """Delete one's own entry; the entry as it was, None when it is gone already."""
    entry = store.own_entry(ctx, entry_id)
    if entry is None:
        return None
    store.delete_entry(ctx, entry.id)
    releasing.withdraw(ctx, entry.id, ctx.actor.id, entry.on, entry.text)
    ctx.publish(EntryChanged(ctx.actor.id, entry.on, entry.visibility, entry.id))
    _tell_if_emptied(ctx, entry.on)
    return entry


def follow_edit(ctx: Context, written: Written) -> Reply:
    """The entry follows its edited message."""
    text = clean_prose(written.text)
    if not text:
        return Silence()
    if len(text) > LONGEST:
        found = store.by_message(ctx, written)
        return Say(views.edit_too_long(text, found[1])) if found is not None else Silence()
    found = store.by_message(ctx, written)
    before = store.own_entry(ctx, found[0]) if found is not None else None
    entry = store.rewrite(ctx, Written(text, written.at, written.lane, written.message_id))
    if entry is None:
        return Silence()
    said = before.text if before is not None else ""
    ctx.publish(EntryChanged(ctx.actor.id, entry.on, entry.visibility, entry.id))
    updated = views.updated(entry)
    was_highlight = releasing.withdraw(ctx, entry.id, ctx.actor.id, entry.on, said)
    return Say(release_views.with_words(updated, release_views.WITHDRAWN) if was_highlight else updated)


def follow_deletion(ctx: Context, message: Written) -> Reply:
    """The entry follows its deleted message."""
    found = store.by_message(ctx, message)
    if found is None:
        return Silence()
    entry = store.own_entry(ctx, found[0])
    store.delete_entry(ctx, found[0])
    releasing.withdraw(ctx, found[0], ctx.actor.id, found[1], entry.text if entry is not None else "")
    if entry is not None:
        ctx.publish(EntryChanged(ctx.actor.id, entry.on, entry.visibility, entry.id))
    _tell_if_emptied(ctx, found[1])
    return Say(views.removed(found[1]))


def _tell_if_emptied(ctx: Context, on: date) -> None:
    if not store.has_entry(ctx, ctx.actor.id, on):
        ctx.publish(DayEmptied(ctx.actor.id, on))
