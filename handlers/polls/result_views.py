"""How results look: bars with their numbers, rounds, distributions, and what is not told of few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Chart, Column, Count, Items, Paragraph, Quote, Row, Table, Tally
from bot.chat.text import Label, Strong, Words
from bot.lean import dataclass
from bot.people.disclosure import fewer_than, told
from handlers.polls.kinds import Choice, Kind, Terms
from handlers.polls.rules import ON_CARD, pages
from handlers.polls.tallies import LEVELS, Round, Scored
from handlers.polls.tallies import Tally as Counted

LEFT_OUT = _("What a vote leaves out stands below all that it names.")
T = TypeVar("T")
SPLIT = _("Split: at least a quarter stands at each end, so a mean would tell nothing.")


@dataclass(frozen=True, slots=True)
class Result:
    """What may be shown of a poll: its tally, or why there is none, or the little that may be said of a few who agree."""

    counted: Counted | None = None
    nearly_all: tuple[int, ...] = ()  # the options of an anonymous poll on which all or nearly all agree: their numbers are not told
    too_few: int = 0  # so many voters are needed
    trend: tuple[tuple[str, int], ...] = ()  # (date, per cent) of the rounds of a template
    trend_of: Label = ""


def blocks(terms: Terms, result: Result, page: int = 0, *, lists: bool = True) -> tuple[Block, ...]:
    """A result, one page of its options; where there are no numbers yet, the options alone, unless they stand somewhere else."""
    counted = result.counted
    if result.too_few:
        return (Paragraph(fewer_than(result.too_few)),)
    if result.nearly_all and counted is not None and terms.kind is not Kind.SCORE:
        return _of_few(terms, counted, result.nearly_all, page)
    listed = _listed(terms, page) if lists else ()
    if counted is None:
        return listed
    if not counted.voters:
        return (*listed, Paragraph(_("Nobody has voted yet.") if terms.is_open else _("Nobody voted.")))
    return (*_by_kind(terms, counted, result, page), *_trend(result))


def _by_kind(terms: Terms, counted: Counted, result: Result, page: int) -> tuple[Block, ...]:
    match terms.kind:
        case Kind.SCORE:
            return _scores(terms, counted.scores, result.nearly_all, page)
        case Kind.OPEN:
            return tuple(Quote(text) for text in _page(counted.texts, page))
        case Kind.RANKED:
            return (
                Paragraph(Strong(_("Points: one for each option that it stands above"))),
                _bars(terms, counted, page),
                Paragraph((_most_points(terms, counted), " ", LEFT_OUT)),
                *(() if terms.is_open else _rounds(terms, counted)),  # it turns with every vote, and would sound like the end
            )
    said = [_leading(terms, counted)]
    if counted.is_split:
        said.append(SPLIT)
    return (_bars(terms, counted, page), Paragraph(_joined(said)))


def _of_few(terms: Terms, counted: Counted, nearly_all: Sequence[int], page: int) -> tuple[Block, ...]:
    """Of options on which a few agree only that they do; the others' numbers stand where they do not give it away."""
    said = tuple(Paragraph(_agreed(terms, option)) for option in nearly_all)
    if terms.kind is not Kind.MULTIPLE:
        return said
    rest = tuple((option, count) for option, count in counted.counts if option not in nearly_all)
    return (*said, _bars(terms, replace(counted, counts=rest), page)) if rest else said


def _agreed(terms: Terms, option: int) -> Phrase:
    named = _strong(terms, option)
    first = _("All or nearly all put {option} first.", option=named)
    return first if terms.kind is Kind.RANKED else _("All or nearly all chose {option}.", option=named)


def same_score(each: Scored, k: int) -> int | None:
    """The score that all or nearly all of a few gave, None where there is none such or they are many."""
    found = told(dict(zip(LEVELS, each.distribution, strict=True)), each.voters, k, is_exclusive=True).nearly_all if each.voters else ()
    return max(found, key=lambda level: each.distribution[level - 1]) if found else None


def _bars(terms: Terms, counted: Counted, page: int) -> Tally:
    labels = _labels(terms)
    return Tally(tuple(Count(labels[option], count) for option, count in _page(counted.counts, page)), _whole(terms, counted))


def _whole(terms: Terms, counted: Counted) -> int:
    """What a bar is a share of: all voters, all points that were given, or all that an option could have got."""
    match terms.kind:
        case Kind.DOTS:
            return max(1, sum(count for _option, count in counted.counts))
        case Kind.RANKED:
            return max(1, counted.voters * (len(terms.options) - 1))
    return counted.voters


def _leading(terms: Terms, counted: Counted) -> Phrase:
    found = counted.leading
    if len(found) > 1:
        tied = _several(terms, found)
        return _("So far a tie: {options}.", options=tied) if terms.is_open else _("A tie: {options}.", options=tied)
    closed = _("Most for {option}.", option=_strong(terms, found[0]))
    return _("So far most for {option}.", option=_strong(terms, found[0])) if terms.is_open else closed


def _most_points(terms: Terms, counted: Counted) -> Phrase:
    found = counted.leading
    if len(found) > 1:
        return _("A tie for the most points: {options}.", options=_several(terms, found))
    if not found:
        return _("Nobody has points.")
    first = _strong(terms, found[0])
    return _("So far most points for {option}.", option=first) if terms.is_open else _("Most points for {option}.", option=first)


def _scores(terms: Terms, scores: Sequence[Scored], nearly_all: Sequence[int], page: int) -> tuple[Block, ...]:
    labels = _labels(terms)
    if len(scores) == 1 and scores[0].voters and not nearly_all:
        only = scores[0]
        bars = Tally(tuple(Count(str(level), count) for level, count in zip(LEVELS, only.distribution, strict=True)), only.voters)
        return (Paragraph(Strong(labels[only.option])), bars, Paragraph(_middle(only)))
    columns = (Column(_("Option")), Column(_("Median"), True), Column(_("Mean"), True), Column(_("How many gave 1, 2, 3, 4 and 5")))
    rows = tuple(Row((labels[each.option], *_scored(each, is_told=each.option not in nearly_all))) for each in _page(scores, page))
    return (Table(columns, rows),)


def _scored(each: Scored, *, is_told: bool) -> tuple[Words, Words, Words]:
    if not each.voters:
        return _("none"), _("none"), _("no scores")
    if not is_told:
        score = max(LEVELS, key=lambda level: each.distribution[level - 1])
        return str(score), _("not told"), _("all or nearly all gave {score}", score=score)
    mean = _("split") if each.mean is None else _number(round(each.mean, 1))
    return _number(each.median or 0), mean, ", ".join(str(count) for count in each.distribution)


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
    if each.exhausted:
        said += [" " if each.out else ". ", n_("{count} vote names none of these.", "{count} votes name none of these.", each.exhausted)]
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
