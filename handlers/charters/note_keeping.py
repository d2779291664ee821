"""Notes and decisions of a team: kept from any message's menu or written down, read by the team and its leads alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.chat.errors import CardOutOfDate
from bot.chat.language import _
from bot.chat.message import Option
from bot.chat.reply import Reply, Say
from bot.chat.text import clean_prose
from bot.core.context import Context
from bot.core.feature import Options
from bot.people import store as people
from handlers.charters import moves, note_views, notes, store
from handlers.charters.charter import LONGEST_NOTE, Charter, Part, Sort
from handlers.charters.forms import NoteDraft
from handlers.charters.payloads import DropNote, KeepNote, SeeNotes

CUT = _("The message is longer than what can be kept in one note. This is its beginning.")


def is_on_the_team(ctx: Context, charter: Charter) -> bool:
    """Whether the actor leads it or is on its team."""
    taking = store.part_of(ctx, charter.id, ctx.actor.id)
    return charter.is_run_by(ctx.actor.id) or (taking is not None and taking.part is Part.TEAM)


def teams(ctx: Context) -> Sequence[Charter]:
    """The groups and projects that the actor leads or is on the team of, the newest first."""
    led = [each for each in store.looked_after(ctx, ctx.actor.id) if each.is_run_by(ctx.actor.id)]
    joined = [each for each, taking in store.taken_part(ctx, ctx.actor.id) if taking.part is Part.TEAM]
    found = {each.id: each for each in (*led, *joined) if not each.state.is_over}
    return [found[charter_id] for charter_id in sorted(found, reverse=True)]


def pick_up(ctx: Context, words: str) -> Reply:
    """Somebody wants to keep a message, which becomes the beginning of a note; nothing is kept before they say so."""
    found = teams(ctx)
    if not found:
        return Say(note_views.no_team())
    if not words:
        return Say(note_views.no_words())
    here = next((each for each in found if ctx.place is not None and each.place == ctx.place.id), found[0])
    kept = clean_prose(words)[:LONGEST_NOTE]
    values = {"charter": str(here.id), "words": kept}
    return ctx.open(NoteDraft, values=values, subject=KeepNote(), intro=CUT if len(words) > LONGEST_NOTE else "")


def ask(ctx: Context, payload: KeepNote) -> Reply:
    """Ask for the words."""
    found = teams(ctx)
    if not found:
        return Say(note_views.no_team())
    return ctx.open(NoteDraft, values={"charter": str(payload.charter or found[0].id)}, subject=payload)


def options(ctx: Context, _subject: Any) -> Options:
    """The teams that the actor is on."""
    return {"charter": tuple(Option(str(each.id), each.name) for each in teams(ctx))}


def keep(ctx: Context, draft: NoteDraft, _subject: KeepNote) -> Reply:
    """It stands with the others of the team."""
    charter = moves.known(ctx, int(draft.charter), lock=True)
    return Say(note_views.kept(charter, notes.insert(ctx, charter.id, Sort(draft.sort), draft.words)))


def see(ctx: Context, payload: SeeNotes) -> Reply:
    """What the team keeps."""
    charter = _own(ctx, payload.charter)
    total = notes.count(ctx, charter.id)
    page = max(0, min(payload.page, (total - 1) // note_views.PAGE))
    found = tuple(notes.page(ctx, charter.id, page * note_views.PAGE, note_views.PAGE))
    names = people.names(ctx.session, {each.kept_by for each in found if each.kept_by is not None})
    mine = frozenset(each.id for each in found if each.kept_by == ctx.actor.id or moves.may_manage(ctx, charter))
    return Say(note_views.listed(charter, note_views.Kept(found, names, mine, page, total)))


def drop(ctx: Context, payload: DropNote) -> Reply:
    """Whoever kept it takes it away, or whoever leads the team."""
    note = notes.note(ctx, payload.note)
    if note is None:
        raise CardOutOfDate
    charter = _own(ctx, note.charter)
    if note.kept_by != ctx.actor.id and not moves.may_manage(ctx, charter):
        raise moves.NotYours
    notes.drop(ctx, note.id)
    return Say(note_views.taken_away(charter, note))


def _own(ctx: Context, charter_id: int) -> Charter:
    charter = moves.known(ctx, charter_id)
    if not is_on_the_team(ctx, charter):
        raise moves.NotYours
    return charter
