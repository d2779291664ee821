"""What people see of the map: sentences in plain words, a table with the same numbers, and the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Column, File, Footnote, Heading, Items, Paragraph, Picture
from bot.chat.message import Row as Line
from bot.chat.message import Table as Grid
from bot.chat.reading import say_label
from bot.chat.text import Emphasis, Label, clean_line
from bot.lean import dataclass
from bot.papers.document import Bullets, Figure, Part, Prose, Row, Section, Table
from bot.people.disclosure import may_show, told
from handlers.opinions.mapping import Group, Kind, NoGroups, OpinionMap, Standing
from handlers.opinions.pictures import Bar, Bubble, Drawing, Strip, svg
from handlers.opinions.rules import Stance
from handlers.opinions.voices import Voices

LETTERS = "ABCDE"
TOO_FEW = _("not told")
UNBROKEN = "\N{NO-BREAK SPACE}"
MOST_IN_CHAT = 4  # statements of one kind; the paper has all
IN_PICTURE: Mapping[Kind, int] = {Kind.BRIDGES: 3, Kind.REJECTED: 2, Kind.DIVIDES: 3, Kind.UNSURE: 1}
LONGEST_IN_PICTURE = 160

WHY_NO_GROUPS: Mapping[NoGroups, Phrase] = {
    NoGroups.FEW_VOTERS: _("I show no groups here: below 15 people they would say more about persons than about opinions."),
    NoGroups.FEW_STATEMENTS: _("I show no groups here: with fewer than seven statements they would be chance."),
    NoGroups.ALL_ALIKE: _("I show no groups here: everybody answers alike."),
    NoGroups.TOO_SMALL: _("I show no groups here: one of them would be so small that you could guess who is in it."),
    NoGroups.NOT_CLEAR: _("I show no groups here: opinions run into each other without a clear line."),
    NoGroups.CHANCE: _("I show no groups here: answers shuffled at random would part just as well."),
}
TENTATIVE = _("These groups are tentative. Below 50 people, a few answers can change them.")
HEADINGS: Mapping[Kind, Phrase] = {
    Kind.BRIDGES: _("Where we agree"),
    Kind.REJECTED: _("What we do not share"),
    Kind.DIVIDES: _("Where we differ"),
    Kind.UNSURE: _("Where many are not sure"),
    Kind.NEEDS_VOICES: _("What needs more voices"),
}
NAMES: Mapping[Kind, Phrase] = {
    Kind.BRIDGES: _("Agreement"),
    Kind.REJECTED: _("Shared disagreement"),
    Kind.DIVIDES: _("Divides us"),
    Kind.UNSURE: _("Many are not sure"),
    Kind.MILD: _("No clear leaning"),
    Kind.NEEDS_VOICES: _("Needs more voices"),
}


@dataclass(frozen=True, slots=True)
class _Discretion:
    """What may be told of counts: everything where a request is open, what the rules of small groups allow where it is anonymous."""

    is_anonymous: bool
    k: int

    def shows_groups(self, each: Standing) -> bool:
        """Whether the counts of all groups may stand beside those of all people, also by what is left when they are taken from them."""
        rest = Voices(*(getattr(each.total, of) - sum(getattr(one, of) for one in each.by_group) for of in ("agree", "disagree", "unsure")))
        return bool(each.by_group) and all(self.is_exact(voices) for voices in (*each.by_group, *([rest] if rest.seen else [])))

    def is_exact(self, voices: Voices) -> bool:
        """Whether these counts may be told as they are."""
        counts = {Stance.AGREE: voices.agree, Stance.DISAGREE: voices.disagree, Stance.PASS: voices.unsure}
        return not self.is_anonymous or (may_show(voices.seen, self.k) and told(counts, voices.seen, self.k, is_exclusive=True).is_exact)


# -- sentences -----------------------------------------------------------------------------------------------------------


def blocks(opinions: OpinionMap, texts: Mapping[int, str], *, is_anonymous: bool, k: int, png: bytes | None = None) -> tuple[Block, ...]:
    """The map for a chat: its picture, the clearest of each kind in words, and the numbers; texts by statement id."""
    found: list[Block] = _beginning(opinions, png)
    if opinions.groups:
        found += [Heading(_("The groups"), 2), Items(tuple(_group(opinions, number, texts) for number in range(len(opinions.groups))))]
    for kind, heading in HEADINGS.items():
        standings = opinions.of_kind(kind)
        if standings:
            lines = (sentence(each, texts, _Discretion(is_anonymous, k)) for each in standings[:MOST_IN_CHAT])
            found += [Heading(heading, 2), Items(tuple(lines))]
        if len(standings) > MOST_IN_CHAT:
            found.append(Footnote(n_("And {count} more.", "And {count} more.", len(standings) - MOST_IN_CHAT)))
    mild = len(opinions.of_kind(Kind.MILD))
    if mild:
        found.append(Footnote(n_("{count} statement has no clear leaning.", "{count} statements have no clear leaning.", mild)))
    return (*found, *table_in_chat(opinions, texts, is_anonymous=is_anonymous, k=k))


def in_short(opinions: OpinionMap, texts: Mapping[int, str], *, is_anonymous: bool, k: int, png: bytes | None) -> tuple[Block, ...]:
    """The map for a place: its picture and the numbers."""
    return (*_beginning(opinions, png), *table_in_chat(opinions, texts, is_anonymous=is_anonymous, k=k))


def _beginning(opinions: OpinionMap, png: bytes | None) -> list[Block]:
    picture = (Picture(png, alt(opinions)),) if png is not None else ()
    return [*(Paragraph(line) for line in _introduction(opinions)), *picture]


def _introduction(opinions: OpinionMap) -> Iterator[Phrase]:
    yield n_("{count} person has answered statements.", "{count} people have answered statements.", opinions.voters)
    if opinions.why_no_groups is not None:
        yield WHY_NO_GROUPS[opinions.why_no_groups]
    elif opinions.is_tentative:
        yield TENTATIVE
    if opinions.groups and opinions.unplaced:
        yield n_(
            "{count} person stands in no group, with too few answers for that. They are counted among all.",
            "{count} people stand in no group, with too few answers for that. They are counted among all.",
            opinions.unplaced,
        )


def _group(opinions: OpinionMap, number: int, texts: Mapping[int, str]) -> Phrase:
    """One group: its letter, how many it holds, and what sets it apart."""
    group: Group = opinions.groups[number]
    size = n_("Group {letter}, {count} person", "Group {letter}, {count} people", len(group.seats), letter=LETTERS[number])
    marks = [_mark(stance, texts.get(statement, "")) for statement, stance in group.marks]
    return _("{group}: {marks}", group=size, marks=_joined(marks, _semicolon)) if marks else size


def _mark(stance: Stance, text: str) -> Phrase:
    if stance is Stance.AGREE:
        return _("agrees that “{statement}”", statement=text)
    return _("disagrees that “{statement}”", statement=text)


def sentence(each: Standing, texts: Mapping[int, str], told_of: _Discretion) -> Phrase:
    """What one statement comes to, in plain words, with its numbers where they may be told."""
    said = _SENTENCES[each.kind](each, texts.get(each.statement, ""))
    numbers = _numbers(each, told_of)
    return _("{sentence} ({numbers})", sentence=said, numbers=numbers) if numbers is not None else said


def _agreed(each: Standing, text: str) -> Phrase:
    groups = len(each.by_group)
    if groups == 2:
        return _("Both groups agree that “{statement}”", statement=text)
    if groups:
        return _("All {count} groups agree that “{statement}”", count=groups, statement=text)
    return _("Most agree that “{statement}”", statement=text)


def _rejected(each: Standing, text: str) -> Phrase:
    groups = len(each.by_group)
    if groups == 2:
        return _("Both groups disagree that “{statement}”", statement=text)
    if groups:
        return _("All {count} groups disagree that “{statement}”", count=groups, statement=text)
    return _("Most disagree that “{statement}”", statement=text)


def _divided(each: Standing, text: str) -> Phrase:
    if not each.by_group:
        even = each.total.agree == each.total.disagree
        return _("Evenly split: “{statement}”", statement=text) if even else _("Opinions differ: “{statement}”", statement=text)
    yes = [LETTERS[number] for number, voices in enumerate(each.by_group) if 2 * voices.agree > voices.seen]
    no = [LETTERS[number] for number, voices in enumerate(each.by_group) if 2 * voices.disagree > voices.seen]
    return _("Most of {yes} agree and most of {no} disagree that “{statement}”", yes=_named(yes), no=_named(no), statement=text)


def _unsure(_each: Standing, text: str) -> Phrase:
    return _("Many pass, or find it unclear: “{statement}”", statement=text)


def _mild(_each: Standing, text: str) -> Phrase:
    return _("No clear leaning: “{statement}”", statement=text)


def _wanting(each: Standing, text: str) -> Phrase:
    if each.lacking:
        return _("Not enough of {groups} have seen “{statement}”", groups=_named([LETTERS[n] for n in each.lacking]), statement=text)
    return _("Too few have answered “{statement}”", statement=text)


_SENTENCES: Mapping[Kind, Callable[[Standing, str], Phrase]] = {
    Kind.BRIDGES: _agreed,
    Kind.REJECTED: _rejected,
    Kind.DIVIDES: _divided,
    Kind.UNSURE: _unsure,
    Kind.MILD: _mild,
    Kind.NEEDS_VOICES: _wanting,
}


def _named(letters: Sequence[str]) -> Phrase:
    """Groups by their letters."""
    if len(letters) == 1:
        return _("group {letter}", letter=letters[0])
    return _("groups {letters} and {last}", letters=", ".join(letters[:-1]), last=letters[-1])


def _numbers(each: Standing, told_of: _Discretion) -> Phrase | None:
    """How many agree (disagree, where that is what is said) in each group, otherwise of all; None where nothing may be told."""
    if each.kind is Kind.NEEDS_VOICES:
        return None
    if not told_of.shows_groups(each):
        return _counts(each.total) if told_of.is_exact(each.total) else None
    counts = [
        _("{letter}: {count} of {seen}", letter=LETTERS[n], count=_counted(each.kind, voices), seen=voices.seen)
        for n, voices in enumerate(each.by_group)
    ]
    return _VERBS[each.kind](_joined(counts, _comma))


_VERBS: Mapping[Kind, Callable[[Phrase], Phrase]] = {
    Kind.BRIDGES: lambda counts: _("{counts} agree", counts=counts),
    Kind.REJECTED: lambda counts: _("{counts} disagree", counts=counts),
    Kind.DIVIDES: lambda counts: _("{counts} agree", counts=counts),
    Kind.UNSURE: lambda counts: _("{counts} are not sure", counts=counts),
    Kind.MILD: lambda counts: _("{counts} agree", counts=counts),
}


def _counted(kind: Kind, voices: Voices) -> int:
    if kind is Kind.REJECTED:
        return voices.disagree
    return voices.unsure if kind is Kind.UNSURE else voices.agree


def _counts(voices: Voices) -> Phrase:
    return _("{agree} agree, {disagree} disagree, {unsure} not sure", agree=voices.agree, disagree=voices.disagree, unsure=voices.unsure)


def _joined(phrases: Sequence[Phrase], by: Callable[[Phrase, Phrase], Phrase]) -> Phrase:
    return reduce(by, phrases)


def _comma(one: Phrase, other: Phrase) -> Phrase:
    return _("{one}, {other}", one=one, other=other)


def _semicolon(one: Phrase, other: Phrase) -> Phrase:
    return _("{one}; {other}", one=one, other=other)


# -- paper ---------------------------------------------------------------------------------------------------------------


def parts(
    opinions: OpinionMap,
    texts: Mapping[int, str],
    numbers: Mapping[int, int],
    title: str,
    *,
    is_anonymous: bool,
    k: int,
) -> tuple[Part, ...]:
    """The map for a paper: the picture, all sentences and the table; `numbers` are the statements' numbers in the request."""
    told_of = _Discretion(is_anonymous, k)
    found: list[Part] = [Prose(line) for line in _introduction(opinions)]

    def draw(language: str) -> str:
        return svg(drawing(opinions, texts, title, language, is_anonymous=is_anonymous, k=k))

    found.append(Figure(draw, alt(opinions)))
    if opinions.groups:
        groups = tuple(_group(opinions, number, texts) for number in range(len(opinions.groups)))
        found.append(Section(_("The groups"), (Bullets(groups),)))
    for kind, heading in HEADINGS.items():
        lines = tuple(sentence(each, texts, told_of) for each in opinions.of_kind(kind))
        if lines:
            found.append(Section(heading, (Bullets(lines),)))
    if opinions.standings:
        found.append(Section(_("All statements in numbers"), _table(opinions, numbers, told_of)))
    return (Section(_("The map of opinions"), tuple(found)),)


