"""Payloads of Slack as interactions: pure, after the signature was verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.downloads import Attached
from adapters.slack import forms, text, widgets
from bot.core.ports import (
    AccountClosed,
    Actor,
    Arrived,
    BotAdded,
    BotRemoved,
    Commanded,
    Conversation,
    Deleted,
    Did,
    Edited,
    FileLost,
    Interaction,
    Loss,
    OpenedHome,
    PickedUp,
    PlaceClosed,
    PlaceRenamed,
    Pressed,
    ProfileChanged,
    Reacted,
    Submitted,
    Wrote,
)
from bot.lean import dataclass

Json = dict[str, Any]
PLATFORM = "slack"
EVENT_TYPE = "convene_post"  # of the metadata that every post carries
SLACKBOT = "USLACKBOT"
NOBODY = ""  # the account of what happened without anybody being named
NEW_MESSAGES = {None, "thread_broadcast", "file_share", "me_message"}
CLOSING = {"channel_archive", "channel_deleted", "group_archive", "group_deleted"}
OPENING = {"channel_unarchive", "group_unarchive"}
RENAMING = {"channel_rename", "group_rename"}
LEAVING = {"channel_left", "group_left"}
REACTING = {"reaction_added", "reaction_removed"}
RESPONDS_FOR = timedelta(minutes=29)  # a response_url, less what its use may take
UNNAMED = {"directmessage", "privategroup"}  # what Slack writes where it tells no name


class BadPayload(ValueError):
    """A signed payload that cannot be read."""


@dataclass(frozen=True, slots=True)
class Self:
    """Who the bot is in this workspace."""

    team: str
    team_name: str | None
    user: str
    bot: str | None = None
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)  # of people and channels that are mentioned, by id


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer goes: privately to `person`, in `place` where it happened in one, by `response_url` where there is one."""

    person: str
    place: str | None = None
    chat: str | None = None  # the channel of the person's own chat with the bot, where the payload tells it
    thread: str | None = None
    response_url: str | None = None
    trigger_id: str | None = None
    may_replace: bool = False  # what was pressed is seen by this person alone
    typed: str = ""
    is_home: bool = False
    from_home: bool = False  # a press on the home tab, or a form opened there: it is drawn anew afterwards

    def after(self, age: timedelta) -> Origin:
        """Where an answer goes so long afterwards: nobody looks any more where it happened, and its addresses are good for a while only."""
        if age < RESPONDS_FOR:
            return replace(self, trigger_id=None)
        return Origin(self.person, chat=self.chat, typed=self.typed, is_home=self.is_home)

    @property
    def channel(self) -> str:
        """Where an ordinary message to the person goes; Slack takes their id for the chat with them."""
        return self.place or self.chat or self.person


Reading = tuple[Interaction, Origin]
Sending = tuple[Interaction, Origin, tuple[Attached, ...]]


def meant_for(me: Self, body: Json) -> bool:
    """Whether a payload belongs to the workspace that the token is for."""
    teams = {body.get("team_id"), (body.get("team") or {}).get("id"), (body.get("view") or {}).get("app_installed_team_id")}
    teams |= {each.get("team_id") for each in body.get("authorizations") or []}
    return me.team in teams or teams == {None}


def actor(me: Self, account: str, team: str | None, enterprise: str | None = None) -> Actor:
    """Whoever acted; in a channel that is shared with another organisation they may be of that one.

    In a workspace of a larger organisation a team may be a sibling, and the profile alone can tell.
    """
    return Actor(account, is_stranger=team is not None and team != me.team and enterprise is None)


def command(me: Self, body: Json, prefix: str) -> Reading:
    """A slash command."""
    name = str(body["command"]).removeprefix("/").removeprefix(prefix).casefold()
    rest = text.typed(str(body.get("text") or ""), names=me.names)
    account, channel, label = str(body["user_id"]), str(body["channel_id"]), body.get("channel_name")
    where = _conversation(channel, account, None if label in UNNAMED else label)
    origin = Origin(
        person=account,
        place=channel if where.kind == "place" else None,
        response_url=body.get("response_url"),
        trigger_id=body["trigger_id"],
        typed=rest,
    )
    return _interaction(me, Actor(account), where, Commanded(name, rest), key=f"trigger:{body['trigger_id']}"), origin


