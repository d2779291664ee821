"""Pressing what is on a card or in a dialog, and what the client makes of the bot's answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from adapters.playground.driver import Json, Outcome
from adapters.playground.teams.cards import ADAPTIVE, MOST_REFRESHED
from adapters.playground.teams.core import Core
from adapters.playground.teams.delivery import NOT_INSTALLED, UNREACHABLE, WENT_WRONG, Answer
from adapters.playground.teams.drawing import Drawing, Pressable
from adapters.playground.teams.filling import filled_in
from adapters.playground.teams.gestures import WITHHELD, type_text
from adapters.playground.teams.screen import draw_dialog, draw_message, shortcuts_of, submit_control, visible_to
from adapters.playground.teams.world import Dialog, Message, Person, Room
from bot.lean import dataclass

_CARD = ADAPTIVE
_MESSAGE = "application/vnd.microsoft.activity.message"
_ERROR = "application/vnd.microsoft.error"
MOST_IN_SIGHT = 30  # messages of a conversation that somebody has before their eyes


@dataclass(frozen=True, slots=True)
class Touch:
    """Who touches which message in which room."""

    core: Core
    user: str
    room: Room
    message: Message | None
    command: str = ""  # of a shortcut in the message's menu, or beside what one writes

    async def asks(self, name: str, value: Any) -> Answer:
        """Send an invoke about it and wait for the answer."""
        activity = self.core.scribe.invoke(self.core.person(self.user), self.room, self.message, name, value)
        return await self.core.courier.carries(activity)

    def fails(self, status: int | None, sentence: str) -> Outcome:
        """Show the person a sentence of the platform's own."""
        self.core.world.notice(self.user, sentence)
        return Outcome(delivered=status is not None or sentence == UNREACHABLE, status=status, error=sentence)


def under_finger(core: Core, user: str, surface: str, control: str) -> tuple[Drawing, Pressable]:
    """A control of a message as it stands now."""
    _, drawing = draw_message(core.world, core.person(user), core.world.message(surface))
    return drawing, _behind(drawing, control)


async def press(
    core: Core, user: str, surface: str, control: str, inputs: Mapping[str, Any], held: tuple[Drawing, Pressable] | None = None
) -> Outcome:
    """Press one control of a message or of an open dialog."""
    if surface in core.world.dialogs:
        return await _press_in_dialog(core, _dialog_of(core, user, surface), control, inputs)
    person, message = core.person(user), core.world.message(surface)
    room = core.room(message.room)
    if message.deleted or not visible_to(person, room, message, core.world.now()):
        raise LookupError(f"{user} does not see {surface}")
    drawing, pressable = held if held is not None else under_finger(core, user, surface, control)
    kind = pressable.action.get("type")
    if kind == "Action.ToggleVisibility":
        _toggle(core, user, message, pressable.action)
        return WITHHELD
    if kind in {"Action.OpenUrl", "Action.ShowCard", "openUrl"}:
        return WITHHELD
    values, errors = filled_in(drawing.inputs_for(pressable), _by_name(drawing, inputs))
    if errors:
        sentence = next(iter(errors.values()))
        core.world.notice(user, sentence)
        return Outcome(delivered=False, error=sentence)
    if not core.world.bot_reaches(room):
        core.world.notice(user, UNREACHABLE)
        return Outcome(delivered=False, error=UNREACHABLE)
    return await _send(Touch(core, user, room, message), message, pressable.action, values)


async def _send(touch: Touch, message: Message, action: Json, values: Json) -> Outcome:
    match action.get("type"):
        case "Action.Execute":
            return await _execute(touch, message, action, values)
        case "Action.Submit":
            return await _submit(touch, message, action, values)
        case "imBack":
            return await type_text(touch.core, touch.user, touch.room.id, str(action.get("value", "")), None)
        case "fileConsent":
            return await _consent(touch, action)
    touch.core.protocol_problems.append(f"an action of type {action.get('type')!r} cannot be pressed")
    return touch.fails(None, WENT_WRONG)


def _by_name(drawing: Drawing, inputs: Mapping[str, Any]) -> Json:
    """Accept the id of an input's control in place of the input's name."""
    names = {each["id"]: each["name"] for each in drawing.controls if each["name"]}
    return {names.get(key, key): value for key, value in inputs.items()}


def _behind(drawing: Drawing, control: str) -> Pressable:
    if any(each["id"] == control and each["name"] for each in drawing.controls):
        raise LookupError(f"{control!r} is an input, which sends nothing by itself: press the button beside it")
    if control not in drawing.pressables:
        raise LookupError(f"no control {control!r} that can be pressed")
    return drawing.pressables[control]