def _table(opinions: OpinionMap, numbers: Mapping[int, int], told_of: _Discretion) -> tuple[Part, ...]:
    letters = LETTERS[: len(opinions.groups)]
    headings: tuple[Label, ...] = (_("Statement"), _("What it is"), _("All"), *(_("Group {letter}", letter=letter) for letter in letters))
    rows = tuple(_row(each, numbers, told_of) for each in opinions.standings)
    return (Prose(Emphasis(_dashed())), Table(headings, rows))


def _dashed() -> Phrase:
    return _("Numbers are: agree / disagree / not sure. Where a dash stands, so few answered that a number could give somebody away.")


def _row(each: Standing, numbers: Mapping[int, int], told_of: _Discretion) -> Row:
    return Row((f"S{numbers.get(each.statement, each.statement)}", NAMES[each.kind], *_cells(each, told_of)))


def _cells(each: Standing, told_of: _Discretion) -> Iterator[str]:
    """The numbers of all, then of each group, where they may be told."""
    yield _cell(each.total, told_of)
    shown = told_of.shows_groups(each)
    yield from (_cell(voices, told_of) if shown else "–" for voices in each.by_group)


def _cell(voices: Voices, told_of: _Discretion) -> str:
    return f"{voices.agree} / {voices.disagree} / {voices.unsure}" if told_of.is_exact(voices) else "–"


