"""What the buttons of highlights carry."""

from __future__ import annotations

from bot.chat.action import Action, action


@action("journal.release")
class AskRelease(Action):
    """Show what would be quoted of an entry, and ask how."""

    entry: int


@action("journal.release_as")
class Release(Action):
    """Let an entry be quoted, by name or without."""

    entry: int
    by_name: bool


@action("journal.release_back")
class TakeBack(Action):
    """Let an entry be quoted no more."""

    entry: int


@action("journal.release_not")
class NotThisTime(Action):
    """Let nothing be quoted, this time."""
