"""Registries to make manifests of: the real one, and made-up ones at the limits."""

from __future__ import annotations

from bot.chat.language import _
from bot.chat.reply import Silence
from bot.core.feature import Command, Feature, Shortcut
from bot.core.registry import Registry
from bot.people.values import Role
from handlers import features


def real() -> Registry:
    return Registry(features())


def command(name: str, about: str = "Do it", *, hint: str | None = None, role: Role = Role.MEMBER, anywhere: str | None = None) -> Command:
    """A command, `anywhere` being the words of the button by which it is offered there."""
    button = None if anywhere is None else _(anywhere)
    said = None if hint is None else _(hint)
    return Command(name, _(about), lambda _ctx, _rest: Silence(), hint=said, role=role, button=button, is_anywhere=button is not None)


def shortcut(name: str, label: str = "Keep it", about: str = "Keep what it says") -> Shortcut:
    return Shortcut(name, _(label), _(about), lambda _ctx, _words: Silence())


def of(*declared: Command | Shortcut) -> Registry:
    commands = tuple(each for each in declared if isinstance(each, Command))
    return Registry([Feature("made_up", commands=commands, shortcuts=tuple(each for each in declared if isinstance(each, Shortcut)))])