def table_in_chat(opinions: OpinionMap, texts: Mapping[int, str], *, is_anonymous: bool, k: int) -> tuple[Block, ...]:
    """The numbers of what stands in the picture, a row for each statement."""
    told_of = _Discretion(is_anonymous, k)
    rows = tuple(
        Line((clean_line(texts.get(each.statement, ""), LONGEST_IN_PICTURE), *_cells_in_chat(each, told_of)))
        for each in _pictured(opinions)
    )
    letters = LETTERS[: len(opinions.groups)]
    labels = (_("All"), *(_("Group {letter}", letter=letter) for letter in letters))
    columns = (Column(_("Statement")), *(Column(label, is_number=True) for label in labels))
    note = _("Numbers are: agree / disagree / not sure.")
    if any(TOO_FEW in row.cells for row in rows):
        note = _("Numbers are: agree / disagree / not sure. Where so few answered that a number could give somebody away, it is not told.")
    return (Heading(_("In numbers"), 2), Grid(columns, rows), Footnote(note)) if rows else ()


def _cells_in_chat(each: Standing, told_of: _Discretion) -> Iterator[str | Phrase]:
    """The same for a narrow column, which would stack the three numbers of a cell one upon another."""
    return (TOO_FEW if cell == "–" else cell.replace(" ", UNBROKEN) for cell in _cells(each, told_of))


