"""The front door's handlers."""

from __future__ import annotations

from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core import doing, kept
from bot.core.context import Context
from bot.core.facts import CommunityChanged, PlaceJoined
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Role
from handlers.home import views
from handlers.home.views import Forget, SeeHelp

GREETING = "greeting"


def front_door(ctx: Context) -> Message:
    """What this person can do here."""
    commands = [c for c in ctx.registry.commands.values() if c.role is Role.MEMBER or ctx.actor.is_lead]
    return views.help_card(ctx.community.name, commands, ctx.registry.prefix)


def show_help(ctx: Context, rest: str) -> Reply:
    """`/convene` shows what can be done; a word behind it goes through that door."""
    return doing.run_door(ctx, rest) or Say(front_door(ctx))


def see_help(ctx: Context, _payload: SeeHelp) -> Reply:
    """The front door; the kept text stays kept."""
    return Say(front_door(ctx))


def greet_place(ctx: Context, fact: PlaceJoined) -> None:
    """A place that we join hears what we are for; it hears it once."""
    if not ctx.has_posted(fact.place, GREETING):
        ctx.post(fact.place, views.greeting(ctx.community.name), kind=Kind.PLACE, key=GREETING)


def greet_anew(ctx: Context, fact: CommunityChanged) -> None:
    """The greeting that stands in the places names the community as it is called now."""
    if fact.before.name == fact.after.name and fact.before.language == fact.after.language:
        return
    for place in people.places(ctx.session):
        if ctx.has_posted(place, GREETING):
            ctx.post(place, views.greeting(ctx.community.name), kind=Kind.PLACE, key=GREETING)


def forget(ctx: Context, payload: Forget) -> Reply:
    """Let a kept text go."""
    kept.take(ctx, payload.kept)
    return Say(views.forgotten(), instead=True)
