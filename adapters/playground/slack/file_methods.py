"""files.*: uploads in two steps."""

from __future__ import annotations

import mimetypes
import secrets

from adapters.playground.slack.methods import Json, Method
from adapters.playground.slack.posting import checked, post
from adapters.playground.slack.wire import file_json
from adapters.playground.slack.workspace import BOT_USER, Channel, Refusal, StoredFile, Workspace

LONGEST_ALT = 1000


def new_file(ws: Workspace, name: str, by: str, alt: str = "") -> StoredFile:
    """A file that has no content yet."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = StoredFile(ws.serial("F"), name, name, by, secrets.token_urlsafe(12), alt, kind=kind)
    ws.files[file.id] = file
    return file


def upload_url(ws: Workspace, args: Json) -> Json:
    """files.getUploadURLExternal."""
    alt = str(args.get("alt_txt") or args.get("alt_text") or "")
    if len(alt) > LONGEST_ALT:
        raise Refusal("alt_txt_too_large")
    if not str(args["length"]).isdigit() or int(args["length"]) < 1:
        raise Refusal("invalid_arguments", response_metadata={"messages": ["[ERROR] length must be positive"]})
    file = new_file(ws, str(args["filename"]), BOT_USER, alt)
    return {"ok": True, "upload_url": f"{ws.base_url}/upload/{file.secret}", "file_id": file.id}


def complete_upload(ws: Workspace, args: Json) -> Json:
    """files.completeUploadExternal; a file shared into a channel carries no metadata."""
    files = []
    for each in args["files"]:
        file = ws.files.get(each.get("id", ""))
        if file is None or file.content is None:
            raise Refusal("file_not_found")
        file.title = each.get("title") or file.name
        files.append(file)
    wanted = args.get("channel_id") or args.get("channels")
    channels = [_target(ws, each.strip()) for each in str(wanted).split(",")] if wanted else []
    body: Json = {"text": str(args.get("initial_comment") or ""), "files": [each.id for each in files]}
    if args.get("blocks"):
        body["blocks"] = args["blocks"]
        checked(ws, {"text": body["text"], "blocks": body["blocks"]})
    for file in files:
        file.complete = True
    for channel in channels:
        post(ws, channel, body, thread=args.get("thread_ts"))
    ws.changed()
    return {"ok": True, "files": [file_json(ws, each) for each in files]}


def _target(ws: Workspace, channel_id: str) -> Channel:
    if channel_id in ws.users:
        return ws.chat_with(channel_id)
    channel = ws.channel(channel_id)
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    if channel.archived:
        raise Refusal("is_archived")
    return channel


FILE_METHODS: dict[str, Method] = {
    "files.getUploadURLExternal": Method(upload_url, ("files:write",), 4, ("filename", "length")),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",), 4, ("files",)),
}
