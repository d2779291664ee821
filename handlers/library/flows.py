"""The library's handlers: everybody in the community may read all of it."""

from __future__ import annotations

from typing import Any

from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.facts import Fact
from bot.core.outbox import Kind
from bot.lean import dataclass
from bot.papers.files import contents
from handlers.library import store, views
from handlers.library.views import ALL, Browse, OpenItem, PickKind, TakeItem

FILES = "library.files"


@dataclass(frozen=True, slots=True)
class ItemShown(Fact):
    """Somebody looks at an item: what belongs to it elsewhere is added to the card."""

    item: int


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
    if found is None:
        return Say(views.gone())
    ctx.publish(ItemShown(found.id))
    return Say(ctx.with_additions(views.whole(found)))


def take(ctx: Context, payload: TakeItem) -> Reply:
    """Ask for one item as Markdown and as PDF."""
    found = store.item(ctx, payload.item)
    if found is None:
        return Say(views.gone())
    ctx.later(FILES, {"item": found.id, "paper": found.paper})
    return Say(views.on_their_way())


def hand_over(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Give them to whoever asked, if the item is still there."""
    found = store.item(ctx, given["item"])
    ctx.post(ctx.actor, views.gone() if found is None else views.files(found, *contents(result)), kind=Kind.ASKED_FOR)