# -- picture -------------------------------------------------------------------------------------------------------------


def drawing(opinions: OpinionMap, texts: Mapping[int, str], title: str, language: str, *, is_anonymous: bool, k: int) -> Drawing:
    """The map as a picture for one reader."""
    told_of = _Discretion(is_anonymous, k)

    def said(label: Label) -> str:
        return say_label(label, language)

    strips = tuple(
        Strip(clean_line(texts.get(each.statement, ""), LONGEST_IN_PICTURE), said(NAMES[each.kind]), tuple(_bars(each, told_of, said)))
        for each in _pictured(opinions)
    )
    note = _("A larger circle has more people; where a dot stands in it means nothing.") if opinions.groups else ""
    doubt = TENTATIVE if opinions.is_tentative else WHY_NO_GROUPS[opinions.why_no_groups] if opinions.why_no_groups else ""
    return Drawing(
        clean_line(title, LONGEST_IN_PICTURE),
        said(alt(opinions)),
        tuple(said(line) for line in (note, doubt) if line),
        (said(_("Agree")), said(_("Not sure")), said(_("Disagree"))),
        tuple(Bubble(LETTERS[n], len(group.seats), group.at) for n, group in enumerate(opinions.groups)),
        strips,
        language,
    )


def _pictured(opinions: OpinionMap) -> Iterator[Standing]:
    for kind, most in IN_PICTURE.items():
        yield from opinions.of_kind(kind)[:most]


