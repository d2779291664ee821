"""Home: the front door, from which everything is reached."""

from bot.chat.language import _
from bot.chat.message import Message
from bot.core.facts import CommunityChanged, PlaceJoined
from bot.core.feature import Command, Feature, Offer, OnAction, OnFact, View
from handlers.home import flows, views


def _example() -> Message:
    from handlers import features

    return views.help_card("Learning Engineers", [command for each in features() for command in each.commands])


feature = Feature(
    name="home",
    commands=(Command("convene", _("See what I can do"), flows.show_help),),
    actions=(OnAction(views.SeeHelp, flows.see_help), OnAction(views.Forget, flows.forget)),
    offers=(Offer(_("See what I can do"), views.SeeHelp), Offer(_("Forget it"), views.Forget, declines=True)),
    facts=(OnFact(PlaceJoined, flows.greet_place), OnFact(CommunityChanged, flows.greet_anew)),
    front_door=flows.front_door,
    views=(View("help", _example), View("greeting", lambda: views.greeting("Learning Engineers")), View("forgotten", views.forgotten)),
)

__all__ = ["feature"]