def _merged(action: Json, values: Json) -> Any:
    data = action.get("data")
    if isinstance(data, dict) or data is None:
        return {**(data or {}), **values}
    return data if not values else {"data": data, **values}


async def pick_up(core: Core, user: str, message_id: str, shortcut: str) -> Outcome:
    """Choose a shortcut in a message's menu: the app has to be there for the person, and need not be in the conversation."""
    person, message = core.person(user), core.world.message(message_id)
    room = core.room(message.room)
    known = {str(each["id"]) for each in shortcuts_of(core.manifest)}
    if shortcut not in known or message.deleted or message.private_to is not None or user not in room.members:
        raise LookupError(f"{user} finds no {shortcut!r} at {message_id}")
    value = {"commandId": shortcut, "commandContext": "message", "messagePayload": core.scribe.payload_of(message)}
    return await _fetch_by_shortcut(Touch(core, user, room, message, shortcut), person, value)


async def begin(core: Core, user: str, conversation: str, shortcut: str) -> Outcome:
    """Choose a shortcut beside what one writes, in any conversation that one is in."""
    person, room = core.person(user), core.room(conversation)
    known = {str(each["id"]) for each in shortcuts_of(core.manifest, "compose")}
    if shortcut not in known or user not in room.members:
        raise LookupError(f"{user} finds no {shortcut!r} in {conversation}")
    return await _fetch_by_shortcut(Touch(core, user, room, None, shortcut), person, {"commandId": shortcut, "commandContext": "compose"})


async def _fetch_by_shortcut(touch: Touch, person: Person, value: Json) -> Outcome:
    """Ask the bot for the form of a shortcut; the app has to be there for the person, or in the conversation."""
    if not person.installed and not touch.core.world.bot_reaches(touch.room):
        touch.core.world.notice(person.id, NOT_INSTALLED)
        return Outcome(delivered=False, error=NOT_INSTALLED)
    answer = await touch.asks("composeExtension/fetchTask", value)
    if not answer.ok:
        return touch.fails(answer.status, UNREACHABLE)
    return _apply_task_answer(touch, answer, None)


async def look(core: Core, user: str, message_id: str, *, by_hand: bool = False) -> Outcome:
    """Look at a message: a card with `refresh` asks the bot for this person's own view, when it may, or when they ask for it by hand."""
    person, message = core.person(user), core.world.message(message_id)
    room, refresh = core.room(message.room), _refresh_of(message)
    if refresh is None or not visible_to(person, room, message, core.world.now()) or not (by_hand or _asks_by_itself(refresh, user, room)):
        return WITHHELD
    touch = Touch(core, user, room, message)
    return await _execute(touch, message, refresh["action"], {}, trigger="manual" if by_hand else "automatic")


def _refresh_of(message: Message) -> Json | None:
    cards = [each.get("content") for each in message.body.get("attachments") or [] if each.get("contentType") == ADAPTIVE]
    return next((card["refresh"] for card in cards if isinstance(card, dict) and card.get("refresh")), None)


def _asks_by_itself(refresh: Json, user: str, room: Room) -> bool:
    """Whether a client asks unasked: that of whoever is listed; where nobody is, those of all in a small place."""
    listed = refresh.get("userIds")
    return len(room.members) <= MOST_REFRESHED if listed is None else user in listed


async def catch_up(core: Core, user: str) -> None:
    """Open one's eyes: every card that is to be refreshed asks, as clients do when a conversation is opened or a card was edited."""
    person = core.person(user)
    rooms = [room for room in core.world.rooms.values() if person.id in room.members and core.world.bot_reaches(room)]
    for message in [each for room in rooms for each in list(room.messages.values())[-MOST_IN_SIGHT:]]:
        if not message.deleted and user not in message.views and _refresh_of(message) is not None:
            await look(core, user, message.id)


async def _execute(touch: Touch, message: Message, action: Json, values: Json, *, trigger: str = "manual") -> Outcome:
    sent: Json = {key: action[key] for key in ("type", "id", "title", "verb") if key in action}
    answer = await touch.asks("adaptiveCard/action", {"action": {**sent, "data": _merged(action, values)}, "trigger": trigger})
    if not answer.ok:
        return touch.fails(answer.status, UNREACHABLE)
    problem = _apply_card_answer(touch.core, touch.user, message, answer.json())
    if problem:
        touch.core.protocol_problems.append(f"adaptiveCard/action: {problem}")
    if problem or answer.json()["type"] == _ERROR:
        return touch.fails(answer.status, WENT_WRONG)
    if answer.json()["type"] == _MESSAGE and action.get("verb") != (_refresh_of(message) or {"action": {}})["action"].get("verb"):
        message.views.pop(touch.user, None)  # what they did may have changed what it says to them
    return Outcome(delivered=True, status=answer.status)


