"""What people type, edit, delete and react with, and what the bot hears of it."""

from __future__ import annotations

import json

from adapters.playground.driver import Outcome
from adapters.playground.slack.core import WITHHELD, Core, error_of
from adapters.playground.slack.file_methods import new_file
from adapters.playground.slack.grants import Command
from adapters.playground.slack.line import Answer
from adapters.playground.slack.mrkdwn import compose, escape
from adapters.playground.slack.posting import MESSAGE_EVENTS, change, changed_event, delete, message_event, post
from adapters.playground.slack.responses import say
from adapters.playground.slack.wire import VERIFICATION_TOKEN, message_json
from adapters.playground.slack.workspace import APP, BOT_USER, Channel, Json, Message, Refusal, User

READ_ONLY = "Sending messages to this app has been turned off."
CHANNEL_NAMES = {"im": "directmessage", "private": "privategroup"}


class Acting(Core):
    """The hands of the people."""

    escapes_commands = True

    async def types(self, user: str, conversation: str, text: str, *, thread: str | None = None) -> Outcome:
        """Send what was typed: a slash command when it starts with "/", otherwise a message."""
        person, channel = self.person(user), self.place(user, conversation)
        if channel.archived or channel.deleted:
            return self._refused(user, "You can't send messages here: this channel is archived.")
        if text.startswith("/"):
            return await self._command(person, channel, text, thread)
        if channel.kind == "im" and (not self.ws.grants.messages_tab or self.ws.grants.messages_read_only):
            return self._refused(user, READ_ONLY)
        message = post(self.ws, channel, {"text": self._composed(user, text)}, user=user, thread=thread)
        return await self._heard(channel, message)

    async def sends_file(
        self, user: str, conversation: str, name: str, content: bytes, text: str = "", *, thread: str | None = None
    ) -> Outcome:
        """Send a file, with or without words."""
        channel = self.place(self.person(user).id, conversation)
        if channel.archived or channel.deleted:
            return self._refused(user, "You can't send messages here: this channel is archived.")
        if channel.kind == "im" and (not self.ws.grants.messages_tab or self.ws.grants.messages_read_only):
            return self._refused(user, READ_ONLY)
        file = new_file(self.ws, name, user)
        file.content, file.complete = content, True
        body = {"text": self._composed(user, text), "files": [file.id], "subtype": "file_share"}
        return await self._heard(channel, post(self.ws, channel, body, user=user, thread=thread))

    def _composed(self, user: str, text: str, *, with_handles: bool = False) -> str:
        """What Slack makes of typed words; behind a command it tells the handle beside the id of whom one mentions."""
        there = [each for each in self.ws.users.values() if not each.deleted]
        people = {each.name: f"{each.id}|{each.name.lower().replace(' ', '.')}" if with_handles else each.id for each in there}
        return compose(text, people, {each.name: each.id for each in self.ws.visible_to(user) if each.kind == "channel"})

    def _refused(self, user: str, text: str) -> Outcome:
        self.ws.notice(user, text)
        return Outcome(delivered=False, error=text)

    async def _heard(self, channel: Channel, message: Message) -> Outcome:
        mentioned = channel.kind != "im" and f"<@{BOT_USER}>" in message.text
        if not self.has_bot(channel):
            if mentioned:
                return self._refused(message.user, f"You mentioned @{self.ws.grants.bot_name}, but they're not in this channel.")
            return WITHHELD
        event = message_event(self.ws, channel, message)
        if not message.files:
            part = {"type": "rich_text_section", "elements": [{"type": "text", "text": message.text}]}
            event["blocks"] = [{"type": "rich_text", "block_id": self.ws.serial("b"), "elements": [part]}]
        events = [(MESSAGE_EVENTS[channel.kind], event)]
        if mentioned:
            mention = {key: value for key, value in event.items() if key not in ("channel_type", "subtype")}
            events.append(("app_mention", {**mention, "type": "app_mention"}))
        return await self.tell(*events)

    async def _command(self, user: User, channel: Channel, text: str, thread: str | None) -> Outcome:
        name, _, rest = text.partition(" ")
        command = self.ws.grants.command(name)
        if command is None or not self.ws.installed or "commands" not in self.ws.grants.scopes:
            return self._refused(user.id, f"{name} is not a valid command.")
        if thread is not None:
            return self._refused(user.id, f"{name} is not supported in threads. Sorry!")
        answer = await self.line.form(self._command_fields(user, channel, command, rest.strip()), "command")
        error = error_of(answer)
        if error is None:
            error = self._shown(channel, user, answer)
        if error is not None:
            self.ws.notice(user.id, f'{name} failed with the error "{error}"')
        return Outcome(True, answer.status, error)

    def _command_fields(self, user: User, channel: Channel, command: Command, text: str) -> dict[str, str]:
        typed = self._composed(user.id, text, with_handles=True) if command.escapes else escape(text) if self.escapes_commands else text
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": self.ws.team_id,
            "team_domain": self.ws.team_name.lower().replace(" ", "-"),
            "channel_id": channel.id,
            "channel_name": CHANNEL_NAMES.get(channel.kind, channel.name),
            "user_id": user.id,
            "user_name": user.name,
            "command": command.name,
            "text": typed,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self.ws.new_hook(user.id, channel.id),
            "trigger_id": self.ws.new_trigger(user.id),
        }

    def _shown(self, channel: Channel, user: User, answer: Answer) -> str | None:
        """Show the body of a command's HTTP answer; the error when it cannot be shown."""
        text = answer.body.decode("utf-8", "replace").strip()
        if not text:
            return None
        payload: Json = {"text": text}
        if text.startswith("{"):
            try:
                payload = json.loads(text)
            except ValueError:
                return "invalid_payload"
        if not payload:
            return None
        try:
            say(self.ws, channel, user.id, payload)
        except Refusal as refusal:
            return refusal.error
        return None

    def _own(self, user: str, message_id: str) -> tuple[Channel, Message]:
        channel, message = self.ws.find_message(message_id)
        if message.user != self.person(user).id:
            raise LookupError(f"{message_id} is not a message of {user}")
        return channel, message

    async def edits(self, user: str, message: str, text: str) -> Outcome:
        """Edit one's own message."""
        channel, found = self._own(user, message)
        before = message_json(self.ws, found)
        change(self.ws, channel, found, {"text": self._composed(user, text)})
        if not self.has_bot(channel):
            return WITHHELD
        return await self.tell((MESSAGE_EVENTS[channel.kind], changed_event(self.ws, channel, found, before)))

    async def deletes(self, user: str, message: str) -> Outcome:
        """Delete one's own message."""
        channel, found = self._own(user, message)
        event = delete(self.ws, channel, found)
        return await self.tell((MESSAGE_EVENTS[channel.kind], event)) if self.has_bot(channel) else WITHHELD

    async def reacts(self, user: str, message: str, emoji: str) -> Outcome:
        """Add a reaction, or take it back when it is there."""
        channel, found = self.ws.find_message(message)
        self.place(self.person(user).id, channel.id)
        by = found.reactions.setdefault(emoji.strip(":"), [])
        kind = "reaction_removed" if user in by else "reaction_added"
        if user in by:
            by.remove(user)
        else:
            by.append(user)
        self.ws.changed()
        item = {"type": "message", "channel": channel.id, "ts": found.ts}
        event = {
            "type": kind,
            "user": user,
            "reaction": emoji.strip(":"),
            "item": item,
            "item_user": found.user,
            "event_ts": self.ws.new_ts(),
        }
        return await self.tell((kind, event)) if self.has_bot(channel) else WITHHELD