def press(me: Self, body: Json) -> Reading:
    """A button, or a picked option."""
    action, container, account = body["actions"][0], body.get("container") or {}, str(body["user"]["id"])
    payload, picked = widgets.pressed(action)
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    where = _conversation(channel, account, (body.get("channel") or {}).get("name"))
    is_place, alone = where.kind == "place", bool(container.get("is_ephemeral"))
    message, thread = None if alone else container.get("message_ts"), container.get("thread_ts")
    origin = Origin(
        person=account,
        place=channel if is_place else None,
        chat=None if is_place or alone else channel,  # an answer to a command may stand in a chat that is not the bot's
        thread=thread if is_place and thread != container.get("message_ts") else None,
        response_url=body.get("response_url"),
        trigger_id=body.get("trigger_id"),
        may_replace=alone or not is_place,
        from_home=(body.get("view") or {}).get("type") == "home",
    )
    key = f"trigger:{body['trigger_id']}" if body.get("trigger_id") else None
    return _interaction(me, _user(me, body), where, Pressed(payload, message, picked), key=key), origin


def submission(me: Self, body: Json) -> tuple[Interaction, Origin, forms.Slip]:
    """A filled-in form."""
    view, account = body["view"], str(body["user"]["id"])
    slip = forms.Slip.read(view["private_metadata"])
    where = _conversation(slip.place, account, None)
    did = Submitted(slip.form, slip.subject, slip.nonce, forms.values(view["state"]["values"]))
    key = f"form:{slip.nonce}" if slip.nonce else f"view:{view['id']}:{view.get('hash')}"
    return (
        _interaction(me, _user(me, body), where, did, key=key),
        Origin(person=account, place=slip.place, thread=slip.thread, from_home=slip.home),
        slip,
    )


def _user(me: Self, body: Json) -> Actor:
    return actor(me, str(body["user"]["id"]), body["user"].get("team_id"), (body.get("enterprise") or {}).get("id"))


def shortcut(me: Self, body: Json) -> Reading:
    """A shortcut that was chosen in a message's menu, in any conversation of the workspace."""
    account, channel = str(body["user"]["id"]), body["channel"]
    label = channel.get("name")
    where = _conversation(str(channel["id"]), account, None if label in UNNAMED else label)
    did = PickedUp(str(body["callback_id"]), text.typed(str(body["message"].get("text") or ""), names=me.names))
    origin = Origin(
        person=account,
        place=where.external_id if where.kind == "place" else None,
        response_url=body.get("response_url"),
        trigger_id=body["trigger_id"],
    )
    return _interaction(me, _user(me, body), where, did, key=f"trigger:{body['trigger_id']}"), origin


def anywhere(me: Self, body: Json) -> Reading:
    """A shortcut that is there wherever one is: the command of that name, and Slack tells no channel with it."""
    account = str(body["user"]["id"])
    origin = Origin(person=account, trigger_id=body["trigger_id"])
    did = Commanded(str(body["callback_id"]), "")
    return _interaction(me, _user(me, body), _conversation(None, account, None), did, key=f"trigger:{body['trigger_id']}"), origin


def event(me: Self, body: Json) -> Reading | None:
    """An event; None where there is nothing in it for us."""
    happened, key = body["event"], f"event:{body['event_id']}"
    kind = happened["type"]
    if kind in ("message", "app_mention"):
        return _message(me, happened, key)
    if kind == "app_home_opened":
        return _home(me, happened, key)
    if kind == "user_change":
        return _profile(me, happened["user"], key)
    if kind == "message_metadata_posted":
        return _receipt(me, happened)
    if kind in REACTING:
        return _reaction(me, happened, key)
    return _place(me, happened, key)


