"""Replies: what the person who acted gets back, at most once, privately where private."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.chat.form import Form
from bot.chat.message import Message, Payload


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with a message; `instead` puts it in the place of the private card that was acted on, where the platform can."""

    message: Message
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """Open a form; with errors in it, it is the answer to a form that could not stand.

    Where the platform cannot open one now (a typed message, a trigger that ran out), a button with the payload `again` opens it.
    """

    form: Form
    again: Payload | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing to say: the event was for us to know, or was handled before."""


Reply: TypeAlias = Say | Open | Silence
