"""Activities as interactions: read from the verified JSON itself, by our own dispatch on type and name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from adapters.downloads import Attached
from adapters.teams.forms import submitted
from adapters.teams.limits import Json
from adapters.teams.onlookers import REFRESH
from adapters.teams.references import Human, Spot, split
from adapters.teams.text import on_a_card, quoted, reaction
from bot.chat.language import SOURCE_LANGUAGE
from bot.core.ports import (
    Actor,
    BotAdded,
    BotRemoved,
    Commanded,
    Conversation,
    Deleted,
    Did,
    Edited,
    FileLost,
    Interaction,
    Looked,
    Loss,
    OpenedHome,
    PickedUp,
    PlaceClosed,
    PlaceRenamed,
    PlaceReopened,
    Pressed,
    Reacted,
    Submitted,
    Wrote,
)
from bot.lean import dataclass
from bot.people.values import GROUP

# How the answer is to be given: said in the conversation, or as the body of one of three invokes.
Manner: TypeAlias = Literal["said", "acted", "fetched", "submitted"]

FETCHING, SUBMITTING = (
    "composeExtension/fetchTask",
    "composeExtension/submitAction",
)  # of a shortcut in a message's menu, or beside what one writes
INVOKES: Mapping[str, Manner] = {
    "adaptiveCard/action": "acted",
    "task/fetch": "fetched",
    "task/submit": "submitted",
    FETCHING: "fetched",
    SUBMITTING: "submitted",
}
# Of invokes that we do not know: those that a person pressed for, and now waits. Others come while one types or looks.
PRESSES = {"actionableMessage/executeAction", "composeExtension/onCardButtonClicked", "message/submitAction", "tab/submit"}
CLOSINGS = {"channelDeleted", "teamArchived", "teamDeleted", "teamHardDeleted"}
REOPENINGS = {"channelRestored", "teamUnarchived", "teamRestored"}
TAG = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.DOTALL)
BOT_PREFIX = "28:"
FILE = "application/vnd.microsoft.teams.file.download.info"


class MalformedActivity(ValueError):
    """An activity without what every activity has."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One interaction with all that is needed to answer it."""

    interaction: Interaction
    manner: Manner
    human: Human
    spot: Spot
    card_id: str | None  # the message whose button was pressed
    attached: tuple[Attached, ...] = ()  # files; where nothing else was sent, the interaction is that of a file not here yet
    activity: Json = field(default_factory=dict, repr=False)  # as it came in

    @property
    def is_private(self) -> bool:
        """Whether it happened in the person's own chat."""
        return self.interaction.conversation.kind == "chat"

    @property
    def is_in_place(self) -> bool:
        """Whether it happened in a place of ours; a shortcut is chosen anywhere, also where we are not."""
        return not self.is_private and self.activity.get("name") not in {FETCHING, SUBMITTING}

    @property
    def is_act(self) -> bool:
        """Whether the person did something themselves and waits for what comes of it."""
        return isinstance(self.interaction.did, Wrote | Pressed | Submitted)


def tenants_of(activity: Json) -> set[str]:
    """Every tenant that the activity claims to come from."""
    named = (_at(activity, "channelData", "tenant", "id"), _at(activity, "conversation", "tenantId"))
    return {str(each) for each in named if each}


def who_waits(activity: Json) -> tuple[Human, str, str] | None:
    """Who pressed for an invoke that we do not know, with their account and language; None where nobody waits."""
    sender = _object(activity, "from")
    if activity.get("name") not in PRESSES or not isinstance(sender.get("id"), str):
        return None
    actor = _actor(activity, sender, human := _human(activity))
    return human, actor.account, actor.language or SOURCE_LANGUAGE


def read(activity: Json) -> Turn | None:
    """The turn of an activity; None where nobody did anything that concerns us."""
    sender, recipient, place = _object(activity, "from"), _object(activity, "recipient"), _object(activity, "conversation")
    kind, event = activity.get("type"), str(_at(activity, "channelData", "eventType") or "")
    if not place.get("id") or not isinstance(place["id"], str):
        raise MalformedActivity("no conversation")
    if not sender.get("id"):
        if kind in {"message", "invoke"}:
            raise MalformedActivity("no sender")
        return None
    if _is_bot(sender, recipient):
        return None
    found = _did(activity, str(kind), event)
    if found is None:
        return None
    did, manner = found
    return _turn(activity, did, manner)


def _did(activity: Json, kind: str, event: str) -> tuple[Did, Manner] | None:
    match kind:
        case "message":
            did = _message(activity)
        case "messageUpdate":
            did = Edited(_text(activity)[0], str(activity.get("id", "")))
        case "messageDelete":
            did = Deleted(str(activity.get("id", "")))
        case "messageReaction":
            did = _reaction(activity)
        case "conversationUpdate":
            did = _conversation_update(activity, event)
        case "installationUpdate":
            did = _installation(activity)
        case "invoke":
            return _invoke(activity)
        case _:
            return None
    return None if did is None else (did, "said")


