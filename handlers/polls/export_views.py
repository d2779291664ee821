"""What people see when they take a poll along: buttons, the table, the chart."""

from __future__ import annotations

from typing import Any

from bot.chat.action import Action, action
from bot.chat.language import _
from bot.chat.message import Button, File, Footnote, Message, Paragraph
from bot.core.feature import View
from handlers.polls.kinds import Kind, Terms

CSV, PNG = "text/csv", "image/png"


@action("poll.csv")
class ExportCsv(Action):
    """Hand the votes over as a table."""

    poll: int


@action("poll.chart")
class AskForChart(Action):
    """Draw the counts as a picture."""

    poll: int


def buttons(terms: Terms) -> list[Button]:
    """What stands under a result that may be taken along."""
    chart = [Button(_("Draw a chart"), AskForChart(terms.id))] if terms.kind is not Kind.OPEN else []
    return [Button(_("Get it as a table"), ExportCsv(terms.id)), *chart]


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


VIEWS = (View("table", example_table), View("chart_is_drawn", drawing), View("chart", example_chart))
