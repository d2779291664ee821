"""What people see of journal, with examples, for the gallery and its tests; nothing that serves imports it."""

from dataclasses import replace

from bot.core.feature import View
from handlers.journal import browse_views, exporting, release_views, views
from handlers.journal.payloads import Turn
from handlers.journal.reading import Page
from handlers.journal.rules import Visibility

VIEWS: tuple[View, ...] = (
    View("receipt", views.example_receipt),
    View("receipt with a partner", lambda: views.receipt(views.SAMPLE, has_partner=True)),
    View("shared with a partner", lambda: views.shared(replace(views.SAMPLE, visibility=Visibility.PARTNER))),
    View("no partner", views.no_partner),
    View("from a partner", browse_views.example_from_partner),
    View("from a partner, nothing", lambda: browse_views.from_partner((), None, 2026)),
    View("receipt in a place", views.example_place_receipt),
    View("taken back", lambda: views.taken_back(views.SAMPLE, 9)),
    View("updated", lambda: views.updated(views.SAMPLE)),
    View("removed", lambda: views.removed(views.SAMPLE.on)),
    View("already there", views.already_there),
    View("too long", lambda: views.too_long("A long day. " * 260)),
    View("edit too long", lambda: views.edit_too_long("A long day. " * 260, views.SAMPLE.on)),
    View("form", views.example_form),
    View("message without words", views.no_words),
    View("list", browse_views.example_list),
    View("list, empty", lambda: browse_views.listed(Page((), Turn(), 2026))),
    View("day, empty", lambda: browse_views.listed(Page((), Turn(day=views.SAMPLE.on), 2026))),
    View("search, nothing found", lambda: browse_views.listed(Page((), Turn(words="patience"), 2026))),
    View("entry", browse_views.example_entry),
    View("entry in a place", browse_views.example_place_entry),
    View("entry parted from its message", browse_views.example_parted),
    View("private instead", lambda: browse_views.made_private(views.SAMPLE, stood_in_place=True)),
    View("entry gone", browse_views.gone),
    View("change form", browse_views.example_change),
    View("search form", browse_views.example_search),
    View("highlight, asked", lambda: release_views.asked(views.SAMPLE, views.SAMPLE.text, "Ann Berger")),
    View("highlight, by name", lambda: release_views.released(views.SAMPLE, views.SAMPLE.text, by_name=True)),
    View("highlight, without", lambda: release_views.released(views.SAMPLE, views.SAMPLE.text, by_name=False)),
    View("highlight, taken back", lambda: release_views.taken_back(views.SAMPLE)),
    View("highlight, was none", lambda: release_views.was_none(views.SAMPLE)),
    View("highlight, gone with its words", lambda: release_views.with_words(views.updated(views.SAMPLE), release_views.WITHDRAWN)),
    View("highlights, offered", release_views.example),
    View("highlights, not this time", release_views.not_this_time),
    View("entry as a highlight", lambda: browse_views.whole(views.SAMPLE, 2026, 8, 6, None, True)),
    View("files", exporting.example),
    View("no files", exporting.nothing),
)
