"""Replies: what the person who acted gets back, at most once, privately where private."""

from __future__ import annotations

from typing import TypeAlias

from bot.chat.form import Form
from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Message, Paragraph, Payload, Quote
from bot.chat.text import Label, Mention
from bot.lean import dataclass

NO_FORM_HERE = _("There is a form for this. The button opens it.")
OPEN_FORM = _("Open the form")


@dataclass(frozen=True, slots=True)
class Gathering:
    """People to be brought together in a conversation of their platform's own, in which we neither read nor speak further.

    `opened` is said to whoever asked; where the platform opens it by a link, the link is added under the label `way`. Where we open
    it ourselves, `greeting` is said in it once.
    """

    people: tuple[Mention, ...]
    greeting: Message
    opened: Message
    way: Label


@dataclass(frozen=True, slots=True)
class Founding:
    """A place of their own for some people: what it is called, who is invited, and the payload that is pressed in it once it is there."""

    name: str
    people: tuple[Mention, ...]
    then: Payload


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with a message; `instead` puts it in the place of the private card that was acted on, where the platform can.

    What `stays` is to be found again: where an answer in a place vanishes by itself, it comes to the person's own chat.
    With `gathers`, people are brought together first, and the message is what is said where that is not possible; likewise with `founds`.
    """

    message: Message
    instead: bool = False
    gathers: Gathering | None = None
    founds: Founding | None = None
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """Open a form; with errors in it, it is the answer to a form that could not stand.

    Where the platform cannot open one now (a typed message, a trigger that ran out), a button with the payload `again` opens it.
    """

    form: Form
    again: Payload | None = None


def offered(reply: Open, phrase: Phrase = NO_FORM_HERE, typed: str = "") -> Say:
    """A sentence in place of a form, with the button that opens it and everything that the person had typed."""
    blocks: list[Block] = [Paragraph(phrase)]
    if typed:
        blocks.append(Quote(typed))
    if reply.again is not None:
        blocks.append(Buttons((Button(OPEN_FORM, reply.again, "primary", asks=True),)))
    return Say(Message(phrase, tuple(blocks)))


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing to say: the event was for us to know, or was handled before."""


Reply: TypeAlias = Say | Open | Silence
