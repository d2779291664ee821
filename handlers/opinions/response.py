"""The response as a paper: text, who signs, map, dissent annex, numbers, dates and method; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.chat.language import Phrase, _, n_
from bot.chat.text import Emphasis, Label, Strong, Words
from bot.lean import dataclass
from bot.papers.document import Bullets, Document, Part, Prose, Row, Section, Table
from bot.people.disclosure import fewer_than, may_show, told
from handlers.opinions import map_views
from handlers.opinions.annex import Dissent, annex
from handlers.opinions.composing import Sentence
from handlers.opinions.mapping import OpinionMap
from handlers.opinions.rules import Audience, Decision, Fallback, Missing, Phase, Position, Promises, Rule, Size, Stop, Way


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody who signs: a name and where they belong, in their own words."""

    name: Label
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Responded:
    """Everything that a response says; what a size has not is None or empty."""

    community: str
    question: str
    asker: str  # empty: ourselves
    speaker: Label | None  # who speaks for us
    size: Size
    zone: str
    opened_at: datetime
    sent_at: datetime | None  # None while it is a preview
    stops: tuple[Stop, ...]
    promises: Promises
    sentences: tuple[Sentence, ...]
    statements: tuple[tuple[int, str], ...]  # by their numbers
    invited: int
    took_part: int
    rounds: int = 1
    opinions: OpinionMap | None = None
    numbers: tuple[tuple[int, int], ...] = ()  # statement id and its number
    decision: Decision | None = None
    way: Way = Way.OURS
    dissents: tuple[Dissent, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    sent_to: str = ""
    by_group: str = ""  # the chartered group that drafted it
    audience: Audience = Audience.EVERYBODY
    invited_group: str = ""


WAYS: Mapping[Way, Phrase] = {
    Way.ANNEX: _("This text was not ratified. It is sent with the dissent annex, as was fixed at the beginning."),
    Way.SIGNATORIES: _("This text was not ratified. It speaks for those who sign it, and not for the community."),
    Way.NOT_SENT: _("This text was not ratified, and it is not sent."),
}
RULES: Mapping[Rule, Phrase] = {
    Rule.CONSENT: _("It is ratified when at least two thirds of those not abstaining support it and no objection is open."),
    Rule.TWO_THIRDS: _("It is ratified when at least two thirds of those not abstaining support it."),
    Rule.MAJORITY: _("It is ratified when more than half of those not abstaining support it."),
}
FALLBACKS: Mapping[Fallback, Phrase] = {
    Fallback.ANNEX: _("Otherwise it is sent with the dissent annex."),
    Fallback.SIGNATORIES: _("Otherwise it is sent in the names of those who sign it only."),
    Fallback.DO_NOT_SEND: _("Otherwise it is not sent."),
}
POSITIONS: Mapping[Position, Phrase] = {
    Position.SUPPORT: _("Support it as it is"),
    Position.SUGGEST: _("Support it, with suggestions"),
    Position.STAND_ASIDE: _("Do not support it, and do not stand in its way"),
    Position.ONLY_IF_CHANGED: _("Support it only if it is changed"),
    Position.DO_NOT_SEND: _("Do not want it to be sent"),
    Position.ABSTAIN: _("Abstain"),
}
LACKS: Mapping[Missing, Phrase] = {
    Missing.VOTERS: _("Fewer people took part than were needed."),
    Missing.SUPPORT: _("Fewer people supported it than were needed."),
    Missing.CONSENT: _("Objections were still open."),
}
PHASES: Mapping[Phase, Phrase] = {
    Phase.INFORM: _("What it is about"),
    Phase.STATEMENTS: _("Statements"),
    Phase.MAP: _("Map of opinions"),
    Phase.DRAFT: _("Draft"),
    Phase.RATIFY: _("Ratifying"),
    Phase.SEND: _("To be sent"),
}


def document(of: Responded) -> Document:
    """The whole response."""
    return Document(_("Our response: {question}", question=of.question), tuple(_parts(of)))


def as_text(sentences: Sequence[Sentence]) -> str:
    """The response's text as running paragraphs, without marks."""
    paragraphs = groupby(sentences, lambda each: each.paragraph)
    return "\n\n".join(" ".join(each.text for each in paragraph) for _number, paragraph in paragraphs)


def _parts(of: Responded) -> Iterator[Part]:
    yield Prose(_("From {community} to {asker}", community=of.community, asker=of.asker) if of.asker else _("For ourselves"))
    if of.speaker is not None:
        yield Prose(_("{name} speaks for us.", name=of.speaker))
    if of.sent_to:
        yield Prose(_("Sent to: {whom}", whom=of.sent_to))
    if of.way in WAYS:
        yield Prose(Strong(WAYS[of.way]))
    yield Section(_("What we say"), tuple(_text(of.sentences)))
    yield from _signatures(of)
    yield from annex(of.dissents)
    yield from _map(of)
    if of.statements:
        lines = tuple(_("S{number}: “{statement}”", number=str(number), statement=text) for number, text in of.statements)
        yield Section(_("The statements behind it"), (Bullets(lines),))
    yield Section(_("How it came about"), tuple(_method(of)))


# -- text ----------------------------------------------------------------------------------------------------------------


def _text(sentences: Sequence[Sentence]) -> Iterator[Part]:
    """Paragraphs, lists and headings; after each sentence the statements that it rests on."""
    items: list[Words] = []
    for _number, group in groupby(sentences, lambda each: each.paragraph):
        paragraph = list(group)
        if paragraph[0].text.startswith(("- ", "* ", "• ")):
            items.append(_words(paragraph, paragraph[0].text[2:].lstrip()))
            continue
        if items:
            yield Bullets(tuple(items))
            items = []
        heading = paragraph[0].text.lstrip("#")
        if heading.startswith(" ") and heading != paragraph[0].text:
            yield Prose(Strong(_words(paragraph, heading.strip())))
        else:
            yield Prose(_words(paragraph, paragraph[0].text))
    if items:
        yield Bullets(tuple(items))


def _words(paragraph: Sequence[Sentence], first: str) -> Words:
    words: list[Words] = []
    for number, each in enumerate(paragraph):
        words += [" ", each.text] if number else [first]
        if each.rests_on:
            words += [" ", Emphasis(f"[{', '.join(f'S{statement}' for statement in each.rests_on)}]")]
    return tuple(words)


def _signatures(of: Responded) -> Iterator[Part]:
    if of.signatories:
        lines = tuple(
            _("{name}, {affiliation}", name=each.name, affiliation=each.affiliation) if each.affiliation else each.name
            for each in of.signatories
        )
        note = _("Those who sign give their own views, and not those of where they work.")
        yield Section(_("Signed by"), (Bullets(lines), Prose(note)))


def _map(of: Responded) -> Iterator[Part]:
    if of.opinions is not None:
        texts, numbers, promises = dict(of.statements), dict(of.numbers), of.promises
        by_id = {statement: texts.get(number, "") for statement, number in numbers.items()}
        yield from map_views.parts(of.opinions, by_id, numbers, of.question, is_anonymous=promises.is_anonymous, k=promises.k)


# -- method --------------------------------------------------------------------------------------------------------------


def _method(of: Responded) -> Iterator[Part]:
    yield Section(_("In numbers"), tuple(_numbers(of)))
    if of.stops:
        rows = tuple(
            Row((PHASES.get(stop.phase, stop.phase.value), _("until {day}", day=_day(stop.ends_at, of.zone)))) for stop in of.stops
        )
        opened = Row((_("Opened"), _day(of.opened_at, of.zone)))
        sent = (Row((_("Sent"), _day(of.sent_at, of.zone))),) if of.sent_at is not None else ()
        yield Section(_("Dates"), (Table((_("What"), _("When")), (opened, *rows, *sent)),))
    yield Section(_("Method"), (Bullets(tuple(_rules(of))),))


def _numbers(of: Responded) -> Iterator[Part]:
    counts: list[tuple[Label, int]] = [(_("Invited"), of.invited), (_("Took part"), of.took_part)]
    counts += [(_("Statements"), len(of.statements))] if of.statements else []
    counts += [(_("Rounds of voting"), of.rounds)] if of.rounds > 1 else []
    yield Table((_("What"), _("How many")), tuple(Row((label, str(count))) for label, count in counts))
    if of.decision is not None:
        yield from _votes(of.decision, of.promises)


def _votes(decision: Decision, promises: Promises) -> Iterator[Part]:
    """The ballots, where so many voted that they may be told, and why it came to what it did."""
    if promises.is_anonymous and not may_show(decision.voted, promises.k):
        yield Prose(fewer_than(promises.k))
    else:
        counts = dict(decision.counts)
        shown = told(counts, decision.voted, promises.k, is_exclusive=True) if promises.is_anonymous else None
        rows = ((POSITIONS[each], shown.words(each) if shown is not None else counts[each]) for each in POSITIONS)
        yield Table((_("What"), _("How many")), tuple(Row((label, _word(count))) for label, count in rows))
        if decision.deciding and (shown is None or shown.is_exact):
            yield Prose(_("{support} of {deciding} who did not abstain support it.", support=decision.support, deciding=decision.deciding))
    yield from (Prose(LACKS[missing]) for missing in decision.missing)
    if decision.passed:
        yield Prose(_("So it was ratified."))


def _word(count: int | Phrase) -> Words:
    return str(count) if isinstance(count, int) else count


def _rules(of: Responded) -> Iterator[Words]:
    yield _SIZES[of.size]
    if of.by_group:
        yield _("{group} drafted it. Whether it speaks for us was not for them alone to say.", group=of.by_group)
    if of.audience is Audience.GROUP:
        yield _("The people of {group} were invited.", group=of.invited_group)
    if of.audience is Audience.NAMED:
        yield _("People were invited by name.")
    if of.promises.is_anonymous:
        yield _("Answers and votes were confidential until this was sent, and are anonymous since.")
    else:
        yield _("Answers and votes were given under names.")
    if of.decision is not None:
        yield RULES[of.promises.rule]
        needed = of.decision.quorum
        yield n_("At least {count} person had to vote.", "At least {count} people had to vote.", needed)
        yield FALLBACKS[of.promises.fallback]
    if of.opinions is not None and of.opinions.groups:
        yield _("Groups are people who answer alike: two principal components of all answers, then k-means.")
        yield _(
            "A statement unites when in every group about two thirds agree, and divides when most of one agree and most of another do not."
        )


_SIZES: Mapping[Size, Phrase] = {
    Size.QUICK: _("One poll, with the reasons that were given."),
    Size.STANDARD: _("Statements were collected and answered, a draft was written from them, and all who were invited could vote on it."),
    Size.FULL: _("Statements were collected and answered, mapped, made into a draft, and all who were invited could vote on it."),
}


def _day(instant: datetime, zone: str) -> Phrase:
    local = instant.astimezone(ZoneInfo(zone))
    return _("{day} {year}, {time}", day=local.date(), year=str(local.year), time=local.time().replace(second=0, microsecond=0))
