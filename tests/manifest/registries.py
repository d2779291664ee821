"""Registries to make manifests of: the real one, and made-up ones at the limits."""

from __future__ import annotations

from bot.chat.language import _
from bot.chat.reply import Silence
from bot.core.feature import Command, Feature
from bot.core.registry import Registry
from bot.people.values import Role
from handlers import features


def real() -> Registry:
    return Registry(features())


def command(name: str, about: str = "Do it", *, hint: str | None = None, role: Role = Role.MEMBER) -> Command:
    return Command(name, _(about), lambda _ctx, _rest: Silence(), hint=None if hint is None else _(hint), role=role)


def of(*commands: Command) -> Registry:
    return Registry([Feature("made_up", commands=commands)])
