"""What is asked of the platforms and why: nothing is asked for that is not used."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.chat.language import Phrase, _
from bot.lean import dataclass
from manifest.limits import Refused


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope of a Slack bot token, with the events and Web API methods that it is there for."""

    name: str
    reason: Phrase
    events: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capability:
    """Something more that the bot can do where a workspace grants more; it lives without."""

    name: str
    gives: Phrase
    without: Phrase
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of a Teams app."""

    name: str
    reason: Phrase


CORE = (
    Scope("app_mentions:read", _("Someone mentions me in a channel and wants an answer."), events=("app_mention",)),
    Scope(
        "channels:read",
        _("I learn the name of a public channel that I was added to, and notice when I am removed or it is renamed, archived or deleted."),
        events=(
            "member_joined_channel",
            "member_left_channel",
            "channel_left",
            "channel_rename",
            "channel_archive",
            "channel_deleted",
            "channel_unarchive",
        ),
        methods=("conversations.info", "users.conversations"),
    ),
    Scope(
        "chat:write",
        _("I post and edit my own messages, and take them away again, in channels that I was added to and in people's own chats with me."),
        methods=("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete"),
    ),
    Scope("commands", _("My slash commands work.")),
    Scope("files:read", _("I read files that someone sends me in their own chat with me, such as a pack of activities.")),
    Scope(
        "files:write",
        _("I hand over files that someone asked for, such as their own journal."),
        methods=("files.getUploadURLExternal", "files.completeUploadExternal"),
    ),
    Scope(
        "groups:read",
        _("The same as channels:read, for private channels that I was added to."),
        events=(
            "member_joined_channel",
            "member_left_channel",
            "group_left",
            "group_rename",
            "group_archive",
            "group_deleted",
            "group_unarchive",
        ),
        methods=("conversations.info", "users.conversations"),
    ),
    Scope(
        "im:history",
        _("I read what people write to me in their own chat with me, and follow when they edit or delete it."),
        events=("message.im",),
        methods=("conversations.history", "conversations.replies"),
    ),
    Scope(
        "im:write",
        _("I find the chat with a person again, to keep a message there up to date and to hand over files."),
        methods=("conversations.open",),
    ),
    Scope(
        "users:read",
        _("I learn a person's name, time zone and language, so that I write at their hour, and notice when an account is closed."),
        events=("user_change",),
        methods=("users.info", "bots.info"),
    ),
)

CAPABILITIES = (
    Capability(
        "channel-replies",
        gives=_("People can reply in the thread of one of my messages in a channel, without mentioning me, and edit or delete that reply."),
        without=_(
            "In channels I hear only those messages that mention me, and not when they are edited or deleted; "
            "people use the buttons or write to me in their own chat."
        ),
        scopes=(
            Scope(
                "channels:history",
                _("Replies to my messages reach me in public channels; a message that is not for me is dropped and never stored."),
                events=("message.channels",),
                methods=("conversations.history", "conversations.replies"),
            ),
            Scope(
                "groups:history",
                _("Replies to my messages reach me in private channels; a message that is not for me is dropped and never stored."),
                events=("message.groups",),
                methods=("conversations.history", "conversations.replies"),
            ),
        ),
    ),
    Capability(
        "team-channels",
        gives=_("Whoever leads a group or project presses a button, and I open a channel for it and invite its team."),
        without=_("Someone opens the channel themselves, adds me, and links it to the group or project."),
        scopes=(
            Scope(
                "channels:manage",
                _("I open a public channel for a team that asks for one, and invite the team into it."),
                methods=("conversations.create", "conversations.invite"),
            ),
        ),
    ),
    Capability(
        "pins",
        gives=_("What a group or project is about stays pinned in the channel where its team works."),
        without=_("It stands in that channel and stays current; someone can pin it themselves."),
        scopes=(
            Scope(
                "pins:write",
                _("I pin my own message about a group or project in the channel of its team."),
                methods=("pins.add",),
            ),
        ),
    ),
    Capability(
        "partners-chat",
        gives=_("Partners who are both here press a button, and I open a group conversation for them, in which I read nothing."),
        without=_("Partners write to each other through me, or find each other themselves."),
        scopes=(
            Scope(
                "mpim:write",
                _("I open a group conversation for partners who ask for one, and greet them there once."),
                methods=("conversations.open",),
            ),
        ),
    ),
    Capability(
        "receipts",
        gives=_("When an answer of the platform is lost, I am told which of my messages arrived, and say none of them twice."),
        without=_(
            "In chats I look for such a message before I say it again, in channels only with channel-replies; "
            "otherwise it may stand there twice, and a reminder is rather not said again."
        ),
        scopes=(
            Scope(
                "metadata.message:read",
                _("I am told when a message of mine stands in its place, by the mark that it carries; I read no words with it."),
                events=("message_metadata_posted",),
            ),
        ),
    ),
    Capability(
        "reactions",
        gives=_("When someone reacts to what their partner wrote through me, the partner hears of it in one line of text."),
        without=_("Reactions stay where they are made; people cheer with a button or answer in words."),
        scopes=(
            Scope(
                "reactions:read",
                _("Reactions to my own messages reach the one who wrote them; any other reaction is dropped and never stored."),
                events=("reaction_added", "reaction_removed"),
            ),
        ),
    ),
)

FREE_EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")  # these need no scope
FREE_METHODS = ("auth.test", "oauth.v2.access", "views.open", "views.publish", "views.update")
APP_TOKEN = Scope(
    "connections:write",
    _("On the app-level token, for Socket Mode alone: I open the connection to Slack myself, so no public address is needed."),
    methods=("apps.connections.open",),
)
CONFIG_TOKEN = Scope(
    "app_configurations:read",
    _("On an app configuration token, for the operator's check alone: I compare the app's manifest with the one that I declare."),
    methods=("apps.manifest.export",),
)

TEAMS_PERMISSIONS = (
    Permission("identity", _("I know who wrote to me or pressed a button.")),
    Permission("messageTeamMembers", _("I write to members of the team in their own chats.")),
)
TEAMS_CONSENTS = (
    Permission("ChannelMessage.Read.Group", _("Replies to my messages in a channel reach me without a mention.")),
    Permission("ChatMessage.Read.Chat", _("Replies to my messages in a group chat reach me without a mention.")),
)


def capabilities_named(names: Collection[str]) -> tuple[Capability, ...]:
    """The capabilities of these names; an unknown name is refused."""
    if unknown := set(names) - {each.name for each in CAPABILITIES}:
        raise Refused(f"no such capability: {', '.join(sorted(unknown))}; there are {', '.join(each.name for each in CAPABILITIES)}")
    return tuple(each for each in CAPABILITIES if each.name in names)


def optional_scopes(capabilities: Iterable[Capability]) -> list[Scope]:
    """The scopes of some capabilities."""
    return [scope for each in capabilities for scope in each.scopes]


def asked_for(names: Collection[str] = ()) -> list[Scope]:
    """Every scope that is asked for with the capabilities of these names."""
    return [*CORE, *optional_scopes(capabilities_named(names))]


def events_of(scopes: Iterable[Scope]) -> list[str]:
    """Every event that these scopes and no scope at all bring, by name."""
    return sorted({*FREE_EVENTS, *(event for scope in scopes for event in scope.events)})
