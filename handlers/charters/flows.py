"""The directory, all of a charter, and how one begins."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.errors import CardOutOfDate
from bot.chat.message import Buttons, Message
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.people import store as people
from handlers import agenda
from handlers.charters import (
    asset_views,
    assets,
    cards,
    endorsements,
    endorsing_views,
    moves,
    reports,
    store,
    taking_along,
    views,
    work_views,
)
from handlers.charters.charter import Charter, Part
from handlers.charters.forms import SearchDraft
from handlers.charters.payloads import Browse, Filter, Search, See, Start
from handlers.charters.rules import State
from handlers.charters.views import ALL, PAGE, Line, Mine, Shelf

SHOWN = tuple(state for state in State if state is not State.DRAFT)


def command(ctx: Context, rest: str) -> Reply:
    """`/charter` shows the directory; a word behind it looks for a name."""
    return Say(views.directory(_shelf(ctx, name=rest.strip())))


def door(ctx: Context, _rest: str) -> Reply:
    """The same from the front door."""
    return Say(views.directory(_shelf(ctx)))


def browse(ctx: Context, payload: Browse) -> Reply:
    """A page of the directory."""
    return Say(views.directory(_shelf(ctx, payload.state, payload.page)))


def pick_state(ctx: Context, _payload: Filter) -> Reply:
    """Only the charters in one state."""
    picked = ctx.picked if ctx.picked in set(SHOWN) else ""
    return Say(views.directory(_shelf(ctx, "" if picked in (None, ALL) else str(picked))), instead=True)


def ask_name(ctx: Context, payload: Search) -> Reply:
    """Ask for a part of its name."""
    return ctx.open(SearchDraft, subject=payload)


def find(ctx: Context, draft: SearchDraft, _subject: Search) -> Reply:
    """The charters with this in their names."""
    return Say(views.directory(_shelf(ctx, name=draft.name)))


def _shelf(ctx: Context, state: str = "", page: int = 0, name: str = "") -> Shelf:
    states = [State(state)] if state in set(SHOWN) else list(State)
    found = store.listed(ctx, states, name)
    page = max(0, min(page, (len(found) - 1) // PAGE))
    lines = _lines(ctx, store.charters(ctx, found[page * PAGE : (page + 1) * PAGE]))
    return Shelf(lines, len(found), page, state, name, ctx.community.zone, taking_along.may_overview(ctx))


def _lines(ctx: Context, charters: Sequence[Charter]) -> tuple[Line, ...]:
    seats = store.seats(ctx, [each.id for each in charters])
    present = people.members(ctx.session, [each.lead for each in charters if each.lead is not None]) if charters else {}
    return tuple(
        Line(
            each,
            0 if each.state.is_over else sum(seat.person is None for seat in seats.get(each.id, ())),
            present[each.lead].name if each.lead in present else "",
        )
        for each in charters
    )


def see(ctx: Context, payload: See) -> Reply:
    """All of it, and what the actor can do."""
    return Say(whole(ctx, moves.known(ctx, payload.charter)))


def whole(ctx: Context, charter: Charter) -> Message:
    """All of a charter for the actor."""
    said = endorsements.of(ctx, charter)
    names = people.names(ctx.session, [each.person for each in said])
    own = next((each.stance for each in said if each.person == ctx.actor.id), None)
    leads = charter.is_run_by(ctx.actor.id)
    mine = Mine(store.part_of(ctx, charter.id, ctx.actor.id), own, moves.may_manage(ctx, charter), leads)
    newest = reports.newest(ctx, charter.id)
    shown = work_views.newest(newest, names_of(ctx, newest.made_by)) if newest is not None else ()
    found = assets.of(ctx, charter.id)
    shown += (*asset_views.named(found), Buttons(asset_views.see(charter, found))) if found else ()
    objections = endorsing_views.objections(said, names, may_answer=mine.may_manage and charter.state is State.ENDORSING)
    changed = len(store.versions(ctx, charter.id)) > 1
    return views.seen(cards.standing(ctx, charter), mine, objections, shown, changed=changed)


def names_of(ctx: Context, person: int | None) -> str:
    """Somebody's name, or nothing."""
    return people.names(ctx.session, [person]).get(person, "") if person is not None else ""


def start(ctx: Context, payload: Start) -> Reply:
    """Ask the one question that decides."""
    if not people.places(ctx.session):
        return Say(views.no_place())
    question = agenda.question(ctx, payload.question) if payload.question is not None else None
    if payload.question is not None and question is None:
        raise CardOutOfDate
    return Say(views.start(payload.question, question.text if question is not None else ""))


def team_of(ctx: Context, charter: Charter) -> set[int]:
    """Everybody on the team."""
    taking = store.people_of(ctx, [charter.id]).get(charter.id, ())
    heads = {p for p in (charter.led_by, charter.co_lead) if p is not None}
    return {each.person for each in taking if each.part is Part.TEAM} | heads
