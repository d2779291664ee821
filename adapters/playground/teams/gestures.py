"""What a person does in a conversation: typing, editing, deleting, reacting."""

from __future__ import annotations

import secrets

from adapters.playground.driver import Json, Outcome
from adapters.playground.teams.core import Core
from adapters.playground.teams.delivery import NOT_INSTALLED
from adapters.playground.teams.markup import typed_activity_text
from adapters.playground.teams.screen import FILE_DOWNLOAD
from adapters.playground.teams.world import Message, Room

WITHHELD = Outcome(delivered=False)
NO_FILES = "This bot does not take files."
NO_FILES_HERE = "Files go to a bot in your own chat with it only."


async def type_text(core: Core, user: str, conversation: str, text: str, thread: str | None, attachments: tuple[Json, ...] = ()) -> Outcome:
    """Post what was typed, with what is attached to it, and carry it to the bot where the bot may hear it."""
    world, person = core.world, core.person(user)
    if conversation == world.bot_id:
        conversation = world.chat_id(user)
    if conversation == world.chat_id(user) and not person.installed:
        world.notice(user, NOT_INSTALLED)
        return Outcome(delivered=False, error=NOT_INSTALLED)
    room = core.room(conversation)
    if user not in room.members:
        raise LookupError(f"{user} is not in {conversation}")
    if room.state != "open":
        return Outcome(delivered=False, error="You cannot write here any more.")
    thread = thread or (conversation.partition(";messageid=")[2] or None)
    root = room.messages[thread].thread or thread if thread else None
    if thread and room.messages[thread].private_to is not None:
        raise LookupError(f"{user} cannot reply to {thread}, which only they see")
    sent, entities = typed_activity_text(text, _mentionable(core, room))
    body: Json = {"type": "message", "text": sent, "textFormat": "plain", "entities": entities}
    if attachments:
        body["attachments"] = list(attachments)
    message = Message(world.next_id(), room.id, user, world.now(), body, thread=root, typed=text)
    room.messages[message.id] = message
    world.changed()
    if not core.courier.hears(room, entities):
        return WITHHELD
    return await core.courier.tells(user, core.scribe.message(person, room, message, sent, entities))


async def send_file(core: Core, user: str, conversation: str, name: str, content: bytes, text: str, thread: str | None = None) -> Outcome:
    """Send a file, with or without words; it lies in the person's own store, under an address that opens it to whoever knows it."""
    refusal = None
    if conversation not in (core.world.bot_id, core.world.chat_id(user)):
        refusal = NO_FILES_HERE
    elif not (core.manifest.get("bots") or [{}])[0].get("supportsFiles"):
        refusal = NO_FILES
    if refusal is not None:
        core.world.notice(user, refusal)
        return Outcome(delivered=False, error=refusal)
    key = secrets.token_urlsafe(16)
    core.shared[key] = content
    url = f"{core.base_url}/shared/{key}"
    about = {"downloadUrl": url, "uniqueId": key, "fileType": name.rpartition(".")[2]}
    return await type_text(
        core, user, conversation, text, thread, ({"contentType": FILE_DOWNLOAD, "contentUrl": url, "name": name, "content": about},)
    )


def _mentionable(core: Core, room: Room) -> list[tuple[str, str]]:
    people = [(core.person(each).id, core.person(each).name) for each in room.members]
    return [*people, (core.world.bot_id, core.world.bot_name)] if room.has_bot else people


async def edit_text(core: Core, user: str, message_id: str, text: str) -> Outcome:
    """Edit one's own message."""
    message, room = _own(core, user, message_id)
    sent, entities = typed_activity_text(text, _mentionable(core, room))
    message.typed, message.edited = text, True
    message.body = {**message.body, "text": sent, "entities": entities}
    core.world.changed()
    if not core.courier.hears(room, entities):
        return WITHHELD
    return await core.courier.tells(user, core.scribe.changed(room, message, "editMessage", sent, entities))


async def delete_message(core: Core, user: str, message_id: str) -> Outcome:
    """Delete one's own message."""
    message, room = _own(core, user, message_id)
    message.deleted = True
    core.world.changed()
    if not core.courier.hears(room, message.body["entities"]):
        return WITHHELD
    return await core.courier.tells(user, core.scribe.changed(room, message, "softDeleteMessage", "", []))


async def undelete_message(core: Core, user: str, message_id: str) -> Outcome:
    """Take the deletion of one's own message back."""
    message, room = _own(core, user, message_id, deleted=True)
    message.deleted = False
    core.world.changed()
    sent, entities = message.body["text"], message.body["entities"]
    if not core.courier.hears(room, entities):
        return WITHHELD
    return await core.courier.tells(user, core.scribe.changed(room, message, "undeleteMessage", sent, entities))


async def toggle_reaction(core: Core, user: str, message_id: str, emoji: str) -> Outcome:
    """Add a reaction or take it back; the bot hears of those on its own messages only."""
    message = core.world.message(message_id)
    room = core.room(message.room)
    if user not in room.members or message.deleted or message.private_to is not None:
        raise LookupError(f"{user} cannot react to {message_id}")
    users = message.reactions.setdefault(emoji, [])
    added = user not in users
    if added:
        users.append(user)
    else:
        users.remove(user)
    core.world.changed()
    if message.author != core.world.bot_id or not core.world.bot_reaches(room):
        return WITHHELD
    return await core.courier.informs(core.scribe.reaction(core.person(user), room, message, emoji, added=added))


def _own(core: Core, user: str, message_id: str, *, deleted: bool = False) -> tuple[Message, Room]:
    message = core.world.message(message_id)
    if message.author != user or message.deleted is not deleted:
        raise PermissionError(f"{user} cannot change {message_id}")
    return message, core.room(message.room)
