"""The packs' handlers: looking, making, editing, handing over, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import Phrase, _
from bot.chat.message import Option
from bot.chat.reading import say_label
from bot.chat.reply import Open, Reply, Say
from bot.chat.text import clean_line
from bot.core import kept
from bot.core.context import Context, Written
from bot.core.feature import Options
from handlers.packs import library, store, views
from handlers.packs.pasting import Pasted, read_paste, to_list
from handlers.packs.payloads import (
    AsText,
    DayDraft,
    Delete,
    EditDay,
    Export,
    Make,
    MoreDraft,
    PackDraft,
    Packs,
    PasteMore,
    Pick,
    Restore,
    See,
    SeeDay,
    Undo,
)
from handlers.packs.reading import looks_like_yaml, read_yaml, to_yaml
from handlers.packs.rules import LONGEST, LONGEST_TITLE, MOST_DAYS, NEEDED, WEEK, Activity, Filled, Pack, fill, name_of, resized, weeks_of


def directory(ctx: Context, rest: str) -> Reply:
    """`/pack`: all packs; with a pack's name that one, with a list or YAML behind it a new pack."""
    if not rest:
        return Say(views.directory(library.shipped(), store.own(ctx)))
    called = clean_line(rest, LONGEST_TITLE).casefold()
    found = [pack for pack in store.available(ctx).values() if called in (pack.name, pack.title.casefold())]
    if found and "\n" not in rest:
        return Say(views.card(found[-1], is_own=found[-1].name not in library.shipped()))
    if looks_like_yaml(rest):
        read = read_yaml(rest)
        return saved(ctx, read) if isinstance(read, Pack) else Say(views.not_read(read))
    title, has_days, text = rest.partition("\n")
    if not has_days or "\t" in title or len(title) > LONGEST_TITLE:
        return ctx.open(PackDraft, values={"called": title}) if not has_days and len(title) <= LONGEST_TITLE else Say(views.needs_title())
    return made_of(ctx, clean_line(title, LONGEST_TITLE), read_paste("\n" + text))  # the lines are counted from the title on


def made_of(ctx: Context, title: str, pasted: Pasted) -> Reply:
    """Make a pack of a list or table that came without a form."""
    if pasted.problems:
        return Say(views.not_read(pasted.problems))
    if not title or not pasted.days:
        return Say(views.needs_title())
    model = library.shipped()[library.MODEL]
    filled = fill(pasted.days, pasted.themes, model, library.any_day())
    return saved(ctx, _pack(ctx, title, "", filled.themes, filled.activities), filled, model.title)


def see_all(ctx: Context, _payload: Packs) -> Reply:
    """All packs."""
    return directory(ctx, "")


def pick(ctx: Context, _payload: Pick) -> Reply:
    """The pack that was picked."""
    return see(ctx, See(ctx.picked or ""))


def see(ctx: Context, payload: See) -> Reply:
    """One pack."""
    pack = store.find(ctx, payload.pack)
    return Say(views.card(pack, is_own=_is_own(pack)) if pack is not None else views.gone())


def see_day(ctx: Context, payload: SeeDay) -> Reply:
    """One day."""
    pack = store.find(ctx, payload.pack)
    if pack is None or payload.number < 1:
        return Say(views.gone())
    number = min(payload.number, len(pack.activities))
    return Say(views.day(pack, number, is_own=_is_own(pack)))


def open_make(ctx: Context, _payload: Make) -> Open:
    """Open the form that makes a pack."""
    return ctx.open(PackDraft)


def models(_ctx: Context, _subject: object) -> Options:
    """The packs from which gaps can be filled."""
    return {"model": tuple(Option(pack.name, pack.title) for pack in library.shipped().values())}


