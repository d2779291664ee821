"""The closing report as a tree of parts, from which the card, the files and the library's item are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Fact, Facts, Heading, Items, Paragraph, Quote
from bot.chat.text import Emphasis, Strong
from bot.lean import dataclass
from bot.papers.document import Bullets, Document, Part, Prose, Quotation, Row, Section, Table
from handlers.challenges import Challenge, Outcome, people_of
from handlers.endings.rules import K, Stuck, most_and_least

QUOTES_ON_A_CARD = 5

HELD: dict[Stuck, Phrase] = {
    Stuck.STILL: _("Still doing it"),
    Stuck.SOMETIMES: _("Now and then"),
    Stuck.NO_MORE: _("Not any more"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """Words that their writer released, with a name where they gave it."""

    text: str
    name: str | None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What people said so many days after."""

    after: int
    answers: tuple[Stuck, ...]
    lines: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportOf:
    """Everything that a closing report says; the words of a lead are empty where there are none."""

    challenge: Challenge
    outcome: Outcome
    quotes: tuple[Said, ...] = ()
    opening: str = ""
    change: str = ""
    thanks: str = ""
    follow_ups: tuple[FollowUp, ...] = ()
    left_out: int = 0  # quotes that a lead leaves out; only leads hear of them


@dataclass(frozen=True, slots=True)
class Quotable:
    """A released quote as a lead chooses: by its entry, with whether the report leaves it out."""

    entry: int
    writer: int
    said: Said
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody gave the report about what stuck, as a lead chooses: by its answer, with whether the report leaves it out."""

    answer: int
    said: Said
    is_left_out: bool


def document(report: ReportOf) -> Document:
    """The whole report."""
    return Document(report.challenge.title, tuple(_parts(report)))


def card(report: ReportOf) -> tuple[Block, ...]:
    """The report for a chat, with the first of its quotes."""
    shown = replace(report, quotes=report.quotes[:QUOTES_ON_A_CARD])
    rest = len(report.quotes) - len(shown.quotes)
    more = n_("The report as a file has {count} more quote.", "The report as a file has {count} more quotes.", rest)
    blocks = (Heading(report.challenge.title), *as_blocks(tuple(_parts(shown))))
    return (*blocks, Paragraph(Emphasis(more))) if rest else blocks


def _parts(report: ReportOf) -> Iterator[Part]:
    plan = report.challenge.plan
    yield Prose(_("From {first} to {last} {year}", first=plan.starts_on, last=plan.last_on, year=str(plan.last_on.year)))
    yield Prose(report.opening or _("This challenge is over. Thank you for learning side by side."))
    yield from _numbers(report.outcome)
    if report.outcome.themes:
        weeks = enumerate(report.outcome.themes, start=1)
        yield Section(_("What we worked on"), (Bullets(tuple(_("Week {week}: {theme}", week=n, theme=theme) for n, theme in weeks)),))
    yield from _activities(report.outcome)
    if report.quotes:
        yield Section(_("In our own words"), tuple(Quotation(quote.text, quote.name) for quote in report.quotes))
    if report.change:
        yield Section(_("What we change next time"), (Prose(report.change),))
    if report.thanks:
        yield Section(_("Thanks"), (Prose(report.thanks),))
    for follow_up in report.follow_ups:
        yield from stuck(follow_up)


def _numbers(outcome: Outcome) -> Iterator[Part]:
    summary = outcome.summary
    counts = [(_("Took part"), summary.joined)]
    if summary.joined >= K:
        counts += [
            (_("Did at least one day"), summary.active),
            (_("Did every day"), summary.finished),
            (_("Came back after some days away"), outcome.comebacks),
        ]
    rows = tuple(Row((label, people_of(count))) for label, count in counts if count)
    done = n_("{count} day was done together.", "{count} days were done together.", summary.days_done)
    parts: tuple[Part, ...] = (Table((_("What"), _("How many")), rows),) if rows else ()
    parts += (Prose(Strong(done)),) if summary.days_done else ()
    if parts:
        yield Section(_("In numbers"), parts)


def _activities(outcome: Outcome) -> Iterator[Part]:
    if outcome.summary.joined < K:
        return
    most, least = most_and_least([(each, each.count) for each in outcome.activities])
    for heading, named in ((_("Done most"), most), (_("Done least"), least)):
        if named:
            lines = (_("Day {number}: {title} ({people})", number=d.number, title=d.title, people=_times(d.count)) for d in named)
            yield Section(heading, (Bullets(tuple(lines)),))


def _times(count: int) -> Phrase:
    return n_("{count} person", "{count} people", count)


def stuck(follow_up: FollowUp) -> Iterator[Part]:
    """What stuck, in counts where enough people answered, and in their words."""
    count = len(follow_up.answers)
    if not count:
        return
    told = Counter(follow_up.answers)
    parts: tuple[Part, ...] = (Prose(n_("{count} person answered.", "{count} people answered.", count)),)
    if count >= K:
        parts = (Table((_("What"), _("How many")), tuple(Row((HELD[each], people_of(told[each]))) for each in Stuck if told[each])),)
    quotes = tuple(Quotation(line.text, line.name) for line in follow_up.lines)
    yield Section(_("What stuck after {days} days", days=follow_up.after), (*parts, *quotes))


def as_blocks(parts: Sequence[Part]) -> tuple[Block, ...]:
    """Parts of a document as a chat shows them."""
    return tuple(block for part in parts for block in _blocks(part))


def _blocks(part: Part) -> Iterator[Block]:
    match part:
        case Prose(words):
            yield Paragraph(words)
        case Quotation(words, by):
            yield Quote(words)
            if by is not None:
                yield Paragraph(Emphasis(("— ", by)))
        case Bullets(items):
            yield Items(items)
        case Table(_headings, rows):
            yield Facts(tuple(Fact(label, value) for label, value in (row.items for row in rows) if isinstance(label, str | Phrase)))
        case Section(heading, inner):
            yield Heading(heading, 2)
            yield from as_blocks(inner)
