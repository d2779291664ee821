"""A small stub of the two platforms with a community in it: enough to look at, to press and to type into, without any bot."""

from __future__ import annotations

import asyncio
import copy
import html
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from adapters.playground.driver import Control, Held, Json, Outcome, Screen, ScreenConversation, ScreenDialog, ScreenMessage
from adapters.playground.stage import Platform, StagePerson
from tests.browser import scene_bodies as bodies

START = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
BOT = {"id": "BOT", "name": "Convene", "is_bot": True}

PEOPLE = (
    StagePerson("slack", "U1", "Ada Obi", "Europe/Berlin", "lead", "Leads the community of practice"),
    StagePerson("slack", "U2", "Tomás Rivera", "America/Bogota"),
    StagePerson("slack", "U3", "Maximiliane von Hohenstein-Wolkenkuckucksheim", "Asia/Kathmandu"),
    StagePerson("teams", "29:a", "Yuki Tanaka", "Asia/Tokyo", "member", "Joined the community from the other side"),
    StagePerson("teams", "29:b", "سلمى حداد", "Africa/Cairo", "lead"),
)
COMMANDS = [
    {"name": "/journal", "hint": "[what I did]", "about": "Write or read your journal"},
    {"name": "/journey", "hint": "", "about": "Where the community has been"},
    {"name": "/poll", "hint": "Question? | one | two", "about": "Ask the community"},
    {"name": "/help", "hint": "", "about": "What I can do"},
]


def controls_of(body: Any) -> list[Control]:
    """Everything in a body that carries `_control`, as the fakes list it."""
    found: list[Control] = []
    if isinstance(body, list):
        for part in body:
            found += controls_of(part)
    if isinstance(body, dict):
        if "_control" in body:
            found.append(_control(body))
        for part in body.values():
            found += controls_of(part)
    return found


def _control(part: Json) -> Control:
    kind = str(part.get("type"))
    field = kind.startswith("Input.") or kind.endswith(("_input", "_select", "checkboxes", "picker", "radio_buttons"))
    choices = [{"value": one["value"], "label": one["text"]["text"]} for one in part.get("options", [])]
    choices += [{"value": one["value"], "label": one["title"]} for one in part.get("choices", [])]
    value = part.get("initial_value") or part.get("initial_option") or part.get("initial_options") or part.get("value", "")
    made = {"id": part["_control"], "kind": "input" if field else "button", "label": part.get("title", ""), "name": "", "value": value}
    made["name"] = part.get("id") or part.get("action_id") or ""
    return cast("Control", {**made, "options": choices, "style": "", "url": ""})


