"""The front door's handlers."""

from __future__ import annotations

from bot.chat.command import nearest
from bot.chat.message import Block, Message
from bot.chat.reply import Reply, Say
from bot.core import doing, kept
from bot.core.context import Context
from bot.core.facts import CommunityChanged, PlaceJoined
from bot.core.outbox import Kind
from bot.core.routing import GREETINGS
from bot.people import store as people
from handlers.home import settings, views
from handlers.home.views import Forget, SeeHelp

GREETING = "greeting"


def front_door(ctx: Context) -> Message:
    """How it stands for this person, and what they can do here."""
    registry = ctx.registry
    shown = views.groups(registry.commands.values(), registry.doors.values(), is_lead=ctx.actor.is_lead)
    return views.help_card(ctx.community.name, shown, registry.prefix, my_things(ctx))


def my_things(ctx: Context) -> list[Block]:
    """How it stands for the actor now, as every feature tells it, and what comes next."""
    tellers = [each.my_things for each in ctx.registry.features if each.my_things is not None]
    told = [block for tell in tellers for block in tell(ctx)]
    if tellers and not told:
        told.append(views.nothing_waits())
    return [*told, *(views.following(thing) for thing in settings.upcoming(ctx)[:1])]


def show_help(ctx: Context, rest: str) -> Reply:
    """`/convene` shows what can be done; a word behind it goes through that door, or is asked about."""
    word, _space, further = rest.strip().partition(" ")
    if (behind := doing.run_door(ctx, rest)) is not None:
        return behind
    if not word or rest.strip().casefold() in GREETINGS:
        return Say(front_door(ctx))
    command = ctx.registry.command(word.casefold().removeprefix("/"))
    if command is not None and command.name != views.FRONT:
        return doing.run_command(ctx, command, further.strip())
    return _unknown(ctx, word, further.strip())


def _unknown(ctx: Context, word: str, rest: str) -> Reply:
    doors, commands = ctx.registry.doors, ctx.registry.commands
    found = nearest(word, [*doors, *commands])
    meant = None if found is None else doors.get(found) or commands[found]
    return Say(views.unknown_word(word, meant, front_door(ctx), ctx.registry.prefix, rest))


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
