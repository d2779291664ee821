"""Where a free text goes: one pure table, the first line that holds decides.

1. an explicit slash command of ours, or its name before parts with bars between them, wherever it stands
2. in a place without a mention: a reply to a message of ours that takes replies, otherwise nothing (it was not meant for us)
3. a reply to a known message of ours
4. in a place with a mention: the first word as a command
5. the exact name of a command, alone or with one of the words that it knows
6. yes or no to a question of ours that is open for at most 30 minutes
7. today's journal entry
8. otherwise we ask with buttons, the text kept; an unknown slash word gets the nearest command

What begins with the name of a command and is taken for a sentence (3, 7, 8) has a button under its answer that runs it as the command.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from bot.chat.command import Typed, bare_command, barred_command, mentioned_command, nearest, slash_command
from bot.lean import dataclass

GREETINGS = {"hi", "hello", "hey", "help", "start", "?"}
YES = {"yes", "y", "ok", "okay", "sure", "yes please"}
NO = {"no", "n", "no thanks", "never mind", "nevermind"}


@dataclass(frozen=True, slots=True)
class CommandTyped:
    """A command of ours."""

    typed: Typed


@dataclass(frozen=True, slots=True)
class Help:
    """A greeting, a cry for help, a mention without words."""


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A slash word that is none of ours."""

    word: str
    meant: str | None


@dataclass(frozen=True, slots=True)
class TakeReply:
    """A reply to a message of ours."""

    payload: str


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """Yes or no to our open question."""

    is_yes: bool


@dataclass(frozen=True, slots=True)
class TodaysEntry:
    """Today's journal entry."""


@dataclass(frozen=True, slots=True)
class AskWhatItIs:
    """Nothing took it: keep the text and ask."""


@dataclass(frozen=True, slots=True)
class NotForUs:
    """Said in a place to others."""


Route: TypeAlias = CommandTyped | Help | UnknownCommand | TakeReply | AnswerQuestion | TodaysEntry | AskWhatItIs | NotForUs


def route(
    text: str,
    *,
    in_chat: bool,
    mentions_bot: bool,
    replies_to: str | None,
    question_is_open: bool,
    day_is_open: bool,
    known: Collection[str],
    lines: Collection[str] = (),
) -> Route:
    """Decide about one text; `replies_to` is the payload of the message of ours that it answers."""
    bare = text.strip()
    for_us = in_chat or mentions_bot
    if for_us and (typed := slash_command(bare, known) or barred_command(bare, known)) is not None:
        return CommandTyped(typed)
    if for_us and bare.startswith("/") and len(bare) > 1 and not bare[1].isspace():
        word = bare.split()[0]
        return UnknownCommand(word, nearest(word, known))
    if replies_to is not None and bare:
        return TakeReply(replies_to)
    if not for_us:
        return NotForUs()
    if not bare or bare.casefold() in GREETINGS:
        return Help()
    if mentions_bot and not in_chat:
        command = mentioned_command(bare, known)
        return CommandTyped(command) if command is not None else AskWhatItIs()
    if (exact := bare_command(bare, known, lines)) is not None:
        return CommandTyped(exact)
    if question_is_open and bare.casefold().rstrip(".!") in YES | NO:
        return AnswerQuestion(bare.casefold().rstrip(".!") in YES)
    return TodaysEntry() if day_is_open else AskWhatItIs()
