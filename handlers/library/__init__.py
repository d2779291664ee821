"""The library: what the community made together and can find again."""

from bot.chat.language import _
from bot.core.feature import Command, Feature, Keeps, Later, OnAction
from bot.papers.files import made
from handlers.library import flows, store, views
from handlers.library.flows import ItemShown
from handlers.library.rows import LibraryItemRow, LibraryPersonRow
from handlers.library.rules import by
from handlers.library.store import amend, keep, revise
from handlers.library.views import OpenItem

feature = Feature(
    name="library",
    commands=(Command("library", _("See what we made together"), flows.command, button=_("Library")),),
    actions=(
        OnAction(views.Browse, flows.browse),
        OnAction(views.PickKind, flows.pick_kind),
        OnAction(views.OpenItem, flows.open_item),
        OnAction(views.TakeItem, flows.take),
    ),
    laters=(Later(flows.FILES, made, flows.hand_over),),
    keeps={
        "library": Keeps(
            _("What the library keeps with words of yours: which items have your name."),
            _("The community reads the library. When you erase your data, your name goes and the item stays."),
            store.own_items,
            (LibraryItemRow, LibraryPersonRow),
        )
    },
)

__all__ = ["ItemShown", "OpenItem", "amend", "by", "feature", "keep", "revise"]
