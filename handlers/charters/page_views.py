"""A charter on one page, and all of them on one: for sponsors, and for whoever wants to read offline; counts of few people stay unsaid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from bot.chat.language import Phrase, _, n_
from bot.chat.message import File, Message, Paragraph
from bot.chat.text import Label, Words
from bot.lean import dataclass
from bot.papers.document import Bullets, Document, Part, Prose, Quotation, Row, Section, Table
from bot.people.disclosure import USUAL_K, may_show
from handlers.charters import asset_views, views
from handlers.charters.charter import About, Answer, Asset, Charter, Report, SignOff, Standing
from handlers.charters.rules import State
from handlers.charters.words import FIELDS, STATES, sort_of

HEADINGS = (_("What"), _("How it stands"))


@dataclass(frozen=True, slots=True)
class Told:
    """What a team has told, and how it was answered."""

    reports: tuple[Report, ...] = ()
    counts: Mapping[tuple[int, Answer], int] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()

    def count(self, *answers: Answer) -> int:
        """How many answered in these ways."""
        return sum(number for (_report, answer), number in self.counts.items() if answer in answers)

    @property
    def asks(self) -> tuple[int, int]:
        """How many asks of the community were answered, and how many there were."""
        asked = [each for each in self.reports if each.word("ask")]
        return sum(bool(each.word("changed")) for each in asked), len(asked)

    @property
    def results(self) -> Report | None:
        """What was brought back."""
        return next((each for each in reversed(self.reports) if each.about is About.RESULTS), None)


def floored(count: int) -> str | Phrase:
    """A number of people, unless they are so few that it would tell who they are."""
    if not count:
        return _("nobody")
    return str(count) if may_show(count, USUAL_K) else _("fewer than {k}", k=USUAL_K)


def page(standing: Standing, told: Told) -> Document:
    """One charter: what it asks, what it told, what was answered, and what came of it."""
    charter = standing.charter
    parts: list[Part] = [
        Prose(sort_of(charter)),
        Section(_("How it stands"), (Table(HEADINGS, tuple(_rows(standing, told))),)),
        *(Section(FIELDS[field], (Quotation(charter.word(field)),)) for field in FIELDS if field not in SHORT and charter.word(field)),
        *_asks(told),
        *_results(told.results),
        *_files(told.assets),
    ]
    return Document(charter.name, tuple(parts))


CHARTERED = {State.RECRUITING, State.ACTIVE, State.DORMANT, State.RESULTS, State.CLOSED, State.SUNSET}
SHORT = {"name", "hours", "pledged", "budget"}


def _rows(standing: Standing, told: Told) -> list[Row]:
    charter = standing.charter
    rows: list[tuple[Words, Words]] = [(_("State"), STATES[charter.state]), _contact(standing)]
    rows += [(_("Until"), views.day(charter.ends_on))] if charter.ends_on is not None else []
    rows += [(FIELDS[name], charter.word(name)) for name in ("hours", "pledged", "budget") if charter.word(name)]
    if standing.sponsor:
        said = views.SIGN_OFFS[charter.sign_off] if charter.sign_off is not None else _("to be asked")
        rows.append((_("Sponsor"), (standing.sponsor, ": ", said, *_words(charter))))
    rows += [
        (_("On the team"), floored(len(standing.team) + bool(standing.lead and not charter.is_call))),
        (_("Open seats"), str(len(standing.open_seats))),
        (_("Reports"), str(sum(each.about is About.PROGRESS for each in told.reports))),
        (_("Asks of the community answered"), _of(*told.asks)),
        (_("Endorsed or praised"), floored(told.count(Answer.ENDORSE, Answer.KUDOS))),
        (_("Offered help"), floored(told.count(Answer.HELP))),
    ]
    return [Row(row) for row in rows]


def _contact(standing: Standing) -> tuple[Words, Words]:
    fact = views.contact(standing)
    return fact.label, fact.words


def _of(done: int, total: int) -> Phrase:
    return _("none so far") if not total else _("{done} of {total}", done=done, total=total)


def _words(charter: Charter) -> tuple[Words, ...]:
    return (" (", charter.word("sign_off"), ")") if charter.word("sign_off") else ()


def _asks(told: Told) -> tuple[Section, ...]:
    """What the team asked the community for, and what it changed through the answers."""
    lines: list[Words] = []
    for report in told.reports:
        if report.word("ask"):
            changed = (" → ", report.word("changed")) if report.word("changed") else (" → ", _("not answered yet"))
            lines.append((report.word("ask"), *changed))
    return (Section(_("Asked of the community, and what came of it"), (Bullets(tuple(lines)),)),) if lines else ()


def _results(found: Report | None) -> tuple[Section, ...]:
    if found is None:
        return ()
    labels = (("found", _("Results")), ("asset", _("What stays")), ("links", _("Where it is")), ("adopted", _("Where it was adopted")))
    return tuple(Section(label, (Quotation(found.word(name)),)) for name, label in labels if found.word(name))


def _files(found: Sequence[Asset]) -> tuple[Section, ...]:
    """The files by their names; whoever reads this gets them where the charter stands."""
    lines: tuple[Words, ...] = tuple((each.name, " (", asset_views.version(each), ")") for each in asset_views.newest(found))
    return (Section(_("Files"), (Bullets(lines),)),) if lines else ()


def overview(community: Label, entries: Sequence[tuple[Standing, Told]]) -> Document:
    """All charters on one page, with what they ask and what they brought."""
    charters = [standing.charter for standing, _told in entries]
    counted = [(STATES[state], sum(charter.state is state for charter in charters)) for state in State]
    rows = [Row((label, str(count))) for label, count in counted if count]
    rows += [
        Row((_("Reports"), str(sum(each.about is About.PROGRESS for _standing, told in entries for each in told.reports)))),
        Row((_("Asks of the community answered"), _of(*(sum(told.asks[n] for _standing, told in entries) for n in (0, 1))))),
        Row((_("Hours or budget confirmed"), _of(*_confirmed(charters)))),
        *_hours(charters),
        Row((_("With results so far"), str(sum(told.results is not None for _standing, told in entries)))),
        Row((_("Adopted somewhere"), str(sum(bool(told.results and told.results.word("adopted")) for _standing, told in entries)))),
    ]
    each = tuple(_entry(standing, told) for standing, told in entries)
    empty = (Prose(_("There is no group or project yet.")),)
    return Document(
        _("Groups and projects of {community}", community=community),
        (Section(_("In numbers"), (Table((_("What"), _("How many")), tuple(rows)),)), *(each or empty)),
    )


def _hours(charters: Sequence[Charter]) -> tuple[Row, ...]:
    """The hours of all that is chartered, and those of them that are confirmed; each number stands on a card that everybody sees."""
    lasting = [each for each in charters if each.pledged and each.state in CHARTERED]
    confirmed = sum(each.pledged for each in lasting if each.sign_off is SignOff.CONFIRMED)
    silent = sum(each.asks_resources and not each.pledged for each in charters)
    rows = [Row((_("Members' hours pledged"), n_("{count} hour", "{count} hours", sum(each.pledged for each in lasting))))]
    rows += [Row((_("Of these confirmed by a sponsor"), n_("{count} hour", "{count} hours", confirmed)))]
    rows += [Row((_("Ask for hours or budget without that number"), str(silent)))] if silent else []
    return tuple(rows) if lasting else ()


def _confirmed(charters: Sequence[Charter]) -> tuple[int, int]:
    """How many have what they ask of hours or money, and how many ask."""
    asking = [each for each in charters if each.asks_resources]
    return sum(each.sign_off is SignOff.CONFIRMED for each in asking), len(asking)


def _entry(standing: Standing, told: Told) -> Section:
    return Section(standing.charter.name, (Table(HEADINGS, tuple(_rows(standing, told))), *_results(told.results)[:1]))


def files(title: Label, name: str, markdown: bytes, pdf: bytes) -> Message:
    """A page as files."""
    said = _("{title}, as two files.", title=title)
    return Message(
        said,
        (
            Paragraph(said),
            File(f"{name}.md", "text/markdown", _("To read and change"), markdown),
            File(f"{name}.pdf", "application/pdf", _("To print and read aloud"), pdf),
        ),
    )


def on_its_way() -> Message:
    """The files are being made."""
    said = _("Your page is on its way. It comes to you in our own chat in a moment.")
    return Message(said, (Paragraph(said),))
