"""The library's handlers: everybody in the community may read all of it."""

from __future__ import annotations

from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.papers.markdown import written
from bot.papers.pdf import typeset
from handlers.library import store, views
from handlers.library.views import ALL, Browse, OpenItem, PickKind, TakeItem


def command(ctx: Context, _rest: str) -> Reply:
    """`/library`: the newest items."""
    return Say(views.listed(store.shelf(ctx, "", None)))


def browse(ctx: Context, payload: Browse) -> Reply:
    """A page of the list."""
    return Say(views.listed(store.shelf(ctx, payload.kind, payload.before)))


def pick_kind(ctx: Context, _payload: PickKind) -> Reply:
    """Only the items of one kind."""
    kind = "" if ctx.picked in (None, ALL) else str(ctx.picked)
    return Say(views.listed(store.shelf(ctx, kind, None)), instead=True)


def open_item(ctx: Context, payload: OpenItem) -> Reply:
    """One item whole."""
    found = store.item(ctx, payload.item)
    return Say(views.whole(found) if found is not None else views.gone())


def take(ctx: Context, payload: TakeItem) -> Reply:
    """One item as Markdown and as PDF."""
    found = store.item(ctx, payload.item)
    if found is None:
        return Say(views.gone())
    return Say(views.files(found, written(found.paper).encode(), typeset(found.paper)))
