"""The front door: what the bot does, said from what the features declare."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.action import Action, action
from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Divider, Footnote, Heading, Items, Message, Paragraph
from bot.chat.text import Code, Emphasis, Strong, Words
from bot.core.doing import RunCommand
from bot.core.feature import Command


@action("home.forget")
class Forget(Action):
    """Let a kept text go."""

    kept: int


WHAT_FOR = _("A small activity each day, a journal of your own, and others who do the same.")


def help_card(community: str, commands: Sequence[Command]) -> Message:
    """What can be typed, with examples, and the same as buttons."""
    rows = tuple(_line(command) for command in commands)
    pressed = [c for c in commands if c.button is not None]
    buttons = tuple(Button(c.button or "", RunCommand(c.name), "plain" if i else "primary", asks=c.asks) for i, c in enumerate(pressed))
    blocks: list[Block] = [
        Heading(_("What I can do")),
        Paragraph((_("I am the companion of {community}.", community=Strong(community)), " ", WHAT_FOR)),
        Items(rows),
    ]
    if buttons:
        blocks.append(Buttons(buttons))
    blocks += [
        Divider(),
        Footnote(_("What you write in our own chat stays between us. What you write in a place is seen by that place.")),
    ]
    return Message(_("What I can do for you"), tuple(blocks))


def _line(command: Command) -> Words:
    name: Words = (Code(f"/{command.name}"), "  ", command.about, ".")
    if not command.examples:
        return name
    return (name, " ", _("For instance:"), " ", *(Emphasis(example) for example in command.examples))


def forgotten() -> Message:
    """The receipt of letting a kept text go."""
    said = _("I have forgotten it.")
    return Message(said, (Paragraph(said),))
