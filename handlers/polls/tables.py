"""A poll as a table for a spreadsheet, and its counts as bars; pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from bot.chat.language import _
from bot.chat.reading import say_label
from bot.chat.text import Label
from bot.lean import dataclass
from handlers.polls.kinds import Answer, Kind, Terms
from handlers.polls.tallies import LEVELS, Tally

Named = tuple[int, str, Answer]
Row = Sequence[Label | int]

# What a spreadsheet takes for a formula, at the beginning of a cell or behind a separator of another country's.
_FORMULA = re.compile(r"(^|[;,\t|])(\s*)(?=[=+\-@＝＋－＠])")
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `said` stands beside it."""

    label: str
    length: float
    said: str


def with_names(terms: Terms, voters: Sequence[Named], language: str) -> list[list[str]]:
    """Who said what in an open poll: a row for everybody, a column for each option where one says something about each."""
    if terms.kind.is_one_press or terms.kind is Kind.OPEN:
        head: Row = (_("Name"), _("Answer"))
        rows: list[Row] = [(name, _label(terms, answer)) for _person, name, answer in voters]
    else:
        head = (_("Name"), *(option.label for option in terms.options))
        rows = [(name, *_cells(terms, answer)) for _person, name, answer in voters]
    return [_said(row, language) for row in (head, *rows)]


def of_counts(terms: Terms, counted: Tally, language: str) -> list[list[str]]:
    """What a poll came to, and nobody's ballot: whole ballots could be recognised by their pattern."""
    match terms.kind:
        case Kind.OPEN:
            head: Row = (_("Answer"),)
            rows: list[Row] = [(text,) for text in counted.texts]
        case Kind.SCORE:
            head = (_("Option"), *(str(level) for level in LEVELS))
            rows = [(_option(terms, each.option), *each.distribution) for each in counted.scores]
        case _:
            head = (_("Option"), _("Points") if terms.kind in (Kind.DOTS, Kind.RANKED) else _("Votes"))
            rows = [(_option(terms, option), count) for option, count in counted.counts]
    return [_said(row, language) for row in (head, *rows)]


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """A file that spreadsheets open as it is meant: in UTF-8, every cell quoted, no cell a formula."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """A text that no spreadsheet computes: an apostrophe stands before what would begin a formula, and it stays in one line."""
    return _FORMULA.sub(r"\1\2'", _BREAKS.sub(" ", cell))


def bars(terms: Terms, counted: Tally, language: str) -> list[Bar]:
    """The counts in the poll's order; of scores the medians."""
    if terms.kind is Kind.SCORE:
        return [Bar(say_label(_option(terms, each.option), language), each.median or 0, f"{each.median or 0:g}") for each in counted.scores]
    return [Bar(say_label(_option(terms, option), language), count, str(count)) for option, count in counted.counts]


def _said(row: Row, language: str) -> list[str]:
    return [str(cell) if isinstance(cell, int) else say_label(cell, language) for cell in row]


def _label(terms: Terms, answer: Answer) -> Label:
    return _option(terms, answer) if isinstance(answer, int) else str(answer)


def _option(terms: Terms, option: int) -> Label:
    found = terms.option(option)
    return found.label if found is not None else ""


def _cells(terms: Terms, answer: Answer) -> list[Label]:
    """What one voter said about each option: a rank, points, a score, or 1 for a choice."""
    assert isinstance(answer, tuple)
    if terms.kind is Kind.RANKED:
        said = {option: rank for rank, option in enumerate(answer, start=1)}
    else:
        said = dict(each if isinstance(each, tuple) else (each, 1) for each in answer)
    return [str(said.get(option.id, "")) for option in terms.options]
