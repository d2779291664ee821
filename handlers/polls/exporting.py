"""What one may take along of a poll: a table for spreadsheets, and a chart as a picture; handed over in one's own chat."""

from __future__ import annotations

import base64
from typing import Any

from bot.chat.errors import CardOutOfDate, UserError
from bot.chat.language import Phrase, _, n_
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.feature import Later, OnAction
from bot.core.outbox import Kind as PostKind
from bot.people.disclosure import fewer_than
from handlers.polls import ballots, cards, store, tables
from handlers.polls.chart import draw
from handlers.polls.export_views import AskForChart, ExportCsv, drawing, drawn, handed_over
from handlers.polls.kinds import Kind, State, Terms
from handlers.polls.tallies import Tally, tally

CHART = "polls.chart"


class NothingToTake(UserError):
    """There is nothing that may be handed over."""


def export_csv(ctx: Context, poll_id: int) -> Reply:
    """The table: with names where the poll is open and the actor may see them, otherwise what may be told of the counts."""
    terms = _shown(ctx, poll_id)
    has_names = not terms.is_anonymous and (ctx.actor.is_lead or terms.poser == ctx.actor.id)
    if has_names:
        rows = tables.with_names(terms, ballots.with_names(ctx, terms), ctx.actor.language)
    else:
        rows = tables.of_counts(terms, _counted(ctx, terms), ctx.actor.language)
    return Say(handed_over(terms, tables.as_csv(rows), has_names=has_names))


def ask_for_chart(ctx: Context, poll_id: int) -> Reply:
    """Drawing takes a moment; the picture comes by itself."""
    terms = _shown(ctx, poll_id)
    if terms.kind is Kind.OPEN:
        raise NothingToTake(_("Answers in people's own words make no chart. The table has them."))
    counted = _counted(ctx, terms)
    bars = tables.bars(terms, counted, ctx.actor.language)
    chart = {
        "language": ctx.actor.language.split("-")[0].split("_")[0],
        "title": terms.question,
        "note": say_label(_note(terms, counted.voters), ctx.actor.language),
        "bars": [{"label": bar.label, "length": bar.length, "said": bar.said} for bar in bars],
    }
    ctx.later(CHART, {"poll": terms.id, "chart": chart})
    return Say(drawing())


def send_chart(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Hand the picture over, with the same numbers as words."""
    ctx.post(ctx.actor, drawn(given["chart"], base64.b64decode(result["png"])), kind=PostKind.ANSWER)


def _shown(ctx: Context, poll_id: int) -> Terms:
    terms = store.poll(ctx, poll_id)
    if terms is None or terms.state not in (State.OPEN, State.CLOSED):
        raise CardOutOfDate
    if not terms.shows_counts:
        raise NothingToTake(_("Nobody sees the counts of this poll before it closes. Please come back then."))
    if not ballots.voters(ctx, terms):
        raise NothingToTake(_("Nobody has voted, so there is nothing to take along yet."))
    return terms


def _counted(ctx: Context, terms: Terms) -> Tally:
    """The tally, where all of it may be told."""
    counted = tally(terms, ballots.answers(ctx, terms))
    told = cards.result_of(terms, counted)
    if told.too_few:
        raise NothingToTake(fewer_than(told.too_few))
    if told.nearly_all:
        raise NothingToTake(_("All or nearly all said the same. In so small a group I tell no more than that, here as on the card."))
    return counted


def _note(terms: Terms, voters: int) -> Phrase:
    if terms.kind is Kind.SCORE:
        return n_("{count} person voted. Bars are medians.", "{count} people voted. Bars are medians.", voters)
    return n_("{count} person voted.", "{count} people voted.", voters)


ACTIONS = (
    OnAction(ExportCsv, lambda ctx, payload: export_csv(ctx, payload.poll)),
    OnAction(AskForChart, lambda ctx, payload: ask_for_chart(ctx, payload.poll)),
)
LATERS = (Later(CHART, draw, send_chart),)
