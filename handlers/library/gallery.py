"""What people see of library, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import View
from handlers.library import views
from handlers.library.store import Shelf

VIEWS: tuple[View, ...] = (
    View("list", views.example_list),
    View("list, empty", lambda: views.listed(Shelf((), ()))),
    View("item", lambda: views.whole(views.example_item())),
    View("files", lambda: views.files(views.example_item(), b"# Seven small days\n", b"%PDF")),
    View("files on their way", views.on_their_way),
    View("gone", views.gone),
)