def _message(activity: Json) -> Did | None:
    value = activity.get("value")
    if isinstance(value, dict) and not activity.get("text"):
        return _acted(value, activity.get("replyToId"))
    text, mentions_bot = _text(activity)
    if not text and not mentions_bot:
        attached = _attached(activity)
        return FileLost(attached[0].name, Loss.LATE, replied_to(activity)) if attached else None
    return Wrote(text, str(activity.get("id", "")), mentions_bot, replied_to(activity))


def replied_to(activity: Json) -> str | None:
    """The message that a message answers."""
    _conversation, thread = split(activity["conversation"]["id"])
    root = thread if thread and thread != str(activity.get("id", "")) else activity.get("replyToId")
    return str(root) if root else None


def _reaction(activity: Json) -> Did | None:
    message_id = _text_or_none(activity.get("replyToId"))
    added, removed = (
        tuple(reaction(str(each["type"])) for each in _objects(activity.get(name)) if each.get("type"))
        for name in ("reactionsAdded", "reactionsRemoved")
    )
    return Reacted(message_id, added, removed) if message_id and (added or removed) else None


def _attached(activity: Json) -> tuple[Attached, ...]:
    """The files in a message of a person's own chat, the only place where the platform hands them to a bot."""
    if activity.get("type") != "message" or not _is_private(activity):
        return ()
    files = [each for each in _objects(activity.get("attachments")) if each.get("contentType") == FILE]
    return tuple(Attached(str(each.get("name") or ""), str(_at(each, "content", "downloadUrl") or "")) for each in files)


def _acted(data: Mapping[str, Any], card_id: Any) -> Did:
    """What a card's action carried: a filled-in form, otherwise a press; an unreadable one is a press of a card of long ago."""
    form = submitted(data)
    if form is not None:
        return form
    payload, picked = data.get("payload"), data.get(str(data.get("input")))
    message_id = str(card_id) if card_id else None
    return Pressed(payload if isinstance(payload, str) else "", message_id, picked if isinstance(picked, str) and picked else None)


def _invoke(activity: Json) -> tuple[Did, Manner] | None:
    manner = INVOKES.get(str(activity.get("name")))
    value = activity.get("value")
    if manner is None:
        return None
    if not isinstance(value, dict):
        raise MalformedActivity("an invoke without a value")
    if activity.get("name") == FETCHING:
        return (_picked_up(value) if value.get("commandContext") == "message" else Commanded(str(value.get("commandId")), "")), manner
    data = _at(value, "action", "data") if manner == "acted" else value.get("data")
    if not isinstance(data, dict):
        raise MalformedActivity("an invoke without data")
    if manner == "acted" and _at(value, "action", "verb") == REFRESH:
        return Looked(str(data.get("payload") or "")), manner
    return _acted(data, activity.get("replyToId")), manner


def _picked_up(value: Json) -> Did:
    """The message in whose menu a shortcut was chosen."""
    content = str(_at(value, "messagePayload", "body", "content") or "")
    is_html = _at(value, "messagePayload", "body", "contentType") == "html"
    words = quoted(content) if is_html else content.strip()
    return PickedUp(str(value.get("commandId")), words or on_a_card(_at(value, "messagePayload", "attachments")))


def _conversation_update(activity: Json, event: str) -> Did | None:
    private = _is_private(activity)
    bot = _object(activity, "recipient").get("id")
    if _has(activity.get("membersAdded"), bot):
        return OpenedHome() if private else BotAdded()
    team = _whole_team(activity)
    if _has(activity.get("membersRemoved"), bot):
        return BotRemoved(team)
    name = _at(activity, "channelData", "channel", "name") if event == "channelRenamed" else activity.get("topicName")
    if event == "teamRenamed" and team is not None:
        name = _at(activity, "channelData", "team", "name")  # its first channel is called as the team is
    if isinstance(name, str) and name:
        return PlaceRenamed(name)
    if event in CLOSINGS:
        return PlaceClosed(team)
    return PlaceReopened(team) if event in REOPENINGS else None


def _whole_team(activity: Json) -> str | None:
    """The team, where it is meant as a whole: such events come in the name of its first channel, whose id is the team's own."""
    team = _at(activity, "channelData", "team", "id")
    return team if isinstance(team, str) and team == _place_of(activity)[0] else None


def _installation(activity: Json) -> Did | None:
    # In a place the same news comes as a conversationUpdate, which says who is meant.
    match activity.get("action") if _is_private(activity) else None:
        case "add":
            return BotAdded()
        case "remove":
            return BotRemoved()
    return None


