"""What exists on the faked platform: people, teams, rooms, messages and open dialogs."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any, Literal

from adapters.playground.driver import Json
from bot.lean import dataclass

RoomKind = Literal["personal", "channel", "groupChat"]
SCOPES: dict[RoomKind, str] = {"personal": "personal", "channel": "team", "groupChat": "groupchat"}
RoomState = Literal["open", "archived", "deleted"]
ASIDE_LASTS = timedelta(hours=24)  # of a targeted message


@dataclass(slots=True)
class Person:
    """One member of the tenant; `installed` is whether the app is there in personal scope."""

    id: str
    name: str
    locale: str
    zone: str | None
    installed: bool
    aad_object_id: str
    chat_opened: bool = False
    notices: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Team:
    """A team, the home of channels."""

    id: str
    name: str
    group_id: str


@dataclass(slots=True)
class Message:
    """One message of a room; `views` are the cards that single people got as the answer to their own press."""

    id: str
    room: str
    author: str
    at: datetime
    body: Json
    thread: str | None = None
    private_to: str | None = None
    edited: bool = False
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)
    shown: dict[str, dict[str, bool]] = field(default_factory=dict)  # person -> element id -> is visible
    typed: str | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it was for one person alone and has gone by itself."""
        return self.private_to is not None and now >= self.at + ASIDE_LASTS


@dataclass(slots=True)
class Room:
    """A channel, a group chat or one person's own chat with the bot."""

    id: str
    kind: RoomKind
    name: str
    members: list[str]
    has_bot: bool
    team: Team | None = None
    state: RoomState = "open"
    messages: dict[str, Message] = field(default_factory=dict)


@dataclass(slots=True)
class Dialog:
    """An open task module: whose it is, from which message it came, and what has been filled in so far."""

    id: str
    user: str
    room: str
    message: str
    title: str
    card: Json
    command: str = ""  # of the shortcut that opened it
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolvedMention:
    """A person or the bot really notified by a message of the bot."""

    user: str
    conversation: str
    message: str


@dataclass(slots=True)
class World:
    """Everything that exists, with the look-ups that need more than one dictionary."""

    bot_id: str
    bot_name: str
    tenant_id: str
    now: Callable[[], datetime]
    scopes: frozenset[str] | None = None  # of the bot in the manifest; None where the manifest names none
    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    dialogs: dict[str, Dialog] = field(default_factory=dict)
    mentions: list[ResolvedMention] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    watchers: list[Callable[[str], None]] = field(default_factory=list)
    last_id: int = 0
    takes_asides: bool = True  # whether this cloud has targeted messages
    drawn: dict[tuple[str, str], tuple[tuple[Any, ...], tuple[Any, ...], Json]] = field(
        default_factory=dict
    )  # (person, message), see screen

    def next_id(self) -> str:
        """Return a message id as the real ones are: milliseconds since the epoch, never twice the same."""
        self.last_id = max(self.last_id + 1, int(self.now().timestamp() * 1000))
        return str(self.last_id)

    def changed(self, user: str = "") -> None:
        """Tell every watcher that this person's screen changed."""
        for watcher in list(self.watchers):
            watcher(user)

    def notice(self, user: str, text: str) -> None:
        """Tell one person something in the platform's own voice; the newest twenty are kept."""
        person = self.people[user]
        person.notices.append({"at": self.now().isoformat(), "text": text})
        del person.notices[:-20]
        self.changed(user)

    def chat_id(self, user: str) -> str:
        """Return the id of the personal chat between this person and the bot, the same for ever."""
        digest = hashlib.sha256(f"{self.tenant_id}/{self.bot_id}/{user}".encode()).hexdigest()
        return f"a:1{digest[:40]}"

    def open_chat(self, user: str) -> Room:
        """Return the personal chat of this person, created when it was not there."""
        chat_id = self.chat_id(user)
        if chat_id not in self.rooms:
            self.rooms[chat_id] = Room(id=chat_id, kind="personal", name=self.bot_name, members=[user], has_bot=True)
        return self.rooms[chat_id]

    def team_named(self, name: str, first_channel: str | None = None) -> Team:
        """Return the team of this name, founded when it was not there; its id is that of its first channel."""
        if name not in self.teams:
            token = hashlib.sha256(f"{self.tenant_id}/{name}".encode()).hexdigest()
            group = str(uuid.uuid5(uuid.NAMESPACE_URL, f"team/{self.tenant_id}/{name}"))
            self.teams[name] = Team(id=first_channel or f"19:{token[:32]}@thread.tacv2", name=name, group_id=group)
        return self.teams[name]

    def message(self, message_id: str) -> Message:
        """Return the message of this id from whichever room it is in."""
        for room in self.rooms.values():
            if message_id in room.messages:
                return room.messages[message_id]
        raise KeyError(f"no message {message_id!r}")

    def person(self, user_or_object_id: str) -> Person | None:
        """Find somebody by the id of this bot's own numbering or by the directory's object id."""
        if user_or_object_id in self.people:
            return self.people[user_or_object_id]
        return next((p for p in self.people.values() if p.aad_object_id == user_or_object_id), None)

    def bot_reaches(self, room: Room) -> bool:
        """Say whether the bot is in the roster of this room, which its manifest must allow."""
        if self.scopes is not None and SCOPES[room.kind] not in self.scopes:
            return False
        if room.kind == "personal":
            return self.people[room.members[0]].installed
        return room.has_bot


def split_conversation(conversation_id: str) -> tuple[str, str | None]:
    """Take `19:...;messageid=...` apart into the room and the thread."""
    room, _, thread = conversation_id.partition(";messageid=")
    return room, thread or None
