"""Home: the front door, from which everything is reached."""

from bot.chat.language import _
from bot.core.facts import CommunityChanged, PlaceJoined
from bot.core.feature import Command, Door, Feature, Offer, OnAction, OnFact, OnForm
from handlers.home import flows, my_data, my_data_views, settings, settings_views, views

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
)

__all__ = ["feature"]
