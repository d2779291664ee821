"""A draft as sentences that each say which statements they rest on: composed, written as text, read back, compared; pure.

In a text the statements behind a sentence stand after it as their numbers: "Tests take too long. [S3, S7]". So a text can be edited in a
form or come as a file, and what its sentences rest on stays with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import groupby

from bot.chat.language import Phrase, _
from bot.chat.reading import say_label
from bot.lean import dataclass
from handlers.opinions.mapping import Kind, OpinionMap
from handlers.opinions.similar import likeness

MOST_REASONS = 2
STILL_THE_SAME = 0.5  # how alike two sentences are of which one became the other
MARK = r"\[S\d{1,4}(?:,\s*S\d{1,4})*\]"
MARKS = re.compile(rf"\s*{MARK}")
NUMBERS = re.compile(r"S(\d{1,4})")
FULL_STOPS, CLOSING = frozenset(".!?…؟۔।॥。！？"), '"”»’」』)]'
# Where a sentence ends: at its full stop with what closes behind it, or at its marks.
ENDS = re.compile(rf"(?:[.!?…؟۔।॥]+[\"”»’)\]]*(?=\s|$|\[S\d)|[。！？]+[”」』）]*)(?:\s*{MARK})*|(?:\s*{MARK})+(?=\s|$)")
QUOTED = re.compile(r"“[^”]*”|«[^»]*»|「[^」]*」|『[^』]*』")
PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*+•]|#{1,6}|\d{1,3}[.)])[ \t])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a draft, the numbers of the statements that it rests on, and the paragraph in which it stands."""

    text: str
    rests_on: tuple[int, ...] = ()
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A statement as a draft uses it: its number in the request, its words, and the reasons that were given for it."""

    number: int
    text: str
    reasons: tuple[str, ...] = ()


# -- composing -----------------------------------------------------------------------------------------------------------


def composed(question: str, opinions: OpinionMap, sources: Mapping[int, Source], language: str) -> tuple[Sentence, ...]:
    """A first draft in the community's language, from what all agree on and why, and from what divides; sources by statement id."""
    paragraphs = [
        [(text if isinstance(text, str) else say_label(text, language), numbers) for text, numbers in paragraph]
        for paragraph in _paragraphs(question, opinions, sources)
    ]
    return tuple(
        Sentence(part.text, numbers, place)
        for place, paragraph in enumerate(paragraphs)
        for text, numbers in paragraph
        for part in _sentences(_ended(text), place)
    )


def _paragraphs(question: str, opinions: OpinionMap, sources: Mapping[int, Source]) -> Iterator[list[tuple[str | Phrase, tuple[int, ...]]]]:
    yield [(_("We were asked: “{question}”", question=question), ())]
    agreed = _of_kind(opinions, sources, Kind.BRIDGES)
    if not agreed:
        yield [(_("We have not found a sentence yet that most of us share."), ())]
    for source in agreed:
        reasons = [_("A reason that was given: “{reason}”", reason=reason) for reason in source.reasons[:MOST_REASONS]]
        yield [(source.text, (source.number,)), *((reason, (source.number,)) for reason in reasons)]
    for kind, sentence in _SAID_OF:
        said = [(_about(sentence, source.text), (source.number,)) for source in _of_kind(opinions, sources, kind)]
        if said:
            yield [*said]


def _about(sentence: Phrase, statement: str) -> Phrase:
    """A sentence of ours with a statement in its place."""
    return replace(sentence, values={"statement": statement})


_SAID_OF = (
    (Kind.REJECTED, _("Most of us do not share this view: “{statement}”")),
    (Kind.DIVIDES, _("Here we do not see it alike: “{statement}”")),
    (Kind.UNSURE, _("Here many of us are not sure: “{statement}”")),
    (Kind.NEEDS_VOICES, _("Too few of us have answered this to say more: “{statement}”")),
)


