"""The two doors between the machine and a platform: interactions come in through the dispatcher, messages go out through a Platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from bot.chat.form import Raw
from bot.chat.message import File, Message
from bot.chat.reply import Reply
from bot.chat.text import Mention
from bot.lean import dataclass

if TYPE_CHECKING:
    from bot.core.incoming import Incoming

Reference: TypeAlias = Mapping[str, str]  # what an adapter must remember to reach a conversation again (service URL, conversation id)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acted, as far as the platform's payload tells; None is "not told", never "none"."""

    account: str
    name: str | None = None
    zone: str | None = None
    language: str | None = None
    is_guest: bool = False
    is_stranger: bool = False  # of another organisation, here through something that the two share
    reference: Reference = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where it happened: a place (channel, group chat) or the person's own chat with the bot."""

    external_id: str
    kind: Literal["place", "chat"]
    name: str | None = None
    reference: Reference = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Commanded:
    """A native slash command: its name without slash and prefix, and the rest of the line."""

    command: str
    rest: str


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message; `text` is without the mention of the bot and without the platform's escapes; `reply_to` is the thread's first message."""

    text: str
    message_id: str
    mentions_bot: bool = False
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A person changed their own message."""

    text: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """A person deleted their own message."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """A person reacted to a message, or took that back; each reaction by a plain name ("thumbs up")."""

    message_id: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button (or picker) with its payload in wire form; `picked` is the option's value of a picker."""

    payload: str
    message_id: str | None = None
    picked: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody's client asks what a message that many read says to them; they themselves did nothing, and nothing changes by it."""

    payload: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A filled-in form: wire name of the draft, payload it was about, our nonce, and the raw values by field name."""

    form: str
    subject: str | None
    nonce: str
    values: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class PickedUp:
    """Somebody chose a shortcut of ours in a message's menu: its name, and that message's words, whoever wrote them and wherever."""

    shortcut: str
    text: str


LARGEST_FILE = 5 * 2**20  # bytes of a file that a person sends
MOST_FILES = 10  # of one message


class Loss(StrEnum):
    """Why a file that a person sent is not here."""

    TOO_LARGE = "too large"
    EMPTY = "empty"
    GONE = "gone"
    REFUSED = "refused"  # the platform does not let us read it
    LATE = "late"
    TOO_MANY = "too many"  # the ones after it are not here either


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a person sent in their own chat with the bot; the adapter fetched it before the unit of work began."""

    name: str
    content: bytes
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class FileLost:
    """A file that a person sent and that could not be fetched."""

    name: str
    why: Loss
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedHome:
    """The person opened the bot's home tab, or its personal chat for the first time."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """People have a conversation of their own here because we opened it for them; it is no place of the community."""


@dataclass(frozen=True, slots=True)
class Founded:
    """People have a place of their own here because we opened it for them; what they asked it for is pressed in it."""

    payload: str


@dataclass(frozen=True, slots=True)
class BotAdded:
    """Somebody added the bot to the place (or, in a chat, installed it for themselves)."""


@dataclass(frozen=True, slots=True)
class BotRemoved:
    """Somebody removed the bot from the place (or, in a chat, uninstalled it for themselves); with a group, from all of its places."""

    group: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceRenamed:
    """The place has a new name."""

    name: str


@dataclass(frozen=True, slots=True)
class PlaceClosed:
    """The place was archived or deleted; with a group, all of its places were."""

    group: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceReopened:
    """The place is there again after it was archived or deleted; with a group, all that closed with it are."""

    group: str | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """The platform tells that a post of ours stands there; `token` is the one that it was posted with."""

    token: str
    message_id: str


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """The actor's profile (name, zone, language) changed; the actor carries what is known of it."""


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """The actor's account was deactivated."""


Did: TypeAlias = (
    Commanded
    | Wrote
    | Edited
    | Deleted
    | Reacted
    | Pressed
    | Looked
    | Submitted
    | PickedUp
    | SentFile
    | FileLost
    | OpenedHome
    | Gathered
    | Founded
    | BotAdded
    | BotRemoved
    | PlaceRenamed
    | PlaceClosed
    | PlaceReopened
    | Arrived
    | ProfileChanged
    | AccountClosed
)