def _apply_card_answer(core: Core, user: str, message: Message, body: Any) -> str | None:
    problem = _card_answer_problem(body)
    if problem:
        return problem
    if body["type"] == _CARD:
        core.inspect(body["value"], "adaptiveCard/action")
        message.views[user] = body["value"]
        core.world.changed(user)
    elif body["type"] == _MESSAGE and body["value"]:
        core.world.notice(user, body["value"])
    return None


def _card_answer_problem(body: Any) -> str | None:
    if not isinstance(body, dict):
        return "the answer has no JSON object as its body"
    kind, status, value = body.get("type"), body.get("statusCode"), body.get("value")
    if not isinstance(status, int) or isinstance(status, bool):
        return "statusCode must be a number"
    if kind not in {_CARD, _MESSAGE, _ERROR}:
        return f"unknown type {kind!r}"
    if kind == _ERROR:
        good = isinstance(value, dict) and {"code", "message"} <= value.keys() and status >= 400
        return None if good else "an error needs a statusCode of 400 or more, and value.code and value.message"
    if status != 200:
        return f"statusCode {status} does not go with {kind}"
    if kind == _MESSAGE:
        return None if isinstance(value, str) else "value must be a text"
    return None if isinstance(value, dict) and value.get("type") == "AdaptiveCard" else "value must be an AdaptiveCard"


async def _submit(touch: Touch, message: Message, action: Json, values: Json) -> Outcome:
    core, user = touch.core, touch.user
    data = _merged(action, values)
    extra = data.get("msteams") if isinstance(data, dict) else None
    special = extra.get("type") if isinstance(extra, dict) else None
    if special == "task/fetch":
        return await _fetch(touch, data)
    person = core.person(user)
    if special == "imBack" and isinstance(extra, dict):
        return await type_text(core, user, touch.room.id, str(extra.get("value", "")), None)
    if special == "messageBack" and isinstance(extra, dict):
        activity = core.scribe.submitted(person, touch.room, message, extra.get("value"), str(extra.get("text", "")))
        return await core.courier.tells(user, activity)
    if special is not None:
        core.protocol_problems.append(f"Action.Submit: unknown msteams.type {special!r}")
        return touch.fails(None, WENT_WRONG)
    return await core.courier.tells(user, core.scribe.submitted(person, touch.room, message, data))


async def _fetch(touch: Touch, data: Json) -> Outcome:
    answer = await touch.asks("task/fetch", {"data": data, "context": {"theme": "default"}})
    if not answer.ok:
        return touch.fails(answer.status, UNREACHABLE)
    if not answer.text.strip():
        touch.core.protocol_problems.append("task/fetch: the answer is empty")
        return touch.fails(answer.status, WENT_WRONG)
    return _apply_task_answer(touch, answer, None)


def _apply_task_answer(touch: Touch, answer: Answer, open_now: Dialog | None) -> Outcome:
    core, user = touch.core, touch.user
    body = answer.json()
    ends = not answer.text.strip() or (isinstance(body, dict) and body.get("task", ...) is None)
    problem = None if ends and open_now else _task_problem(body)
    if problem:
        core.protocol_problems.append(f"task: {problem}")
        return touch.fails(answer.status, WENT_WRONG)
    # One person has one dialog at a time: the old one goes, whatever comes.
    for other in [each.id for each in core.world.dialogs.values() if each.user == user]:
        core.world.dialogs.pop(other)
    if not ends and body["task"]["type"] == "message":
        core.world.notice(user, body["task"]["value"])
    elif not ends:
        _open_dialog(touch, body["task"]["value"], open_now)
    core.world.changed(user)
    return Outcome(delivered=True, status=answer.status)


def _open_dialog(touch: Touch, shown: Json, open_now: Dialog | None) -> None:
    title, card = str(shown["title"]), shown["card"]["content"]
    touch.core.inspect(card, "dialog", in_dialog=True)
    new_id = open_now.id if open_now else f"dialog-{uuid.uuid4().hex[:12]}"
    origin = touch.message.id if touch.message else ""
    touch.core.world.dialogs[new_id] = Dialog(new_id, touch.user, touch.room.id, origin, title, card, touch.command)