def make(ctx: Context, draft: PackDraft, _subject: object) -> Reply:
    """Make a pack of what was pasted."""
    if looks_like_yaml(draft.text):
        read = read_yaml(draft.text)
        if not isinstance(read, Pack):
            raise FieldErrors({"text": views.told(read)})
        return saved(ctx, replace(read, title=draft.called or read.title, purpose=draft.purpose or read.purpose))
    pasted = read_paste(draft.text)
    errors: dict[str, Phrase] = {}
    if pasted.problems:
        errors["text"] = views.told(pasted.problems)
    elif not pasted.days and not draft.days:
        errors["text"] = _("Paste at least one activity, or say how many days you want to begin with.")
    if not draft.called:
        errors["called"] = _("Please say what the pack is called.")
    if draft.days and draft.days < max(pasted.days, default=0):
        errors["days"] = _("Your list goes on until day {last}.", last=max(pasted.days))
    if errors:
        raise FieldErrors(errors)
    model = library.shipped()[draft.model]
    filled = fill(pasted.days, pasted.themes, model, library.any_day(), draft.days)
    return saved(ctx, _pack(ctx, draft.called, draft.purpose, filled.themes, filled.activities), filled, model.title)


def open_more(ctx: Context, payload: PasteMore) -> Reply:
    """Open the form that pastes days into a pack."""
    pack = store.find_own(ctx, payload.pack)
    if pack is None:
        return Say(views.gone())
    return ctx.open(MoreDraft, subject=payload, intro=_("{title} has {days} days now.", title=pack.title, days=len(pack.activities)))


def paste_more(ctx: Context, draft: MoreDraft, subject: PasteMore) -> Reply:
    """Put pasted days in: numbered ones where their numbers say, others after the last day."""
    pack = store.find_own(ctx, subject.pack)
    if pack is None:
        raise CardOutOfDate
    if looks_like_yaml(draft.text):
        raise FieldErrors({"text": _("This is a whole pack. Paste it where packs are made, under the same name.")})
    pasted = read_paste(draft.text, first=len(pack.activities) + 1)
    if pasted.problems:
        raise FieldErrors({"text": views.told(pasted.problems)})
    standing = {number: activity.as_json() for number, activity in enumerate(pack.activities, start=1)}
    themes = dict(enumerate(pack.themes, start=1)) | pasted.themes
    model = library.shipped()[library.MODEL]
    filled = fill(standing | pasted.days, themes, model, library.any_day())
    return saved(ctx, replace(pack, themes=filled.themes, activities=filled.activities), filled, model.title)