def sending(me: Self, body: Json) -> Sending | None:
    """The files that a person sends in their own chat; the interaction is that of a file which is not here yet."""
    happened = body["event"]
    files = happened.get("files")
    if happened["type"] != "message" or happened.get("subtype") not in NEW_MESSAGES or not files or not _by_person(me, happened):
        return None
    account, channel, ts = str(happened["user"]), str(happened["channel"]), str(happened["ts"])
    where = _conversation(channel, account, None)
    if where.kind == "place":
        return None
    attached = tuple(_attached(each) for each in files)
    did = FileLost(attached[0].name, Loss.LATE, happened.get("thread_ts"))
    return (
        _interaction(me, Actor(account), where, did, key=f"files:{channel}:{ts}", at=_moment(ts)),
        Origin(account, chat=channel),
        attached,
    )


def unnamed(me: Self, body: Json) -> set[str]:
    """The ids of people and channels that the words of a command, a message or a picked-up message mention, whose names we do not know."""
    event = body.get("event")
    said = [body, body.get("message")] if event is None else _for_us(me, event)
    words = [str(each.get("text") or "") for each in said if isinstance(each, dict)]
    return {found for each in words if "<" in each for found in text.unnamed(each, me.user)} - me.names.keys()


def _for_us(me: Self, event: Any) -> list[Json]:
    """The message of an event, where it may be meant for us: people who talk to each other in a place are left alone."""
    said = event.get("message", event) if isinstance(event, dict) else None
    if not isinstance(said, dict):
        return []
    is_chat = str(event.get("channel")).startswith("D")
    return [said] if is_chat or said.get("thread_ts") or text.mentions(str(said.get("text") or ""), me.user) else []


def _attached(file: Json) -> Attached:
    size = file.get("size")
    name = str(file.get("name") or file.get("title") or "")
    return Attached(name, str(file.get("url_private_download") or ""), size if isinstance(size, int) else None)


