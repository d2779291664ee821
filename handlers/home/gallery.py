"""What people see of home, with examples, for the gallery and its tests; nothing that serves imports it."""

from bot.chat.message import Message
from bot.core.feature import View
from handlers import features
from handlers.home import feature, my_data_views, settings_views, views


def _example(*, is_lead: bool) -> Message:
    declared = features()
    commands = [command for each in declared for command in each.commands]
    doors = [door for each in declared for door in each.doors]
    things = (views.nothing_waits(), views.following(settings_views.SAMPLE_UPCOMING[0]))
    return views.help_card("Learning Engineers", views.groups(commands, doors, is_lead=is_lead), "", things if is_lead else ())


def _example_unknown() -> Message:
    door = views.help_card("Learning Engineers", ())
    return views.unknown_word("setings", feature.doors[0], door)


VIEWS: tuple[View, ...] = (
    View("help", lambda: _example(is_lead=True)),
    View("help, member", lambda: _example(is_lead=False)),
    View("unknown word", _example_unknown),
    View("greeting", lambda: views.greeting("Learning Engineers")),
    View("forgotten", views.forgotten),
    View("settings form", settings_views.example_form),
    View("settings saved", settings_views.example_saved),
    View("settings restored", settings_views.example_restored),
    View("settings unchanged", settings_views.unchanged),
    View("next", lambda: settings_views.upcoming(settings_views.SAMPLE_UPCOMING)),
    View("privacy", my_data_views.example_privacy),
    View("export", my_data_views.example_exported),
    View("erase form", my_data_views.example_form),
    View("erased", my_data_views.erased),
    View("nothing next", lambda: settings_views.upcoming(())),
)