def _turn(activity: Json, did: Did, manner: Manner) -> Turn:
    sender, human = _object(activity, "from"), _human(activity)
    conversation_id, thread = _place_of(activity)
    tenant, service_url, private = human.tenant, human.service_url, human.conversation is not None
    place = Conversation(
        external_id=conversation_id,
        kind="chat" if private else "place",
        name=_name_of_place(activity, conversation_id),
        reference={"service_url": service_url, "tenant": tenant, "conversation": conversation_id, **_group(activity)},
    )
    interaction = Interaction(
        platform="teams",
        workspace=tenant,
        actor=_actor(activity, sender, human),
        conversation=place,
        did=did,
        key=_key(activity, conversation_id, did),
        at=_moment(activity.get("timestamp")),
    )
    is_channel = _at(activity, "conversation", "conversationType") == "channel"
    root = (thread or _text_or_none(activity.get("id"))) if is_channel and isinstance(did, Wrote) else thread
    card_id = _text_or_none(activity.get("replyToId")) if not isinstance(did, Wrote) else None
    return Turn(interaction, manner, human, Spot(service_url, conversation_id, root), card_id, _attached(activity), activity)


def _name_of_place(activity: Json, conversation_id: str) -> str | None:
    """What the place is called, where the activity tells: events do, messages of channels do not."""
    name = _at(activity, "channelData", "channel", "name") or _at(activity, "conversation", "name")
    if name is None and conversation_id == _at(activity, "channelData", "team", "id"):
        name = _at(activity, "channelData", "team", "name")
    return _text_or_none(name)


def _group(activity: Json) -> dict[str, str]:
    team = _at(activity, "channelData", "team", "id") or _at(activity, "channelData", "teamsTeamId")
    return {GROUP: team} if isinstance(team, str) else {}


def _human(activity: Json) -> Human:
    """Whoever did it, as the connector knows them."""
    tenant = str(_at(activity, "channelData", "tenant", "id") or _at(activity, "conversation", "tenantId") or "")
    # A shortcut is chosen in any conversation: one between two people looks like the bot's own chat with somebody.
    private = _is_private(activity) and activity.get("name") not in {FETCHING, SUBMITTING}
    chat = _place_of(activity)[0] if private else None
    bot = str(_object(activity, "recipient").get("id", ""))
    return Human(tenant, str(_object(activity, "from")["id"]), str(activity["serviceUrl"]), bot, chat)


def _place_of(activity: Json) -> tuple[str, str | None]:
    event = str(_at(activity, "channelData", "eventType") or "")
    channel = _at(activity, "channelData", "channel", "id")
    if event.startswith("channel") and isinstance(channel, str):
        return channel, None  # such events come in the name of the team's first channel
    return split(activity["conversation"]["id"])


def _actor(activity: Json, sender: Json, human: Human) -> Actor:
    client: Json = next((e for e in _objects(activity.get("entities")) if e.get("type") == "clientInfo"), {})
    return Actor(
        account=str(sender.get("aadObjectId") or sender["id"]),
        name=_text_or_none(sender.get("name")),
        zone=_text_or_none(activity.get("localTimezone") or client.get("timezone")),
        language=_text_or_none(activity.get("locale") or client.get("locale")),
        is_guest=sender.get("userRole") == "guest",
        reference=human.reference,
    )


def _key(activity: Json, conversation_id: str, did: Did) -> str | None:
    activity_id = activity.get("id")
    if not activity_id:
        return None
    if isinstance(did, Submitted) and did.nonce:
        return f"form:{did.nonce}"  # a card that is sent twice comes under two ids
    if isinstance(did, Edited | Deleted):
        # An edit comes under the message's own id, so only its time tells one from the next.
        return f"teams:{conversation_id}:{activity_id}:{type(did).__name__.lower()}:{activity.get('timestamp')}"
    return f"teams:{conversation_id}:{activity_id}"


def _text(activity: Json) -> tuple[str, bool]:
    """The text as the person typed it, and whether it calls the bot."""
    text = str(activity.get("text") or "")
    bot = _object(activity, "recipient").get("id")
    mentions_bot = False
    for entity in _objects(activity.get("entities")):
        if entity.get("type") == "mention" and _at(entity, "mentioned", "id") == bot and entity.get("text"):
            mentions_bot = True
            text = text.replace(str(entity["text"]), " ", 1)
    text = TAG.sub(r"@\1", text).replace("&nbsp;", " ").replace("\u00a0", " ")
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return text.replace("\r\n", "\n").strip(), mentions_bot


def _is_bot(sender: Json, recipient: Json) -> bool:
    sender_id = str(sender["id"])
    return sender_id.startswith(BOT_PREFIX) or sender_id == recipient.get("id") or sender.get("role") == "bot"


def _is_private(activity: Json) -> bool:
    conversation = _object(activity, "conversation")
    kind = conversation.get("conversationType")
    return kind == "personal" if kind else not conversation.get("isGroup")


def _moment(stamp: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stamp)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _at(part: Any, *path: str) -> Any:
    for step in path:
        if not isinstance(part, dict):
            return None
        part = part.get(step)
    return part


def _object(part: Json, name: str) -> Json:
    found = part.get(name)
    return found if isinstance(found, dict) else {}


def _objects(parts: Any) -> list[Json]:
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _has(members: Any, bot: Any) -> bool:
    return any(member.get("id") == bot for member in _objects(members))


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
