"""The map of a request: asked for when answers have come in, computed apart, kept until the response is sent."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import timedelta
from typing import Any

from bot.chat.message import Message
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.core.cadences import Occurrence, once
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.lean import dataclass
from bot.people import store as people
from handlers.opinions import cards, contributions, draft_views, map_views, mapping, pictures, seats, store, taking_part, views
from handlers.opinions.payloads import SeeMap, TakePicture
from handlers.opinions.requests import About, Contribution, Request, State
from handlers.opinions.rules import Phase, phases

MAP, PAINT, PICTURE = "opinion.map", "opinion.paint", "opinion.picture"
PAINT_JOB = "opinion.paint"


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


def shown(ctx: Context, request: Request) -> tuple[mapping.OpinionMap, dict[int, str]] | None:
    """The map of the statements that stand, with their words by their numbers."""
    found = map_of(ctx, request)
    texts = {number: each.text for number, each in statements(ctx, request).items()} if found is not None else {}
    return (found.only(texts), texts) if found is not None else None


def see(ctx: Context, payload: SeeMap) -> Reply:
    """The map as a picture, in plain words and in numbers."""
    request = taking_part.known(ctx, payload.request)
    found = shown(ctx, request)
    if found is None:
        return Say(draft_views.no_map(request) if request.is_running else views.past_it(request))
    png = store.picture_of(ctx, request.id)
    return Say(draft_views.map_of(request, map_views.blocks(*found, is_anonymous=request.is_anonymous, k=request.k, png=png)))


# -- pictures ------------------------------------------------------------------------------------------------------------


def paint(ctx: Context, request: Request) -> None:
    """Let the picture be painted, for all, where the map is theirs to see."""
    if Phase.MAP in phases(request.size) and (svg := _svg(ctx, request, ctx.community.language)) is not None:
        ctx.later(PAINT, {"request": request.id, "svg": svg})


def keep_picture(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Keep the picture unless something changed meanwhile, and show the map in every place."""
    request = store.request(ctx, given["request"], lock=True)
    found = shown(ctx, request) if request is not None else None
    if request is None or found is None or _svg(ctx, request, ctx.community.language) != given["svg"]:
        return
    store.keep_picture(ctx, request.id, base64.b64decode(result["png"]))
    cards.tell_places(ctx, _in_place(ctx, request, found), _map_key(request))


def paint_anew(ctx: Context, request: Request) -> None:
    """Words in it went: they are gone from places at once, and the picture comes again without them, whoever is there by then."""
    found = shown(ctx, request)
    if found is not None:
        store.keep_picture(ctx, request.id, None)
        for place in people.places(ctx.session):
            ctx.rewrite(place, _map_key(request), _in_place(ctx, request, found))
        cards.plan_once(ctx, PAINT_JOB, request, once(ctx.now + timedelta(seconds=1)))


def paint_due(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Paint what is to be painted again."""
    for occurrence in occurrences:
        request = store.request(ctx, occurrence.subject)
        if request is not None:
            paint(ctx, request)


def take_down(ctx: Context, request: Request) -> None:
    """The map goes, and what stands of it in places."""
    store.keep_map(ctx, request.id, None)
    for place in people.places(ctx.session):
        ctx.take_back(place, _map_key(request), instead=draft_views.map_gone(request))


def _in_place(ctx: Context, request: Request, found: tuple[mapping.OpinionMap, dict[int, str]]) -> Message:
    png = store.picture_of(ctx, request.id)
    return draft_views.map_in_place(request, map_views.in_short(*found, is_anonymous=request.is_anonymous, k=request.k, png=png))


def _map_key(request: Request) -> str:
    return f"{cards.key(request)}/map"


def _svg(ctx: Context, request: Request, language: str) -> str | None:
    found = shown(ctx, request)
    if found is None:
        return None
    return pictures.svg(map_views.drawing(*found, request.question, language, is_anonymous=request.is_anonymous, k=request.k))


def take_picture(ctx: Context, payload: TakePicture) -> Reply:
    """Ask for the picture as a file; it comes into one's own chat."""
    request = taking_part.known(ctx, payload.request)
    svg, found = _svg(ctx, request, ctx.actor.language), shown(ctx, request)
    if svg is None or found is None:
        return Say(draft_views.no_map(request))
    alt = say_label(map_views.alt(found[0]), ctx.actor.language)
    ctx.later(PICTURE, {"request": request.id, "svg": svg, "alt": alt, "question": request.question})
    return Say(draft_views.drawing())


def send_picture(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Hand the picture over."""
    file = map_views.picture(base64.b64decode(result["png"]), given["alt"])
    request = store.request(ctx, given["request"])
    found = shown(ctx, request) if request is not None else None
    if request is not None and found is not None:
        table = map_views.table_in_chat(*found, is_anonymous=request.is_anonymous, k=request.k)
        ctx.post(ctx.actor, draft_views.drawn(given["question"], file, given["alt"], table), kind=Kind.ANSWER)


def _voter(seat: str) -> int:
    """A seat as the map knows it."""
    return int(seat[:12], 16)
