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


def command(name: str, about: str = "Do it", *, hint: str | None = None, role: Role = Role.MEMBER) -> Command:
    return Command(name, _(about), lambda _ctx, _rest: Silence(), hint=None if hint is None else _(hint), role=role)


def shortcut(name: str, label: str = "Keep it", about: str = "Keep what it says") -> Shortcut:
    return Shortcut(name, _(label), _(about), lambda _ctx, _words: Silence())


def of(*declared: Command | Shortcut) -> Registry:
    commands = tuple(each for each in declared if isinstance(each, Command))
    return Registry([Feature("made_up", commands=commands, shortcuts=tuple(each for each in declared if isinstance(each, Shortcut)))])