def _of_kind(opinions: OpinionMap, sources: Mapping[int, Source], kind: Kind) -> list[Source]:
    return [sources[each.statement] for each in opinions.of_kind(kind) if each.statement in sources]


def _ended(text: str) -> str:
    """The words of a statement on one line, with a full stop where nothing ends them."""
    line = " ".join(MARKS.sub("", text).split())
    return line if line.rstrip(CLOSING)[-1:] in FULL_STOPS else f"{line}."


# -- text and back -------------------------------------------------------------------------------------------------------


def written(sentences: Sequence[Sentence]) -> str:
    """The draft as text."""
    paragraphs = groupby(sentences, lambda each: each.paragraph)
    return "\n\n".join(" ".join(_marked(each) for each in paragraph) for _number, paragraph in paragraphs)


def _marked(sentence: Sentence) -> str:
    marks = f" [{', '.join(f'S{number}' for number in sentence.rests_on)}]" if sentence.rests_on else ""
    return f"{sentence.text}{marks}"


def read(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text; list items and headings are paragraphs of their own."""
    paragraphs = (" ".join(each.split()) for each in PARAGRAPHS.split(text.replace("\r\n", "\n")))
    return tuple(sentence for place, words in enumerate(filter(None, paragraphs)) for sentence in _sentences(words, place))


def _sentences(words: str, paragraph: int) -> Iterator[Sentence]:
    quotes = [found.span() for found in QUOTED.finditer(words)]
    begins = 0
    for end in ENDS.finditer(words):
        if not any(opens < end.start() and end.end() < closes for opens, closes in quotes):
            yield from _sentence(words[begins : end.end()], paragraph)
            begins = end.end()
    yield from _sentence(words[begins:], paragraph)


def _sentence(words: str, paragraph: int) -> Iterator[Sentence]:
    numbers = (int(number) for mark in MARKS.findall(words) for number in NUMBERS.findall(mark))
    text = MARKS.sub("", words).strip()
    if text:
        yield Sentence(text, tuple(dict.fromkeys(numbers)), paragraph)


# -- versions ------------------------------------------------------------------------------------------------------------


class How(StrEnum):
    """What became of a sentence."""

    KEPT = "kept"
    ADDED = "added"
    TAKEN_OUT = "taken out"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one sentence; `before` is empty for an added one, `after` for one that was taken out."""

    how: How
    before: str
    after: str


def changes(before: Sequence[Sentence], after: Sequence[Sentence]) -> tuple[Change, ...]:
    """What became of each sentence, in the order of the new version."""
    from difflib import SequenceMatcher

    old, new = [each.text for each in before], [each.text for each in after]
    found: list[Change] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Change(How.KEPT, text, text) for text in old[a:b]]
        else:
            found += _rewritten(old[a:b], new[c:d])
    return tuple(found)


def _rewritten(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Sentences that gave way to others: each new one is the first that is like it in other words, or an added one."""
    passed = 0
    for after in new:
        match = next((n for n in range(passed, len(old)) if likeness(old[n], after) >= STILL_THE_SAME), None)
        if match is None:
            yield Change(How.ADDED, "", after)
            continue
        yield from (Change(How.TAKEN_OUT, text, "") for text in old[passed:match])
        yield Change(How.CHANGED, old[match], after)
        passed = match + 1
    yield from (Change(How.TAKEN_OUT, text, "") for text in old[passed:])


def replaced(sentences: Sequence[Sentence], before: str, after: str) -> tuple[Sentence, ...] | None:
    """The draft with one sentence in other words, as a suggestion says it; None where that sentence does not stand there any more."""
    place = next((n for n, each in enumerate(sentences) if each.text == before), None)
    if place is None:
        return None
    old = sentences[place]
    new = (replace(each, rests_on=each.rests_on or old.rests_on) for each in _sentences(" ".join(after.split()), old.paragraph))
    return (*sentences[:place], *new, *sentences[place + 1 :])