def _task_problem(body: Any) -> str | None:
    task = body.get("task") if isinstance(body, dict) else None
    if not isinstance(task, dict):
        return "the answer needs an object `task`"
    value = task.get("value")
    if task.get("type") == "message":
        return None if isinstance(value, str) and value else "a message needs a text as its value"
    if task.get("type") != "continue":
        return f"unknown type {task.get('type')!r}"
    if not isinstance(value, dict) or not value.get("title"):
        return "a dialog needs value.title"
    card = value.get("card")
    if not isinstance(card, dict) or card.get("contentType") != ADAPTIVE:
        return "a dialog needs value.card as an attachment with an Adaptive Card"
    content = card.get("content")
    if not isinstance(content, dict) or content.get("type") != "AdaptiveCard":
        return "value.card.content must be an AdaptiveCard"
    for key in ("height", "width"):
        size = value.get(key, "medium")
        if isinstance(size, bool) or not (isinstance(size, int) or size in {"small", "medium", "large"}):
            return f"{key} must be a number of pixels, small, medium or large"
    return None


async def _press_in_dialog(core: Core, dialog: Dialog, control: str, values: Mapping[str, Any]) -> Outcome:
    _, drawing = draw_dialog(core.world, dialog)
    dialog.values.update(_by_name(drawing, values))
    pressable = _behind(drawing, control)
    kind = pressable.action.get("type")
    if kind in {"Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"}:
        return WITHHELD
    sent, dialog.errors = filled_in(drawing.inputs_for(pressable), dialog.values)
    if dialog.errors:
        core.world.changed(dialog.user)
        return Outcome(delivered=False, error=next(iter(dialog.errors.values())))
    room = core.room(dialog.room)
    touch = Touch(core, dialog.user, room, room.messages.get(dialog.message), dialog.command)
    if kind != "Action.Submit":
        core.protocol_problems.append(f"a dialog cannot press {kind}")
        return touch.fails(None, WENT_WRONG)
    value: Json = {"data": _merged(pressable.action, sent), "context": {"theme": "default"}}
    name = "task/submit"
    if touch.command:
        name, value = (
            "composeExtension/submitAction",
            {**value, "commandId": touch.command, "commandContext": "message" if touch.message else "compose"},
        )
    answer = await touch.asks(name, value)
    if not answer.ok:
        dialog.errors = {"": UNREACHABLE}
        return touch.fails(answer.status, UNREACHABLE)
    return _apply_task_answer(touch, answer, dialog)


async def submit_dialog(core: Core, user: str, dialog_id: str, values: Mapping[str, Any]) -> Outcome:
    """Press the dialog's own sending button, with these values."""
    dialog = _dialog_of(core, user, dialog_id)
    _, drawing = draw_dialog(core.world, dialog)
    control = submit_control(drawing)
    if control is None:
        raise LookupError("this dialog has nothing that submits it")
    return await _press_in_dialog(core, dialog, control, values)


def dismiss_dialog(core: Core, user: str, dialog_id: str) -> Outcome:
    """Close a dialog; the real platform tells the bot nothing about it."""
    dialog = _dialog_of(core, user, dialog_id)
    core.world.dialogs.pop(dialog.id)
    core.world.changed(user)
    return WITHHELD


def _dialog_of(core: Core, user: str, dialog_id: str) -> Dialog:
    dialog = core.world.dialogs.get(dialog_id)
    if dialog is None or dialog.user != user:
        raise LookupError(f"{user} has no dialog {dialog_id!r} open")
    return dialog


def _toggle(core: Core, user: str, message: Message, action: Json) -> None:
    shown = message.shown.setdefault(user, {})
    for target in action.get("targetElements") or []:
        name = target if isinstance(target, str) else str(target.get("elementId"))
        wished = None if isinstance(target, str) else target.get("isVisible")
        before = shown.get(name, _starts_visible(message.body, name))
        shown[name] = (not before) if wished is None else bool(wished)
    core.world.changed(user)


def _starts_visible(part: Any, name: str) -> bool:
    if isinstance(part, list):
        return all(_starts_visible(each, name) for each in part)
    if isinstance(part, dict):
        if part.get("id") == name:
            return bool(part.get("isVisible", True))
        return all(_starts_visible(each, name) for each in part.values())
    return True


async def _consent(touch: Touch, action: Json) -> Outcome:
    content = action["content"]
    accepted = action["action"] == "accept"
    value: Json = {"type": "fileUpload", "action": action["action"]}
    value["context"] = content.get("acceptContext" if accepted else "declineContext")
    if accepted:
        unique, name = str(uuid.uuid4()), str(action.get("name") or "file")
        address = f"{touch.core.base_url}/uploads/{unique}"
        value["uploadInfo"] = {
            "contentUrl": address, "name": name, "uploadUrl": address, "uniqueId": unique,
            "fileType": name.rpartition(".")[2],
        }  # fmt: skip
        touch.core.uploads[unique] = b""
        if isinstance(size := content.get("sizeInBytes"), int):
            touch.core.promised[unique] = size
    answer = await touch.asks("fileConsent/invoke", value)
    return Outcome(delivered=True, status=answer.status) if answer.ok else touch.fails(answer.status, UNREACHABLE)
