"""The activities that the platform sends to the bot, in the shape in which the real one sends them."""

from __future__ import annotations

import json
import uuid
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from adapters.playground.driver import Json
from adapters.playground.teams.world import Message, Person, Room, World
from bot.lean import dataclass

_COUNTRIES = {"en": "US", "da": "DK", "sv": "SE", "ja": "JP", "uk": "UA", "cs": "CZ"}


@dataclass(slots=True)
class Scribe:
    """Writes activities about a world; `service_url` is where the bot may answer."""

    world: World
    service_url: str = ""

    def message(self, person: Person, room: Room, message: Message, text: str, entities: list[Json]) -> Json:
        """Write a message as somebody typed it."""
        activity = self._base(person, room, "message", thread=message.thread or message.id)
        activity |= {"id": message.id, "locale": person.locale}
        activity["entities"] = [*entities, self._client(person)]
        activity |= {"text": text, "textFormat": "plain"}
        html = text.replace("\n", "<br>")
        for number, entity in enumerate(entities):
            name = entity["mentioned"]["name"]
            mark = f'<span itemscope itemtype="http://schema.skype.com/Mention" itemid="{number}">{name}</span>'
            html = html.replace(str(entity["text"]), mark, 1)
        activity["attachments"] = [*message.body.get("attachments", []), {"contentType": "text/html", "content": f"<p>{html}</p>"}]
        if message.thread:
            activity["replyToId"] = message.thread
        return activity

    def submitted(self, person: Person, room: Room, message: Message, value: Any, text: str | None = None) -> Json:
        """Write the message that an Action.Submit of a card sends."""
        activity = self._base(person, room, "message", thread=message.thread or message.id)
        activity |= {"id": self.world.next_id(), "replyToId": message.id, "value": value, "locale": person.locale}
        activity["entities"] = [self._client(person)]
        activity["channelData"]["source"] = {"name": "message"}
        activity["channelData"]["legacy"] = {"replyToId": f"1:{message.id}"}
        if text is not None:
            activity |= {"text": text, "textFormat": "plain"}
        return activity

    def changed(self, room: Room, message: Message, event: str, text: str, entities: list[Json]) -> Json:
        """Write that a message was edited, undeleted or deleted by its author."""
        person = self.world.people[message.author]
        kind = "messageDelete" if event == "softDeleteMessage" else "messageUpdate"
        activity = self._base(person, room, kind, thread=message.thread or message.id)
        activity |= {"id": message.id, "locale": person.locale}
        activity["channelData"]["eventType"] = event
        if kind == "messageUpdate":
            activity |= {"text": text, "textFormat": "plain", "entities": [*entities, self._client(person)]}
        if message.thread:
            activity["replyToId"] = message.thread
        return activity

    def reaction(self, person: Person, room: Room, message: Message, emoji: str, *, added: bool) -> Json:
        """Write that somebody reacted to a message of the bot, or took it back."""
        activity = self._base(person, room, "messageReaction", thread=message.thread or message.id)
        activity |= {"id": f"f:{uuid.uuid4()}", "replyToId": message.id}
        activity["reactionsAdded" if added else "reactionsRemoved"] = [{"type": emoji}]
        return activity

    def conversation_update(
        self, person: Person, room: Room, event: str | None, added: list[Json] | None = None, removed: list[Json] | None = None
    ) -> Json:
        """Write a change of the room itself or of who is in it."""
        activity = self._base(person, room, "conversationUpdate")
        activity["id"] = f"f:{uuid.uuid4()}"
        if event:
            activity["channelData"]["eventType"] = event
        if event and event.startswith("team"):
            activity["channelData"].pop("channel", None)
            activity["channelData"].pop("teamsChannelId", None)
        if added:
            activity["membersAdded"] = added
        if removed:
            activity["membersRemoved"] = removed
        return activity

    def installation_update(self, person: Person, room: Room, action: str) -> Json:
        """Write that the app was added or removed there."""
        activity = self._base(person, room, "installationUpdate")
        activity |= {"id": f"f:{uuid.uuid4()}", "action": action, "locale": person.locale}
        activity["entities"] = [self._client(person)]
        if room.kind == "channel":
            activity["channelData"]["settings"] = {"selectedChannel": {"id": room.id}}
        return activity

    def invoke(self, person: Person, room: Room, message: Message | None, name: str, value: Any) -> Json:
        """Write an invoke: a request that wants its answer in the body."""
        thread = (message.thread or message.id) if message else None
        activity = self._base(person, room, "invoke", thread=thread)
        activity |= {"id": f"f:{uuid.uuid4()}", "name": name, "value": value, "locale": person.locale}
        activity["entities"] = [self._client(person)]
        activity["channelData"]["source"] = {"name": "message"}
        if message:
            activity["replyToId"] = message.id
            activity["channelData"]["legacy"] = {"replyToId": f"1:{message.id}"}
        return activity

    def payload_of(self, message: Message) -> Json:
        """Write a message as it travels with a shortcut of its menu: what a person typed is HTML, a card has no words of its own."""
        person = self.world.people.get(message.author)
        user: Json = {"userIdentityType": "aadUser", "id": person.aad_object_id, "displayName": person.name} if person else {}
        bot: Json = {"applicationIdentityType": "bot", "id": self.world.bot_id, "displayName": self.world.bot_name}
        lines = str(message.typed or message.body.get("text") or "").split("\n")
        cards = [one for one in message.body.get("attachments") or () if isinstance(one.get("content"), dict)]
        attached = [{"id": str(n), "contentType": one["contentType"], "content": json.dumps(one["content"])} for n, one in enumerate(cards)]
        return {
            "id": message.id,
            "messageType": "message",
            "createdDateTime": message.at.isoformat(),
            "from": {"user": user or None, "application": None if user else bot},
            "body": {"contentType": "html", "content": "".join(f"<p>{escape(line)}</p>" for line in lines)},
            "attachments": attached,
            "mentions": [],
            "reactions": [],
        }

    def _base(self, person: Person, room: Room, kind: str, *, thread: str | None = None) -> Json:
        moment = self.world.now()
        activity: Json = {
            "type": kind,
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z",
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "from": {"id": person.id, "name": person.name, "aadObjectId": person.aad_object_id},
            "recipient": {"id": self.world.bot_id, "name": self.world.bot_name},
            "conversation": self._conversation(room, thread),
            "channelData": self._channel_data(room, kind),
        }
        if person.zone:
            local = moment.astimezone(ZoneInfo(person.zone))
            activity |= {"localTimestamp": local.isoformat(timespec="milliseconds"), "localTimezone": person.zone}
        return activity

    def _conversation(self, room: Room, thread: str | None) -> Json:
        shown: Json = {"id": room.id, "conversationType": room.kind, "tenantId": self.world.tenant_id}
        if room.kind != "personal":
            shown["isGroup"] = True
        if room.kind == "channel" and thread:
            shown["id"] = f"{room.id};messageid={thread}"
        if room.kind == "groupChat":
            shown["name"] = room.name
        return shown

    def _channel_data(self, room: Room, kind: str) -> Json:
        data: Json = {"tenant": {"id": self.world.tenant_id}}
        if room.kind == "channel" and room.team:
            data["teamsChannelId"], data["teamsTeamId"] = room.id, room.team.id
            data["channel"], data["team"] = {"id": room.id}, {"id": room.team.id}
            if kind == "conversationUpdate":  # only news of the channel or the team themselves bring names
                data["channel"]["name"] = room.name
                data["team"] |= {"name": room.team.name, "aadGroupId": room.team.group_id}
        return data

    def _client(self, person: Person) -> Json:
        language, _, country = person.locale.partition("-")
        client: Json = {
            "type": "clientInfo",
            "locale": person.locale,
            "country": country or _COUNTRIES.get(language, language.upper()),
            "platform": "Web",
        }
        if person.zone:
            client["timezone"] = person.zone
        return client
