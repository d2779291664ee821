"""What a feature declares; everything else (routing, help, manifests, gallery) is derived from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ColumnElement

from bot.chat.action import Action
from bot.chat.form import Draft, Form
from bot.chat.language import Phrase
from bot.chat.message import Block, Message, Option
from bot.chat.reply import Reply
from bot.core.cadences import Occurrence
from bot.core.facts import Fact
from bot.core.ports import FileLost, Reacted, SentFile
from bot.data.base import Base
from bot.lean import dataclass
from bot.papers.document import Document
from bot.people.values import Member, Role

if TYPE_CHECKING:
    from bot.core.context import Context, Written

Options: TypeAlias = Mapping[str, tuple[Option, ...]]


@dataclass(frozen=True, slots=True)
class Command:
    """A typed command.

    With a draft, the line is read as that form: complete, `run(ctx, draft)` is called; incomplete, the form opens prefilled.
    Without one, `run(ctx, rest_of_the_line)` is called. `opens` replaces the plain opening of the form.
    """

    name: str
    about: Phrase
    run: Callable[[Context, Any], Reply]
    draft: type[Draft] | None = None
    opens: Callable[[Context], Reply] | None = None
    button: Phrase | None = None  # its words as a button; None only for the front door itself
    hint: Phrase | None = None
    example: Phrase | None = None  # what stands behind the name, for instance
    words: tuple[str, ...] = ()  # those that mean something of their own where they stand alone behind its name
    asks: bool = False  # a button for it opens a form
    is_anywhere: bool = False  # the platform offers its button wherever people are, beside what they write
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class Door:
    """What stands behind the front door's command as a word of its own (`/convene settings`): `run(ctx, rest_of_the_line)`."""

    word: str
    about: Phrase
    run: Callable[[Context, str], Reply]
    button: Phrase
    asks: bool = False
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class OnAction:
    """What a press does: `run(ctx, payload)`; the option picked in a picker is `ctx.picked`."""

    payload: type[Action]
    run: Callable[[Context, Any], Reply]
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class OnLook:
    """What a message that many read says to one of them: `run(ctx, payload)`, the payload being the message's `personal`.

    It runs in a unit that changes nothing, for people who are known, and gives the whole message; None leaves it as it stands there.
    """

    payload: type[Action]
    run: Callable[[Context, Any], Message | None]