def _bars(each: Standing, told_of: _Discretion, said: Callable[[Label], str]) -> Iterator[Bar]:
    if told_of.shows_groups(each):
        of = [(_("Group {letter}", letter=LETTERS[n]), voices) for n, voices in enumerate(each.by_group)]
    else:
        of = [(_("All"), each.total)]
    for label, voices in of:
        if told_of.is_exact(voices) and voices.seen:
            shares = (voices.agree / voices.seen, voices.unsure / voices.seen, voices.disagree / voices.seen)
            numbers = _told(each.kind, voices)
        else:
            shares, numbers = (0.0, 0.0, 0.0), _("no numbers from so few")
        yield Bar(said(label), *shares, said(numbers))


def _told(kind: Kind, voices: Voices) -> Phrase:
    """How many say what the sentence about it says."""
    if kind is Kind.REJECTED:
        return _("{count} of {seen} disagree", count=voices.disagree, seen=voices.seen)
    if kind is Kind.UNSURE:
        return _("{count} of {seen} are not sure", count=voices.unsure, seen=voices.seen)
    return _("{count} of {seen} agree", count=voices.agree, seen=voices.seen)


def picture(png: bytes, alt: str) -> File:
    """The picture to hand over, with its words."""
    return File("map.png", "image/png", alt, png)


def alt(opinions: OpinionMap) -> Phrase:
    """The words that stand for the picture."""
    uniting, dividing = (len(opinions.of_kind(kind)) for kind in (Kind.BRIDGES, Kind.DIVIDES))
    unite = n_("{count} statement unites", "{count} statements unite", uniting)
    statements = _comma(unite, n_("{count} statement divides", "{count} statements divide", dividing))
    if not opinions.groups:
        return _("Map of opinions without groups. {statements}. The numbers stand beside it as text.", statements=statements)
    sizes = [
        n_("group {letter} with {count} person", "group {letter} with {count} people", len(group.seats), letter=LETTERS[n])
        for n, group in enumerate(opinions.groups)
    ]
    groups = _joined(sizes, _comma)
    return _("Map of opinions: {groups}. {statements}. The numbers stand beside it as text.", groups=groups, statements=statements)
