"""Pages to take along: one charter for everybody, all of them for leads and sponsors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.chat.errors import LeadsOnly
from bot.chat.language import _
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.outbox import Kind as PostKind
from bot.papers.files import asked, contents
from bot.people import store as people
from handlers.charters import assets, cards, moves, page_views, reports, store
from handlers.charters.charter import Charter
from handlers.charters.page_views import Told
from handlers.charters.payloads import TakeOverview, TakePage
from handlers.charters.rules import State

FILES = "charter.files"
MOST = 100  # on a page of all of them, the newest


def may_overview(ctx: Context) -> bool:
    """Whether the actor pays for something here, or leads the community."""
    return ctx.actor.is_lead or any(each.sponsor == ctx.actor.id for each in store.looked_after(ctx, ctx.actor.id))


def take_page(ctx: Context, payload: TakePage) -> Reply:
    """Ask for one charter as Markdown and as PDF."""
    charter = moves.known(ctx, payload.charter)
    told = _told(ctx, [charter])
    paper = page_views.page(cards.standing(ctx, charter), told[charter.id])
    ctx.later(FILES, asked(paper, ctx.actor.language, title=charter.name, name="charter"))
    return Say(page_views.on_its_way())


def take_overview(ctx: Context, _payload: TakeOverview) -> Reply:
    """Ask for all of them on a page."""
    if not may_overview(ctx):
        raise LeadsOnly(people.names_of_leads(ctx.session))
    found = [each for each in store.in_states(ctx, list(State)) if each.is_public][:MOST]
    told = _told(ctx, found)
    standings = cards.standings(ctx, found)
    paper = page_views.overview(ctx.community.name, [(each, told[each.charter.id]) for each in standings])
    ctx.later(FILES, asked(paper, ctx.actor.language, title=say_label(_("Groups and projects"), ctx.actor.language), name="charters"))
    return Say(page_views.on_its_way())


def _told(ctx: Context, charters: Sequence[Charter]) -> dict[int, Told]:
    found = reports.all_of(ctx, [charter.id for charter in charters])
    counts = reports.answer_counts(ctx, [report.id for each in found.values() for report in each])
    files = assets.all_of(ctx, [charter.id for charter in charters])
    told = {}
    for charter in charters:
        theirs = tuple(found.get(charter.id, ()))
        ids = {report.id for report in theirs}
        told[charter.id] = Told(theirs, {key: count for key, count in counts.items() if key[0] in ids}, tuple(files.get(charter.id, ())))
    return told


def hand_over(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Give them to whoever asked."""
    ctx.post(ctx.actor, page_views.files(given["title"], given.get("name", "charter"), *contents(result)), kind=PostKind.ASKED_FOR)
