"""The terminal: settings read, faults told, and nothing but the answer on it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

WRONG = 2
NO_KEY = "CONVENE_SECRET_KEY is missing: a list of keys of at least 32 characters, the first one writes"


def settings() -> Settings:
    """The settings; every one that is wrong is told."""
    from bot.settings import WrongSettings, load

    try:
        return load()
    except WrongSettings as wrong:
        fail(wrong.problems)


def fail(problems: list[str]) -> NoReturn:
    """Say what is wrong, and end."""
    for problem in problems:
        typer.echo(f"convene: {problem}", err=True)
    sys.exit(WRONG)


def quiet_logs() -> None:
    """Let the log say warnings only."""
    from bot.logs import configure

    configure(quiet=True)
