"""What the platforms take in a manifest: lengths, counts and names."""

from __future__ import annotations

import re

COMMAND = re.compile(r"[a-z0-9_-]+")


class Refused(ValueError):
    """Something declared that the platform would refuse in a manifest."""


SLACK = {
    "name": 35,
    "bot name": 80,
    "description": 140,
    "long description": 4000,
    "command": 32,
    "command description": 2000,
    "usage hint": 1000,
    "shortcut": 24,
    "shortcut description": 150,
}
SLACK_SHORTEST_LONG_DESCRIPTION = 175
SLACK_MOST_COMMANDS = 50
SLACK_MOST_SHORTCUTS = 10

# Slack's own commands, which an app cannot take.
# fmt: off
SLACK_OWN = frozenset((
    "active", "apps", "archive", "away", "call", "collapse", "dm", "dnd", "expand", "feed", "feedback", "help", "invite", "join",
    "keys", "kick", "leave", "me", "msg", "mute", "open", "prefs", "remind", "remove", "rename", "reply", "search", "shortcuts",
    "shrug", "star", "status", "topic", "trigger", "unstar", "who"
))
# fmt: on

TEAMS = {
    "short name": 30,
    "full name": 100,
    "short description": 80,
    "full description": 4000,
    "command": 32,
    "command description": 128,
    "developer": 32,
    "address": 2048,
    "shortcut": 32,
    "shortcut description": 128,
}
TEAMS_MOST_COMMANDS = 10
TEAMS_MOST_SHORTCUTS = 10


def fitting(words: str, limits: dict[str, int], what: str, of: str = "") -> str:
    """The same words, refused where they are none or too many."""
    if not words.strip():
        raise Refused(f"{what} {of!r} is empty" if of else f"{what} is empty")
    if len(words) > limits[what]:
        raise Refused(f"{what} {of or words!r} has {len(words)} characters, {limits[what]} are allowed")
    return words
