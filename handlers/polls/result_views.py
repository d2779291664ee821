"""How results look: bars with their numbers, rounds, distributions, and what is not told of few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Chart, Count, Fact, Facts, Items, Paragraph, Quote, Tally
from bot.chat.text import Label, Strong, Words
from handlers.polls.kinds import Choice, Kind, Terms
from handlers.polls.rules import ON_CARD, pages
from handlers.polls.tallies import LEVELS, Round, Scored
from handlers.polls.tallies import Tally as Counted

T = TypeVar("T")
SPLIT = _("Split: at least a quarter stands at each end, so a mean would tell nothing.")


@dataclass(frozen=True, slots=True)
class Result:
    """What may be shown of a poll: its tally, or why there is none, or the little that may be said of a few who agree."""

    counted: Counted | None = None
    nearly_all: int | None = None  # the option that all or nearly all chose
    is_alike: bool = False  # all or nearly all of a few said the same of something, so no numbers are told
    too_few: int = 0  # so many voters are needed
    trend: tuple[tuple[str, int], ...] = ()  # (date, per cent) of the rounds of a template
    trend_of: Label = ""


def blocks(terms: Terms, result: Result, page: int = 0) -> tuple[Block, ...]:
    """A result, one page of its options."""
    counted = result.counted
    if result.too_few:
        said = n_(
            "Fewer than {count} voted, so nothing of it is shown.", "Fewer than {count} voted, so nothing of it is shown.", result.too_few
        )
        return (Paragraph(said),)
    if result.nearly_all is not None:
        return (Paragraph(_("All or nearly all chose {option}.", option=_strong(terms, result.nearly_all))),)
    if result.is_alike:
        return (Paragraph(_("All or nearly all said the same of some options. In so small a group I tell no numbers then.")),)
    if counted is None:
        return _listed(terms, page)
    if not counted.voters:
        return (*_listed(terms, page), Paragraph(_("Nobody has voted yet.") if terms.is_open else _("Nobody voted.")))
    return (*_by_kind(terms, counted, page), *_trend(result))


def _by_kind(terms: Terms, counted: Counted, page: int) -> tuple[Block, ...]:
    match terms.kind:
        case Kind.SCORE:
            return _scores(terms, counted.scores, page)
        case Kind.OPEN:
            return tuple(Quote(text) for text in _page(counted.texts, page))
        case Kind.RANKED:
            return (
                Paragraph(Strong(_("Points: one for each option that it stands above"))),
                _bars(terms, counted, page),
                *_rounds(terms, counted),
            )
    said = [_leading(terms, counted)]
    if counted.is_split:
        said.append(SPLIT)
    return (_bars(terms, counted, page), Paragraph(_joined(said)))


def _bars(terms: Terms, counted: Counted, page: int) -> Tally:
    points = terms.kind in {Kind.DOTS, Kind.RANKED}
    whole = max(1, *(count for _o, count in counted.counts)) if points else counted.voters
    labels = _labels(terms)
    return Tally(tuple(Count(labels[option], count) for option, count in _page(counted.counts, page)), whole)


def _leading(terms: Terms, counted: Counted) -> Phrase:
    found = counted.leading
    if len(found) > 1:
        return _("A tie: {options}.", options=_several(terms, found))
    closed = _("Most for {option}.", option=_strong(terms, found[0]))
    return _("So far most for {option}.", option=_strong(terms, found[0])) if terms.is_open else closed


def _scores(terms: Terms, scores: Sequence[Scored], page: int) -> tuple[Block, ...]:
    labels = _labels(terms)
    if len(scores) == 1 and scores[0].voters:
        only = scores[0]
        bars = Tally(tuple(Count(str(level), count) for level, count in zip(LEVELS, only.distribution, strict=True)), only.voters)
        return (Paragraph(Strong(labels[only.option])), bars, Paragraph(_middle(only)))
    rows = tuple(Fact(labels[each.option], _scored(each)) for each in _page(scores, page))
    return (Facts(rows), Paragraph(_("In brackets: how many gave 1, 2, 3, 4 and 5.")))


def _scored(each: Scored) -> Words:
    if not each.voters:
        return _("no scores")
    return (_middle(each), " (", ", ".join(str(count) for count in each.distribution), ")")


def _middle(each: Scored) -> Phrase:
    middle = _number(each.median or 0)
    if each.mean is None:
        return _("split, median {median}", median=middle)
    return _("median {median}, mean {mean}", median=middle, mean=_number(round(each.mean, 1)))


def _number(value: float) -> str:
    return f"{value:g}"


def _rounds(terms: Terms, counted: Counted) -> tuple[Block, ...]:
    lines = tuple(_round(terms, each) for each in counted.rounds)
    if len(counted.winners) == 1:
        end = _("The run-off goes to {option}.", option=_strong(terms, counted.winners[0]))
    else:
        end = _("The run-off ends in a tie: {options}.", options=_several(terms, counted.winners))
    return (Paragraph(Strong(_("Run-off, round by round"))), Items(lines, ordered=True), Paragraph(end))


def _round(terms: Terms, each: Round) -> Words:
    labels = _labels(terms)
    standing = sorted(each.counts, key=lambda found: -found[1])
    said: list[Words] = []
    for option, count in [found for found in standing if found[1]]:
        said += [", " if said else "", labels[option], f" {count}"]
    if each.out:
        said += [". ", n_("{options} goes out.", "{options} go out.", len(each.out), options=_several(terms, each.out))]
        if each.tied:
            said += [" ", _tie(each)]
    return tuple(said)


def _tie(each: Round) -> Phrase:
    if len(each.out) == len(each.tied):
        return _("They shared the last place and have as few points.")
    return _("Several shared the last place; the fewest points decided.")


def _trend(result: Result) -> tuple[Block, ...]:
    if len(result.trend) < 2:
        return ()
    title = _("Over time, per cent: {option}", option=result.trend_of if isinstance(result.trend_of, Phrase) else str(result.trend_of))
    return (Chart(title, "line", tuple(Count(label, share) for label, share in result.trend)),)


def _listed(terms: Terms, page: int) -> tuple[Block, ...]:
    shown = _page(terms.options, page)
    return (Items(tuple(_option(each) for each in shown)),) if shown else ()


def _option(option: Choice) -> Words:
    return (Strong(option.label), ": ", option.description) if option.description else option.label


def _page(of: Sequence[T], page: int) -> Sequence[T]:
    number = min(max(page, 0), pages(len(of)) - 1)
    return of[number * ON_CARD : (number + 1) * ON_CARD]


def _labels(terms: Terms) -> Mapping[int, Label]:
    return {option.id: option.label for option in terms.options}


def _strong(terms: Terms, option: int) -> Strong:
    return Strong(_labels(terms)[option])


def _several(terms: Terms, options: Sequence[int]) -> tuple[Strong, ...]:
    labels = _labels(terms)
    return tuple(Strong((", " if number else "", labels[option])) for number, option in enumerate(options))


def _joined(phrases: Sequence[Phrase]) -> Words:
    return tuple(part for phrase in phrases for part in (" ", phrase))[1:]
