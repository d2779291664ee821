"""Home: the front door, from which everything is reached."""

from bot.chat.language import _
from bot.chat.message import Message
from bot.core.feature import Command, Feature, Offer, OnAction, View
from handlers.home import flows, views


def _example() -> Message:
    return views.help_card("Learning Engineers", feature.commands)


feature = Feature(
    name="home",
    commands=(Command("convene", _("See what I can do"), flows.show_help),),
    actions=(OnAction(views.Forget, flows.forget),),
    offers=(Offer(_("Forget it"), views.Forget, declines=True),),
    front_door=flows.front_door,
    views=(View("help", _example), View("forgotten", views.forgotten)),
)

__all__ = ["feature"]
