"""The library: what the community made together and can find again."""

from bot.chat.language import _
from bot.core.feature import Command, Feature, Keeps, Later, OnAction, View
from bot.papers.files import made
from handlers.library import flows, store, views
from handlers.library.flows import ItemShown
from handlers.library.rows import LibraryItemRow, LibraryPersonRow
from handlers.library.rules import by
from handlers.library.store import Shelf, amend, keep, revise
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
    views=(
        View("list", views.example_list),
        View("list, empty", lambda: views.listed(Shelf((), ()))),
        View("item", lambda: views.whole(views.example_item())),
        View("files", lambda: views.files(views.example_item(), b"# Seven small days\n", b"%PDF")),
        View("files on their way", views.on_their_way),
        View("gone", views.gone),
    ),
)

__all__ = ["ItemShown", "OpenItem", "amend", "by", "feature", "keep", "revise"]
