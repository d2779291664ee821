"""What people press, pick, fill and submit, and what the bot's answers do to open dialogs."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from adapters.playground.driver import Held, Outcome
from adapters.playground.slack.core import WITHHELD, Core, error_of
from adapters.playground.slack.drawing import Placed, meant, placed_in
from adapters.playground.slack.fields import complaint, filled_state, initial_state, options_of
from adapters.playground.slack.line import Answer
from adapters.playground.slack.view_methods import checked_view, push_view, replace_view
from adapters.playground.slack.wire import channel_json, interaction_json, message_json, state_of, view_json
from adapters.playground.slack.workspace import Channel, Json, Message, Refusal, User, View
from bot.lean import dataclass

TROUBLE = "We had some trouble connecting. Try again?"
NOT_INTERACTIVE = "This app is not configured to handle interactive responses."


@dataclass(frozen=True, slots=True)
class Surface:
    """Where somebody acts: a message, a dialog or the home tab."""

    key: str
    blocks: list[Json]
    view: View | None = None
    channel: Channel | None = None
    message: Message | None = None


class Interacting(Core):
    """The fingers of the people."""

    def _surface(self, user: str, surface: str) -> Surface:
        if surface == "home":
            home = self.ws.homes.get(user)
            if home is None:
                raise LookupError(f"{user} has no home tab yet")
            return Surface(home.id, home.body["blocks"], view=home)
        stack = self.ws.stacks.get(user, [])
        if stack and stack[-1].id == surface:
            return Surface(surface, stack[-1].body["blocks"], view=stack[-1])
        channel, message = self.ws.find_message(surface)
        if user not in channel.members or message.only_for not in (None, user):
            raise LookupError(f"{user} does not see {surface}")
        return Surface(surface, message.blocks, channel=channel, message=message)

    def _fill(self, user: str, surface: Surface, inputs: Mapping[str, Any]) -> None:
        for word, value in inputs.items():
            placed = meant(surface.blocks, word)
            if placed.element["type"] not in ("button", "overflow"):
                states = self.ws.filled.setdefault((user, surface.key), {})
                states[placed.key] = filled_state(placed.element, value)
                self.ws.changed(user)

    def holds(self, user: str, message: str, control: str) -> Held:
        """What is under a finger now."""
        return copy.deepcopy(meant(self._surface(user, message).blocks, control))

    async def presses(
        self, user: str, surface: str, control: str, inputs: Mapping[str, Any] | None = None, *, held: Held | None = None
    ) -> Outcome:
        """Press a button or pick an option."""
        person, place = self.person(user), self._surface(user, surface)
        placed: Placed = held if held is not None else meant(place.blocks, control)
        self._fill(user, place, inputs or {})
        if not self.ws.grants.interactive or not self.ws.installed:
            self.ws.notice(user, NOT_INTERACTIVE)
            return Outcome(delivered=False, error=NOT_INTERACTIVE)
        payload = self._action_payload(person, place, placed, inputs or {})
        answer = await self.line.form({"payload": json.dumps(payload)}, "action")
        error = error_of(answer)
        if error is not None:
            self.ws.notice(user, f'{self.ws.grants.name} did not respond ("{error}")')
        return Outcome(True, answer.status, error)

    def _action_payload(self, user: User, place: Surface, placed: Placed, inputs: Mapping[str, Any]) -> Json:
        state = state_of(self.ws, user.id, place.key, place.blocks)
        payload = interaction_json(self.ws, "block_actions", user, place.view.id if place.view else None)
        if place.view is not None:
            payload |= {"container": {"type": "view", "view_id": place.view.id}, "view": view_json(self.ws, place.view)}
        elif place.channel is not None and place.message is not None:
            payload |= self._message_place(user, place.channel, place.message) | {"state": state}
        return {**payload, "actions": [self._action(user, place, placed, inputs)]}

    def _message_place(self, user: User, channel: Channel, message: Message) -> Json:
        alone = message.only_for is not None
        name = channel_json(self.ws, channel).get("name", "directmessage")
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": alone}
        if message.thread:
            container["thread_ts"] = message.thread
        thread = message.thread if message.thread != message.ts else None
        place: Json = {
            "container": container,
            "channel": {"id": channel.id, "name": "privategroup" if channel.kind == "private" else name},
            "response_url": self.ws.new_hook(user.id, channel.id, message.ts, thread),
        }
        # what only one person sees is not kept by Slack and does not come back
        return place if alone else {**place, "message": message_json(self.ws, message)}

    def _action(self, user: User, place: Surface, placed: Placed, inputs: Mapping[str, Any]) -> Json:
        element, kind = placed.element, placed.element["type"]
        block_id, action_id = placed.key
        action: Json = {"type": kind, "action_id": action_id, "block_id": block_id, "action_ts": self.ws.new_ts()}
        if kind == "button":
            return action | {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        if kind == "overflow":
            wanted = next((inputs[word] for word in inputs if placed.answers_to(word)), None)
            chosen = next((option for option in options_of(element) if option["value"] == wanted), None)
            if chosen is None:
                raise LookupError(f"not among the options: {wanted}")
            return action | {"selected_option": chosen}
        extra = {key: element[key] for key in ("placeholder", "initial_option", "initial_options") if key in element}
        state = self.ws.filled.get((user.id, place.key), {}).get(placed.key) or initial_state(element)
        return action | extra | state

    async def submits(self, user: str, dialog: str, values: Mapping[str, Any]) -> Outcome:
        """Submit the dialog on top; what is left out keeps its value."""
        person, place = self.person(user), self._surface(user, dialog)
        view = place.view
        if view is None or view.body["type"] != "modal":
            raise LookupError(f"{dialog} is no dialog")
        self._fill(user, place, values)
        view.errors = self._complaints(user, place)
        self.ws.changed(user)
        if view.errors:
            return Outcome(delivered=False, error=next(iter(view.errors.values())))
        payload = {**interaction_json(self.ws, "view_submission", person, view.id), "view": view_json(self.ws, view), "response_urls": []}
        answer = await self.line.form({"payload": json.dumps(payload)}, "action")
        error = error_of(answer) or self._answered(view, answer)
        if error is not None:
            view.errors = {"": TROUBLE}
        self.ws.changed(user)
        return Outcome(True, answer.status, error)

    def _complaints(self, user: str, place: Surface) -> dict[str, str]:
        found = {}
        for placed in placed_in(place.blocks):
            if placed.block["type"] != "input":
                continue
            state = self.ws.filled.get((user, place.key), {}).get(placed.key) or initial_state(placed.element)
            said = complaint(placed.element, state, optional=bool(placed.block.get("optional")))
            if said is not None:
                found[placed.name] = said
        return found

    def _answered(self, view: View, answer: Answer) -> str | None:
        """Do what the answer to a submission says; the error when Slack cannot."""
        text = answer.body.decode("utf-8", "replace").strip()
        try:
            said = json.loads(text) if text else {}
        except ValueError:
            return "invalid_response"
        stack = self.ws.stacks.get(view.user, [])
        if view not in stack:
            return None
        match said.get("response_action") if isinstance(said, dict) else "?":
            case None if said:
                return "invalid_response"
            case None:
                self._closed(view, stack)
            case "clear":
                stack.clear()
            case "errors":
                return self._errors(view, said.get("errors"))
            case "update" | "push" as action:
                try:
                    body = checked_view(self.ws, said.get("view"), "modal")
                    if action == "update":
                        replace_view(self.ws, view, body)
                    else:
                        push_view(self.ws, view.user, body)
                except Refusal as refusal:
                    return refusal.error
            case _:
                return "invalid_response"
        return None

    def _closed(self, view: View, stack: list[View]) -> None:
        del stack[stack.index(view) :]

    def _errors(self, view: View, errors: Any) -> str | None:
        names = {placed.block["block_id"]: placed.name for placed in placed_in(view.body["blocks"]) if placed.block["type"] == "input"}
        if not isinstance(errors, dict) or not errors:
            return "invalid_errors"
        if any(block_id not in names or not isinstance(said, str) or not said for block_id, said in errors.items()):
            return "unknown_block_id"
        view.errors = {names[block_id]: said for block_id, said in errors.items()}
        return None

    async def dismisses(self, user: str, dialog: str) -> Outcome:
        """Close a dialog; the bot hears of it only where it asked to."""
        person, view = self.person(user), self._surface(user, dialog).view
        stack = self.ws.stacks.get(user, [])
        if view is None or view not in stack:
            raise LookupError(f"{dialog} is no open dialog")
        cleared = bool(view.body.get("clear_on_close"))
        shown = view_json(self.ws, view)
        if cleared:
            stack.clear()
        else:
            self._closed(view, stack)
        self.ws.changed(user)
        if not view.body.get("notify_on_close") or not self.ws.grants.interactive:
            return WITHHELD
        payload = {**interaction_json(self.ws, "view_closed", person), "view": shown, "is_cleared": cleared}
        del payload["trigger_id"]
        answer = await self.line.form({"payload": json.dumps(payload)}, "action")
        return Outcome(True, answer.status, error_of(answer))

    async def picks_up(self, user: str, message: str, shortcut: str) -> Outcome:
        """Choose one of the bot's shortcuts in a message's menu; what only one person sees has none."""
        channel, found = self.ws.find_message(message)
        if user not in channel.members or found.only_for is not None or found.deleted:
            raise LookupError(f"{user} finds no shortcut at {message}")
        return await self.uses_shortcut(user, shortcut, message)

    async def begins(self, user: str, _conversation: str, shortcut: str) -> Outcome:
        """Choose one of the bot's shortcuts that are there anywhere; nothing tells the bot where one is."""
        return await self.uses_shortcut(user, shortcut)

    async def uses_shortcut(self, user: str, callback_id: str, message: str | None = None) -> Outcome:
        """Use a shortcut of the manifest, on a message where it is one for messages."""
        person = self.person(user)
        declared = next((each for each in self.ws.grants.shortcuts if each["callback_id"] == callback_id), None)
        if declared is None or (declared["type"] == "message") != (message is not None):
            raise LookupError(f"no such shortcut {callback_id}")
        kind = "message_action" if message else "shortcut"
        payload = {**interaction_json(self.ws, kind, person), "callback_id": callback_id, "action_ts": self.ws.new_ts()}
        if message is not None:
            channel, found = self.ws.find_message(message)
            payload |= {
                "channel": {"id": channel.id, "name": channel.name or "directmessage"},
                "message": message_json(self.ws, found),
                "message_ts": found.ts,
                "response_url": self.ws.new_hook(user, channel.id, found.ts),
            }
        answer = await self.line.form({"payload": json.dumps(payload)}, "action")
        failed = error_of(answer)
        if failed is not None:
            self.ws.notice(user, f'{self.ws.grants.name} did not respond ("{failed}")')
        return Outcome(True, answer.status, failed)

    async def opens_home(self, user: str) -> Outcome:
        """Open the bot's home tab."""
        person = self.person(user)
        if not self.ws.grants.home_tab:
            return WITHHELD
        home = self.ws.homes.get(user)
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": self.ws.chat_with(user).id,
            "tab": "home",
            "event_ts": self.ws.new_ts(),
        }
        if home is not None:
            event["view"] = view_json(self.ws, home)
        return await self.tell(("app_home_opened", event))
