"""What people want to be quoted with is what the closing meetup talks about: a line of its agenda each."""

from __future__ import annotations

from bot.chat.text import clean_line
from bot.core.context import Context
from handlers import challenges
from handlers.endings import reporting
from handlers.endings.composing import Said
from handlers.meetups import AgendaBegun

MOST = 8  # an hour has not room for more
LONGEST = 200


def add_highlights(ctx: Context, fact: AgendaBegun) -> None:
    """Everybody's first highlight, by name or without, as its writer released it."""
    challenge = challenges.challenge(ctx, fact.challenge)
    if challenge is None:
        return
    firsts: dict[int, Said] = {}
    for each in reporting.quotables(ctx, challenge):
        if not each.is_left_out:
            firsts.setdefault(each.writer, each.said)
    fact.lines.extend([line(said.text, said.name) for said in firsts.values()][:MOST])


def line(quote: str, name: str | None) -> str:
    """How a quote stands in an agenda."""
    return f"{name}: {quoted(quote)}" if name is not None else f"“{quoted(quote)}”"


def quoted(quote: str) -> str:
    """As much of a quote as an agenda has room for."""
    return clean_line(quote, LONGEST)
