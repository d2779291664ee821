"""The map of a request: asked for when answers have come in, computed apart, kept until the response is sent."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.outbox import Kind
from handlers.opinions import contributions, draft_views, map_views, mapping, pictures, seats, store, taking_part, views
from handlers.opinions.payloads import SeeMap, TakePicture
from handlers.opinions.requests import About, Contribution, Request, State
from handlers.opinions.rules import Phase

MAP, PICTURE = "opinion.map", "opinion.picture"


@dataclass(frozen=True, slots=True)
class Hints:
    """What the map says about what to show next, by the statements' numbers."""

    extremity: Mapping[int, float] = field(default_factory=dict)
    wanted: frozenset[int] = frozenset()


def statements(ctx: Context, request: Request) -> dict[int, Contribution]:
    """The statements that count, by their numbers."""
    found = contributions.of_request(ctx, request.id, About.STATEMENT, State.OPEN)
    return {each.number: each for each in sorted(found, key=lambda each: each.number)}


def ask(ctx: Context, request: Request) -> None:
    """Let the map be computed from all answers; what is made of it follows by itself."""
    numbers = sorted(each.number for each in contributions.open_statements(ctx, request.id))
    lines = ((_voter(seat), said.stances) for seat, said in seats.sheets(ctx, request.id) if said.stances)
    rows = {voter: "".join([line[n - 1] for n in numbers]) for voter, line in _as_long(lines, max(numbers, default=0))}
    sheet = mapping.Sheet(tuple(numbers), rows)
    ctx.later(MAP, {"request": request.id, "sheet": sheet.as_json(), "k": request.k})


def _as_long(lines: Iterable[tuple[int, str]], length: int) -> Iterator[tuple[int, str]]:
    """The same lines, each as long as there are numbers."""
    return ((voter, line.ljust(length, mapping.UNSEEN)) for voter, line in lines)


def map_of(ctx: Context, request: Request) -> mapping.OpinionMap | None:
    """The map, once it is there."""
    found = store.map_of(ctx, request.id)
    return mapping.map_of(found) if found is not None else None


def hints(ctx: Context, request: Request, seat: str | None) -> Hints:
    """Which statements the actor's group has to see first, and how far each pulls people apart."""
    found = map_of(ctx, request) if request.phase is Phase.MAP else None
    if found is None:
        return Hints()
    wanted = found.wanted.get(_voter(seat), frozenset()) if seat is not None else frozenset()
    return Hints({each.statement: each.extremity for each in found.standings}, wanted)


def see(ctx: Context, payload: SeeMap) -> Reply:
    """The map in plain words."""
    request = taking_part.known(ctx, payload.request)
    found = map_of(ctx, request)
    if found is None:
        return Say(draft_views.no_map(request) if request.is_running else views.past_it(request))
    blocks = map_views.blocks(found, _texts(ctx, request), is_anonymous=request.is_anonymous, k=request.k)
    return Say(draft_views.map_of(request, blocks))


def take_picture(ctx: Context, payload: TakePicture) -> Reply:
    """Ask for the picture; it comes into one's own chat."""
    request = taking_part.known(ctx, payload.request)
    found = map_of(ctx, request)
    if found is None:
        return Say(draft_views.no_map(request))
    language = ctx.actor.language
    drawing = map_views.drawing(found, _texts(ctx, request), request.question, language, is_anonymous=request.is_anonymous, k=request.k)
    alt = say_label(map_views.alt(found), language)
    ctx.later(PICTURE, {"request": request.id, "svg": pictures.svg(drawing), "alt": alt, "question": request.question})
    return Say(draft_views.drawing())


def send_picture(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Hand the picture over."""
    file = map_views.picture(base64.b64decode(result["png"]), given["alt"])
    request = store.request(ctx, given["request"])
    found = map_of(ctx, request) if request is not None else None
    if request is not None and found is not None:
        table = map_views.table_in_chat(found, _texts(ctx, request), is_anonymous=request.is_anonymous, k=request.k)
        ctx.post(ctx.actor, draft_views.drawn(given["question"], file, given["alt"], table), kind=Kind.ANSWER)


def _texts(ctx: Context, request: Request) -> dict[int, str]:
    return {number: each.text for number, each in statements(ctx, request).items()}


def _voter(seat: str) -> int:
    """A seat as the map knows it."""
    return int(seat[:12], 16)
