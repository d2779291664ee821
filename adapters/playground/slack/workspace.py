"""The state of one faked Slack workspace: people, channels, messages, views, files, triggers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import UTC, datetime
from typing import Any, Literal

from adapters.playground.slack.grants import Grants
from bot.lean import dataclass

Json = dict[str, Any]
Kind = Literal["channel", "private", "im", "mpim"]
BOT_USER, BOT, APP = "UCONVENEBT", "BCONVENEBT", "ACONVENE01"
TRIGGER_LIFE, HOOK_LIFE, HOOK_USES = 3.0, 1800.0, 5
MOST_NOTICES = 20
RESERVED = 10_000  # at most so many serial numbers go out before the watchers hear of it


class Refusal(Exception):
    """A Web API answer with `ok: false`."""

    def __init__(self, error: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.error, self.status, self.headers, self.extra = error, status, headers or {}, extra


@dataclass(slots=True)
class User:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str
    zone: str
    locale: str
    is_guest: bool = False
    is_bot: bool = False
    deleted: bool = False
    team: str = ""  # of another organisation, here through a shared channel


@dataclass(slots=True)
class Message:
    """A message, or one that only one person sees."""

    channel: str
    ts: str
    user: str
    text: str
    body: Json
    blocks: list[Json] = field(default_factory=list)
    by_bot: bool = False
    thread: str | None = None
    metadata: Json | None = None
    only_for: str | None = None
    edited_at: str | None = None
    deleted: bool = False
    pinned: bool = False
    subtype: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    client_id: str = ""


@dataclass(slots=True)
class Channel:
    """A channel, a chat with the bot or a group chat."""

    id: str
    name: str
    kind: Kind
    members: list[str]
    created: int
    archived: bool = False
    deleted: bool = False
    messages: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class View:
    """A modal or a home tab."""

    id: str
    user: str
    body: Json
    root: str
    previous: str | None
    hash: str
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class StoredFile:
    """An uploaded file."""

    id: str
    name: str
    title: str
    by: str
    secret: str
    alt: str = ""
    content: bytes | None = None
    kind: str = "application/octet-stream"
    complete: bool = False
    forgotten_size: int = 0  # of content that was too large to be kept over a restart

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.forgotten_size if self.content is None else len(self.content)


@dataclass(slots=True)
class Trigger:
    """A right to open a view: three seconds, once."""

    user: str
    issued: float
    view: str | None = None
    used: bool = False


@dataclass(slots=True)
class Hook:
    """A response_url: five uses in thirty minutes."""

    user: str
    channel: str
    issued: float
    message: str | None
    thread: str | None = None
    uses: int = 0


class Workspace:
    """Everything that the platform knows, with the look-ups that both its sides need."""

    def __init__(self, grants: Grants, team_id: str, team_name: str, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self.grants, self.team_id, self.team_name, self.now, self.monotonic = grants, team_id, team_name, now, monotonic
        self.installed = True
        self.base_url = ""
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, StoredFile] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.filled: dict[tuple[str, str], dict[tuple[str, str], Json]] = {}  # (person, surface) -> (block, action) -> state
        self.notices: dict[str, list[dict[str, str]]] = {}
        self.broadcasts: list[Message] = []
        self.wordless: list[Message] = []
        self.watchers: list[Callable[[str], None]] = []
        self.announce: Callable[[str, Json], None] = lambda _name, _event: None
        self.last_ts = 0
        self.last_serial = 0
        self.users[BOT_USER] = User(BOT_USER, grants.bot_name, grants.bot_name, "UTC", "en-US", is_bot=True)

    def serial(self, prefix: str) -> str:
        """A new identifier."""
        self.last_serial += 1
        if self.last_serial % RESERVED == 0:
            self.changed()
        return f"{prefix}{self.last_serial:08d}"

    def new_ts(self) -> str:
        """A message time stamp: the domain time, never twice the same."""
        self.last_ts = max(self.last_ts + 1, int(self.now().timestamp() * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def changed(self, user: str = "") -> None:
        """Tell the watchers whose screen changed."""
        for watcher in self.watchers:
            watcher(user)

    def notice(self, user: str, text: str) -> None:
        """Let the platform itself say something to a person."""
        kept = self.notices.setdefault(user, [])
        kept.append({"at": self.now().astimezone(UTC).isoformat(), "text": text})
        del kept[:-MOST_NOTICES]
        self.changed(user)

    def user(self, user_id: str) -> User:
        """A person by id, or `user_not_found`."""
        found = self.users.get(user_id)
        if found is None:
            raise Refusal("user_not_found")
        return found

    def channel(self, channel_id: str) -> Channel:
        """A channel that the bot may know of, or `channel_not_found`."""
        found = self.channels.get(channel_id)
        if found is None or found.deleted or (found.kind != "channel" and BOT_USER not in found.members):
            raise Refusal("channel_not_found")
        return found

    def chat_with(self, user_id: str) -> Channel:
        """The person's own chat with the bot."""
        return self.channels["D" + user_id[1:]]

    def visible_to(self, user_id: str) -> Iterator[Channel]:
        """The conversations that stand in a person's list."""
        for channel in self.channels.values():
            if user_id in channel.members:
                yield channel

    def message(self, channel: Channel, ts: str) -> Message | None:
        """A message that is still there."""
        return next((each for each in channel.messages if each.ts == ts and not each.deleted), None)

    def find_message(self, ts: str) -> tuple[Channel, Message]:
        """A message by its id alone (ids are never used twice here)."""
        for channel in self.channels.values():
            found = self.message(channel, ts)
            if found is not None:
                return channel, found
        raise LookupError(f"no message {ts}")

    def new_trigger(self, user: str, view: str | None = None) -> str:
        """A trigger_id."""
        trigger = f"{self.serial('')}.{self.team_id}.{secrets.token_hex(8)}"
        self.triggers[trigger] = Trigger(user, self.monotonic(), view)
        return trigger

    def take_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger_id, once and in time."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if self.monotonic() - trigger.issued > TRIGGER_LIFE:
            raise Refusal("expired_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        trigger.used = True
        return trigger

    def new_hook(self, user: str, channel: str, message: str | None = None, thread: str | None = None) -> str:
        """A response_url."""
        key = secrets.token_hex(12)
        self.hooks[key] = Hook(user, channel, self.monotonic(), message, thread)
        return f"{self.base_url}/response/{key}"

    def completed(self, blocks: list[Json]) -> list[Json]:
        """Blocks with the identifiers that Slack adds where the app gave none."""
        made = []
        for block in blocks:
            block = {**block, "block_id": block.get("block_id") or self.serial("b")}
            if block.get("type") == "actions":
                block["elements"] = [self._identified(each) for each in block["elements"]]
            for key in ("accessory", "element"):
                if isinstance(block.get(key), dict):
                    block[key] = self._identified(block[key])
            made.append(block)
        return made

    def _identified(self, element: Json) -> Json:
        if element.get("type") == "image":
            return element
        return {**element, "action_id": element.get("action_id") or self.serial("a")}
