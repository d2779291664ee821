"""The front door: what the bot does, said from what the features declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from bot.chat.action import Action, action
from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Divider, Footnote, Heading, Items, Message, Paragraph, Quote
from bot.chat.text import Code, Emphasis, Moment, Strong, Words
from bot.core.doing import RunCommand
from bot.core.feature import Command, Door, Upcoming
from bot.lean import dataclass
from bot.people.values import Role

FRONT = "convene"  # the command whose words the doors are


@action("home.forget")
class Forget(Action):
    """Let a kept text go."""

    kept: int


@action("home.help")
class SeeHelp(Action):
    """The front door instead, when a text was not understood."""

    kept: int


WHAT_FOR = _("A small activity each day, a journal of your own, and others who do the same.")


@dataclass(frozen=True, slots=True)
class Group:
    """Commands and doors that belong together, under the words that say for whom they are."""

    label: Phrase
    commands: tuple[Command, ...] = ()
    doors: tuple[Door, ...] = ()


def groups(commands: Iterable[Command], doors: Iterable[Door], *, is_lead: bool) -> tuple[Group, ...]:
    """What one person may do: everybody's commands, what is about oneself, and what leads do."""
    commands, doors = tuple(commands), tuple(doors)
    leads = Group(_("For leads"), tuple(c for c in commands if c.role is Role.LEAD), tuple(d for d in doors if d.role is Role.LEAD))
    found = (
        Group(_("For everybody"), commands=tuple(c for c in commands if c.role is Role.MEMBER)),
        Group(_("Also for you"), doors=tuple(d for d in doors if d.role is Role.MEMBER)),
        *((leads,) if is_lead else ()),
    )
    return tuple(group for group in found if group.commands or group.doors)


def help_card(community: str, shown: Sequence[Group], prefix: str = "", my_things: Sequence[Block] = ()) -> Message:
    """How it stands for this person, then what can be typed, with examples, and the same as buttons."""
    blocks: list[Block] = [Heading(_("My things")), *my_things, Divider()] if my_things else []
    blocks += [
        Heading(_("What I can do")),
        Paragraph((_("I am the companion of {community}.", community=Strong(community)), " ", WHAT_FOR)),
    ]
    for group in shown:
        blocks += [Heading(group.label, 2), Items(tuple(_lines(group, prefix)))]
        buttons = _buttons(group, is_first=group is shown[0] and not my_things)
        blocks += [Buttons(buttons)] if buttons else []
    blocks += [
        Divider(),
        Footnote(_("What you write in our own chat stays between us. What you write in a place is seen by that place.")),
    ]
    return Message(_("What I can do for you"), tuple(blocks))


def following(thing: Upcoming) -> Paragraph:
    """What comes to a person next, in one line."""
    return Paragraph((_("Next comes:"), " ", thing.what, ", ", Moment(thing.at)))


def nothing_waits() -> Paragraph:
    """The empty state of one's own things."""
    return Paragraph(_("Nothing is waiting for you just now."))


def unknown_word(word: str, meant: Door | Command | None, door: Message, prefix: str = "", rest: str = "") -> Message:
    """A word behind the front door's name that nothing is called: what was probably meant, and what there is."""
    blocks: list[Block] = [Quote(rest)] if rest else []
    match meant:
        case None:
            said = _("I do not know {word}. Here is what I can do.", word=Code(word[:80]))
        case Door():
            said = _("I do not know {word}. Did you mean {meant}?", word=Code(word[:80]), meant=Code(f"/{prefix}{FRONT} {meant.word}"))
            blocks.append(Buttons((_door_button(meant, "primary"),)))
        case Command():
            said = _("I do not know {word}. Did you mean {meant}?", word=Code(word[:80]), meant=Code(f"/{prefix}{meant.name}"))
            if meant.button is not None:
                blocks.append(Buttons((Button(meant.button, RunCommand(meant.name), "primary", asks=meant.asks),)))
    return Message(said, (Paragraph(said), *blocks, Divider(), *door.blocks))


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


def _lines(group: Group, prefix: str) -> Iterator[Words]:
    for command in group.commands:
        typed = f"/{prefix}{command.name}"
        line: Words = (Code(typed), "  ", command.about, ".")
        yield (line, " ", _("For instance:"), " ", Emphasis((f"{typed} ", command.example))) if command.example is not None else line
    for door in group.doors:
        yield (Code(f"/{prefix}{FRONT} {door.word}"), "  ", door.about, ".")


def _buttons(group: Group, *, is_first: bool) -> tuple[Button, ...]:
    pressed = [c for c in group.commands if c.button is not None]
    buttons = [Button(c.button or "", RunCommand(c.name), asks=c.asks) for c in pressed]
    if buttons and is_first:
        buttons[0] = replace(buttons[0], style="primary")
    return (*buttons, *(_door_button(door) for door in group.doors))


def _door_button(door: Door, style: Literal["plain", "primary"] = "plain") -> Button:
    return Button(door.button, RunCommand(FRONT, door.word), style, asks=door.asks)


def forgotten() -> Message:
    """The receipt of letting a kept text go."""
    said = _("I have forgotten it.")
    return Message(said, (Paragraph(said),))
