"""What an app manifest grants: scopes, subscribed events, commands and surfaces."""

from __future__ import annotations

from typing import Any

from bot.lean import dataclass

Json = dict[str, Any]

# Which of these scopes an event needs (any one of them); events that are not named here need none.
EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "message_metadata_posted": ("metadata.message:read",),
    "message_metadata_updated": ("metadata.message:read",),
    "message_metadata_deleted": ("metadata.message:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "team_join": ("users:read",),
    "user_change": ("users:read",),
    "file_shared": ("files:read",),
}


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command as the manifest declares it."""

    name: str
    about: str
    hint: str
    escapes: bool


@dataclass(frozen=True, slots=True)
class Grants:
    """A manifest, read once."""

    name: str
    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    metadata_events: frozenset[str]
    commands: tuple[Command, ...]
    shortcuts: tuple[Json, ...]
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool
    interactive: bool

    def command(self, name: str) -> Command | None:
        """The declared command of this name."""
        return next((command for command in self.commands if command.name == name), None)

    def sends(self, event: str) -> bool:
        """Whether an event is subscribed and covered by a scope."""
        needed = EVENT_SCOPES.get(event, ())
        return event in self.events and (not needed or any(scope in self.scopes for scope in needed))


def grants_of(manifest: Json) -> Grants:
    """Read a manifest of the second version."""
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    home, subscriptions = features.get("app_home", {}), settings.get("event_subscriptions", {})
    name = manifest.get("display_information", {}).get("name", "App")
    return Grants(
        name=name,
        bot_name=features.get("bot_user", {}).get("display_name", name),
        scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
        events=frozenset(subscriptions.get("bot_events", [])),
        metadata_events=frozenset(each.get("event_type", "") for each in subscriptions.get("metadata_subscriptions", [])),
        commands=tuple(
            Command(each["command"], each.get("description", ""), each.get("usage_hint", ""), bool(each.get("should_escape")))
            for each in features.get("slash_commands", [])
        ),
        shortcuts=tuple(features.get("shortcuts", [])),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        interactive=bool(settings.get("interactivity", {}).get("is_enabled", False)),
    )
