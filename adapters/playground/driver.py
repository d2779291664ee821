"""What a person can do and see on a faked platform: the same words for both, so that the page and the tests need only one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NotRequired, Protocol, TypedDict

from bot.lean import dataclass

Json = dict[str, Any]
Held = Any  # what is under a finger; each platform knows its own


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the platform's request to the bot ended.

    `delivered` is false when the platform withholds the event (missing scope, no mention); `status` is the last HTTP status or None
    when the bot was not reached in time; `error` is what the person would read ("/poll failed because the app did not respond").
    """

    delivered: bool
    status: int | None = None
    error: str | None = None


class Control(TypedDict):
    """One thing that can be pressed, picked or filled in a message, a dialog or a home tab."""

    id: str  # unique within its surface; also put as `_control` on the element of the annotated raw JSON
    kind: Literal["button", "select", "input", "link"]
    label: str  # button text, or the label of the input
    name: str  # input id for `submits`/`inputs` ("" for buttons)
    value: Any  # current or initial value of an input
    options: list[dict[str, str]]  # [{"value": ..., "label": ...}] of selects
    style: str  # "", "primary", "danger"
    url: str  # of link buttons


class ScreenMessage(TypedDict):
    """One message as one person sees it."""

    id: str
    author: dict[str, Any]  # {"id", "name", "is_bot"}
    at: str  # ISO 8601, UTC
    text: str  # the notification / fallback text
    plain: str  # every text a reader would see in it, joined by newlines: what tests search
    body: Json  # raw payload as the bot sent it (or as the person typed it)
    drawn: Json  # body annotated with `_control` on every element that can be acted on
    controls: list[Control]
    private: bool  # ephemeral / targeted: only this person sees it
    edited: bool
    pinned: NotRequired[bool]
    deleted: bool
    thread: str | None  # id of the thread's first message
    reactions: list[dict[str, Any]]
    files: list[dict[str, Any]]  # {"name", "url", "alt", "size"}


class ScreenConversation(TypedDict):
    """A channel, group chat or the person's own chat with the bot."""

    id: str
    kind: Literal["place", "chat"]
    name: str
    state: Literal["open", "archived", "deleted"]
    messages: list[ScreenMessage]


class ScreenDialog(TypedDict):
    """An open modal (Slack) or task module (Teams)."""

    id: str
    title: str
    submit: str
    body: Json
    drawn: Json
    controls: list[Control]
    errors: dict[str, str]  # input name -> sentence ("" = the whole form)
    plain: str


class Screen(TypedDict):
    """All that one person sees on one platform now."""

    platform: Literal["slack", "teams"]
    user: dict[str, Any]  # {"id", "name", "zone", "language"}
    conversations: list[ScreenConversation]
    dialog: ScreenDialog | None
    home: dict[str, Any] | None  # {"body", "drawn", "controls", "plain"} on Slack once published, None elsewhere
    notices: list[dict[str, str]]  # what the platform itself told the person: [{"at", "text"}], newest last, at most 20
    shortcuts: list[dict[str, str]]  # in the menu of every message: [{"id": "...", "label": "..."}] from the manifest
    anywhere: list[dict[str, str]]  # the same, of what can be begun beside what one writes
    commands: list[dict[str, str]]  # for completion: [{"name": "/journal", "hint": "...", "about": "..."}] from the manifest


class Driver(Protocol):
    """A faked platform, driven on behalf of any of its users. Every call returns after the bot's HTTP answer (or its timeout)."""

    async def types(self, user: str, conversation: str, text: str, *, thread: str | None = None) -> Outcome:
        """Send what was typed: a slash command on Slack when it starts with "/", otherwise a message."""
        ...

    async def sends_file(
        self, user: str, conversation: str, name: str, content: bytes, text: str = "", *, thread: str | None = None
    ) -> Outcome:
        """Send a file, with or without words."""
        ...

    def holds(self, user: str, message: str, control: str) -> Held:
        """What is under a finger on a control of a message, whatever stands there when it comes down."""
        ...

    async def presses(
        self, user: str, surface: str, control: str, inputs: Mapping[str, Any] | None = None, *, held: Held | None = None
    ) -> Outcome:
        """Press a button or pick an option; surface = message id, dialog id or "home"; `inputs` are values
        filled beside it (name -> value).

        For a select the picked option's value is `inputs[control]`. With `held` it is what was seen then that is pressed.
        """
        ...

    async def submits(self, user: str, dialog: str, values: Mapping[str, Any]) -> Outcome:
        """Submit an open dialog; values by input name; omitted inputs keep their current value. Errors stand in the screen's dialog."""
        ...

    async def dismisses(self, user: str, dialog: str) -> Outcome:
        """Close a dialog without submitting it."""
        ...

    async def edits(self, user: str, message: str, text: str) -> Outcome:
        """Edit one's own message."""
        ...

    async def deletes(self, user: str, message: str) -> Outcome:
        """Delete one's own message."""
        ...

    async def reacts(self, user: str, message: str, emoji: str) -> Outcome:
        """Add a reaction, or take it back when it is there."""
        ...

    async def picks_up(self, user: str, message: str, shortcut: str) -> Outcome:
        """Choose one of the bot's shortcuts in a message's menu."""
        ...

    async def begins(self, user: str, conversation: str, shortcut: str) -> Outcome:
        """Choose what the bot lets people begin anywhere, with this conversation open."""
        ...

    async def opens_home(self, user: str) -> Outcome:
        """Open the bot's home tab (Slack) or the personal chat for the first time (Teams)."""
        ...

    async def settles(self) -> None:
        """Wait until nothing that the platform sends by itself (retries, background events) is under way."""
        ...

    async def catches_up(self, user: str) -> None:
        """Let this person's client ask for what cards say to them alone, where the platform knows of that."""
        ...

    def screen(self, user: str) -> Screen:
        """What this person sees now."""
        ...

    def watch(self, changed: Callable[[str], None]) -> None:
        """Call `changed(user_id)` whenever the screen of that person changed ("" = of everybody)."""
        ...
