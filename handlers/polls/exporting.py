"""What one may take along of a poll: a table for spreadsheets, and a chart as a picture; handed over in one's own chat."""

from __future__ import annotations

import base64
from typing import Any

from bot.chat.action import Action, action
from bot.chat.errors import CardOutOfDate, UserError
from bot.chat.language import Phrase, _, n_
from bot.chat.message import Button, File, Footnote, Message, Paragraph
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.feature import Later, OnAction, View
from bot.core.outbox import Kind as PostKind
from bot.people.disclosure import fewer_than, may_quote, may_show, told
from handlers.polls import ballots, store, tables
from handlers.polls.chart import draw
from handlers.polls.kinds import Kind, State, Terms
from handlers.polls.tallies import Tally, tally

CSV, PNG = "text/csv", "image/png"
CHART = "polls.chart"
EXCLUSIVE = {Kind.SINGLE, Kind.AGREEMENT, Kind.CONSENT}


@action("poll.csv")
class ExportCsv(Action):
    """Hand the votes over as a table."""

    poll: int


@action("poll.chart")
class AskForChart(Action):
    """Draw the counts as a picture."""

    poll: int


def buttons(terms: Terms) -> tuple[Button, ...]:
    """What can be taken along of a poll."""
    table = Button(_("Take along as a table"), ExportCsv(terms.id))
    return (table,) if terms.kind is Kind.OPEN else (table, Button(_("Take along as a chart"), AskForChart(terms.id)))


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
    if not terms.is_anonymous:
        return counted
    if not may_show(counted.voters, terms.k):
        raise NothingToTake(fewer_than(terms.k))
    if terms.kind is Kind.OPEN and not may_quote(counted.voters, terms.k):
        raise NothingToTake(_("So few people wrote something that their words could be recognised. They stay here."))
    if not _is_exact(terms, counted):
        raise NothingToTake(_("All or nearly all said the same. In so small a group I tell no more than that, here as on the card."))
    return counted


def _is_exact(terms: Terms, counted: Tally) -> bool:
    views = [dict(counted.counts)] if counted.counts and terms.kind not in (Kind.DOTS, Kind.RANKED) else []
    views += [dict(enumerate(each.distribution)) for each in counted.scores]
    return all(told(each, counted.voters, terms.k, is_exclusive=terms.kind in EXCLUSIVE).is_exact for each in views)


def _note(terms: Terms, voters: int) -> Phrase:
    if terms.kind is Kind.SCORE:
        return n_("{count} person voted. Bars are medians.", "{count} people voted. Bars are medians.", voters)
    return n_("{count} person voted.", "{count} people voted.", voters)


# -- what people see -----------------------------------------------------------------------------------------------------


def handed_over(terms: Terms, content: bytes, *, has_names: bool) -> Message:
    """The table."""
    said = _("The votes on {question} as a table.", question=terms.question)
    if has_names:
        small = _("Names are in it, because this poll was open from the start. Please treat them with care.")
    elif terms.is_anonymous:
        small = _("Counts only: nobody can tell who said what.")
    else:
        small = _("Counts only. Whoever asked, and leads, also get the names.")
    return Message(said, (Paragraph(said), File("votes.csv", CSV, _("The votes for a spreadsheet"), content), Footnote(small)))


def drawing() -> Message:
    """It will come."""
    said = _("I am drawing the chart. It comes to your chat with me in a moment.")
    return Message(said, (Paragraph(said),))


def drawn(chart: dict[str, Any], png: bytes) -> Message:
    """The picture; its alternative text says every number."""
    numbers = "; ".join(f"{bar['label']}: {bar['said']}" for bar in chart["bars"])
    alt = _("Bar chart. {question} {numbers}. {note}", question=chart["title"], numbers=numbers, note=chart["note"])
    said = _("Here is the chart of {question}", question=chart["title"])
    return Message(said, (Paragraph(said), File("chart.png", PNG, alt, png)))


def example_table() -> Message:
    """An example for the gallery."""
    return handed_over(Terms(1, Kind.SINGLE, "Where shall we meet?"), b"\xef\xbb\xbf", has_names=True)


def example_chart() -> Message:
    """An example for the gallery."""
    bars = [{"label": "Pizza", "said": "5"}, {"label": "Sushi", "said": "3"}]
    return drawn({"title": "Lunch?", "bars": bars, "note": "8 people voted."}, b"\x89PNG")


ACTIONS = (
    OnAction(ExportCsv, lambda ctx, payload: export_csv(ctx, payload.poll)),
    OnAction(AskForChart, lambda ctx, payload: ask_for_chart(ctx, payload.poll)),
)
LATERS = (Later(CHART, draw, send_chart),)
VIEWS = (View("table", example_table), View("chart_is_drawn", drawing), View("chart", example_chart))
