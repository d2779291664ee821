"""How a request grows into the next size, with all that was said in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.text import clean_line
from bot.core.context import Context
from handlers.opinions import contributions, ratifying, seats, store
from handlers.opinions.requests import About, Request, State
from handlers.opinions.rules import LONGEST_STATEMENT, Phase, Size, Stop, phases


def remaining(size: Size) -> Sequence[Phase]:
    """The phases of the larger size that are to come: statements are open again in any case."""
    order = list(Phase)
    return [phase for phase in phases(size) if order.index(Phase.STATEMENTS) <= order.index(phase) < order.index(Phase.OUTCOME)]


def grow(ctx: Context, request: Request, size: Size, stops: Sequence[Stop]) -> Request:
    """Go on with statements in the larger size; the reasons of a quick request become statements."""
    if request.size is Size.QUICK:
        _reasons_into_statements(ctx, request)
        store.drop_versions(ctx, request.id)
    ends = {stop.phase: stop.ends_at for stop in stops}
    return store.save(ctx, replace(request, size=size, phase=Phase.STATEMENTS, options=(), decision=None, ends=ends))


def _reasons_into_statements(ctx: Context, request: Request) -> None:
    holders = seats.holders(ctx, request.id)
    for seat, ballot in list(ratifying.ballots(ctx, request)):
        if ballot.words:
            fits = len(ballot.words) <= LONGEST_STATEMENT
            words = {"text": clean_line(ballot.words, LONGEST_STATEMENT), "reason": "" if fits else ballot.words}
            contributions.add(ctx, request, seat, About.STATEMENT, words, State.OPEN, writer=holders[seat])
        sheet = seats.sheet(ctx, request.id, seat)
        sheet.ballots.clear()
        seats.write(ctx, request.id, seat, sheet)
