"""Home: the front door, from which everything is reached."""

from bot.chat.language import _
from bot.chat.message import Message
from bot.core.facts import CommunityChanged, PlaceJoined
from bot.core.feature import Command, Door, Feature, Offer, OnAction, OnFact, OnForm, View
from handlers.home import flows, my_data, my_data_views, settings, settings_views, views


def _example(*, is_lead: bool) -> Message:
    from handlers import features

    declared = features()
    commands = [command for each in declared for command in each.commands]
    doors = [door for each in declared for door in each.doors]
    things = (views.nothing_waits(), views.following(settings_views.SAMPLE_UPCOMING[0]))
    return views.help_card("Learning Engineers", views.groups(commands, doors, is_lead=is_lead), "", things if is_lead else ())


def _example_unknown() -> Message:
    door = views.help_card("Learning Engineers", ())
    return views.unknown_word("setings", feature.doors[0], door)


feature = Feature(
    name="home",
    commands=(Command("convene", _("See what I can do"), flows.show_help, hint=_("[settings, next, privacy, export, erase]")),),
    doors=(
        Door("settings", _("Set your time zone, hours, days and language"), settings.open_settings, _("My settings"), asks=True),
        Door("next", _("See what comes to you next, when and why"), settings.show_next, _("What comes next")),
        Door("privacy", _("See what I know about you, and who sees it"), my_data.privacy, _("What I know about you")),
        Door("export", _("Get everything that I keep about you as a file"), my_data.export, _("Give me my data")),
        Door("erase", _("Erase everything that is about you"), my_data.ask_to_erase, _("Erase my data"), asks=True),
    ),
    actions=(
        OnAction(views.SeeHelp, flows.see_help),
        OnAction(views.Forget, flows.forget),
        OnAction(settings_views.OpenSettings, settings.open_settings),
        OnAction(settings_views.Restore, settings.restore),
        OnAction(my_data_views.SeePrivacy, my_data.privacy),
        OnAction(my_data_views.Export, my_data.export),
        OnAction(my_data_views.Erase, my_data.ask_to_erase),
    ),
    forms=(
        OnForm(settings_views.SettingsDraft, settings.save, settings.language_options),
        OnForm(my_data_views.EraseDraft, my_data.erase),
    ),
    offers=(Offer(_("See what I can do"), views.SeeHelp), Offer(_("Forget it"), views.Forget, declines=True)),
    facts=(OnFact(PlaceJoined, flows.greet_place), OnFact(CommunityChanged, flows.greet_anew)),
    keeps=my_data.KEEPS,
    front_door=flows.front_door,
    views=(
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
    ),
)

__all__ = ["feature"]
