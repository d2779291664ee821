"""What people see of packs, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.core.feature import View
from handlers.packs import examples, views
from handlers.packs.library import SMALLEST, shipped

VIEWS: tuple[View, ...] = (
    View("directory", examples.directory),
    View("directory, none made here", lambda: views.directory(shipped(), {})),
    View("card", lambda: views.card(examples.own(), is_own=True)),
    View("card of a shipped pack", lambda: views.card(shipped()["devops"], is_own=False)),
    View("card of a long pack", lambda: views.card(examples.long(), is_own=True)),
    View("day", lambda: views.day(examples.own(), 3, is_own=True)),
    View("day of a shipped pack", lambda: views.day(shipped()[SMALLEST], 7, is_own=False)),
    View("saved", examples.saved),
    View("saved again", lambda: views.saved(examples.own())),
    View("saved day", lambda: views.saved_day(examples.own(), 3, is_copy=True, is_completed=True)),
    View("saved last day", lambda: views.saved_day(examples.own(), 7, is_copy=False, is_completed=False)),
    View("unchanged", lambda: views.unchanged(examples.own(), 3)),
    View("taken back", lambda: views.taken_back(examples.own().title, 9, standing=None)),
    View("taken back to a version", lambda: views.taken_back(examples.own().title, 9, standing=examples.own())),
    View("deleted", lambda: views.deleted(examples.own().title, 9)),
    View("not the newest", lambda: views.not_newest(examples.own())),
    View("gone", views.gone),
    View("file", examples.as_file),
    View("text", examples.as_text),
    View("not read", examples.not_read),
    View("file not read", examples.file_not_read),
    View("needs a title", views.needs_title),
    View("form", examples.form),
    View("form with problems", examples.form_with_problems),
    View("form for more days", examples.more_form),
    View("form of a day", examples.day_form),
)