def open_day(ctx: Context, payload: EditDay) -> Reply:
    """Open the form with a day's lines."""
    pack = store.find(ctx, payload.pack)
    if pack is None or not 1 <= payload.number <= min(len(pack.activities) + 1, MOST_DAYS):
        return Say(views.gone())
    lines: dict[str, object] = {}
    if payload.number <= len(pack.activities):
        activity = pack.activities[payload.number - 1]
        lines = {**activity.as_json(), "called": activity.title, "theme": pack.themes[(payload.number - 1) // WEEK]}
    return ctx.open(DayDraft, values=lines, subject=payload, intro=_("{title}, day {number}", title=pack.title, number=payload.number))


def edit_day(ctx: Context, draft: DayDraft, subject: EditDay) -> Reply:
    """Save a day's lines as the next version; a shipped pack is copied first."""
    pack, number = store.find(ctx, subject.pack), subject.number
    if pack is None:
        raise CardOutOfDate
    is_copy = not _is_own(pack)
    if is_copy:
        pack = store.find_own(ctx, name_of(pack.name, library.shipped())) or _copy(ctx, pack)
    if not 1 <= number <= min(len(pack.activities) + 1, MOST_DAYS):  # a copy may have become shorter than its model
        raise CardOutOfDate
    lines = {"title": draft.called, **{name: getattr(draft, name) for name in LONGEST if name != "title"}}
    filled = fill({number: lines}, {}, pack, library.any_day(), number)
    changed = filled.activities[-1]
    activities = (*pack.activities[: number - 1], changed, *pack.activities[number:])
    themes = list(resized(pack.themes, len(activities)))
    if draft.theme:
        themes[(number - 1) // WEEK] = draft.theme
    made = replace(pack, themes=tuple(themes), activities=activities)
    if made == pack:
        return Say(views.unchanged(pack, number))
    is_completed = not all(lines[name] for name in NEEDED)
    return Say(views.saved_day(store.save(ctx, made), number, is_copy=is_copy, is_completed=is_completed))


def export(ctx: Context, payload: Export) -> Reply:
    """Hand a pack over as YAML."""
    pack = store.find(ctx, payload.pack)
    return Say(views.as_file(pack, to_yaml(pack).encode()) if pack is not None else views.gone())


def show_text(ctx: Context, payload: AsText) -> Reply:
    """Show a week of a pack as text that can be copied and pasted."""
    pack = store.find(ctx, payload.pack)
    if pack is None or not 1 <= payload.first <= len(pack.activities):
        return Say(views.gone())
    return Say(views.as_text(pack, payload.first, to_list(pack, payload.first, payload.first + WEEK - 1)))


def delete(ctx: Context, payload: Delete) -> Reply:
    """Delete one of the community's own packs; it is kept for a week."""
    pack = store.find_own(ctx, payload.pack)
    if pack is None:
        return Say(views.gone())
    store.remove(ctx, pack.name)
    return Say(views.deleted(pack.title, _keep(ctx, pack)), instead=True)


def undo(ctx: Context, payload: Undo) -> Reply:
    """Take a saved version back, as long as none came after it."""
    pack = store.find_own(ctx, payload.pack)
    if pack is None or pack.version < payload.version:
        return Say(views.gone() if pack is None else views.card(pack, is_own=True))
    if pack.version > payload.version:
        return Say(views.not_newest(pack))
    store.remove_version(ctx, pack.name, pack.version)
    return Say(views.taken_back(pack.title, _keep(ctx, pack), standing=store.find_own(ctx, pack.name)), instead=True)


def restore(ctx: Context, payload: Restore) -> Reply:
    """Save a kept pack again."""
    read = read_yaml(kept.take(ctx, payload.kept).text)
    if not isinstance(read, Pack):
        raise CardOutOfDate
    return Say(views.saved(store.save(ctx, read)), instead=True)


def pack_from_days(ctx: Context, title: str, purpose: str, activities: Sequence[Activity], themes: Sequence[str] = ()) -> Pack:
    """Save a pack made of a challenge's days: a remix; under a title that is there already it becomes the next version."""
    shipped = library.shipped()[library.MODEL].themes
    weeks = weeks_of(len(activities))
    given = resized(tuple(themes), len(activities)) if themes else tuple(shipped[n % len(shipped)] for n in range(weeks))
    return store.save(ctx, _pack(ctx, title, purpose, given, tuple(activities)))


def _pack(ctx: Context, title: str, purpose: str, themes: tuple[str, ...], activities: tuple[Activity, ...]) -> Pack:
    usual = say_label(_("Small activities, a day each, that we chose ourselves."), ctx.community.language)
    return Pack(_free_name(ctx, title), 1, title, purpose or usual, themes, activities)


def _free_name(ctx: Context, title: str) -> str:
    """The name under which a pack of this title stands or will stand: titles that differ never share one."""
    first = name = name_of(title, library.shipped())
    others = 1
    while (standing := store.find_own(ctx, name)) is not None and standing.title.casefold() != title.casefold():
        others += 1
        name = f"{first}_{others}"
    return name


def saved(ctx: Context, pack: Pack, filled: Filled | None = None, model: str = "") -> Say:
    """Save a pack that was read, under a name that no shipped pack has, and tell what was filled in."""
    if pack.name in library.shipped():
        pack = replace(pack, name=name_of(pack.name, library.shipped()))
    return Say(views.saved(store.save(ctx, pack), filled, model))


def _copy(ctx: Context, pack: Pack) -> Pack:
    title = clean_line(say_label(_("{title}, our version", title=pack.title), ctx.community.language), LONGEST_TITLE)
    return replace(pack, name=name_of(pack.name, library.shipped()), version=1, title=title)


def _keep(ctx: Context, pack: Pack) -> int:
    return kept.keep(ctx, Written(to_yaml(pack), ctx.now), asks=False)


def _is_own(pack: Pack | None) -> bool:
    return pack is not None and pack.name not in library.shipped()