class StubDriver:
    """Keeps messages in lists, remembers what was done, and changes a little when it is acted upon."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.people = [person for person in PEOPLE if person.platform == platform]
        self.done: list[tuple[Any, ...]] = []
        self.rooms: dict[str, ScreenConversation] = {}
        self.private: dict[str, set[str]] = {}
        self.dialogs: dict[str, ScreenDialog] = {}
        self.homes: dict[str, Json] = {}
        self.notices: dict[str, list[dict[str, str]]] = {}
        self.caught_up: list[str] = []
        self.next_error: str | None = None
        self._watchers: list[Callable[[str], None]] = []
        self._at = START - timedelta(hours=20)
        self._count = 0

    def room(self, key: str, name: str, kind: str = "place", state: str = "open") -> None:
        self.rooms[key] = cast("ScreenConversation", {"id": key, "kind": kind, "name": name, "state": state, "messages": []})

    def say(self, room: str, author: str | None, body: Json, text: str, **more: Any) -> str:
        """Put a message into a room; without an author it is the bot's."""
        self._count += 1
        self._at += timedelta(minutes=more.pop("minutes", 7))
        person = next((one for one in self.people if one.user == author), None)
        message = {
            "id": f"m{self._count:05}",
            "author": {"id": person.user, "name": person.name, "is_bot": False} if person else BOT,
            "at": self._at.isoformat().replace("+00:00", "Z"),
            "text": text,
            "plain": text,
            "body": body,
            "drawn": body,
            "controls": controls_of(body),
            "private": False,
            "edited": False,
            "deleted": False,
            "thread": None,
            "reactions": [],
            "files": [],
        }
        only = more.pop("only", None)
        message.update(more)
        self.rooms[room]["messages"].append(cast("ScreenMessage", message))
        if only:
            message["private"] = True
            self.private[f"m{self._count:05}"] = {only}
        self.tell("")
        return f"m{self._count:05}"

    def tell(self, user: str) -> None:
        for watcher in self._watchers:
            watcher(user)

    def _message(self, key: str) -> ScreenMessage:
        return next(one for room in self.rooms.values() for one in room["messages"] if one["id"] == key)

    async def types(self, user: str, conversation: str, text: str, *, thread: str | None = None) -> Outcome:
        self.done.append(("types", user, conversation, text, thread))
        if conversation not in self.rooms:
            raise KeyError(conversation)
        if text.startswith("/journal"):
            self.open_journal(user)
        elif text.startswith("/slow"):
            sentence = f"{text} failed because the app did not respond"
            self.notices.setdefault(user, []).append({"at": START.isoformat(), "text": sentence})
            return Outcome(delivered=True, error=sentence)
        else:
            self.say(conversation, user, {"text": html.escape(text, quote=False)}, text, thread=thread)
        return Outcome(delivered=True, status=200)

    async def sends_file(
        self, user: str, conversation: str, name: str, content: bytes, text: str = "", *, thread: str | None = None
    ) -> Outcome:
        self.done.append(("sends_file", user, conversation, name, content, text, thread))
        self.say(conversation, user, {"text": html.escape(text, quote=False)}, text, thread=thread)
        return Outcome(delivered=True, status=200)

    def open_journal(self, user: str) -> None:
        """Open the journal's form for somebody."""
        body = copy.deepcopy(bodies.MODAL if self.platform == "slack" else bodies.TASK)
        dialog = {"id": f"d-{user}", "title": "Write journal", "submit": "Save entry", "body": body, "drawn": body}
        self.dialogs[user] = cast("ScreenDialog", {**dialog, "controls": controls_of(body), "errors": {}, "plain": ""})
        self.tell(user)

    def holds(self, user: str, message: str, control: str) -> Held:  # noqa: ARG002 - nobody holds anything in these scenes
        return None

    async def presses(
        self,
        user: str,
        surface: str,
        control: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        held: Held | None = None,  # noqa: ARG002
    ) -> Outcome:
        self.done.append(("presses", user, surface, control, dict(inputs or {})))
        if control == "journal":
            self.open_journal(user)
        if self.next_error:
            return Outcome(delivered=True, error=self.next_error)
        return Outcome(delivered=True, status=200)

    async def submits(self, user: str, dialog: str, values: Mapping[str, Any]) -> Outcome:
        self.done.append(("submits", user, dialog, dict(values)))
        shown = self.dialogs[user]
        if not values.get("entry"):
            shown["errors"] = {"entry": "Write a line, or close the form.", "": "The entry was not saved."}
        else:
            del self.dialogs[user]
        self.tell(user)
        return Outcome(delivered=True, status=200)

    async def dismisses(self, user: str, dialog: str) -> Outcome:
        self.done.append(("dismisses", user, dialog))
        del self.dialogs[user]
        self.tell(user)
        return Outcome(delivered=True, status=200)

    async def edits(self, user: str, message: str, text: str) -> Outcome:
        self.done.append(("edits", user, message, text))
        found = self._message(message)
        found["text"], found["edited"] = text, True
        found["body"] = found["drawn"] = {"text": text}
        self.tell("")
        return Outcome(delivered=True, status=200)

    async def deletes(self, user: str, message: str) -> Outcome:
        self.done.append(("deletes", user, message))
        self._message(message)["deleted"] = True
        self.tell("")
        return Outcome(delivered=False)

    async def picks_up(self, user: str, message: str, shortcut: str) -> Outcome:
        raise LookupError(f"no shortcut {shortcut} for {user} at {message}")

    async def begins(self, user: str, conversation: str, shortcut: str) -> Outcome:
        raise LookupError(f"no shortcut {shortcut} for {user} in {conversation}")

    async def reacts(self, user: str, message: str, emoji: str) -> Outcome:
        found = self._message(message)
        one = next((each for each in found["reactions"] if each["name"] == emoji), None)
        if one is None:
            found["reactions"].append({"name": emoji, "users": [user]})
        else:
            one["users"] = [each for each in one["users"] if each != user] if user in one["users"] else [*one["users"], user]
        self.tell("")
        return Outcome(delivered=True, status=200)

    async def opens_home(self, user: str) -> Outcome:
        self.homes[user] = bodies.HOME
        self.tell(user)
        return Outcome(delivered=True, status=200)

    async def settles(self) -> None:
        await asyncio.sleep(0)

    async def catches_up(self, user: str) -> None:
        self.caught_up.append(user)

    def screen(self, user: str) -> Screen:
        person = next(one for one in self.people if one.user == user)
        rooms = []
        for room in self.rooms.values():
            if room["kind"] == "chat" and not room["id"].endswith(user):
                continue
            seen = [one for one in room["messages"] if user in self.private.get(one["id"], {user})]
            rooms.append({**room, "messages": seen})
        home = self.homes.get(user)
        return cast(
            "Screen",
            {
                "platform": self.platform,
                "user": {"id": user, "name": person.name, "zone": person.zone, "language": "en-GB"},
                "conversations": rooms,
                "dialog": self.dialogs.get(user),
                "home": {"body": home, "drawn": home, "controls": controls_of(home), "plain": ""} if home else None,
                "notices": self.notices.get(user, []),
                "shortcuts": [],
                "anywhere": [],
                "commands": COMMANDS,
            },
        )

    def watch(self, changed: Callable[[str], None]) -> None:
        self._watchers.append(changed)


