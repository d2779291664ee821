"""The sentences of the manifests that belong to no feature."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat.language import SOURCE_LANGUAGE, Phrase, _
from bot.chat.reading import say_label
from bot.core.feature import Command
from bot.core.registry import Registry

NAME = "Convene"
FULL_NAME = _("Convene, the companion of communities of practice")
SHORT = _("Helps a community of practice to learn side by side.")
LONG = _(
    "Convene is the companion of a community of practice: people who share a craft and wish to get better at it together. "
    "It keeps the rhythm, asks everyone, counts no one out, and never shows what was written in private. "
    "Add me to a channel of the community, or write to me in our own chat."
)
LIST = _("What you can ask for:")
ANYTHING_ELSE = _("Write help at any time to see everything.")


def said(phrase: Phrase | str, language: str = SOURCE_LANGUAGE) -> str:
    """A sentence in the language of the manifests, which is English, or in one of their translations."""
    return say_label(phrase, language)


def described(registry: Registry, sign: str, language: str = SOURCE_LANGUAGE) -> str:
    """The long description: who I am, and every command with what it is for."""
    lines = [f"• {sign}{name}: {said(command.about, language)}" for name, command in registry.commands.items()]
    listed = "\n".join([said(LIST, language), *lines]) if lines else ""
    parts: Iterable[str] = (said(LONG, language), listed, said(ANYTHING_ELSE, language))
    return "\n\n".join(part for part in parts if part)


def hint_of(command: Command) -> str | None:
    """What may stand behind a command, as it is shown while typing."""
    return None if command.hint is None else said(command.hint)


def button_of(command: Command) -> Phrase:
    """The words of a command that is offered wherever people are."""
    assert command.button is not None, command.name
    return command.button
