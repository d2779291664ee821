"""My data: what is stored about me and who sees it, all of it as a file, and its erasure."""

from __future__ import annotations

import json

from bot.chat.errors import FieldErrors
from bot.chat.language import SOURCE_LANGUAGE, Phrase, _
from bot.chat.reading import say_label
from bot.chat.reply import Open, Reply, Say
from bot.core import erasure
from bot.core.context import Context
from bot.core.facts import ErasureBegun, PersonLeft
from bot.core.feature import Keeps
from bot.core.rows import KeptTextRow, PostRow
from bot.people.rows import IdentityRow, MergedPersonRow, PersonRow
from handlers.home import my_data_views as views
from handlers.home import store
from handlers.home.my_data_views import Erase, EraseDraft, Export, SeePrivacy


def privacy(ctx: Context, _asked: str | SeePrivacy) -> Reply:
    """`/convene privacy`: what is stored about me and who sees it."""
    return Say(views.privacy(list(kept_by_all(ctx).values())))


def kept_by_all(ctx: Context) -> dict[str, Keeps]:
    """What every feature keeps, by the name under which it is exported."""
    return {name: keeps for each in ctx.registry.features for name, keeps in each.keeps.items()}


def export(ctx: Context, _asked: str | Export) -> Reply:
    """`/convene export`: everything about me in one file, for me alone."""
    everything: dict[str, object] = {"community": ctx.community.name, "exported_at": ctx.now.isoformat()}
    everything |= {name: keeps.export(ctx) for name, keeps in kept_by_all(ctx).items()}
    content = json.dumps(everything, ensure_ascii=False, indent=2, default=str).encode()
    return Say(views.exported(views.file_of(f"my-data-{ctx.today()}.json", content)))


def ask_to_erase(ctx: Context, _asked: str | Erase) -> Open:
    """`/convene erase`: the first step only asks."""
    _refuse_the_only_lead(ctx)
    return ctx.open(EraseDraft, intro=views.ERASE_INTRO)


def erase(ctx: Context, draft: EraseDraft, _subject: object) -> Reply:
    """The second step: features let go of the person first, then every row about them goes."""
    if draft.word.casefold() not in _words(views.WORD, ctx.actor.language):
        raise FieldErrors({"word": _("Please type {word} if you want everything to be erased.", word=views.WORD)})
    _refuse_the_only_lead(ctx)
    begun = ErasureBegun(ctx.actor.id)
    ctx.publish(begun)
    ctx.publish(PersonLeft(ctx.actor.id))
    erasure.erase(ctx.session, ctx.actor.id, ctx.now)
    for say_anew in begun.afterwards:
        say_anew()
    return Say(views.erased())


def _refuse_the_only_lead(ctx: Context) -> None:
    if store.is_the_only_lead(ctx):
        raise views.OnlyLead


def _words(word: Phrase, language: str) -> set[str]:
    return {say_label(word, spoken).casefold() for spoken in (language, SOURCE_LANGUAGE)}


KEEPS = {
    "profile": Keeps(
        _("Your name, your accounts and your settings."),
        _("The community sees your name. Your settings are yours alone."),
        store.own_profile,
        (PersonRow, IdentityRow, MergedPersonRow),
    ),
    "texts_without_a_place": Keeps(
        _("What you wrote to me that found no place yet, for a week."),
        _("Only you see it."),
        store.kept_texts,
        (KeptTextRow,),
    ),
    "posts": Keeps(
        _("When I sent you something. What it said is kept only until it has arrived."),
        _("Only you see it."),
        store.own_posts,
        (PostRow,),
    ),
}