class StubClock:
    """A clock that winds in twenty steps, to be watched and stopped."""

    def __init__(self, pause: float = 0.0) -> None:
        self.at = START
        self.end: datetime | None = None
        self.pause = pause
        self._stopped = False
        self._watchers: list[Callable[[datetime], None]] = []

    def now(self) -> datetime:
        return self.at

    async def advance(self, to: datetime) -> None:
        self._stopped = False
        step = (to - self.at) / 20
        for _ in range(20):
            if self._stopped:
                return
            await asyncio.sleep(self.pause)
            self.at += step
            for watcher in self._watchers:
                watcher(self.at)

    def stop(self) -> None:
        self._stopped = True

    async def horizon(self) -> datetime | None:
        return self.end

    def watch(self, progressed: Callable[[datetime], None]) -> None:
        self._watchers.append(progressed)


def community() -> dict[Platform, StubDriver]:
    """Two platforms in the middle of a challenge."""
    slack, teams = StubDriver("slack"), StubDriver("teams")
    slack.room("C1", "better-practice")
    slack.room("DU1", "Convene", "chat")
    slack.room("DU2", "Convene", "chat")
    slack.room("C9", "old-place", state="archived")
    teams.room("19:x", "Better practice")
    teams.room("a:29:a", "Convene", "chat")
    _fill_slack(slack)
    _fill_teams(teams)
    return {"slack": slack, "teams": teams}


def _fill_slack(slack: StubDriver) -> None:
    first = slack.say("C1", None, {"text": "", "blocks": bodies.ACTIVITY}, "Day 9 of 30")
    slack.say("C1", "U2", {"text": "I asked *one question more* than yesterday — _and it helped_."}, "I asked", thread=first)
    slack.say("C1", "U1", {"text": "Lovely. Which one? :seedling:"}, "Lovely. Which one? :seedling:", thread=first, edited=True)
    heart = [{"name": "heart", "users": ["U1", "U2"]}, {"name": "tada", "users": ["U3"]}]
    slack.say(
        "C1",
        "U2",
        {"text": "Shall we meet for the half-time talk on <!date^1794000000^{date_long} at {time}|6 Nov>?"},
        "?",
        reactions=heart,
    )
    slack.say("C1", None, {"text": "", "blocks": bodies.POLL}, "Poll: which evening?", minutes=1)
    slack.say(
        "C1", None, {"text": "*Counted.* You chose _Thursday_; you can change it until the poll closes."}, "Counted.", only="U1", minutes=1
    )
    slack.say("DU1", None, {"text": "Good morning, Ada. Today's activity is waiting for you."}, "Good morning")


def _card(body: Json) -> Json:
    return {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": body}]}


def _fill_teams(teams: StubDriver) -> None:
    teams.say("19:x", "29:b", {"type": "message", "text": "مرحبا! <at>Yuki Tanaka</at>, how did day 8 go?"}, "hello")
    teams.say("19:x", "29:a", {"type": "message", "text": "Well &amp; good: two conversations."}, "Well", minutes=2)
    teams.say("19:x", None, _card(bodies.CARD), "Opinion request")
    teams.say("19:x", None, {"type": "message", "text": "Thank you, your statement was added."}, "Thank you", only="29:a", minutes=1)
    teams.say("a:29:a", None, _card(bodies.CARD_FORM), "Write journal")