@dataclass(frozen=True, slots=True)
class Interaction:
    """One verified thing that one person did on a platform.

    `key` recognises the same delivery when it comes again (event id, trigger id, activity id, form nonce); `at` is the event's own
    time where the platform tells it, so that of two edits the later wins in whatever order they arrive.
    """

    platform: str
    workspace: str
    actor: Actor
    conversation: Conversation
    did: Did
    key: str | None = None
    at: datetime | None = None
    workspace_name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply, resolved for its reader; `language` is theirs, for the few words that an adapter adds itself.

    `is_unrun` says that nothing was done for want of time: a delivery that comes again by itself need not be told so. `failure` is the
    name of a fault of ours, of which the answer tells.
    """

    reply: Reply
    language: str = "en"
    is_unrun: bool = False
    failure: str | None = None


class Dispatcher(Protocol):
    """What every adapter is given: it never raises, whatever happened is already said in the answer."""

    async def dispatch(self, interaction: Interaction, incoming: Incoming | None = None) -> Answer:
        """Run the interaction's unit of work; returns after the commit, with which whatever is stored of the request is settled."""
        ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: a place by its id, or a person by their account (`kind` "chat")."""

    workspace: str
    external_id: str
    kind: Literal["place", "chat"]
    reference: Reference = field(default_factory=dict)
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What the platform calls the message that now stands there, and what to remember of its conversation."""

    message_id: str
    reference: Reference = field(default_factory=dict)


class Look(StrEnum):
    """What a look for a post brought where it was not found."""

    NOT_THERE = "not there"
    CANNOT_TELL = "cannot tell"  # the platform has no look, or does not let us


@dataclass(frozen=True, slots=True)
class Stands:
    """A post that was found where it was meant for, and the token that it was posted with."""

    posted: Posted
    token: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a platform takes from us in one workspace: some at once, then evenly so many a minute."""

    at_once: int
    a_minute: int


class FileLinks(Protocol):
    """Where files that cannot be handed over in a conversation are fetched instead."""

    async def link(self, platform: str, workspace: str, file: File) -> str | None:
        """An address under which whoever has it gets this file for a while; None where there can be none."""
        ...


class Platform(Protocol):
    """A platform to speak through; refusals are raised as the DeliveryFailed leaves of bot.chat.errors, anything unclear as Unclear."""

    name: str

    @property
    def edits(self) -> Allowance | None:
        """What it takes of edits in one workspace; None where only the pace of each conversation counts."""
        ...

    @property
    def posts(self) -> Allowance | None:
        """What it takes of posts in one workspace, over all conversations; None where only the pace of each counts."""
        ...

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        """Post a message; `token` identifies the post in the platform's metadata, so that it can be looked up later."""
        ...

    async def find(self, to: Address, message: Message, token: str, since: datetime) -> Stands | Look:
        """Look whether a post arrived of which nobody knows; tried first at `since`, maybe with an earlier revision in its token.

        Called only after the platform's worst case has passed, so that what is not there will not come any more.
        """
        ...

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a message of ours; safe to repeat."""
        ...

    async def delete(self, to: Address, message_id: str) -> None:
        """Take a message of ours away; one that is gone already is fine."""
        ...

    async def pin(self, to: Address, message_id: str) -> None:
        """Pin a message of ours in its place, where the platform lets us; one that is pinned already is fine."""
        ...

    async def invite(self, to: Address, people: Sequence[Mention]) -> None:
        """Invite people who have an account there into a place, where the platform lets us; who is in it already is fine."""
        ...

    async def show_home(self, to: Address, message: Message) -> None:
        """Draw the person's home tab where the platform has one."""
        ...

    async def name_of(self, to: Address) -> str | None:
        """Look a place's name up; None where the platform does not tell."""
        ...

    async def describe(self, workspace: str, account: str) -> Actor:
        """Look a person's profile up: name, zone, language."""
        ...
