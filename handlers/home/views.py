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


@action("home.help")
class SeeHelp(Action):
    """The front door instead, when a text was not understood."""

    kept: int


WHAT_FOR = _("A small activity each day, a journal of your own, and others who do the same.")


def help_card(community: str, commands: Sequence[Command], prefix: str = "") -> Message:
    """What can be typed, with examples, and the same as buttons."""
    rows = tuple(_line(command, prefix) for command in commands)
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


def greeting(community: str) -> Message:
    """The first words in a place."""
    said = _("Hello. I am here for {community}.", community=community)
    return Message(
        said,
        (
            Paragraph((said, " ", WHAT_FOR)),
            Buttons((Button(_("See what I can do"), RunCommand("convene"), "primary"), Button(_("Challenge"), RunCommand("challenge")))),
            Footnote(_("Here I read only what mentions me or answers me, and what you press is answered to you alone.")),
            Footnote(_("What you write to me in our own chat stays between us, unless you share it.")),
        ),
    )


def _line(command: Command, prefix: str) -> Words:
    typed = f"/{prefix}{command.name}"
    name: Words = (Code(typed), "  ", command.about, ".")
    if command.example is None:
        return name
    return (name, " ", _("For instance:"), " ", Emphasis((f"{typed} ", command.example)))


def forgotten() -> Message:
    """The receipt of letting a kept text go."""
    said = _("I have forgotten it.")
    return Message(said, (Paragraph(said),))