@dataclass(frozen=True, slots=True)
class OnForm:
    """What a filled-in form does: `run(ctx, draft, subject)`; `options(ctx, subject)` gives the options that depend on data.

    With `about`, a form that comes back with any other subject is out of date.
    """

    draft: type[Draft]
    run: Callable[[Context, Any, Any], Reply]
    options: Callable[[Context, Any], Options] | None = None
    role: Role = Role.MEMBER
    about: type[Action] | None = None  # what the form must have been opened with
    draws: Callable[[Context, Any, Form], Form] | None = None  # leaves fields out or labels them, as its subject wants it


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What can be done with any message from its menu: `run(ctx, words)`, the words being those of the message.

    The message may be anybody's, in a conversation that the bot is not in: nothing of it is kept before the person says so.
    """

    name: str
    label: Phrase
    about: Phrase
    run: Callable[[Context, str], Reply]
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class OnReply:
    """What a reply to one of our messages does: `run(ctx, payload, written)`, the payload being the one that was posted with it.

    `on_file(ctx, payload, file)` answers a file that comes as a reply, or one that was lost on its way; None leaves it to others.
    `on_reaction(ctx, payload, reacted)` hears of reactions to it.
    """

    payload: type[Action]
    run: Callable[[Context, Any, Written], Reply]
    on_file: Callable[[Context, Any, SentFile | FileLost], Reply | None] | None = None
    on_reaction: Callable[[Context, Any, Reacted], Reply] | None = None


@dataclass(frozen=True, slots=True)
class OnFact:
    """What follows in the same transaction when something happened elsewhere."""

    fact: type[Fact]
    run: Callable[[Context, Any], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What comes round: `run(ctx, occurrences)`, all of one community; what is later than `grace` is skipped.

    It comes once a day for a subject at most, or, where it is planned anew again and again, once a minute (`is_by_minute`).
    """

    name: str
    run: Callable[[Context, Sequence[Occurrence]], None]
    grace: timedelta = timedelta(hours=12)
    is_by_minute: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """What takes long: `compute(input)` runs outside of any unit, `then(ctx, input, result)` in one of its own.

    `compute` is a pure function at the top of its module, for it may run in a process of its own; input and result are plain JSON.
    """

    name: str
    compute: Callable[[dict[str, Any]], dict[str, Any]]
    then: Callable[[Context, dict[str, Any], dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class TextTaker:
    """A feature that takes free text in a person's own chat, as long as `is_open(ctx)`."""

    is_open: Callable[[Context], bool]
    take: Callable[[Context, Written], Reply]


@dataclass(frozen=True, slots=True)
class TakesFile:
    """What is done with a file of these kinds that a person sends in their own chat: `take(ctx, file)`."""

    suffixes: tuple[str, ...]  # in small letters, with the dot
    take: Callable[[Context, SentFile], Reply]
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be done with a text that nothing else took; the payload carries the id under which it is kept."""

    label: Phrase
    payload: Callable[[int], Action]
    declines: bool = False  # the one that "no" means


@dataclass(frozen=True, slots=True)
class View:
    """Something that people see, with an example for the gallery and its tests."""

    name: str
    example: Callable[[], Message | Form]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that people take along, with an example for the gallery and its tests."""

    name: str
    example: Callable[[], Document]


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Something that will come to a person: when, what, and why it comes."""

    at: datetime
    what: Phrase
    why: Phrase


@dataclass(frozen=True, slots=True)
class Keeps:
    """What a feature stores about a person and who sees it; `export(ctx)` gives the actor's own, from these tables, as plain JSON."""

    what: Phrase
    who_sees: Phrase
    export: Callable[[Context], list[dict[str, Any]]]
    tables: tuple[type[Base], ...] = ()


@dataclass(frozen=True, slots=True)
class Goes:
    """Rows that go by themselves: how long they are kept and why so long, in the words of PRIVACY.md.

    `over(before)` says which of them are past it, `before` being that long ago, as SQL; None where something else takes them away.
    """

    what: str
    kept: timedelta
    why: str
    row: type[Base]
    over: Callable[[Any], ColumnElement[bool]] | None


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody who does a challenge together with the actor, and since when."""

    member: Member
    since: datetime


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature's face to the machine."""

    name: str
    commands: tuple[Command, ...] = ()
    doors: tuple[Door, ...] = ()
    actions: tuple[OnAction, ...] = ()
    looks: tuple[OnLook, ...] = ()
    forms: tuple[OnForm, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    replies: tuple[OnReply, ...] = ()
    facts: tuple[OnFact, ...] = ()
    jobs: tuple[Job, ...] = ()
    laters: tuple[Later, ...] = ()
    offers: tuple[Offer, ...] = ()
    takes_text: TextTaker | None = None
    files: tuple[TakesFile, ...] = ()
    awaits_file: Callable[[Context, SentFile], Reply | None] | None = None  # takes a file of any kind, if it asked for one
    on_edit: Callable[[Context, Written], Reply] | None = None
    on_delete: Callable[[Context, Written], Reply] | None = None
    front_door: Callable[[Context], Message] | None = None
    keeps: Mapping[str, Keeps] = field(default_factory=dict)  # by the name that the export gives it
    goes: tuple[Goes, ...] = ()  # what is kept for a while only
    upcoming: Callable[[Context], Sequence[Upcoming]] | None = None  # what will be sent to the actor next
    my_things: Callable[[Context], Sequence[Block]] | None = None  # how it stands for the actor now, for the top of the front door
    ties: tuple[type[Base], ...] = ()  # tables with a `person_id`: `Context.had` tells, without a query, that the actor has no row there
    partners: Callable[[Context], Sequence[Partner]] | None = None  # the actor's partners now; features below know them by this alone
