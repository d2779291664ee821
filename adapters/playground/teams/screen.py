"""What one person sees: rooms, messages, the open dialog and what the platform told them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from adapters.playground.driver import Json, Screen, ScreenConversation, ScreenDialog, ScreenMessage
from adapters.playground.teams.cards import ADAPTIVE
from adapters.playground.teams.drawing import Drawing, Reader
from adapters.playground.teams.markup import as_read, message_text
from adapters.playground.teams.world import Dialog, Message, Person, Room, World

FILE_CONSENT = "application/vnd.microsoft.teams.card.file.consent"
FILE_INFO = "application/vnd.microsoft.teams.card.file.info"
FILE_DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"
_ERROR_ID = re.compile(r"error[-:.](.+)")


def reader_of(world: World, person: Person) -> Reader:
    """Return the eyes of this person."""
    directory = tuple((each.aad_object_id, each.name) for each in world.people.values())
    return Reader(person.zone, person.locale, directory)


def visible_to(person: Person, room: Room, message: Message, now: datetime) -> bool:
    """Say whether this person may see the message at all."""
    return person.id in room.members and message.private_to in (None, person.id) and not message.is_over(now)


def body_for(person: Person, message: Message) -> Json:
    """Return the message's payload with this person's own view of its card, where they have one."""
    view = message.views.get(person.id)
    if view is None:
        return message.body
    attachments = [
        {**each, "content": view} if each.get("contentType") == ADAPTIVE else each for each in message.body.get("attachments") or []
    ]
    return {**message.body, "attachments": attachments}


def draw_message(world: World, person: Person, message: Message) -> tuple[Json, Drawing]:
    """Draw a message for one person: the annotated payload, and the controls with what stands behind them."""
    drawing = Drawing(reader_of(world, person), shown=message.shown.get(person.id, {}))
    body = body_for(person, message)
    if message.typed is not None:
        drawing.lines += [as_read(message.typed), *(str(each.get("name")) for each in body.get("attachments") or [])]
        return body, drawing
    text = message_text(str(body.get("text") or ""), str(body.get("textFormat") or "markdown"))
    if text:
        drawing.lines.append(text)
    drawn: Json = {**body}
    if body.get("attachments"):
        drawn["attachments"] = [_draw_attachment(drawing, each) for each in body["attachments"]]
    suggested = body.get("suggestedActions")
    if isinstance(suggested, dict):
        buttons = [{**each} for each in suggested.get("actions") or []]
        for button in buttons:
            drawing.button(button)
        drawn["suggestedActions"] = {**suggested, "actions": buttons}
    return drawn, drawing


def _draw_attachment(drawing: Drawing, attachment: Json) -> Json:
    kind = attachment.get("contentType")
    content = attachment.get("content")
    if kind == ADAPTIVE and isinstance(content, dict):
        return {**attachment, "content": drawing.card(content)}
    if kind == FILE_CONSENT and isinstance(content, dict):
        drawing.lines += [str(attachment.get("name", "")), str(content.get("description", ""))]
        buttons: list[Json] = [
            {"type": "fileConsent", "title": title, "action": action, "content": content, "name": attachment.get("name")}
            for title, action in (("Allow", "accept"), ("Decline", "decline"))
        ]
        for button in buttons:
            drawing.button(button)
        return {**attachment, "_actions": buttons}
    if isinstance(content, dict):
        drawing.lines += [str(content[key]) for key in ("title", "subtitle", "text") if content.get(key)]
    if attachment.get("name"):
        drawing.lines.append(str(attachment["name"]))
    return {**attachment}


def draw_dialog(world: World, dialog: Dialog) -> tuple[Json, Drawing]:
    """Draw an open dialog for the person it belongs to."""
    drawing = Drawing(reader_of(world, world.people[dialog.user]), values=dialog.values)
    drawing.lines.append(dialog.title)
    return drawing.card(dialog.card), drawing


def submit_control(drawing: Drawing) -> str | None:
    """Return the control that sends a dialog off: its first Action.Submit."""
    sending = (key for key, each in drawing.pressables.items() if each.action.get("type") == "Action.Submit")
    return next(sending, None)


def shortcuts_of(manifest: Json, context: str = "message") -> list[Json]:
    """The commands of the manifest's message extension that stand in a message's menu, or, by `compose`, beside what one writes."""
    extensions = manifest.get("composeExtensions") or []
    found = [command for each in extensions for command in each.get("commands") or []]
    return [command for command in found if command.get("type") == "action" and context in command.get("context", [])]


def screen_of(world: World, manifest: Json, person: Person) -> Screen:
    """Return all that this person sees now."""
    rooms = [room for room in world.rooms.values() if person.id in room.members]
    reader = reader_of(world, person)
    mine = [dialog for dialog in world.dialogs.values() if dialog.user == person.id]
    return Screen(
        platform="teams",
        user={"id": person.id, "name": person.name, "zone": person.zone, "language": person.locale},
        conversations=[_conversation(world, person, reader, room) for room in rooms],
        dialog=_dialog(world, mine[-1]) if mine else None,
        home=None,
        notices=list(person.notices),
        shortcuts=[{"id": each["id"], "label": each["title"]} for each in shortcuts_of(manifest)],
        anywhere=[{"id": each["id"], "label": each["title"]} for each in shortcuts_of(manifest, "compose")],
        commands=_commands(manifest),
    )


def _conversation(world: World, person: Person, reader: Reader, room: Room) -> ScreenConversation:
    now = world.now()
    return ScreenConversation(
        id=room.id,
        kind="chat" if room.kind == "personal" else "place",
        name=room.name,
        state=room.state,
        messages=[_message(world, person, reader, each) for each in room.messages.values() if visible_to(person, room, each, now)],
    )


def _message(world: World, person: Person, reader: Reader, message: Message) -> ScreenMessage:
    is_bot = message.author == world.bot_id
    author = world.bot_name if is_bot else world.people[message.author].name
    shown: Json = {"body": {}, "drawn": {}, "controls": [], "plain": "", "text": "", "files": []}
    if not message.deleted:
        shown = _drawn(world, person, reader, message)
    return ScreenMessage(
        id=message.id,
        author={"id": message.author, "name": author, "is_bot": is_bot},
        at=message.at.isoformat(),
        text=shown["text"],
        plain=shown["plain"],
        body=shown["body"],
        drawn=shown["drawn"],
        controls=shown["controls"],
        private=message.private_to is not None,
        edited=message.edited,
        deleted=message.deleted,
        thread=message.thread,
        reactions=[{"name": emoji, "users": list(users)} for emoji, users in message.reactions.items() if users],
        files=shown["files"],
    )


def _drawn(world: World, person: Person, reader: Reader, message: Message) -> Json:
    """What a message shows to a person; drawn anew only when something of it has changed, since payloads are replaced and never changed."""
    payloads = (message.body, message.views.get(person.id))
    rest = (message.typed, dict(message.shown.get(person.id, {})), reader)
    known = world.drawn.get((person.id, message.id))
    if known is not None and all(one is other for one, other in zip(known[0], payloads, strict=True)) and known[1] == rest:
        return known[2]
    drawn, drawing = draw_message(world, person, message)
    body = body_for(person, message)
    text = body.get("summary") or (as_read(message.typed) if message.typed is not None else body.get("text")) or ""
    plain = "\n".join(line for line in drawing.lines if line)
    shown: Json = {"body": body, "drawn": drawn, "controls": drawing.controls, "plain": plain, "text": text, "files": _files(body)}
    world.drawn[person.id, message.id] = (payloads, rest, shown)
    return shown


def _files(body: Json) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = []
    for each in body.get("attachments") or []:
        kind = str(each.get("contentType", ""))
        if kind in (FILE_INFO, FILE_DOWNLOAD) or kind.startswith("image/"):
            name, url = each.get("name") or "", each.get("contentUrl") or ""
            files.append({"name": name, "url": url, "alt": each.get("alternativeText") or name, "size": each.get("size")})
    return files


def _dialog(world: World, dialog: Dialog) -> ScreenDialog:
    drawn, drawing = draw_dialog(world, dialog)
    submit = submit_control(drawing)
    return ScreenDialog(
        id=dialog.id,
        title=dialog.title,
        submit=str(drawing.pressables[submit].action.get("title", "")) if submit else "",
        body=dialog.card,
        drawn=drawn,
        controls=drawing.controls,
        errors={name: drawing.reader.reads(text) for name, text in _errors_in(dialog.card).items()} | dialog.errors,
        plain="\n".join([*drawing.lines, *dialog.errors.values()]),
    )


def _errors_in(part: Any) -> dict[str, str]:
    """Find the sentences in attention colour: an id like `error-name` says at which input they stand."""
    found: dict[str, str] = {}
    if isinstance(part, list):
        for each in part:
            for name, text in _errors_in(each).items():
                found[name] = f"{found[name]}\n{text}" if name in found else text
    elif isinstance(part, dict):
        if part.get("type") == "TextBlock" and str(part.get("color", "")).casefold() == "attention":
            if part.get("isVisible", True):
                at = _ERROR_ID.fullmatch(str(part.get("id", "")))
                found[at.group(1) if at else ""] = str(part.get("text", ""))
        else:
            for key in ("body", "items", "columns"):
                found |= _errors_in(part.get(key))
    return found


def _commands(manifest: Json) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for bot in (manifest.get("bots") or [])[:1]:
        for listed in bot.get("commandLists") or []:
            for command in listed.get("commands") or []:
                name = str(command.get("title", ""))
                found.setdefault(name, {"name": name, "hint": "", "about": str(command.get("description", ""))})
    return list(found.values())
