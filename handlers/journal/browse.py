"""Reading in one's own journal: handlers. Whatever they answer is for the reader's own eyes."""

from __future__ import annotations

from typing import assert_never

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import Phrase, _
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.chat.text import clean_line
from bot.core.context import Context
from bot.core.feature import Options
from handlers.journal import browse_views as views
from handlers.journal import exporting, flows, partners, reading, release_store, release_views, releasing, rules, store
from handlers.journal.payloads import (
    AskWords,
    Change,
    ChangeDraft,
    Leaf,
    MakePrivate,
    MyJournal,
    OpenEntry,
    Readers,
    SearchDraft,
    Share,
    TakeAway,
    Turn,
)
from handlers.journal.rules import LONGEST_SEARCH, Visibility
from handlers.journal.store import Entry
from handlers.journal.views import no_partner, shared, who_may_read


def command(ctx: Context, rest: str) -> Reply:
    """`/journal TEXT` writes, `/journal` opens the form, a few exact words read."""
    match rules.meaning(rest, ctx.today()):
        case rules.Write():
            return flows.write_line(ctx, rest)
        case rules.ShowList():
            return _listed(ctx, Turn())
        case rules.ShowDay(on):
            return _listed(ctx, Turn(day=on))
        case rules.Search(""):
            return ctx.open(SearchDraft)
        case rules.Search(words):
            return _listed(ctx, Turn(words=clean_line(words, LONGEST_SEARCH)))
        case rules.Export():
            return exporting.hand_over(ctx)
        case other:
            assert_never(other)


def show_list(ctx: Context, _payload: MyJournal) -> Reply:
    """The newest entries."""
    return _listed(ctx, Turn())


def turn(ctx: Context, payload: Turn) -> Reply:
    """Turn the page; the card that was pressed shows the next one."""
    return Say(views.listed(reading.page(ctx, payload), has_partner=bool(partners.of_actor(ctx))), instead=True)


def _listed(ctx: Context, asked: Turn) -> Reply:
    return Say(views.listed(reading.page(ctx, asked), has_partner=bool(partners.of_actor(ctx))))


def open_search(ctx: Context, _payload: AskWords) -> Reply:
    """Open the form to search."""
    return ctx.open(SearchDraft)


def search(ctx: Context, draft: SearchDraft, _subject: object) -> Reply:
    """Look for words in one's own entries."""
    if not rules.folded(draft.words).split():
        raise FieldErrors({"words": _("Please give a word or a part of one.")})
    return _listed(ctx, Turn(words=draft.words))


def open_entry(ctx: Context, payload: OpenEntry) -> Reply:
    """One entry whole; the list that it was opened from stays."""
    entry = store.own_entry(ctx, payload.entry)
    return Say(_whole(ctx, entry) if entry is not None else views.gone())


def leaf(ctx: Context, payload: Leaf) -> Reply:
    """The entry beside this one, in its place."""
    entry = store.own_entry(ctx, payload.entry)
    return Say(_whole(ctx, entry), instead=True) if entry is not None else Say(views.gone())


def _whole(ctx: Context, entry: Entry, note: Phrase | None = None) -> Message:
    has_partner = bool(partners.of_actor(ctx))
    by_name = release_store.is_released(ctx, entry.id)
    return views.whole(entry, ctx.today().year, *reading.beside(ctx, entry), note, by_name, has_partner=has_partner)


def open_change(ctx: Context, payload: Change) -> Reply:
    """Open the form with the entry as it stands."""
    entry = store.own_entry(ctx, payload.entry)
    if entry is None:
        return Say(views.gone())
    return ctx.open(ChangeDraft, values={"text": entry.text, "visibility": entry.visibility.value}, subject=payload)


def change_options(ctx: Context, subject: object) -> Options:
    """Who the entry may be shown to."""
    entry = store.own_entry(ctx, subject.entry) if isinstance(subject, Change) else None
    now = entry.visibility if entry is not None else Visibility.PRIVATE
    return {"visibility": who_may_read(now, has_partner=bool(partners.of_actor(ctx)))}


def change(ctx: Context, draft: ChangeDraft, subject: object) -> Reply:
    """Change what an entry says and who may read it."""
    if not isinstance(subject, Change):
        raise CardOutOfDate
    return _changed(ctx, subject.entry, draft.text, Visibility(draft.visibility))


def pick_readers(ctx: Context, payload: Readers) -> Reply:
    """Change who may read an entry."""
    entry = store.own_entry(ctx, payload.entry)
    if entry is None:
        return Say(views.gone())
    offered = who_may_read(entry.visibility, has_partner=bool(partners.of_actor(ctx)))
    if ctx.picked not in {option.value for option in offered}:
        return Say(_whole(ctx, entry))
    return _changed(ctx, payload.entry, None, Visibility(ctx.picked), instead=True)


def _changed(ctx: Context, entry: int, text: str | None, visibility: Visibility, *, instead: bool = False) -> Reply:
    done = reading.change(ctx, entry, text, visibility)
    if done is None:
        raise CardOutOfDate  # what was typed into the form comes back with it
    before, after = done
    _publish_change(ctx, before, after)
    note, gone = views.changed_words(before, after), _no_highlight(ctx, before, after)
    return Say(_whole(ctx, after, _("{note} {gone}", note=note, gone=gone) if gone is not None else note), instead=instead)


def make_private(ctx: Context, payload: MakePrivate) -> Reply:
    """Write privately instead: the entry becomes private, its message in the place stays where it is."""
    entry = store.own_entry(ctx, payload.entry)
    if entry is None:
        return Say(views.gone())
    if entry.visibility is Visibility.PRIVATE:
        return Say(_whole(ctx, entry))
    done = reading.change(ctx, payload.entry, None, Visibility.PRIVATE)
    assert done is not None
    _publish_change(ctx, *done)
    gone = _no_highlight(ctx, *done)
    made = views.made_private(done[1], stood_in_place=done[0].stands_in_place)
    return Say(release_views.with_words(made, gone) if gone is not None else made, instead=True)


def _no_highlight(ctx: Context, before: Entry, after: Entry) -> Phrase | None:
    """What is quoted is what its writer released: other words, or an entry that becomes private, are quoted no more."""
    is_other, is_private = before.text != after.text, before.visibility is not after.visibility is Visibility.PRIVATE
    if not (is_other or is_private) or not releasing.withdraw(ctx, after.id, ctx.actor.id, after.on, before.text):
        return None
    return release_views.WITHDRAWN if is_other else release_views.MADE_PRIVATE


def share(ctx: Context, payload: Share) -> Reply:
    """Let the partner read an entry; a second press finds it shared."""
    entry = store.own_entry(ctx, payload.entry)
    if entry is None:
        return Say(views.gone())
    if entry.visibility is not Visibility.PRIVATE:
        return Say(_whole(ctx, entry))
    if not partners.of_actor(ctx):
        return Say(no_partner())
    done = reading.change(ctx, payload.entry, None, Visibility.PARTNER)
    assert done is not None
    _publish_change(ctx, *done)
    return Say(shared(done[1]), instead=True)


def _publish_change(ctx: Context, before: Entry, after: Entry) -> None:
    """What the community could read or can read now is told where it is told elsewhere."""
    widest = Visibility.COMMUNITY if Visibility.COMMUNITY in (before.visibility, after.visibility) else after.visibility
    ctx.publish(flows.EntryChanged(ctx.actor.id, before.on, widest, after.id))


def take_away(ctx: Context, _payload: TakeAway) -> Reply:
    """All entries as files."""
    return exporting.hand_over(ctx)
