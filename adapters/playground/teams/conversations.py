"""What the connector does, and what it refuses, apart from HTTP."""

from __future__ import annotations

from typing import Any

from adapters.playground.driver import Json
from adapters.playground.teams.cards import ADAPTIVE, SIZE_REFUSED, card_strings, size_of
from adapters.playground.teams.core import Core
from adapters.playground.teams.screen import FILE_CONSENT, FILE_INFO
from adapters.playground.teams.world import Message, Person, ResolvedMention, Room, Team, split_conversation

_CARDS = frozenset({ADAPTIVE, FILE_CONSENT, FILE_INFO}) | {
    f"application/vnd.microsoft.{name}"
    for name in ("card.hero", "card.thumbnail", "card.receipt", "card.signin", "card.oauth", "teams.card.o365connector", "teams.card.list")
}
_MOST_ATTACHMENTS = 10


class Refusal(Exception):
    """The answer with which the platform refuses a call."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _bad(message: str, code: str = "BadSyntax") -> Refusal:
    return Refusal(400, code, message)


def _reachable(core: Core, conversation: str, *, writing: bool = False) -> tuple[Room, str | None]:
    room_id, thread = split_conversation(conversation)
    room = core.world.rooms.get(room_id)
    if room is None or room.state == "deleted":
        raise Refusal(404, "ConversationNotFound", "Conversation not found.")
    if room.kind == "personal" and room.members[0] in core.blocked:
        raise Refusal(403, "MessageWritesBlocked", "User blocked the conversation with the bot.")
    if not core.world.bot_reaches(room):
        raise Refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
    if writing and room.state == "archived":
        raise Refusal(403, "NotEnoughPermissions", "The team is archived: its channels are read-only.")
    if thread is not None and thread not in room.messages:
        raise Refusal(404, "ConversationNotFound", "Conversation not found.")
    return room, thread


def create(core: Core, body: Any) -> tuple[int, Json]:
    """Create (or find again) the chat with one person, or start a new thread in a channel."""
    if not isinstance(body, dict):
        raise _bad("Incorrect conversation creation parameters")
    data = _object(body.get("channelData"))
    tenant = _object(data.get("tenant")).get("id") or body.get("tenantId")
    channel = _object(data.get("channel")).get("id")
    if channel:
        return _start_thread(core, str(channel), body)
    members = body.get("members") or []
    if body.get("isGroup") or not isinstance(members, list) or len(members) != 1:
        raise _bad("Incorrect conversation creation parameters: a bot cannot create a group chat", "BadArgument")
    if not tenant:
        raise _bad("Incorrect conversation creation parameters: the tenant is missing", "BadArgument")
    if tenant != core.world.tenant_id:
        raise Refusal(403, "BotNotRegistered", "The bot is not registered in this tenant.")
    if (bot := _object(body.get("bot")).get("id")) and bot not in {core.world.bot_id, core.tokens.app_id}:
        raise Refusal(403, "Forbidden", "The bot id is not the caller's.")
    person = core.world.person(str(_object(members[0]).get("id")))
    if person is None:
        raise _bad("Failed to decrypt pairwise id", "BadArgument")
    if not person.installed:
        raise Refusal(403, "ForbiddenOperationException", "Bot is not installed in user's personal scope")
    _pace(core, "create_conversation")
    room = core.world.open_chat(person.id)
    core.world.changed(person.id)
    answer: Json = {"id": room.id, "serviceUrl": core.scribe.service_url}
    if body.get("activity"):
        answer["activityId"] = post(core, room.id, None, body["activity"])[1]["id"]
    return 201, answer


def _start_thread(core: Core, channel: str, body: Json) -> tuple[int, Json]:
    if not body.get("activity"):
        raise _bad("A new thread needs an activity", "BadArgument")
    message_id = post(core, split_conversation(channel)[0], None, body["activity"])[1]["id"]
    answer = {"id": f"{split_conversation(channel)[0]};messageid={message_id}", "activityId": message_id}
    return 201, {**answer, "serviceUrl": core.scribe.service_url}


def _pace(core: Core, conversation: str) -> None:
    if not core.pacing.admits(conversation):
        raise Refusal(429, "TooManyRequests", "Too many requests; API calls quota exceeded.", retry_after=1)


def post(core: Core, conversation: str, reply_to: str | None, activity: Any, *, targeted: bool = False) -> tuple[int, Json]:
    """Post an activity of the bot."""
    room, thread = _reachable(core, conversation, writing=True)
    _check(activity, room)
    _pace(core, room.id)
    if activity["type"] == "typing":
        core.world.typing.append(conversation)
        return 201, {"id": core.world.next_id()}
    target = _target(core, room, activity) if targeted else None
    if room.kind == "channel" and thread is None and reply_to in room.messages:
        thread = reply_to
    root = (room.messages[thread].thread or thread) if thread else None
    world = core.world
    message = Message(world.next_id(), room.id, world.bot_id, world.now(), activity, thread=root, private_to=target)
    room.messages[message.id] = message
    core.inspect(activity, message.id)
    _check_files(core, message)
    _resolve_mentions(core, room, message)
    world.changed(target or (room.members[0] if room.kind == "personal" else ""))
    return 201, {"id": message.id}


def _target(core: Core, room: Room, activity: Json) -> str:
    if not core.world.takes_asides:
        raise Refusal(400, "ServiceError", "Unknown")
    person = core.world.person(str(_object(activity.get("recipient")).get("id")))
    if person is None or person.id not in room.members or room.kind == "personal":
        raise _bad("A targeted message needs a recipient who is a member of this channel or group chat", "BadArgument")
    return person.id


def _check(activity: Any, room: Room) -> None:
    if not isinstance(activity, dict) or not activity.get("type"):
        raise _bad("Missing activity type")
    if activity["type"] not in {"message", "typing"}:
        raise _bad(f"Activity type {activity['type']!r} cannot be sent here", "BadArgument")
    if size_of(activity) > SIZE_REFUSED:
        raise Refusal(413, "MessageSizeTooBig", "Message size too large.")
    if activity["type"] == "typing":
        return
    if not activity.get("text") and not activity.get("attachments") and not activity.get("suggestedActions"):
        raise _bad("Activity resulted into no message: it has neither text nor attachments")
    if not isinstance(activity.get("text") or "", str):
        raise _bad("text must be a string")
    if activity.get("textFormat", "markdown") not in {"markdown", "plain", "xml"}:
        raise _bad("textFormat must be markdown, plain or xml", "BadArgument")
    attachments = activity.get("attachments") or []
    if not isinstance(attachments, list) or len(attachments) > _MOST_ATTACHMENTS:
        raise _bad(f"attachments must be a list of at most {_MOST_ATTACHMENTS}", "BadArgument")
    if not isinstance(activity.get("entities") or [], list) or not isinstance(activity.get("suggestedActions") or {}, dict):
        raise _bad("entities must be a list and suggestedActions an object")
    for attachment in attachments:
        _check_attachment(attachment, room)


def _check_attachment(attachment: Any, room: Room) -> None:
    kind = attachment.get("contentType") if isinstance(attachment, dict) else None
    if not isinstance(kind, str) or not (kind in _CARDS or kind.startswith("image/")):
        raise _bad(f"Unknown attachment type {kind!r}", "BadArgument")
    content = attachment.get("content")
    if kind == ADAPTIVE and (not isinstance(content, dict) or content.get("type") != "AdaptiveCard"):
        raise _bad("The content of an Adaptive Card attachment must be an object of the type AdaptiveCard", "BadArgument")
    if kind.startswith("image/") and not str(attachment.get("contentUrl", "")).startswith(("https://", "http://", "data:image/")):
        raise _bad("An image needs a contentUrl", "BadArgument")
    if kind == FILE_CONSENT and room.kind != "personal":
        raise _bad("File consent cards are for personal chats only", "BadArgument")


def _check_files(core: Core, message: Message) -> None:
    bots = core.manifest.get("bots") or [{}]
    sends_files = any(each["contentType"] == FILE_CONSENT for each in message.body.get("attachments") or [])
    if sends_files and not bots[0].get("supportsFiles"):
        core.card_problems.append(f"{message.id}: the manifest does not say supportsFiles")


def _resolve_mentions(core: Core, room: Room, message: Message) -> None:
    seen: list[tuple[Any, str]] = [(each, str(message.body.get("text") or "")) for each in message.body.get("entities") or []]
    for attachment in message.body.get("attachments") or []:
        card = attachment.get("content")
        entities = _object(card.get("msteams")).get("entities") if attachment["contentType"] == ADAPTIVE else None
        if isinstance(entities, list):
            text = "\n".join(each for _, each in card_strings(card))
            seen += [(entity, text) for entity in entities]
    for entity, text in seen:
        if not isinstance(entity, dict) or entity.get("type") != "mention" or str(entity.get("text")) not in text:
            continue
        person = core.world.person(str(_object(entity.get("mentioned")).get("id")))
        if person and person.id in room.members:
            core.world.mentions.append(ResolvedMention(person.id, room.id, message.id))


def _own(room: Room, activity_id: str, core: Core, *, targeted: bool) -> Message:
    """A message of the bot; what one person alone sees is found by the targeted call alone, and everything else by the other."""
    message = room.messages.get(activity_id)
    if message is None or message.deleted or (message.private_to is not None) is not targeted or message.is_over(core.world.now()):
        text = "The message ID provided could not be found in the conversation. It does not exist or is deleted."
        raise Refusal(404, "ActivityNotFoundInConversation", text)
    if message.author != core.world.bot_id:
        raise Refusal(403, "Forbidden", "The message was not sent by this bot.")
    return message


def update(core: Core, conversation: str, activity_id: str, activity: Any, *, targeted: bool = False) -> tuple[int, Json]:
    """Replace a message of the bot; what people saw as their own view goes with it."""
    room, _ = _reachable(core, conversation, writing=True)
    _check(activity, room)
    message = _own(room, activity_id, core, targeted=targeted)
    if targeted and "recipient" in activity:
        raise _bad("Cannot edit Recipient of Targeted Message", "BadArgument")
    _pace(core, room.id)
    message.body, message.edited = activity, True
    message.views.clear()
    core.inspect(activity, message.id)
    core.world.changed(message.private_to or "")
    return 200, {"id": message.id}


def delete(core: Core, conversation: str, activity_id: str, *, targeted: bool = False) -> tuple[int, None]:
    """Delete a message of the bot."""
    room, _ = _reachable(core, conversation, writing=True)
    message = _own(room, activity_id, core, targeted=targeted)
    message.deleted = True
    core.world.changed(message.private_to or "")
    return 200, None


def members(core: Core, conversation: str) -> tuple[int, list[Json]]:
    """Return the whole roster."""
    room, _ = _reachable(core, conversation)
    return 200, [_shown(core, core.world.people[each]) for each in room.members]


def page(core: Core, conversation: str, size: str, token: str) -> tuple[int, Json]:
    """Return one page of the roster."""
    roster = members(core, conversation)[1]
    try:
        length, start = min(500, int(size or 200)), int(token or 0)
    except ValueError:
        raise _bad("pageSize and continuationToken are not valid", "BadArgument") from None
    if length < 1 or not 0 <= start <= len(roster):
        raise _bad("pageSize and continuationToken are not valid", "BadArgument")
    answer: Json = {"members": roster[start : start + length]}
    if start + length < len(roster):
        answer["continuationToken"] = str(start + length)
    return 200, answer


def member(core: Core, conversation: str, member_id: str) -> tuple[int, Json]:
    """Return one member of a conversation."""
    room, _ = _reachable(core, conversation)
    person = core.world.person(member_id)
    if person is None or person.id not in room.members:
        raise Refusal(404, "MemberNotFoundInConversation", "Member not found in the conversation.")
    return 200, _shown(core, person)


def _shown(core: Core, person: Person) -> Json:
    given, _, family = person.name.partition(" ")
    address = f"{'.'.join(person.name.lower().split())}@example.com"
    return {
        "id": person.id, "name": person.name, "givenName": given, "surname": family, "objectId": person.aad_object_id,
        "aadObjectId": person.aad_object_id, "email": address, "userPrincipalName": address,
        "tenantId": core.world.tenant_id, "userRole": "user",
    }  # fmt: skip


def _team(core: Core, team_id: str) -> tuple[Team, list[Room]]:
    rooms = [room for room in core.world.rooms.values() if room.team and room.team.id == team_id]
    if not rooms or rooms[0].team is None:
        raise Refusal(404, "ConversationNotFound", "Team not found.")
    if not any(room.has_bot for room in rooms):
        raise Refusal(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
    return rooms[0].team, rooms


def team(core: Core, team_id: str) -> tuple[int, Json]:
    """Return what a team is called and how large it is."""
    found, rooms = _team(core, team_id)
    count = len({each for room in rooms for each in room.members})
    return 200, {
        "id": found.id, "name": found.name, "aadGroupId": found.group_id, "tenantId": core.world.tenant_id,
        "channelCount": len(rooms), "memberCount": count,
    }  # fmt: skip


def channels(core: Core, team_id: str) -> tuple[int, Json]:
    """Return the channels of a team; the first one has no name of its own until somebody gives it one."""
    found, rooms = _team(core, team_id)
    shown = [(room.id, None if room.id == found.id and room.name == "General" else room.name) for room in rooms if room.state != "deleted"]
    return 200, {"conversations": [{"id": each, "name": name} for each, name in shown]}