def described(user: Json) -> Actor:
    """A person as users.info and user_change tell of them."""
    profile = user.get("profile") or {}
    return Actor(
        account=str(user["id"]),
        name=profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name"),
        zone=user.get("tz"),
        language=user.get("locale"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_stranger=bool(user.get("is_stranger")),
    )


def _message(me: Self, happened: Json, key: str) -> Reading | None:
    match happened.get("subtype"):
        case "message_changed":
            return _edit(me, happened, key)
        case "message_deleted":
            return _deletion(me, happened, happened.get("previous_message") or {}, key)
        case subtype if subtype not in NEW_MESSAGES:
            return None
    if not _by_person(me, happened):
        return None
    account, channel, ts = str(happened["user"]), str(happened["channel"]), str(happened["ts"])
    raw, thread = str(happened.get("text") or ""), happened.get("thread_ts")
    where = _conversation(channel, account, None)
    is_place = where.kind == "place"
    if not is_place and not raw.strip() and happened.get("files"):
        return None  # files without words
    # Slack tells of a mention twice where both events are subscribed: the same key, and the same reading, make it one.
    did = Wrote(text.typed(raw, me.user, me.names), ts, mentions_bot=text.mentions(raw, me.user), reply_to=thread if thread != ts else None)
    origin = Origin(
        person=account, place=channel if is_place else None, chat=None if is_place else channel, thread=did.reply_to, typed=did.text
    )
    who = actor(me, account, happened.get("user_team") or happened.get("team"), happened.get("enterprise"))
    return _interaction(me, who, where, did, key=f"message:{channel}:{ts}", at=_moment(ts)), origin


def _edit(me: Self, happened: Json, key: str) -> Reading | None:
    now, before = happened["message"], happened.get("previous_message") or {}
    if now.get("subtype") == "tombstone":  # a deleted message that has a thread
        return _deletion(me, happened, before, key)
    if not _by_person(me, now) or now.get("text") == before.get("text"):  # the latter is a link's preview
        return None
    account, channel = str(now["user"]), str(happened["channel"])
    did = Edited(text.typed(str(now.get("text") or ""), me.user, me.names), str(now["ts"]))
    return _in_channel(me, happened, account, channel, did, key)


def _deletion(me: Self, happened: Json, before: Json, key: str) -> Reading | None:
    if not _by_person(me, before):
        return None
    did = Deleted(str(happened.get("deleted_ts") or before["ts"]))
    return _in_channel(me, happened, str(before["user"]), str(happened["channel"]), did, key)


def _reaction(me: Self, happened: Json, key: str) -> Reading | None:
    item, account = happened["item"], str(happened["user"])
    if item.get("type") != "message" or account in (me.user, SLACKBOT):
        return None
    names = (text.reaction(str(happened["reaction"])),)
    did = Reacted(str(item["ts"]), **{"added" if happened["type"] == "reaction_added" else "removed": names})
    return _in_channel(me, happened, account, str(item["channel"]), did, key)


def _home(me: Self, happened: Json, key: str) -> Reading | None:
    if happened.get("tab") != "home":
        return None
    account = str(happened["user"])
    origin = Origin(person=account, is_home=True)
    where = _conversation(None, account, None)
    return _interaction(me, Actor(account), where, OpenedHome(), key=key, at=_at(happened)), origin


def _profile(me: Self, user: Json, key: str) -> Reading | None:
    account = str(user["id"])
    if user.get("is_bot") or account in (me.user, SLACKBOT):
        return None
    did: Did = AccountClosed() if user.get("deleted") else ProfileChanged()
    actor = Actor(account) if user.get("deleted") else described(user)
    return _interaction(me, actor, _conversation(None, account, None), did, key=key), Origin(person=account)


def _receipt(me: Self, happened: Json) -> Reading | None:
    """A post of ours stands there: Slack tells it to the app that posted it, without any scope to read along."""
    metadata = happened["metadata"]
    if metadata["event_type"] != EVENT_TYPE or happened.get("bot_id", me.bot) != me.bot:
        return None
    did = Arrived(str(metadata["event_payload"]["token"]), str(happened["message_ts"]))
    return _in_channel(me, happened, NOBODY, str(happened["channel_id"]), did, None)


def _place(me: Self, happened: Json, key: str) -> Reading | None:
    channel = happened.get("channel")
    kind, is_me = happened["type"], happened.get("user") == me.user
    if kind in RENAMING:
        assert isinstance(channel, dict)
        return _in_channel(me, happened, NOBODY, str(channel["id"]), PlaceRenamed(str(channel["name"])), key)
    if kind == "member_joined_channel" and is_me:
        return _in_channel(me, happened, str(happened.get("inviter") or NOBODY), str(channel), BotAdded(), key)
    if (kind == "member_left_channel" and is_me) or kind in LEAVING:
        return _in_channel(me, happened, str(happened.get("actor_id") or NOBODY), str(channel), BotRemoved(), key)
    if kind in OPENING:
        return _in_channel(me, happened, NOBODY, str(channel), BotAdded(), key)
    if kind in CLOSING:
        return _in_channel(me, happened, str(happened.get("user") or happened.get("actor_id") or NOBODY), str(channel), PlaceClosed(), key)
    return None


def _in_channel(me: Self, happened: Json, account: str, channel: str, did: Did, key: str | None) -> Reading:
    where = _conversation(channel, account, None)
    is_place = where.kind == "place"
    origin = Origin(person=account, place=channel if is_place else None, chat=None if is_place else channel)
    return _interaction(me, Actor(account), where, did, key=key, at=_at(happened)), origin


def _by_person(me: Self, message: Json) -> bool:
    user = message.get("user")
    return bool(user) and user not in (me.user, SLACKBOT) and not message.get("bot_id") and message.get("subtype") != "bot_message"


def _conversation(channel: str | None, account: str, name: str | None) -> Conversation:
    if channel and not channel.startswith("D"):
        return Conversation(channel, "place", name)
    # A direct channel is not always the bot's own (commands work in any) and the home tab has none: the person stands for their chat.
    return Conversation(account, "chat")


def _interaction(
    me: Self, actor: Actor, where: Conversation, did: Did, *, key: str | None = None, at: datetime | None = None
) -> Interaction:
    return Interaction(PLATFORM, me.team, actor, where, did, key=key, at=at, workspace_name=me.team_name)


def _at(happened: Json) -> datetime | None:
    return _moment(happened.get("event_ts"))


def _moment(stamp: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
